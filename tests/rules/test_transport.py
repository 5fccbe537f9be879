"""Group A: transport and SOAP, as far as one can see from outside."""

import logging
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import etree

from producer.app import assembled
from producer.serving.log import JsonLines
from producer.soap.client import SoapFault, envelope
from producer.soap.contracts import by_path
from rules.answers import LOG_ID, SOAP, check
from rules.calls import CONTRACT_NAMES, OF_BOOKING, PATHS, QUERIES, REQUESTS, SIX_QUERIES, UPDATES, to, written
from rules.consumer import XML, get, post
from rules.world import ANYBODY, CLEARED_CONSUMER, EKEN, GUNILLA, IDA, World

NO_ADDRESS = re.sub("<h:LogicalAddress.*?</h:LogicalAddress>", "", written("GetBookingDetails"))
FAULTY = {
    "not XML": "hello",
    "nothing": "",
    "no envelope": "<hello/>",
    "no address": NO_ADDRESS,
    "an unknown contract": written("GetBookingDetails").replace("GetBookingDetails", "GetCancelledAndRebooked"),
    "an invalid message": written("GetBookingDetails").replace("bookingId", "bookingID"),
    "an unknown booking": written("GetBookingDetails").replace("BOKAD-1", "FINNS-INTE"),
    "another patient's booking": written("GetBookingDetails").replace(GUNILLA, IDA),
    "a misunderstood header": written("GetBookingDetails").replace(
        "<s:Header>", '<s:Header><x:Pay xmlns:x="urn:x" s:mustUnderstand="1"/>'
    ),
    "SOAP 1.2": written("GetBookingDetails").replace(SOAP, "http://www.w3.org/2003/05/soap-envelope"),
}


@pytest.mark.parametrize("path", ["/soap", PATHS["GetBookingDetails"], PATHS["MakeBooking"], "/somewhere/else"])
@pytest.mark.parametrize("what", FAULTY)
def test_a_fault_is_http_500_with_a_soap_1_1_envelope(world: World, what: str, path: str) -> None:
    """Rules 1, 2, 3 and 8: whatever is wrong, at whatever path; the status is never 400, 404 or 503."""
    reply = post(world.app, FAULTY[what].encode(), path=path)  # `post` looks closely at every fault
    assert reply.status == 500
    assert b"http://schemas.xmlsoap.org/soap/envelope/" in reply.body
    with pytest.raises(SoapFault) as fault:
        _ = reply.message
    expected = {"a misunderstood header": "MustUnderstand", "SOAP 1.2": "VersionMismatch"}
    assert fault.value.code == expected.get(what, "Client")


