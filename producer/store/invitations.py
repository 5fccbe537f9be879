"""Reading the invitations that a unit has sent: what became of them, who has one, and their texts."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from producer.domain.invitations import Outcome
from producer.domain.model import Act, Booking, BookingState
from producer.store import tables as t
from producer.store.bookings import BOOKINGS, booking_in
from producer.store.timetable import Timetable


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """An invitation as it is now, and whether it had a time when it was sent."""

    booking: Booking
    was_timed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class EarlierText:
    purpose: str
    sent_at: datetime
    booking_id: str


def sent_invitations(
    timetable: Timetable,
    unit_id: int,
    now: datetime,
    *,
    outcome: Outcome | None = None,
    timed: bool | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[Sent]:
    """The newest first."""
    query = _SENT.where(_sent_by(unit_id)).order_by(t.bookings.c.id.desc()).limit(limit).offset(offset)
    if outcome is not None:
        query = query.where(_outcome(now) == outcome.value)
    if timed is not None:
        query = query.where(_TIME_SENT.is_not(None) if timed else _TIME_SENT.is_(None))
    return [
        Sent(booking=booking_in(row), was_timed=row.time_sent is not None)
        for row in timetable.connection.execute(query)
    ]


def count_by_outcome(timetable: Timetable, unit_id: int, now: datetime) -> dict[Outcome, int]:
    """How many there are of each; none are left out."""
    outcome = _outcome(now).label("outcome")
    counted = select(outcome, func.count()).where(_sent_by(unit_id)).group_by("outcome")
    found = {row[0]: row[1] for row in timetable.connection.execute(counted)}
    return {outcome: found.get(outcome.value, 0) for outcome in Outcome}


def sent_invitation(timetable: Timetable, unit_id: int, public_id: str) -> Sent | None:
    query = _SENT.where(_sent_by(unit_id), t.bookings.c.public_id == public_id)
    row = timetable.connection.execute(query).first()
    return None if row is None else Sent(booking=booking_in(row), was_timed=row.time_sent is not None)


def invitations_held(
    timetable: Timetable, unit_id: int, time_type_code: str, patients: Collection[str], now: datetime
) -> dict[str, Booking]:
    """By patient, an invitation from the unit to the same kind of time that waits, or is booked for a coming time."""
    query = BOOKINGS.where(
        _sent_by(unit_id),
        t.time_types.c.code == time_type_code,
        or_(
            _outcome(now) == Outcome.WAITING.value,
            and_(_outcome(now) == Outcome.BOOKED.value, t.bookings.c.starts > now),
        ),
    )
    held: dict[str, Booking] = {}
    for some in _some_of(patients):
        for row in timetable.connection.execute(query.where(t.bookings.c.patient.in_(some))):
            held.setdefault(row.patient, booking_in(row))
    return held


def earlier_texts(timetable: Timetable, unit_id: int, limit: int = 20) -> list[EarlierText]:
    """The different texts of the unit's invitations, the last used first."""
    last = func.max(t.bookings.c.id).label("last")
    texts = select(last).where(_sent_by(unit_id), t.bookings.c.purpose.is_not(None)).group_by(t.bookings.c.purpose)
    latest = texts.order_by(last.desc()).limit(limit).subquery()
    query = (
        select(t.bookings.c.purpose, t.bookings.c.made_at, t.bookings.c.public_id)
        .join(latest, latest.c.last == t.bookings.c.id)
        .order_by(t.bookings.c.id.desc())
    )
    return [
        EarlierText(purpose=row.purpose, sent_at=row.made_at, booking_id=row.public_id)
        for row in timetable.connection.execute(query)
    ]


def _some_of(patients: Collection[str]) -> Iterator[list[str]]:
    """A statement takes no more than so many values."""
    known = sorted(patients)
    for first in range(0, len(known), 500):
        yield known[first : first + 500]


def _sent_by(unit_id: int) -> ColumnElement[bool]:
    return t.bookings.c.invited_by_unit_id == unit_id


def _outcome(now: datetime) -> ColumnElement[str]:
    """As `producer.domain.invitations.outcome_of`."""
    own = t.bookings.c
    has_ended = or_(own.starts <= now, and_(own.starts.is_(None), own.invitation_valid_to < now.date()))
    return case(
        (own.state == BookingState.CANCELLED.value, Outcome.CANCELLED.value),
        (own.state == BookingState.WITHDRAWN.value, Outcome.WITHDRAWN.value),
        (~own.is_invitation, Outcome.BOOKED.value),
        (has_ended, Outcome.EXPIRED.value),
        else_=Outcome.WAITING.value,
    )


# The trail remembers what an invitation was when it was sent, whatever it has become.
_TIME_SENT = (
    select(t.booking_events.c.after["starts"].as_string())
    .where(t.booking_events.c.booking_id == t.bookings.c.id, t.booking_events.c.act == Act.INVITED.value)
    .limit(1)
    .scalar_subquery()
)
_SENT: Select[Any] = BOOKINGS.add_columns(_TIME_SENT.label("time_sent"))
