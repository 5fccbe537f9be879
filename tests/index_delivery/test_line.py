"""One call to the index: what goes out, and what each answer means (rule 90)."""

import http.server
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pytest
from lxml import etree

from index_delivery.posts import NOW, PATIENT, UNIT, row
from producer.index import line as lines
from producer.index.line import Line, Place, update_of
from producer.index.verdicts import Outcome
from producer.soap.codec import schema_errors
from producer.soap.contracts import UPDATE
from producer.soap.writing import encode
from producer.store.outbox import Post

_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_ENVELOPE = f'<s:Envelope xmlns:s="{_SOAP}"><s:Body>%s</s:Body></s:Envelope>'
_ANSWER = '<UpdateResponse xmlns="urn:riv:itintegration:engagementindex:UpdateResponder:1">%s</UpdateResponse>'


def answer(code: str, comment: str = "") -> str:
    told = f"<comment>{comment}</comment>" if comment else ""
    return _ENVELOPE % (_ANSWER % f"<ResultCode>{code}</ResultCode>{told}")


def fault(text: str, code: str = "s:Server") -> str:
    return _ENVELOPE % f"<s:Fault><faultcode>{code}</faultcode><faultstring>{text}</faultstring></s:Fault>"


def post(booking: int = 1, *, deleted: bool = False, **more: object) -> Post:
    columns = row(booking, deleted=deleted, **more)
    kept = {name: columns[name] for name in Post.__slots__ if name != "id"}
    return Post(id=booking, **kept)


@dataclass
class Played:
    """An index that gives the same answer to each call, and keeps what it was sent."""

    url: str
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def playing(write: Callable[[http.server.BaseHTTPRequestHandler], None]) -> Iterator[Played]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            played.heard.append((dict(self.headers), body))
            with suppress(OSError):
                write(self)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        played = Played(url=f"http://127.0.0.1:{server.server_port}/")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield played
        finally:
            server.shutdown()
            thread.join()


def saying(status: int, body: str) -> Callable[[http.server.BaseHTTPRequestHandler], None]:
    def write(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body.encode())))
        handler.end_headers()
        handler.wfile.write(body.encode())

    return write


def line_to(url: str) -> Line:
    return Line(Place(url=url, logical_address="5565594230"))


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, answer("OK"), Outcome.TAKEN),
        (200, answer("INFO", "taken, but late"), Outcome.TAKEN),
        (200, answer("ERROR", "Duplicates are not allowed."), Outcome.REFUSED),
        (200, answer("ERROR"), Outcome.REFUSED),
        (500, fault("EI000: technical"), Outcome.FAILED),
        (500, fault("EI001: the payload does not follow the XML schema"), Outcome.REFUSED),
        (500, fault("EI002: duplicate"), Outcome.REFUSED),
        (500, fault("EI003: wrong logical address"), Outcome.FAILED),
        (500, fault("EI004: too long"), Outcome.REFUSED),
        (500, fault("EI005: reserved"), Outcome.REFUSED),
        (500, fault("EI006 reserved"), Outcome.REFUSED),
        (200, fault("EI004: a fault with another status is a fault"), Outcome.REFUSED),
        (500, fault("EI0044: no code of the index"), Outcome.FAILED),
        (500, fault("VP009 [NTjP] Fel vid kontakt med producenten: EI004"), Outcome.FAILED),
        (500, fault("VP004 [NTjP] no route", "s:Client"), Outcome.FAILED),
        (500, fault("VP007 [NTjP] not allowed"), Outcome.FAILED),
        (500, fault(""), Outcome.FAILED),
        (500, "", Outcome.FAILED),
        (200, "", Outcome.FAILED),
        (202, "", Outcome.FAILED),
        (503, "<html><body>Service Unavailable</body></html>", Outcome.FAILED),
        (404, "not found", Outcome.FAILED),
        (200, answer("OK")[:-20], Outcome.FAILED),
        (200, _ENVELOPE % "<other/>", Outcome.FAILED),
        (200, answer("NO SUCH CODE"), Outcome.FAILED),
        (302, "", Outcome.FAILED),
    ],
)
def test_an_answer_means(status: int, body: str, outcome: Outcome) -> None:
    """rule 90: a fault of the index that finds fault with a post is for good, all else is for now."""
    with playing(saying(status, body)) as played:
        verdict = line_to(played.url).tell([post()])
    assert verdict.outcome is outcome
    assert bool(verdict.reason) is (outcome is not Outcome.TAKEN)


def test_the_reason_is_what_the_index_said_without_the_patient_it_named() -> None:
    with playing(saying(200, answer("ERROR", f"{PATIENT} is no resident"))) as played:
        verdict = line_to(played.url).tell([post()])
    assert verdict.reason == "ResultCode ERROR: ************ is no resident"


