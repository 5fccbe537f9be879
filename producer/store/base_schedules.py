"""Base schedules as rows of their table and back, and laid out further as the days go by."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, insert, or_, select, update

from producer.domain.schedule import BaseSchedule, lay_out
from producer.store import tables as t
from producer.store.absences import absences_between
from producer.store.opaque_ids import new_slot_id
from producer.store.red_days import RedDays
from producer.store.timetable import Timetable

_DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
_SAME = ("starts", "ends", "time_type_id", "performer_id", "resource_id")
"""What two slots of a unit are the same by."""


def columns_of(pattern: BaseSchedule) -> dict[str, object]:
    return {
        "weekdays": ",".join(map(str, sorted(pattern.weekdays))),
        "opens": pattern.opens,
        "closes": pattern.closes,
        "slot_minutes": pattern.length // MINUTE,
        "pause_minutes": pattern.pause // MINUTE,
        "every_weeks": pattern.every_weeks,
        "valid_from": pattern.valid_from,
        "valid_to": pattern.valid_to,
    }


def pattern_of(row: Row[Any], exceptions: Iterable[Row[Any]] = ()) -> BaseSchedule:
    listed = list(exceptions)
    return BaseSchedule(
        weekdays=frozenset(map(int, row.weekdays.split(","))),
        opens=row.opens,
        closes=row.closes,
        length=row.slot_minutes * MINUTE,
        pause=row.pause_minutes * MINUTE,
        every_weeks=row.every_weeks,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        days_off=frozenset(each.day for each in listed if not each.is_extra),
        extra_days=frozenset(each.day for each in listed if each.is_extra),
    )


def last_day(today: date, days_ahead: int) -> date:
    """The last of so many days, of which today is the first."""
    return today + _DAY * (days_ahead - 1)


def lay_out_further(timetable: Timetable, today: date) -> int:
    """Adds the slots of the days that have come within each schedule's reach; how many they were.

    Days that were laid out are left as staff have made them since. A time of a performer or a resource that is
    there already, put there singly, is not made twice; lines without either stand beside each other. A performer who
    is absent gets none. A schedule that staff have never laid out waits for them.
    """
    timetable.take_turn_to_lay_out()
    closed = RedDays()
    schedules = timetable.connection.execute(_SCHEDULES).all()
    return sum(
        _lay_out_to(timetable, schedule, today, closed)
        for schedule in schedules
        if schedule.days_ahead and schedule.laid_out_to < last_day(today, schedule.days_ahead)
    )


def _lay_out_to(timetable: Timetable, schedule: Row[Any], today: date, closed: RedDays) -> int:
    first, last = max(schedule.laid_out_to + _DAY, today), last_day(today, schedule.days_ahead)
    there = _taken_places(timetable, schedule, first)
    exceptions = timetable.connection.execute(_EXCEPTIONS, {"schedule_id": schedule.id})
    away = absences_between(timetable, schedule.unit_id, datetime.combine(first, time()), datetime.max)
    time_types = timetable.connection.scalars(_TIME_TYPES, {"schedule_id": schedule.id}).all()
    slots = [
        {"public_id": new_slot_id(), "unit_id": schedule.unit_id, **dict(zip(_SAME, place, strict=True))}
        for starts, ends in lay_out(pattern_of(schedule, exceptions), first, last, closed)
        if not any(each.performer_id == schedule.performer_id and each.meets(starts, ends) for each in away)
        for time_type in time_types
        if (place := (starts, ends, time_type, schedule.performer_id, schedule.resource_id)) not in there
    ]
    if slots:
        timetable.connection.execute(insert(t.slots), slots)
    timetable.connection.execute(_REMEMBER, {"schedule_id": schedule.id, "last": last})
    return len(slots)


def _taken_places(timetable: Timetable, schedule: Row[Any], first: date) -> set[tuple[Any, ...]]:
    known = {"unit_id": schedule.unit_id, "from": datetime.combine(first, time())}
    return set(map(tuple, timetable.connection.execute(_SLOTS_OF_SOMEBODY, known)))


_SCHEDULES = select(t.base_schedules).order_by(t.base_schedules.c.id)
_TIME_TYPES = (
    select(t.base_schedule_time_types.c.time_type_id)
    .where(t.base_schedule_time_types.c.base_schedule_id == bindparam("schedule_id"))
    .order_by(t.base_schedule_time_types.c.time_type_id)
)
_EXCEPTIONS = select(t.base_schedule_exceptions).where(
    t.base_schedule_exceptions.c.base_schedule_id == bindparam("schedule_id")
)
_SLOTS_OF_SOMEBODY = select(*(t.slots.c[name] for name in _SAME)).where(
    t.slots.c.unit_id == bindparam("unit_id"),
    t.slots.c.ends > bindparam("from"),
    or_(t.slots.c.performer_id.is_not(None), t.slots.c.resource_id.is_not(None)),
)
_REMEMBER = (
    update(t.base_schedules)
    .where(t.base_schedules.c.id == bindparam("schedule_id"))
    .values(laid_out_to=bindparam("last"))
)
