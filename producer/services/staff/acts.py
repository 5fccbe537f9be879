"""Staff book, move and end bookings for patients: by the rules of residents, or past them with a reason."""

from collections.abc import Callable
from dataclasses import dataclass

from producer.domain.availability import Wish
from producer.domain.connection import Service
from producer.domain.model import Booking, BookingState, CareUnit, Slot
from producer.domain.refusals import Refusal, Refused
from producer.domain.rules import invitation_has_expired
from producer.domain.staff import ChangedMeanwhile, Fault, Invalid, NotThere, Period, Sentence
from producer.services.bookings import Cancellation, Done, cancel_at, make_at, update_at
from producer.services.orders import Order
from producer.services.reception import Asking
from producer.services.staff import acts_sentences as told
from producer.services.staff.accesses import access, note_bookings, noting_refusal
from producer.services.staff.acts_typed import Typed, check_contact, check_texts, patient_and_texts
from producer.services.staff.admission import Visit, changing, unit_to_change
from producer.services.staff.fingerprints import fingerprint
from producer.services.staff.found_bookings import booking_of
from producer.store.changes import add_change
from producer.store.engine import Database
from producer.store.timetable import Timetable


@dataclass(frozen=True, kw_only=True, slots=True)
class Acted:
    """What came of it, the sentence that tells it, and what the unit wants the patient to read (rule 55)."""

    booking: Booking
    sentence: Sentence
    text_to_read: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """Where one act is done: in which transaction, for whom of the staff, at which unit."""

    timetable: Timetable
    visit: Visit
    unit: CareUnit


def book(database: Database, visit: Visit, unit_hsa_id: str, slot_id: str, typed: Typed) -> Acted:
    """A free slot for a patient; raises Invalid, ChangedMeanwhile."""
    with noting_refusal(database) as tried, changing(database, visit, unit_hsa_id) as (timetable, unit):
        desk = Desk(timetable=timetable, visit=visit, unit=unit)
        slot = free_slot(timetable, visit, slot_id)
        if slot.unit_id != unit.id:
            raise NotThere
        patient = patient_and_texts(typed, visit.now.date())
        tried.append(access(visit, unit, "booking_made", patient, refused=True))
        done = _make(desk, slot, patient, typed)
        return _kept(desk, "booking_made", done, told.booked(done.booking))


def move(
    database: Database, visit: Visit, unit_hsa_id: str, booking_id: str, *, slot_id: str, seen: str, typed: Typed
) -> Acted:
    """A booking to a free slot of its unit or group, or an open invitation to its time; raises as `book` does."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        held = held_to_change(timetable, visit, unit, booking_id)
        _must_be_as_seen(held, seen)
        slot = free_slot(timetable, visit, slot_id, moving=held)
        there = unit_there(timetable, visit, slot.unit_id, held)
        desk = Desk(timetable=timetable, visit=visit, unit=there)
        if held.is_open_invitation:
            check_contact(typed)
            done = _make(desk, slot, held.patient, typed, held)
            return _kept(desk, "booking_made", done, told.booked(done.booking))
        check_texts(typed)
        done = _by_rules_or_reason(
            desk,
            Service.UPDATE,
            typed,
            lambda asking: update_at(timetable, there, _order(asking, slot, held.patient, typed, held)),
        )
        return _kept(desk, "booking_moved", done, told.moved(held, done.booking))


def cancel(database: Database, visit: Visit, unit_hsa_id: str, booking_id: str, *, seen: str, typed: Typed) -> Acted:
    """As the patient would do it herself, and with what she says; raises Invalid, ChangedMeanwhile."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        held = held_to_change(timetable, visit, unit, booking_id)
        _must_be_as_seen(held, seen)
        check_texts(typed)
        home = unit_there(timetable, visit, held.unit_id, held)
        desk = Desk(timetable=timetable, visit=visit, unit=home)
        done = _by_rules_or_reason(
            desk,
            Service.CANCEL,
            typed,
            lambda asking: cancel_at(
                timetable,
                home,
                Cancellation(asking=asking, booking_id=held.public_id, message=typed.message or None),
            ),
        )
        return _kept(desk, "booking_cancelled", done, told.cancelled(held))


