import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from producer.domain.model import Actor, ActorType, Contact, Origin
from producer.store import engine
from producer.store import tables as t
from producer.store.engine import Collision, StoreUnavailable, UnusableUrl, open_database
from producer.store.errors import StoreError
from producer.store.schema import upgrade, upgrade_open

HOUR = timedelta(hours=1)
NOW = datetime(2026, 3, 2, 9, 0)
MORNING = datetime(2026, 3, 9, 8, 0)
CONTACT = Contact(first_name="Åsa", last_name="Öst")
ACT = {"origin": Origin(actor=Actor(type=ActorType.PATIENT)), "now": NOW}
PATIENTS = ("194001079120", "195501142284", "196201082697", "197001239297", "198101079294")
THREADS = 20


def race(database, slots):
    """One thread for each slot tries to book it at the same moment; tells who got what."""
    start = threading.Barrier(len(slots))

    def try_to_book(n):
        start.wait()
        try:
            with database.writing() as timetable:
                patient = PATIENTS[n % len(PATIENTS)]
                return timetable.book(slots[n], patient, CONTACT, reason=None, care_type=None, **ACT)
        except Collision:
            return None

    with ThreadPoolExecutor(len(slots)) as pool:
        return list(pool.map(try_to_book, range(len(slots))))


def rows(database, table):
    with database.reading() as timetable:
        return timetable.connection.execute(table.select()).all()


def test_of_twenty_who_race_for_one_slot_one_gets_it_rule_57(region, database):
    slot = region.slot(region.unit())
    (winner,) = filter(None, race(database, [slot] * THREADS))
    (row,) = rows(database, t.bookings)
    assert row.public_id == winner.public_id
    assert [slot.booking_id for slot in rows(database, t.slots)] == [winner.id]
    assert len(rows(database, t.booking_events)) == 1


@pytest.mark.parametrize("noun", ["performer", "resource"])
def test_of_those_who_race_for_one_person_at_two_units_one_gets_her(noun, region, database):
    here, there = region.unit(), region.unit()
    shared = region.performer(here, there) if noun == "performer" else region.resource(here)
    slots = [
        region.slot(unit_id, MORNING + minutes * HOUR / 60, HOUR, **{noun: shared})
        for unit_id in (here, there)
        for minutes in (0, 10, 20, 30)
    ]
    assert len(list(filter(None, race(database, slots)))) == 1
    assert len(rows(database, t.bookings)) == 1


def test_those_who_want_different_slots_all_get_them(region, database):
    unit_id = region.unit()
    performer = region.performer(unit_id)
    slots = [region.slot(unit_id, MORNING + n * HOUR, HOUR, performer=performer) for n in range(8)]
    assert None not in race(database, slots)
    assert len(rows(database, t.booking_events)) == 8


def test_one_booking_is_moved_once_by_those_who_race_to_move_it_rule_66(region, database):
    unit_id = region.unit()
    slots = [region.slot(unit_id, MORNING + n * HOUR, HOUR) for n in range(6)]
    with database.writing() as timetable:
        booking = timetable.book(slots[0], PATIENTS[0], CONTACT, reason=None, care_type=None, **ACT)
    start = threading.Barrier(5)

    def try_to_move(slot):
        start.wait()
        try:
            with database.writing() as timetable:
                timetable.move(booking, slot, contact=None, reason=None, new_public_id=False, **ACT)
        except Collision:
            return False
        return True

    with ThreadPoolExecutor(5) as pool:
        assert sum(pool.map(try_to_move, slots[1:])) == 1
    assert sum(slot.booking_id is not None for slot in rows(database, t.slots)) == 1
    assert len(rows(database, t.booking_events)) == 2


