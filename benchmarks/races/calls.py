"""The calls of a race as bytes on the wire, and what their answers say."""

import re
from functools import cached_property
from xml.sax.saxutils import unescape

from benchmarks.calls import Request, request
from benchmarks.races.arena import KIND, UNIT, Arena, Slot
from benchmarks.races.history import Answer
from producer.domain.refusals import Refusal
from producer.soap import messages as m
from producer.soap.times import as_dt, as_ts

_WHO = m.SubjectOfCareType(firstName="Åsa", lastName="Öberg")
_BOOKING = "the-booking"
"""Stands where the id of the booking will be."""
_CODE = re.compile(rb"resultCode>([A-Z]+)<")
_TEXT = re.compile(rb"resultText>([^<]*)<")
_ID = re.compile(rb"bookingId>([^<]*)<")
_FAULT = re.compile(rb"<faultstring[^>]*>([^<]*)<")
_SLOT = re.compile(rb"startTimeInclusive>([0-9]{14})<.*?[^_]performer>([^<]*)<", re.DOTALL)
_TAKEN = frozenset(
    {
        Refusal.REQUESTED_TIME_IS_ALREADY_RESERVED.value,
        # It was taken when free times were looked for, and let go of before it was asked why there was none.
        Refusal.REQUESTED_TIME_IS_NO_LONGER_AVAILABLE.value,
    }
)


class Calls:
    """What one patient sends; put together once, for a race sends the same many times."""

    def __init__(self, arena: Arena, patient: str) -> None:
        self._arena = arena
        self._patient = patient
        self._made: dict[str, Request] = {}
        self._moved: dict[str, Request] = {}
        self._slots = {(as_ts(slot.starts), slot.performer_hsa_id): name for name, slot in arena.slots.items()}

    def make(self, slot: Slot, booking_id: str | None = None) -> Request:
        if booking_id is not None or slot.name not in self._made:
            message = m.MakeBooking(
                healthcare_facility_med=UNIT,
                requestedTimeslot=self._wanted(slot, booking_id),
                subject_of_care_info=_WHO,
            )
            if booking_id is not None:
                return request(message, UNIT, self._patient)
            self._made[slot.name] = request(message, UNIT, self._patient)
        return self._made[slot.name]

    def move(self, slot: Slot, booking_id: str) -> Request:
        if slot.name not in self._moved:
            wanted = m.UpdateBooking(requestedTimeslot=self._wanted(slot, _BOOKING))
            self._moved[slot.name] = request(wanted, UNIT, self._patient)
        return _with(self._moved[slot.name], booking_id)

    def cancel(self, booking_id: str) -> Request:
        return _with(self._cancelling, booking_id)

    def details(self, booking_id: str) -> Request:
        return _with(self._asking, booking_id)

    @cached_property
    def free(self) -> Request:
        day = as_dt(self._arena.day)
        message = m.GetAvailableTimeslots(
            healthcare_facility=UNIT, startDateInclusive=day, endDateInclusive=day, subject_of_care=self._patient
        )
        return request(message, UNIT, self._patient)

    @cached_property
    def mine(self) -> Request:
        message = m.GetSubjectOfCareSchedule(healthcare_facility=UNIT, subject_of_care=self._patient)
        return request(message, UNIT, self._patient)

    def slots_in(self, body: bytes) -> tuple[str, ...]:
        """The names of the times that the answer tells of."""
        told = _SLOT.findall(body)
        return tuple(self._slots[starts.decode(), performer.decode()] for starts, performer in told)

    @cached_property
    def _cancelling(self) -> Request:
        return request(m.CancelBooking(healthcare_facility=UNIT, bookingId=_BOOKING), UNIT, self._patient)

    @cached_property
    def _asking(self) -> Request:
        return request(m.GetBookingDetails(healthcare_facility=UNIT, bookingId=_BOOKING), UNIT, self._patient)

    def _wanted(self, slot: Slot, booking_id: str | None) -> m.TimeslotType:
        return m.TimeslotType(
            startTimeInclusive=as_ts(slot.starts),
            endTimeExclusive=as_ts(slot.ends),
            healthcare_facility=UNIT,
            performer=slot.performer_hsa_id,
            resourceID=slot.room_code,
            timeTypeID=KIND,
            bookingId=booking_id,
            subject_of_care=self._patient,
        )


def _with(template: Request, booking_id: str) -> Request:
    return Request(path=template.path, body=template.body.replace(_BOOKING.encode(), booking_id.encode()))


def answer_in(status: int, body: bytes) -> tuple[Answer, str]:
    """What the answer to an act or a query says, and the text of a refusal or fault."""
    if status != 200:
        fault = _FAULT.search(body)
        return Answer.FAULT, fault[1].decode() if fault else f"HTTP {status}"
    code = _CODE.search(body)
    if code is None or code[1] in (b"OK", b"INFO"):
        return Answer.DONE, ""
    found = _TEXT.search(body)
    text = unescape(found[1].decode()) if found else ""
    return (Answer.TAKEN if text in _TAKEN else Answer.REFUSED), text


def booking_id_in(body: bytes) -> str:
    found = _ID.search(body)
    return found[1].decode() if found else ""
