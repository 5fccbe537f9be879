"""What a base schedule was before it was changed, as long as times are laid out of it as it was."""

from collections.abc import Container, Iterable
from dataclasses import replace

from producer.domain.schedule import UnitSchedule
from producer.store.schedule_register import change_schedule, unit_schedules
from producer.store.seeding.rows import SeedRows
from producer.store.seeding.slots import PlannedSchedule
from producer.store.timetable import Timetable


def add_formers(
    rows: SeedRows,
    timetable: Timetable,
    planned: Iterable[PlannedSchedule],
    new: Container[tuple[str, str]],
) -> None:
    """To the schedules that are new; what is stored already has its own past."""
    formers: dict[tuple[str, str], list[PlannedSchedule]] = {}
    for each in planned:
        if each.entry.former_of is not None and (each.unit, each.entry.former_of) in new:
            formers.setdefault((each.unit, each.entry.former_of), []).append(each)
    for (unit, name), earlier in formers.items():
        listed = unit_schedules(timetable, rows.ids["unit", unit])
        schedule = next(each for each in listed if each.name == name)
        change_schedule(timetable, replace(schedule, former=tuple(_former(rows, schedule, each) for each in earlier)))


def _former(rows: SeedRows, schedule: UnitSchedule, earlier: PlannedSchedule) -> UnitSchedule:
    entry = earlier.entry
    return UnitSchedule(
        id=schedule.id,
        unit_id=schedule.unit_id,
        name=schedule.name,
        pattern=earlier.pattern,
        time_type_ids=tuple(rows.ids["time type", earlier.unit, code] for code in entry.time_types),
        performer_id=rows.performer(entry.performer),
        resource_id=rows.resource(earlier.unit, entry.resource),
        laid_out_to=earlier.laid_out_to,
    )
