"""Reading what is free: slots nobody holds, whose performer and resource are in no live booking just then."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from itertools import chain, combinations
from typing import Any, TypedDict, Unpack

from sqlalchemy import Column, Select, bindparam, select, text

from producer.domain.model import Booking, Offer, Slot
from producer.store import tables as t
from producer.store.units import Units, performer_of, resource_of

Ids = Collection[int]
OfferKey = tuple[int, int | None, int | None]
Taken = dict[int, list[tuple[datetime, datetime]]]
Rows = Sequence[Any]  # of _COLUMNS, in their order


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
        return self._slots(unit_id, self._vacant(_FREE, unit_id, starts, ends, wanted))

    def free_days(
        self, unit_id: int, starts: datetime, ends: datetime, **wanted: Unpack[Filter]
    ) -> list[tuple[date, Offer]]:
        """The days and offers of the same slots, each once (rules 48 and 50)."""
        rows = self._vacant(_FREE, unit_id, starts, ends, wanted)
        days = dict.fromkeys((starts.date(), (kind, who, what)) for _, _, starts, _, kind, who, what in rows)
        offers = self._offers(unit_id, {offer for _, offer in days})
        return [(day, offers[offer]) for day, offer in days]

    def matching_free_slots(
        self,
        unit_id: int,
        starts: datetime,
        ends: datetime,
        *,
        resource_code: str | None = None,
        **wanted: Unpack[Filter],
    ) -> list[Slot]:
        """Those with exactly these times (rule 60)."""
        slots = self._slots(unit_id, self._vacant(_MATCHING, unit_id, starts, ends, wanted))
        return [slot for slot in slots if resource_code in (None, slot.offer.resource and slot.offer.resource.code)]

    def has_taken_slot(self, unit_id: int, starts: datetime, ends: datetime) -> bool:
        """True if a slot with exactly these times was offered, but somebody holds it or it is hidden by a booking."""
        times = {"unit_id": unit_id, "starts": starts, "ends": ends}
        if self.connection.execute(_HELD, times).first() is not None:
            return True
        rows = self.connection.execute(_MATCHING[_ANY], times).all()
        return len(self._not_hidden(rows, None)) < len(rows)

    def slot_by_public_id(self, public_id: str) -> Slot | None:
        """The slot, free or not: `matching_free_slots` tells which."""
        row = self.connection.execute(_SLOT, {"public_id": public_id}).first()
        return None if row is None else self._slots(row.unit_id, [tuple(row)[:-1]])[0]

    def _vacant(self, statements: "Statements", unit_id: int, starts: datetime, ends: datetime, wanted: Filter) -> Rows:
        filters = {name: value for name in _FILTERS if (value := wanted.get(name)) is not None}
        known = {"unit_id": unit_id, "starts": starts, "ends": ends, **filters}
        rows = self.connection.execute(statements[frozenset(filters)], known).all()
        return self._not_hidden(rows, wanted.get("moving"))

    def _not_hidden(self, rows: Rows, moving: Booking | None) -> Rows:
        for place, statement in _TAKEN:
            ids = {row[place] for row in rows} - {None}
            taken = self._taken(statement, ids, rows, moving) if ids else {}
            if taken:
                rows = [row for row in rows if not _overlaps(taken.get(row[place]), row[2], row[3])]
        return rows

    def _taken(self, statement: Select[Any], ids: set[int], rows: Rows, moving: Booking | None) -> Taken:
        """When these are in live bookings while the rows last, each in order of end."""
        known = {
            "ids": ids,
            "starts": rows[0][2],
            "ends": max(row[3] for row in rows),
            "moving": _NOBODY if moving is None else moving.id,
        }
        taken: Taken = defaultdict(list)
        for who_or_what, ends, starts in self.connection.execute(statement, known):
            taken[who_or_what].append((ends, starts))
        return taken

    def _slots(self, unit_id: int, rows: Rows) -> list[Slot]:
        offers = self._offers(unit_id, {row[4:] for row in rows})
        return [
            Slot(id_, public_id, unit_id, starts, ends, offers[kind, who, what])
            for id_, public_id, starts, ends, kind, who, what in rows
        ]

    def _offers(self, unit_id: int, keys: Collection[OfferKey]) -> dict[OfferKey, Offer]:
        """What slots give, made once for all slots that give the same."""
        if not keys:
            return {}
        time_types = {time_type.id: time_type for time_type in self.time_types(unit_id)}
        _, performer_ids, resource_ids = (set(ids) - {None} for ids in zip(*keys, strict=True))
        performers = self._named(_PERFORMERS, performer_ids, performer_of)
        resources = self._named(_RESOURCES, resource_ids, resource_of)
        return {
            (kind, who, what): Offer(
                time_type=time_types[kind], performer=performers.get(who), resource=resources.get(what)
            )
            for kind, who, what in keys
        }

    def _named(self, statement: Select[Any], ids: Any, made_of: Any) -> dict[int | None, Any]:
        rows = self.connection.execute(statement, {"ids": ids}) if ids else ()
        return {row.id: made_of(row) for row in rows}


def _overlaps(taken: list[tuple[datetime, datetime]] | None, starts: datetime, ends: datetime) -> bool:
    """Live bookings of one person or thing never overlap, so only the first that ends after `starts` can."""
    if not taken:
        return False
    first = bisect_right(taken, (starts, datetime.max))
    return first < len(taken) and taken[first][1] < ends


_NOBODY = -1
_COLUMNS = tuple(
    t.slots.c[name] for name in ("id", "public_id", "starts", "ends", "time_type_id", "performer_id", "resource_id")
)
_OF_UNIT = select(*_COLUMNS).where(t.slots.c.unit_id == bindparam("unit_id"))
_SLOT = select(*_COLUMNS, t.slots.c.unit_id).where(t.slots.c.public_id == bindparam("public_id"))
_EXACTLY = (t.slots.c.starts == bindparam("starts"), t.slots.c.ends == bindparam("ends"))
_HELD = _OF_UNIT.where(*_EXACTLY, t.slots.c.booking_id.is_not(None)).limit(1)

# One statement for each set of filters, so that none is put together while somebody waits.
Statements = dict[frozenset[str], Select[Any]]
_FILTERS = {
    "time_type_ids": t.slots.c.time_type_id.in_(bindparam("time_type_ids", expanding=True)),
    "performer_ids": t.slots.c.performer_id.in_(bindparam("performer_ids", expanding=True)),
    "resource_id": t.slots.c.resource_id == bindparam("resource_id"),
}
_ANY: frozenset[str] = frozenset()


def _with_each_set_of_filters(statement: Select[Any]) -> Statements:
    sets = chain.from_iterable(combinations(_FILTERS, size) for size in range(len(_FILTERS) + 1))
    return {frozenset(names): statement.where(*(_FILTERS[name] for name in names)) for names in sets}


_UNHELD = _OF_UNIT.where(text(t.FREE))
_FREE = _with_each_set_of_filters(
    _UNHELD.where(t.slots.c.starts >= bindparam("starts"), t.slots.c.starts < bindparam("ends")).order_by(
        t.slots.c.starts, t.slots.c.id
    )
)
_MATCHING = _with_each_set_of_filters(_UNHELD.where(*_EXACTLY).order_by(t.slots.c.id))


def _taken_times(who_or_what: Column[Any]) -> Select[Any]:
    return (
        select(who_or_what, t.bookings.c.ends, t.bookings.c.starts)
        .where(
            who_or_what.in_(bindparam("ids", expanding=True)),
            text(t.LIVE),
            t.bookings.c.ends > bindparam("starts"),
            t.bookings.c.starts < bindparam("ends"),
            t.bookings.c.id != bindparam("moving"),
        )
        .order_by(t.bookings.c.ends)
    )


# The place of the performer and of the resource in a row of slots, and when those are taken.
_TAKEN = ((5, _taken_times(t.bookings.c.performer_id)), (6, _taken_times(t.bookings.c.resource_id)))
_PERFORMERS = select(t.performers).where(t.performers.c.id.in_(bindparam("ids", expanding=True)))
_RESOURCES = select(t.resources).where(t.resources.c.id.in_(bindparam("ids", expanding=True)))
