"""An act that others hindered is done anew inside; whoever asked hears nothing of it."""

import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from store.conftest import MORNING, Region

from producer.domain.model import Act, Actor, ActorType, Booking, Contact, Origin
from producer.store import retries
from producer.store import tables as t
from producer.store.engine import Database, open_database
from producer.store.errors import Collision, Entangled, StoreUnavailable

PATIENT = "199001012385"
HOUR = timedelta(hours=1)
ACT: dict[str, Any] = {"origin": Origin(actor=Actor(type=ActorType.PATIENT, id=PATIENT)), "now": MORNING - HOUR}
CONTACT = Contact(first_name="Åsa", last_name="Öberg")


@pytest.fixture
def heard(database: Database) -> Counter[str]:
    """How often the database has retried, by reason."""
    counted: Counter[str] = Counter()
    database.when_retried = lambda reason: counted.update([reason])
    return counted


def test_two_who_wait_for_each_other_are_both_done(region: Region, database: Database, heard: Counter[str]) -> None:
    """On PostgreSQL the server ends one of them, which then is done anew; on SQLite they never meet."""
    one, other = (region.slot(region.unit()) for _ in range(2))
    meeting = threading.Barrier(2)
    can_meet = database.engine.dialect.name == "postgresql"

    def block(first: int, second: int) -> Callable[[Any], None]:
        meetings = iter([meeting] if can_meet else [])

        def act(timetable: Any) -> None:
            timetable.connection.execute(t.slots.update().where(t.slots.c.id == first).values(blocked=True))
            for each in meetings:  # what is done anew meets nobody
                each.wait(timeout=30)
            timetable.connection.execute(t.slots.update().where(t.slots.c.id == second).values(blocked=True))

        return act

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(database.written, block(*pair)) for pair in ((one.id, other.id), (other.id, one.id))]
        assert [each.result() for each in done] == [None, None]
    assert heard == ({"deadlock": 1} if can_meet else {})


@pytest.mark.only_on("sqlite", reason="a server lets its callers wait by itself")
def test_a_file_that_is_busy_for_a_moment_is_asked_again(
    database_url: str, heard: Counter[str], database: Database
) -> None:
    other = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.05, other.rollback).start()

    def act(timetable: Any) -> str:
        return "done"

    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
        raw: Any = connection.connection.dbapi_connection
    assert database.written(act) == "done"
    assert raw.execute("PRAGMA busy_timeout").fetchone() == (0,)  # it was the connection that does not wait
    assert heard["busy"] >= 1
    other.close()


@pytest.mark.parametrize(
    ("raised", "times"), [(Entangled("deadlock"), retries.TRIES), (Collision("taken"), retries.LOOKS)]
)
def test_retrying_has_an_end(database: Database, heard: Counter[str], raised: Exception, times: int) -> None:
    """What has failed every time is told: an entanglement as the store being unavailable."""
    begun = []

    def act(timetable: Any) -> None:
        begun.append(timetable)
        raise raised

    with pytest.raises(type(raised)):
        database.written(act)
    assert len(begun) == times
    assert heard.total() == times - 1


def test_whoever_has_waited_as_long_as_anyone_does_is_not_made_to_wait_again(
    database: Database, heard: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retries, "PATIENCE_SECONDS", -1)

    def act(timetable: Any) -> None:
        raise Entangled("lock")

    with pytest.raises(StoreUnavailable):
        database.written(act)
    assert heard == {}


def test_what_is_wrong_by_itself_is_not_tried_again(database: Database, heard: Counter[str]) -> None:
    with pytest.raises(ZeroDivisionError):
        database.written(lambda timetable: 1 // 0)
    assert heard == {}


def test_what_an_undone_try_has_written_is_not_there(region: Region, database: Database) -> None:
    slot = region.slot(region.unit())
    lost = [Entangled("deadlock"), Collision("meanwhile")]

    def book(timetable: Any) -> Booking:
        booked: Booking = timetable.book(slot, PATIENT, CONTACT, reason=None, care_type=None, **ACT)
        if lost:
            raise lost.pop()
        return booked

    booked = database.written(book)
    with database.reading() as timetable:
        assert [entry.act for entry in timetable.trail(booked.id)] == [Act.BOOKED]
        assert (
            timetable.connection.execute(t.bookings.select()).all()
            == timetable.connection.execute(t.bookings.select().where(t.bookings.c.id == booked.id)).all()
        )


def test_whoever_waited_for_a_booking_sees_it_whole(region: Region, database_url: str, database: Database) -> None:
    """Rule 66: it was moved meanwhile, to another performer, kind and unit, and is read with the names of all of these."""
    home, there = (region.unit(group="Gruppen") for _ in range(2))
    doctor, nurse = (region.performer(home, there) for _ in range(2))
    old = region.slot(home, performer=doctor)
    new = region.slot(there, MORNING + HOUR, performer=nurse)
    with database.writing() as timetable:
        booking = timetable.book(old, PATIENT, CONTACT, reason=None, care_type=None, **ACT)
    reading = threading.Event()

    def read_to_change() -> Booking | None:
        waiting = open_database(database_url)
        try:
            with waiting.writing() as timetable:
                timetable.connection.execute(t.slots.select())  # what it has begun, it has begun before the other ended
                reading.set()
                return timetable.booking(booking.public_id)
        finally:
            waiting.close()

    with ThreadPoolExecutor(1) as pool:
        with database.writing() as timetable:
            timetable.take_turn(PATIENT)
            moved = timetable.move(booking, new, contact=None, reason=None, new_public_id=False, **ACT)
            seen = pool.submit(read_to_change)
            reading.wait(timeout=0.5)  # on SQLite it cannot even begin
            threading.Event().wait(0.2)
        assert seen.result() == moved
