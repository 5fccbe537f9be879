"""Domain values in the words of the wire; the matrix of contracts.py says which field stands in which message."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import lru_cache

from producer.domain.availability import Flags, Run, Wish, care_type_named_by
from producer.domain.booking_rules import Lookup
from producer.domain.engagements import NOT_APPLICABLE, SERVICE_DOMAIN, Engagement
from producer.domain.model import CareType, CareUnit, Offer, Performer
from producer.services.times import FreeDays, FreeTimes
from producer.services.views import SeenBooking
from producer.soap import index_messages as i
from producer.soap import messages as m
from producer.soap.codec import template
from producer.soap.times import as_dt, as_ts

# A timetable has the same moments, days and offers in every answer, so their spelling is remembered.
_spelled = lru_cache(maxsize=100_000)(as_ts)
_spelled_day = lru_cache(maxsize=10_000)(as_dt)
_template = lru_cache(maxsize=4_000)(template)

_VARYING = ("startTimeInclusive", "endTimeExclusive", "bookingId")
_UNSAID = "-"


def performer_info(performer: Performer) -> m.PerformerInfoType:
    return m.PerformerInfoType(
        perfomer=performer.hsa_id,
        firstName=performer.first_name,
        lastName=performer.last_name,
        title=performer.title,
    )


def unit_info(unit: CareUnit) -> m.HealthcareFacilityInfoType:
    return m.HealthcareFacilityInfoType(healthcare_facility=unit.hsa_id, healthcare_facility_name=unit.name)


def free_timeslots(free: FreeTimes) -> tuple[m.Fragment, ...]:
    """Slots that differ in time and id only share one template."""
    return tuple(row for run in free.runs for row in _timeslots(free, run))


def _timeslots(free: FreeTimes, run: Run) -> Iterator[m.Fragment]:
    templates: dict[int, Callable[..., m.Fragment]] = {}
    for _, public_id, _, starts, ends, offer in run.slots:
        fill = templates.get(id(offer))
        if fill is None:
            fill = templates[id(offer)] = _template(_free_timeslot(free, offer, run.flags), _VARYING)
        yield fill(_spelled(starts), _spelled(ends), public_id)


def _free_timeslot(free: FreeTimes, offer: Offer, flags: Flags) -> m.TimeslotType:
    performer, resource = offer.performer, offer.resource
    care_type = care_type_told(free.unit, offer, free.wish)
    return m.TimeslotType(
        startTimeInclusive=_UNSAID,
        endTimeExclusive=_UNSAID,
        healthcare_facility=free.unit.hsa_id,
        performer=performer.hsa_id if performer else None,
        bookingId=_UNSAID,
        resourceName=resource.name if resource else None,
        healthcare_facility_name=free.unit.name,
        performerName=performer.full_name if performer else None,
        resourceID=resource.code if resource else None,
        timeTypeName=offer.time_type.name,
        timeTypeID=offer.time_type.code,
        careTypeName=care_type.name if care_type else None,
        careTypeID=care_type.code if care_type else None,
        cancel_booking_allowed=flags.cancelling,
        rebooking_allowed=flags.rebooking,
        message_allowed=flags.message,
    )


def care_type_told(unit: CareUnit, offer: Offer, wish: Wish) -> CareType | None:
    """Rule 44: care types are told only where the unit has them."""
    kinds = offer.time_type.care_types
    if not kinds or Lookup.CARE_TYPES not in unit.rules.lookups:
        return None
    return kinds[care_type_named_by(offer, wish)]


def free_days(free: FreeDays) -> tuple[m.Fragment, ...]:
    """Rows that differ in their date only share one template."""
    offers = {id(offer): offer for _, offer in free.rows}
    templates = {key: _template(_free_day(free, offer), ("date",)) for key, offer in offers.items()}
    return tuple(templates[id(offer)](_spelled_day(day)) for day, offer in free.rows)


def _free_day(free: FreeDays, offer: Offer) -> m.PerformerAvailabilityByDateType:
    care_type = care_type_told(free.unit, offer, free.wish)
    return m.PerformerAvailabilityByDateType(
        healthcare_facility=free.unit.hsa_id,
        performer=offer.performer.hsa_id if offer.performer else None,
        date=_UNSAID,
        resourceName=offer.resource.name if offer.resource else None,
        resourceID=offer.resource.code if offer.resource else None,
        timeTypeName=offer.time_type.name,
        timeTypeID=offer.time_type.code,
        careTypeName=care_type.name if care_type else None,
        careTypeID=care_type.code if care_type else None,
    )


def booked_timeslot(seen: SeenBooking) -> m.TimeslotType:
    """A booking or invitation; an open invitation has no times (rule 77)."""
    booking, unit, flags = seen.booking, seen.unit, seen.flags
    performer, resource, time_type = booking.performer, booking.resource, booking.time_type
    care_type = booking.care_type if Lookup.CARE_TYPES in unit.rules.lookups else None
    return m.TimeslotType(
        startTimeInclusive=_moment(booking.starts),
        endTimeExclusive=_moment(booking.ends),
        healthcare_facility=unit.hsa_id,
        performer=performer.hsa_id if performer else None,
        bookingId=booking.public_id,
        subject_of_care=booking.patient,
        purpose=booking.purpose,
        reason=booking.reason,
        resourceName=resource.name if resource else None,
        healthcare_facility_name=unit.name,
        performerName=performer.full_name if performer else None,
        resourceID=resource.code if resource else None,
        timeTypeName=time_type.name if time_type else None,
        timeTypeID=time_type.code if time_type else None,
        careTypeName=care_type.name if care_type else None,
        careTypeID=care_type.code if care_type else None,
        cancel_booking_allowed=flags.cancelling,
        rebooking_allowed=flags.rebooking,
        message_allowed=flags.message,
        isInvitation=booking.is_invitation,
    )


def resident_engagements(resident: str, posts: Iterable[Engagement]) -> i.RegisteredResidentEngagementType:
    return i.RegisteredResidentEngagementType(
        registeredResidentIdentification=resident, engagement=tuple(map(_engagement, posts))
    )


def _engagement(post: Engagement) -> i.EngagementType:
    """Rules 83, 84 and 91."""
    return i.EngagementType(
        registeredResidentIdentification=post.patient,
        serviceDomain=SERVICE_DOMAIN,
        categorization=post.categorization,
        logicalAddress=post.logical_address,
        businessObjectInstanceIdentifier=post.business_id,
        clinicalProcessInterestId=NOT_APPLICABLE,
        mostRecentContent=as_ts(post.most_recent),
        sourceSystem=post.source_system,
        dataController=post.data_controller,
    )


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else as_ts(moment)
