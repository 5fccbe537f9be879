"""Reading what is free: slots nobody holds, whose performer and resource are in no live booking just then."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from itertools import chain, combinations
from typing import Any, TypedDict, Unpack

from sqlalchemy import (
    Row,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    false,
    func,
    literal_column,
    or_,
    select,
    text,
    true,
    union_all,
)

from producer.domain.model import Booking, Offer, Slot, TimeType
from producer.store import tables as t
from producer.store.units import PERFORMER_NAMED, RESOURCE_NAMED, Units, performer_named_in, resource_named_in

Ids = Collection[int]
OfferKey = tuple[int, int | None, int | None]
Rows = Sequence[Any]  # that begin with _COLUMNS, in their order


class Filter(TypedDict, total=False):
    """Which slots of a unit: None lets every id through, an empty collection none.

    `moving` is a booking that would leave its own time, which therefore hides nothing.
    """

    time_type_ids: Ids | None
    performer_ids: Ids | None
    resource_id: int | None
    moving: Booking | None


class Vacancies(Units):
    """The part of a timetable that tells what can be booked."""

    def free_slots(self, unit_id: int, starts: datetime, ends: datetime, **wanted: Unpack[Filter]) -> list[Slot]:
        """Those that start from `starts` to before `ends`, in order of start."""
        rows = self._vacant(unit_id, starts, ends, wanted)
        rows, offers = self._offered(rows)
        return [
            Slot(id_, public_id, unit_id, starts, ends, offers[kind, who, what])
            for id_, public_id, starts, ends, kind, who, what in rows
        ]

    def free_days(
        self, unit_id: int, starts: datetime, ends: datetime, **wanted: Unpack[Filter]
    ) -> list[tuple[date, Offer]]:
        """The days and offers of the same slots, each once (rules 48 and 50)."""
        rows = self._vacant(unit_id, starts, ends, wanted)
        rows, offers = self._offered(rows)
        days = dict.fromkeys([(row[2].date(), row[4:]) for row in rows])
        return [(day, offers[offer]) for day, offer in days]

    def matching_free_slots(
        self, unit_id: int, starts: datetime, ends: datetime, **wanted: Unpack[Filter]
    ) -> list[Slot]:
        """Those with exactly these times (rule 60)."""
        moving = _key_of(wanted.get("moving"))
        rows = self._asked(_MATCHING, unit_id, starts, ends, wanted, moving=moving)
        return self._slots_of([row for row in rows if not row.is_closed])

    def has_taken_slot(self, unit_id: int, starts: datetime, ends: datetime) -> bool:
        """True if a slot with exactly these times was offered, but somebody holds it or it is hidden by a booking."""
        known = {"unit_id": unit_id, "starts": starts, "ends": ends, "moving": _NOBODY}
        return self.connection.execute(_TAKEN_SLOT, known).first() is not None

    def slot_by_public_id(self, public_id: str) -> Slot | None:
        """The slot, free or not: `matching_free_slots` tells which."""
        found = self._slots_of(self.connection.execute(_SLOT, {"public_id": public_id}).all())
        return found[0] if found else None

    def _vacant(self, unit_id: int, starts: datetime, ends: datetime, wanted: Filter) -> Rows:
        return self._not_hidden(self._asked(_FREE, unit_id, starts, ends, wanted), wanted.get("moving"))

    def _asked(
        self, statements: "Statements", unit_id: int, starts: datetime, ends: datetime, wanted: Filter, **more: object
    ) -> Rows:
        filters = {name: value for name in _FILTERS if (value := wanted.get(name)) is not None}
        known = {"unit_id": unit_id, "starts": starts, "ends": ends, **filters, **more}
        return self.connection.execute(statements[frozenset(filters)], known).all()

    def _not_hidden(self, rows: Rows, moving: Booking | None) -> Rows:
        """What one runs into at an end after the start is all: live bookings of one person or thing never overlap."""
        for place, taken in self._taken(rows, moving):
            rows = [
                row
                for row in rows
                if (times := taken.get(row[place])) is None or times.starts[bisect_right(times.ends, row[2])] >= row[3]
            ]
        return rows

    def _taken(self, rows: Rows, moving: Booking | None) -> list[tuple[int, dict[int, "_Times"]]]:
        """When the rows' performers and resources are in live bookings while the rows last."""
        people, things = ({row[place] for row in rows} - {None} for place in _PLACES)
        if not people and not things:
            return []
        known = {
            "performer_ids": people,
            "resource_ids": things,
            "starts": rows[0][2],
            "ends": max(row[3] for row in rows),
            "moving": _key_of(moving),
        }
        taken: dict[int, defaultdict[int, _Times]] = {place: defaultdict(_Times) for place in _PLACES}
        for place, who_or_what, starts, ends in self.connection.execute(_TAKEN, known).all():
            taken[place][who_or_what].add(starts, ends)
        return [(place, times) for place, times in taken.items() if times]

    def _offered(self, rows: Rows) -> tuple[Rows, dict[OfferKey, Offer]]:
        """Without the slots of what is retired; and what they give, read and made once for all that give the same."""
        examples = {row[4:]: row[0] for row in rows}
        if not examples:
            return rows, {}
        found: Rows = self.connection.execute(_SLOTS, {"ids": list(examples.values())}).all()
        kinds = self._time_types_of(found)
        offers = {row[4:7]: _offer(row, kinds) for row in found if not row.is_closed}
        return rows if len(offers) == len(found) else [row for row in rows if row[4:] in offers], offers

    def _slots_of(self, rows: Rows) -> list[Slot]:
        kinds = self._time_types_of(rows)
        return [Slot(row.id, row.public_id, row.unit_id, row.starts, row.ends, _offer(row, kinds)) for row in rows]

    def _time_types_of(self, rows: Rows) -> dict[int, TimeType]:
        return {kind.id: kind for unit_id in {row.unit_id for row in rows} for kind in self.every_time_type(unit_id)}


