"""What a unit has to choose among when times are made."""

from collections.abc import Mapping
from dataclasses import dataclass

from producer.domain.model import CareUnit, Performer, Resource, TimeType
from producer.store.shelves import in_use, performer_names, resource_names, time_type_names
from producer.store.timetable import Timetable


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """What a unit has to choose among, and the names of all that its schedules may name, also the retired."""

    time_types: tuple[TimeType, ...]
    performers: tuple[Performer, ...]
    resources: tuple[Resource, ...]
    time_type_names: Mapping[int, str]
    performer_names: Mapping[int, str]
    resource_names: Mapping[int, str]


def shelf_of(timetable: Timetable, unit: CareUnit) -> Shelf:
    known = in_use(timetable, unit.id)
    return Shelf(
        time_types=tuple(each for each in timetable.time_types(unit.id) if each.id in known.time_type_ids),
        performers=tuple(each for each in timetable.performers(unit.id) if each.id in known.performer_ids),
        resources=tuple(each for each in timetable.resources(unit.id) if each.id in known.resource_ids),
        time_type_names=time_type_names(timetable, unit.id),
        performer_names=performer_names(timetable, unit.id),
        resource_names=resource_names(timetable, unit.id),
    )
