"""What every post for Engagemangsindex says alike, and how far the bookings have been gone through since it is so."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from producer.domain.engagements import IndexSettings
from producer.store import tables as t
from producer.store.engagements import AT_ONCE, MAY_DIFFER, SETTINGS, settings_in
from producer.store.timetable import Timetable


def index_settings(timetable: Timetable) -> IndexSettings | None:
    """None as long as nothing is recorded for the index."""
    found = timetable.connection.execute(SETTINGS).first()
    return None if found is None else settings_in(found)


def keep_index_settings(timetable: Timetable, settings: IndexSettings) -> None:
    """From here on all acts go by them; what was booked before is to be gone through, from the first booking."""
    timetable.halt_bookings()  # who began before knows nothing of them, and is gone through when done
    row = {
        "source_system": settings.source_system,
        "data_controller": settings.data_controller,
        "categories_by_kind": settings.categories_by_kind,
        "settled_to": _BEFORE_THE_FIRST,
    }
    if timetable.connection.execute(_CHANGE, row).rowcount == 0:
        timetable.connection.execute(_ADD, {"id": _ONE, **row})


def settled_to(timetable: Timetable) -> int | None:
    """The booking that has been come to, None when all have been gone through."""
    return timetable.connection.scalar(_SETTLED_TO)


def keep_settled_to(timetable: Timetable, booking_id: int | None) -> None:
    timetable.connection.execute(_CHANGE, {"settled_to": booking_id})


def to_settle(timetable: Timetable, after_id: int, now: datetime) -> Sequence[int]:
    """The next bookings that the index has or may be to have a post of."""
    return timetable.connection.scalars(_TO_SETTLE, {"after_id": after_id, "now": now}).all()


def to_expire(timetable: Timetable, now: datetime) -> Sequence[int]:
    """The next bookings whose posts the clock takes away."""
    return timetable.connection.scalars(_TO_EXPIRE, {"now": now}).all()


_ONE = 1
_BEFORE_THE_FIRST = 0
_ADD = t.index_settings.insert()
_CHANGE = t.index_settings.update().where(t.index_settings.c.id == _ONE)
_SETTLED_TO = select(t.index_settings.c.settled_to)
_TO_SETTLE = (
    select(t.bookings.c.id)
    .outerjoin(t.index_posts, t.index_posts.c.booking_id == t.bookings.c.id)
    .where(t.bookings.c.id > bindparam("after_id"), MAY_DIFFER)
    .order_by(t.bookings.c.id)
    .limit(AT_ONCE)
)
_TO_EXPIRE = (
    select(t.index_posts.c.booking_id)
    .where(t.index_posts.c.leaves_at <= bindparam("now"))
    .order_by(t.index_posts.c.leaves_at)
    .limit(AT_ONCE)
)
