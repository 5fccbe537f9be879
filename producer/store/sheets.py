"""What sheets name, and what they tell: times with their state, bookings with whom they are for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, select, text

from producer.store import tables as t
from producer.store.timetable import Timetable


@dataclass(frozen=True, kw_only=True, slots=True)
class Thing:
    """A time type, a resource or a performer; the code of a performer is the HSA-id."""

    id: int
    code: str
    name: str
    retired: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Things:
    """All that a unit's times can be of, also what is no more to be chosen."""

    time_types: Mapping[int, Thing]
    performers: Mapping[int, Thing]
    resources: Mapping[int, Thing]


@dataclass(frozen=True, kw_only=True, slots=True)
class BookedRow:
    """A live booking with a time, as a sheet tells it; a timed invitation has no names."""

    public_id: str
    patient: str
    first_name: str | None
    last_name: str | None
    phone: str | None
    email: str | None
    reason: str | None
    starts: datetime
    ends: datetime
    time_type_id: int | None
    performer_id: int | None
    resource_id: int | None


def things_of(timetable: Timetable, unit_id: int) -> Things:
    known = {"unit_id": unit_id}
    kinds, rooms = (
        {row.id: Thing(id=row.id, code=row.code, name=row.name, retired=row.retired) for row in found}
        for found in (timetable.connection.execute(query, known) for query in (_TIME_TYPES, _RESOURCES))
    )
    people = {row.id: _person(row) for row in timetable.connection.execute(_PERFORMERS, known)}
    return Things(time_types=kinds, performers=people, resources=rooms)


def bookings_between(timetable: Timetable, unit_id: int, starts: datetime, ends: datetime) -> list[BookedRow]:
    """Those that start in the period, in order of start."""
    known = {"unit_id": unit_id, "from": starts, "to": ends}
    return [BookedRow(**row._asdict()) for row in timetable.connection.execute(_BOOKINGS, known)]


def ids_in_use(timetable: Timetable, public_ids: Collection[str]) -> frozenset[str]:
    """Which of these are ids of bookings, live or not, at any unit."""
    found: set[str] = set()
    listed = sorted(set(public_ids))
    for start in range(0, len(listed), 500):
        some = listed[start : start + 500]
        found.update(timetable.connection.scalars(_IDS, {"public_ids": some}))
    return frozenset(found)


def _person(row: Row[Any]) -> Thing:
    name = " ".join(filter(None, (row.first_name, row.last_name)))
    return Thing(id=row.id, code=row.hsa_id, name=name, retired=row.retired or row.unit_id is None)


def _coded(table: Any) -> Select[Any]:
    return select(table.c.id, table.c.code, table.c.name, table.c.retired).where(
        table.c.unit_id == bindparam("unit_id")
    )


_TIME_TYPES, _RESOURCES = _coded(t.time_types), _coded(t.resources)
_HERE = (t.memberships.c.performer_id == t.performers.c.id) & (t.memberships.c.unit_id == bindparam("unit_id"))
_MET = select(t.slots.c.performer_id).where(t.slots.c.unit_id == bindparam("unit_id"))
_PERFORMERS: Select[Any] = (
    select(t.performers, t.memberships.c.unit_id)
    .outerjoin(t.memberships, _HERE)
    .where(t.memberships.c.unit_id.is_not(None) | t.performers.c.id.in_(_MET))
)
_BOOKINGS: Select[Any] = (
    select(*(t.bookings.c[name] for name in BookedRow.__dataclass_fields__))
    .where(
        t.bookings.c.unit_id == bindparam("unit_id"),
        t.bookings.c.starts >= bindparam("from"),
        t.bookings.c.starts < bindparam("to"),
        text(t.LIVE),
    )
    .order_by(t.bookings.c.starts, t.bookings.c.public_id)
)
_IDS = select(t.bookings.c.public_id).where(t.bookings.c.public_id.in_(bindparam("public_ids", expanding=True)))
