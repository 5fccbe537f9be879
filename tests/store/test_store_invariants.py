"""`tidbok db check` finds each thing that must never be, and nothing in a database where all is well."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from store.conftest import MORNING, QUARTER, Region

from producer.domain.booking_rules import BookingRules
from producer.domain.model import Actor, ActorType, Booking, Contact, Origin
from producer.store import invariants
from producer.store import tables as t
from producer.store.engine import Database

PATIENT, OTHER = "199001012385", "200001012384"
CONTACT = Contact(first_name="Åsa", last_name="Öberg")
NOW = MORNING - timedelta(days=1)
ORIGIN = Origin(actor=Actor(type=ActorType.PATIENT, id=PATIENT))
ACT: dict[str, Any] = {"origin": ORIGIN, "now": NOW}
BOOK: dict[str, Any] = {"reason": None, "care_type": None, **ACT}


@pytest.fixture(autouse=True)
def lived_in(region: Region, database: Database) -> None:
    """Two units where there is one of everything: booked, moved, cancelled, invited, withdrawn, followed up."""
    home, away = (region.unit(hsa_id=f"SE2321000016-{name}", rules=BookingRules(), group="G") for name in ("A", "B"))
    doctor, room = region.performer(home, away), region.resource(home)
    kind = region.time_type(home)
    slots = [
        region.slot(home, MORNING + number * QUARTER, time_type=kind, performer=doctor, resource=room)
        for number in range(6)
    ]
    there = region.slot(away, MORNING + timedelta(hours=4), performer=doctor)
    with database.writing() as timetable:
        timetable.connection.execute(
            t.index_settings.insert(), {"id": 1, "source_system": "SE1", "categories_by_kind": False}
        )
    with database.writing() as timetable:
        timetable.book(slots[0], PATIENT, CONTACT, public_id="booked", **BOOK)
        timetable.book(slots[4], OTHER, CONTACT, public_id="beside", **BOOK)
        moved = timetable.book(slots[1], PATIENT, CONTACT, public_id="moved", **BOOK)
        timetable.move(moved, there, contact=None, reason=None, new_public_id=False, **ACT)
        cancelled = timetable.book(slots[2], OTHER, CONTACT, public_id="cancelled", **BOOK)
        timetable.cancel(cancelled, None, **ACT)
        timetable.invite(home, PATIENT, "Välkommen", public_id="open", valid_to=date(2026, 4, 1), **ACT)
        withdrawn = timetable.invite(home, OTHER, "Välkommen", slot=slots[3], public_id="withdrawn", **ACT)
        timetable.withdraw(withdrawn, **ACT)
        answered = timetable.invite(home, OTHER, "Välkommen", public_id="answered", **ACT)
        timetable.book_invitation(answered, slots[5], CONTACT, **BOOK)


def told(database: Database, now: datetime = NOW) -> list[str]:
    with database.reading() as timetable:
        return [str(wrong) for wrong in invariants.wrongs(timetable, now)]


def test_where_all_is_well_nothing_is_wrong(database: Database) -> None:
    assert told(database) == []
    with database.reading() as timetable:
        assert invariants.counted(timetable) == invariants.Counts(slots=7, bookings=7)


def test_what_the_clock_has_still_to_take_from_the_index_is_not_wrong(database: Database) -> None:
    """Rule 87: the post of a time that has begun goes when the job has run."""
    assert told(database, MORNING + timedelta(hours=1)) == []


def test_without_an_index_there_are_no_posts_to_miss(database: Database) -> None:
    with loosened(database) as run:
        for table in ("index_posts", "index_outbox", "index_settings"):
            run(f"DELETE FROM {table}")
    assert told(database) == []


def loosened(database: Database) -> Any:
    """Raw SQL with no constraint to stop it, as it might be after a tool or a hand that went astray."""
    return _SQLITE(database) if database.engine.dialect.name == "sqlite" else _POSTGRESQL(database)


class _Loosened:
    """What stands in the way is dropped, for the transaction or for good: the database is the test's own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __enter__(self) -> Callable[[str], Any]:
        self._connection = self._database.engine.connect()
        run: Callable[[str], Any] = self._connection.exec_driver_sql
        for statement in self.statements(run):
            run(statement)
        return run

    def __exit__(self, *_: object) -> None:
        self._connection.commit()
        self._connection.invalidate()
        self._connection.close()

    def statements(self, run: Callable[[str], Any]) -> Iterator[str]:
        raise NotImplementedError


