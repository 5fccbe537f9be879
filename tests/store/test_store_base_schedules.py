from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from producer.domain.schedule import BaseSchedule
from producer.serving.readiness import keep_demo
from producer.store import tables as t
from producer.store.base_schedules import columns_of, lay_out_further
from producer.store.engine import open_database

SEED_DATA = Path(__file__).parents[2] / "seed_data"
A_MONDAY = date(2026, 3, 2)
EVERY_DAY = BaseSchedule(
    weekdays=frozenset(range(1, 8)), opens=time(8), closes=time(9), length=timedelta(minutes=15), valid_from=A_MONDAY
)
AT_ONCE = 4


@pytest.fixture
def schedule(region, database):
    """Two lines of a unit, laid out to a Sunday and to be laid out a week ahead."""
    unit_id = region.unit()
    row = {"unit_id": unit_id, "days_ahead": 7, "laid_out_to": A_MONDAY - timedelta(days=1), **columns_of(EVERY_DAY)}
    with database.writing() as timetable:
        schedules = [
            region._add(timetable, t.base_schedules, {**row, "name": name, "performer_id": None}) for name in "AB"
        ]
    for schedule_id in schedules:
        region.link(t.base_schedule_time_types, base_schedule_id=schedule_id, time_type_id=region.time_type(unit_id))


def at_once(url, act):
    """The act by several processes, as far as the database can tell."""

    def alone(_):
        database = open_database(url)
        try:
            return act(database)
        finally:
            database.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(alone, range(AT_ONCE)))


def number_of(database, table):
    with database.reading() as timetable:
        return timetable.connection.scalar(select(func.count()).select_from(table))


def test_many_who_lay_out_at_once_make_each_time_once(schedule, database, database_url):
    def further(own):
        with own.writing() as timetable:
            return lay_out_further(timetable, A_MONDAY)

    assert sorted(at_once(database_url, further)) == [0, 0, 0, 7 * 4 * 2]
    assert number_of(database, t.slots) == 7 * 4 * 2


def test_laying_out_that_fails_leaves_all_as_it_was(schedule, database):
    def fail():
        with database.writing() as timetable:
            lay_out_further(timetable, A_MONDAY)
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        fail()
    assert number_of(database, t.slots) == 0
    with database.writing() as timetable:
        assert lay_out_further(timetable, A_MONDAY) == 7 * 4 * 2


@pytest.mark.parametrize("days_later", [0, 40])
def test_many_who_start_the_demo_at_once_make_one_demo(database, database_url, tmp_path, days_later):
    """On an empty database, and on one that is weeks old."""
    began = datetime(2026, 11, 23, 8)
    if days_later:
        keep_demo(database_url, SEED_DATA, began)
    now = began + timedelta(days=days_later)
    told = at_once(database_url, lambda _: keep_demo(database_url, SEED_DATA, now))
    assert len(set(told)) == 1
    assert (told[0] is None) == (days_later == 0)
    assert number_of(database, t.bookings) == 5
    with database.reading() as timetable:
        ids = select(t.slots.c.unit_id, t.slots.c.starts, t.slots.c.time_type_id, t.slots.c.performer_id).where(
            t.slots.c.performer_id.is_not(None)
        )
        made = timetable.connection.execute(ids).all()
    assert len(set(made)) == len(made) > 1000