def test_nobody_there_is_for_now() -> None:
    with playing(saying(200, "")) as played:
        gone = played.url
    verdict = line_to(gone).tell([post()])
    assert (verdict.outcome, verdict.reason.split(":")[0]) == (Outcome.FAILED, "ConnectionRefusedError")


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "http://", "http://127.0.0.1:bad/", "index"])
def test_an_address_that_leads_nowhere_is_for_now(url: str) -> None:
    assert line_to(url).tell([post()]).outcome is Outcome.FAILED


def test_a_post_that_lacks_what_each_must_have_is_refused_before_it_is_sent() -> None:
    with playing(saying(200, answer("OK"))) as played:
        assert line_to(played.url).tell([post(business_id=" ")]).outcome is Outcome.REFUSED
        assert played.heard == []


def test_what_goes_out_is_valid_and_says_no_more_than_it_may() -> None:
    """rules 83, 84 and 91: no owner, no creationTime, no updateTime; no Actor beside the LogicalAddress."""
    with playing(saying(200, answer("OK"))) as played:
        line_to(played.url).tell([post(1, deleted=True), post(2)])
    headers, body = played.heard[0]
    assert headers["SOAPAction"] == '"urn:riv:itintegration:engagementindex:UpdateResponder:1:Update"'
    assert headers["Content-Type"] == "text/xml; charset=utf-8"
    root = etree.fromstring(body)
    assert [(each.tag.rpartition("}")[2], each.text) for each in root.find(f"{{{_SOAP}}}Header")] == [
        ("LogicalAddress", "5565594230")
    ]
    update = root.find(f"{{{_SOAP}}}Body")[0]
    assert schema_errors(UPDATE, update) is None
    gone, there = ([child.tag.rpartition("}")[2] for child in each[1]] for each in update)
    assert there == [
        "registeredResidentIdentification",
        "serviceDomain",
        "categorization",
        "logicalAddress",
        "businessObjectInstanceIdentifier",
        "clinicalProcessInterestId",
        "mostRecentContent",
        "sourceSystem",
        "dataController",
    ]
    assert gone == [name for name in there if name != "mostRecentContent"]
    assert [each[0].text for each in update] == ["true", "false"]
    values = [child.text for child in update[1][1]]
    assert values == [
        PATIENT, "riv:crm:scheduling", "NA", UNIT, "B-2", "NA", f"{NOW:%Y%m}10080000", "SE2321000016-SYS", "SE2321000016"
    ]  # fmt: skip


def test_a_thousand_posts_are_one_valid_message() -> None:
    """rule 89"""
    update = etree.fromstring(encode(update_of([post(number) for number in range(1000)])))
    assert len(update) == 1000
    assert schema_errors(UPDATE, update) is None


def hanging(released: threading.Event) -> Callable[[http.server.BaseHTTPRequestHandler], None]:
    return lambda _handler: released.wait(30) and None


def test_an_index_that_hangs_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_HASTE_SECONDS", 0.3)
    released = threading.Event()
    with playing(hanging(released)) as played:
        began = time.monotonic()
        verdict = line_to(played.url).tell([post()])
        assert time.monotonic() - began < 3
        released.set()
    assert verdict.outcome is Outcome.FAILED


def test_an_answer_that_comes_drop_by_drop_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each drop comes before the time-out of a read; all of them together do not come before the call's."""
    monkeypatch.setattr(lines, "_HASTE_SECONDS", 0.5)

    def drip(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(1000):
            handler.wfile.write(b" ")
            time.sleep(0.05)

    with playing(drip) as played:
        began = time.monotonic()
        verdict = line_to(played.url).tell([post()])
        assert time.monotonic() - began < 5
    assert verdict.outcome is Outcome.FAILED


def test_a_call_under_way_ends_at_once_when_it_is_interrupted_and_no_other_begins() -> None:
    released = threading.Event()
    with playing(hanging(released)) as played:
        line = line_to(played.url)
        waiting = threading.Thread(target=line.tell, args=([post()],))
        waiting.start()
        until = time.monotonic() + 10
        while not played.heard:
            assert time.monotonic() < until
            time.sleep(0.01)
        began = time.monotonic()
        line.interrupt()
        waiting.join(10)
        assert time.monotonic() - began < 2
        released.set()
        assert line.tell([post()]).reason == "interrupted"
        assert len(played.heard) == 1


def test_the_time_for_a_call_is_what_the_index_promises_and_half_as_much_again() -> None:
    """Engagemangsindex promises 0.1 s and 0.02 s a post."""
    for posts in (1, 100, 1000):
        assert lines.seconds_for(posts) >= 1.5 * (0.1 + 0.02 * posts)
    assert lines.seconds_for(1000) == 40
