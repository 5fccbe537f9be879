"""Group C: XML and schema."""

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from producer.soap import messages as m
from producer.soap.client import SoapFault, envelope
from producer.soap.grammar import BOOLEAN, elements_of
from rules.answers import CORE, SOAP
from rules.calls import ACTOR, CONTRACT_NAMES, OF_BOOKING, QUERIES, REQUESTS, to, written
from rules.consumer import Reply, get, post
from rules.world import ANYBODY, BO, EKEN, GUNILLA, INVITED, KANSLI, LINDEN, TEST, VAST, World

RESPONDER = "urn:riv:crm:scheduling:{}Responder:1"


def refused(world: World, body: str) -> SoapFault:
    """The Client fault that the call gets; it must leave nothing behind."""
    before = world.dump()
    with pytest.raises(SoapFault) as fault:
        _ = post(world.app, body.encode()).message
    assert fault.value.code == "Client"
    assert world.dump() == before
    return fault.value


@pytest.mark.parametrize(
    "patient", ["191212121212", "199008252398", "198000602394", "991981000010", "19121212T212", "19121212p212"]
)
def test_a_normal_identity_is_valid(world: World, patient: str) -> None:
    """Rule 26: a schema that took ^ and $ for letters would refuse every one of these."""
    caller = world.patient(patient)
    assert caller.schedule(EKEN) == ()
    assert caller.time_types(EKEN)
    assert caller.make(caller.time(EKEN, "20261124080000")).resultCode == "OK"


@pytest.mark.parametrize(
    "patient",
    ["^191212121212$", "1912121212", "191212-1212", "19810829M071", "191212121212 ", "1912121212121", "åååååååååååå"],
)
@pytest.mark.parametrize("contract", [name for name in OF_BOOKING if GUNILLA in written(name).split("<s:Body>")[1]])
def test_what_is_no_identity_is_a_client_fault(world: World, contract: str, patient: str) -> None:
    """Rule 26: nor is the one that the published pattern takes literally."""
    head, _, body = written(contract).partition("<s:Body>")
    assert "subject_of_care" in refused(world, f"{head}<s:Body>{body.replace(GUNILLA, patient)}").text


def test_the_served_schema_has_no_anchors_in_its_patterns(world: World) -> None:
    """Rule 26: a consumer that validates with what we serve takes normal messages."""
    schema = get(world.app, "/schemas/crm_scheduling/core_components/crm_scheduling_1.1.xsd")
    patterns = etree.fromstring(schema.body).xpath("//*[local-name()='pattern']/@value")
    assert "[0-9]{8}[0-9pPtTfF][0-9]{3}" in patterns
    assert [pattern for pattern in patterns if "^" in pattern or "$" in pattern] == []


