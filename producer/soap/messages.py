"""The messages of every contract, field by field as the schemas name them."""

from __future__ import annotations

from typing import Annotated

from producer.soap.grammar import EXTENSION, MONITORING, Fragment, Message, message, responder
from producer.soap.parts import (
    ACTOR,
    DT,
    LOGICAL_ADDRESS,
    TS,
    Actor,
    ActorId,
    ActorType,
    AnyUri,
    BookingId,
    CareTypeId,
    CareTypeType,
    HealthcareFacilityInfoType,
    HsaId,
    PerformerInfoType,
    PersonId,
    ResourceId,
    ResultCode,
    SubjectOfCareType,
    Text,
    TimeslotType,
    TimeTypeId,
    TimeTypeType,
)

__all__ = [
    "ACTOR", "DT", "LOGICAL_ADDRESS", "TS", "Actor", "ActorId", "ActorType", "AnyUri", "BookingId",
    "CancelBooking", "CancelBookingResponse", "CareTypeId", "CareTypeType", "ConfigurationType", "Fragment",
    "GetAllCareTypes", "GetAllCareTypesResponse", "GetAllHealthcareFacilities",
    "GetAllHealthcareFacilitiesResponse", "GetAllPerformers", "GetAllPerformersResponse", "GetAllTimeTypes",
    "GetAllTimeTypesResponse", "GetAvailableDates", "GetAvailableDatesResponse", "GetAvailableTimeslots",
    "GetAvailableTimeslotsResponse", "GetBookingDetails", "GetBookingDetailsResponse",
    "GetSubjectOfCareSchedule", "GetSubjectOfCareScheduleResponse", "HealthcareFacilityInfoType", "HsaId",
    "MakeBooking", "MakeBookingResponse", "Message", "PerformerAvailabilityByDateType", "PerformerInfoType",
    "PersonId", "PingForConfiguration", "PingForConfigurationResponse", "ResourceId", "ResultCode",
    "SubjectOfCareType", "Text", "TimeTypeId", "TimeTypeType", "TimeslotType", "UpdateBooking",
    "UpdateBookingResponse",
]  # fmt: skip


@message(responder("GetAllTimeTypes"))
class GetAllTimeTypes(Message):
    """Asks which kinds of time a care unit offers the patient."""

    healthcare_facility: HsaId
    careTypeIDs: Annotated[tuple[CareTypeId, ...], EXTENSION] = ()
    subject_of_care: Annotated[PersonId, EXTENSION]


@message(responder("GetAllTimeTypes"))
class GetAllTimeTypesResponse(Message):
    """The kinds of time, none if the care unit is unknown."""

    ListOfTimeTypes: tuple[TimeTypeType, ...] = ()


@message(responder("GetAllCareTypes"))
class GetAllCareTypes(Message):
    """Asks which kinds of care a care unit offers the patient."""

    healthcare_facility: HsaId
    timeTypeIDs: tuple[TimeTypeId, ...] = ()
    performer: tuple[HsaId, ...] = ()
    subject_of_care: PersonId


@message(responder("GetAllCareTypes"))
class GetAllCareTypesResponse(Message):
    """The kinds of care, none if the care unit does not use them."""

    careTypes: tuple[CareTypeType, ...] = ()


@message(responder("GetAllPerformers"))
class GetAllPerformers(Message):
    """Asks which persons of a care unit the patient can book."""

    healthcare_facility: HsaId
    timeTypeIDs: tuple[TimeTypeId, ...] = ()
    careTypeIDs: tuple[CareTypeId, ...] = ()
    subject_of_care: PersonId


@message(responder("GetAllPerformers"))
class GetAllPerformersResponse(Message):
    """The persons who can be booked."""

    performerInfos: tuple[PerformerInfoType, ...] = ()


@message(responder("GetAllHealthcareFacilities"))
class GetAllHealthcareFacilities(Message):
    """Asks at which care units the patient can book, or rebook the given booking."""

    healthcare_facility: HsaId
    subject_of_care: PersonId
    bookingId: BookingId | None = None


@message(responder("GetAllHealthcareFacilities"))
class GetAllHealthcareFacilitiesResponse(Message):
    """The care units to choose from, none if the booking is unknown."""

    healthcareFacilityInfos: tuple[HealthcareFacilityInfoType, ...] = ()


