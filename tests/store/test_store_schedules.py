"""Base schedules, their exceptions and absences are the same when they are read again."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from producer.domain.schedule import Absence, BaseSchedule, UnitSchedule
from producer.store import absences
from producer.store.engine import Collision
from producer.store.schedule_register import (
    add_schedule,
    change_schedule,
    remove_schedule,
    unit_schedule,
    unit_schedules,
)

A_MONDAY = date(2026, 3, 2)
PATTERN = BaseSchedule(
    weekdays=frozenset({1, 3}),
    opens=time(8, 15),
    closes=time(12),
    length=timedelta(minutes=20),
    pause=timedelta(minutes=5),
    every_weeks=2,
    valid_from=A_MONDAY,
    days_off=frozenset({date(2026, 3, 4)}),
    extra_days=frozenset({date(2026, 3, 6), date(2026, 3, 7)}),
)


@pytest.fixture
def schedule(region):
    unit_id = region.unit()
    return UnitSchedule(
        id=0,
        unit_id=unit_id,
        name="Förmiddag",
        pattern=PATTERN,
        time_type_ids=(region.time_type(unit_id), region.time_type(unit_id)),
        performer_id=region.performer(unit_id),
        resource_id=region.resource(unit_id),
        laid_out_to=A_MONDAY,
        days_ahead=56,
    )


def test_a_schedule_is_read_as_it_was_kept(schedule, database):
    with database.writing() as timetable:
        kept = replace(schedule, id=add_schedule(timetable, schedule))
    with database.reading() as timetable:
        assert unit_schedule(timetable, schedule.unit_id, kept.id) == kept
        assert unit_schedules(timetable, schedule.unit_id + 1) == []


def test_so_is_what_it_was_before_it_was_changed(schedule, database):
    with database.writing() as timetable:
        before = replace(schedule, id=add_schedule(timetable, schedule))
        ended = replace(PATTERN, valid_to=date(2026, 4, 1), days_off=frozenset(), opens=time(9))
        former = replace(before, name="Ändrad", days_ahead=0)
        after = replace(
            before,
            name="Ändrad",
            pattern=ended,
            time_type_ids=before.time_type_ids[:1],
            performer_id=None,
            former=(former,),
        )
        change_schedule(timetable, after)
    with database.reading() as timetable:
        assert unit_schedules(timetable, schedule.unit_id) == [after]


def test_a_name_is_taken_once_at_a_unit(schedule, database):
    def twice():
        with database.writing() as timetable:
            add_schedule(timetable, schedule)
            add_schedule(timetable, schedule)

    with pytest.raises(Collision):
        twice()


def test_a_removed_schedule_is_gone_with_its_exceptions(schedule, database):
    with database.writing() as timetable:
        key = add_schedule(timetable, schedule)
        remove_schedule(timetable, key)
        assert unit_schedules(timetable, schedule.unit_id) == []
        add_schedule(timetable, schedule)


@pytest.fixture
def away(region):
    unit_id = region.unit()
    return Absence(
        id=0,
        unit_id=unit_id,
        performer_id=region.performer(unit_id),
        starts=datetime(2026, 3, 2, 8),
        ends=datetime(2026, 3, 4),
        reason="Kurs",
    )


def test_an_absence_is_found_by_what_it_touches(away, database):
    with database.writing() as timetable:
        kept = replace(away, id=absences.add_absence(timetable, away))
        assert absences.absence(timetable, away.unit_id, kept.id) == kept
        assert absences.absence(timetable, away.unit_id + 1, kept.id) is None
        for first, last, found in (
            (datetime(2026, 3, 1), datetime(2026, 3, 2, 8), []),
            (datetime(2026, 3, 1), datetime(2026, 3, 2, 8, 1), [kept]),
            (datetime(2026, 3, 3, 23, 59), datetime.max, [kept]),
            (datetime(2026, 3, 4), datetime.max, []),
        ):
            assert absences.absences_between(timetable, away.unit_id, first, last) == found


def test_what_an_absence_has_blocked_is_remembered_and_forgotten(away, database):
    with database.writing() as timetable:
        key = absences.add_absence(timetable, away)
        absences.remember_blocked(timetable, key, ["a", "b"])
        absences.remember_blocked(timetable, key, ["b", "c"])
        assert absences.blocked_by(timetable, key) == {"a", "b", "c"}
        absences.forget_blocked(timetable, key, ["b"])
        assert absences.blocked_by(timetable, key) == {"a", "c"}
        absences.change_absence(timetable, replace(away, id=key, reason=None))
        assert absences.bookings_met(timetable, replace(away, id=key)) == []
        absences.remove_absence(timetable, key)
        assert absences.absence(timetable, away.unit_id, key) is None
