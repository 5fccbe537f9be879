"""The acts: a booking is made, moved and cancelled, each in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from producer.domain import persons
from producer.domain.attempts import Attempt, enforce
from producer.domain.booking_rules import CancelledInvitation, Lookup
from producer.domain.model import Act, Booking, BookingState, CareUnit
from producer.domain.refusals import Refusal, Refused
from producer.domain.rules import TO_BE_HEARD, TO_BOOK, TO_CANCEL, TO_REBOOK, TO_USE_INVITATION
from producer.services.choices import booking_in_sight
from producer.services.disclosures import note_act, noting_refusal
from producer.services.orders import Order, attempt_to, care_type_of, rules_for, slot_for
from producer.services.reception import Asking, receive
from producer.services.times import governed_by
from producer.store.engine import Database
from producer.store.errors import Collision
from producer.store.timetable import Timetable

# A platform sends a request once more after two seconds (rule 58); a person takes longer to want the same again.
REPEATED_WITHIN = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cancellation:
    asking: Asking
    booking_id: str
    message: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What was done, and a text that the patient must read (rule 55)."""

    booking: Booking
    text_to_read: str | None = None


def make(database: Database, order: Order) -> Done:
    """Book a free slot, or answer an open invitation with one; raises Refused."""
    with noting_refusal(database, order.asking, order.patient, order.booking_id):
        return _written(database, order.asking, lambda timetable, unit: make_at(timetable, unit, order))


def update(database: Database, order: Order) -> Done:
    """Move a booking to a free slot, at its own unit or at one of the choices; raises Refused."""
    with noting_refusal(database, order.asking, order.patient, order.booking_id):
        return _written(database, order.asking, lambda timetable, unit: update_at(timetable, unit, order))


def cancel(database: Database, cancellation: Cancellation) -> Done:
    """Cancel a booking of the unit asked; a message that is not allowed is dropped (rule 70); raises Refused."""
    asking = cancellation.asking
    with noting_refusal(database, asking, None, cancellation.booking_id):
        return _written(database, asking, lambda timetable, unit: cancel_at(timetable, unit, cancellation))


# The same acts in a transaction that is open: staff, who have no contract to call, begin here.


def make_at(timetable: Timetable, unit: CareUnit, order: Order) -> Done:
    order = _as_the_unit_reads(order, unit)
    timetable.take_turn(order.patient)
    _hear(order, unit, None)
    held = _invitation_meant(timetable, order)
    attempt = attempt_to(timetable, unit, order, held)
    if repeated := _made_just_now(timetable, attempt, order):
        return Done(booking=repeated, text_to_read=unit.rules.text_to_read)
    slot = slot_for(timetable, TO_USE_INVITATION if held else TO_BOOK, attempt, order)
    care_type = care_type_of(slot, unit, order.wish)
    contact = order.contact
    if contact is None:
        raise TypeError("a booking is made with a contact")
    now, origin = order.asking.now, order.asking.origin
    if held:
        made = timetable.book_invitation(
            held, slot, contact, reason=order.reason, care_type=care_type, origin=origin, now=now
        )
    else:
        made = timetable.book(
            slot, order.patient, contact, reason=order.reason, care_type=care_type, origin=origin, now=now
        )
    return Done(booking=made, text_to_read=unit.rules.text_to_read)


def update_at(timetable: Timetable, unit: CareUnit, order: Order) -> Done:
    timetable.take_turn(order.patient)
    held = _booking_held(timetable, unit, order)
    _hear(order, unit, held)
    if _is_moved_already(timetable, held, unit, order):
        return Done(booking=held, text_to_read=unit.rules.text_to_read)
    if held.public_id != order.booking_id:
        raise Refused(Refusal.APPOINTMENT_IS_ALREADY_UPDATED)
    slot = slot_for(timetable, TO_REBOOK, attempt_to(timetable, unit, order, held), order)
    home = timetable.unit_by_id(held.unit_id) or unit
    moved = timetable.move(
        held,
        slot,
        contact=order.contact,
        reason=order.reason,
        new_public_id=home.rules.rebooking_changes_id,
        origin=order.asking.origin,
        now=order.asking.now,
    )
    return Done(booking=moved, text_to_read=unit.rules.text_to_read)


def cancel_at(timetable: Timetable, unit: CareUnit, cancellation: Cancellation) -> Done:
    asking = cancellation.asking
    held = _in_sight(timetable, asking, cancellation.booking_id)
    if held is None and _known_since(timetable, cancellation.booking_id, asking.actor.id):
        raise Refused(Refusal.APPOINTMENT_IS_ALREADY_UPDATED)
    if held is None or held.unit_id != unit.id:
        raise Refused(Refusal.APPOINTMENT_DOES_NOT_EXIST)
    enforce(
        rules_for(TO_CANCEL, asking),
        Attempt(now=asking.now, actor=asking.actor, patient=held.patient, unit=unit, held=held, held_unit=unit),
    )
    message = cancellation.message if unit.rules.message_allowed or asking.by_staff else None
    timetable.cancel(held, message, origin=asking.origin, now=asking.now)
    if held.is_invitation and unit.rules.cancelled_invitation_becomes is CancelledInvitation.OPEN_INVITATION:
        _invite_again(timetable, held, asking)
    return Done(booking=held)


