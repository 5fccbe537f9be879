"""The trail keeps codes and ids, which stay; people read names."""

from dataclasses import replace

from producer.domain.model import TrailEntry, Whereabouts
from producer.store.found_bookings import names_at
from producer.store.timetable import Timetable


def with_names(timetable: Timetable, entry: TrailEntry) -> TrailEntry:
    return replace(entry, before=_named(timetable, entry.before), after=_named(timetable, entry.after))


def _named(timetable: Timetable, where: Whereabouts | None) -> Whereabouts | None:
    names = None if where is None else names_at(timetable, where.unit)
    if where is None or names is None:
        return where
    performer = None if where.performer is None else timetable.performer(where.performer)
    return replace(
        where,
        unit=names.unit,
        time_type=None if where.time_type is None else names.time_types.get(where.time_type, where.time_type),
        resource=None if where.resource is None else names.resources.get(where.resource, where.resource),
        performer=performer.full_name if performer else where.performer,
    )
