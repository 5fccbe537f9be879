"""Base schedules laid out further: as days go by their times go on, and what is there stays as it is."""

from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from producer.domain.model import Actor, ActorType, Contact, Origin
from producer.store import tables as t
from producer.store.base_schedules import columns_of, lay_out_further, pattern_of
from producer.store.seeding import seed
from producer.store.seeding.faults import Findings
from producer.store.seeding.folder import read_folder

SEED_DATA = Path(__file__).parents[2] / "seed_data"
A_MONDAY = date(2026, 3, 2)
DAY = timedelta(days=1)
LAST_DAY = A_MONDAY + 12 * 7 * DAY - DAY
KLIN = "SE2321000016-KLIN"


def further(database, today):
    with database.writing() as timetable:
        return lay_out_further(timetable, today)


def rows_of(database, table):
    with database.reading() as timetable:
        return {row.id: row for row in timetable.connection.execute(select(table))}


def times(database, first=date.min):
    """What is laid out from a day on, by the names of things, and how many times over."""
    s, who, what = t.slots, t.performers, t.resources
    statement = (
        select(t.care_units.c.hsa_id, s.c.starts, s.c.ends, t.time_types.c.code, who.c.hsa_id, what.c.code)
        .select_from(
            s.join(t.care_units, t.care_units.c.id == s.c.unit_id)
            .join(t.time_types, t.time_types.c.id == s.c.time_type_id)
            .outerjoin(who, who.c.id == s.c.performer_id)
            .outerjoin(what, what.c.id == s.c.resource_id)
        )
        .where(s.c.starts >= datetime.combine(first, datetime.min.time()))
    )
    with database.reading() as timetable:
        return Counter(map(tuple, timetable.connection.execute(statement)))


def starts_on(database, day, code="NYBESOK"):
    found = times(database, day)
    return sorted(f"{each[1]:%H:%M}" for each in found.elements() if each[1].date() == day and each[3] == code)


@pytest.fixture
def seeded(clinic, database):
    (clinic.folder / "slots.csv").unlink()
    seed(database, clinic.folder, A_MONDAY)
    return database


def add_slot(database, starts, minutes=30, *, performer="SE2321000016-P1", blocked=False):
    with database.writing() as timetable:
        unit = timetable.unit(KLIN)
        [time_type] = [each.id for each in timetable.time_types(unit.id) if each.code == "NYBESOK"]
        row = {
            "public_id": f"{starts:%d%H%M}",
            "unit_id": unit.id,
            "starts": starts,
            "ends": starts + minutes * timedelta(minutes=1),
            "time_type_id": time_type,
            "performer_id": timetable.performer(performer).id,
            "resource_id": timetable.resources(unit.id)[0].id,
            "blocked": blocked,
        }
        timetable.connection.execute(t.slots.insert(), row)


@pytest.mark.parametrize("days", [1, 7, 40, 83, 84, 85, 300])
def test_a_region_seeded_long_ago_has_the_times_ahead_that_one_of_today_has(seeded, clinic, empty_database, days):
    """Red days and the night in March come and go meanwhile (rule 34)."""
    today = A_MONDAY + days * DAY
    for file in ("bookings.csv", "invitations.csv"):
        (clinic.folder / file).unlink()
    fresh = empty_database()
    seed(fresh, clinic.folder, today)
    further(seeded, today)
    assert times(seeded, today) == times(fresh, today)


@pytest.mark.parametrize("weeks", [2, 30])
def test_so_does_the_demo_region(empty_database, weeks):
    """By whole fortnights: what comes every other week goes on in its own weeks."""
    old, fresh = empty_database(), empty_database()
    began = date(2026, 11, 23)
    today = began + weeks * 7 * DAY
    for database, day in ((old, began), (fresh, today)):
        seed(database, SEED_DATA, day)
    further(old, today)
    assert times(old, today) - times(fresh, today) == Counter()
    missing = times(fresh, today) - times(old, today)
    singles = {each.starts.at for each in read_folder(SEED_DATA, Findings()).slots}
    assert sorted(each[1].time() for each in missing.elements()) == sorted(singles)  # no schedule gives those


