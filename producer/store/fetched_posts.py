"""The posts of Engagemangsindex as those who fetch them ask for them: by resident, of whom something was changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, SelectBase, bindparam, select, union

from producer.domain.engagements import Engagement
from producer.store import tables as t
from producer.store.timetable import Timetable


def residents_changed(timetable: Timetable, since: datetime, after: str, limit: int) -> Sequence[str]:
    """Who has had a post made, changed or taken away since, in order of their ids."""
    wanted = {"since": since, "after": after, "limit": limit}
    return timetable.connection.scalars(_CHANGED, wanted).all()


def residents_with_any(timetable: Timetable, since: datetime, after: str, limit: int) -> Sequence[str]:
    """Also everyone who has a post, for one who asks about longer ago than the outbox reaches."""
    wanted = {"since": since, "after": after, "limit": limit}
    return timetable.connection.scalars(_CHANGED_OR_HELD, wanted).all()


def posts_of(timetable: Timetable, residents: Sequence[str]) -> dict[str, list[Engagement]]:
    """All that each of them has; none of one of whom all is gone."""
    found: dict[str, list[Engagement]] = {resident: [] for resident in residents}
    for row in timetable.connection.execute(_POSTS, {"residents": list(residents)}).mappings():
        found[row["patient"]].append(Engagement(**row))
    return found


def forget_untold(timetable: Timetable, before: datetime, limit: int) -> int:
    """Removes some of what nobody is told but by being asked, and that is too old; how many."""
    return timetable.connection.execute(_FORGET, {"before": before, "limit": limit}).rowcount


def is_untold(timetable: Timetable, before: datetime) -> bool:
    return timetable.connection.execute(_OLD, {"before": before, "limit": 1}).first() is not None


def _residents(of: SelectBase) -> Select[Any]:
    patients = of.subquery().c.patient
    return select(patients).order_by(patients).limit(bindparam("limit"))


_outbox, _posts = t.index_outbox.c, t.index_posts.c
_TOLD: Final = select(_outbox.patient).where(
    _outbox.made_at >= bindparam("since"), _outbox.patient > bindparam("after")
)
_HELD: Final = select(_posts.patient).where(_posts.patient > bindparam("after"))
_CHANGED: Final = _residents(_TOLD.distinct())
_CHANGED_OR_HELD: Final = _residents(union(_TOLD, _HELD))
_POSTS: Final = (
    select(
        _posts.patient,
        _posts.categorization,
        _posts.logical_address,
        _posts.business_id,
        _posts.source_system,
        _posts.data_controller,
        _posts.most_recent,
    )
    .where(_posts.patient.in_(bindparam("residents", expanding=True)))
    .order_by(_posts.patient, _posts.most_recent, _posts.booking_id)
)
_OLD: Final = (
    select(_outbox.id)
    .where(_outbox.state == "waiting", _outbox.made_at < bindparam("before"))
    .limit(bindparam("limit"))
)
_FORGET: Final = t.index_outbox.delete().where(_outbox.id.in_(_OLD))
