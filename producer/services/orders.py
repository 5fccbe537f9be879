"""What a patient orders, and the free slot that fits it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from producer.domain.attempts import Attempt, Rule, first_refusal
from producer.domain.availability import Wish
from producer.domain.booking_rules import Lookup
from producer.domain.model import Booking, CareType, CareUnit, Contact, Slot
from producer.domain.refusals import Refusal, Refused
from producer.services.choices import standing_of, units_for_booking
from producer.services.reception import Asking
from producer.services.times import (
    governed_by,
    kept_performer_ids,
    kept_resource_id,
    wished_performer_ids,
    wished_time_type_ids,
)
from producer.store.timetable import Timetable

# A booking that has begun can still be in the way of another; none lasts longer than this.
A_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """A wish to have a time, at the unit that is asked; times are None when they do not exist in the calendar."""

    asking: Asking
    patient: str
    starts: datetime | None
    ends: datetime | None
    wish: Wish
    booking_id: str | None = None
    contact: Contact | None = None
    reason: str | None = None


def slot_for(timetable: Timetable, rules: tuple[Rule, ...], unit: CareUnit, order: Order, held: Booking | None) -> Slot:
    """The first free slot that fits the order and that no rule refuses; else the first refusal."""
    attempt = _attempt(timetable, unit, order, held)
    fitting = [replace(attempt, slot=slot) for slot in _fitting_slots(timetable, unit, order, held)] or [attempt]
    refusals = [first_refusal(rules, each) for each in fitting]
    for each, refusal in zip(fitting, refusals, strict=True):
        if refusal is None and each.slot is not None:
            return each.slot
    raise Refused(refusals[0] or attempt.slot_is_missing)


def _attempt(timetable: Timetable, unit: CareUnit, order: Order, held: Booking | None) -> Attempt:
    now = order.asking.now
    seen_by = held.patient if held else order.patient
    choices = units_for_booking(timetable, held, seen_by, now) if held else ()
    return Attempt(
        now=now,
        actor=order.asking.actor,
        patient=order.patient,
        unit=unit,
        held=held,
        held_unit=timetable.unit_by_id(held.unit_id) if held else None,
        starts=order.starts,
        slot_is_missing=_why_missing(timetable, unit, order),
        standing=standing_of(timetable, unit, order.patient),
        others=timetable.bookings_of(order.patient, unit.id, from_time=now - A_DAY),
        choices=frozenset(choice.id for choice in choices),
    )


def _why_missing(timetable: Timetable, unit: CareUnit, order: Order) -> Refusal:
    """What to say if no slot turns out to be free: taken by somebody, or never offered."""
    if order.starts is None or order.ends is None:
        return Refusal.REQUESTED_TIME_IS_IMPOSSIBLE
    if timetable.has_taken_slot(unit.id, order.starts, order.ends):
        return Refusal.REQUESTED_TIME_IS_ALREADY_RESERVED
    return Refusal.REQUESTED_TIME_IS_NO_LONGER_AVAILABLE


def _fitting_slots(timetable: Timetable, unit: CareUnit, order: Order, held: Booking | None) -> list[Slot]:
    """Free slots with exactly the ordered times (rule 60), the one whose id was sent first."""
    if order.starts is None or order.ends is None:
        return []
    wish = governed_by(held, order.wish) if held else order.wish
    performer_ids = wished_performer_ids(timetable, unit, wish, None)
    slots = timetable.matching_free_slots(
        unit.id,
        order.starts,
        order.ends,
        time_type_ids=wished_time_type_ids(timetable, unit, wish, None),
        performer_ids=kept_performer_ids(unit, held, performer_ids) if held else performer_ids,
        resource_id=kept_resource_id(unit, held) if held else None,
        moving=held,
        resource_code=wish.resource_code,
    )
    return sorted(slots, key=lambda slot: slot.public_id != order.booking_id)


def care_type_of(slot: Slot, unit: CareUnit, wish: Wish) -> CareType | None:
    if Lookup.CARE_TYPES not in unit.rules.lookups:
        return None
    kinds = slot.offer.time_type.care_types
    return next((kind for kind in kinds if kind.code == wish.care_type_code), kinds[0] if kinds else None)
