"""Looking at bookings: a list of those one seeks, and one with all that happened to it; each look is noted."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from producer.domain.attempts import Attempt, first_refusal
from producer.domain.availability import Span
from producer.domain.booking_rules import CancelledInvitation
from producer.domain.model import (
    Actor,
    ActorType,
    Booking,
    BookingState,
    CareUnit,
    Contact,
    TrailEntry,
)
from producer.domain.refusals import Refusal
from producer.domain.rules import MAY_CANCEL, MAY_REBOOK
from producer.domain.staff import ChangedMeanwhile, NotAllowed, NotThere
from producer.domain.written_identities import any_identity_in
from producer.services.staff.accesses import note_bookings, note_patients
from producer.services.staff.acts_sentences import as_it_is_now
from producer.services.staff.admission import Visit, changing, noting
from producer.services.staff.fingerprints import fingerprint
from producer.services.staff.trail_names import with_names
from producer.store import found_bookings as store
from producer.store.engine import Database
from producer.store.found_bookings import FoundBooking
from producer.store.timetable import Timetable

PAGE = 50
MOST_NAMESAKES = 400
"""Of a name that more bookings might have than this the latest are looked through, and the page says so."""
_LONGEST_SOUGHT = 200
"""No name, identity or id is longer, and a database looks for no more than so much."""
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Days:
    """From the first day to the last, both included; no state named means all."""

    first: date
    last: date
    states: tuple[BookingState, ...] = (BookingState.LIVE,)


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One page of a list, the first being number 1; `is_cut` when a name was too common to look through them all."""

    unit: CareUnit
    bookings: tuple[FoundBooking, ...]
    number: int
    has_more: bool
    is_cut: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """One booking with all that is known of it; `seen` is what a form to change it carries."""

    unit: CareUnit
    booking: Booking
    contact: Contact | None
    trail: tuple[TrailEntry, ...]
    cancelling_refused: Refusal | None
    rebooking_refused: Refusal | None
    may_change: bool
    has_begun: bool
    becomes_open_invitation: bool
    seen: str


def find(database: Database, visit: Visit, unit_hsa_id: str, words: str, number: int = 1) -> Found:
    """By personal number, booking id or name, whichever the words are."""
    with noting(database, visit, unit_hsa_id) as (timetable, unit):
        found, is_cut = _meant(timetable, unit, words.strip(), visit.now.date())
        if not found and (patient := any_identity_in(words, visit.now.date())):
            note_patients(timetable, visit, unit, "bookings_sought", [patient])  # that she has none here was told
        start = (number - 1) * PAGE
        page = _noted(timetable, visit, unit, found[start : start + PAGE + 1], number)
        return replace(page, is_cut=is_cut)


def between(database: Database, visit: Visit, unit_hsa_id: str, days: Days, number: int = 1) -> Found:
    """The bookings and timed invitations of some days."""
    with noting(database, visit, unit_hsa_id) as (timetable, unit):
        span = Span(starts=datetime.combine(days.first, time()), ends=datetime.combine(days.last, time.max))
        page = store.Page(limit=PAGE + 1, offset=(number - 1) * PAGE)
        states = days.states or tuple(BookingState)
        found = store.bookings_between(timetable, unit.id, span, states, page)
        return _noted(timetable, visit, unit, found, number)


def sheet(database: Database, visit: Visit, unit_hsa_id: str, booking_id: str) -> Sheet:
    """Readable where the booking is, was, or was invited from; raises NotThere."""
    with noting(database, visit, unit_hsa_id) as (timetable, unit):
        return _sheet(timetable, visit, unit, booking_of(timetable, unit, booking_id))


def sheet_to_change(database: Database, visit: Visit, unit_hsa_id: str, booking_id: str) -> Sheet:
    """Of one that staff may change still; raises NotAllowed, ChangedMeanwhile."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        booking = booking_of(timetable, unit, booking_id)
        if not visit.staff.may_change(booking.unit_id):
            raise NotAllowed
        if booking.state is not BookingState.LIVE:
            raise ChangedMeanwhile(as_it_is_now(booking))
        return _sheet(timetable, visit, unit, booking)


def _sheet(timetable: Timetable, visit: Visit, unit: CareUnit, booking: Booking) -> Sheet:
    note_bookings(timetable, visit, unit, "booking_shown", [booking])
    home = timetable.unit_by_id(booking.unit_id) or unit
    patient = Actor(type=ActorType.PATIENT, id=booking.patient)
    attempt = Attempt(now=visit.now, actor=patient, patient=booking.patient, unit=home, held=booking, held_unit=home)
    return Sheet(
        unit=unit,
        booking=booking,
        contact=timetable.contact(booking.id),
        trail=with_names(timetable, timetable.trail(booking.id)),
        cancelling_refused=first_refusal(MAY_CANCEL, attempt),
        rebooking_refused=first_refusal(MAY_REBOOK, attempt),
        may_change=visit.staff.may_change(booking.unit_id),
        has_begun=booking.starts is not None and booking.starts <= visit.now,
        becomes_open_invitation=booking.is_invitation
        and home.rules.cancelled_invitation_becomes is CancelledInvitation.OPEN_INVITATION,
        seen=fingerprint(booking),
    )


def booking_of(timetable: Timetable, unit: CareUnit, booking_id: str) -> Booking:
    """A booking that concerns the unit: it is there, was there, or was invited from there; raises NotThere."""
    booking = timetable.booking(booking_id)
    if booking is None:
        raise NotThere
    if unit.id in (booking.unit_id, booking.invited_by_unit_id):
        return booking
    places = (place for entry in timetable.trail(booking.id) for place in (entry.before, entry.after) if place)
    if all(place.unit != unit.hsa_id for place in places):
        raise NotThere
    return booking


def _meant(timetable: Timetable, unit: CareUnit, words: str, today: date) -> tuple[list[FoundBooking], bool]:
    if not words or len(words) > _LONGEST_SOUGHT:
        return [], False
    patient = any_identity_in(words, today)
    if patient and (found := store.bookings_of_patient(timetable, unit.id, unit.hsa_id, patient)):
        return found, False
    try:
        booking = booking_of(timetable, unit, words)
    except NotThere:
        return store.bookings_named(timetable, unit.id, words.split(), MOST_NAMESAKES)
    return [FoundBooking(booking=booking, contact=timetable.contact(booking.id))], False


def _noted(timetable: Timetable, visit: Visit, unit: CareUnit, found: list[FoundBooking], number: int) -> Found:
    shown = tuple(found[:PAGE])
    note_patients(timetable, visit, unit, "bookings_listed", (each.booking.patient for each in shown))
    return Found(unit=unit, bookings=shown, number=number, has_more=len(found) > PAGE)
