"""A sound seed folder seen from a day: the slots there will be, and which of them each booking takes."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time

from producer.domain.schedule import days_between
from producer.store.red_days import RedDays
from producer.store.seeding.checks import unit_of
from producer.store.seeding.entries import BookingEntry, InvitationEntry
from producer.store.seeding.faults import Findings, Place
from producer.store.seeding.folder import SeedFolder
from producer.store.seeding.slots import (
    PlannedAbsence,
    PlannedSchedule,
    PlannedSlot,
    plan_absences,
    plan_schedules,
    plan_single_slots,
    plan_slots,
    resolved,
)
from producer.store.seeding.words import Day, Moment
from producer.store.units import hsa_key

_Kind = tuple[str, str, time]
"""A unit, a time type and a time of day: what every booking names."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    schedules: tuple[PlannedSchedule, ...]
    absences: tuple[PlannedAbsence, ...]
    slots: tuple[PlannedSlot, ...]
    taken: Mapping[str, PlannedSlot]
    """The slot of each new booking and timed invitation, by its id."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Claim:
    """What is to have a slot: a booking or a timed invitation."""

    entry: BookingEntry | InvitationEntry
    starts: Moment
    place: Place


def make_plan(folder: SeedFolder, today: date, already: Container[str], findings: Findings) -> Plan:
    """`already` holds the ids of the bookings and invitations that exist; those need no slot any more."""
    closed = RedDays()
    schedules = tuple(plan_schedules(folder.units, today, findings))
    away = plan_absences(folder.absences, today, findings)
    exported = {unit.key for unit in folder.units if unit.unit.exported}
    slots = (
        *(slot for slot in plan_slots(schedules, today, closed) if not any(each.meets(slot) for each in away)),
        *plan_single_slots(folder.slots, exported, today, closed, findings),
    )
    claims = [claim for claim in _claims(folder, findings) if claim.entry.id not in already]
    return Plan(schedules=schedules, absences=away, slots=slots, taken=_taken(claims, slots, today, findings))


def _claims(folder: SeedFolder, findings: Findings) -> list[_Claim]:
    """Those of units without faults, the ones with a date before the ones that can step over what is taken."""
    listed: list[BookingEntry | InvitationEntry] = [*folder.bookings, *folder.invitations]
    claims = []
    for entry in listed:
        unit = unit_of(entry.unit, folder)
        if entry.starts is not None and unit is not None and not findings.concern(unit.file):
            claims.append(_Claim(entry=entry, starts=entry.starts, place=entry.record.place("starts")))
    return sorted(claims, key=lambda claim: claim.starts.day.on is None)


def _taken(
    claims: Iterable[_Claim], slots: Iterable[PlannedSlot], today: date, findings: Findings
) -> dict[str, PlannedSlot]:
    offered = _Offered(by_kind=_by_kind(slots), today=today)
    taken: dict[str, PlannedSlot] = {}
    for claim in claims:
        slot = offered.take(claim)
        if slot is None:
            findings.add(claim.place, offered.why_none(claim))
        else:
            taken[claim.entry.id] = slot
    return taken


def _by_kind(slots: Iterable[PlannedSlot]) -> dict[_Kind, list[PlannedSlot]]:
    by_kind: defaultdict[_Kind, list[PlannedSlot]] = defaultdict(list)
    for slot in sorted(slots, key=lambda slot: slot.starts):
        if not slot.blocked:
            by_kind[slot.unit, slot.time_type, slot.starts.time()].append(slot)
    return by_kind


@dataclass(frozen=True, kw_only=True, slots=True)
class _Offered:
    """The slots that can be taken, and what has been."""

    by_kind: Mapping[_Kind, list[PlannedSlot]]
    today: date
    taken: defaultdict[date, list[tuple[PlannedSlot, Place]]] = field(default_factory=lambda: defaultdict(list))
    """By each day that they touch."""

    def take(self, claim: _Claim) -> PlannedSlot | None:
        """The nearest slot of the kind, at the time of day, on the claim's date or from its number of days on."""
        fitting = self._fitting(claim)
        free = (slot for slot in fitting if self._in_the_way_of(slot) is None)
        slot = next(free, None)
        if slot is not None:
            for day in _days_of(slot):
                self.taken[day].append((slot, claim.place))
        return slot

    def why_none(self, claim: _Claim) -> str:
        """The reason for a claim that took nothing."""
        for slot in self._fitting(claim):
            if place := self._in_the_way_of(slot):
                return f"the time, its performer or its resource is booked already: {place.file} line {place.line}"
        day, at = claim.starts.day, f"{claim.starts.at:%H:%M}"
        when = f"{day.on} {at}" if day.on else f"{at}, {day.ahead:+}d or further, among the days laid out"
        that_day = [f"{time:%H:%M}" for time in self._times_on(day.on, claim)]
        hint = f"; that day has {', '.join(that_day)}" if that_day else ""
        return f"{claim.entry.unit} has no {claim.entry.time_type} at {when}{hint}"

    def _fitting(self, claim: _Claim) -> list[PlannedSlot]:
        key = (hsa_key(claim.entry.unit), claim.entry.time_type, claim.starts.at)
        listed = self.by_kind.get(key, [])
        fitting = [slot for slot in listed if _is_with(slot, claim) and _is_on(slot, claim.starts.day, self.today)]
        return fitting[::-1] if claim.starts.day.is_back else fitting

    def _times_on(self, day: date | None, claim: _Claim) -> list[time]:
        """The times of day at which such a slot exists that day."""
        kind = (hsa_key(claim.entry.unit), claim.entry.time_type)
        listed = (slot for (*its_kind, _), slots in self.by_kind.items() if tuple(its_kind) == kind for slot in slots)
        return sorted({slot.starts.time() for slot in listed if slot.starts.date() == day and _is_with(slot, claim)})

    def _in_the_way_of(self, slot: PlannedSlot) -> Place | None:
        near = (taken for day in _days_of(slot) for taken in self.taken.get(day, ()))
        return next((place for other, place in near if _exclude(slot, other)), None)


def _days_of(slot: PlannedSlot) -> Iterator[date]:
    return days_between(slot.starts.date(), slot.ends.date())


def _is_with(slot: PlannedSlot, claim: _Claim) -> bool:
    performer = None if claim.entry.performer is None else hsa_key(claim.entry.performer)
    return (
        performer in (None, slot.performer)
        and claim.entry.resource in (None, slot.resource)
        and claim.entry.slot in (None, slot.public_id)
    )


def _is_on(slot: PlannedSlot, wanted: Day, today: date) -> bool:
    day, edge = slot.starts.date(), resolved(wanted, today)
    if wanted.on is not None:
        return day == edge
    return day <= edge if wanted.is_back else day >= edge


def _exclude(slot: PlannedSlot, other: PlannedSlot) -> bool:
    """They are the same, or overlap and share a performer or a resource."""
    overlap = slot.starts < other.ends and other.starts < slot.ends
    share_performer = slot.performer is not None and slot.performer == other.performer
    share_resource = slot.resource is not None and (slot.unit, slot.resource) == (other.unit, other.resource)
    return slot == other or (overlap and (share_performer or share_resource))
