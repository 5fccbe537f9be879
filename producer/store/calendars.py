"""The secret address of a unit's calendar, and the times that its calendar shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, select

from producer.domain.model import Slot
from producer.store import tables as t
from producer.store.timetable import Timetable
from producer.store.units import PERFORMER_NAMED, RESOURCE_NAMED, performer_named_in, resource_named_in


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """That a calendar can be fetched, and since when; its secret is not kept."""

    id: int
    unit_id: int
    made_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarTime:
    """A time as a calendar shows it: without a word of who has booked it."""

    public_id: str
    starts: datetime
    ends: datetime
    time_type: str
    performer: str | None
    resource: str | None
    is_booked: bool


def feed_of(timetable: Timetable, unit_id: int) -> Feed | None:
    row = timetable.connection.execute(_OF_UNIT, {"unit_id": unit_id}).first()
    return None if row is None else _feed(row)


def feed_by_hash(timetable: Timetable, secret_hash: str) -> Feed | None:
    row = timetable.connection.execute(_BY_HASH, {"secret_hash": secret_hash}).first()
    return None if row is None else _feed(row)


def add_feed(timetable: Timetable, unit_id: int, secret_hash: str, *, now: datetime) -> None:
    row = {"unit_id": unit_id, "secret_hash": secret_hash, "made_at": now.replace(microsecond=0)}
    timetable.connection.execute(t.calendar_feeds.insert(), row)


def remove_feed(timetable: Timetable, unit_id: int) -> None:
    timetable.connection.execute(t.calendar_feeds.delete().where(t.calendar_feeds.c.unit_id == unit_id))


def calendar_times(timetable: Timetable, unit_id: int, starts: datetime, ends: datetime) -> list[CalendarTime]:
    """What can be booked and what is, that starts in the period; a time that a booking hides is neither."""
    free = (_free(slot) for slot in timetable.free_slots(unit_id, starts, ends))
    known = {"unit_id": unit_id, "from": starts, "to": ends}
    held = (_held(row) for row in timetable.connection.execute(_HELD, known))
    return sorted((*free, *held), key=lambda each: (each.starts, each.ends, each.public_id))


def _free(slot: Slot) -> CalendarTime:
    offer = slot.offer
    return CalendarTime(
        public_id=slot.public_id,
        starts=slot.starts,
        ends=slot.ends,
        time_type=offer.time_type.name,
        performer=offer.performer.full_name if offer.performer else None,
        resource=offer.resource.name if offer.resource else None,
        is_booked=False,
    )


def _held(row: Row[Any]) -> CalendarTime:
    performer, resource = performer_named_in(row), resource_named_in(row)
    return CalendarTime(
        public_id=row.public_id,
        starts=row.starts,
        ends=row.ends,
        time_type=row.time_type,
        performer=performer.full_name if performer else None,
        resource=resource.name if resource else None,
        is_booked=True,
    )


def _feed(row: Row[Any]) -> Feed:
    return Feed(id=row.id, unit_id=row.unit_id, made_at=row.made_at)


_FEEDS: Select[Any] = select(t.calendar_feeds)
_OF_UNIT = _FEEDS.where(t.calendar_feeds.c.unit_id == bindparam("unit_id")).order_by(t.calendar_feeds.c.id.desc())
_BY_HASH = _FEEDS.where(t.calendar_feeds.c.secret_hash == bindparam("secret_hash"))

_slots = t.slots.c
_HELD: Select[Any] = (
    select(
        *(_slots[name] for name in ("public_id", "starts", "ends", "performer_id", "resource_id")),
        t.time_types.c.name.label("time_type"),
        *PERFORMER_NAMED,
        *RESOURCE_NAMED,
    )
    .join(t.time_types, t.time_types.c.id == _slots.time_type_id)
    .outerjoin(t.performers, t.performers.c.id == _slots.performer_id)
    .outerjoin(t.resources, t.resources.c.id == _slots.resource_id)
    .where(
        _slots.unit_id == bindparam("unit_id"),
        _slots.booking_id.is_not(None),
        _slots.starts >= bindparam("from"),
        _slots.ends > bindparam("from"),
        _slots.starts < bindparam("to"),
    )
)