def _offer(row: Row[Any], kinds: dict[int, TimeType]) -> Offer:
    return Offer(time_type=kinds[row.time_type_id], performer=performer_named_in(row), resource=resource_named_in(row))


def _key_of(moving: Booking | None) -> int:
    return _NOBODY if moving is None else moving.id


class _Times:
    """When one person or thing is in live bookings, which never overlap."""

    __slots__ = ("ends", "starts")

    def __init__(self) -> None:
        self.ends: list[datetime] = []
        self.starts = [datetime.max]  # the next booking after the last is never

    def add(self, starts: datetime, ends: datetime) -> None:
        self.starts[-1:] = [starts, datetime.max]
        self.ends.append(ends)


_NOBODY = -1
_COLUMNS = tuple(
    t.slots.c[name] for name in ("id", "public_id", "starts", "ends", "time_type_id", "performer_id", "resource_id")
)
# Of a time type, a person or a thing that is retired.
_IS_CLOSED = or_(
    t.time_types.c.retired,
    func.coalesce(t.performers.c.retired, false()),
    func.coalesce(t.resources.c.retired, false()),
).label("is_closed")
_IN_FULL = (
    select(*_COLUMNS, t.slots.c.unit_id, *PERFORMER_NAMED, *RESOURCE_NAMED, _IS_CLOSED)
    .join_from(t.slots, t.time_types, t.time_types.c.id == t.slots.c.time_type_id)
    .outerjoin(t.performers, t.performers.c.id == t.slots.c.performer_id)
    .outerjoin(t.resources, t.resources.c.id == t.slots.c.resource_id)
)
_SLOT = _IN_FULL.where(t.slots.c.public_id == bindparam("public_id"))
_SLOTS = _IN_FULL.where(t.slots.c.id.in_(bindparam("ids", expanding=True)))
_OF_UNIT = t.slots.c.unit_id == bindparam("unit_id")
_EXACTLY = (_OF_UNIT, t.slots.c.starts == bindparam("starts"), t.slots.c.ends == bindparam("ends"))

# One statement for each set of filters, so that none is put together while somebody waits.
Statements = dict[frozenset[str], Select[Any]]
_FILTERS = {
    "time_type_ids": t.slots.c.time_type_id.in_(bindparam("time_type_ids", expanding=True)),
    "performer_ids": t.slots.c.performer_id.in_(bindparam("performer_ids", expanding=True)),
    "resource_id": t.slots.c.resource_id == bindparam("resource_id"),
}


def _with_each_set_of_filters(statement: Select[Any]) -> Statements:
    sets = chain.from_iterable(combinations(_FILTERS, size) for size in range(len(_FILTERS) + 1))
    return {frozenset(names): statement.where(*(_FILTERS[name] for name in names)) for names in sets}


_FREE = _with_each_set_of_filters(
    select(*_COLUMNS)
    .where(_OF_UNIT, text(t.FREE), t.slots.c.starts >= bindparam("starts"), t.slots.c.starts < bindparam("ends"))
    .order_by(t.slots.c.starts, t.slots.c.id)
)

_PLACES = (5, 6)
"""Of the performer and of the resource in a row of slots."""


def _taken_times(place: int) -> Select[Any]:
    who_or_what = t.bookings.c[_COLUMNS[place].name]
    return select(literal_column(str(place)), who_or_what, t.bookings.c.starts, t.bookings.c.ends).where(
        who_or_what.in_(bindparam(f"{who_or_what.name}s", expanding=True)),
        text(t.LIVE),
        t.bookings.c.ends > bindparam("starts"),
        t.bookings.c.starts < bindparam("ends"),
        t.bookings.c.id != bindparam("moving"),
    )


_TAKEN = union_all(*map(_taken_times, _PLACES)).order_by("ends")


def _next_starts(place: int) -> ScalarSelect[Any]:
    """When the first live booking starts, of the slot's performer or resource, that ends after the slot starts."""
    booked = t.bookings.c
    same = booked[_COLUMNS[place].name] == _COLUMNS[place]
    return (
        select(booked.starts)
        .where(same, text(t.LIVE), booked.ends > t.slots.c.starts, booked.id != bindparam("moving"))
        .order_by(booked.ends)
        .limit(1)
        .scalar_subquery()
    )


# Asked of the few slots of one moment; of the thousands of a month, `_not_hidden` finds out in a tenth of the time.
_HIDDEN = or_(*(_next_starts(place) < t.slots.c.ends for place in _PLACES))
_MATCHING = _with_each_set_of_filters(
    _IN_FULL.where(*_EXACTLY, text(t.FREE), _HIDDEN.is_not(true())).order_by(t.slots.c.id)
)
_TAKEN_SLOT = (
    select(t.slots.c.id).where(*_EXACTLY, or_(t.slots.c.booking_id.is_not(None), and_(text(t.FREE), _HIDDEN))).limit(1)
)
