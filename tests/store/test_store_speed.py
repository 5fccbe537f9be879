"""Bounds so wide that only a lost index or a question asked per row breaks them, on any machine."""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

import pytest

from producer.domain.model import Actor, ActorType, Contact, Origin
from producer.store import tables as t
from producer.store.engine import Database, new_database
from producer.store.opaque_ids import new_slot_id
from producer.store.schema import upgrade_open

MORNING = datetime(2026, 3, 9, 8, 0)
QUARTER = timedelta(minutes=15)
UNITS, SLOTS = 5, 2000
CONTACT = Contact(first_name="Åsa", last_name="Öst")
ACT = {"origin": Origin(actor=Actor(type=ActorType.PATIENT)), "now": datetime(2026, 3, 2, 9, 0)}


class BusyRegion:
    """Filled once, and only added to."""

    def __init__(self, url: str) -> None:
        self.database = new_database(url)
        upgrade_open(self.database)
        _fill(self.database)

    def close(self) -> None:
        self.database.close()


@pytest.fixture
def busy_region(worlds: Callable[[Any, str], BusyRegion], database_kind: str) -> Database:
    return worlds(BusyRegion, database_kind).database


def _fill(database: Database) -> None:
    numbers = range(1, UNITS + 1)
    with database.writing() as timetable:
        for table, more in (
            (t.care_units, {"name": "V", "county": "S"}),
            (t.performers, {"first_name": "Test", "last_name": "Testsson"}),
        ):
            rows = [{"id": n, "hsa_id": f"SE{n}", "hsa_key": f"SE{n}", **more} for n in numbers]
            timetable.connection.execute(table.insert(), rows)
        rows = [{"id": n, "unit_id": n, "code": "T", "name": "Besök"} for n in numbers]
        timetable.connection.execute(t.time_types.insert(), rows)
        rows = [
            {
                "public_id": new_slot_id(),
                "unit_id": unit_id,
                "starts": MORNING + n * QUARTER,
                "ends": MORNING + (n + 1) * QUARTER,
                "time_type_id": unit_id,
                "performer_id": unit_id,
            }
            for unit_id in numbers
            for n in range(SLOTS)
        ]
        timetable.connection.execute(t.slots.insert(), rows)
    with database.writing() as timetable:
        for slot in timetable.free_slots(1, MORNING, datetime.max)[::10]:
            timetable.book(slot, "197001239297", CONTACT, reason=None, care_type=None, **ACT)
    if database.engine.dialect.name == "postgresql":
        with database.writing() as timetable:
            timetable.connection.exec_driver_sql("ANALYZE")  # which a server does by itself in a while


QUESTIONS = {
    "a unit": (0.01, lambda timetable: timetable.unit("se3")),
    "a patient's bookings": (0.1, lambda timetable: timetable.bookings_of("197001239297", 1)),
    "what a unit has noted": (0.01, lambda timetable: timetable.standing(1, "197001239297")),
    "20 slots": (0.02, lambda timetable: timetable.free_slots(2, MORNING, MORNING + 20 * QUARTER)),
    "2,000 slots": (0.1, lambda timetable: timetable.free_slots(2, MORNING, datetime.max)),
    "1,800 slots between 200 bookings": (0.1, lambda timetable: timetable.free_slots(1, MORNING, datetime.max)),
    "the days of 2,000 slots": (0.1, lambda timetable: timetable.free_days(2, MORNING, datetime.max)),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_at_once_rule_95(question, busy_region):
    bound, ask = QUESTIONS[question]
    with busy_region.reading() as timetable:
        assert min(_seconds(ask, timetable) for _ in range(5)) < bound


def test_a_booking_is_made_at_once_however_many_there_are_rule_95(busy_region):
    with busy_region.writing() as timetable:
        slots = timetable.free_slots(1, MORNING, datetime.max)[-5:]

        def book(slot):
            timetable.book(slot, "197001239297", CONTACT, reason=None, care_type=None, **ACT)

        assert min(_seconds(book, slot) for slot in slots) < 0.25


def _seconds(act, known):
    began = perf_counter()
    act(known)
    return perf_counter() - began
