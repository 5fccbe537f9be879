"""The requests that are measured, as bytes on the wire."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks.region import FIRST_BOOKING, OTHERS, PATIENT, Region, Unit
from benchmarks.rows import FREE_TIMESLOT, Rows
from producer.soap import messages as m
from producer.soap.client import envelope
from producer.soap.contracts import by_request_qname
from producer.soap.grammar import SCHEDULING
from producer.soap.times import as_dt

_TOLD_WHEN_BOOKING = (
    "startTimeInclusive endTimeExclusive healthcare_facility performer bookingId resourceID timeTypeName timeTypeID"
).split()


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A request and the path that it is posted to."""

    path: str
    body: bytes


def request(message: m.Message, logical_address: str, patient: str = PATIENT) -> Request:
    contract = by_request_qname[f"{{{message.namespace}}}{type(message).__name__}"]
    actor = m.Actor(actorId=patient, actorType=m.ActorType.SUBJECT_OF_CARE) if contract.has_actor else None
    return Request(path=contract.path, body=envelope(message, logical_address, actor))


def timeslots(region: Region, unit: Unit) -> Request:
    return request(m.GetAvailableTimeslots(**_interval(region, unit)), unit.hsa_id)


def dates(region: Region, unit: Unit) -> Request:
    return request(m.GetAvailableDates(**_interval(region, unit)), unit.hsa_id)


def schedule(unit: Unit) -> Request:
    return request(m.GetSubjectOfCareSchedule(healthcare_facility=unit.hsa_id, subject_of_care=PATIENT), unit.hsa_id)


def details(unit: Unit) -> Request:
    return request(m.GetBookingDetails(healthcare_facility=unit.hsa_id, bookingId=FIRST_BOOKING), unit.hsa_id)


def _interval(region: Region, unit: Unit) -> dict[str, Any]:
    return {
        "healthcare_facility": unit.hsa_id,
        "startDateInclusive": as_dt(region.first_day),
        "endDateInclusive": as_dt(region.last_day),
        "subject_of_care": PATIENT,
    }


def small(region: Region) -> dict[str, Request]:
    """A query of each contract whose answer is short."""
    seen, few, *_ = region.units
    asked: dict[str, Any] = {"healthcare_facility": few.hsa_id, "subject_of_care": PATIENT}
    return {
        "GetAllTimeTypes": request(m.GetAllTimeTypes(**asked), few.hsa_id),
        "GetAllCareTypes": request(m.GetAllCareTypes(**asked), few.hsa_id),
        "GetAllPerformers": request(m.GetAllPerformers(**asked), few.hsa_id),
        "GetAllHealthcareFacilities": request(m.GetAllHealthcareFacilities(**asked), few.hsa_id),
        f"GetAvailableDates, {few.free_slots} slots": dates(region, few),
        f"GetAvailableTimeslots, {few.free_slots} slots": timeslots(region, few),
        "GetSubjectOfCareSchedule": schedule(seen),
        "GetBookingDetails": details(seen),
        "PingForConfiguration": request(
            m.PingForConfiguration(serviceContractNamespace=SCHEDULING, logicalAddress=few.hsa_id), few.hsa_id
        ),
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class Life:
    """A booking's: made at one free time, moved to another, cancelled."""

    make: Request
    move: Callable[[str], Request]
    cancel: Callable[[str], Request]


_MOVED_BY = 36
"""So many free times further on the same person offers the same kind of time: a booking keeps its kind."""


def bookings(region: Region, units: Iterable[Unit]) -> Iterator[Request]:
    """Each patient books once at each unit, a time of her own."""
    return (life.make for life in lives(region, units))


def lives(region: Region, units: Iterable[Unit]) -> Iterator[Life]:
    for unit in units:
        free = _free_slots(region, unit)
        for patient, slot, other in zip(OTHERS, free, free[_MOVED_BY:], strict=False):
            yield Life(
                make=_making(unit, patient, slot),
                move=partial(_moving, unit, patient, other),
                cancel=partial(_cancelling, unit, patient),
            )


def _free_slots(region: Region, unit: Unit) -> list[dict[str, Any]]:
    with closing(Rows(region.file)) as rows:
        free = rows.free_timeslots(unit.hsa_id, as_dt(region.first_day), as_dt(region.last_day))
    return [dict(zip(FREE_TIMESLOT, row, strict=True)) for row in free]


def _making(unit: Unit, patient: str, slot: dict[str, Any]) -> Request:
    wanted = m.TimeslotType(
        **{name: slot[name] for name in _TOLD_WHEN_BOOKING}, subject_of_care=patient, reason="Ont i ryggen"
    )
    info = m.SubjectOfCareType(phone="070-1740605", firstName="Tolvan", lastName="Tolvansson")
    message = m.MakeBooking(healthcare_facility_med=unit.hsa_id, requestedTimeslot=wanted, subject_of_care_info=info)
    return request(message, unit.hsa_id, patient)


def _moving(unit: Unit, patient: str, slot: dict[str, Any], booking_id: str) -> Request:
    told = {name: slot[name] for name in _TOLD_WHEN_BOOKING} | {"bookingId": booking_id}
    return request(
        m.UpdateBooking(requestedTimeslot=m.TimeslotType(**told, subject_of_care=patient)), unit.hsa_id, patient
    )


def _cancelling(unit: Unit, patient: str, booking_id: str) -> Request:
    return request(m.CancelBooking(healthcare_facility=unit.hsa_id, bookingId=booking_id), unit.hsa_id, patient)
