"""What residents themselves did with the bookings of a unit, and what of it staff have looked to (rule 74)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, or_, select

from producer.domain.availability import Span
from producer.domain.model import Act, ActorType, Contact, TrailEntry
from producer.store import tables as t
from producer.store.bookings import CONTACT_COLUMNS
from producer.store.found_bookings import Page
from producer.store.timetable import Timetable
from producer.store.trail import entry_of

_RESIDENTS = (ActorType.PATIENT.value, ActorType.AGENT.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One act by a resident; `handled_by` and `handled_at` are of those who looked to it."""

    id: int
    entry: TrailEntry
    booking_id: str
    patient: str
    contact: Contact | None
    handled_by: str | None = None
    handled_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Which acts of one unit: those that were done in the span; all of them, or what nobody has looked to yet."""

    unit_id: int
    unit_hsa_id: str
    span: Span
    acts: Sequence[Act]
    only_open: bool


def events(timetable: Timetable, asked: Asked, page: Page) -> list[Event]:
    """The newest first; what was moved away is told where it was as well as where it went."""
    event = t.booking_events.c
    was_here = and_(event.act == Act.REBOOKED.value, event.before["unit"].as_string() == asked.unit_hsa_id)
    query = _EVENTS.where(
        event.at >= asked.span.starts,
        event.at < asked.span.ends,
        event.act.in_([act.value for act in asked.acts]),
        or_(t.bookings.c.unit_id == asked.unit_id, was_here),
    )
    if asked.only_open:
        query = query.where(t.follow_ups.c.event_id.is_(None))
    return list(map(_event, timetable.connection.execute(query.limit(page.limit).offset(page.offset))))


def events_of_unit(timetable: Timetable, asked_ids: Collection[int], unit_id: int, unit_hsa_id: str) -> set[int]:
    """Which of these are acts by residents that concern the unit."""
    event = t.booking_events.c
    query = (
        select(event.id)
        .join(t.bookings, t.bookings.c.id == event.booking_id)
        .where(
            event.id.in_(asked_ids),
            event.actor_type.in_(_RESIDENTS),
            or_(t.bookings.c.unit_id == unit_id, event.before["unit"].as_string() == unit_hsa_id),
        )
    )
    return set(timetable.connection.scalars(query))


def handled(timetable: Timetable, event_ids: Collection[int]) -> set[int]:
    query = select(t.follow_ups.c.event_id).where(t.follow_ups.c.event_id.in_(event_ids))
    return set(timetable.connection.scalars(query))


def add_follow_ups(timetable: Timetable, event_ids: Collection[int], account_id: int, *, now: datetime) -> None:
    if event_ids:
        rows = [{"event_id": event_id, "account_id": account_id, "at": now} for event_id in event_ids]
        timetable.connection.execute(t.follow_ups.insert(), rows)


def remove_follow_ups(timetable: Timetable, event_ids: Collection[int]) -> None:
    timetable.connection.execute(t.follow_ups.delete().where(t.follow_ups.c.event_id.in_(event_ids)))


def _event(row: Row[Any]) -> Event:
    return Event(
        id=row.id,
        entry=entry_of(row),
        booking_id=row.public_id,
        patient=row.patient,
        contact=None if row.first_name is None else Contact(**{name: getattr(row, name) for name in CONTACT_COLUMNS}),
        handled_by=row.handled_by,
        handled_at=row.handled_at,
    )


_EVENTS: Select[Any] = (
    select(
        t.booking_events,
        t.bookings.c.public_id,
        t.bookings.c.patient,
        *(t.bookings.c[name] for name in CONTACT_COLUMNS),
        t.accounts.c.name.label("handled_by"),
        t.follow_ups.c.at.label("handled_at"),
    )
    .join(t.bookings, t.bookings.c.id == t.booking_events.c.booking_id)
    .outerjoin(t.follow_ups, t.follow_ups.c.event_id == t.booking_events.c.id)
    .outerjoin(t.accounts, t.accounts.c.id == t.follow_ups.c.account_id)
    .where(t.booking_events.c.actor_type.in_(_RESIDENTS))
    .order_by(t.booking_events.c.at.desc(), t.booking_events.c.id.desc())
)
