"""The messages as Spyne's documentation teaches to declare them, a class per type."""

from producer.soap.grammar import SCHEDULING, core, responder
from producer.soap.spyne_parts import ServiceBase  # noqa: F401 - Spyne can be imported only after this

from spyne import Boolean, ComplexModel, Unicode  # type: ignore[import-untyped]  # isort: skip  # Spyne has no types

_CORE = core(SCHEDULING)


class TimeslotType(ComplexModel):  # type: ignore[misc]  # as above
    """A free or booked time."""

    __namespace__ = _CORE
    startTimeInclusive = Unicode(min_occurs=0)
    endTimeExclusive = Unicode(min_occurs=0)
    healthcare_facility = Unicode(min_occurs=1)
    performer = Unicode(min_occurs=0)
    bookingId = Unicode(min_occurs=0)
    subject_of_care = Unicode(min_occurs=0)
    purpose = Unicode(min_occurs=0)
    reason = Unicode(min_occurs=0)
    resourceName = Unicode(min_occurs=0)
    healthcare_facility_name = Unicode(min_occurs=0)
    performerName = Unicode(min_occurs=0)
    resourceID = Unicode(min_occurs=0)
    timeTypeName = Unicode(min_occurs=0)
    timeTypeID = Unicode(min_occurs=0)
    careTypeName = Unicode(min_occurs=0)
    careTypeID = Unicode(min_occurs=0)
    cancel_booking_allowed = Boolean(min_occurs=0)
    rebooking_allowed = Boolean(min_occurs=0)
    message_allowed = Boolean(min_occurs=0)
    isInvitation = Boolean(min_occurs=0, sub_ns=f"{_CORE}.1")


class SubjectOfCareType(ComplexModel):  # type: ignore[misc]  # as above
    """How to reach the patient."""

    __namespace__ = _CORE
    phone = Unicode(min_occurs=0)
    email = Unicode(min_occurs=0)
    address = Unicode(min_occurs=0)
    coaddress = Unicode(min_occurs=0)
    firstName = Unicode(min_occurs=1, sub_ns=f"{_CORE}.1")
    middleName = Unicode(min_occurs=0, sub_ns=f"{_CORE}.1")
    lastName = Unicode(min_occurs=1, sub_ns=f"{_CORE}.1")


def interval(contract: str) -> type:
    """The request of the two contracts that look for free times in an interval."""
    fields = {
        "healthcare_facility": Unicode(min_occurs=1),
        "bookingId": Unicode(min_occurs=0),
        "startDateInclusive": Unicode(min_occurs=1),
        "endDateInclusive": Unicode(min_occurs=1),
        "performer": Unicode(min_occurs=0, max_occurs="unbounded"),
        "timeTypeName": Unicode(min_occurs=0),
        "timeTypeID": Unicode(min_occurs=0),
        "careTypeName": Unicode(min_occurs=0),
        "careTypeID": Unicode(min_occurs=0),
        "subject_of_care": Unicode(min_occurs=1, sub_ns=f"{responder(contract)}.1"),
    }
    return type(contract, (ComplexModel,), {"__namespace__": responder(contract), **fields})


GetAvailableTimeslots = interval("GetAvailableTimeslots")
GetAvailableDates = interval("GetAvailableDates")


class GetAvailableTimeslotsResponse(ComplexModel):  # type: ignore[misc]  # as above
    __namespace__ = responder("GetAvailableTimeslots")
    timeslotDetail = TimeslotType.customize(min_occurs=0, max_occurs="unbounded")


class PerformerAvailabilityByDateType(ComplexModel):  # type: ignore[misc]  # as above
    __namespace__ = responder("GetAvailableDates")
    healthcare_facility = Unicode(min_occurs=1)
    performer = Unicode(min_occurs=0)
    date = Unicode(min_occurs=1)
    resourceName = Unicode(min_occurs=0)
    resourceID = Unicode(min_occurs=0)
    timeTypeName = Unicode(min_occurs=0)
    timeTypeID = Unicode(min_occurs=0)
    careTypeName = Unicode(min_occurs=0)
    careTypeID = Unicode(min_occurs=0)


class GetAvailableDatesResponse(ComplexModel):  # type: ignore[misc]  # as above
    __namespace__ = responder("GetAvailableDates")
    performerAvailabilityByDate = PerformerAvailabilityByDateType.customize(min_occurs=0, max_occurs="unbounded")


class GetSubjectOfCareSchedule(ComplexModel):  # type: ignore[misc]  # as above
    __namespace__ = responder("GetSubjectOfCareSchedule")
    healthcare_facility = Unicode(min_occurs=1)
    subject_of_care = Unicode(min_occurs=1)


class GetSubjectOfCareScheduleResponse(ComplexModel):  # type: ignore[misc]  # as above
    __namespace__ = responder("GetSubjectOfCareSchedule")
    timeslotDetail = TimeslotType.customize(min_occurs=0, max_occurs="unbounded")


class GetBookingDetails(ComplexModel):  # type: ignore[misc]  # as above
    __namespace__ = responder("GetBookingDetails")
    healthcare_facility = Unicode(min_occurs=1)
    bookingId = Unicode(min_occurs=1)


class GetBookingDetailsResponse(ComplexModel):  # type: ignore[misc]  # as above
    __namespace__ = responder("GetBookingDetails")
    timeslotDetail = TimeslotType.customize(min_occurs=1)


class MakeBooking(ComplexModel):  # type: ignore[misc]  # as above
    __namespace__ = responder("MakeBooking")
    healthcare_facility_med = Unicode(min_occurs=1)
    requestedTimeslot = TimeslotType.customize(min_occurs=1)
    subject_of_care_info = SubjectOfCareType.customize(min_occurs=1)
    notification = Unicode(min_occurs=0)


class MakeBookingResponse(ComplexModel):  # type: ignore[misc]  # as above
    __namespace__ = responder("MakeBooking")
    bookingId = Unicode(min_occurs=0)
    resultCode = Unicode(min_occurs=1)
    resultText = Unicode(min_occurs=0)
