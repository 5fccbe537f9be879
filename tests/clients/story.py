"""The whole life of a booking, told to any client stack; what comes back must be what a consumer counts on."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from clients.stacks import Faulted, Headers, Stack, rows

NORR = "SE2321000016-DEMO1"
WEST, EAST, OFFICE = "SE2321000016-DEMO3", "SE2321000016-DEMO4", "SE2321000016-DEMO5"
ANNA = "SE2321000016-DEMOP1"
RESIDENT, INVITED, CALLED = "199001012385", "195501142284", "196201082697"

SWEDISH = 'Ont i knäet sedan två veckor – åäö ÅÄÖ é, 50 € & <ingen> "feber"'
WHO = {"phone": "070-174 06 05", "firstName": "Åsa", "middleName": "Märta", "lastName": "Öhrn-Påhittsdotter"}
TIME_FIELDS = ("startTimeInclusive", "endTimeExclusive", "healthcare_facility", "performer", "resourceID", "timeTypeID")


class Resident:
    """One patient at the keyboard of an e-service."""

    def __init__(self, stack: Stack, patient: str) -> None:
        self.stack = stack
        self.patient = patient

    def call(self, contract: str, unit: str, **body: Any) -> Mapping[str, Any]:
        return self.stack.call(contract, Headers(address=unit, actor=self.patient), **body)

    def free_times(self, unit: str, **wish: Any) -> list[Mapping[str, Any]]:
        """The slots of the coming weeks, and a check that the days agree (rule 48)."""
        days = rows(self.call("GetAvailableDates", unit, **self._search(unit, wish)), "performerAvailabilityByDate")
        slots = rows(self.call("GetAvailableTimeslots", unit, **self._search(unit, wish)), "timeslotDetail")
        assert {row["date"] for row in days} == {row["startTimeInclusive"][:8] for row in slots}
        assert {row["healthcare_facility"] for row in (*days, *slots)} <= {unit}
        return list(slots)

    def _search(self, unit: str, wish: Mapping[str, Any]) -> dict[str, Any]:
        """In the order of the schema, for some stacks send what they are given as it comes."""
        first, last = date.today() + timedelta(days=1), date.today() + timedelta(days=28)
        searched = {
            "healthcare_facility": unit,
            "bookingId": wish.get("bookingId"),
            "startDateInclusive": f"{first:%Y%m%d}",
            "endDateInclusive": f"{last:%Y%m%d}",
            "performer": wish.get("performer"),
            "timeTypeID": wish.get("timeTypeID"),
            "subject_of_care": self.patient,
        }
        return {name: value for name, value in searched.items() if value is not None}

    def make(self, slot: Mapping[str, Any], *, booking_id: str | None = None, reason: str | None = None) -> str:
        answer = self.call(
            "MakeBooking",
            slot["healthcare_facility"],
            healthcare_facility_med=slot["healthcare_facility"],
            requestedTimeslot=self._requested(slot, booking_id or slot["bookingId"], reason),
            subject_of_care_info=WHO,
        )
        assert answer["resultCode"] == "OK"
        return str(answer["bookingId"])

    def rebook(self, booking_id: str, slot: Mapping[str, Any]) -> None:
        requested = self._requested(slot, booking_id, None)
        answer = self.call("UpdateBooking", slot["healthcare_facility"], requestedTimeslot=requested)
        assert answer["resultCode"] == "OK"

    def cancel(self, unit: str, booking_id: str, message: str) -> Mapping[str, Any]:
        return self.call("CancelBooking", unit, healthcare_facility=unit, bookingId=booking_id, message=message)

    def details(self, unit: str, booking_id: str) -> Mapping[str, Any]:
        answer = self.call("GetBookingDetails", unit, healthcare_facility=unit, bookingId=booking_id)
        row: Mapping[str, Any] = answer["timeslotDetail"]
        assert (row["healthcare_facility"], row["bookingId"]) == (unit, booking_id), "rule 76"
        assert row["subject_of_care"] == self.patient, "rule 75"
        return row

    def schedule(self, unit: str) -> list[Mapping[str, Any]]:
        answer = self.call("GetSubjectOfCareSchedule", unit, healthcare_facility=unit, subject_of_care=self.patient)
        return list(rows(answer, "timeslotDetail"))

    def _requested(self, slot: Mapping[str, Any], booking_id: str, reason: str | None) -> dict[str, Any]:
        order = (
            "startTimeInclusive", "endTimeExclusive", "healthcare_facility", "performer", "bookingId",
            "subject_of_care", "reason", "resourceID", "timeTypeID",
        )  # fmt: skip
        known = {**slot, "bookingId": booking_id, "subject_of_care": self.patient, "reason": reason}
        return {name: known[name] for name in order if known.get(name) is not None}


def choose(resident: Resident) -> None:
    """What there is to choose among, with its Swedish names."""
    kinds = resident.call("GetAllTimeTypes", NORR, healthcare_facility=NORR, subject_of_care=resident.patient)
    names = {row["timeTypeId"]: row["timeTypeName"] for row in rows(kinds, "ListOfTimeTypes")}
    assert (names["NYBESOK"], names["ATERBESOK"]) == ("Nybesök läkare", "Återbesök läkare")
    cares = resident.call(
        "GetAllCareTypes", NORR, healthcare_facility=NORR, timeTypeIDs=["NYBESOK"], subject_of_care=resident.patient
    )
    assert [row["careTypeName"] for row in rows(cares, "careTypes")] == ["Allmänmedicin"]
    people = resident.call(
        "GetAllPerformers", NORR, healthcare_facility=NORR, timeTypeIDs=["PROV"], subject_of_care=resident.patient
    )
    told = [(row["perfomer"], row["lastName"], row["title"]) for row in rows(people, "performerInfos")]
    assert told == [("SE2321000016-DEMOP2", "Påhittsson", "Leg. sjuksköterska")]
    places = resident.call(
        "GetAllHealthcareFacilities", NORR, healthcare_facility=NORR, subject_of_care=resident.patient
    )
    told = [
        (row["healthcare_facility"], row["healthcare_facility_name"]) for row in rows(places, "healthcareFacilityInfos")
    ]
    assert told == [(NORR, "Vårdcentralen Norr")]


def book_and_see(resident: Resident) -> str:
    """A booking is in the schedule and its details at once, to the letter, and its time is gone (rules 59 and 79)."""
    before = resident.free_times(NORR, performer=[ANNA], timeTypeID="NYBESOK")
    slot = before[0]
    assert re.fullmatch("[0-9]{14}", slot["startTimeInclusive"])
    assert (slot["performerName"], slot["timeTypeName"]) == ("Leg. läkare Anna Exempelsson", "Nybesök läkare")
    assert [slot[flag] for flag in ("cancel_booking_allowed", "rebooking_allowed", "message_allowed")] == [True] * 3
    assert slot.get("subject_of_care") is None
    assert slot.get("isInvitation") is None
    booking_id = resident.make(slot, reason=SWEDISH)
    assert slot["bookingId"] not in {
        row["bookingId"] for row in resident.free_times(NORR, performer=[ANNA], timeTypeID="NYBESOK")
    }
    (row,) = (row for row in resident.schedule(NORR) if row["bookingId"] == booking_id)
    details = resident.details(NORR, booking_id)
    for told in (row, details):
        assert {name: told[name] for name in TIME_FIELDS} == {name: slot[name] for name in TIME_FIELDS}
        assert told["reason"] == SWEDISH
        assert [told["cancel_booking_allowed"], told["rebooking_allowed"], told["isInvitation"]] == [True, True, False]
    return booking_id


def move_and_end(resident: Resident, booking_id: str) -> None:
    """Rebooked it keeps its id and reason, cancelled it is gone and its time is free (rules 59, 66, 68 and 73)."""
    old = resident.details(NORR, booking_id)
    new = next(
        slot
        for slot in resident.free_times(NORR, bookingId=booking_id)
        if slot["startTimeInclusive"] > old["endTimeExclusive"]
    )
    assert new["timeTypeID"] == old["timeTypeID"], "rule 49"
    resident.rebook(booking_id, new)
    moved = resident.details(NORR, booking_id)
    assert {name: moved[name] for name in TIME_FIELDS} == {name: new[name] for name in TIME_FIELDS}
    assert moved["reason"] == SWEDISH
    free = {row["startTimeInclusive"] for row in resident.free_times(NORR, performer=[ANNA], timeTypeID="NYBESOK")}
    assert old["startTimeInclusive"] in free
    assert resident.cancel(NORR, booking_id, "Har blivit frisk – tack ändå!")["resultCode"] == "OK"
    assert booking_id not in {row["bookingId"] for row in resident.schedule(NORR)}
    again = resident.cancel(NORR, booking_id, "")
    assert (again["resultCode"], again["resultText"]) == ("ERROR", "Tiden är redan avbokad.")
    with pytest.raises(Faulted) as gone:
        resident.details(NORR, booking_id)
    assert gone.value.code == "Client"
    assert "bookingId" in gone.value.text


def answer_an_open_invitation(resident: Resident) -> None:
    """An invitation from the office is booked at a unit of its group, and is then a booking (rules 47, 62 and 77)."""
    invitation = resident.details(OFFICE, "DEMO-OPEN-1")
    assert (invitation["isInvitation"], invitation.get("startTimeInclusive")) == (True, None)
    assert invitation["purpose"].lstrip().startswith("<article"), "rule 78: DocBook as one text"
    assert "välkommen" in invitation["purpose"].lower() or "undersökning" in invitation["purpose"].lower()
    places = resident.call(
        "GetAllHealthcareFacilities",
        OFFICE,
        healthcare_facility=OFFICE,
        subject_of_care=resident.patient,
        bookingId="DEMO-OPEN-1",
    )
    assert {row["healthcare_facility"] for row in rows(places, "healthcareFacilityInfos")} == {WEST, EAST}
    slot = resident.free_times(EAST, bookingId="DEMO-OPEN-1")[0]
    assert resident.make(slot, booking_id="DEMO-OPEN-1") == "DEMO-OPEN-1"
    booked = resident.details(EAST, "DEMO-OPEN-1")
    assert (booked["isInvitation"], booked["startTimeInclusive"]) == (False, slot["startTimeInclusive"])
    assert booked["purpose"] == invitation["purpose"]


def move_a_timed_invitation(resident: Resident) -> None:
    """A timed invitation moves to the other unit of the group and is an ordinary booking there (rules 64 and 67)."""
    invitation = resident.details(WEST, "DEMO-TIMED-1")
    assert (invitation["isInvitation"], invitation["rebooking_allowed"]) == (True, True)
    assert [row["isInvitation"] for row in resident.schedule(WEST)] == [True]
    slot = resident.free_times(EAST, bookingId="DEMO-TIMED-1")[-1]
    resident.rebook("DEMO-TIMED-1", slot)
    assert resident.schedule(WEST) == []
    (moved,) = resident.schedule(EAST)
    assert (moved["bookingId"], moved["isInvitation"]) == ("DEMO-TIMED-1", False)
    assert moved["startTimeInclusive"] == slot["startTimeInclusive"]


def ping(stack: Stack) -> None:
    """Rule 94."""
    answer = stack.call(
        "PingForConfiguration",
        Headers(address="SE165565594230-1000"),
        serviceContractNamespace="urn:riv:crm:scheduling:MakeBooking:1:rivtabp21",
        logicalAddress=NORR,
    )
    assert answer["version"].startswith("tidbok ")
    assert re.fullmatch("[0-9]{14}", answer["pingDateTime"])
    assert {row["name"] for row in rows(answer, "configuration")} >= {"careUnits"}


def order_the_headers_freely(stack: Stack) -> None:
    """Rule 19: the same answer whichever header block comes first."""
    asked = {"healthcare_facility": NORR, "subject_of_care": RESIDENT}
    orders = (
        stack.call("GetAllTimeTypes", Headers(address=NORR, actor=RESIDENT, actor_first=first), **asked)
        for first in (False, True)
    )
    one, other = (rows(answer, "ListOfTimeTypes") for answer in orders)
    assert one
    assert one == other


def be_told_what_is_wrong(stack: Stack) -> None:
    """Rules 16, 18 and 75: what cannot be answered is the stack's own fault, with words for system managers."""
    asked = {"healthcare_facility": NORR, "subject_of_care": RESIDENT}
    with pytest.raises(Faulted) as missing:
        stack.call("GetSubjectOfCareSchedule", Headers(address=NORR), **asked)
    with pytest.raises(Faulted) as another:
        stack.call("GetSubjectOfCareSchedule", Headers(address=NORR, actor=INVITED), **asked)
    with pytest.raises(Faulted) as unknown:
        stack.call(
            "GetBookingDetails", Headers(address=NORR, actor=RESIDENT), healthcare_facility=NORR, bookingId="å-ä-ö"
        )
    assert {fault.value.code for fault in (missing, another, unknown)} == {"Client"}
    assert "Actor" in missing.value.text
    assert "actor" in another.value.text
    assert RESIDENT not in missing.value.text + another.value.text + unknown.value.text


def tell(stack: Stack) -> None:
    """From the first question to the last cancellation."""
    resident = Resident(stack, RESIDENT)
    choose(resident)
    move_and_end(resident, book_and_see(resident))
    answer_an_open_invitation(Resident(stack, INVITED))
    move_a_timed_invitation(Resident(stack, CALLED))
    ping(stack)
    order_the_headers_freely(stack)
    be_told_what_is_wrong(stack)
