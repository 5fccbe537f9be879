"""Group G: GetBookingDetails, GetSubjectOfCareSchedule and invitations."""

import re
from datetime import datetime
from typing import Any

import pytest
from lxml import etree

from producer.soap import messages as m
from producer.soap.client import SoapFault
from rules.consumer import Caller
from rules.world import (
    ANYBODY,
    EKEN,
    GUNILLA,
    HAKAN,
    IDA,
    INVITED,
    INVITED_AT_EKEN,
    INVITED_IN_TIME,
    KANSLI,
    LINDEN,
    LISTED,
    LUGNET,
    OST,
    SOMEBODY,
    UNITS,
    VAST,
    World,
)

TUESDAY = "20261124080000"
BOOKED = [
    (GUNILLA, EKEN, "BOKAD-1"),
    (HAKAN, LINDEN, "BOKAD-2"),
    (IDA, VAST, "BOKAD-3"),
    (INVITED, KANSLI, "KALLAD-OPPEN-1"),
    (INVITED_AT_EKEN, EKEN, "KALLAD-OPPEN-2"),
    (LISTED, LUGNET, "KALLAD-OPPEN-3"),
    (INVITED_IN_TIME, VAST, "KALLAD-TID-1"),
]


@pytest.mark.parametrize(("patient", "unit", "booking"), BOOKED)
def test_details_always_have_the_patient_and_the_three_flags(
    world: World, patient: str, unit: str, booking: str
) -> None:
    """Rule 75: of bookings and invitations of every kind."""
    told = world.patient(patient).details(unit, booking)
    assert told.subject_of_care == patient
    assert {told.cancel_booking_allowed, told.rebooking_allowed, told.message_allowed} <= {True, False}


def no_details(caller: Caller, unit: str, booking: str) -> None:
    """A Client fault, the same whatever the reason, so that nobody learns which ids exist."""
    with pytest.raises(SoapFault, match="no booking or invitation") as fault:
        caller.details(unit, booking)
    assert fault.value.code == "Client"


@pytest.mark.parametrize("booking", ["NONE", "bokad-1", "BOKAD-2", "BOKAD-3", "KALLAD-OPPEN-1"])
@pytest.mark.parametrize("unit", [EKEN, "SE2321000016-NONE"])
def test_an_id_that_is_not_the_units_is_a_fault(world: World, unit: str, booking: str) -> None:
    """Rule 75: unknown, or another unit's, of the same patient too; the answer has no room for anything else."""
    owner = {"BOKAD-2": HAKAN, "BOKAD-3": IDA, "KALLAD-OPPEN-1": INVITED}.get(booking, GUNILLA)
    no_details(world.patient(owner), unit, booking)


def test_a_unit_of_the_same_group_does_not_tell_of_anothers_bookings(world: World) -> None:
    """Rule 75: within a group as well."""
    no_details(world.patient(IDA), OST, "BOKAD-3")
    no_details(world.patient(INVITED), VAST, "KALLAD-OPPEN-1")


def test_what_is_cancelled_withdrawn_or_expired_is_a_fault(world: World) -> None:
    """Rule 75: there is nothing left to tell."""
    world.patient(GUNILLA).cancel(EKEN, "BOKAD-1")
    no_details(world.patient(GUNILLA), EKEN, "BOKAD-1")
    world.change_booking("BOKAD-3", state="withdrawn")
    no_details(world.patient(IDA), VAST, "BOKAD-3")
    world.now = datetime(2026, 12, 4, 23, 59)
    assert world.patient(INVITED_AT_EKEN).details(EKEN, "KALLAD-OPPEN-2").isInvitation
    world.now = datetime(2026, 12, 5, 0, 0)
    no_details(world.patient(INVITED_AT_EKEN), EKEN, "KALLAD-OPPEN-2")


def test_a_slot_is_no_booking(world: World) -> None:
    """Rule 75: the id of a free slot has no details, also not after it is booked."""
    patient = world.patient(ANYBODY)
    slot = patient.time(EKEN, TUESDAY)
    no_details(patient, EKEN, slot.bookingId)
    patient.book(slot)
    no_details(patient, EKEN, slot.bookingId)


@pytest.mark.parametrize(("patient", "unit", "booking"), BOOKED)
def test_the_answer_has_the_unit_and_the_id_that_were_asked_for(
    world: World, patient: str, unit: str, booking: str
) -> None:
    """Rule 76: 1177 compares them; at one's own spelling of the unit's id (rule 17)."""
    told = world.patient(patient).details(unit, booking)
    assert (told.healthcare_facility, told.bookingId) == (unit, booking)


