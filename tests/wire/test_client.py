import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from lxml import etree

from producer.soap.client import Client, SoapFault, Unanswered, call
from producer.soap.codec import encode, read
from producer.soap.messages import (
    ACTOR,
    LOGICAL_ADDRESS,
    Actor,
    ActorType,
    CancelBooking,
    CancelBookingResponse,
    PingForConfiguration,
    ResultCode,
)

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
REQUEST = CancelBooking(healthcare_facility="SE2321000016-DEMO1", bookingId="DEMO-BOOKING-1", message="Förkyld & hes")
PATIENT = Actor(actorId="197001239297", actorType=ActorType.SUBJECT_OF_CARE)
DONE = encode(CancelBookingResponse(resultCode=ResultCode.OK))


def in_envelope(body: bytes) -> bytes:
    return b'<s:Envelope xmlns:s="%s"><s:Body>%s</s:Body></s:Envelope>' % (SOAP.encode(), body)


FAULT = in_envelope(
    b"<s:Fault><faultcode>s:Client</faultcode><faultstring> v\xc3\xa5rd saknas </faultstring></s:Fault>"
)


class Producer(ThreadingHTTPServer):
    """A producer that answers what it was told to answer, and remembers what it was asked."""

    daemon_threads = True
    answer: tuple[int, bytes] = (200, in_envelope(DONE))
    closes_after_answer = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.connections = 0
        self.url = f"http://127.0.0.1:{self.server_port}/crm/scheduling/CancelBooking/1/rivtabp21"

    def process_request(self, request, client_address):
        self.connections += 1
        super().process_request(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, {key.lower(): value for key, value in self.headers.items()}, body))
        status, answer = self.server.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        self.close_connection = self.server.closes_after_answer

    def log_message(self, *args: object) -> None:
        """Tests have no use for an access log."""


@pytest.fixture
def producer() -> Iterator[Producer]:
    with Producer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def cancel(producer: Producer, **changes: object) -> object:
    arguments = {"logical_address": "SE2321000016-DEMO1", "actor": PATIENT, "timeout": 5.0} | changes
    return call(producer.url, REQUEST, **arguments)


def test_a_call_brings_the_answer_as_a_message(producer: Producer) -> None:
    assert cancel(producer) == CancelBookingResponse(resultCode=ResultCode.OK)


def test_a_call_carries_its_headers_and_its_message(producer: Producer) -> None:
    """text/xml, a quoted SOAPAction, the address and who acts."""
    cancel(producer, logical_address="A&B", headers={"x-rivta-original-serviceconsumer-hsaid": "C"})
    ((path, headers, body),) = producer.requests
    assert path == "/crm/scheduling/CancelBooking/1/rivtabp21"
    assert headers["content-type"] == "text/xml; charset=utf-8"
    assert headers["soapaction"] == '"urn:riv:crm:scheduling:CancelBookingResponder:1:CancelBooking"'
    assert headers["x-rivta-original-serviceconsumer-hsaid"] == "C"
    root = etree.fromstring(body)
    assert root.findtext(f"{{{SOAP}}}Header/{LOGICAL_ADDRESS}") == "A&B"
    assert read(Actor, root.find(f"{{{SOAP}}}Header/{ACTOR}")).message == PATIENT
    assert read(CancelBooking, root.find(f"{{{SOAP}}}Body")[0]).message == REQUEST


def test_a_call_may_leave_out_who_acts(producer: Producer) -> None:
    """As a consumer of version 1.0 does, and as a ping does."""
    cancel(producer, actor=None)
    assert etree.fromstring(producer.requests[0][2]).find(f"{{{SOAP}}}Header/{ACTOR}") is None


@pytest.mark.parametrize("status", [500, 200])
def test_a_fault_is_raised_with_its_code_text_and_status(producer: Producer, status: int) -> None:
    """The platform lets a fault with status 200 through as it is."""
    producer.answer = (status, FAULT)
    with pytest.raises(SoapFault) as caught:
        cancel(producer)
    assert (caught.value.code, caught.value.text, caught.value.status) == ("Client", "vård saknas", status)


ENTITY = b'<!DOCTYPE x [<!ENTITY e "OK">]>'


@pytest.mark.parametrize(
    ("status", "answer", "reason"),
    [
        (200, b"", "an empty body"),
        (502, b"<html>Bad gateway</html>", "HTTP 502, and no SOAP 1.1 answer"),
        (500, b"no markup", "no well-formed XML"),
        (200, in_envelope(DONE)[:-20], "no well-formed XML"),
        (200, in_envelope(b""), "no SOAP 1.1 answer"),
        (200, in_envelope(DONE + DONE), "no SOAP 1.1 answer"),
        (200, in_envelope(DONE).replace(b"CancelBookingResponse", b"MakeBookingResponse"), "the answer is not valid"),
        (200, in_envelope(DONE).replace(b">OK<", b">MAYBE<"), "resultCode: is not one of OK, ERROR, INFO"),
        (200, ENTITY + in_envelope(DONE).replace(b">OK<", b">&e;<"), "a document type, which is not accepted"),
    ],
)
def test_what_is_no_answer_is_said_to_be_none(producer: Producer, status: int, answer: bytes, reason: str) -> None:
    """The caller learns why there is no answer, and nothing is expanded or fetched."""
    producer.answer = (status, answer)
    with pytest.raises(Unanswered, match=reason):
        cancel(producer)


def test_a_producer_that_is_not_there_is_unanswered() -> None:
    with Producer() as gone:
        url = gone.url
    with pytest.raises(Unanswered, match="ConnectionRefusedError"):
        call(url, REQUEST, logical_address="A", actor=None, timeout=5.0)


def test_a_producer_that_never_answers_is_unanswered() -> None:
    """The socket takes the call; nobody is there to serve it."""
    with Producer() as silent, pytest.raises(Unanswered, match="TimeoutError"):
        call(silent.url, REQUEST, logical_address="A", actor=None, timeout=0.05)


def test_a_client_keeps_its_connection(producer: Producer) -> None:
    """One connection serves many calls, faults included."""
    with Client(timeout=5.0) as client:
        for status, answer in ((200, in_envelope(DONE)), (500, FAULT), (200, in_envelope(DONE))):
            producer.answer = (status, answer)
            with suppress(SoapFault):
                client.call(producer.url, REQUEST, logical_address="A", actor=PATIENT)
    assert len(producer.requests) == 3
    assert producer.connections == 1


def test_a_client_connects_anew_when_the_producer_has_closed(producer: Producer) -> None:
    """No call is sent twice for it: the closed connection is seen before anything is sent."""
    producer.closes_after_answer = True
    with Client(timeout=5.0) as client:
        for _ in range(3):
            client.call(producer.url, REQUEST, logical_address="A", actor=PATIENT)
            wait_until_closed(client)
    assert len(producer.requests) == 3
    assert producer.connections == 3


def wait_until_closed(client: Client) -> None:
    client._connection.sock.settimeout(5.0)
    assert client._connection.sock.recv(1) == b""


def test_only_requests_can_be_called() -> None:
    with pytest.raises(ValueError, match="CancelBookingResponse is not the request of a contract"):
        call("http://127.0.0.1:9/", CancelBookingResponse(resultCode=ResultCode.OK), logical_address="A", actor=None)


def test_only_http_is_spoken() -> None:
    with pytest.raises(Unanswered, match="only http and https"):
        call("file:///etc/hostname", PingForConfiguration(serviceContractNamespace="a", logicalAddress="b"), logical_address="A", actor=None)  # fmt: skip
