"""The border between wire words and domain words: one handler per contract, message in, message out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from types import MappingProxyType
from typing import Any

from producer.config import Config
from producer.domain import engagements, persons
from producer.domain.connection import Service
from producer.domain.refusals import Refused, Unanswerable
from producer.services import bookings, fetching, lookups, times, views
from producer.soap import index_messages as i
from producer.soap import messages as m
from producer.soap import wording
from producer.soap.calls import Answer, Call, Handler
from producer.soap.faults import ClientFault
from producer.soap.questions import asking, cancellation, choosing, keys, order, search
from producer.soap.times import ImpossibleDate, as_ts, wall_time
from producer.store.engine import Database


@dataclass(frozen=True, kw_only=True, slots=True)
class House:
    """What every handler stands on."""

    database: Database
    config: Config
    product: str
    """What runs, and in which version."""

    @property
    def cleared(self) -> frozenset[str]:
        """The consumers that may show agents what is booked (rule 21)."""
        return self.config.agent_consumers


def handlers(database: Database, config: Config) -> Mapping[str, Handler]:
    """The handler of every contract by the contract's name."""
    house = House(database=database, config=config, product=f"tidbok {version('tidbok')}")
    queries = {name: partial(_answer, handle, house) for name, handle in _QUERIES.items()}
    updates = {name: partial(_result, handle, response, house) for name, (handle, response) in _UPDATES.items()}
    fetched = {"GetUpdates": partial(_answer, get_updates, house)} if config.index_pull else {}
    return MappingProxyType({**queries, **updates, **fetched})


def _answer(handle: Callable[[House, Call, Any], m.Message], house: House, call: Call) -> Answer:
    """A query has no result code: what cannot be answered is a fault (rule 41)."""
    try:
        return Answer(message=handle(house, call, call.message))
    except Unanswerable as reason:
        raise ClientFault(str(reason)) from reason


def _result(
    handle: Callable[[House, Call, Any], dict[str, Any]], response: type[Any], house: House, call: Call
) -> Answer:
    """A refusal is a result with its sentence, never a fault (rule 54)."""
    try:
        return Answer(message=response(**handle(house, call, call.message)))
    except Refused as refused:
        message = response(resultCode=m.ResultCode.ERROR, resultText=refused.refusal.value)
        return Answer(message=message, refusal=refused.refusal.name)
    except Unanswerable as reason:
        raise ClientFault(str(reason)) from reason


# Questions about what there is to choose among.


def get_all_time_types(house: House, call: Call, message: m.GetAllTimeTypes) -> m.GetAllTimeTypesResponse:
    question = choosing(call, house.cleared, Service.TIME_TYPES, message, care_types=frozenset(message.careTypeIDs))
    return m.GetAllTimeTypesResponse(
        ListOfTimeTypes=tuple(
            m.TimeTypeType(timeTypeName=kind.name, timeTypeId=kind.code)
            for kind in lookups.time_types(house.database, question)
        )
    )


def get_all_care_types(house: House, call: Call, message: m.GetAllCareTypes) -> m.GetAllCareTypesResponse:
    question = choosing(
        call,
        house.cleared,
        Service.CARE_TYPES,
        message,
        time_types=frozenset(message.timeTypeIDs),
        performers=keys(message.performer),
    )
    return m.GetAllCareTypesResponse(
        careTypes=tuple(
            m.CareTypeType(careTypeName=kind.name, careTypeId=kind.code)
            for kind in lookups.care_types(house.database, question)
        )
    )


def get_all_performers(house: House, call: Call, message: m.GetAllPerformers) -> m.GetAllPerformersResponse:
    question = choosing(
        call,
        house.cleared,
        Service.PERFORMERS,
        message,
        time_types=frozenset(message.timeTypeIDs),
        care_types=frozenset(message.careTypeIDs),
    )
    return m.GetAllPerformersResponse(
        performerInfos=tuple(map(wording.performer_info, lookups.performers(house.database, question)))
    )


def get_all_healthcare_facilities(
    house: House, call: Call, message: m.GetAllHealthcareFacilities
) -> m.GetAllHealthcareFacilitiesResponse:
    question = choosing(call, house.cleared, Service.UNITS, message, booking_id=message.bookingId)
    return m.GetAllHealthcareFacilitiesResponse(
        healthcareFacilityInfos=tuple(map(wording.unit_info, lookups.units(house.database, question)))
    )


# Questions about free times.


def get_available_dates(house: House, call: Call, message: m.GetAvailableDates) -> m.GetAvailableDatesResponse:
    free = times.free_days(house.database, search(call, house.cleared, Service.DATES, message))
    return m.GetAvailableDatesResponse(performerAvailabilityByDate=() if free is None else wording.free_days(free))