def test_one_turn_at_a_time_for_one_patient_rule_58(region, database):
    """Whoever comes second sees what the first has done."""
    unit_id = region.unit()
    slots = [region.slot(unit_id, MORNING + n * HOUR, HOUR) for n in range(THREADS // 2)]
    start = threading.Barrier(len(slots))

    def book_if_nothing_is_booked(slot):
        start.wait()
        with database.writing() as timetable:
            timetable.take_turn(PATIENTS[0])
            if timetable.bookings_of(PATIENTS[0], unit_id):
                return False
            timetable.book(slot, PATIENTS[0], CONTACT, reason=None, care_type=None, **ACT)
            return True

    with ThreadPoolExecutor(len(slots)) as pool:
        assert sum(pool.map(book_if_nothing_is_booked, slots)) == 1


def test_what_a_block_that_raises_has_written_is_undone(region, database):
    slot = region.slot(region.unit())

    def book_and_fail():
        with database.writing() as timetable:
            timetable.book(slot, PATIENTS[0], CONTACT, reason=None, care_type=None, **ACT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        book_and_fail()
    assert rows(database, t.bookings) == rows(database, t.booking_events) == []


def test_a_reader_sees_one_unchanging_view(region, database):
    unit_id = region.unit()
    slot = region.slot(unit_id)
    with database.reading() as timetable:
        assert len(timetable.free_slots(unit_id, MORNING, MORNING + HOUR)) == 1
        with database.writing() as other:
            other.book(slot, PATIENTS[0], CONTACT, reason=None, care_type=None, **ACT)
        assert len(timetable.free_slots(unit_id, MORNING, MORNING + HOUR)) == 1
    with database.reading() as timetable:
        assert timetable.free_slots(unit_id, MORNING, MORNING + HOUR) == []


def test_what_is_written_while_reading_is_never_kept(region, database):
    slot = region.slot(region.unit())
    try:
        with database.reading() as timetable:
            timetable.book(slot, PATIENTS[0], CONTACT, reason=None, care_type=None, **ACT)
    except StoreError:
        assert database.engine.dialect.name == "postgresql"
    assert rows(database, t.bookings) == []


def test_a_row_that_points_nowhere_is_refused(region, database):
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        region.time_type(12345)


def test_no_fault_tells_what_was_to_be_written(region, database):
    with pytest.raises(Exception, match=r"(?i)check") as fault:
        region.slot(region.unit(), MORNING, -HOUR)
    assert "2026" not in str(fault.value).partition("DETAIL")[0]


def test_whoever_waits_too_long_for_a_writer_hears_that_the_store_is_unavailable(region, database_url, monkeypatch):
    monkeypatch.setattr(engine, "PATIENCE_SECONDS", 1)
    slot = region.slot(region.unit())
    impatient = open_database(database_url)
    with region.database.writing() as timetable:
        timetable.book(slot, PATIENTS[0], CONTACT, reason=None, care_type=None, **ACT)
        with pytest.raises(StoreUnavailable), impatient.writing() as other:
            other.book(slot, PATIENTS[1], CONTACT, reason=None, care_type=None, **ACT)
        with impatient.reading() as other:
            assert len(other.free_slots(slot.unit_id, MORNING, MORNING + HOUR)) == 1
    impatient.close()


@pytest.mark.only_on("sqlite", reason="on a server nobody waits for a turn within the process")
def test_a_thread_that_waits_too_long_for_another_hears_that_the_store_is_unavailable(database, monkeypatch):
    monkeypatch.setattr(engine, "PATIENCE_SECONDS", 0.05)

    def write():
        with database.writing():
            return True

    with ThreadPoolExecutor(1) as pool:
        with database.writing(), pytest.raises(StoreUnavailable):
            pool.submit(write).result()
        assert pool.submit(write).result()


@pytest.mark.only_on("postgresql", reason="a file has no connections that break")
def test_a_server_that_dropped_its_connections_is_asked_anew(database):
    database.ping()
    with database.writing() as timetable:
        timetable.connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    database.ping()


@pytest.mark.only_on("postgresql", reason="a file has no connections that break")
def test_a_connection_that_breaks_in_the_middle_is_the_store_being_unavailable(database):
    with pytest.raises(StoreUnavailable), database.writing() as timetable:
        timetable.connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
    database.ping()


@pytest.mark.only_on("sqlite", reason="only a file can be told how large it may grow")
def test_a_full_disk_is_the_store_being_unavailable(database):
    names = [{"name": f"{n:0100}"} for n in range(10_000)]
    with database.writing() as timetable:
        pages = timetable.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        timetable.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreUnavailable):
            timetable.connection.execute(t.unit_groups.insert(), names)


def test_a_file_that_is_missing_is_not_made_by_opening_it(tmp_path):
    database = open_database(f"sqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(StoreUnavailable):
        database.ping()
    assert list(tmp_path.iterdir()) == []
    database.close()


def test_a_file_that_is_no_database_is_the_store_being_unavailable(tmp_path):
    (tmp_path / "letter.db").write_bytes(b"Dear patient, " * 1000)
    database = open_database(f"sqlite:///{tmp_path / 'letter.db'}")
    with pytest.raises(StoreUnavailable):
        database.ping()
    database.close()


def test_a_server_that_does_not_answer_is_the_store_being_unavailable_rule_94():
    database = open_database("postgresql://somebody:hemligt@127.0.0.1:1/tidbok")
    with pytest.raises(StoreUnavailable) as unavailable:
        database.ping()
    assert "hemligt" not in str(unavailable.value)
    database.close()


def test_a_database_without_tables_does_not_answer_a_ping_rule_94(tmp_path):
    (tmp_path / "empty.db").touch()
    database = open_database(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(StoreUnavailable):
        database.ping()
    database.close()


@pytest.mark.parametrize(
    "url",
    ["", "tidbok.db", "mysql://localhost/x", "oracle://x", "sqlite:///x.db?mode=ro", "postgresql://h:port/x", "://"],
)
def test_an_address_that_names_nothing_usable_is_refused_in_a_sentence(url):
    with pytest.raises(UnusableUrl, match=r"database|SQLite"):
        open_database(url)


@pytest.mark.only_on("sqlite", reason="these are the settings of a file")
def test_the_databases_settings_are_those_that_keep_a_booking_that_was_answered(database):
    with database.reading() as timetable:
        settings = {
            name: timetable.connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def test_a_file_name_may_hold_any_character(tmp_path):
    file = tmp_path / "Året nr #1.db"
    upgrade(f"sqlite:///{file}")
    assert file.exists()


def test_a_database_in_memory_is_one_for_all_its_threads():
    database = open_database("sqlite://")
    upgrade_open(database)

    def add(n):
        with database.writing() as timetable:
            timetable.connection.execute(t.unit_groups.insert(), {"name": f"G{n}"})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(40)))
    assert len(rows(database, t.unit_groups)) == 40
    database.close()
