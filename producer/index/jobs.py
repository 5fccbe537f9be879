"""What is done for the index beside the calls: it is told, posts leave it by the clock, old ones are forgotten."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from producer.config import Config
from producer.index.deliver import Clocks, Count, Delivery, unheard
from producer.index.line import Line, Place
from producer.services import fetching
from producer.services.engagements import expire, has_expired
from producer.serving.background import LEASE_SECONDS, Hold, Job, do_once
from producer.serving.certificates import outgoing
from producer.store import outbox
from producer.store.engine import Database, open_database

DELIVERY: Final = "index delivery"
_LOOK_EVERY_SECONDS: Final = 1
_EXPIRE_EVERY_SECONDS: Final = 15
_PURGE_EVERY_SECONDS: Final = 3600

Now = Callable[[], datetime]


def jobs(config: Config, database: Database, now: Now, count: Count) -> Iterator[Job]:
    yield Job(
        name="index expiry",
        every_seconds=_EXPIRE_EVERY_SECONDS,
        run=lambda _hold: expire(database, now()),
        is_due=partial(_something_expires, database, now),
    )
    yield Job(
        name="index purge",
        every_seconds=_PURGE_EVERY_SECONDS,
        run=partial(_purge, database, now),
        is_due=partial(_something_is_old, database, now),
    )
    if config.index_pull and not config.index_url:
        yield Job(
            name="index forgetting",
            every_seconds=_PURGE_EVERY_SECONDS,
            run=partial(_forget, database, now),
            is_due=lambda: fetching.is_forgettable(database, now()),
        )
    if config.index_url:
        delivery = delivery_of(config, database, now, count)
        yield Job(
            name=DELIVERY,
            every_seconds=_LOOK_EVERY_SECONDS,
            run=delivery.run,
            is_due=delivery.is_due,
            interrupt=delivery.interrupt,
        )


def delivery_of(config: Config, database: Database, now: Now, count: Count = unheard) -> Delivery:
    """The delivery to the index that the settings name."""
    is_guarded = urlsplit(config.index_url).scheme == "https"
    place = Place(
        url=config.index_url,
        logical_address=config.index_address,
        ssl_context=outgoing(config, config.index_ca) if is_guarded else None,
    )
    chance = random.SystemRandom().random
    clocks = Clocks(now=now, seconds=time.time, chance=chance)
    return Delivery(database, Line(place), batch=config.index_batch, clocks=clocks, count=count)


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivered:
    """What came of one pass, and what still waits after it."""

    sent: int
    refused: int
    waiting: int
    trouble: str | None


def deliver_once(config: Config, now: Now) -> Delivered:
    """By hand, without regard to the pause that a failure made; raises Busy."""
    database = open_database(config.database)
    try:
        delivery = delivery_of(config, database, now)
        done = do_once(database, DELIVERY, delivery.run)
        with database.reading() as timetable:
            waiting = outbox.contents(timetable).waiting
        return Delivered(sent=done.sent, refused=done.refused, waiting=waiting, trouble=done.trouble)
    finally:
        database.close()


def _something_expires(database: Database, now: Now) -> bool:
    return has_expired(database, now())


def _something_is_old(database: Database, now: Now) -> bool:
    with database.reading() as timetable:
        return outbox.is_purgeable(timetable, now())


def _purge(database: Database, now: Now, hold: Hold) -> None:
    """A little at a time, so that those who book meanwhile need not wait."""
    purged = 1
    while purged and not hold.is_over() and hold.renew(LEASE_SECONDS):
        with database.writing() as timetable:
            purged = outbox.purge(timetable, now())


def _forget(database: Database, now: Now, hold: Hold) -> None:
    """What can be fetched and is never delivered would wait for ever."""
    forgotten = 1
    while forgotten and not hold.is_over() and hold.renew(LEASE_SECONDS):
        forgotten = fetching.forget(database, now())
