"""What every answer must be, whatever was asked: each one that these tests get is held to it."""

import re
from collections.abc import Mapping

from lxml import etree

from producer.soap.contracts import CONTRACTS, Contract
from producer.soap.validation import schema_errors

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
CORE = "urn:riv:crm:scheduling:1"
LOG_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_PERSON_ID = re.compile(r"[0-9]{8}[0-9pPtTfF][0-9]{3}")
_CODES = {"Client", "Server", "MustUnderstand", "VersionMismatch"}
_CONTRACTS = {row.response_qname: row for row in CONTRACTS}

# Chapter 9.4, written down from the contract description and not from the product: what a timeslot of each
# answer must have (!) and must not have (-) beyond what the schema says.
_MUST = {
    "GetAvailableTimeslots": "startTimeInclusive endTimeExclusive timeTypeID timeTypeName",
    "GetBookingDetails": "subject_of_care cancel_booking_allowed rebooking_allowed message_allowed timeTypeID timeTypeName",
    "GetSubjectOfCareSchedule": "startTimeInclusive endTimeExclusive bookingId subject_of_care timeTypeID timeTypeName",
}
_MUST_NOT = {"GetAvailableTimeslots": "subject_of_care isInvitation"}


def check(status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Rules 1, 3, 4 and 5: HTTP and the envelope; then the fault or the answer in it."""
    assert status in (200, 500)
    assert headers["content-type"] == "text/xml; charset=utf-8"
    assert headers["content-length"] == str(len(body))
    assert "content-encoding" not in headers
    assert headers.get("connection", "keep-alive") == "keep-alive"
    root = etree.fromstring(body)
    assert root.tag == f"{{{SOAP}}}Envelope"
    (soap_body,) = root
    assert soap_body.tag == f"{{{SOAP}}}Body"
    (element,) = soap_body
    if element.tag == f"{{{SOAP}}}Fault":
        _check_fault(status, body, element)
    else:
        assert status == 200
        check_message(element)


def _check_fault(status: int, body: bytes, fault: etree._Element) -> None:
    """Rules 1, 2, 3, 8 and 9."""
    assert status == 500
    assert SOAP.encode() in body
    assert [child.tag for child in fault] == ["faultcode", "faultstring"]
    prefix, _, code = fault[0].text.partition(":")
    assert fault[0].nsmap[prefix] == SOAP
    assert code in _CODES
    assert len(LOG_ID.findall(fault[1].text)) == 1
    assert _PERSON_ID.search(LOG_ID.sub("", body.decode())) is None
    assert LOG_ID.sub("", fault[1].text).strip("() .")


def check_message(element: etree._Element) -> None:
    """Rules 26, 27, 29, 30 and 31: the schema's language, its order, nothing empty, and the fields of chapter 9.4."""
    contract = _CONTRACTS[element.tag]
    assert schema_errors(contract, element) is None
    for node in element.iterdescendants():
        assert len(node) or (node.text or "").strip(), f"{node.tag} is empty"
        assert not node.attrib
    for timeslot in element.iter(f"{{{element.nsmap['r']}}}timeslotDetail"):
        _check_timeslot(contract, timeslot)
    _check_result(element)


def _check_timeslot(contract: Contract, timeslot: etree._Element) -> None:
    """Rules 29, 30, 51, 75, 77 and 79."""
    found = {etree.QName(child).localname: child.text for child in timeslot}
    must, must_not = _MUST[contract.name].split(), _MUST_NOT.get(contract.name, "").split()
    assert [name for name in must if name not in found] == []
    assert [name for name in must_not if name in found] == []
    is_invitation = found.get("isInvitation") == "true"
    times = {"startTimeInclusive", "endTimeExclusive"} & found.keys()
    if contract.name == "GetBookingDetails":
        assert len(times) == 2 or (is_invitation and not times)
    if is_invitation:
        assert "purpose" in found
    if len(times) == 2:
        assert found["startTimeInclusive"] < found["endTimeExclusive"]


def _check_result(element: etree._Element) -> None:
    """Rules 54, 55 and 56."""
    found = {etree.QName(child).localname: child.text for child in element}
    code = found.get("resultCode")
    if code is None:
        return
    assert ("resultText" in found) == (code != "OK")
    if element.tag.endswith("}MakeBookingResponse"):
        assert ("bookingId" in found) == (code != "ERROR")
