"""The clock takes posts away: when a time begins, and after an invitation's last day (rule 87)."""

from datetime import date, datetime, timedelta

import pytest
from rules.world import EKEN, GUNILLA

from index.world import IndexWorld
from producer.domain.model import Actor, ActorType, Origin
from producer.services.engagements import has_expired
from producer.store import tables as t

STARTS = datetime(2026, 11, 30, 9, 0)
SECOND = timedelta(seconds=1)
STAFF = Origin(actor=Actor(type=ActorType.STAFF, id="erik"))


@pytest.mark.parametrize(
    ("booking", "leaves_at"),
    [
        ("BOKAD-1", STARTS),
        ("KALLAD-TID-1", datetime(2026, 12, 2, 8, 40)),
        ("KALLAD-OPPEN-2", datetime(2026, 12, 5)),  # valid to the fourth, that day included
        ("KALLAD-OPPEN-1", datetime(2027, 1, 1)),
    ],
)
def test_a_post_stays_to_the_second_and_goes_then(world: IndexWorld, booking: str, leaves_at: datetime) -> None:
    """Rule 87: the moment itself is no longer ahead, as for the rules to book (rule 60)."""
    world.now = leaves_at - SECOND
    world.expire()
    assert booking not in {line.booking for line in world.lines()}
    world.check()
    world.told()
    world.now = leaves_at
    assert has_expired(world.database, world.now)
    assert world.expire() == 1
    assert [(line.told, line.booking, line.at) for line in world.lines()] == [("-", booking, None)]
    assert (world.expire(), has_expired(world.database, world.now)) == (0, False)
    world.check()


def test_an_invitation_without_a_last_day_stays(world: IndexWorld) -> None:
    world.now += timedelta(days=3650)
    assert world.expire() == 6
    assert "KALLAD-OPPEN-3" not in {line.booking for line in world.lines()}
    world.check()


def test_what_has_left_by_the_clock_is_not_deleted_once_more(world: IndexWorld) -> None:
    """Rule 89: nothing is deleted that is not there."""
    world.now = STARTS
    world.expire()
    world.told()
    with world.database.writing() as timetable:
        booking = timetable.booking("BOKAD-1")
        assert booking is not None
        timetable.withdraw(booking, origin=STAFF, now=world.now)
    assert world.told() == []
    world.check()


def test_a_booking_that_is_moved_leaves_when_it_then_begins(world: IndexWorld) -> None:
    gunilla = world.patient(GUNILLA)
    assert gunilla.update("BOKAD-1", gunilla.time(EKEN, "20261204093000", timeTypeID="NYBESOK")).resultCode == "OK"
    world.told()
    world.now = STARTS
    assert world.expire() == 0
    world.now = datetime(2026, 12, 4, 9, 30)
    world.expire()
    assert "- BOKAD-1 at EKEN" in world.told()
    world.check()


@pytest.mark.parametrize("last_day", [date(2026, 12, 2), date(2026, 12, 6)])
def test_an_invitation_whose_last_day_was_changed_leaves_by_the_new_one(world: IndexWorld, last_day: date) -> None:
    """Nothing is told of the change, but the clock is set by it; it was the fourth."""
    with world.database.writing() as timetable:
        timetable.connection.execute(
            t.bookings.update().where(t.bookings.c.public_id == "KALLAD-OPPEN-2").values(invitation_valid_to=last_day)
        )
        booking = timetable.booking("KALLAD-OPPEN-2")
        assert booking is not None
        timetable.tell_index(booking, world.now)
    assert world.told() == []
    midnight = datetime.combine(last_day, datetime.min.time()) + timedelta(days=1)
    world.now = midnight - SECOND
    world.expire()
    assert "- KALLAD-OPPEN-2 at EKEN" not in world.told()
    assert not has_expired(world.database, world.now)
    world.now = midnight
    assert world.expire() == 1


# A day of 25 hours and one of 23: the clock on the wall is what counts, and twice or never.


def _booking_at(world: IndexWorld, starts: datetime) -> str:
    with world.database.writing() as timetable:
        unit = timetable.unit(EKEN)
        assert unit is not None
        row = {
            "public_id": f"NATT-{starts:%H%M}",
            "unit_id": unit.id,
            "patient": GUNILLA,
            "starts": starts,
            "ends": starts + timedelta(minutes=10),
            "state": "live",
            "made_at": world.now,
            "changed_at": world.now,
        }
        timetable.connection.execute(t.bookings.insert(), row)
        booking = timetable.booking(str(row["public_id"]))
        assert booking is not None
        timetable.tell_index(booking, world.now)
        return booking.public_id


def test_in_the_hour_that_comes_twice_a_post_goes_the_first_time_and_does_not_come_back(world: IndexWorld) -> None:
    """October: half past two is past at a quarter to three, though the clock then says two once more."""
    world.now = datetime(2027, 10, 31, 1, 0)
    world.expire()
    booking = _booking_at(world, datetime(2027, 10, 31, 2, 30))
    world.told()
    world.now = datetime(2027, 10, 31, 2, 45)
    assert world.expire() == 1
    assert world.told() == [f"- {booking} at EKEN"]
    world.now = datetime(2027, 10, 31, 2, 0)  # an hour has passed by then, and fifteen minutes
    assert world.expire() == 0
    assert world.told() == []
    world.now = datetime(2027, 10, 31, 3, 0)
    assert world.expire() == 0
    world.check()


def test_when_an_hour_is_left_out_what_begins_after_it_is_past_at_once(world: IndexWorld) -> None:
    """March: the second after 01:59:59 is 03:00:00."""
    world.now = datetime(2027, 3, 28, 1, 0)
    world.expire()
    booking = _booking_at(world, datetime(2027, 3, 28, 3, 0))
    world.told()
    world.now = datetime(2027, 3, 28, 1, 59, 59)
    assert world.expire() == 0
    world.now = datetime(2027, 3, 28, 3, 0)
    assert world.expire() == 1
    assert world.told() == [f"- {booking} at EKEN"]
    world.check()


@pytest.mark.only_on("sqlite", "PostgreSQL reads a table of seven rows whole")
def test_the_moment_is_found_by_an_index_of_the_database(world: IndexWorld) -> None:
    """Asked every few seconds, also where there are a hundred thousand posts."""
    plan = "EXPLAIN QUERY PLAN SELECT booking_id FROM index_posts WHERE leaves_at <= '2026' ORDER BY leaves_at LIMIT 5"
    with world.database.reading() as timetable:
        (step,) = timetable.connection.exec_driver_sql(plan).all()
    assert "ix_index_posts_leaves_at" in step.detail
