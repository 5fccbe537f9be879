"""What cannot be answered is a SOAP fault that says what was wrong, to the caller and to the log alike."""

import json
import logging
import re

import pytest

from producer.serving.log import JsonLines
from producer.soap import messages as m
from server.calling import ACTOR, ADDRESS, PATIENT, SOAP, TYPES, UNIT, Desk, letter

DETAILS = m.GetBookingDetails(healthcare_facility=UNIT, bookingId="b-1")
GOOD = letter(TYPES)
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def block(name: str, inside: str, namespace: str = "urn:riv:itintegration:registry:1") -> str:
    return f'<h:{name} xmlns:h="{namespace}">{inside}</h:{name}>'


def acting(inside: str) -> str:
    return block("Actor", inside, "urn:riv:interoperability:headers:1")


FAULTS = {
    "empty body": (b"", "Client", "no body"),
    "white space": (b" \r\n", "Client", "no body"),
    "JSON": (b'{"a": 1}', "Client", "not well-formed"),
    "another root": (b"<a/>", "Client", "root element is a"),
    "broken XML": (GOOD[:-20], "Client", "not well-formed"),
    "SOAP 1.2": (
        GOOD.replace(SOAP.encode(), b"http://www.w3.org/2003/05/soap-envelope"),
        "VersionMismatch",
        "SOAP 1.1",
    ),
    "empty Envelope": (f'<s:Envelope xmlns:s="{SOAP}"/>'.encode(), "Client", "nothing"),
    "empty Body": (f'<s:Envelope xmlns:s="{SOAP}"><s:Body/></s:Envelope>'.encode(), "Client", "holds 0"),
    "text in Body": (GOOD.replace(b"<s:Body>", b"<s:Body>x"), "Client", "Body holds text"),
    "Body first": (
        f'<s:Envelope xmlns:s="{SOAP}"><s:Body><a/></s:Body><s:Header/></s:Envelope>'.encode(),
        "Client",
        "Body, Header",
    ),
    "two requests": (GOOD.replace(b"</s:Body>", b"<a/></s:Body>"), "Client", "holds 2"),
    "unknown contract": (GOOD.replace(b"GetAllTimeTypes", b"GetAllTimes"), "Client", "GetAllTimes"),
    "wrong namespace": (GOOD.replace(b'Responder:1"', b'Responder:2"'), "Client", "of the namespace"),
    "DOCTYPE": (b"<!DOCTYPE a>" + GOOD, "Client", "DOCTYPE"),
    "entities": (
        b'<?xml version="1.0"?><!-- x --><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>' + GOOD,
        "Client",
        "DOCTYPE",
    ),
    "no address": (letter(TYPES, ACTOR), "Client", "LogicalAddress is missing"),
    "empty address": (letter(TYPES, block("LogicalAddress", ""), ACTOR), "Client", "LogicalAddress is empty"),
    "padded address": (letter(TYPES, block("LogicalAddress", f" {UNIT}"), ACTOR), "Client", "white space"),
    "two addresses": (letter(TYPES, ADDRESS, ADDRESS, ACTOR), "Client", "LogicalAddress is there 2 times"),
    "two actors": (letter(TYPES, ADDRESS, ACTOR, ACTOR), "Client", "Actor is there 2 times"),
    "unknown actorType": (
        letter(TYPES, ADDRESS, ACTOR.replace("subject_of_care<", "parent<")),
        "Client",
        "Actor/actorType",
    ),
    "half an actor": (letter(TYPES, ADDRESS, acting(f"<h:actorId>{PATIENT}</h:actorId>")), "Client", "actorType"),
    "mandatory stranger": (
        letter(TYPES, ADDRESS, ACTOR, f'<x:T xmlns:x="urn:x" xmlns:s="{SOAP}" s:mustUnderstand="1"/>'),
        "MustUnderstand",
        "{urn:x}T",
    ),
    "short patient": (re.sub(rb"(subject_of_care>)[0-9]{12}", rb"\g<1>19700123929", GOOD), "Client", "subject_of_care"),
    "version 1.0": (
        re.sub(rb"<(\w+):subject_of_care>.*?</\1:subject_of_care>", b"", letter(TYPES, ADDRESS)),
        "Client",
        "version 1.0",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_bad_request_gets_its_fault_with_http_500_and_a_log_id(desk: Desk, name: str) -> None:
    """rules 1, 2, 3, 8, 9, 14, 16, 18, 19, 99"""
    body, code, words = FAULTS[name]
    reply = desk.post(body)
    found, text = reply.fault
    assert reply.status == "500 Internal Server Error"
    assert reply.headers["content-type"] == "text/xml; charset=utf-8"
    assert b"http://schemas.xmlsoap.org/soap/envelope/" in reply.body
    assert (found, words in text) == (code, True), text
    assert re.search(rf"\(log id {UUID}\)$", text)
    assert PATIENT not in reply.text
    assert desk.calls == []


def test_a_bug_is_a_server_fault_that_tells_the_log_id_and_nothing_of_the_bug(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """rules 8, 9"""
    caplog.set_level(logging.INFO)
    reply = desk.post(letter(DETAILS))
    code, text = reply.fault
    (log_id,) = re.findall(UUID, text)
    written = [JsonLines().format(record) for record in caplog.records]
    assert (code, reply.status) == ("Server", "500 Internal Server Error")
    assert "bug" not in reply.text
    assert PATIENT not in reply.text + "".join(written)
    assert any(log_id in line and "RuntimeError: a bug that knows the patient ****" in line for line in written)


def test_a_fault_is_in_the_log_under_the_id_that_the_caller_got(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """rule 9"""
    caplog.set_level(logging.INFO)
    _, text = desk.post(FAULTS["no address"][0]).fault
    (record,) = [record for record in caplog.records if record.name == "producer.calls"]
    line = json.loads(JsonLines().format(record))
    assert line["log_id"] in text
    assert (line["result"], line["contract"]) == ("Client", "GetAllTimeTypes")


@pytest.mark.parametrize(
    ("content_type", "body", "words"),
    [
        ("text/xml; charset=utf-7", GOOD, "unknown charset"),
        ("text/xml", b'<?xml version="1.0" encoding="EBCDIC-SE"?>' + GOOD, "unknown charset"),
        ("text/xml; charset=iso-8859-1", b'<?xml version="1.0" encoding="UTF-8"?>' + GOOD, "charset is iso-8859-1 by"),
        ("text/xml; charset=utf-8", GOOD.decode().encode("utf-16"), "charset is utf-8 by"),
        ("text/xml; charset=utf-16", GOOD, "utf-16"),
        ("text/xml; charset=utf-8", GOOD.replace(b"DEMO1<", b"DEM\xd61<"), "not utf-8"),
        ("text/xml", GOOD.replace(b"DEMO1<", b"DEM\xd61<"), "not utf-8"),
        ("application/json", GOOD, "not text/xml"),
        ('multipart/related; type="text/xml"', GOOD, "not text/xml"),
    ],
)
def test_a_charset_that_is_unknown_or_untrue_is_named(desk: Desk, content_type: str, body: bytes, words: str) -> None:
    """rule 15"""
    code, text = desk.post(body, CONTENT_TYPE=content_type).fault
    assert (code, words in text) == ("Client", True), text


LIMIT = 15_728_640


def test_a_body_of_the_largest_size_is_read_and_one_byte_more_is_not(desk: Desk) -> None:
    """rule 14"""
    padding = b"\n" * 4_000_000
    spaced = GOOD
    for tag in (b"<s:Header>", b"</s:Header>", b"<s:Body>"):
        spaced = spaced.replace(tag, tag + padding)
    full = spaced.replace(b"</s:Body>", b"</s:Body>" + b"\n" * (LIMIT - len(spaced)))
    assert len(full) == LIMIT
    assert desk.post(full).status == "200 OK"
    assert "larger than 15728640 bytes" in desk.post(full + b"\n").fault[1]


class Untouchable:
    def read(self, _size: int = -1) -> bytes:
        raise AssertionError("the body was read")


class Endless:
    """A chunked body that never ends; it counts what is taken of it."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        self.taken += size
        return b" " * size


def test_a_body_whose_length_is_too_large_is_not_read(desk: Desk) -> None:
    """rule 14"""
    reply = desk.post(b"", CONTENT_LENGTH="20000000", **{"wsgi.input": Untouchable()})
    assert "larger than" in reply.fault[1]


def test_a_chunked_body_is_read_no_further_than_the_limit(desk: Desk) -> None:
    """rule 14"""
    endless = Endless()
    reply = desk.post(b"", CONTENT_LENGTH="", **{"wsgi.input": endless, "wsgi.input_terminated": True})
    assert "larger than" in reply.fault[1]
    assert endless.taken < LIMIT + 200_000


def test_a_chunked_body_is_a_body(desk: Desk) -> None:
    reply = desk.post(letter(TYPES), CONTENT_LENGTH="", **{"wsgi.input_terminated": True})
    assert reply.status == "200 OK"


@pytest.mark.parametrize(
    ("length", "words"),
    [
        ("-1", "not a number"),
        ("1e3", "not a number"),
        ("²", "not a number"),
        ("9" * 5000, "larger"),
        ("999", "ended after"),
    ],
)
def test_a_length_that_is_untrue_is_named(desk: Desk, length: str, words: str) -> None:
    reply = desk.post(b"<a/>", CONTENT_LENGTH=length)
    assert (reply.fault[0], words in reply.fault[1]) == ("Client", True)


def test_a_body_that_stops_coming_is_the_callers_fault(desk: Desk) -> None:
    class Broken:
        def read(self, _size: int = -1) -> bytes:
            raise TimeoutError("too slow")

    reply = desk.post(b"", CONTENT_LENGTH="10", **{"wsgi.input": Broken()})
    assert reply.fault[0] == "Client"
    assert "did not arrive" in reply.fault[1]


def test_a_compressed_body_is_refused_by_name(desk: Desk) -> None:
    """rule 5"""
    assert "Content-Encoding" in desk.post(letter(TYPES), HTTP_CONTENT_ENCODING="gzip").fault[1]


def test_a_hundred_thousand_attributes_and_ten_thousand_levels_are_answered_quickly(desk: Desk) -> None:
    """rule 14"""
    many = b" ".join(b'a%d="1"' % number for number in range(100_000))
    deep = b"<a>" * 10_000 + b"</a>" * 10_000
    for body in (
        GOOD.replace(b"<s:Body>", b"<s:Body " + many + b">"),
        GOOD.replace(b"<s:Header>", b"<s:Header>" + deep),
    ):
        reply = desk.post(body)
        assert reply.status in ("200 OK", "500 Internal Server Error")
        assert len(reply.body) < 2_000
