"""What the people and things of a unit are called, also those that are retired or have left it."""

from typing import Any

from sqlalchemy import Select, bindparam, or_, select

from producer.domain.model import Performer
from producer.store import tables as t
from producer.store.timetable import Timetable


def performer_names(timetable: Timetable, unit_id: int) -> dict[int, str]:
    """By key: of all who are members, and of all whom its times, schedules and absences name."""
    return {
        row.id: Performer(
            id=row.id,
            hsa_id=row.hsa_id,
            title=row.title,
            first_name=row.first_name,
            middle_name=row.middle_name,
            last_name=row.last_name,
        ).full_name
        for row in timetable.connection.execute(_PERFORMERS, {"unit_id": unit_id})
    }


def resource_names(timetable: Timetable, unit_id: int) -> dict[int, str]:
    return {row.id: row.name for row in timetable.connection.execute(_RESOURCES, {"unit_id": unit_id})}


_NAMING = (t.memberships, t.base_schedules, t.absences, t.slots)
_PERFORMERS: Select[Any] = select(t.performers).where(
    or_(
        *(
            t.performers.c.id.in_(select(table.c.performer_id).where(table.c.unit_id == bindparam("unit_id")))
            for table in _NAMING
        )
    )
)
_RESOURCES = select(t.resources.c.id, t.resources.c.name).where(t.resources.c.unit_id == bindparam("unit_id"))
