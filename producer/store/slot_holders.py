"""Who and what slots are of, and what holds them, by keys: the retired too, for their times are still shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select

from producer.domain.model import Performer, Resource
from producer.store import tables as t
from producer.store.timetable import Timetable
from producer.store.units import PERFORMER_NAMED, RESOURCE_NAMED, performer_named_in, resource_named_in


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """The booking that has a slot; nothing of the patient."""

    public_id: str
    is_invitation: bool


def holders_of(timetable: Timetable, unit_id: int, starts: datetime, ends: datetime) -> dict[int, Holder]:
    """By the key of the booking, of the unit's slots that touch the period."""
    rows = timetable.connection.execute(_HOLDERS, {"unit_id": unit_id, "from": starts, "to": ends})
    return {row.id: Holder(public_id=row.public_id, is_invitation=row.is_invitation) for row in rows}


def holder_of(timetable: Timetable, booking_id: int | None) -> Holder | None:
    row = timetable.connection.execute(_HOLDER, {"booking_id": booking_id}).first()
    return None if row is None else Holder(public_id=row.public_id, is_invitation=row.is_invitation)


def performers_by_id(timetable: Timetable, ids: Iterable[int]) -> dict[int, Performer]:
    rows = timetable.connection.execute(_PERFORMERS, {"ids": sorted(set(ids))})
    named = (performer_named_in(row) for row in rows)
    return {performer.id: performer for performer in named if performer}


def resources_by_id(timetable: Timetable, ids: Iterable[int]) -> dict[int, Resource]:
    rows = timetable.connection.execute(_RESOURCES, {"ids": sorted(set(ids))})
    named = (resource_named_in(row) for row in rows)
    return {resource.id: resource for resource in named if resource}


_HOLDER: Select[Any] = select(t.bookings.c.id, t.bookings.c.public_id, t.bookings.c.is_invitation).where(
    t.bookings.c.id == bindparam("booking_id")
)
_HOLDERS: Select[Any] = (
    select(t.bookings.c.id, t.bookings.c.public_id, t.bookings.c.is_invitation)
    .join(t.slots, t.slots.c.booking_id == t.bookings.c.id)
    .where(
        t.slots.c.unit_id == bindparam("unit_id"),
        t.slots.c.ends > bindparam("from"),
        t.slots.c.starts < bindparam("to"),
    )
)
_PERFORMERS: Select[Any] = select(t.performers.c.id.label("performer_id"), *PERFORMER_NAMED).where(
    t.performers.c.id.in_(bindparam("ids", expanding=True))
)
_RESOURCES: Select[Any] = select(t.resources.c.id.label("resource_id"), *RESOURCE_NAMED).where(
    t.resources.c.id.in_(bindparam("ids", expanding=True))
)
