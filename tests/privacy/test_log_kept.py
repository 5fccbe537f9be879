"""The access log and the trail are only added to, whoever asks the database to do otherwise."""

from datetime import timedelta

import pytest
from rules.world import EKEN, GUNILLA, MORNING, World
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from producer.clock import swedish_time
from producer.domain.model import Actor, ActorType, Origin
from producer.services.retention import tidy
from producer.store.access_log import Access, accesses, note_access
from producer.store.engine import Database
from producer.store.errors import Collision

ORIGIN = Origin(actor=Actor(type=ActorType.PATIENT, id=GUNILLA))


def refused(database: Database, statement: str) -> bool:
    """By the database itself, which then keeps what it had."""
    try:
        with database.writing() as timetable:
            assert timetable.connection.execute(text(statement)).rowcount != 0, "nothing that it would be about"
    except (Collision, DBAPIError) as reason:
        return "only added to" in f"{reason} {reason.__cause__}"
    return False


def lines(database: Database) -> int:
    with database.reading() as timetable:
        return len(accesses(timetable))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_log SET patient = '200001012384'",
        "UPDATE access_log SET at = '2001-01-01 00:00:00'",
        "UPDATE access_log SET patient = patient",
        "DELETE FROM access_log",
        "DELETE FROM access_log WHERE id = (SELECT max(id) FROM access_log)",
    ],
)
def test_a_line_of_the_log_is_neither_changed_nor_removed(world: World, statement: str) -> None:
    """Patient data act: not even by hand."""
    world.now = swedish_time().replace(microsecond=0)
    with world.timetable() as timetable:
        note_access(timetable, _line(swedish_time()))
    assert refused(world.database, statement)
    assert lines(world.database) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM booking_events",
        "UPDATE booking_events SET at = '2001-01-01 00:00:00'",
        "UPDATE booking_events SET act = 'booked', actor_type = 'staff'",
        "UPDATE booking_events SET message = 'another'",
        "UPDATE booking_events SET actor_id = 'another'",
        "UPDATE booking_events SET after = NULL",
        "UPDATE booking_events SET booking_id = (SELECT max(id) FROM bookings)",
    ],
)
def test_the_trail_is_neither_changed_nor_removed(world: World, statement: str) -> None:
    """rule 74"""
    world.patient(GUNILLA).cancel(EKEN, "BOKAD-1", "tack")
    before = world.dump()
    assert refused(world.database, statement)
    assert world.dump() == before


def test_what_people_wrote_can_be_taken_out_of_the_trail(world: World) -> None:
    """Else nobody's data could be erased."""
    world.patient(GUNILLA).cancel(EKEN, "BOKAD-1", "tack")
    statement = "UPDATE booking_events SET actor_id = NULL, message = NULL, override_reason = NULL"
    assert not refused(world.database, statement)


@pytest.mark.only_on("postgresql", reason="SQLite has no TRUNCATE")
@pytest.mark.parametrize("table", ["access_log", "booking_events CASCADE"])
def test_neither_is_emptied(world: World, table: str) -> None:
    assert refused(world.database, f"TRUNCATE {table}")


def test_a_line_leaves_the_log_after_five_years_and_not_before(world: World) -> None:
    """HSLF-FS 2016:40 chapter 4; the clock is moved by the lines being old."""
    now = swedish_time().replace(microsecond=0)
    five_years = now.replace(year=now.year - 5, day=min(now.day, 28))
    young = [five_years + timedelta(days=3), now - timedelta(days=400), now]
    old = [five_years - timedelta(days=days) for days in (4, 5, 1000)] * 150
    with world.timetable() as timetable:
        note_access(timetable, *map(_line, old + young))
    assert tidy(world.database, now, keep_bookings_days=0).lines == 450
    assert lines(world.database) == len(young)
    assert tidy(world.database, now, keep_bookings_days=0).lines == 0


def _line(at: object) -> Access:
    return Access(at=at, unit=EKEN, origin=ORIGIN, action="GetBookingDetails", patient=GUNILLA)  # type: ignore[arg-type]


def test_the_log_begins_empty(world: World) -> None:
    assert (lines(world.database), world.now) == (0, MORNING)