XML_TEXT = st.text(
    st.one_of(
        st.sampled_from("aåÖ <>&\"'\n\t]]>-😀\u2028\u00a0"),
        st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
    ),
    max_size=20,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(reason=XML_TEXT, phone=XML_TEXT)
def test_no_answer_has_an_empty_element_whatever_was_written_in_the_booking(
    world: World, reason: str, phone: str
) -> None:
    """Rule 27: a text that is blank is left out, any other comes back as it was sent."""
    world.reset()
    patient = world.patient(ANYBODY)
    order = patient.order(patient.time(EKEN, "20261124080000"), reason=reason)
    order = replace(order, subject_of_care_info=replace(order.subject_of_care_info, phone=phone))
    made = patient.ask(EKEN, order)
    told = patient.details(EKEN, made.bookingId)  # whose every element the consumer looks into
    assert told.reason == (reason if reason.strip() else None)
    assert patient.schedule(EKEN) == (told,)


def test_what_a_unit_does_not_have_is_left_out(world: World) -> None:
    """Rule 27: no title, no resource, no performer, no care types: no elements for them."""
    by_bo = world.patient(ANYBODY).time(EKEN, "20261125080000", performer=(BO,))
    assert by_bo.performerName == "Bo Påhittsson"
    alone = world.patient(ANYBODY).time(EKEN, "20261123130000")
    assert (alone.performer, alone.performerName, alone.resourceID) == (None, None, "LAB")
    talk = world.patient(ANYBODY).time(EKEN, "20261124090000", timeTypeID="SAMTAL")
    assert (talk.resourceID, talk.resourceName) == (None, None)
    at_linden = world.patient(ANYBODY).time(LINDEN, "20261124090000")
    assert (at_linden.careTypeID, at_linden.careTypeName, at_linden.resourceID) == (None, None, None)
    invited = world.patient(INVITED).details(KANSLI, "KALLAD-OPPEN-1")
    assert (invited.performer, invited.resourceID, invited.reason) == (None, None, None)


VALUES: dict[str, Any] = {"SubjectOfCareIdType": ANYBODY, "TS": "20261124080000", "DT": "20261124"}


def optional_elements() -> Iterator[tuple[str, str]]:
    """Every optional element of every request, in the message itself or in a part of it."""
    for name, request in REQUESTS.items():
        for element in elements_of(type(request)):
            if not element.mandatory:
                yield name, element.name
            if isinstance(element.type, type):
                yield from (
                    (name, f"{element.name}/{part.name}") for part in elements_of(element.type) if not part.mandatory
                )


def with_empty(contract: str, path: str) -> str:
    """The contract's call with that element in its place, empty."""
    whole, _, part = path.partition("/")
    base: Any = REQUESTS[contract]
    if whole == "subject_of_care_info" and part:
        base = replace(base, subject_of_care_info=m.SubjectOfCareType(firstName="Gunilla", lastName="Ek"))
    if part:
        inner = getattr(base, whole)
        filled = replace(base, **{whole: replace(inner, **{part: _something(type(inner), part)})})
    else:
        filled = replace(base, **{whole: _something(type(base), whole)})
    name = part or whole
    text = envelope(filled, EKEN, None if contract == "PingForConfiguration" else ACTOR).decode()
    emptied, count = re.subn(rf"<(\w+):{name}>.*?</\1:{name}>", rf"<\1:{name}/>", text)
    assert count == 1
    return emptied


def _something(message_type: type[m.Message], name: str) -> Any:
    element = next(one for one in elements_of(message_type) if one.name == name)
    if element.type is m.SubjectOfCareType:
        return m.SubjectOfCareType(firstName="Gunilla", lastName="Ek")
    value = True if element.type is BOOLEAN else VALUES.get(element.type.name, "X")  # type: ignore[union-attr]
    return (value,) if element.repeated else value


# Optional by the schema and mandatory by chapter 9.4, so that without it the call is a fault anyway.
WANTED = {
    (contract, f"requestedTimeslot/{name}")
    for contract in ("MakeBooking", "UpdateBooking")
    for name in ("startTimeInclusive", "endTimeExclusive", "subject_of_care")
} | {("UpdateBooking", "requestedTimeslot/bookingId")}
OPTIONAL = [pair for pair in optional_elements() if pair not in WANTED]


@pytest.mark.parametrize(("contract", "path"), OPTIONAL)
def test_an_empty_optional_element_counts_as_absent_and_is_noted(
    world: World, contract: str, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Rule 28: real consumers send `<bookingId/>`."""
    caplog.set_level(logging.INFO, "producer.calls")
    usual = post(world.app, written(contract).encode())
    world.reset()
    caplog.clear()
    reply = post(world.app, with_empty(contract, path).encode())
    assert reply.status == 200
    if contract == "MakeBooking":
        assert reply.message.resultCode == usual.message.resultCode == "OK"
    else:
        assert reply.body == usual.body
    (call,) = [record.call for record in caplog.records if hasattr(record, "call")]
    assert call["empty_elements"] == (f"{contract}/{path}",)


@pytest.mark.parametrize(("contract", "path"), OPTIONAL)
def test_a_strict_unit_takes_no_empty_element(world: World, contract: str, path: str) -> None:
    """Rule 28: the switch `empty_elements_accepted`; the fault names the element."""
    world.set_rules(EKEN, empty_elements_accepted=False)
    assert path in refused(world, with_empty(contract, path)).text
    assert post(world.app, written(contract).encode()).status == 200


@pytest.mark.parametrize(("contract", "path"), sorted(WANTED))
def test_an_empty_element_that_the_contract_wants_is_a_client_fault(world: World, contract: str, path: str) -> None:
    """Rules 28 and 65: what is empty is absent, and these must be there."""
    base: Any = REQUESTS[contract]
    name = path.partition("/")[2]
    text = envelope(base, EKEN, ACTOR).decode()
    emptied, count = re.subn(rf"<(\w+):{name}>.*?</\1:{name}>", rf"<\1:{name}/>", text)
    assert count == 1
    assert name in refused(world, emptied).text


@pytest.mark.parametrize("contract", OF_BOOKING)
def test_an_empty_mandatory_element_is_a_client_fault(world: World, contract: str) -> None:
    """Rule 28: leniency is for what may be absent."""
    text = written(contract)
    for element in elements_of(type(REQUESTS[contract])):
        if element.mandatory:
            emptied, count = re.subn(
                rf"<(\w+):{element.name}>.*?</\1:{element.name}>", rf"<\1:{element.name}> </\1:{element.name}>", text
            )
            assert count == 1
            refused(world, emptied)


# The order of chapter 9.3, letter for letter, with the namespace of each element: R the responder's, C the core, X its
# extension.
ORDER = {
    "GetAllTimeTypes": "R:ListOfTimeTypes C:timeTypeName C:timeTypeId",
    "GetAllCareTypes": "R:careTypes C:careTypeName C:careTypeId",
    "GetAllPerformers": "R:performerInfos C:perfomer C:firstName C:lastName C:title",
    "GetAllHealthcareFacilities": "R:healthcareFacilityInfos C:healthcare_facility C:healthcare_facility_name",
    "GetAvailableDates": (
        "R:performerAvailabilityByDate R:healthcare_facility R:performer R:date R:resourceName R:resourceID"
        " R:timeTypeName R:timeTypeID R:careTypeName R:careTypeID"
    ),
    "GetAvailableTimeslots": (
        "R:timeslotDetail C:startTimeInclusive C:endTimeExclusive C:healthcare_facility C:performer C:bookingId"
        " C:resourceName C:healthcare_facility_name C:performerName C:resourceID C:timeTypeName C:timeTypeID"
        " C:careTypeName C:careTypeID C:cancel_booking_allowed C:rebooking_allowed C:message_allowed"
    ),
    "GetBookingDetails": (
        "R:timeslotDetail C:startTimeInclusive C:endTimeExclusive C:healthcare_facility C:performer C:bookingId"
        " C:subject_of_care C:reason C:resourceName C:healthcare_facility_name C:performerName C:resourceID"
        " C:timeTypeName C:timeTypeID C:careTypeName C:careTypeID C:cancel_booking_allowed C:rebooking_allowed"
        " C:message_allowed X:isInvitation"
    ),
    "MakeBooking": "R:bookingId R:resultCode",
    "UpdateBooking": "R:resultCode",
    "CancelBooking": "R:resultCode",
}
ORDER["GetSubjectOfCareSchedule"] = ORDER["GetBookingDetails"]


def names_in(reply: Reply, contract: str) -> Iterator[str]:
    """The elements of the first row of an answer, each with the letter of its namespace."""
    letters = {RESPONDER.format(contract): "R", CORE: "C", f"{CORE}.1": "X"}
    nodes = reply.element if len(reply.element[0]) == 0 else reply.element[0].iter()
    for node in nodes:
        name = etree.QName(node)
        yield f"{letters[name.namespace]}:{name.localname}"


@pytest.mark.parametrize("contract", OF_BOOKING)
def test_the_elements_of_an_answer_stand_in_order_in_their_namespaces(world: World, contract: str) -> None:
    """Rules 29, 30 and 31: also perfomer, timeTypeId in the list and timeTypeID in slots; no patient among free times."""
    reply = post(world.app, written(contract).encode())
    assert reply.element.tag == f"{{{RESPONDER.format(contract)}}}{contract}Response"
    assert " ".join(names_in(reply, contract)) == ORDER[contract]


def test_every_row_of_free_times_is_without_patient_and_invitation(world: World) -> None:
    """Rule 29: not in a rebooking or for an invitation either."""
    for patient, unit, booking in (
        (GUNILLA, EKEN, "BOKAD-1"),
        (INVITED, VAST, "KALLAD-OPPEN-1"),
        (ANYBODY, TEST, None),
    ):
        caller = world.patient(patient)
        reply = caller.reply(
            unit, caller.question(m.GetAvailableTimeslots, unit, "20261124", "20261204", bookingId=booking)
        )
        assert len(reply.element) > 0
        assert reply.element.xpath("//*[local-name()='subject_of_care' or local-name()='isInvitation']") == []
        assert reply.element.xpath("//*[local-name()='reason' or local-name()='purpose']") == []


FOREIGN = '<z:later xmlns:z="urn:later" z:a="1">x<z:deep/></z:later><y:more xmlns:y="urn:more"/>'


@pytest.mark.parametrize("contract", CONTRACT_NAMES)
def test_foreign_elements_at_the_end_of_a_message_are_ignored(world: World, contract: str) -> None:
    """Rule 32: a later minor version may have put them there."""
    usual = post(world.app, written(contract).encode())
    world.reset()
    closing = re.search(rf"</\w+:{contract}>", written(contract))[0]
    reply = post(world.app, written(contract).replace(closing, FOREIGN + closing).encode())
    assert reply.status == 200
    if contract in QUERIES or contract == "CancelBooking":
        assert reply.body == usual.body
    else:
        assert getattr(reply.message, "resultCode", "OK") == "OK"


@pytest.mark.parametrize("contract", ["MakeBooking", "UpdateBooking"])
def test_foreign_elements_have_no_place_in_a_timeslot_but_after_the_patient(world: World, contract: str) -> None:
    """Rule 32: TimeslotType ends without an any, SubjectOfCareType with one, and so does the Actor."""
    base: Any = REQUESTS[contract]
    whole = replace(base, subject_of_care_info=m.SubjectOfCareType(firstName="Gunilla", lastName="Ek"))
    text = envelope(whole, EKEN, ACTOR).decode()
    closing = re.search(r"</\w+:requestedTimeslot>", text)[0]
    opening = re.search(r"<\w+:requestedTimeslot>", text)[0]
    refused(world, text.replace(closing, FOREIGN + closing))
    refused(world, text.replace(opening, opening + FOREIGN))
    for element in ("subject_of_care_info", "Actor"):
        world.reset()
        closing = re.search(rf"</\w+:{element}>", text)[0]
        assert post(world.app, text.replace(closing, FOREIGN + closing).encode()).message.resultCode == "OK"


@pytest.mark.parametrize("contract", CONTRACT_NAMES)
def test_foreign_elements_elsewhere_are_schema_errors(world: World, contract: str) -> None:
    """Rule 32: before the known ones, or in the message's own namespace, the any does not take them."""
    text = written(contract)
    opening = re.search(rf"<(\w+):{contract} [^>]*>", text)
    closing = f"</{opening[1]}:{contract}>"
    refused(world, text.replace(opening[0], opening[0] + FOREIGN))
    refused(world, text.replace(closing, f"<{opening[1]}:later/>{closing}"))
    refused(world, text.replace(closing, f'<later xmlns=""/>{closing}'))


def test_version_1_1_elements_in_another_namespace_are_errors(world: World) -> None:
    """Rules 30 and 61: the patient's names are in the extension, and nowhere else do they count."""
    text = written("MakeBooking")
    prefix = re.search(r"<(\w+):firstName>", text)[1]
    core = re.search(r"<(\w+):startTimeInclusive>", text)[1]
    for name in ("firstName", "lastName"):
        refused(
            world,
            text.replace(f"<{prefix}:{name}>", f"<{core}:{name}>").replace(f"</{prefix}:{name}>", f"</{core}:{name}>"),
        )
    for contract in ("GetAllTimeTypes", "GetAvailableDates", "GetAvailableTimeslots"):
        asked = written(contract)
        extension = re.search(r"<(\w+):subject_of_care>", asked)[1]
        own = re.search(rf"<(\w+):{contract} ", asked)[1]
        assert extension != own
        refused(world, asked.replace(f"{extension}:subject_of_care>", f"{own}:subject_of_care>"))


def test_flags_and_invitation_have_no_place_in_a_request(world: World) -> None:
    """Chapter 9.4 (rule 29): schema-valid, and still a fault in MakeBooking and UpdateBooking."""
    for contract in ("MakeBooking", "UpdateBooking"):
        for name in ("cancel_booking_allowed", "rebooking_allowed", "message_allowed", "isInvitation"):
            base: Any = REQUESTS[contract]
            flagged = replace(base, requestedTimeslot=replace(base.requestedTimeslot, **{name: True}))
            assert name in refused(world, envelope(flagged, EKEN, ACTOR).decode()).text


def test_an_answer_is_of_soap_1_1_and_utf_8(world: World) -> None:
    """Rule 30: what is Swedish in the answer is written in UTF-8 and says so."""
    reply = world.patient(GUNILLA).reply(EKEN, to(EKEN, "GetAllTimeTypes"))
    assert reply.body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    assert "Nybesök läkare".encode() in reply.body
    assert etree.fromstring(reply.body).tag == f"{{{SOAP}}}Envelope"
