"""Those who fetch posts for Engagemangsindex get all that every resident has of whom something was changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from producer.domain.engagements import Engagement
from producer.store import fetched_posts
from producer.store.engine import Database
from producer.store.outbox import SENT_KEPT

RESIDENTS_AT_A_TIME: Final = 1000
_OVERLAP: Final = timedelta(hours=1, minutes=5)
"""How much earlier than asked an answer begins, for nothing may be left out and what is told twice does no harm: an
act is dated when it begins and seen when it ends, and in October the clock shows an hour twice."""
_FORGOTTEN_AT_A_TIME: Final = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """The posts of each resident, in order of their ids; without any, all that there were are gone."""

    posts: Mapping[str, Sequence[Engagement]]
    is_complete: bool


def fetch(database: Database, since: datetime, after: str | None, now: datetime) -> Fetched:
    """Who was changed since, beginning after the resident who was the last of an answer that was not complete."""
    since = since - _OVERLAP if since - datetime.min > _OVERLAP else datetime.min
    with database.reading() as timetable:
        is_long_ago = since <= now - SENT_KEPT
        find = fetched_posts.residents_with_any if is_long_ago else fetched_posts.residents_changed
        found = find(timetable, since, after or "", RESIDENTS_AT_A_TIME + 1)
        told = found[:RESIDENTS_AT_A_TIME]
        return Fetched(posts=fetched_posts.posts_of(timetable, told), is_complete=len(found) == len(told))


def is_forgettable(database: Database, now: datetime) -> bool:
    with database.reading() as timetable:
        return fetched_posts.is_untold(timetable, now - SENT_KEPT)


def forget(database: Database, now: datetime) -> int:
    """Removes some of what is too old to be fetched, where nobody delivers and it would wait for ever; how many."""
    with database.writing() as timetable:
        return fetched_posts.forget_untold(timetable, now - SENT_KEPT, _FORGOTTEN_AT_A_TIME)
