"""Finding bookings for staff: of one unit, by patient, by name, by day; and by what names their trails are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, exists, func, or_, select

from producer.domain.availability import Span
from producer.domain.model import Booking, BookingState, Contact
from producer.store import tables as t
from producer.store.bookings import BOOKINGS, CONTACT_COLUMNS, booking_in
from producer.store.timetable import Timetable


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundBooking:
    """A booking in a list; `contact` is None for an invitation that nobody has answered."""

    booking: Booking
    contact: Contact | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A part of a list: so many from there."""

    limit: int
    offset: int = 0


def bookings_of_patient(timetable: Timetable, unit_id: int, unit_hsa_id: str, patient: str) -> list[FoundBooking]:
    """All that the patient has or had at the unit or by its invitation, even if moved since; latest first."""
    query = _FOUND.where(t.bookings.c.patient == patient, or_(_is_of(unit_id), _was_at(unit_hsa_id)))
    return _found(timetable, query.order_by(*_LATEST_FIRST))


def bookings_named(
    timetable: Timetable, unit_id: int, words: Sequence[str], most: int
) -> tuple[list[FoundBooking], bool]:
    """Those whose patients have all these words in their names; and whether more than the latest `most` might."""
    might = (_NAME.ilike(_pattern(word), escape="\\") for word in words)
    query = _FOUND.where(_is_of(unit_id), *might).order_by(*_LATEST_FIRST).limit(most + 1)
    wanted = [word.casefold() for word in words]
    found = _found(timetable, query)
    fitting = [each for each in found[:most] if all(word in _name_of(each) for word in wanted)]
    return fitting, len(found) > most


def bookings_between(
    timetable: Timetable, unit_id: int, span: Span, states: Sequence[BookingState], page: Page
) -> list[FoundBooking]:
    """Those at the unit that start in the time, in order of start."""
    query = _FOUND.where(
        t.bookings.c.unit_id == unit_id,
        t.bookings.c.starts >= span.starts,
        t.bookings.c.starts < span.ends,
        t.bookings.c.state.in_([state.value for state in states]),
    )
    in_order = query.order_by(t.bookings.c.starts, t.bookings.c.id)
    return _found(timetable, in_order.limit(page.limit).offset(page.offset))


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """What the codes of one unit are called, also of what is retired."""

    unit: str
    time_types: dict[str, str]
    resources: dict[str, str]


def names_at(timetable: Timetable, unit_hsa_id: str) -> Names | None:
    unit = timetable.unit(unit_hsa_id)
    if unit is None:
        return None
    return Names(
        unit=unit.name,
        time_types=_named(timetable, t.time_types, unit.id),
        resources=_named(timetable, t.resources, unit.id),
    )


def _named(timetable: Timetable, table: Table, unit_id: int) -> dict[str, str]:
    query = select(table.c.code, table.c.name).where(table.c.unit_id == unit_id)
    return {row.code: row.name for row in timetable.connection.execute(query)}


def _found(timetable: Timetable, query: Select[Any]) -> list[FoundBooking]:
    return [
        FoundBooking(
            booking=booking_in(row),
            contact=None
            if row.first_name is None
            else Contact(**{name: getattr(row, name) for name in CONTACT_COLUMNS}),
        )
        for row in timetable.connection.execute(query)
    ]


def _is_of(unit_id: int) -> ColumnElement[bool]:
    return or_(t.bookings.c.unit_id == unit_id, t.bookings.c.invited_by_unit_id == unit_id)


def _was_at(unit_hsa_id: str) -> ColumnElement[bool]:
    was = t.booking_events.c.before["unit"].as_string() == unit_hsa_id
    return exists().where(and_(t.booking_events.c.booking_id == t.bookings.c.id, was))


def _pattern(word: str) -> str:
    """Anything that could be the word: what is not ASCII stands open, for databases differ in its small letters."""
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{''.join(sign if sign.isascii() else '_' for sign in escaped)}%"


def _name_of(found: FoundBooking) -> str:
    contact = found.contact
    parts = () if contact is None else (contact.first_name, contact.middle_name, contact.last_name)
    return " ".join(filter(None, parts)).casefold()


_FOUND = BOOKINGS.add_columns(*(t.bookings.c[name] for name in CONTACT_COLUMNS))
_NAME = (
    func.coalesce(t.bookings.c.first_name, "")
    .concat(" ")
    .concat(func.coalesce(t.bookings.c.middle_name, ""))
    .concat(" ")
    .concat(func.coalesce(t.bookings.c.last_name, ""))
)
_LATEST_FIRST = (func.coalesce(t.bookings.c.starts, t.bookings.c.changed_at).desc(), t.bookings.c.id.desc())
