"""The base schedules of a unit, with their exceptions, as staff keep them."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from sqlalchemy import Row, Select, bindparam, select

from producer.domain.schedule import BaseSchedule, UnitSchedule
from producer.store import tables as t
from producer.store.base_schedules import MINUTE, columns_of, pattern_of
from producer.store.timetable import Timetable


def unit_schedules(timetable: Timetable, unit_id: int) -> list[UnitSchedule]:
    """In order of name, as the database has it."""
    known = {"unit_id": unit_id}
    kinds: defaultdict[int, list[int]] = defaultdict(list)
    for link in timetable.connection.execute(_TIME_TYPES, known):
        kinds[link.base_schedule_id].append(link.time_type_id)
    exceptions: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for exception in timetable.connection.execute(_EXCEPTIONS, known):
        exceptions[exception.base_schedule_id].append(exception)
    rows = timetable.connection.execute(_SCHEDULES, known)
    return [_schedule(row, tuple(kinds[row.id]), pattern_of(row, exceptions[row.id])) for row in rows]


def unit_schedule(timetable: Timetable, unit_id: int, schedule_id: int) -> UnitSchedule | None:
    return next((each for each in unit_schedules(timetable, unit_id) if each.id == schedule_id), None)


def add_schedule(timetable: Timetable, new: UnitSchedule) -> int:
    """Its key; the one it comes with means nothing. Raises Collision if the unit has one of that name."""
    added: Any = timetable.connection.execute(t.base_schedules.insert(), _row_of(new)).inserted_primary_key
    _set_belongings(timetable, int(added.id), new)
    return int(added.id)


def change_schedule(timetable: Timetable, changed: UnitSchedule) -> None:
    """Raises Collision if another has that name."""
    timetable.connection.execute(
        t.base_schedules.update().where(t.base_schedules.c.id == changed.id).values(**_row_of(changed))
    )
    _set_belongings(timetable, changed.id, changed)


def remove_schedule(timetable: Timetable, schedule_id: int) -> None:
    """What is laid out of it stays."""
    for table in _BELONGINGS:
        timetable.connection.execute(table.delete().where(table.c.base_schedule_id == schedule_id))
    timetable.connection.execute(t.base_schedules.delete().where(t.base_schedules.c.id == schedule_id))


def _set_belongings(timetable: Timetable, schedule_id: int, schedule: UnitSchedule) -> None:
    here = {"base_schedule_id": schedule_id}
    days = [(schedule.pattern.days_off, False), (schedule.pattern.extra_days, True)]
    exceptions = [{**here, "day": day, "is_extra": is_extra} for some, is_extra in days for day in sorted(some)]
    kinds = [{**here, "time_type_id": time_type_id} for time_type_id in schedule.time_type_ids]
    belongings: tuple[list[dict[str, Any]], ...] = (kinds, exceptions)
    for table, rows in zip(_BELONGINGS, belongings, strict=True):
        timetable.connection.execute(table.delete().where(table.c.base_schedule_id == schedule_id))
        if rows:
            timetable.connection.execute(table.insert(), rows)


def _row_of(schedule: UnitSchedule) -> dict[str, Any]:
    return {
        "unit_id": schedule.unit_id,
        "name": schedule.name,
        **columns_of(schedule.pattern),
        "days_ahead": schedule.days_ahead,
        "laid_out_to": schedule.laid_out_to,
        "performer_id": schedule.performer_id,
        "resource_id": schedule.resource_id,
        "former": [_kept(each) for each in schedule.former] or None,
    }


def _schedule(row: Row[Any], time_type_ids: tuple[int, ...], pattern: BaseSchedule) -> UnitSchedule:
    return UnitSchedule(
        id=row.id,
        unit_id=row.unit_id,
        name=row.name,
        pattern=pattern,
        time_type_ids=time_type_ids,
        performer_id=row.performer_id,
        resource_id=row.resource_id,
        laid_out_to=row.laid_out_to,
        days_ahead=row.days_ahead,
        former=tuple(_former(row, kept) for kept in row.former or ()),
    )


def _kept(former: UnitSchedule) -> dict[str, Any]:
    """As JSON: days and clock times are ISO texts."""
    columns = {
        name: value.isoformat() if isinstance(value, date | time) else value
        for name, value in columns_of(former.pattern).items()
    }
    return {
        **columns,
        "days_off": [day.isoformat() for day in sorted(former.pattern.days_off)],
        "extra_days": [day.isoformat() for day in sorted(former.pattern.extra_days)],
        "time_type_ids": list(former.time_type_ids),
        "performer_id": former.performer_id,
        "resource_id": former.resource_id,
        "laid_out_to": former.laid_out_to.isoformat(),
    }


def _former(row: Row[Any], kept: Mapping[str, Any]) -> UnitSchedule:
    return UnitSchedule(
        id=row.id,
        unit_id=row.unit_id,
        name=row.name,
        pattern=_pattern(kept),
        time_type_ids=tuple(kept["time_type_ids"]),
        performer_id=kept["performer_id"],
        resource_id=kept["resource_id"],
        laid_out_to=date.fromisoformat(kept["laid_out_to"]),
    )


def _pattern(kept: Mapping[str, Any]) -> BaseSchedule:
    return BaseSchedule(
        weekdays=frozenset(map(int, kept["weekdays"].split(","))),
        opens=time.fromisoformat(kept["opens"]),
        closes=time.fromisoformat(kept["closes"]),
        length=kept["slot_minutes"] * MINUTE,
        pause=kept["pause_minutes"] * MINUTE,
        every_weeks=kept["every_weeks"],
        valid_from=date.fromisoformat(kept["valid_from"]),
        valid_to=date.fromisoformat(kept["valid_to"]) if kept["valid_to"] else None,
        days_off=frozenset(map(date.fromisoformat, kept["days_off"])),
        extra_days=frozenset(map(date.fromisoformat, kept["extra_days"])),
    )


_BELONGINGS = (t.base_schedule_time_types, t.base_schedule_exceptions)
_IDS = select(t.base_schedules.c.id).where(t.base_schedules.c.unit_id == bindparam("unit_id"))
_SCHEDULES: Select[Any] = (
    select(t.base_schedules)
    .where(t.base_schedules.c.unit_id == bindparam("unit_id"))
    .order_by(t.base_schedules.c.name, t.base_schedules.c.id)
)
_TIME_TYPES: Select[Any] = (
    select(t.base_schedule_time_types)
    .where(t.base_schedule_time_types.c.base_schedule_id.in_(_IDS))
    .order_by(t.base_schedule_time_types.c.time_type_id)
)
_EXCEPTIONS: Select[Any] = select(t.base_schedule_exceptions).where(
    t.base_schedule_exceptions.c.base_schedule_id.in_(_IDS)
)