@message(responder("GetAvailableDates"))
class GetAvailableDates(Message):
    """Asks on which days a care unit has free times; both ends of the interval count."""

    healthcare_facility: HsaId
    bookingId: BookingId | None = None
    startDateInclusive: DT
    endDateInclusive: DT
    performer: tuple[HsaId, ...] = ()
    timeTypeName: Text | None = None
    timeTypeID: TimeTypeId | None = None
    careTypeName: Text | None = None
    careTypeID: CareTypeId | None = None
    subject_of_care: Annotated[PersonId, EXTENSION]


@message(responder("GetAvailableDates"))
class PerformerAvailabilityByDateType(Message):
    """A day with free times for one performer or resource and one kind of time."""

    healthcare_facility: HsaId
    performer: HsaId | None = None
    date: DT
    resourceName: Text | None = None
    resourceID: ResourceId | None = None
    timeTypeName: Text | None = None
    timeTypeID: TimeTypeId | None = None
    careTypeName: Text | None = None
    careTypeID: CareTypeId | None = None


@message(responder("GetAvailableDates"))
class GetAvailableDatesResponse(Message):
    """The days that have at least one free time."""

    performerAvailabilityByDate: tuple[PerformerAvailabilityByDateType | Fragment, ...] = ()


@message(responder("GetAvailableTimeslots"))
class GetAvailableTimeslots(Message):
    """Asks for the free times of a care unit; both ends of the interval count."""

    healthcare_facility: HsaId
    bookingId: BookingId | None = None
    startDateInclusive: DT
    endDateInclusive: DT
    performer: tuple[HsaId, ...] = ()
    timeTypeName: Text | None = None
    timeTypeID: TimeTypeId | None = None
    careTypeName: Text | None = None
    careTypeID: CareTypeId | None = None
    subject_of_care: Annotated[PersonId, EXTENSION]


@message(responder("GetAvailableTimeslots"))
class GetAvailableTimeslotsResponse(Message):
    """The free times."""

    timeslotDetail: tuple[TimeslotType | Fragment, ...] = ()


@message(responder("GetBookingDetails"))
class GetBookingDetails(Message):
    """Asks for everything about one booking or invitation."""

    healthcare_facility: HsaId
    bookingId: BookingId


@message(responder("GetBookingDetails"))
class GetBookingDetailsResponse(Message):
    """The booking or invitation; one without start and end is an open invitation."""

    timeslotDetail: TimeslotType


@message(responder("GetSubjectOfCareSchedule"))
class GetSubjectOfCareSchedule(Message):
    """Asks for the patient's booked times at a care unit."""

    healthcare_facility: HsaId
    subject_of_care: PersonId


@message(responder("GetSubjectOfCareSchedule"))
class GetSubjectOfCareScheduleResponse(Message):
    """The booked times and timed invitations."""

    timeslotDetail: tuple[TimeslotType, ...] = ()


@message(responder("MakeBooking"))
class MakeBooking(Message):
    """Books a free time, possibly against an open invitation."""

    healthcare_facility_med: HsaId
    requestedTimeslot: TimeslotType
    subject_of_care_info: SubjectOfCareType
    notification: Text | None = None


@message(responder("MakeBooking"))
class MakeBookingResponse(Message):
    """The new booking's id, or why there is none."""

    bookingId: BookingId | None = None
    resultCode: ResultCode
    resultText: Text | None = None


@message(responder("UpdateBooking"))
class UpdateBooking(Message):
    """Moves a booking to another time, possibly at another care unit."""

    requestedTimeslot: TimeslotType
    subject_of_care_info: SubjectOfCareType | None = None
    notification: Text | None = None


@message(responder("UpdateBooking"))
class UpdateBookingResponse(Message):
    """Whether the booking was moved; on ERROR the old time stays booked."""

    resultCode: ResultCode
    resultText: Text | None = None


@message(responder("CancelBooking"))
class CancelBooking(Message):
    """Cancels a booking, with a message to the care unit where that is allowed."""

    healthcare_facility: HsaId
    bookingId: BookingId
    message: Text | None = None


@message(responder("CancelBooking"))
class CancelBookingResponse(Message):
    """Whether the booking was cancelled."""

    resultCode: ResultCode
    resultText: Text | None = None


@message(responder("PingForConfiguration", MONITORING))
class PingForConfiguration(Message):
    """Asks whether the producer works, and how it is set up."""

    serviceContractNamespace: AnyUri
    logicalAddress: AnyUri


@message(responder("PingForConfiguration", MONITORING))
class ConfigurationType(Message):
    """One setting of the running producer."""

    name: Text
    value: Text


@message(responder("PingForConfiguration", MONITORING))
class PingForConfigurationResponse(Message):
    """The running version, when it answered, and its settings."""

    version: Text
    pingDateTime: TS
    configuration: tuple[ConfigurationType, ...] = ()
