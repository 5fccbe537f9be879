"""Seed entries stored: what the database does not have by its key is added, what it has is left as it is."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from producer.domain.model import Booking
from producer.domain.schedule import BaseSchedule
from producer.store import tables as t
from producer.store.base_schedules import columns_of
from producer.store.opaque_ids import new_slot_id
from producer.store.seeding import entries
from producer.store.seeding.checks import described_performers
from producer.store.seeding.faults import Place
from producer.store.seeding.folder import SeedFolder, UnitFile
from producer.store.seeding.slots import PlannedAbsence, PlannedSchedule, PlannedSlot
from producer.store.unit_rules import row_of
from producer.store.units import hsa_key

_AT_ONCE = 1000
"""How many ids one question to the database names."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SeedRows:
    """The rows behind the entries, found or added in one transaction; ids by table and key."""

    connection: Connection
    ids: dict[tuple[str, ...], int] = field(default_factory=dict)
    added: Counter[str] = field(default_factory=Counter)

    def add_units(self, folder: SeedFolder) -> None:
        for group in folder.groups:
            self._row(t.unit_groups, ("group", group.name), {"name": group.name}, {})
        for unit in folder.units:
            self._add_unit(unit)
        for performer in described_performers(folder).values():
            self._add_performer(performer)
        for unit in folder.units:
            self._add_belongings(unit)

    def add_time_types(self, units: Iterable[UnitFile], slots: Iterable[PlannedSlot]) -> None:
        """A time type that lists no performers has those of its slots."""
        of_slots: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for slot in slots:
            if slot.performer is not None:
                of_slots[slot.unit, slot.time_type].add(slot.performer)
        for unit in units:
            for entry in unit.time_types:
                listed = {hsa_key(performer) for performer in entry.performers or ()}
                performers = of_slots[unit.key, entry.code] if entry.performers is None else listed
                self._add_time_type(entry, unit.key, sorted(performers))

    def add_schedule(self, schedule: PlannedSchedule) -> bool:
        """True when the schedule is new, so that its slots are to be added too."""
        entry, unit = schedule.entry, schedule.unit
        key = {"unit_id": self.ids["unit", unit], "name": entry.name}
        more = {
            **columns_of(schedule.pattern),
            "days_ahead": entry.lay_out.days,
            "laid_out_to": schedule.laid_out_to,
            "performer_id": self.performer(entry.performer),
            "resource_id": self.resource(unit, entry.resource),
        }
        is_new = self._row(t.base_schedules, ("schedule", unit, entry.name), key, more)
        if is_new:
            here = {"base_schedule_id": self.ids["schedule", unit, entry.name]}
            links = [{**here, "time_type_id": self.ids["time type", unit, code]} for code in entry.time_types]
            self.connection.execute(insert(t.base_schedule_time_types), links)
            self._add_exceptions(here, schedule.pattern)
        return is_new

    def _add_exceptions(self, here: Mapping[str, int], pattern: BaseSchedule) -> None:
        days = ((pattern.days_off, False), (pattern.extra_days - pattern.days_off, True))
        rows = [{**here, "day": day, "is_extra": is_extra} for some, is_extra in days for day in sorted(some)]
        if rows:
            self.connection.execute(insert(t.base_schedule_exceptions), rows)

    def add_absence(self, planned: PlannedAbsence) -> None:
        key = {
            "unit_id": self.ids["unit", planned.unit],
            "performer_id": self.performer(planned.performer),
            "starts": planned.starts,
            "ends": planned.ends,
        }
        name = ("absence", *map(str, key.values()))
        if self._row(t.absences, name, key, {"reason": planned.entry.reason}):
            here = {"absence_id": self.ids[name]}
            blocked = [
                {**here, "slot_public_id": public_id} for public_id in dict.fromkeys(planned.entry.blocked_slots)
            ]
            if blocked:
                self.connection.execute(insert(t.absence_blocks), blocked)

    def complete(self, booking: Booking, entry: entries.BookingEntry) -> None:
        """What only an invitation that was booked can have: who invited, and no name of the patient."""
        if entry.invited or entry.first_name is None or entry.last_name is None:
            more = {
                "first_name": entry.first_name,
                "last_name": entry.last_name,
                "invited_by_unit_id": booking.unit_id if entry.invited else None,
            }
            self.connection.execute(t.bookings.update().where(t.bookings.c.id == booking.id).values(**more))

    def add_slots(self, slots: Iterable[PlannedSlot]) -> None:
        """All at once: there are thousands."""
        listed = list(slots)
        there = self._units_of_slots(slot.public_id for slot in listed if slot.public_id)
        rows = [self._slot_row(slot) for slot in listed if slot.public_id not in there]
        if rows:
            self.connection.execute(insert(t.slots), rows)
        self.added["slots"] += len(rows)

    def strangers(self, listed: Iterable[entries.SlotEntry]) -> Iterator[tuple[Place, str]]:
        """Of each single slot whose id another unit has for a slot of its own, its place and what to do about it."""
        named = {entry.id: entry for entry in listed if entry.id is not None}
        for public_id, unit_id in self._units_of_slots(iter(named)).items():
            if unit_id != self.ids["unit", hsa_key(named[public_id].unit)]:
                reason = f"another unit has the time {public_id}; leave the column 'id' out to get times of other ids"
                yield named[public_id].record.place("id"), reason

    def add_listing(self, entry: entries.ListingEntry) -> None:
        key = {
            "unit_id": self.ids["unit", hsa_key(entry.unit)],
            "patient": entry.patient,
            "performer_id": self.performer(entry.performer),
        }
        self._row(t.listings, ("listing", *map(str, key.values())), key, {})

    def add_restriction(self, entry: entries.RestrictionEntry) -> None:
        key = {
            "unit_id": self.ids["unit", hsa_key(entry.unit)],
            "patient": entry.patient,
            "time_type_id": self.time_type(entry.unit, entry.time_type),
        }
        self._row(t.restrictions, ("restriction", *map(str, key.values())), key, {})

    def performer(self, hsa_id: str | None) -> int | None:
        return None if hsa_id is None else self.ids["performer", hsa_key(hsa_id)]

    def resource(self, unit: str, code: str | None) -> int | None:
        return None if code is None else self.ids["resource", hsa_key(unit), code]

    def time_type(self, unit: str, code: str | None) -> int | None:
        return None if code is None else self.ids["time type", hsa_key(unit), code]

    def _add_unit(self, unit: UnitFile) -> None:
        entry = unit.unit
        more = {
            "hsa_id": entry.hsa_id,
            "name": entry.name,
            "county": entry.county,
            "municipality_code": entry.municipality_code,
            "municipality_name": entry.municipality_name,
            "visiting_address": entry.visiting_address,
            "group_id": None if entry.group is None else self.ids["group", entry.group],
            "offers_care": entry.offers_care,
            "retired": entry.retired,
        }
        if self._row(t.care_units, ("unit", unit.key), {"hsa_key": unit.key}, more):
            rules = {"unit_id": self.ids["unit", unit.key], **row_of(unit.rules)}
            self.connection.execute(insert(t.booking_rules), rules)

    def _add_performer(self, entry: entries.PerformerEntry) -> None:
        key = hsa_key(entry.hsa_id)
        more = {
            "hsa_id": entry.hsa_id,
            "title": entry.title,
            "first_name": entry.first_name,
            "middle_name": entry.middle_name,
            "last_name": entry.last_name,
            "retired": entry.retired,
        }
        self._row(t.performers, ("performer", key), {"hsa_key": key}, more)

    def _add_belongings(self, unit: UnitFile) -> None:
        unit_id = self.ids["unit", unit.key]
        for performer in filter(lambda each: each.member, unit.performers):
            member = {"unit_id": unit_id, "performer_id": self.performer(performer.hsa_id)}
            self._row(t.memberships, ("membership", *map(str, member.values())), member, {})
        for resource in unit.resources:
            key = {"unit_id": unit_id, "code": resource.code}
            self._row(t.resources, ("resource", unit.key, resource.code), key, _named(resource))
        for care_type in unit.care_types:
            key = {"unit_id": unit_id, "code": care_type.code}
            self._row(t.care_types, ("care type", unit.key, care_type.code), key, _named(care_type))

    def _add_time_type(self, entry: entries.TimeTypeEntry, unit: str, performers: Iterable[str]) -> None:
        key = {"unit_id": self.ids["unit", unit], "code": entry.code}
        if not self._row(t.time_types, ("time type", unit, entry.code), key, _named(entry)):
            return
        here = {"time_type_id": self.ids["time type", unit, entry.code]}
        for place, code in enumerate(entry.care_types):
            link = {**here, "care_type_id": self.ids["care type", unit, code], "place": place}
            self.connection.execute(insert(t.time_type_care_types), link)
        for performer in performers:
            self.connection.execute(insert(t.time_type_performers), {**here, "performer_id": self.performer(performer)})

    def _row(self, table: Table, name: tuple[str, ...], key: Mapping[str, Any], more: Mapping[str, Any]) -> bool:
        """Find the row by its key or add it; True when it was added."""
        first = next(iter(table.primary_key))
        same = (table.c[column].is_not_distinct_from(value) for column, value in key.items())
        row = self.connection.execute(select(first).where(*same)).first()
        if row is None:
            added = self.connection.execute(insert(table), {**key, **more})
            self.added[table.name] += 1
            self.ids[name] = (added.inserted_primary_key or (0,))[0]
        else:
            self.ids[name] = row[0]
        return row is None

    def _units_of_slots(self, public_ids: Iterator[str]) -> dict[str, int]:
        """Of those that are stored."""
        ids, found = list(public_ids), dict[str, int]()
        for start in range(0, len(ids), _AT_ONCE):
            some = t.slots.c.public_id.in_(ids[start : start + _AT_ONCE])
            rows = self.connection.execute(select(t.slots.c.public_id, t.slots.c.unit_id).where(some))
            found.update({row.public_id: row.unit_id for row in rows})
        return found

    def _slot_row(self, slot: PlannedSlot) -> dict[str, Any]:
        return {
            "public_id": slot.public_id or new_slot_id(),
            "unit_id": self.ids["unit", slot.unit],
            "starts": slot.starts,
            "ends": slot.ends,
            "time_type_id": self.time_type(slot.unit, slot.time_type),
            "performer_id": self.performer(slot.performer),
            "resource_id": self.resource(slot.unit, slot.resource),
            "blocked": slot.blocked,
        }


def _named(entry: entries.ResourceEntry | entries.CareTypeEntry | entries.TimeTypeEntry) -> dict[str, object]:
    return {"name": entry.name, "retired": entry.retired}