def test_only_days_after_those_laid_out_get_times_and_nothing_else_changes(seeded):
    tables = [table for table in t.metadata.sorted_tables if table not in (t.slots, t.base_schedules)]

    def others():
        with seeded.reading() as timetable:
            return [list(map(tuple, timetable.connection.execute(select(table)))) for table in tables]

    slots, before = rows_of(seeded, t.slots), others()
    added = further(seeded, A_MONDAY + 10 * DAY)
    after = rows_of(seeded, t.slots)
    new = [row for key, row in after.items() if key not in slots]
    assert {key: after[key] for key in slots} == slots
    assert others() == before
    assert len(new) == added > 0
    assert min(row.starts.date() for row in new) > LAST_DAY
    assert max(row.starts.date() for row in new) <= LAST_DAY + 10 * DAY
    assert {row.laid_out_to for row in rows_of(seeded, t.base_schedules).values()} == {LAST_DAY + 10 * DAY}


def test_days_that_went_by_meanwhile_get_no_times(seeded):
    today = A_MONDAY + 300 * DAY
    before = set(rows_of(seeded, t.slots))
    further(seeded, today)
    assert min(row.starts.date() for key, row in rows_of(seeded, t.slots).items() if key not in before) >= today


@pytest.mark.parametrize("days", [0, -1, -400])
def test_there_is_nothing_to_add_on_the_same_day_or_by_a_clock_that_went_back(seeded, days):
    before = rows_of(seeded, t.slots), rows_of(seeded, t.base_schedules)
    assert further(seeded, A_MONDAY + days * DAY) == 0
    assert (rows_of(seeded, t.slots), rows_of(seeded, t.base_schedules)) == before


def test_a_second_time_adds_nothing(seeded):
    assert further(seeded, A_MONDAY + 20 * DAY) > 0
    before = times(seeded)
    assert further(seeded, A_MONDAY + 20 * DAY) == 0
    assert times(seeded) == before


def test_a_time_that_staff_took_away_does_not_come_back(seeded):
    tuesday = A_MONDAY + 8 * DAY
    with seeded.writing() as timetable:
        timetable.connection.execute(t.slots.delete().where(t.slots.c.starts == datetime(2026, 3, 10, 8)))
    further(seeded, A_MONDAY + DAY)
    assert starts_on(seeded, tuesday) == ["08:30", "09:00", "09:30"]


@pytest.mark.parametrize("blocked", [False, True])
def test_a_time_that_is_there_already_is_not_made_twice(seeded, blocked):
    """Whether it is free or kept from patients; another time of the performer is no hindrance."""
    tuesday = LAST_DAY + 2 * DAY
    add_slot(seeded, datetime.combine(tuesday, datetime.min.time()) + timedelta(hours=8), blocked=blocked)
    add_slot(seeded, datetime.combine(tuesday, datetime.min.time()) + timedelta(hours=9), minutes=20)
    further(seeded, A_MONDAY + 7 * DAY)
    assert starts_on(seeded, tuesday) == ["08:00", "08:30", "09:00", "09:00", "09:30"]


def test_a_time_that_is_booked_ahead_of_the_schedule_is_not_offered_again(seeded):
    """Rule 57: nor could it be booked once more."""
    tuesday = LAST_DAY + 2 * DAY
    eight = datetime.combine(tuesday, datetime.min.time()) + timedelta(hours=8)
    add_slot(seeded, eight)
    with seeded.writing() as timetable:
        unit = timetable.unit(KLIN)
        [slot] = timetable.matching_free_slots(unit.id, eight, eight + timedelta(minutes=30))
        timetable.book(
            slot,
            "199001012385",
            Contact(first_name="Eva", last_name="Ek"),
            reason=None,
            care_type=None,
            origin=Origin(actor=Actor(type=ActorType.STAFF)),
            now=datetime(2026, 3, 2, 12),
        )
    further(seeded, A_MONDAY + 7 * DAY)
    with seeded.reading() as timetable:
        free = timetable.free_slots(timetable.unit(KLIN).id, eight, eight + timedelta(hours=2))
    assert [f"{slot.starts:%H:%M}" for slot in free if slot.offer.time_type.code == "NYBESOK"] == [
        "08:30",
        "09:00",
        "09:30",
    ]


