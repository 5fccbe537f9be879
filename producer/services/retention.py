"""Personal data whose time is over is taken out of the database, a little at a time, beside those who book."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from producer.store import privacy
from producer.store.engine import Database

LOG_YEARS: Final = 5
"""The access log is kept so long (HSLF-FS 2016:40); the database removes no line before."""
_SLACK: Final = timedelta(days=2)
"""The database goes by a clock and a calendar of its own, and must never be asked too early."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tidied:
    """How many bookings became nobody's, and how many lines left the access log."""

    bookings: int = 0
    lines: int = 0


def tidy(
    database: Database, now: datetime, *, keep_bookings_days: int, goes_on: Callable[[], bool] = lambda: True
) -> Tidied:
    """One pass; with 0 days who a booking was for is kept for good. It asks between transactions whether to go on."""
    bookings = _strip(database, now, timedelta(days=keep_bookings_days), goes_on) if keep_bookings_days else 0
    return Tidied(bookings=bookings, lines=_purge(database, now, goes_on))


def _strip(database: Database, now: datetime, kept: timedelta, goes_on: Callable[[], bool]) -> int:
    count, place = 0, 0
    while goes_on():
        with database.reading() as timetable:
            found, after = privacy.over_since(timetable, now - kept, place)
        if found:
            with database.writing() as timetable:
                again, _ = privacy.over_since(timetable, now - kept, place)  # as it is now that nobody else writes
                privacy.strip(timetable, again, now)
            count += len(again)
        if after is None:
            break
        place = after
    return count


def _purge(database: Database, now: datetime, goes_on: Callable[[], bool]) -> int:
    before, count, removed = _years_before(now - _SLACK), 0, 1
    while removed and goes_on():
        with database.writing() as timetable:
            removed = privacy.purge_log(timetable, before)
        count += removed
    return count


def _years_before(moment: datetime) -> datetime:
    day = 28 if (moment.month, moment.day) == (2, 29) else moment.day
    return moment.replace(year=moment.year - LOG_YEARS, day=day)
