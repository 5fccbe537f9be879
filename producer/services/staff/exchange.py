"""What goes in and out of a unit, for the page about it."""

from dataclasses import dataclass

from producer.domain.model import CareUnit
from producer.services.staff.admission import Visit, reading
from producer.store.calendars import Feed, feed_of
from producer.store.engine import Database


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    unit: CareUnit
    may_change: bool
    feed: Feed | None


def overview(database: Database, visit: Visit, unit_hsa_id: str) -> Overview:
    with reading(database, visit, unit_hsa_id) as (timetable, unit):
        may_change = visit.staff.may_change(unit.id)
        return Overview(unit=unit, may_change=may_change, feed=feed_of(timetable, unit.id))