def withdraw(database: Database, visit: Visit, unit_hsa_id: str, booking_id: str, *, seen: str, typed: Typed) -> Acted:
    """The unit takes a booking or an invitation back, which no rule for residents is about; raises as `cancel` does."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        held = held_to_change(timetable, visit, unit, booking_id)
        _must_be_as_seen(held, seen)
        check_texts(typed)
        home = unit_there(timetable, visit, held.unit_id, held)
        timetable.take_turn(held.patient)
        gone = timetable.withdraw(held, typed.message or None, origin=visit.origin, now=visit.now)
        desk = Desk(timetable=timetable, visit=visit, unit=home)
        return _kept(desk, "booking_withdrawn", Done(booking=gone), told.withdrawn(held))


def held_to_change(timetable: Timetable, visit: Visit, unit: CareUnit, booking_id: str) -> Booking:
    """A live booking that has not begun, or an invitation that still is open; raises Invalid."""
    held = booking_of(timetable, unit, booking_id)
    if held.state is not BookingState.LIVE:
        raise ChangedMeanwhile(told.as_it_is_now(held))
    if held.starts is not None and held.starts <= visit.now:
        raise Invalid(Fault("", Sentence("Tiden har börjat eller passerat och går inte att ändra.")))
    return held


def free_slot(timetable: Timetable, visit: Visit, slot_id: str, moving: Booking | None = None) -> Slot:
    """One that is free still, and to come; raises NotThere, ChangedMeanwhile."""
    slot = timetable.slot_by_public_id(slot_id)
    if slot is None:
        raise NotThere
    free = timetable.matching_free_slots(slot.unit_id, slot.starts, slot.ends, moving=moving)
    if slot.starts <= visit.now or all(each.id != slot.id for each in free):
        period = Period(slot.starts, slot.ends)
        raise ChangedMeanwhile(Sentence("Tiden %(period)s är inte längre ledig. Välj en annan.", {"period": period}))
    return slot


def unit_there(timetable: Timetable, visit: Visit, unit_id: int, held: Booking) -> CareUnit:
    """Where the booking is to be, and where it is: both are the staff's to change, and of one group."""
    home, there = timetable.unit_by_id(held.unit_id), timetable.unit_by_id(unit_id)
    if home is None or there is None:
        raise NotThere
    if there.id != home.id and (home.group is None or home.group != there.group):
        raise NotThere
    unit_to_change(timetable, visit, home.hsa_id)
    return unit_to_change(timetable, visit, there.hsa_id)


def _must_be_as_seen(held: Booking, seen: str) -> None:
    if fingerprint(held) != seen:
        raise ChangedMeanwhile(told.as_it_is_now(held))


def _make(desk: Desk, slot: Slot, patient: str, typed: Typed, invitation: Booking | None = None) -> Done:
    if invitation is not None and invitation_has_expired(invitation, desk.visit.now.date()):
        raise Invalid(Fault("", Sentence("Kallelsen gäller inte längre. Boka en ny tid i stället.")))
    return _by_rules_or_reason(
        desk,
        Service.MAKE,
        typed,
        lambda asking: make_at(desk.timetable, desk.unit, _order(asking, slot, patient, typed, invitation)),
    )


def _by_rules_or_reason(desk: Desk, service: Service, typed: Typed, act: Callable[[Asking], Done]) -> Done:
    """First as a resident would; if a rule says no to that, again with the reason of staff to pass over it.

    So a reason that was not needed is not written in the trail as if it had been.
    """
    try:
        return act(_asking(desk, service, None))
    except Refused as no:
        if not typed.override:
            raise Invalid(Fault("override", _rule_says(no.refusal))) from no
    try:
        return act(_asking(desk, service, typed.override))
    except Refused as no:
        raise Invalid(Fault("", Sentence(no.refusal.value))) from no


def _rule_says(refusal: Refusal) -> Sentence:
    if refusal is Refusal.REQUESTED_TIME_IS_NO_LONGER_AVAILABLE:  # the slot is free, so it is of another kind
        return Sentence(
            "Enligt bokningsreglerna behåller en ombokning sin tidtyp, och ibland utförare eller resurs."
            " Ange ett skäl om tiden ändå ska bokas."
        )
    return Sentence(
        "Bokningsreglerna säger nej: ”%(refusal)s” Ange ett skäl om det ändå ska göras.",
        {"refusal": Sentence(refusal.value)},
    )


def _asking(desk: Desk, service: Service, override: str | None) -> Asking:
    hsa_id = desk.unit.hsa_id
    return Asking(
        service=service,
        unit_hsa_id=hsa_id,
        logical_address=hsa_id,
        actor=desk.visit.origin.actor,
        override=override,
        now=desk.visit.now,
    )


def _order(asking: Asking, slot: Slot, patient: str, typed: Typed, held: Booking | None = None) -> Order:
    offer = slot.offer
    return Order(
        asking=asking,
        patient=patient,
        starts=slot.starts,
        ends=slot.ends,
        wish=Wish(
            time_type_code=offer.time_type.code,
            performers=frozenset({offer.performer.hsa_id.upper()} if offer.performer else ()),
            resource_code=offer.resource.code if offer.resource else None,
        ),
        booking_id=held.public_id if held else None,
        contact=typed.contact if typed.first_name else None,
        reason=typed.reason or None,
        slot_id=slot.public_id,
    )


def _kept(desk: Desk, action: str, done: Done, sentence: Sentence) -> Acted:
    visit, booking = desk.visit, done.booking
    add_change(desk.timetable, visit.staff, sentence, unit_id=desk.unit.id, now=visit.now)
    note_bookings(desk.timetable, visit, desk.unit, action, [booking])
    return Acted(booking=booking, sentence=sentence, text_to_read=done.text_to_read)
