"""`serve --demo` on a database that has the demo already: free times go on, and what is used up is told."""

import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from keeping import kept
from sqlalchemy import select

from producer.cli import main
from producer.clock import swedish_time
from producer.domain.model import Actor, ActorType, Contact, Origin
from producer.serving.readiness import keep_demo, make_ready
from producer.store.engine import open_database
from producer.store.seeding import BadSeed, seed, wear_of
from producer.store.tables import bookings

SEED_DATA = Path(__file__).parents[2] / "seed_data"
NOON = datetime(2026, 11, 23, 12)
DAY = timedelta(days=1)
FIXED = ("DEMO-BOOKING-1", "DEMO-BOOKING-2", "DEMO-OPEN-1", "DEMO-OPEN-2", "DEMO-TIMED-1")
STAFF = Origin(actor=Actor(type=ActorType.STAFF))


def a_demo(url):
    """A demo of 23 November 2026, to be copied."""
    make_ready(url)
    assert keep_demo(url, SEED_DATA, NOON) is None


@pytest.fixture
def url(copy_of, database_kind):
    with copy_of(a_demo, database_kind) as url:
        yield url


@pytest.fixture
def demo(url):
    database = open_database(url)
    yield database
    database.close()


def used_up(demo, now=NOON):
    with demo.reading() as timetable:
        return wear_of(timetable, SEED_DATA, now).used_up


def free_days(demo, unit, now):
    with demo.reading() as timetable:
        slots = timetable.free_slots(timetable.unit(unit).id, now, now + 365 * DAY)
    return {slot.starts.date() for slot in slots}


def test_a_demo_of_today_is_whole_and_nothing_is_told(url, demo):
    assert keep_demo(url, SEED_DATA, NOON) is None
    assert used_up(demo) == ()


@pytest.mark.parametrize("days", [30, 400])
def test_an_old_demo_has_free_times_at_every_unit_that_offers_care(url, demo, days):
    now = NOON + days * DAY
    with demo.reading() as timetable:
        caring = [unit.hsa_id for unit in timetable.units() if unit.offers_care]
    keep_demo(url, SEED_DATA, now)
    assert len(caring) == 7
    for unit in caring:
        assert max(free_days(demo, unit, now)) >= (now + 55 * DAY).date()
        assert min(free_days(demo, unit, now)) <= (now + 12 * DAY).date()


def test_an_old_demo_is_told_in_one_line_with_its_age_what_is_used_up_and_the_way_to_a_new_one(url, database_kind):
    """The address of a server is not told: it may hold a password."""
    told = keep_demo(url, SEED_DATA, NOON + 30 * DAY)
    ways = {
        "sqlite": f"remove the file {url.removeprefix('sqlite:///')}",
        "postgresql": "serve from an empty database",
    }
    assert told == (
        "The demo is 30 days old: DEMO-BOOKING-1 is past, DEMO-BOOKING-2 is past, DEMO-TIMED-1 is past."
        f" Free times go on from today; for a new demo {ways[database_kind]}"
    )


@pytest.mark.only_on("sqlite", reason="nobody removes the files of a server")
def test_the_way_to_a_new_demo_leads_there(url, demo):
    """Also when the server was killed, which leaves SQLite's own files beside the database."""
    file = Path(url.removeprefix("sqlite:///"))
    assert used_up(demo) == ()  # which leaves it open
    assert keep_demo(url, SEED_DATA, NOON + 30 * DAY)
    left = Path(f"{file}-wal").read_bytes()
    assert len(left) > 100_000
    demo.close()
    file.unlink()
    Path(f"{file}-wal").write_bytes(left)
    make_ready(url)
    assert keep_demo(url, SEED_DATA, NOON + 30 * DAY) is None
    with demo.reading() as timetable:
        assert timetable.booking("DEMO-BOOKING-1").starts > NOON + 30 * DAY


@pytest.mark.parametrize("public_id", ["DEMO-BOOKING-1", "DEMO-TIMED-1", "DEMO-OPEN-1"])
@pytest.mark.parametrize(("act", "told"), [("cancel", "is cancelled"), ("withdraw", "is withdrawn")])
def test_a_booking_that_was_ended_is_told_and_stays_ended(url, demo, public_id, act, told):
    with demo.writing() as timetable:
        booking = timetable.booking(public_id)
        message = (None,) if act == "cancel" else ()
        ended = getattr(timetable, act)(booking, *message, origin=STAFF, now=NOON)
    assert used_up(demo) == (f"{public_id} {told}",)
    assert keep_demo(url, SEED_DATA, NOON).startswith(f"The demo is 0 days old: {public_id} {told}. ")
    with demo.reading() as timetable:
        assert timetable.booking(public_id) == ended


def test_an_invitation_that_was_booked_is_told(demo):
    with demo.writing() as timetable:
        invitation = timetable.booking("DEMO-OPEN-2")
        slot = timetable.free_slots(invitation.unit_id, NOON + DAY, NOON + 30 * DAY)[0]
        timetable.book_invitation(
            invitation,
            slot,
            Contact(first_name="Eva", last_name="Ek"),
            reason=None,
            care_type=None,
            origin=STAFF,
            now=NOON,
        )
    assert used_up(demo) == ("DEMO-OPEN-2 is an invitation no more",)