class _SQLITE(_Loosened):
    def statements(self, run: Callable[[str], Any]) -> Iterator[str]:
        yield "PRAGMA foreign_keys = OFF"
        yield "PRAGMA ignore_check_constraints = ON"
        yield "BEGIN"
        for (name,) in run("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            yield f"DROP TRIGGER {name}"
        yield "DROP INDEX uq_slots_booking"


class _POSTGRESQL(_Loosened):
    def statements(self, run: Callable[[str], Any]) -> Iterator[str]:
        yield "SET session_replication_role = replica"
        for table, name in run(
            "SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype IN ('c', 'x') AND conrelid <> 0"
            " AND connamespace = 'public'::regnamespace"
        ).fetchall():
            yield f"ALTER TABLE {table} DROP CONSTRAINT {name}"
        yield "DROP INDEX uq_slots_booking"


_ID = "(SELECT id FROM bookings WHERE public_id = '{}')"
_SLOT_OF = "SELECT s.public_id FROM slots s JOIN bookings b ON b.id = s.booking_id WHERE b.public_id = '{}'"
BREACHES: dict[str, tuple[list[str], list[str]]] = {
    "a booking is ended and its time is not let go": (
        ["UPDATE bookings SET state = 'cancelled' WHERE public_id = 'booked'"],
        [
            "the time {slot} is held by the booking booked, which is not live",
            "the booking booked is cancelled, but its trail ends with booked",
            "the booking booked has not the post in the index that it ought to have",
        ],
    ),
    "a time is moved away from under its booking": (
        ["UPDATE slots SET ends = '2026-03-09 08:10:00' WHERE booking_id = {booked}"],
        ["the time {slot} is held by the booking booked, which is not of that place"],
    ),
    "a time is given to another performer": (
        ["UPDATE slots SET performer_id = NULL WHERE booking_id = {booked}"],
        ["the time {slot} is held by the booking booked, which is not of that place"],
    ),
    "an open invitation holds a time": (
        ["UPDATE slots SET booking_id = {open} WHERE starts = '2026-03-09 08:15:00'"],
        ["the time {slot_of_open} is held by the booking open, which is not of that place"],
    ),
    "a time is let go of that is booked": (
        ["UPDATE slots SET booking_id = NULL WHERE booking_id = {booked}"],
        ["the booking booked is live and has a time, but holds none of its unit's times"],
    ),
    "one booking holds two times": (
        [
            (
                "INSERT INTO slots (public_id, unit_id, starts, ends, time_type_id, performer_id, resource_id, blocked, booking_id)"
                " SELECT 'twice', unit_id, starts, ends, time_type_id, performer_id, resource_id, blocked, booking_id"
                " FROM slots WHERE booking_id = {booked}"
            )
        ],
        ["the booking booked holds 2 times at once"],
    ),
    "a performer and a room are in two places": (
        [
            "UPDATE bookings SET starts = '2026-03-09 08:10:00' WHERE public_id = 'beside'",
            "UPDATE slots SET starts = '2026-03-09 08:10:00' WHERE booking_id = {beside}",
            (
                "UPDATE index_posts SET most_recent = '2026-03-09 08:10:00', leaves_at = '2026-03-09 08:10:00'"
                " WHERE booking_id = {beside}"
            ),
            "UPDATE index_outbox SET most_recent = '2026-03-09 08:10:00' WHERE booking_id = {beside}",
        ],
        [
            "the performer {performer} is in the booking beside and in another at the same time",
            "the resource {resource} is in the booking beside and in another at the same time",
            "the booking beside is not where its trail ends",
        ],
    ),
    "a time is for what another unit does": (
        ["UPDATE slots SET time_type_id = (SELECT max(id) FROM time_types) WHERE starts = '2026-03-09 08:30:00'"],
        ["the time {free} has a time type of another unit"],
    ),
    "a booking ends before it starts": (
        ["UPDATE bookings SET starts = ends, ends = starts WHERE public_id = 'cancelled'"],
        [
            "the booking cancelled ends before it starts, or has only one of the two",
            "the booking cancelled is not where its trail ends",
        ],
    ),
    "a booking has no time": (
        ["UPDATE bookings SET starts = NULL, ends = NULL WHERE public_id = 'cancelled'"],
        [
            "the booking cancelled has no time, and is no invitation",
            "the booking cancelled is not where its trail ends",
        ],
    ),
    "a trail is gone": (
        ["DELETE FROM booking_events WHERE booking_id = {booked}"],
        ["of the booking booked nothing is told in the trail"],
    ),
    "a trail has lost its beginning": (
        ["DELETE FROM booking_events WHERE booking_id = {moved} AND act = 'booked'"],
        ["the trail of the booking moved does not begin with one"],
    ),
    "a trail has lost its end": (
        ["DELETE FROM booking_events WHERE booking_id = {moved} AND act = 'rebooked'"],
        ["the booking moved is not where its trail ends"],
    ),
    "a trail does not hang together": (
        [
            "UPDATE booking_events SET before = '{{\"public_id\": \"x\"}}' WHERE booking_id = {cancelled} AND act = 'cancelled'"
        ],
        ["the trail of the booking cancelled is broken between the events {events}"],
    ),
    "a cancelled booking is live again": (
        ["UPDATE bookings SET state = 'live' WHERE public_id = 'withdrawn'"],
        [
            "the booking withdrawn is live and has a time, but holds none of its unit's times",
            "the booking withdrawn is live, but its trail ends with withdrawn",
            "the booking withdrawn has not the post in the index that it ought to have",
        ],
    ),
    "staff have looked to what no resident did": (
        [
            (
                "INSERT INTO accounts (id, name, name_key, password_hash, role, active, made_at)"
                " VALUES (1, 'a', 'a', 'x', 'reader', true, '2026-01-01 00:00:00')"
            ),
            "UPDATE booking_events SET actor_type = 'staff' WHERE booking_id = {booked}",
            (
                "INSERT INTO follow_ups (event_id, account_id, at)"
                " SELECT id, 1, at FROM booking_events WHERE booking_id = {booked}"
            ),
        ],
        ["the event {event} is looked to by staff, though no resident did it"],
    ),
    "the index is not told that a booking has gone": (
        [
            (
                "INSERT INTO index_posts SELECT {cancelled}, patient, categorization, logical_address, business_id,"
                " source_system, data_controller, most_recent, leaves_at FROM index_posts WHERE booking_id = {booked}"
            )
        ],
        [
            "the booking with the key {cancelled} has a post, but the index was told last to delete it",
            "the booking cancelled has not the post in the index that it ought to have",
        ],
    ),
    "a post was never told": (
        ["DELETE FROM index_posts WHERE booking_id = {booked}"],
        [
            "the post of the booking with the key {booked} is not what the index was told last",
            "the booking booked has not the post in the index that it ought to have",
        ],
    ),
    "the index was told another time": (
        ["UPDATE index_outbox SET most_recent = '2026-03-09 09:00:00' WHERE booking_id = {booked}"],
        ["the post of the booking with the key {booked} is not what the index was told last"],
    ),
    "a row points nowhere": (
        ["UPDATE bookings SET performer_id = 4711 WHERE public_id = 'cancelled'"],
        ["bookings {cancelled} points by performer_id at what is not among performers"],
    ),
    "a time is longer than a day": (
        ["UPDATE slots SET ends = '2026-03-11 08:45:00' WHERE starts = '2026-03-09 08:30:00'"],
        ["the time {free} lasts from 2026-03-09 08:30:00 to 2026-03-11 08:45:00"],
    ),
    "a time is in the hour that is lost": (
        ["UPDATE slots SET starts = '2026-03-29 02:10:00', ends = '2026-03-29 02:30:00' WHERE public_id = '{free}'"],
        ["the time {free} meets the hour that is lost in March"],
    ),
    "a work is kept from everybody": (
        ["INSERT INTO leases (name, holder, until) VALUES ('expire', 'x', 99999999999)"],
        ["the work expire is kept from everybody for more than a week"],
    ),
}


@pytest.mark.parametrize("breach", BREACHES)
def test_what_must_not_be_is_told_and_nothing_else(database: Database, breach: str) -> None:
    statements, expected = BREACHES[breach]
    known = names(database)
    with loosened(database) as run:
        for statement in statements:
            run(statement.format(**known))
    assert sorted(told(database)) == sorted(sentence.format(**known) for sentence in expected)


def names(database: Database) -> dict[str, Any]:
    """What the rows that a breach is about are called in this database."""
    with database.engine.connect() as connection:

        def one(query: str) -> Any:
            return connection.exec_driver_sql(query).scalar()

        bookings = connection.exec_driver_sql("SELECT public_id, id FROM bookings").all()
        return {
            **{row.public_id: row.id for row in bookings},
            "slot": one(_SLOT_OF.format("booked")),
            "slot_of_open": one("SELECT public_id FROM slots WHERE starts = '2026-03-09 08:15:00'"),
            "free": one("SELECT public_id FROM slots WHERE starts = '2026-03-09 08:30:00'"),
            "performer": one("SELECT hsa_id FROM performers"),
            "resource": one("SELECT code FROM resources"),
            "event": one(f"SELECT min(id) FROM booking_events WHERE booking_id = {_ID.format('booked')}"),
            "events": " and ".join(
                str(row.id)
                for row in connection.exec_driver_sql(
                    f"SELECT id FROM booking_events WHERE booking_id = {_ID.format('cancelled')} ORDER BY id"
                )
            ),
        }


def test_no_sentence_tells_who_the_patient_is(database: Database) -> None:
    """Rule 9: everything is broken at once, and no identity is told."""
    known = names(database)
    with loosened(database) as run:
        for statements, _ in BREACHES.values():
            for statement in statements[:1]:
                run(statement.format(**known))
    sentences = told(database)
    assert len(sentences) > 15
    assert not [sentence for sentence in sentences if PATIENT in sentence or OTHER in sentence]


def test_a_booking_on_a_reserve_id_has_no_post_and_nothing_is_wrong(region: Region, database: Database) -> None:
    """Rule 92."""
    slot = region.slot(region.unit(rules=replace(BookingRules(), guardians_may_act=True)), MORNING)
    with database.writing() as timetable:
        reserved: Booking = timetable.book(slot, "19121212T212", CONTACT, **BOOK)
    assert reserved.patient == "19121212T212"
    assert told(database) == []
