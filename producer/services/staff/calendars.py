"""A unit's calendar at a secret address: editors make, renew and close it, and who has the address reads it."""

import hashlib
import secrets
from datetime import datetime, time, timedelta

from producer.domain.model import CareUnit
from producer.domain.staff import ChangedMeanwhile, NotThere, Sentence
from producer.services.staff.admission import Visit, changing, reading
from producer.services.staff.calendars_written import CalendarFile, written
from producer.services.staff.fingerprints import fingerprint
from producer.store import calendars
from producer.store.calendars import Feed
from producer.store.changes import add_change
from producer.store.engine import Database
from producer.store.timetable import Timetable

DAYS_BACK, DAYS_AHEAD = 7, 56
"""A calendar has these days, today among those ahead."""


def feed_of(database: Database, visit: Visit, unit_hsa_id: str) -> Feed | None:
    with reading(database, visit, unit_hsa_id) as (timetable, unit):
        return calendars.feed_of(timetable, unit.id)


def seen(feed: Feed | None) -> str:
    return fingerprint(feed and feed.id, feed and feed.made_at)


def open_feed(database: Database, visit: Visit, unit_hsa_id: str, as_seen: str) -> tuple[str, Sentence]:
    """The secret of a new address, which is told only now; the address before it leads nowhere any more.

    Raises ChangedMeanwhile.
    """
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        former = _as_seen(timetable, unit, as_seen)
        secret = secrets.token_urlsafe(32)
        calendars.remove_feed(timetable, unit.id)
        calendars.add_feed(timetable, unit.id, _hash_of(secret), now=visit.now)
        sentence = _OPENED if former is None else _RENEWED
        add_change(timetable, visit.staff, sentence, unit_id=unit.id, now=visit.now)
        return secret, sentence


def close_feed(database: Database, visit: Visit, unit_hsa_id: str, as_seen: str) -> Sentence:
    """Raises ChangedMeanwhile."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        if _as_seen(timetable, unit, as_seen) is None:
            raise NotThere
        calendars.remove_feed(timetable, unit.id)
        sentence = Sentence("Kalendern är stängd; adressen gäller inte längre.")
        add_change(timetable, visit.staff, sentence, unit_id=unit.id, now=visit.now)
        return sentence


def calendar_file(database: Database, secret: str, now: datetime) -> CalendarFile:
    """Raises NotThere for an address that nobody has made, or that is closed."""
    with database.reading() as timetable:
        feed = calendars.feed_by_hash(timetable, _hash_of(secret))
        unit = timetable.unit_by_id(feed.unit_id) if feed else None
        if unit is None:
            raise NotThere
        today = datetime.combine(now.date(), time())
        first, last = today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD)
        times = calendars.calendar_times(timetable, unit.id, first, last)
    return written(unit, times, today)


def _as_seen(timetable: Timetable, unit: CareUnit, as_seen: str) -> Feed | None:
    feed = calendars.feed_of(timetable, unit.id)
    if seen(feed) == as_seen:
        return feed
    if feed is None:
        raise ChangedMeanwhile(Sentence("Kalendern är stängd."))
    raise ChangedMeanwhile(Sentence("Kalendern fick en ny adress %(made_at)s.", {"made_at": feed.made_at}))


def _hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


_OPENED = Sentence("Kalendern kan nu hämtas från en hemlig adress.")
_RENEWED = Sentence("Kalendern har fått en ny adress; den gamla gäller inte längre.")