def test_an_open_invitation_has_no_time_and_a_timed_one_has_both_ends(world: World) -> None:
    """Rule 77: both are invitations and say why the patient is called."""
    for patient, unit, booking in BOOKED:
        told = world.patient(patient).details(unit, booking)
        times = (told.startTimeInclusive, told.endTimeExclusive)
        if booking.startswith("KALLAD"):
            assert told.isInvitation is True
            assert told.purpose
            assert (times == (None, None)) is (booking != "KALLAD-TID-1")
        else:
            assert not told.isInvitation
            assert all(times)


def test_a_plain_purpose_comes_as_it_was_written(world: World) -> None:
    """Rule 78: encoded once, whatever characters are in it."""
    caller = world.patient(INVITED_AT_EKEN)
    request = m.GetBookingDetails(healthcare_facility=EKEN, bookingId="KALLAD-OPPEN-2")
    reply = caller.reply(EKEN, request)
    assert reply.message.timeslotDetail.purpose == "Dags för kontroll & samtal. Är svaret < 5 hör vi av oss."
    assert b"kontroll &amp; samtal. \xc3\x84r svaret &lt; 5" in reply.body


def test_a_docbook_purpose_is_one_text_with_its_markup_encoded_once(world: World) -> None:
    """Rule 78: no child elements, no CDATA, nothing encoded twice; DocBook of the allowed elements when it is read."""
    reply = world.patient(INVITED).reply(
        KANSLI, m.GetBookingDetails(healthcare_facility=KANSLI, bookingId="KALLAD-OPPEN-1")
    )
    (purpose,) = reply.element.iter("{urn:riv:crm:scheduling:1}purpose")
    assert len(purpose) == 0
    assert b"CDATA" not in reply.body
    assert b"&lt;article&gt;" in reply.body
    assert b"&amp;lt;" not in reply.body
    article = etree.fromstring(purpose.text)
    names = {etree.QName(node).localname for node in article.iter()}
    assert names <= {"article", "info", "title", "para", "section", "bibliography", "ulink"}
    assert article.tag == "article"
    assert article.findtext("info/title") == "Kallelse till mammografi"
    assert article.find(".//ulink").get("url") == "https://exempel.example/mammografi?a=1&b=2"
    assert "tio minuter & är frivillig" in article.findtext("section[2]/para")


@pytest.mark.parametrize(("patient", "unit"), [(patient, unit) for patient, unit, _ in BOOKED])
def test_a_schedule_has_timed_things_only(world: World, patient: str, unit: str) -> None:
    """Rule 79: rows always have both ends, id and patient; open invitations never appear, timed ones do."""
    rows = world.patient(patient).schedule(unit)
    expected = [booking for who, where, booking in BOOKED if (who, where) == (patient, unit) and "OPPEN" not in booking]
    assert [row.bookingId for row in rows] == expected
    for row in rows:
        assert row.startTimeInclusive
        assert row.endTimeExclusive
        assert row.subject_of_care == patient
        assert bool(row.isInvitation) is (row.bookingId == "KALLAD-TID-1")


@pytest.mark.parametrize("unit", UNITS)
def test_a_schedule_tells_the_same_as_the_details(world: World, unit: str) -> None:
    """Rules 75 and 79: row for row, in order of time."""
    patient = world.patient(INVITED_IN_TIME)
    if unit not in (KANSLI, LUGNET):
        patient.book(patient.times(unit, "20261126")[0])
        patient.book(patient.times(unit, "20261124")[0])
    rows = patient.schedule(unit)
    assert [row.startTimeInclusive for row in rows] == sorted(row.startTimeInclusive for row in rows)
    assert len(rows) == (0 if unit in (KANSLI, LUGNET) else 3 if unit == VAST else 2)
    assert [patient.details(unit, row.bookingId) for row in rows] == list(rows)


@pytest.mark.parametrize(("is_shown", "rows"), [(False, [1, 1, 0, 0]), (True, [1, 1, 1, 1])])
def test_a_schedule_is_of_what_has_not_begun(world: World, is_shown: bool, rows: list[int]) -> None:
    """Rule 80: the choice, and the switch `past_bookings_shown`; details are there all the time."""
    world.set_rules(EKEN, past_bookings_shown=is_shown)
    patient = world.patient(GUNILLA)
    found = []
    for moment in ("2026-11-30 08:59:59", "2026-11-30 09:00:00", "2026-11-30 09:00:01", "2027-02-01 12:00:00"):
        world.now = datetime.fromisoformat(moment)
        found.append(len(patient.schedule(EKEN)))
        assert patient.details(EKEN, "BOKAD-1").bookingId == "BOKAD-1"
    assert found == rows


