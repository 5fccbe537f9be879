"""The free times that staff can choose among, whether or not residents may book them."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from producer.domain.model import Booking, CareUnit, Performer, Slot, TimeType
from producer.domain.staff import NotThere
from producer.services.staff.accesses import note_bookings
from producer.services.staff.acts import free_slot, held_to_change, unit_there
from producer.services.staff.admission import Visit, changing, reading, unit_to_change
from producer.services.staff.fingerprints import fingerprint
from producer.store.engine import Database
from producer.store.timetable import Timetable

ANY = "*"
"""Sought as a time type it is any, also where a booking has its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sought:
    """From the first day to the last, both included; of one time type by its code and one performer by HSA-id."""

    first: date
    last: date
    time_type: str | None = None
    performer: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Offered:
    """What there is to choose among, at the unit whose times are shown and at others of its group."""

    there: CareUnit
    choices: tuple[CareUnit, ...]
    time_types: tuple[TimeType, ...]
    performers: tuple[Performer, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FreeTimes:
    """In order of start; `held` is the booking that they are sought for."""

    unit: CareUnit
    offered: Offered
    sought: Sought
    slots: tuple[Slot, ...]
    held: Booking | None = None


def to_book(database: Database, visit: Visit, unit_hsa_id: str, sought: Sought) -> FreeTimes:
    with reading(database, visit, unit_hsa_id) as (timetable, _):
        unit = unit_to_change(timetable, visit, unit_hsa_id)
        slots = _slots(timetable, visit, unit, sought)
        return FreeTimes(unit=unit, offered=_offered(timetable, unit), sought=sought, slots=slots)


def to_move(
    database: Database, visit: Visit, unit_hsa_id: str, booking_id: str, sought: Sought, *, at: str | None
) -> FreeTimes:
    """Times of the booking's own type where none is sought; `at` is another unit of its group."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        held = held_to_change(timetable, visit, unit, booking_id)
        home = unit_there(timetable, visit, held.unit_id, held)
        choices = _choices(timetable, visit, home)
        there = next((each for each in choices if each.hsa_id == at), None)
        there = there or next((each for each in choices if each.id == home.id), choices[0] if choices else home)
        note_bookings(timetable, visit, unit, "booking_shown", [held])
        if sought.time_type is None and held.time_type is not None:
            sought = replace(sought, time_type=held.time_type.code)
        slots = _slots(timetable, visit, there, sought, held)
        offered = _offered(timetable, there, choices)
        return FreeTimes(unit=unit, offered=offered, sought=sought, slots=slots, held=held)


def _choices(timetable: Timetable, visit: Visit, home: CareUnit) -> tuple[CareUnit, ...]:
    """The units of the group that offer care and are the staff's to change."""
    group = timetable.units_of_group(home.group) if home.group else (home,)
    return tuple(each for each in group if each.offers_care and visit.staff.may_change(each.id))


def _offered(timetable: Timetable, there: CareUnit, choices: tuple[CareUnit, ...] = ()) -> Offered:
    kinds, people = timetable.time_types(there.id), timetable.performers(there.id)
    return Offered(there=there, choices=choices or (there,), time_types=kinds, performers=people)


def _slots(
    timetable: Timetable, visit: Visit, there: CareUnit, sought: Sought, moving: Booking | None = None
) -> tuple[Slot, ...]:
    starts = max(datetime.combine(sought.first, time()), visit.now + timedelta(seconds=1))
    ends = datetime.combine(sought.last, time.max)
    slots = timetable.free_slots(there.id, starts, ends, moving=moving)
    return tuple(slot for slot in slots if _is_sought(slot, sought))


def _is_sought(slot: Slot, sought: Sought) -> bool:
    performer = slot.offer.performer
    return sought.time_type in (None, ANY, slot.offer.time_type.code) and (
        sought.performer is None or (performer is not None and performer.hsa_id == sought.performer)
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A free slot that was pointed at, for a new booking or for one that is held; `seen` is of the held as it is."""

    unit: CareUnit
    there: CareUnit
    slot: Slot
    held: Booking | None = None
    seen: str = ""


def chosen_to_book(database: Database, visit: Visit, unit_hsa_id: str, slot_id: str) -> Choice:
    with reading(database, visit, unit_hsa_id) as (timetable, _):
        unit = unit_to_change(timetable, visit, unit_hsa_id)
        slot = free_slot(timetable, visit, slot_id)
        if slot.unit_id != unit.id:
            raise NotThere
        return Choice(unit=unit, there=unit, slot=slot)


def chosen_to_move(database: Database, visit: Visit, unit_hsa_id: str, booking_id: str, slot_id: str) -> Choice:
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        held = held_to_change(timetable, visit, unit, booking_id)
        slot = free_slot(timetable, visit, slot_id, moving=held)
        there = unit_there(timetable, visit, slot.unit_id, held)
        note_bookings(timetable, visit, unit, "booking_shown", [held])
        return Choice(unit=unit, there=there, slot=slot, held=held, seen=fingerprint(held))