def test_a_booking_that_was_moved_is_told_only_when_its_time_has_come(demo):
    with demo.writing() as timetable:
        booking = timetable.booking("DEMO-BOOKING-1")
        slot = timetable.free_slots(booking.unit_id, NOON + 20 * DAY, NOON + 30 * DAY)[0]
        timetable.move(booking, slot, contact=None, reason=None, new_public_id=False, origin=STAFF, now=NOON)
    assert used_up(demo, slot.starts - timedelta(minutes=1)) == ("DEMO-BOOKING-2 is past", "DEMO-TIMED-1 is past")
    assert "DEMO-BOOKING-1 is past" in used_up(demo, slot.starts)


def test_a_timed_invitation_that_was_rebooked_is_told(demo):
    """Rule 67: it is an ordinary booking then."""
    with demo.writing() as timetable:
        booking = timetable.booking("DEMO-TIMED-1")
        slot = timetable.free_slots(booking.unit_id, NOON + 20 * DAY, NOON + 30 * DAY)[0]
        timetable.move(booking, slot, contact=None, reason=None, new_public_id=False, origin=STAFF, now=NOON)
    assert used_up(demo) == ("DEMO-TIMED-1 is an invitation no more",)


def test_an_open_invitation_is_told_from_the_day_after_its_last(demo):
    assert "DEMO-OPEN-1 has expired" not in used_up(demo, NOON + 90 * DAY)
    assert "DEMO-OPEN-1 has expired" in used_up(demo, NOON + 91 * DAY)


def test_a_booking_with_another_id_is_told_as_gone(demo):
    """Rule 68."""
    with demo.writing() as timetable:
        booking = timetable.booking("DEMO-BOOKING-1")
        slot = timetable.free_slots(booking.unit_id, NOON + 20 * DAY, NOON + 30 * DAY)[0]
        timetable.move(booking, slot, contact=None, reason=None, new_public_id=True, origin=STAFF, now=NOON)
    assert used_up(demo) == ("DEMO-BOOKING-1 is gone",)


def test_a_booking_that_was_past_when_it_was_seeded_is_as_it_was(clinic, database):
    clinic.write("slots.csv", "unit,starts,length,time_type\nSE2321000016-KLIN,-7d 17:00,30min,NYBESOK\n")
    clinic.replace("bookings.csv", "2026-03-09 08:30", "-5d 17:00")
    seed(database, clinic.folder, NOON.date().replace(month=3, day=2))
    with database.reading() as timetable:
        assert wear_of(timetable, clinic.folder, datetime(2026, 3, 2, 12)).used_up == ()


def test_a_database_without_the_demo_is_left_alone_and_that_is_told(clinic, database_url):
    database = open_database(database_url)
    seed(database, clinic.folder, NOON.date().replace(month=3, day=2))
    content = kept(database)
    before = content.dump()
    told = keep_demo(database_url, SEED_DATA, NOON)
    assert told == "The database has units of its own and no demo, so --demo changes nothing in it"
    assert content.dump() == before
    database.close()


def test_a_demo_whose_files_have_faults_is_refused_with_them(url, clinic):
    clinic.replace("bookings.csv", "NYBESOK", "")
    with pytest.raises(BadSeed, match=r"bookings\.csv:2: 'time_type' is missing"):
        keep_demo(url, clinic.folder, NOON)


def test_the_command_tells_it_on_stderr_and_serves(url, monkeypatch):
    served = []
    monkeypatch.setattr("producer.serving.process.run", lambda config, _announce: served.append(config.database))
    monkeypatch.setattr("producer.cli.swedish_time", lambda: NOON + 30 * DAY)
    done = CliRunner().invoke(main, ["serve", "--demo", "--database", url])
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (0, "", 1)
    assert done.stderr.startswith("The demo is 30 days old: DEMO-BOOKING-1 is past")
    assert served == [url]


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system has one zone for all programs")
@pytest.mark.parametrize("zone", ["KIRITIMATI-14", "PAGO+11"])
def test_the_day_is_swedish_wherever_the_host_is(clinic, new_database, monkeypatch, zone):
    """Rule 34: at any moment at least one of these, fourteen hours east and eleven west, has another date."""
    monkeypatch.setenv("TZ", zone)  # as POSIX writes it, for a host without zone files
    time.tzset()
    try:
        before = swedish_time().date()
        (clinic.folder / "bookings.csv").unlink()
        done = CliRunner().invoke(main, ["seed", str(clinic.folder), "--database", new_database])
        after = swedish_time().date()
    finally:
        monkeypatch.undo()
        time.tzset()
    assert done.exit_code == 0
    database = open_database(new_database)
    with database.reading() as timetable:
        days = {moment.date() for moment in timetable.connection.scalars(select(bookings.c.made_at))}
    database.close()
    assert days <= {before, after}
    assert len(days) == 1