def test_a_past_booking_that_is_shown_can_be_neither_moved_nor_cancelled(world: World) -> None:
    """Rules 69 and 80: and its flags say so."""
    world.set_rules(EKEN, past_bookings_shown=True)
    patient = world.patient(GUNILLA)
    world.now = datetime(2026, 11, 30, 9, 15)
    (row,) = patient.schedule(EKEN)
    assert (row.cancel_booking_allowed, row.rebooking_allowed) == (False, False)
    assert patient.cancel(EKEN, "BOKAD-1").resultCode == "ERROR"
    assert patient.update("BOKAD-1", patient.time(EKEN, "20261202080000")).resultCode == "ERROR"


def test_a_patient_without_bookings_has_an_empty_schedule(world: World) -> None:
    """Rule 81: an empty response element, not a fault."""
    for unit in UNITS:
        reply = world.patient(SOMEBODY).reply(
            unit, m.GetSubjectOfCareSchedule(healthcare_facility=unit, subject_of_care=SOMEBODY)
        )
        assert reply.status == 200
        assert re.search(
            rb"<r:GetSubjectOfCareScheduleResponse[^>]*(/>|></r:GetSubjectOfCareScheduleResponse>)", reply.body
        )


def test_a_schedule_is_of_one_unit_and_one_patient(world: World) -> None:
    """Rule 81: other units' bookings of the patient, and the unit's other patients, are not in it."""
    first, second = world.patient(ANYBODY), world.patient(SOMEBODY)
    ids: dict[Any, str] = {}
    for hour, unit in enumerate((EKEN, VAST, OST), 1):
        for caller in (first, second):
            slots = caller.times(unit, f"2026112{3 + hour}")
            ids[caller.patient, unit] = caller.book(slots[0])
    for caller in (first, second):
        for unit in (EKEN, VAST, OST):
            assert [row.bookingId for row in caller.schedule(unit)] == [ids[caller.patient, unit]]
        assert caller.schedule(LINDEN) == ()


def test_a_booking_that_is_not_for_the_patient_to_see_is_nowhere(world: World) -> None:
    """Rule 82: not in the schedule, no details, nothing to move, cancel or book against."""
    world.change_booking("BOKAD-3", shown_to_patient=False)
    patient = world.patient(IDA)
    assert patient.schedule(VAST) == ()
    no_details(patient, VAST, "BOKAD-3")
    assert patient.units(VAST, "BOKAD-3") == []
    assert patient.times(VAST, bookingId="BOKAD-3") == ()
    assert patient.days(VAST, bookingId="BOKAD-3") == ()
    unknown = patient.cancel(VAST, "NONE").resultText
    slot = patient.time(VAST, TUESDAY)
    assert patient.cancel(VAST, "BOKAD-3").resultText == unknown
    assert patient.update("BOKAD-3", slot).resultText == unknown
    made = patient.make(slot, bookingId="BOKAD-3")
    assert made.resultCode == "OK"
    assert made.bookingId != "BOKAD-3"


def test_a_time_that_is_not_for_the_patient_to_see_is_still_taken(world: World) -> None:
    """Rule 82: hidden from the patient, but nobody else's to book."""
    world.change_booking("BOKAD-3", shown_to_patient=False)
    other = world.patient(ANYBODY)
    assert [
        s.resourceID for s in other.times(VAST, "20261202", "20261202") if s.startTimeInclusive == "20261202082000"
    ] == ["MAMMO2"]


@pytest.mark.parametrize("booking", ["KALLAD-OPPEN-2"])
def test_an_invitation_that_is_not_for_the_patient_to_see_is_nowhere(world: World, booking: str) -> None:
    """Rule 82: an open invitation as well."""
    world.change_booking(booking, shown_to_patient=False)
    patient = world.patient(INVITED_AT_EKEN)
    no_details(patient, EKEN, booking)
    assert patient.units(EKEN, booking) == []
    assert patient.times(EKEN, bookingId=booking) == ()
    made = patient.make(patient.time(EKEN, TUESDAY), bookingId=booking)
    assert made.resultCode == "OK"
    assert made.bookingId != booking
