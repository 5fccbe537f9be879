"""The outbox as the one who delivers it sees it: what waits, what became of it, and how it goes with the index."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, bindparam, func, select, text
from sqlalchemy.dialects import postgresql, sqlite

from producer.store import tables as t
from producer.store.found_bookings import Page
from producer.store.timetable import Timetable

SENT_KEPT: Final = timedelta(days=30)
"""How long it can be seen what was sent; GetUpdates tells of deletes as far back."""
REFUSED_KEPT: Final = timedelta(days=365)
"""How long a post that was refused can be looked into; a booking is seldom made further ahead."""
_PURGED_AT_A_TIME: Final = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """What to tell the index: that there is such a post, or, when deleted, that there is none; it has no date then."""

    id: int
    patient: str
    categorization: str
    logical_address: str
    business_id: str
    source_system: str
    data_controller: str
    most_recent: datetime | None
    deleted: bool

    @property
    def key(self) -> tuple[str, ...]:
        return (
            self.patient,
            self.categorization,
            self.logical_address,
            self.business_id,
            self.source_system,
            self.data_controller,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """A post that the index does not take; one that is overtaken needs not be sent, for a later one says more."""

    id: int
    logical_address: str
    business_id: str
    deleted: bool
    at: datetime
    reason: str
    overtaken: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """How it goes with the index: how often in a row it failed, and when (in seconds since 1970) it is next tried."""

    failures: int = 0
    not_before: int = 0
    last_reason: str | None = None
    last_success: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    waiting: int
    refused: int
    oldest: datetime | None
    """When that came to be which has waited longest."""


def course(timetable: Timetable) -> Course:
    found = timetable.connection.execute(_COURSE).mappings().first()
    return Course() if found is None else Course(**found)


def something_waits(timetable: Timetable) -> bool:
    return timetable.connection.execute(_ANY).first() is not None


def waiting(timetable: Timetable, limit: int) -> list[Post]:
    """The next to tell, in order; of posts with one key only the first, for the second must come after it (rule 89)."""
    posts: dict[tuple[str, ...], Post] = {}
    for row in timetable.connection.execute(_WAITING, {"limit": limit}).mappings():
        post = Post(**row)
        posts.setdefault(post.key, post)
    return list(posts.values())


def contents(timetable: Timetable) -> Contents:
    found = timetable.connection.execute(_CONTENTS).one()
    refused = timetable.connection.execute(_HOW_MANY_REFUSED).scalar_one()
    return Contents(waiting=found.waiting, refused=refused, oldest=found.oldest)


def sent_since(timetable: Timetable, since: datetime) -> int:
    return int(timetable.connection.execute(_HOW_MANY_SENT, {"since": since}).scalar_one())


def keep_sent(timetable: Timetable, ids: Collection[int], now: datetime) -> None:
    """The index has these, and it goes well."""
    _end(timetable, ids, "sent", None, now)
    _keep_course(timetable, failures=0, not_before=0, last_reason=None, last_success=now)


def keep_refused(timetable: Timetable, post_id: int, reason: str, now: datetime) -> None:
    """The index answers, but will not have this one."""
    _end(timetable, [post_id], "refused", reason, now)
    _keep_course(timetable, failures=0, not_before=0, last_reason=None)


def keep_failed(timetable: Timetable, ids: Collection[int], *, failures: int, not_before: int, reason: str) -> None:
    """The index did not take these, nor refuse them: nobody is to try before that time."""
    tried = t.index_outbox.update().where(t.index_outbox.c.id.in_(ids))
    timetable.connection.execute(tried.values(attempts=t.index_outbox.c.attempts + 1))
    _keep_course(timetable, failures=failures, not_before=not_before, last_reason=reason)


def refused(timetable: Timetable, page: Page) -> list[Refused]:
    """The newest first."""
    rows = timetable.connection.execute(_REFUSED, {"limit": page.limit, "offset": page.offset})
    return [Refused(**row) for row in rows.mappings()]


def send_again(timetable: Timetable, ids: Collection[int] | None) -> int:
    """Let refused posts wait once more, all of them if none is named; how many. One that is overtaken stays.

    What a post says is all that the index knows of its key. So when a later one has come to be, sent or not, the
    older could only take the place of what is newer.
    """
    outbox = t.index_outbox
    wanted = outbox.update().where(_IS_REFUSED, ~_overtaken(outbox))
    if ids is not None:
        wanted = wanted.where(outbox.c.id.in_(ids))
    return timetable.connection.execute(wanted.values(state="waiting", ended_at=None, reason=None)).rowcount


def try_now(timetable: Timetable) -> None:
    """Nobody needs to wait for the time that was set after a failure."""
    timetable.connection.execute(t.index_delivery.update().values(not_before=0))


def purge(timetable: Timetable, now: datetime) -> int:
    """Remove some of what is too old; how many. What waits is never too old."""
    return sum(
        timetable.connection.execute(_PURGE, {"state": state, "before": now - kept}).rowcount
        for state, kept in (("sent", SENT_KEPT), ("refused", REFUSED_KEPT))
    )


def is_purgeable(timetable: Timetable, now: datetime) -> bool:
    return any(
        timetable.connection.execute(_PURGEABLE, {"state": state, "before": now - kept}).first()
        for state, kept in (("sent", SENT_KEPT), ("refused", REFUSED_KEPT))
    )


def _end(timetable: Timetable, ids: Collection[int], state: str, reason: str | None, now: datetime) -> None:
    outbox = t.index_outbox
    change = outbox.update().where(outbox.c.id.in_(ids), outbox.c.state == "waiting")
    ended_at = now.replace(microsecond=0)
    timetable.connection.execute(
        change.values(state=state, reason=reason, ended_at=ended_at, attempts=outbox.c.attempts + 1)
    )


def _keep_course(timetable: Timetable, **course: Any) -> None:
    if isinstance(course.get("last_success"), datetime):
        course["last_success"] = course["last_success"].replace(microsecond=0)
    insert = _INSERT[timetable.connection.dialect.name](t.index_delivery).values(id=1, **course)
    timetable.connection.execute(insert.on_conflict_do_update(index_elements=[t.index_delivery.c.id], set_=course))


def _overtaken(outbox: Any) -> Any:
    """Whether a later post has the same key."""
    later = t.index_outbox.alias("later")
    same = [later.c[name] == outbox.c[name] for name in ("booking_id", *_KEY)]
    return select(later.c.id).where(later.c.id > outbox.c.id, *same).exists()


_INSERT: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_KEY: Final = ("patient", "categorization", "logical_address", "business_id", "source_system", "data_controller")
_COURSE: Final = select(*(t.index_delivery.c[name] for name in Course.__slots__))
_IS_WAITING: Final = text("state = 'waiting'")  # in the words of its index
_IS_REFUSED: Final = text("ended_at IS NOT NULL AND index_outbox.state = 'refused'")
_ANY: Final = select(t.index_outbox.c.id).where(_IS_WAITING).limit(1)
_WAITING: Final[Select[Any]] = (
    select(*(t.index_outbox.c[name] for name in Post.__slots__))
    .where(_IS_WAITING)
    .order_by(t.index_outbox.c.id)
    .limit(bindparam("limit"))
)
_OLDEST: Final = select(t.index_outbox.c.made_at).where(_IS_WAITING).order_by(t.index_outbox.c.id).limit(1)
_CONTENTS: Final = (
    select(func.count().label("waiting"), _OLDEST.scalar_subquery().label("oldest"))
    .select_from(t.index_outbox)
    .where(_IS_WAITING)
)
_HOW_MANY_REFUSED: Final = select(func.count()).select_from(t.index_outbox).where(_IS_REFUSED)
_HOW_MANY_SENT: Final = (
    select(func.count())
    .select_from(t.index_outbox)
    .where(t.index_outbox.c.state == "sent", t.index_outbox.c.ended_at >= bindparam("since"))
)
_REFUSED: Final[Select[Any]] = (
    select(
        *(t.index_outbox.c[name] for name in ("id", "logical_address", "business_id", "deleted", "reason")),
        t.index_outbox.c.ended_at.label("at"),
        _overtaken(t.index_outbox).label("overtaken"),
    )
    .where(_IS_REFUSED)
    .order_by(t.index_outbox.c.ended_at.desc(), t.index_outbox.c.id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_PURGEABLE: Final = (
    select(t.index_outbox.c.id)
    .where(t.index_outbox.c.state == bindparam("state"), t.index_outbox.c.ended_at < bindparam("before"))
    .limit(_PURGED_AT_A_TIME)
)
_PURGE: Final = t.index_outbox.delete().where(t.index_outbox.c.id.in_(_PURGEABLE))
