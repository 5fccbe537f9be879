"""The trail keeps codes and ids, which stay; people read names."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache

from producer.domain.model import TrailEntry, Whereabouts
from producer.store.found_bookings import names_at
from producer.store.timetable import Timetable


def with_names(timetable: Timetable, entries: Iterable[TrailEntry]) -> tuple[TrailEntry, ...]:
    """Each name is looked up once, for many entries are of the same places and people."""
    named = _namer(timetable)
    return tuple(replace(entry, before=named(entry.before), after=named(entry.after)) for entry in entries)


def _namer(timetable: Timetable) -> Callable[[Whereabouts | None], Whereabouts | None]:
    names_of = cache(lambda hsa_id: names_at(timetable, hsa_id))
    performer_of = cache(timetable.performer)

    def named(where: Whereabouts | None) -> Whereabouts | None:
        names = None if where is None else names_of(where.unit)
        if where is None or names is None:
            return where
        performer = None if where.performer is None else performer_of(where.performer)
        return replace(
            where,
            unit=names.unit,
            time_type=None if where.time_type is None else names.time_types.get(where.time_type, where.time_type),
            resource=None if where.resource is None else names.resources.get(where.resource, where.resource),
            performer=performer.full_name if performer else where.performer,
        )

    return named
