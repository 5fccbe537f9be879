"""A request becomes a call with what the handler needs, and its answer a SOAP 1.1 envelope."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from producer.app import swedish_time
from producer.soap import messages as m
from server.calling import ACTOR, ADDRESS, CANCEL, PATIENT, SOAP, TYPES, UNIT, Desk, letter


def test_a_handler_gets_the_message_the_address_the_actor_and_the_time(desk: Desk) -> None:
    before = swedish_time()
    desk.post(letter(TYPES), HTTP_X_RIVTA_ORIGINAL_SERVICECONSUMER_HSAID="SE2321000016-1077")
    (call,) = desk.calls
    assert call.message == TYPES
    assert call.contract.name == "GetAllTimeTypes"
    assert call.logical_address == UNIT
    assert call.actor == m.Actor(actorId=PATIENT, actorType=m.ActorType.SUBJECT_OF_CARE)
    assert call.consumer == "SE2321000016-1077"
    assert before <= call.now <= before + timedelta(seconds=10)


def test_now_is_swedish_wall_time_whatever_the_hosts_zone_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """rule 34"""
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    ahead = swedish_time() - datetime.now(UTC).replace(tzinfo=None)
    assert timedelta(minutes=59) < ahead < timedelta(minutes=121)


def test_an_answer_is_an_envelope_of_utf_8_with_the_message_in_its_body(desk: Desk) -> None:
    """rules 1, 5"""
    reply = desk.post(letter(TYPES))
    body = etree.fromstring(reply.body).find(f"{{{SOAP}}}Body")
    assert reply.status == "200 OK"
    assert reply.headers["content-type"] == "text/xml; charset=utf-8"
    assert "content-encoding" not in reply.headers
    assert reply.headers["content-length"] == str(len(reply.body))
    assert [child.tag for child in body] == [
        "{urn:riv:crm:scheduling:GetAllTimeTypesResponder:1}GetAllTimeTypesResponse"
    ]
    assert body.xpath("string(.//*[local-name()='timeTypeName'])") == "Besök & samtal"


def test_the_order_of_headers_is_free_and_strangers_among_them_are_ignored(desk: Desk) -> None:
    """rule 19"""
    stranger = '<x:Trace xmlns:x="urn:x"><x:id>1</x:id></x:Trace>'
    reply = desk.post(letter(TYPES, stranger, ACTOR, stranger, ADDRESS))
    assert reply.status == "200 OK"
    assert desk.calls[0].logical_address == UNIT


@pytest.mark.parametrize("actor", ["urn:somebody-else", "http://example.org/gateway"])
def test_a_mandatory_header_for_another_node_is_not_ours_to_understand(desk: Desk, actor: str) -> None:
    """rule 19"""
    block = f'<x:Trace xmlns:x="urn:x" xmlns:s="{SOAP}" s:mustUnderstand="1" s:actor="{actor}"/>'
    assert desk.post(letter(TYPES, block, ADDRESS, ACTOR)).status == "200 OK"


def test_a_call_without_actor_reaches_the_handler_which_knows_the_unit(desk: Desk) -> None:
    """rule 18"""
    desk.post(letter(TYPES, ADDRESS))
    assert desk.calls[0].actor is None


def test_ping_has_no_actor_even_if_one_is_sent(desk: Desk) -> None:
    """rule 18"""
    ping = m.PingForConfiguration(serviceContractNamespace="urn:x", logicalAddress=UNIT)
    assert desk.post(letter(ping, ADDRESS, ACTOR)).status == "200 OK"
    assert desk.calls[0].actor is None


@pytest.mark.parametrize(
    "action", ["", '""', "anything", '"urn:riv:crm:scheduling:CancelBookingResponder:1:CancelBooking"', None]
)
def test_the_root_of_the_body_decides_and_soapaction_does_not(desk: Desk, action: str | None) -> None:
    """rule 7"""
    headers = {} if action is None else {"HTTP_SOAPACTION": action}
    desk.post(letter(TYPES), **headers)
    assert desk.calls[0].contract.name == "GetAllTimeTypes"


@pytest.mark.parametrize(
    "path",
    [
        "/soap",
        "/crm/scheduling/GetAllTimeTypes/1/rivtabp21",
        "/crm/scheduling/CancelBooking/1/rivtabp21",
        "/itintegration/anything",
        "/GetAllTimeTypes/1/rivtabp21",
        "/region/tidbok",
    ],
)
def test_a_contract_is_answered_at_whatever_path_the_platform_was_given(desk: Desk, path: str) -> None:
    """rules 7, 11"""
    assert desk.post(letter(TYPES), path=path).status == "200 OK"
    assert desk.calls[0].contract.name == "GetAllTimeTypes"


def test_a_query_string_and_the_platforms_headers_are_no_hindrance(desk: Desk) -> None:
    """rule 12"""
    reply = desk.post(
        letter(TYPES),
        QUERY_STRING="a=b&wsdl",
        HTTP_X_VP_SENDER_ID="SE2321000016-1077",
        HTTP_X_VP_INSTANCE_ID="test",
        HTTP_X_RIVTA_ROUTING_HISTORY="a,b",
        HTTP_X_RIVTA_ACTING_ON_BEHALF_OF_HSAID="SE2321000016-1078",
    )
    assert reply.status == "200 OK"


def test_the_consumer_is_the_one_of_the_rivta_header_and_nothing_else(desk: Desk) -> None:
    """rule 13"""
    desk.post(letter(TYPES), HTTP_X_VP_SENDER_ID="SE2321000016-1077", SSL_CLIENT_S_DN="CN=SE2321000016-1078")
    assert desk.calls[0].consumer is None


def test_an_empty_optional_element_is_taken_for_absent_and_told_to_the_handler(desk: Desk) -> None:
    """rule 28"""
    body = letter(CANCEL).replace(b"</r:CancelBooking>", b"<r:message/></r:CancelBooking>")
    desk.post(body)
    assert desk.calls[0].message.message is None
    assert desk.calls[0].empty_elements == ("CancelBooking/message",)


def test_the_correlation_id_comes_back(desk: Desk) -> None:
    reply = desk.post(letter(TYPES), HTTP_X_SKLTP_CORRELATION_ID="8d9a-1")
    assert reply.headers["x-skltp-correlation-id"] == "8d9a-1"
    assert desk.calls[0].correlation_id == "8d9a-1"


@pytest.mark.parametrize("given", ["", "a\r\nSet-Cookie: x=1", "a b", "å", "x" * 129])
def test_a_correlation_id_that_no_header_should_carry_is_replaced(desk: Desk, given: str) -> None:
    reply = desk.post(letter(TYPES), HTTP_X_SKLTP_CORRELATION_ID=given)
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", reply.headers["x-skltp-correlation-id"])


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1"])
@pytest.mark.parametrize("told", ["by declaration", "by Content-Type", "by both"])
def test_every_allowed_encoding_is_read(desk: Desk, charset: str, told: str) -> None:
    """rule 15"""
    name = {"utf-16-le": "UTF-16LE", "utf-16-be": "UTF-16BE"}.get(charset, charset.upper())
    text = letter(m.CancelBooking(healthcare_facility=UNIT, bookingId="b-1", message="Åk hem, ö")).decode()
    declared = "" if told == "by Content-Type" else f'<?xml version="1.0" encoding="{name}"?>'
    content_type = "text/xml" if told == "by declaration" else f'text/xml; charset="{name}"'
    desk.post((declared + text).encode(charset), CONTENT_TYPE=content_type)
    assert desk.calls[0].message.message == "Åk hem, ö"


def test_a_byte_order_mark_before_utf_8_is_no_character(desk: Desk) -> None:
    """rule 15"""
    assert desk.post(b"\xef\xbb\xbf" + letter(TYPES)).status == "200 OK"


def test_comments_and_cdata_are_read_as_xml_reads_them(desk: Desk) -> None:
    body = letter(CANCEL).replace(b">b-1<", b"><![CDATA[b]]><!-- <!DOCTYPE x> -->-1<")
    desk.post(body)
    assert desk.calls[0].message.bookingId == "b-1"
