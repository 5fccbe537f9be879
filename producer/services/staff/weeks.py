"""Looking at the times of a unit: a day, a week or a month of them, or one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from producer.domain.model import CareUnit, Performer, Resource, TimeType
from producer.domain.staff import Change, NotThere
from producer.domain.weeks import Asked
from producer.services.staff.admission import Visit, reading
from producer.services.staff.fingerprints import fingerprint
from producer.store import shelves, slot_rows
from producer.store.changes import changes_of
from producer.store.engine import Database
from producer.store.red_days import RedDays
from producer.store.shelves import OfUnit
from producer.store.slot_holders import Holder, holder_of, holders_of, performers_by_id, resources_by_id
from producer.store.slot_rows import SlotRow
from producer.store.timetable import Timetable


class SlotState(StrEnum):
    FREE = "free"
    BUSY = "busy"  # nobody holds it, but its performer or resource is booked just then, so nobody is offered it
    BOOKED = "booked"
    INVITATION = "invitation"
    BLOCKED = "blocked"
    CLOSED = "closed"  # its time type, performer or resource is retired
    PAST = "past"


class ShownSlot(NamedTuple):
    """A time with what it is called; `seen` is what a form about it was made from."""

    row: SlotRow
    state: SlotState
    is_past: bool
    seen: str
    time_type: str
    performer: Performer | None
    resource: Resource | None
    booking: str | None

    @property
    def starts(self) -> datetime:
        return self.row.face.starts

    @property
    def ends(self) -> datetime:
        return self.row.face.ends

    @property
    def can_be_changed(self) -> bool:
        return self.row.booking_id is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """What a time of the unit can be given."""

    time_types: tuple[TimeType, ...]
    performers: tuple[Performer, ...]
    resources: tuple[Resource, ...]

    @property
    def named_time_types(self) -> list[tuple[int, str]]:
        return [(kind.id, kind.name) for kind in self.time_types]

    @property
    def named_performers(self) -> list[tuple[int, str]]:
        return [(performer.id, performer.full_name) for performer in self.performers]

    @property
    def named_resources(self) -> list[tuple[int, str]]:
        return [(resource.id, resource.name) for resource in self.resources]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """What a page of times shows."""

    unit: CareUnit
    asked: Asked
    slots: tuple[ShownSlot, ...]
    choices: Choices
    red_days: Mapping[date, str]
    may_change: bool
    latest: Change | None

    @property
    def has_closed(self) -> bool:
        return any(slot.state is SlotState.CLOSED for slot in self.slots)


@dataclass(frozen=True, kw_only=True, slots=True)
class SlotSheet:
    """What the page of one time shows."""

    unit: CareUnit
    slot: ShownSlot
    choices: Choices
    may_change: bool


def sheet(database: Database, visit: Visit, unit_hsa_id: str, asked: Asked) -> Sheet:
    """Raises NotThere, NotAllowed."""
    span = asked.span
    with reading(database, visit, unit_hsa_id) as (timetable, unit):
        may_change = visit.staff.may_change(unit.id)
        return Sheet(
            unit=unit,
            asked=asked,
            slots=tuple(_shown(timetable, visit, unit, asked)),
            choices=_choices(timetable, unit),
            red_days=_red_days(span.days),
            may_change=may_change,
            latest=_latest_to_undo(timetable, unit) if may_change else None,
        )


def slot_sheet(database: Database, visit: Visit, unit_hsa_id: str, public_id: str) -> SlotSheet:
    """Raises NotThere, NotAllowed."""
    with reading(database, visit, unit_hsa_id) as (timetable, unit):
        row = slot_rows.slots_by_public_id(timetable, unit.id, [public_id]).get(public_id)
        if row is None:
            raise NotThere
        asked = Asked(day=row.face.starts.date())
        holder = holder_of(timetable, row.booking_id)
        holders = {} if row.booking_id is None or holder is None else {row.booking_id: holder}
        (slot,) = _named(timetable, visit, unit, asked, [row], holders)
        return SlotSheet(
            unit=unit,
            slot=slot,
            choices=_choices(timetable, unit),
            may_change=visit.staff.may_change(unit.id),
        )


def _shown(timetable: Timetable, visit: Visit, unit: CareUnit, asked: Asked) -> list[ShownSlot]:
    starts, ends = asked.span.starts, asked.span.ends
    rows = [
        row
        for row in slot_rows.slots_between(timetable, unit.id, starts, ends)
        if row.face.starts >= starts and _is_asked_for(row, asked)
    ]
    return _named(timetable, visit, unit, asked, rows, holders_of(timetable, unit.id, starts, ends))


def _is_asked_for(row: SlotRow, asked: Asked) -> bool:
    face = row.face
    return (
        (asked.performer_id is None or face.performer_id == asked.performer_id)
        and (asked.resource_id is None or face.resource_id == asked.resource_id)
        and (asked.time_type_id is None or face.time_type_id == asked.time_type_id)
    )


def _named(  # noqa: PLR0917 - each is asked once
    timetable: Timetable,
    visit: Visit,
    unit: CareUnit,
    asked: Asked,
    rows: list[SlotRow],
    holders: Mapping[int, Holder],
) -> list[ShownSlot]:
    time_types = shelves.time_type_names(timetable, unit.id)
    performers = performers_by_id(timetable, (row.face.performer_id for row in rows if row.face.performer_id))
    resources = resources_by_id(timetable, (row.face.resource_id for row in rows if row.face.resource_id))
    retired = shelves.retired(timetable, unit.id)
    offered = {slot.id for slot in timetable.free_slots(unit.id, asked.span.starts, asked.span.ends)}
    return [
        ShownSlot(
            row=row,
            state=_state(row, holder, offered, retired, visit.now),
            is_past=row.face.starts <= visit.now,
            seen=fingerprint(row),
            time_type=time_types[row.face.time_type_id],
            performer=performers.get(row.face.performer_id or 0),
            resource=resources.get(row.face.resource_id or 0),
            booking=None if holder is None else holder.public_id,
        )
        for row in rows
        for holder in (None if row.booking_id is None else holders.get(row.booking_id),)
    ]


def _state(row: SlotRow, holder: Holder | None, offered: set[int], retired: OfUnit, now: datetime) -> SlotState:
    if row.booking_id is not None:
        return SlotState.INVITATION if holder and holder.is_invitation else SlotState.BOOKED
    if row.face.starts <= now:
        return SlotState.PAST
    if row.face.blocked:
        return SlotState.BLOCKED
    if row.id in offered:
        return SlotState.FREE
    return SlotState.CLOSED if retired.has_any_of(row.face) else SlotState.BUSY


def _choices(timetable: Timetable, unit: CareUnit) -> Choices:
    return Choices(
        time_types=timetable.time_types(unit.id),
        performers=timetable.performers(unit.id),
        resources=timetable.resources(unit.id),
    )


def _red_days(days: tuple[date, ...]) -> dict[date, str]:
    calendar = RedDays()
    return {day: name for day in days if (name := calendar.name(day))}


def _latest_to_undo(timetable: Timetable, unit: CareUnit) -> Change | None:
    """The last change, if it can be undone; an undoing before it is passed over, so that one can go on undoing."""
    return next((change for change in changes_of(timetable, unit.id, limit=30) if change.can_be_undone), None)