@pytest.mark.parametrize("contract", CONTRACT_NAMES)
def test_an_error_of_our_own_is_a_server_fault_that_tells_nothing_of_the_insides(
    world: World, contract: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Rules 1, 8 and 9: faultcode Server, no traceback in the fault, and a log id that leads to it in the log."""

    def broken(call: object) -> Any:
        raise ZeroDivisionError(f"the insides of {GUNILLA}")

    app = assembled(world.config, dict.fromkeys(CONTRACT_NAMES, broken), world.database)
    reply = post(app, written(contract).encode())
    with pytest.raises(SoapFault) as fault:
        _ = reply.message
    assert fault.value.code == "Server"
    assert "insides" not in fault.value.text
    assert "ZeroDivision" not in reply.body.decode()
    (log_id,) = LOG_ID.findall(fault.value.text)
    assert any(log_id in record.getMessage() and record.exc_info for record in caplog.records)


@pytest.mark.parametrize("contract", OF_BOOKING)
def test_an_answer_without_content_still_has_an_envelope(world: World, contract: str) -> None:
    """Rule 4: a unit that nobody knows gives empty lists and refusals, never an empty body."""
    reply = world.patient(GUNILLA).reply("SE-UNKNOWN", to("SE-UNKNOWN", contract))
    assert len(reply.body) > 100
    assert etree.QName(reply.element).localname in (f"{contract}Response", "Fault")


@pytest.mark.parametrize("accepted", [None, "gzip", "gzip, deflate, br;q=1.0, *;q=0.5"])
def test_an_answer_is_never_compressed(world: World, accepted: str | None) -> None:
    """Rule 5: neither without Accept-Encoding, as the platform asks, nor with it."""
    headers = XML if accepted is None else {**XML, "Accept-Encoding": accepted}
    reply = post(world.app, written("GetAvailableTimeslots").encode(), headers=headers)
    assert reply.body.startswith(b"<?xml")


def test_the_whole_request_is_read_before_a_fault_is_answered(world: World) -> None:
    """Rule 6: bytes left behind would break the pooled connection, and the platform would send the call again."""
    body = FAULTY["an unknown contract"].encode() + b"<!-- " + b"x" * 500_000 + b" -->"
    left: list[bytes] = []

    class Input:
        def __init__(self) -> None:
            self.rest = body

        def read(self, size: int = -1) -> bytes:
            piece = self.rest if size < 0 else self.rest[:size]
            self.rest = self.rest[len(piece) :]
            left[:] = [self.rest]
            return piece

    reply = post(world.app, body, environ={"wsgi.input": Input()})
    assert reply.status == 500
    assert left == [b""]


@pytest.fixture
def served(new_database: str) -> Iterator[HTTPConnection]:
    """A connection to a server of its own, on a timetable with no units."""
    command = [sys.executable, "-m", "producer", "serve", "--port", "0", "--database", new_database]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        line = server.stdout.readline()
        connection = HTTPConnection(re.search(r"127\.0\.0\.1:\d+", line)[0], timeout=30)
        connection.connect()
        yield connection
        connection.close()
    finally:
        server.terminate()
        server.wait(30)
        server.stdout.close()


def test_a_connection_serves_answers_and_faults_one_after_the_other(served: HTTPConnection) -> None:
    """Rule 6: neither an answer nor a fault closes the connection that the platform keeps in its pool."""
    socket = served.sock
    for body in (
        written("GetAllTimeTypes"),
        "not XML",
        written("CancelBooking"),
        NO_ADDRESS,
        written("GetAllTimeTypes"),
    ):
        served.request("POST", "/soap", body.encode(), XML)
        response = served.getresponse()
        check(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
        assert served.sock is socket


@pytest.mark.parametrize("path", ["/soap", PATHS["CancelBooking"]])
@pytest.mark.parametrize(
    "action",
    [
        None,
        "",
        '""',
        '"urn:riv:crm:scheduling:GetBookingDetailsResponder:1:GetBookingDetails"',
        "urn:riv:crm:scheduling:GetBookingDetailsResponder:1:GetBookingDetails",
        '"urn:riv:crm:scheduling:CancelBookingResponder:1:CancelBooking"',
    ],
)
def test_the_name_of_the_body_decides_which_contract_is_called(world: World, action: str | None, path: str) -> None:
    """Rule 7: SOAPAction may be quoted, bare, empty, absent or wrong, and the path another contract's."""
    headers = XML if action is None else {**XML, "SOAPAction": action}
    reply = post(world.app, written("GetBookingDetails").encode(), path=path, headers=headers)
    assert reply.message.timeslotDetail.bookingId == "BOKAD-1"


@pytest.mark.parametrize("contract", CONTRACT_NAMES)
def test_the_right_name_in_the_wrong_namespace_is_no_contract(world: World, contract: str) -> None:
    """Rule 7: the qualified name counts, not the local one with the path's and SOAPAction's help."""
    before = world.dump()
    wrong = written(contract).replace(f"{contract}Responder:1", f"{contract}Responder:2")
    with pytest.raises(SoapFault) as fault:
        _ = post(world.app, wrong.encode(), path=PATHS[contract]).message
    assert fault.value.code == "Client"
    assert world.dump() == before


def test_neither_fault_nor_log_names_the_patient(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Rule 9: not even when the patient's id is what is wrong, or stands where another id belongs."""
    caplog.set_level(logging.INFO)
    for wrong in (
        written("GetSubjectOfCareSchedule").replace(f">{GUNILLA}</", f"> {GUNILLA}</"),
        written("GetBookingDetails").replace("BOKAD-1", IDA),
        written("GetBookingDetails").replace("BOKAD-1", "\n").replace(EKEN, GUNILLA),
        written("GetAllTimeTypes").replace("GetAllTimeTypes", f"Get{GUNILLA}"),
    ):
        caplog.clear()
        reply = post(world.app, wrong.encode())
        assert reply.status == 500
        (log_id,) = set(LOG_ID.findall(reply.element.findtext("faultstring")))
        (call,) = [record.call for record in caplog.records if hasattr(record, "call")]
        assert call["log_id"] == log_id
        log = "\n".join(JsonLines().format(record) for record in caplog.records)
        assert GUNILLA not in log
        assert IDA not in log
        assert GUNILLA not in reply.body.decode()


@pytest.mark.parametrize("contract", CONTRACT_NAMES)
def test_the_wsdl_names_this_address_and_every_import_can_be_fetched(world: World, contract: str) -> None:
    """Rule 10: `?wsdl` at the endpoint; the imports lead, relative to it, to files that are there."""
    path = PATHS[contract]
    wsdl = get(world.app, path, "wsdl")
    assert wsdl.status == 200
    root = etree.fromstring(wsdl.body)
    addresses = root.xpath("//*[local-name()='address']/@location")
    assert addresses == [f"http://127.0.0.1:8080{path}"]
    fetched = _fetched_imports(world, f"http://127.0.0.1:8080{path}?wsdl", root, {})
    assert len(fetched) >= 2
    assert any(f"{contract}Responder_1" in address for address in fetched)


def _fetched_imports(
    world: World, address: str, root: etree._Element, fetched: dict[str, etree._Element]
) -> Mapping[str, etree._Element]:
    for location in root.xpath("//@schemaLocation"):
        target = urljoin(address, location)
        if target not in fetched:
            parts = urlsplit(target)
            reply = get(world.app, parts.path, parts.query)
            assert reply.status == 200, target
            fetched[target] = etree.fromstring(reply.body)
            _fetched_imports(world, target, fetched[target], fetched)
    return fetched


@pytest.mark.parametrize("contract", CONTRACT_NAMES)
def test_the_endpoint_has_the_contract_and_the_major_version_only(world: World, contract: str) -> None:
    """Rule 11: `.../<Operation>/1/rivtabp21`, and any other path a registry may have given works as well."""
    domain = "/itintegration/monitoring" if contract == "PingForConfiguration" else "/crm/scheduling"
    assert PATHS[contract] == f"{domain}/{contract}/1/rivtabp21"
    assert PATHS[contract] in by_path
    others = (f"/{contract}/1", "/", "/tidbok/prod/1.1", f"/SE2321000016-EKEN/{contract}/1/rivtabp21")
    for path in (PATHS[contract], "/soap", *others):
        world.reset()
        reply = post(world.app, written(contract).encode(), path=path)
        assert etree.QName(reply.element).localname == f"{contract}Response"


FROM_THE_PLATFORM = {
    "Content-Type": "text/xml;charset=UTF-8",
    "User-Agent": "SKLTP VP/4.3.1",
    "SOAPAction": '"urn:riv:crm:scheduling:GetBookingDetailsResponder:1:GetBookingDetails"',
    "x-rivta-original-serviceconsumer-hsaid": "SE5565594230-B9P",
    "x-vp-sender-id": "SE5565594230-B9P",
    "x-vp-instance-id": "NTJP_TEST",
    "x-skltp-correlation-id": "8a6d4f7e-1c2b-4d5e-9f00-0123456789ab",
    "x-rivta-acting-on-behalf-of-hsaid": "SE2321000016-1HZ5",
    "x-rivta-routing-history": "NTJP_TEST,REGION",
    "x-something-new": "yes",
    "Host": "producer.example",
}
FROM_THE_PLATFORM_OVER_TLS = {
    name: value
    for name, value in FROM_THE_PLATFORM.items()
    if name not in ("x-vp-sender-id", "x-vp-instance-id", "x-skltp-correlation-id")
}


@pytest.mark.parametrize("headers", [FROM_THE_PLATFORM, FROM_THE_PLATFORM_OVER_TLS], ids=["http", "https"])
@pytest.mark.parametrize("query", ["", "wsdl", "route=7&x=%C3%A5"])
def test_the_platforms_headers_and_a_query_string_make_no_difference(
    world: World, headers: Mapping[str, str], query: str
) -> None:
    """Rule 12: with and without the headers that only http targets get."""
    body = written("GetBookingDetails").encode()
    plain = post(world.app, body, path=PATHS["GetBookingDetails"])
    reply = post(world.app, body, path=PATHS["GetBookingDetails"], query=query, headers=headers)
    assert reply.body == plain.body
    sent = headers.get("x-skltp-correlation-id")
    assert reply.headers["x-skltp-correlation-id"] == (sent or reply.headers["x-skltp-correlation-id"])


CERTIFICATE = {
    "SSL_CLIENT_S_DN": f"CN={CLEARED_CONSUMER}",
    "SSL_CLIENT_VERIFY": "SUCCESS",
    "REMOTE_USER": CLEARED_CONSUMER,
    "HTTP_X_SSL_CLIENT_S_DN": f"CN={CLEARED_CONSUMER}",
    "HTTP_X_VP_SENDER_ID": CLEARED_CONSUMER,
}
ORIGINAL = {"HTTP_X_RIVTA_ORIGINAL_SERVICECONSUMER_HSAID": CLEARED_CONSUMER}


@pytest.mark.parametrize(
    ("environ", "is_cleared"), [(CERTIFICATE, False), (ORIGINAL, True)], ids=["certificate", "header"]
)
def test_the_consumer_is_the_one_the_platform_names_and_not_the_certificate(
    world: World, environ: Mapping[str, str], is_cleared: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """Rule 13: behind the platform the connection's certificate is the platform's own."""
    caplog.set_level(logging.INFO, "producer.calls")
    agent = world.agent(GUNILLA)
    reply = agent.reply(EKEN, REQUESTS["GetBookingDetails"], environ=environ)
    assert (reply.status == 200) is is_cleared
    (call,) = [record.call for record in caplog.records if hasattr(record, "call")]
    assert call.get("consumer") == (CLEARED_CONSUMER if is_cleared else None)


DOCTYPES = {
    "a DTD": "<!DOCTYPE x>",
    "a DTD elsewhere": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    "an entity": '<!DOCTYPE x [<!ENTITY e "BOKAD-1">]>',
    "a file": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
}


@pytest.mark.parametrize("what", DOCTYPES)
def test_a_document_type_is_a_client_fault(world: World, what: str) -> None:
    """Rule 14: it is not expanded and nothing is fetched."""
    body = written("CancelBooking").replace("<s:Envelope", f"{DOCTYPES[what]}<s:Envelope", 1)
    body = body.replace("BOKAD-1", "&e;") if "ENTITY" in body else body
    before = world.dump()
    with pytest.raises(SoapFault, match=r"(?i)doctype|document type") as fault:
        _ = post(world.app, body.encode()).message
    assert fault.value.code == "Client"
    assert "root:" not in fault.value.text
    assert world.dump() == before


@pytest.mark.parametrize(("size", "is_taken"), [(15_728_640, True), (15_728_641, False)])
def test_what_the_platform_passes_on_is_taken_and_not_a_byte_more(world: World, size: int, is_taken: bool) -> None:
    """Rule 14: 15 728 640 bytes."""
    body = written("CancelBooking").encode()
    remark = b"<!--" + b"x" * (1 << 20) + b"-->"
    missing = size - len(body)
    whole, rest = divmod(missing, len(remark))
    padding = remark * whole + b" " * rest
    padded = body.replace(b"<s:Body>", padding + b"<s:Body>")
    assert len(padded) == size
    reply = post(world.app, padded)
    if is_taken:
        assert reply.message.resultCode == "OK"
    else:
        with pytest.raises(SoapFault, match="15728640") as fault:
            _ = reply.message
        assert fault.value.code == "Client"


@pytest.mark.parametrize(
    ("charset", "content_type", "mark"),
    [
        ("utf-8", "text/xml; charset=utf-8", b""),
        ("utf-8", "text/xml;charset=UTF-8", b"\xef\xbb\xbf"),
        ("utf-8", "text/xml", b""),
        ("iso-8859-1", "text/xml", b""),
        ("iso-8859-1", 'text/xml; charset="ISO-8859-1"', b""),
        ("utf-16-le", "text/xml; charset=utf-16", b"\xff\xfe"),
        ("utf-16-be", "text/xml", b"\xfe\xff"),
    ],
)
def test_other_encodings_than_utf_8_are_read_as_what_they_say(
    world: World, charset: str, content_type: str, mark: bytes
) -> None:
    """Rule 15: a reason in Swedish comes back letter for letter, in UTF-8."""
    reason = "Blåmärke på höger hälsena, Öland"
    patient = world.patient(ANYBODY)
    slot = patient.time(EKEN, "20261124080000")
    text = envelope(patient.order(slot, reason=reason), EKEN, patient.actor).decode()
    declared = {"utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}.get(charset, charset.upper())
    body = mark + text.replace('encoding="UTF-8"', f'encoding="{declared}"').encode(charset)
    made = post(world.app, body, headers={"Content-Type": content_type}).message
    assert made.resultCode == "OK"
    assert patient.details(EKEN, made.bookingId).reason == reason


def test_an_encoding_that_the_letters_deny_is_a_client_fault(world: World) -> None:
    """Rule 15: bytes that are not what they say are not guessed at."""
    body = written("CancelBooking").replace("</c:", "</c:").encode()
    wrong = body.replace(b"BOKAD-1", b"BOK\xc5D-1")
    with pytest.raises(SoapFault) as fault:
        _ = post(world.app, wrong).message
    assert fault.value.code == "Client"


def test_every_contract_is_a_query_or_an_update_or_the_ping() -> None:
    """The groups that other tests go by leave no contract out."""
    assert {*QUERIES, *UPDATES, "PingForConfiguration"} == set(CONTRACT_NAMES)
    assert len(SIX_QUERIES) == 6
