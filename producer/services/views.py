"""What is booked: one booking's details, and all that a patient has."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from producer.domain import persons
from producer.domain.availability import Flags, flags_of_booking
from producer.domain.booking_rules import Flow
from producer.domain.connection import is_national
from producer.domain.model import ActorType, Booking, BookingState, CareUnit
from producer.domain.refusals import NotFound, NotPermitted
from producer.domain.rules import invitation_has_expired
from producer.services.choices import has_somewhere_to_go
from producer.services.disclosures import access
from producer.services.reception import Asking, receive, receive_nationally
from producer.store.access_log import Access
from producer.store.engine import Database
from producer.store.timetable import Timetable

_NOT_HERS = "the actor is not the patient of what is asked for"


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenBooking:
    """A booking as its patient sees it."""

    booking: Booking
    unit: CareUnit
    flags: Flags


def details(database: Database, asking: Asking, booking_id: str) -> SeenBooking:
    """Rule 75: an id that is not one of this unit's bookings cannot be answered; raises NotFound."""
    with database.reading() as timetable:
        unit = receive(timetable, asking)
        booking = None if unit is None else timetable.booking(booking_id)
        if unit is None or booking is None or booking.unit_id != unit.id or not _is_in_sight(booking, asking.now):
            raise NotFound("no booking or invitation of this healthcare_facility has this bookingId")
        open_to_actor = _patient_may_see(asking, booking.patient, unit)
        seen = _seen(timetable, booking, unit, asking.now) if open_to_actor else None
    database.note(access(asking, unit.hsa_id, booking.patient, booking.public_id, refused=seen is None))
    if seen is None:
        raise NotPermitted(_NOT_HERS)
    return seen


def schedule(database: Database, asking: Asking, patient: str) -> list[SeenBooking]:
    """The patient's bookings at the unit; addressed to the national platform, at every unit (rules 24 and 81)."""
    with database.reading() as timetable:
        if is_national(asking.logical_address):
            receive_nationally(asking)
            units = [unit for unit in timetable.units() if Flow.SEE in unit.rules.flows]
        else:
            unit = receive(timetable, asking)
            units = [] if unit is None else [unit]
        closed = [unit for unit in units if not _patient_may_see(asking, patient, unit)]
        seen = [] if closed else [each for unit in units for each in _schedule_at(timetable, unit, asking, patient)]
    if units:
        database.note(*_looks(asking, patient, closed[:1] or units, seen, refused=bool(closed)))
    if closed:
        raise NotPermitted(_NOT_HERS)
    return seen


def _schedule_at(timetable: Timetable, unit: CareUnit, asking: Asking, patient: str) -> list[SeenBooking]:
    from_time = datetime.min if unit.rules.past_bookings_shown else asking.now
    bookings = timetable.bookings_of(patient, unit.id, from_time=from_time)
    return [_seen(timetable, booking, unit, asking.now) for booking in bookings if booking.shown_to_patient]


def _looks(
    asking: Asking, patient: str, units: list[CareUnit], seen: list[SeenBooking], *, refused: bool
) -> Iterable[Access]:
    """One line for each unit, for what a schedule shows is all that there is; that it shows nothing is told too."""
    if len(units) > 1:
        shown = {each.unit.id for each in seen}
        units = [unit for unit in units if unit.id in shown]
    places: list[str | None] = [unit.hsa_id for unit in units]
    return [access(asking, place, patient, refused=refused) for place in places or [None]]


def _patient_may_see(asking: Asking, patient: str, unit: CareUnit) -> bool:
    """Rule 22, for what is read."""
    actor = asking.actor
    if actor.type is not ActorType.PATIENT or actor.id is None or unit.rules.guardians_may_act:
        return True
    return persons.normal(actor.id) == patient


def _is_in_sight(booking: Booking, now: datetime) -> bool:
    """Rule 82: what is not shown, cancelled or no longer valid is not there for the patient, nor what is nobody's."""
    expired = booking.is_open_invitation and invitation_has_expired(booking, now.date())
    hers = booking.shown_to_patient and not persons.is_nobody(booking.patient)
    return booking.state is BookingState.LIVE and hers and not expired


def _seen(timetable: Timetable, booking: Booking, unit: CareUnit, now: datetime) -> SeenBooking:
    """The flags tell the truth: a booking that no unit would take is not said to be movable."""
    flags = flags_of_booking(booking, unit, now)
    if flags.rebooking and not has_somewhere_to_go(timetable, booking, unit, now):
        flags = replace(flags, rebooking=False)
    return SeenBooking(booking=booking, unit=unit, flags=flags)
