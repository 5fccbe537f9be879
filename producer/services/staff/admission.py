"""Every act of staff begins here: who it is, at which unit, and whether it is theirs to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from producer.domain.model import Actor, ActorType, CareUnit, Origin
from producer.domain.staff import NotAllowed, NotThere, Staff
from producer.store.engine import Database
from producer.store.timetable import Timetable
from producer.store.units import hsa_key


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """Who of the staff asks, and when (Swedish wall time in whole seconds)."""

    staff: Staff
    now: datetime

    @property
    def origin(self) -> Origin:
        """As the trail of a booking and the access log keep it: staff by the name of the account."""
        return Origin(actor=Actor(type=ActorType.STAFF, id=self.staff.name))


@contextmanager
def reading(database: Database, visit: Visit, unit_hsa_id: str) -> Iterator[tuple[Timetable, CareUnit]]:
    """To look at one unit; raises NotThere, NotAllowed."""
    with database.reading() as timetable:
        yield timetable, unit_to_read(timetable, visit, unit_hsa_id)


@contextmanager
def noting(database: Database, visit: Visit, unit_hsa_id: str) -> Iterator[tuple[Timetable, CareUnit]]:
    """To look at patients of one unit, which is written in the access log; raises NotThere, NotAllowed."""
    with database.writing() as timetable:
        yield timetable, unit_to_read(timetable, visit, unit_hsa_id)


@contextmanager
def changing(database: Database, visit: Visit, unit_hsa_id: str) -> Iterator[tuple[Timetable, CareUnit]]:
    """To change something at one unit; raises NotThere, NotAllowed."""
    with database.writing() as timetable:
        # An administrator may change what several units share.
        timetable.take_turn_of_staff(None if visit.staff.is_administrator else hsa_key(unit_hsa_id))
        yield timetable, unit_to_change(timetable, visit, unit_hsa_id)


@contextmanager
def overseeing(database: Database, visit: Visit) -> Iterator[Timetable]:
    """To look at what is not one unit's own; raises NotAllowed."""
    if not visit.staff.is_administrator:
        raise NotAllowed
    with database.reading() as timetable:
        yield timetable


@contextmanager
def administering(database: Database, visit: Visit) -> Iterator[Timetable]:
    """To change what is not one unit's own; raises NotAllowed."""
    if not visit.staff.is_administrator:
        raise NotAllowed
    with database.writing() as timetable:
        timetable.take_turn_of_staff()
        yield timetable


def units_of(database: Database, visit: Visit) -> list[CareUnit]:
    """The units that are open to the one who asks, by name."""
    with database.reading() as timetable:
        return sorted(
            (unit for unit in timetable.units() if visit.staff.may_read(unit.id)), key=lambda unit: unit.name.casefold()
        )


def unit_to_read(timetable: Timetable, visit: Visit, unit_hsa_id: str) -> CareUnit:
    unit = timetable.unit(unit_hsa_id)
    if unit is None and visit.staff.is_administrator:
        raise NotThere
    if unit is None or not visit.staff.may_read(unit.id):
        raise NotAllowed  # who may not know a unit does not learn whether it is there
    return unit


def unit_to_change(timetable: Timetable, visit: Visit, unit_hsa_id: str) -> CareUnit:
    unit = unit_to_read(timetable, visit, unit_hsa_id)
    if not visit.staff.may_change(unit.id):
        raise NotAllowed
    return unit
