"""Which times are free for the one asking: whole slots, or just their days; both look through the same view."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from producer.domain.availability import (
    Run,
    Span,
    Wish,
    performers_open_to_patient,
    performers_wished,
    runs_of_equal_flags,
    span_of,
    time_types_wished,
)
from producer.domain.booking_rules import Lookup
from producer.domain.model import Booking, CareUnit, Offer, Standing
from producer.domain.rules import WELCOME_TO_BOOK
from producer.services.choices import booking_in_sight, is_welcome, units_for_booking
from producer.services.disclosures import note_asked_about
from producer.services.reception import Asking, receive
from producer.store.engine import Database
from producer.store.timetable import Timetable
from producer.store.vacancies import Filter


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """A question about free times; with a booking id it is for moving that booking or booking that invitation."""

    asking: Asking
    patient: str
    first: date
    last: date
    wish: Wish
    booking_id: str | None = None

    @property
    def seen_by(self) -> str | None:
        """Whose restrictions count: nobody's when an agent asks (rule 20)."""
        return None if self.asking.by_agent else self.patient


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """The part of a unit's timetable that a search may see; None lets every id through."""

    span: Span
    time_type_ids: frozenset[int] | None = None
    performer_ids: frozenset[int] | None = None
    resource_id: int | None = None
    moving: Booking | None = None

    @property
    def filters(self) -> Filter:
        return Filter(
            time_type_ids=self.time_type_ids,
            performer_ids=self.performer_ids,
            resource_id=self.resource_id,
            moving=self.moving,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class FreeTimes:
    """Free slots of one unit, in runs that share their flags."""

    unit: CareUnit
    wish: Wish
    runs: Sequence[Run] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class FreeDays:
    """One row per day and offer that has a free slot (rule 50)."""

    unit: CareUnit
    wish: Wish
    rows: Sequence[tuple[date, Offer]] = ()


def free_times(database: Database, search: Search) -> FreeTimes | None:
    """None when the unit is unknown (rule 41)."""
    with database.reading() as timetable:
        unit = receive(timetable, search.asking)
        if unit is None:
            return None
        search = _heeding_care_types(search, unit)
        booking = booking_in_sight(timetable, search.booking_id)
        view = _view(timetable, unit, search, booking)
        slots = view and timetable.free_slots(unit.id, view.span.starts, view.span.ends, **view.filters)
        runs = runs_of_equal_flags(slots or (), unit, search.asking.now)
    note_asked_about(database, search.asking, unit, booking, search.seen_by)
    return FreeTimes(unit=unit, wish=search.wish, runs=runs)


def free_days(database: Database, search: Search) -> FreeDays | None:
    """None when the unit is unknown (rule 41)."""
    with database.reading() as timetable:
        unit = receive(timetable, search.asking)
        if unit is None:
            return None
        search = _heeding_care_types(search, unit)
        booking = booking_in_sight(timetable, search.booking_id)
        view = _view(timetable, unit, search, booking)
        rows = view and timetable.free_days(unit.id, view.span.starts, view.span.ends, **view.filters)
    note_asked_about(database, search.asking, unit, booking, search.seen_by)
    return FreeDays(unit=unit, wish=search.wish, rows=rows or ())


def _heeding_care_types(search: Search, unit: CareUnit) -> Search:
    """Rule 44: care types count only where the unit has them."""
    if Lookup.CARE_TYPES in unit.rules.lookups:
        return search
    return replace(search, wish=replace(search.wish, care_type_code=None, care_type_name=None))


def _view(timetable: Timetable, unit: CareUnit, search: Search, booking: Booking | None) -> View | None:
    """None when nothing may be seen."""
    if search.booking_id is None:
        view = _view_for_new_booking(timetable, unit, search)
    else:
        view = _view_for_booking(timetable, unit, search, booking)
    return None if view is None or view.span.is_empty else view


def _view_for_new_booking(timetable: Timetable, unit: CareUnit, search: Search) -> View | None:
    now = search.asking.now
    if not is_welcome(timetable, unit, WELCOME_TO_BOOK, search.seen_by, now):
        return None
    standing = None if search.seen_by is None else timetable.standing(unit.id, search.seen_by)
    span = span_of(search.first, search.last, unit.rules.booking_window, now)
    return View(
        span=span,
        time_type_ids=wished_time_type_ids(timetable, unit, search.wish, standing),
        performer_ids=wished_performer_ids(timetable, unit, search.wish, standing),
    )


def _view_for_booking(timetable: Timetable, unit: CareUnit, search: Search, booking: Booking | None) -> View | None:
    """Rule 49: the booking's own time type governs, and its resource where the unit says so."""
    if booking is None or search.seen_by not in (None, booking.patient):
        return None
    now = search.asking.now
    if all(choice.id != unit.id for choice in units_for_booking(timetable, booking, search.seen_by, now)):
        return None
    window = unit.rules.booking_window if booking.is_open_invitation else unit.rules.rebooking_window
    standing = None if search.seen_by is None else timetable.standing(unit.id, search.seen_by)
    wish = governed_by(booking, search.wish)
    return View(
        span=span_of(search.first, search.last, window, now),
        time_type_ids=wished_time_type_ids(timetable, unit, wish, standing),
        performer_ids=kept_performer_ids(unit, booking, wished_performer_ids(timetable, unit, wish, standing)),
        resource_id=kept_resource_id(unit, booking),
        moving=None if booking.is_open_invitation else booking,
    )


def governed_by(booking: Booking, wish: Wish) -> Wish:
    if booking.time_type is None:
        return wish
    return replace(
        wish, time_type_code=booking.time_type.code, time_type_name=None, care_type_code=None, care_type_name=None
    )


def kept_resource_id(unit: CareUnit, booking: Booking) -> int | None:
    """A machine is what was booked; a room is only where the booked performer sits."""
    if booking.resource is None or booking.performer is not None or booking.unit_id != unit.id:
        return None
    return booking.resource.id if unit.rules.rebooking_keeps_resource else None


def kept_performer_ids(unit: CareUnit, booking: Booking, wished: frozenset[int] | None) -> frozenset[int] | None:
    if booking.performer is None or booking.unit_id != unit.id or not unit.rules.rebooking_keeps_performer:
        return wished
    own = frozenset({booking.performer.id})
    return own if wished is None else own & wished


def wished_time_type_ids(
    timetable: Timetable, unit: CareUnit, wish: Wish, standing: Standing | None
) -> frozenset[int] | None:
    barred = frozenset() if standing is None else standing.barred_time_type_ids
    if wish.asks_for_any_time_type and not barred:
        return None
    wished = time_types_wished(timetable.time_types(unit.id), wish)
    return frozenset(kind.id for kind in wished if kind.id not in barred)


def wished_performer_ids(
    timetable: Timetable, unit: CareUnit, wish: Wish, standing: Standing | None
) -> frozenset[int] | None:
    wished = performers_wished(timetable.performers(unit.id), wish) if wish.performers else None
    return performers_open_to_patient(wished, unit.rules, standing)
