"""What a patient orders, and the free slot that fits it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from producer.domain.attempts import Attempt, Rule, first_refusal
from producer.domain.availability import Wish, is_wished
from producer.domain.booking_rules import Lookup
from producer.domain.model import Booking, CareType, CareUnit, Contact, Slot
from producer.domain.overrides import FACTS
from producer.domain.refusals import Refusal, Refused
from producer.services.choices import standing_of, units_for_booking
from producer.services.reception import Asking
from producer.services.times import governed_by, kept_performer_ids, kept_resource_id
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
    slot_id: str | None = None
    """The one slot that staff have pointed at; None lets any do that fits."""


def rules_for(rules: tuple[Rule, ...], asking: Asking) -> tuple[Rule, ...]:
    """Of the rules, those that hold whatever reason staff have; all of them where no reason is given."""
    return rules if asking.override is None else FACTS[rules]


def attempt_to(timetable: Timetable, unit: CareUnit, order: Order, held: Booking | None) -> Attempt:
    """What the rules need to know of the order, but for the slot."""
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
        standing=standing_of(timetable, unit, order.patient),
        others=timetable.bookings_of(order.patient, unit.id, from_time=now - A_DAY),
        choices=frozenset(choice.id for choice in choices),
    )


def slot_for(timetable: Timetable, rules: tuple[Rule, ...], attempt: Attempt, order: Order) -> Slot:
    """The first free slot that fits the order and that no rule refuses; else the first refusal."""
    rules = rules_for(rules, order.asking)
    refusals = []
    for slot in _fitting_slots(timetable, attempt.unit, order, attempt.held):
        refusal = first_refusal(rules, replace(attempt, slot=slot))
        if refusal is None:
            return slot
        refusals.append(refusal)
    raise Refused(refusals[0] if refusals else _why_none(timetable, rules, attempt, order))


def _why_none(timetable: Timetable, rules: tuple[Rule, ...], attempt: Attempt, order: Order) -> Refusal:
    missing = _why_missing(timetable, attempt.unit, order)
    return first_refusal(rules, replace(attempt, slot_is_missing=missing)) or missing


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
    kept = None if order.asking.override else held
    slots = timetable.matching_free_slots(
        unit.id,
        order.starts,
        order.ends,
        performer_ids=kept_performer_ids(unit, kept, None) if kept else None,
        resource_id=kept_resource_id(unit, kept) if kept else None,
        moving=held,
    )
    wish = governed_by(kept, order.wish) if kept else order.wish
    fitting = (slot for slot in slots if is_wished(slot.offer, wish) and order.slot_id in (None, slot.public_id))
    return sorted(fitting, key=lambda slot: slot.public_id != order.booking_id)


def care_type_of(slot: Slot, unit: CareUnit, wish: Wish) -> CareType | None:
    if Lookup.CARE_TYPES not in unit.rules.lookups:
        return None
    kinds = slot.offer.time_type.care_types
    return next((kind for kind in kinds if kind.code == wish.care_type_code), kinds[0] if kinds else None)
