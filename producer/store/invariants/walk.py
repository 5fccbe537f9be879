"""The walk through a database: what statements find, and what is found by reading rows one after another."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Row, Select, func, or_, select, text

from producer.domain.engagements import IndexSettings, engagement_of, leaves_index_at
from producer.domain.model import Act, Booking, BookingState
from producer.domain.schedule import meets_lost_hour
from producer.store import leases
from producer.store import tables as t
from producer.store.bookings import BOOKINGS, booking_in
from producer.store.index_settings import index_settings
from producer.store.invariants.statements import asked
from producer.store.timetable import Timetable

_ROWS_AT_A_TIME: Final = 1000
_LONGEST: Final = timedelta(days=1)
_LONGEST_LEASE_SECONDS: Final = 7 * 24 * 3600


@dataclass(frozen=True, kw_only=True, slots=True)
class Wrong:
    """What is not as it must be, by ids that are no patient's."""

    sentence: str

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    slots: int
    bookings: int


def counted(timetable: Timetable) -> Counts:
    slots, bookings = (
        timetable.connection.scalar(select(func.count()).select_from(table)) or 0 for table in (t.slots, t.bookings)
    )
    return Counts(slots=slots, bookings=bookings)


def wrongs(timetable: Timetable, now: datetime) -> Iterator[Wrong]:
    """All that is wrong, as it is found; no more than a few rows are in memory at a time."""
    for each in asked():
        for row in _rows(timetable, each.finds):
            yield Wrong(sentence=each.sentence % row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    for walk in (_slots, _trails):
        yield from walk(timetable)
    yield from _posts(timetable, now)
    yield from _leases(timetable)


def _rows(timetable: Timetable, statement: Select[Any]) -> Iterator[Row[Any]]:
    yield from timetable.connection.execute(statement, execution_options={"yield_per": _ROWS_AT_A_TIME})


def _slots(timetable: Timetable) -> Iterator[Wrong]:
    for row in _rows(timetable, _TIMES):
        public_id, starts, ends = row.public_id, row.starts, row.ends
        if starts >= ends or ends - starts > _LONGEST or starts.microsecond or ends.microsecond:
            yield Wrong(sentence=f"the time {public_id} lasts from {starts} to {ends}")
        elif meets_lost_hour(starts, ends):
            yield Wrong(sentence=f"the time {public_id} meets the hour that is lost in March")


def _trails(timetable: Timetable) -> Iterator[Wrong]:
    """Each trail begins with a booking or an invitation, goes on from where it was, and ends where the booking is."""
    for _, events in groupby(_rows(timetable, _EVENTS), attrgetter("booking_id")):
        yield from _trail(list(events))


def _trail(events: list[Row[Any]]) -> Iterator[Wrong]:
    first, last = events[0], events[-1]
    if first.act not in _BEGINNINGS or first.before is not None:
        yield Wrong(sentence=f"the trail of the booking {first.public_id} does not begin with one")
    for before, after in pairwise(events):
        if _place(after.before) != _place(before.after):
            yield Wrong(
                sentence=f"the trail of the booking {first.public_id} is broken between"
                f" the events {before.event_id} and {after.event_id}"
            )
    if last.act not in _ENDINGS[BookingState(last.state)]:
        yield Wrong(sentence=f"the booking {first.public_id} is {last.state}, but its trail ends with {last.act}")
    starts, ends = (None if time is None else time.isoformat() for time in (last.starts, last.ends))
    if _place(last.after) != (last.public_id, starts, ends):
        yield Wrong(sentence=f"the booking {first.public_id} is not where its trail ends")


def _place(whereabouts: dict[str, Any] | None) -> tuple[str | None, ...] | None:
    """What nobody can give another name to."""
    return None if whereabouts is None else tuple(whereabouts.get(name) for name in ("public_id", "starts", "ends"))


def _posts(timetable: Timetable, now: datetime) -> Iterator[Wrong]:
    """The posts are those of the bookings, but for what the clock has still to take away."""
    settings = index_settings(timetable)
    if settings is None or timetable.connection.scalar(_SETTLED_TO) is not None:
        return  # nothing is told, or all bookings are just being gone through
    for row in _rows(timetable, _WITH_POSTS):
        if not _is_told(timetable, row, settings, now):
            yield Wrong(sentence=f"the booking {row.public_id} has not the post in the index that it ought to have")


def _is_told(timetable: Timetable, row: Row[Any], settings: IndexSettings, now: datetime) -> bool:
    booking = booking_in(row)
    held = None if row.post_of is None else (*(row[-len(_POST) :]),)
    leaves_at = leaves_index_at(booking)
    if leaves_at is not None and leaves_at <= now:
        return held is None or booking.state is BookingState.LIVE  # the clock has still to take it away
    return held == _post_wanted(timetable, booking, settings, now)


def _post_wanted(
    timetable: Timetable, booking: Booking, settings: IndexSettings, now: datetime
) -> tuple[object, ...] | None:
    unit = timetable.unit_by_id(booking.unit_id)
    wanted = None if unit is None else engagement_of(booking, unit, settings, now)
    return None if wanted is None else (*wanted.key, wanted.most_recent, leaves_index_at(booking))


def _leases(timetable: Timetable) -> Iterator[Wrong]:
    for name in leases.held_beyond(timetable, _LONGEST_LEASE_SECONDS):
        yield Wrong(sentence=f"the work {name} is kept from everybody for more than a week")


_TIMES = select(t.slots.c.public_id, t.slots.c.starts, t.slots.c.ends)
_EVENTS = (
    select(
        t.booking_events.c.booking_id,
        t.booking_events.c.id.label("event_id"),
        t.booking_events.c.act,
        t.booking_events.c.before,
        t.booking_events.c.after,
        t.bookings.c.public_id,
        t.bookings.c.state,
        t.bookings.c.starts,
        t.bookings.c.ends,
    )
    .join(t.bookings, t.bookings.c.id == t.booking_events.c.booking_id)
    .order_by(t.booking_events.c.booking_id, t.booking_events.c.id)
)
_BEGINNINGS = frozenset({Act.BOOKED, Act.INVITED})
_ENDINGS = {
    BookingState.LIVE: frozenset(Act) - {Act.CANCELLED, Act.WITHDRAWN},
    BookingState.CANCELLED: frozenset({Act.CANCELLED}),
    BookingState.WITHDRAWN: frozenset({Act.WITHDRAWN}),
}
_POST = (
    *(
        t.index_posts.c[name].label(f"post_{name}")
        for name in ("patient", "categorization", "logical_address", "business_id", "source_system", "data_controller")
    ),
    t.index_posts.c.most_recent.label("post_most_recent"),
    t.index_posts.c.leaves_at.label("post_leaves_at"),
)
_SETTLED_TO = select(t.index_settings.c.settled_to)
_WITH_POSTS = (
    BOOKINGS.add_columns(t.index_posts.c.booking_id.label("post_of"), *_POST)
    .outerjoin(t.index_posts, t.index_posts.c.booking_id == t.bookings.c.id)
    .where(or_(text(f"bookings.{t.LIVE}"), t.index_posts.c.booking_id.is_not(None)))
)
