"""What a unit has to choose among: time types, care types, performers and units."""

from collections.abc import Iterable
from dataclasses import dataclass

from producer.domain.availability import performers_open_to_patient
from producer.domain.booking_rules import Lookup
from producer.domain.model import Booking, CareType, CareUnit, Performer, TimeType
from producer.domain.rules import WELCOME_TO_BOOK
from producer.services.choices import (
    booking_in_sight,
    is_welcome,
    standing_of,
    units_for_booking,
    units_for_new_booking,
)
from producer.services.disclosures import note_asked_about
from producer.services.reception import Asking, receive
from producer.store.engine import Database
from producer.store.timetable import Timetable


@dataclass(frozen=True, kw_only=True, slots=True)
class Choosing:
    """A question about what there is to choose among; empty filters ask for all (rule 42)."""

    asking: Asking
    patient: str
    time_types: frozenset[str] = frozenset()
    care_types: frozenset[str] = frozenset()
    performers: frozenset[str] = frozenset()
    booking_id: str | None = None

    @property
    def seen_by(self) -> str | None:
        """Whose restrictions count: nobody's when an agent asks (rule 20)."""
        return None if self.asking.by_agent else self.patient


def time_types(database: Database, choosing: Choosing) -> tuple[TimeType, ...]:
    with database.reading() as timetable:
        unit = receive(timetable, choosing.asking)
        return () if unit is None else tuple(_time_types_open(timetable, unit, choosing))


def care_types(database: Database, choosing: Choosing) -> tuple[CareType, ...]:
    """Those that the one asking can book a time of, so that each leads somewhere (rule 43)."""
    with database.reading() as timetable:
        unit = receive(timetable, choosing.asking)
        if unit is None:
            return ()
        of_open_kinds = {care.id for kind in _time_types_open(timetable, unit, choosing) for care in kind.care_types}
        return tuple(care for care in timetable.care_types(unit.id) if care.id in of_open_kinds)


def performers(database: Database, choosing: Choosing) -> tuple[Performer, ...]:
    with database.reading() as timetable:
        unit = receive(timetable, choosing.asking)
        return () if unit is None or unit.retired else tuple(_performers_open(timetable, unit, choosing))


def units(database: Database, choosing: Choosing) -> tuple[CareUnit, ...]:
    with database.reading() as timetable:
        unit = receive(timetable, choosing.asking)
        if unit is None:
            return ()
        if choosing.booking_id is None:
            return units_for_new_booking(timetable, unit, choosing.seen_by, choosing.asking.now)
        booking = booking_in_sight(timetable, choosing.booking_id)
        found = _units_for(timetable, unit, booking, choosing)
    note_asked_about(database, choosing.asking, unit, booking, choosing.seen_by)
    return found


def _time_types_open(timetable: Timetable, unit: CareUnit, choosing: Choosing) -> Iterable[TimeType]:
    """The time types that may be booked here by the one asking; none where nobody may book anew."""
    if not is_welcome(timetable, unit, WELCOME_TO_BOOK, choosing.seen_by, choosing.asking.now):
        return ()
    barred = standing_of(timetable, unit, choosing.seen_by).barred_time_type_ids
    asked = _asked_performer_ids(timetable, unit, choosing)
    return (
        kind
        for kind in timetable.time_types(unit.id)
        if kind.id not in barred
        and (not choosing.time_types or kind.code in choosing.time_types)
        and _matches_care_types(kind, unit, choosing)
        and (asked is None or not asked.isdisjoint(kind.performer_ids))
    )


def _asked_performer_ids(timetable: Timetable, unit: CareUnit, choosing: Choosing) -> frozenset[int] | None:
    if not choosing.performers:
        return None
    return frozenset(one.id for one in timetable.performers(unit.id) if one.hsa_id.upper() in choosing.performers)


def _matches_care_types(kind: TimeType, unit: CareUnit, choosing: Choosing) -> bool:
    """Rule 44: care types count only where the unit has them."""
    if not choosing.care_types or Lookup.CARE_TYPES not in unit.rules.lookups:
        return True
    return any(care.code in choosing.care_types for care in kind.care_types)


def _performers_open(timetable: Timetable, unit: CareUnit, choosing: Choosing) -> Iterable[Performer]:
    standing = None if choosing.seen_by is None else timetable.standing(unit.id, choosing.seen_by)
    open_ids = performers_open_to_patient(None, unit.rules, standing)
    asked = _performer_ids_of_time_types(timetable, unit, choosing)
    return (
        one
        for one in timetable.performers(unit.id)
        if (open_ids is None or one.id in open_ids) and (asked is None or one.id in asked)
    )


def _performer_ids_of_time_types(timetable: Timetable, unit: CareUnit, choosing: Choosing) -> frozenset[int] | None:
    if not choosing.time_types and not choosing.care_types:
        return None
    kinds = (
        kind
        for kind in timetable.time_types(unit.id)
        if (not choosing.time_types or kind.code in choosing.time_types) and _matches_care_types(kind, unit, choosing)
    )
    return frozenset(performer_id for kind in kinds for performer_id in kind.performer_ids)


def _units_for(
    timetable: Timetable, unit: CareUnit, booking: Booking | None, choosing: Choosing
) -> tuple[CareUnit, ...]:
    """Rules 45 and 47; another patient's or another group's booking is as good as unknown."""
    if booking is None or choosing.seen_by not in (None, booking.patient):
        return ()
    if booking.unit_id == unit.id:
        return units_for_booking(timetable, booking, choosing.seen_by, choosing.asking.now)
    home = timetable.unit_by_id(booking.unit_id)
    if home is None or home.group is None or home.group != unit.group:
        return ()
    return units_for_booking(timetable, booking, choosing.seen_by, choosing.asking.now)