def _invite_again(timetable: Timetable, cancelled: Booking, asking: Asking) -> Booking:
    """Rule 72: the patient is still called, now to a time of her own choice."""
    return timetable.invite(
        cancelled.invited_by_unit_id or cancelled.unit_id,
        cancelled.patient,
        cancelled.purpose or "",
        time_type=cancelled.time_type,
        valid_to=cancelled.invitation_valid_to,
        origin=asking.origin,
        now=asking.now,
    )


def _written(database: Database, asking: Asking, act: Callable[[Timetable, CareUnit], Done]) -> Done:
    """Who loses a race looks again and hears what has become of it; who loses every time is refused (rule 57)."""

    def noted(timetable: Timetable) -> Done:
        done = act(timetable, _unit_asked(timetable, asking))
        note_act(timetable, asking, done.booking)
        return done

    try:
        return database.written(noted)
    except Collision as lost:
        raise Refused(Refusal.REQUESTED_TIME_IS_ALREADY_RESERVED) from lost


def _unit_asked(timetable: Timetable, asking: Asking) -> CareUnit:
    unit = receive(timetable, asking)
    if unit is None:
        raise Refused(Refusal.CARE_UNIT_IS_UNKNOWN)
    return unit


def _hear(order: Order, unit: CareUnit, held: Booking | None) -> None:
    """Nothing is said, not even that it was done already, to one who may not act."""
    attempt = Attempt(now=order.asking.now, actor=order.asking.actor, patient=order.patient, unit=unit, held=held)
    enforce(rules_for(TO_BE_HEARD, order.asking), attempt)


def _in_sight(timetable: Timetable, asking: Asking, booking_id: str | None) -> Booking | None:
    """Staff see what is not shown to its patient too (rule 82)."""
    if asking.by_staff and booking_id is not None:
        return timetable.booking(booking_id)
    return booking_in_sight(timetable, booking_id)


def _as_the_unit_reads(order: Order, unit: CareUnit) -> Order:
    """Rule 44: care types count only where the unit has them."""
    if Lookup.CARE_TYPES in unit.rules.lookups:
        return order
    return replace(order, wish=replace(order.wish, care_type_code=None, care_type_name=None))


def _made_just_now(timetable: Timetable, attempt: Attempt, order: Order) -> Booking | None:
    """Rule 58: the same order once more, within moments, is answered as before."""
    return next(
        (
            booking
            for booking in attempt.others
            if _is_what_was_ordered(booking, order)
            and _could_have_meant(attempt.held, booking)
            and _was_just(Act.BOOKED, timetable, booking, attempt.now)
        ),
        None,
    )


def _could_have_meant(held: Booking | None, booking: Booking) -> bool:
    """An order for this booking could know the id of the invitation it was, but not its own id as a booking."""
    return held is None or (held.id == booking.id and held.invited_by_unit_id is not None)


def _was_just(act: Act, timetable: Timetable, booking: Booking, now: datetime) -> bool:
    """Whether this act, moments ago, is the last that happened to the booking."""
    last = timetable.trail(booking.id)[-1]
    return last.act is act and last.at >= now - REPEATED_WITHIN


def _is_what_was_ordered(booking: Booking, order: Order) -> bool:
    wish, kind, performer = order.wish, booking.time_type, booking.performer
    return (
        (booking.starts, booking.ends) == (order.starts, order.ends)
        and (wish.time_type_code is None or (kind is not None and wish.time_type_code == kind.code))
        and (not wish.performers or (performer is not None and performer.hsa_id.upper() in wish.performers))
        and (
            wish.resource_code is None or (booking.resource is not None and wish.resource_code == booking.resource.code)
        )
    )


def _is_moved_already(timetable: Timetable, held: Booking, unit: CareUnit, order: Order) -> bool:
    """Rule 58 for a rebooking that comes twice: the booking is already where it was moved to, and with whom."""
    is_there = held.state is BookingState.LIVE and held.unit_id == unit.id
    ordered = replace(order, wish=governed_by(held, order.wish))
    return (
        is_there and _is_what_was_ordered(held, ordered) and _was_just(Act.REBOOKED, timetable, held, order.asking.now)
    )


def _invitation_meant(timetable: Timetable, order: Order) -> Booking | None:
    """Rule 62: the id may be an invitation's, a free slot's, or an echo that means nothing here.

    A cancelled booking is an echo, but an invitation stays one: it is not booked twice (rule 63).
    """
    held = _in_sight(timetable, order.asking, order.booking_id)
    if held is None or (held.state is not BookingState.LIVE and held.invited_by_unit_id is None):
        return None
    return held


def _known_since(timetable: Timetable, former_id: str | None, patient: str | None) -> Booking | None:
    """The patient's booking that had this id until a rebooking gave it another (rule 68)."""
    if former_id is None or patient is None:
        return None
    return booking_in_sight(timetable, timetable.id_since(former_id, persons.normal(patient)))


def _booking_held(timetable: Timetable, unit: CareUnit, order: Order) -> Booking:
    """The booking to move: one of the unit asked, or of another unit of its group (domain.md 1.5)."""
    held = _in_sight(timetable, order.asking, order.booking_id) or _known_since(
        timetable, order.booking_id, order.patient
    )
    if held is None:
        raise Refused(Refusal.APPOINTMENT_DOES_NOT_EXIST)
    if held.unit_id != unit.id:
        home = timetable.unit_by_id(held.unit_id)
        if home is None or home.group is None or home.group != unit.group:
            raise Refused(Refusal.APPOINTMENT_DOES_NOT_EXIST)
    return held