def get_available_timeslots(
    house: House, call: Call, message: m.GetAvailableTimeslots
) -> m.GetAvailableTimeslotsResponse:
    free = times.free_times(house.database, search(call, house.cleared, Service.TIMESLOTS, message))
    return m.GetAvailableTimeslotsResponse(timeslotDetail=() if free is None else wording.free_timeslots(free))


# Questions about what is booked.


def get_booking_details(house: House, call: Call, message: m.GetBookingDetails) -> m.GetBookingDetailsResponse:
    question = asking(call, house.cleared, Service.DETAILS, message.healthcare_facility)
    seen = views.details(house.database, question, message.bookingId)
    return m.GetBookingDetailsResponse(timeslotDetail=wording.booked_timeslot(seen))


def get_subject_of_care_schedule(
    house: House, call: Call, message: m.GetSubjectOfCareSchedule
) -> m.GetSubjectOfCareScheduleResponse:
    question = asking(call, house.cleared, Service.SCHEDULE, message.healthcare_facility)
    seen = views.schedule(house.database, question, persons.normal(message.subject_of_care))
    return m.GetSubjectOfCareScheduleResponse(timeslotDetail=tuple(map(wording.booked_timeslot, seen)))


# Acts.


def make_booking(house: House, call: Call, message: m.MakeBooking) -> dict[str, Any]:
    done = bookings.make(house.database, order(call, house.cleared, Service.MAKE, message))
    return {"bookingId": done.booking.public_id, **_result_of(done)}


def update_booking(house: House, call: Call, message: m.UpdateBooking) -> dict[str, Any]:
    return _result_of(bookings.update(house.database, order(call, house.cleared, Service.UPDATE, message)))


def cancel_booking(house: House, call: Call, message: m.CancelBooking) -> dict[str, Any]:
    return _result_of(bookings.cancel(house.database, cancellation(call, house.cleared, message)))


def _result_of(done: bookings.Done) -> dict[str, Any]:
    """INFO is done and has a text to show (rule 55)."""
    code = m.ResultCode.INFO if done.text_to_read else m.ResultCode.OK
    return {"resultCode": code, "resultText": done.text_to_read}


# Is anybody there?


def ping_for_configuration(house: House, call: Call, _: m.PingForConfiguration) -> m.PingForConfigurationResponse:
    """Rule 94: what runs, and that its store answers; a store that does not is a fault."""
    with house.database.reading() as timetable:
        settings = {"database": timetable.connection.dialect.name, "careUnits": str(timetable.unit_count())}
    return m.PingForConfigurationResponse(
        version=house.product,
        pingDateTime=as_ts(call.now),
        configuration=tuple(m.ConfigurationType(name=name, value=value) for name, value in settings.items()),
    )


# What has Engagemangsindex got to know?


def get_updates(house: House, call: Call, message: i.GetUpdates) -> i.GetUpdatesResponse:
    """Chapter 4.5: addressed to the system itself, for it is about no unit; another domain has nothing here.

    It is told to the index, as Update does it: what was told of whom is in the outbox, and the access log, which is
    about those who look a patient up, has nothing of either. The line of the call says who fetched.
    """
    ours = house.config.source_system.strip()
    if call.logical_address.upper() != ours.upper():
        raise ClientFault(f"GetUpdates is addressed to the system that has the posts, {ours}")
    if message.serviceDomain != engagements.SERVICE_DOMAIN:
        return i.GetUpdatesResponse(responseIsComplete=True)
    try:
        since = wall_time(message.timeStamp)
    except ImpossibleDate as reason:
        raise ClientFault(f"timeStamp: {reason}") from reason
    fetched = fetching.fetch(house.database, since, message.registeredResidentLastFetched, call.now)
    return i.GetUpdatesResponse(
        responseIsComplete=fetched.is_complete,
        registeredResidentEngagement=tuple(
            wording.resident_engagements(resident, posts) for resident, posts in fetched.posts.items()
        ),
    )


_QUERIES: Mapping[str, Callable[[House, Call, Any], m.Message]] = MappingProxyType(
    {
        Service.TIME_TYPES: get_all_time_types,
        Service.CARE_TYPES: get_all_care_types,
        Service.PERFORMERS: get_all_performers,
        Service.UNITS: get_all_healthcare_facilities,
        Service.DATES: get_available_dates,
        Service.TIMESLOTS: get_available_timeslots,
        Service.DETAILS: get_booking_details,
        Service.SCHEDULE: get_subject_of_care_schedule,
        "PingForConfiguration": ping_for_configuration,
    }
)
_UPDATES: Mapping[str, tuple[Callable[[House, Call, Any], dict[str, Any]], type[Any]]] = MappingProxyType(
    {
        Service.MAKE: (make_booking, m.MakeBookingResponse),
        Service.UPDATE: (update_booking, m.UpdateBookingResponse),
        Service.CANCEL: (cancel_booking, m.CancelBookingResponse),
    }
)
