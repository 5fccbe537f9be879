"""What a unit makes its times of: what is in use, and the names of all, the retired too."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, or_, select

from producer.store import tables as t
from producer.store.slot_rows import SlotFace
from producer.store.timetable import Timetable
from producer.store.units import PERFORMER_NAMED, performer_named_in


@dataclass(frozen=True, kw_only=True, slots=True)
class OfUnit:
    """The keys of what a unit has."""

    time_type_ids: frozenset[int]
    performer_ids: frozenset[int]
    resource_ids: frozenset[int]

    def has_any_of(self, face: SlotFace) -> bool:
        return (
            face.time_type_id in self.time_type_ids
            or face.performer_id in self.performer_ids
            or face.resource_id in self.resource_ids
        )


def in_use(timetable: Timetable, unit_id: int) -> OfUnit:
    return _of_unit(timetable, _IN_USE, unit_id)


def retired(timetable: Timetable, unit_id: int) -> OfUnit:
    """What slots may still have, but nobody is offered."""
    return _of_unit(timetable, _RETIRED, unit_id)


def _of_unit(timetable: Timetable, queries: dict[str, Select[Any]], unit_id: int) -> OfUnit:
    known = {"unit_id": unit_id}
    return OfUnit(**{name: frozenset(timetable.connection.scalars(query, known)) for name, query in queries.items()})


def time_type_names(timetable: Timetable, unit_id: int) -> dict[int, str]:
    """By key, the retired too."""
    rows = timetable.connection.execute(_TIME_TYPE_NAMES, {"unit_id": unit_id})
    return {row.id: row.name for row in rows}


def performer_names(timetable: Timetable, unit_id: int) -> dict[int, str]:
    """By key: of all who are members, and of all whom its times, schedules and absences name."""
    rows = timetable.connection.execute(_PERFORMERS, {"unit_id": unit_id})
    named = (performer_named_in(row) for row in rows)
    return {performer.id: performer.full_name for performer in named if performer}


def resource_names(timetable: Timetable, unit_id: int) -> dict[int, str]:
    return {row.id: row.name for row in timetable.connection.execute(_RESOURCES, {"unit_id": unit_id})}


_TIME_TYPE_NAMES = select(t.time_types.c.id, t.time_types.c.name).where(t.time_types.c.unit_id == bindparam("unit_id"))
_KIND, _WHO, _WHAT = t.time_types.c, t.performers.c, t.resources.c
_KINDS: Select[Any] = select(_KIND.id).where(_KIND.unit_id == bindparam("unit_id"))
_THINGS: Select[Any] = select(_WHAT.id).where(_WHAT.unit_id == bindparam("unit_id"))
_MEMBERS: Select[Any] = (
    select(_WHO.id)
    .join(t.memberships, t.memberships.c.performer_id == _WHO.id)
    .where(t.memberships.c.unit_id == bindparam("unit_id"))
)
_IN_USE = {
    "time_type_ids": _KINDS.where(~_KIND.retired),
    "performer_ids": _MEMBERS.where(~_WHO.retired),
    "resource_ids": _THINGS.where(~_WHAT.retired),
}
_RETIRED = {
    "time_type_ids": _KINDS.where(_KIND.retired),
    "performer_ids": select(_WHO.id).where(_WHO.retired),
    "resource_ids": _THINGS.where(_WHAT.retired),
}
_NAMING = (t.memberships, t.base_schedules, t.absences, t.slots)
_PERFORMERS: Select[Any] = select(_WHO.id.label("performer_id"), *PERFORMER_NAMED).where(
    or_(
        *(_WHO.id.in_(select(table.c.performer_id).where(table.c.unit_id == bindparam("unit_id"))) for table in _NAMING)
    )
)
_RESOURCES = select(t.resources.c.id, t.resources.c.name).where(t.resources.c.unit_id == bindparam("unit_id"))
