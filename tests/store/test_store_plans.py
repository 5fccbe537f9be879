"""What is asked beside the calls, every second or of a log of years, finds its rows by an index of the database."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from producer.domain.engagements import IndexSettings
from producer.domain.model import Actor, ActorType, BookingState, Origin
from producer.domain.persons import OFFICIAL_TEST_IDENTITIES
from producer.store import fetched_posts, outbox, privacy
from producer.store import tables as t
from producer.store.access_log import Access, accesses, note_access
from producer.store.engine import Database, new_database
from producer.store.found_bookings import Page
from producer.store.index_settings import keep_index_settings, to_expire
from producer.store.schema import upgrade_open

NOW = datetime(2026, 3, 9, 8, 0)
LONG_AGO, DAY, HOUR = NOW - timedelta(days=400), timedelta(days=1), timedelta(hours=1)
PATIENTS = sorted(OFFICIAL_TEST_IDENTITIES)
MANY = 2000
KEY = "PRIMARY KEY|_pkey|pk_"
"""The key of a table, as its index is called."""


class BusyIndex:
    """Enough rows, of which few are asked for, that a database which counts them sees that an index pays."""

    def __init__(self, url: str) -> None:
        self.database = new_database(url)
        upgrade_open(self.database)
        with self.database.writing() as timetable:
            run = timetable.connection.execute
            run(t.care_units.insert(), {"id": 1, "hsa_id": "SE1", "hsa_key": "SE1", "name": "V", "county": "S"})
            run(t.bookings.insert(), [_booking(n) for n in range(1, MANY)])
            run(t.index_posts.insert(), [_post(n) | {"leaves_at": NOW + n * DAY} for n in range(1, MANY)])
            run(t.index_outbox.insert(), [_line(n) for n in range(1, MANY)])
            run(t.booking_events.insert(), [_event(n) for n in range(1, MANY)])
            note_access(timetable, *map(_look, range(1, MANY)))
            keep_index_settings(
                timetable, IndexSettings(source_system="SE2", data_controller="SE3", categories_by_kind=True)
            )
        with self.database.writing() as timetable:
            timetable.connection.exec_driver_sql("ANALYZE")  # which a server does by itself in a while

    def close(self) -> None:
        self.database.close()


def _booking(number: int) -> dict[str, Any]:
    times = {"starts": NOW + number * DAY, "ends": NOW + number * DAY + HOUR, "made_at": NOW, "changed_at": NOW}
    told = {"is_invitation": False, "shown_to_patient": True, "state": BookingState.LIVE.value}
    return {
        "id": number,
        "public_id": f"B{number}",
        "unit_id": 1,
        "patient": PATIENTS[number % len(PATIENTS)],
        **times,
        **told,
    }


def _post(number: int) -> dict[str, Any]:
    known = {"categorization": "Bokning", "logical_address": "SE1", "source_system": "SE2", "data_controller": "SE3"}
    own = {"booking_id": number, "business_id": f"B{number}", "patient": PATIENTS[number % len(PATIENTS)]}
    return {**own, **known, "most_recent": NOW}


def _line(number: int) -> dict[str, Any]:
    """All but every hundredth is sent, and the older the sooner; of those one waits and the next is refused."""
    state = {0: "waiting", 1: "refused"}.get(number % 100, "sent")
    at = LONG_AGO + number * timedelta(hours=6)
    return {**_post(number), "deleted": False, "made_at": at, "state": state} | {
        "ended_at": None if state == "waiting" else at
    }


def _event(number: int) -> dict[str, Any]:
    return {"booking_id": number, "at": NOW, "act": "booked", "actor_type": "patient", "after": {}}


def _look(number: int) -> Access:
    origin = Origin(actor=Actor(type=ActorType.PATIENT, id=PATIENTS[number % len(PATIENTS)]))
    at = LONG_AGO + number * timedelta(hours=6)
    return Access(
        at=at, unit="SE1", origin=origin, action="GetBookingDetails", patient=PATIENTS[number % len(PATIENTS)]
    )


@pytest.fixture
def busy_index(worlds: Callable[[Any, str], BusyIndex], database_kind: str) -> Database:
    return worlds(BusyIndex, database_kind).database


def _booking_told(timetable: Any) -> None:
    booking = timetable.booking("B7")
    timetable.tell_index(booking, NOW)


# Who asks, and the tables that are asked with the index that each is to be found by.
QUESTIONS: dict[str, tuple[Callable[[Any], object], dict[str, str]]] = {
    "what was looked up of a patient": (
        lambda timetable: accesses(timetable, patient=PATIENTS[0]),
        {"access_log": "ix_access_log_patient"},
    ),
    "what was looked up lately": (
        lambda timetable: accesses(timetable, first=NOW - DAY, limit=10),
        {"access_log": "ix_access_log_at"},
    ),
    "what is too old in the log": (
        lambda timetable: privacy.purge_log(timetable, LONG_AGO),
        {"access_log": "ix_access_log_at"},
    ),
    "what an act tells the index": (_booking_told, {"index_posts": KEY}),
    "what the clock takes away": (
        lambda timetable: to_expire(timetable, NOW + DAY),
        {"index_posts": "ix_index_posts_leaves_at"},
    ),
    "whether something waits": (outbox.something_waits, {"index_outbox": "ix_index_outbox_waiting"}),
    "what waits": (lambda timetable: outbox.waiting(timetable, 50), {"index_outbox": "ix_index_outbox_waiting"}),
    "how much waits and is refused": (outbox.contents, {"index_outbox": "ix_index_outbox_"}),
    "what is refused": (
        lambda timetable: outbox.refused(timetable, Page(limit=10, offset=0)),
        {"index_outbox": "ix_index_outbox_ended"},
    ),
    "whether the outbox has what is too old": (
        lambda timetable: outbox.is_purgeable(timetable, LONG_AGO + 31 * DAY),
        {"index_outbox": "ix_index_outbox_ended"},
    ),
    "who has had a post changed": (
        lambda timetable: fetched_posts.residents_changed(timetable, NOW, "", 10),
        {"index_outbox": "ix_index_outbox_made_at"},
    ),
    "the posts of one who fetches": (
        lambda timetable: fetched_posts.posts_of(timetable, PATIENTS[:1]),
        {"index_posts": "ix_index_posts_patient"},
    ),
    "what is over": (
        lambda timetable: privacy.over_since(timetable, LONG_AGO, MANY - 50),
        {"bookings": KEY},
    ),
    "what is taken out of bookings that are over": (
        lambda timetable: privacy.strip(timetable, [3, 4], NOW),
        {
            "index_posts": KEY,
            "index_outbox": "ix_index_outbox_booking_id",
            "booking_events": "ix_booking_events_booking_id",
            "bookings": KEY,
        },
    ),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_walks_an_index(question: str, busy_index: Database) -> None:
    ask, expected = QUESTIONS[question]
    steps = list(_steps(busy_index, ask))
    for table, index in expected.items():
        assert not [step for step in steps if re.search(rf"(Seq Scan on|SCAN) {table}\b(?! USING)", step)]
        assert [step for step in steps if re.search(index, step)], steps


def _steps(database: Database, ask: Callable[[Any], object]) -> Iterator[str]:
    """How the database would answer all that is asked, in the words it is really asked in."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    with database.writing() as timetable:
        connection = timetable.connection
        event.listen(connection, "before_cursor_execute", note)
        ask(timetable)
        event.remove(connection, "before_cursor_execute", note)
        explained = {"postgresql": "EXPLAIN", "sqlite": "EXPLAIN QUERY PLAN"}[connection.dialect.name]
        for words, known in asked:
            for one in known if isinstance(known, list) else [known]:
                yield from (str(row[-1]) for row in connection.exec_driver_sql(f"{explained} {words}", one))
        connection.rollback()
