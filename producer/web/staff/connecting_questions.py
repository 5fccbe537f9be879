"""A harmless question to each contract: none of them can book, move or cancel anything."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from producer.domain.connection import Service
from producer.soap import messages as m
from producer.soap.times import as_dt

PATIENT: Final = "199001012385"
"""An official test identity, nobody's."""
NO_BOOKING: Final = "kommunikationstest-finns-inte"
"""An id that no booking has; ours are random letters."""
_WEEK: Final = timedelta(days=7)


def question(service: Service, unit: str, today: date) -> m.Message:
    return _QUESTIONS[service](unit, today)


def _asking(kind: Callable[..., m.Message]) -> Callable[[str, date], m.Message]:
    return lambda unit, _: kind(healthcare_facility=unit, subject_of_care=PATIENT)


def _searching(kind: Callable[..., m.Message]) -> Callable[[str, date], m.Message]:
    return lambda unit, today: kind(
        healthcare_facility=unit,
        subject_of_care=PATIENT,
        startDateInclusive=as_dt(today),
        endDateInclusive=as_dt(today + _WEEK),
    )


def _past_time(unit: str) -> m.TimeslotType:
    """Of a booking that is not there, to a time that was over long ago."""
    return m.TimeslotType(
        startTimeInclusive="20000103080000",
        endTimeExclusive="20000103080500",
        healthcare_facility=unit,
        bookingId=NO_BOOKING,
        subject_of_care=PATIENT,
    )


def _make(unit: str, _: date) -> m.Message:
    return m.MakeBooking(
        healthcare_facility_med=unit,
        requestedTimeslot=_past_time(unit),
        subject_of_care_info=m.SubjectOfCareType(firstName="Kommunikationstest", lastName="Testperson"),
    )


def _on_no_booking(kind: Callable[..., m.Message]) -> Callable[[str, date], m.Message]:
    return lambda unit, _: kind(healthcare_facility=unit, bookingId=NO_BOOKING)


_QUESTIONS: Final[Mapping[Service, Callable[[str, date], m.Message]]] = MappingProxyType(
    {
        Service.TIME_TYPES: _asking(m.GetAllTimeTypes),
        Service.CARE_TYPES: _asking(m.GetAllCareTypes),
        Service.PERFORMERS: _asking(m.GetAllPerformers),
        Service.UNITS: _asking(m.GetAllHealthcareFacilities),
        Service.DATES: _searching(m.GetAvailableDates),
        Service.TIMESLOTS: _searching(m.GetAvailableTimeslots),
        Service.DETAILS: _on_no_booking(m.GetBookingDetails),
        Service.SCHEDULE: _asking(m.GetSubjectOfCareSchedule),
        Service.MAKE: _make,
        Service.UPDATE: lambda unit, _: m.UpdateBooking(requestedTimeslot=_past_time(unit)),
        Service.CANCEL: _on_no_booking(m.CancelBooking),
    }
)
