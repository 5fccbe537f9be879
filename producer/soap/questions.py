"""Wire words to domain words: what a message asks of the services."""

from collections.abc import Collection
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from producer.domain import persons
from producer.domain.availability import Wish
from producer.domain.connection import Service
from producer.domain.model import Actor, ActorType, Contact
from producer.services.bookings import Cancellation
from producer.services.lookups import Choosing
from producer.services.orders import Order
from producer.services.reception import Asking
from producer.services.times import Search
from producer.soap import messages as m
from producer.soap.calls import Call
from producer.soap.codec import Invalid
from producer.soap.contracts import timeslot_faults
from producer.soap.times import ImpossibleDate, day, wall_time


def asking(call: Call, cleared: Collection[str], service: Service, unit_hsa_id: str) -> Asking:
    """`cleared` are the consumers that may show agents what is booked (rule 21), in upper case."""
    return Asking(
        service=service,
        unit_hsa_id=unit_hsa_id,
        logical_address=call.logical_address,
        actor=_actor(call.actor),
        actor_is_missing=call.actor is None,
        empty_elements=call.empty_elements,
        consumer=call.consumer,
        correlation_id=call.correlation_id,
        agents_may_see=call.consumer is not None and call.consumer.upper() in cleared,
        now=call.now.replace(microsecond=0),
    )


_ACTOR_TYPES = MappingProxyType(
    {m.ActorType.SUBJECT_OF_CARE: ActorType.PATIENT, m.ActorType.SUBJECT_OF_CARE_AGENT: ActorType.AGENT}
)


def _actor(actor: m.Actor | None) -> Actor:
    """Where the header may be left out, the patient herself is meant (rule 18)."""
    return (
        Actor(type=ActorType.PATIENT) if actor is None else Actor(type=_ACTOR_TYPES[actor.actorType], id=actor.actorId)
    )


def choosing(call: Call, cleared: Collection[str], service: Service, message: Any, **filters: Any) -> Choosing:
    return Choosing(
        asking=asking(call, cleared, service, message.healthcare_facility),
        patient=persons.normal(message.subject_of_care),
        **filters,
    )


def search(
    call: Call, cleared: Collection[str], service: Service, message: m.GetAvailableDates | m.GetAvailableTimeslots
) -> Search:
    return Search(
        asking=asking(call, cleared, service, message.healthcare_facility),
        patient=persons.normal(message.subject_of_care),
        first=_day(call, "startDateInclusive", message.startDateInclusive),
        last=_day(call, "endDateInclusive", message.endDateInclusive),
        wish=Wish(
            performers=keys(message.performer),
            time_type_code=message.timeTypeID,
            time_type_name=message.timeTypeName,
            care_type_code=message.careTypeID,
            care_type_name=message.careTypeName,
        ),
        booking_id=message.bookingId,
    )


def order(call: Call, cleared: Collection[str], service: Service, message: m.MakeBooking | m.UpdateBooking) -> Order:
    slot = message.requestedTimeslot
    if faults := timeslot_faults(call.contract.name, slot):
        raise Invalid(f"{call.contract.name}/requestedTimeslot", "; ".join(faults))
    return Order(
        asking=asking(call, cleared, service, slot.healthcare_facility),
        patient=persons.normal(slot.subject_of_care or ""),
        starts=_moment(slot.startTimeInclusive or ""),
        ends=_moment(slot.endTimeExclusive or ""),
        wish=Wish(
            performers=keys((slot.performer,) if slot.performer else ()),
            time_type_code=slot.timeTypeID,
            time_type_name=slot.timeTypeName,
            care_type_code=slot.careTypeID,
            care_type_name=slot.careTypeName,
            resource_code=slot.resourceID,
        ),
        booking_id=slot.bookingId,
        contact=_contact(message.subject_of_care_info),
        reason=slot.reason,
    )


def cancellation(call: Call, cleared: Collection[str], message: m.CancelBooking) -> Cancellation:
    return Cancellation(
        asking=asking(call, cleared, Service.CANCEL, message.healthcare_facility),
        booking_id=message.bookingId,
        message=message.message,
    )


def _contact(info: m.SubjectOfCareType | None) -> Contact | None:
    """UpdateBooking may leave it out (rule 61)."""
    if info is None:
        return None
    return Contact(
        first_name=info.firstName,
        middle_name=info.middleName,
        last_name=info.lastName,
        phone=info.phone,
        email=info.email,
        address=info.address,
        coaddress=info.coaddress,
    )


def keys(hsa_ids: tuple[str, ...]) -> frozenset[str]:
    """HSA-ids as they are compared: without case (rule 17)."""
    return frozenset(hsa_id.upper() for hsa_id in hsa_ids)


def _day(call: Call, field: str, text: str) -> date:
    """Rule 36: in a query an impossible day is a fault."""
    try:
        return day(text)
    except ImpossibleDate as reason:
        raise Invalid(f"{call.contract.name}/{field}", str(reason)) from reason


def _moment(text: str) -> datetime | None:
    """Rule 36: in an act an impossible moment is a refusal."""
    try:
        return wall_time(text)
    except ImpossibleDate:
        return None
