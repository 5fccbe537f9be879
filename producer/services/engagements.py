"""Engagemangsindex is kept true when what all its posts say changes, and when the clock alone takes some away."""

from datetime import datetime

from producer.domain.engagements import IndexSettings
from producer.store.engine import Database
from producer.store.index_settings import (
    index_settings,
    keep_index_settings,
    keep_settled_to,
    settled_to,
    to_expire,
    to_settle,
)


def settle(database: Database, settings: IndexSettings | None, now: datetime) -> int:
    """Every post is to be by these settings: answers how many were not (rule 85).

    Without settings those that were kept go on, and their posts wait. What was broken off goes on where it was.
    """
    if settings is not None:
        _keep(database, settings)
    told = 0
    while (of_these := _settle_some(database, now)) is not None:
        told += of_these
    return told


def has_expired(database: Database, now: datetime) -> bool:
    """Whether there is any work for `expire`."""
    with database.reading() as timetable:
        return bool(to_expire(timetable, now))


def expire(database: Database, now: datetime) -> int:
    """Posts of times that have begun, and of invitations that are no longer valid, go (rule 87); how many."""
    told = 0
    while has_expired(database, now):
        with database.writing() as timetable:
            of_these = timetable.tell_index_of(to_expire(timetable, now), now)
        if not of_these:
            break  # another has just done it
        told += of_these
    return told


def _keep(database: Database, settings: IndexSettings) -> None:
    with database.reading() as timetable:
        if index_settings(timetable) == settings:
            return
    with database.writing() as timetable:
        timetable.take_turn_to_settle()
        if index_settings(timetable) != settings:
            keep_index_settings(timetable, settings)


def _settle_some(database: Database, now: datetime) -> int | None:
    """Few enough that those who book meanwhile need not wait; None when all have been gone through."""
    with database.writing() as timetable:
        timetable.take_turn_to_settle()
        after_id = settled_to(timetable)
        if after_id is None:
            return None
        found = to_settle(timetable, after_id, now)
        keep_settled_to(timetable, found[-1] if found else None)
        return timetable.tell_index_of(found, now)