def test_lines_without_performer_or_resource_go_on_side_by_side(clinic, database):
    line = (
        '[[schedules]]\nname = "{}"\nweekdays = ["mon"]\nopens = "13:00"\ncloses = "13:10"\nlength = "5min"\n'
        'time_types = ["KONTROLL"]\n'
    )
    clinic.write("units/KLIN.toml", clinic.read("units/KLIN.toml") + line.format("A") + line.format("B"))
    seed(database, clinic.folder, A_MONDAY)
    further(database, A_MONDAY + 7 * DAY)
    last_monday = LAST_DAY + DAY
    assert starts_on(database, last_monday, "KONTROLL") == ["08:00", "09:00", "13:00", "13:00", "13:05", "13:05"]


def test_each_schedule_goes_as_far_as_its_own_lay_out(clinic, database):
    clinic.replace("units/KLIN.toml", 'weekdays = ["mon"]', 'weekdays = ["mon"]\nlay_out = "3w"')
    seed(database, clinic.folder, A_MONDAY)
    further(database, A_MONDAY + 7 * DAY)
    last = {
        code: max(each[1].date() for each in times(database) if each[3] == code) for code in ("NYBESOK", "KONTROLL")
    }
    assert last == {"NYBESOK": date(2026, 5, 29), "KONTROLL": date(2026, 3, 23)}


def test_a_schedule_that_has_ended_gives_no_more(clinic, database):
    clinic.replace("units/KLIN.toml", 'weekdays = ["mon"]', 'weekdays = ["mon"]\nvalid_to = 2026-04-30')
    seed(database, clinic.folder, A_MONDAY)
    further(database, A_MONDAY + 100 * DAY)
    assert max(each[1].date() for each in times(database) if each[3] == "KONTROLL") == date(2026, 4, 27)


def test_what_comes_every_other_week_goes_on_in_its_own_weeks(clinic, database):
    clinic.replace("units/KLIN.toml", 'weekdays = ["mon"]', 'weekdays = ["mon"]\nevery_weeks = 2')
    seed(database, clinic.folder, A_MONDAY)
    further(database, A_MONDAY + 35 * DAY)
    days = sorted({each[1].date() for each in times(database) if each[3] == "KONTROLL"})
    assert {(day - A_MONDAY).days % 14 for day in days} == {0}
    assert days[-1] == A_MONDAY + 112 * DAY


def test_a_later_run_of_the_seed_lays_out_no_further_and_takes_nothing_back(seeded, clinic):
    further(seeded, A_MONDAY + 20 * DAY)
    before = times(seeded), rows_of(seeded, t.base_schedules)
    assert str(seed(seeded, clinic.folder, A_MONDAY + 20 * DAY)) == "nothing new"
    assert (times(seeded), rows_of(seeded, t.base_schedules)) == before


def test_a_schedule_is_the_same_from_its_row(clinic, database):
    (clinic.folder / "invitations.csv").unlink()
    clinic.replace(
        "units/KLIN.toml",
        'weekdays = ["mon"]',
        'weekdays = ["mon"]\npause = "10min"\nevery_weeks = 3\nvalid_to = 2027-01-01',
    )
    seed(database, clinic.folder, A_MONDAY)
    for row in rows_of(database, t.base_schedules).values():
        columns = columns_of(pattern_of(row))
        assert {name: getattr(row, name) for name in columns} == columns
