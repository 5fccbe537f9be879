"""All that a unit has, read as the records of a seed folder's files, in an order that no database decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any

from sqlalchemy import Row, Select, Table, select, text, union

from producer.domain.model import CareUnit
from producer.domain.persons import NOBODY
from producer.domain.schedule import UnitSchedule
from producer.store import tables as t
from producer.store.schedule_register import unit_schedules
from producer.store.seeding.words import WEEKDAYS
from producer.store.seeding.written import Record, sound
from producer.store.timetable import Timetable
from producer.store.units import hsa_key

_WEEKDAY_NAMES = {number: name for name, number in WEEKDAYS.items()}
_CONTACT = ("first_name", "middle_name", "last_name", "phone", "email", "address", "coaddress")


@dataclass(frozen=True, kw_only=True)
class UnitRecords:
    timetable: Timetable
    unit: CareUnit

    def unit_table(self) -> Record:
        (row,) = self._rows(select(t.care_units).where(t.care_units.c.id == self.unit.id))
        texts = ("name", "county", "municipality_code", "municipality_name", "visiting_address")
        return {
            "hsa_id": row.hsa_id,
            **{name: sound(getattr(row, name)) for name in texts},
            "group": sound(self.unit.group),
            "offers_care": row.offers_care,
            "retired": row.retired or None,
            "exported": True,
        }

    def performers(self) -> list[Record]:
        names = ("title", "first_name", "middle_name", "last_name")
        members = {row.performer_id for row in self._of_unit(t.memberships)}
        return [
            {
                "hsa_id": row.hsa_id,
                **{name: sound(getattr(row, name)) for name in names},
                "retired": row.retired or None,
                "member": None if row.id in members else False,
            }
            for row in sorted(self._people.values(), key=lambda row: str(row.hsa_key))
        ]

    def resources(self) -> list[Record]:
        return [_named(row) for row in self._coded(t.resources)]

    def care_types(self) -> list[Record]:
        return [_named(row) for row in self._coded(t.care_types)]

    def time_types(self) -> list[Record]:
        """The unit's own, and those of the group's that an open invitation was left with."""
        own = [self._time_type(row) for row in self._coded(t.time_types)]
        codes = {record["code"] for record in own}
        foreign = {row.code: row for row in self._kinds.values() if row.code not in codes}
        strangers = [{**_named(row), "care_types": [], "performers": [], "retired": True} for row in foreign.values()]
        return sorted([*own, *strangers], key=lambda record: str(record["code"]))

    def _time_type(self, row: Row[Any]) -> dict[str, Any]:
        codes = {care.id: care.code for care in self._coded(t.care_types)}
        care = self._rows(select(_care_links).where(_care_links.c.time_type_id == row.id).order_by("place"))
        people = self._rows(select(_performer_links).where(_performer_links.c.time_type_id == row.id))
        return {
            **_named(row),
            "care_types": [codes[link.care_type_id] for link in care],
            "performers": sorted((str(self._hsa_id(link.performer_id)) for link in people), key=hsa_key),
        }

    def schedules(self) -> list[Record]:
        """Each followed by what it was, of which times are laid out still."""
        listed = sorted(unit_schedules(self.timetable, self.unit.id), key=lambda schedule: sound(schedule.name) or "")
        names = {sound(schedule.name) for schedule in listed}
        records: list[Record] = []
        for schedule in listed:
            records.append(self._schedule(schedule, sound(schedule.name)))
            for former in filter(self._is_known, schedule.former):
                number = next(each for each in count(1) if _numbered(schedule.name, each) not in names)
                names.add(name := _numbered(schedule.name, number))
                records.append({**self._schedule(former, name), "former_of": sound(schedule.name)})
        return records

    def _is_known(self, former: UnitSchedule) -> bool:
        """What was never used may have been deleted since."""
        performer, resource = former.performer_id, former.resource_id
        return (
            bool(former.time_type_ids)
            and all(kind in self._kinds for kind in former.time_type_ids)
            and (performer is None or performer in self._people)
            and (resource is None or self._resource(resource) is not None)
        )

    def _schedule(self, schedule: UnitSchedule, name: str | None) -> dict[str, Any]:
        pattern = schedule.pattern
        return {
            "name": name,
            "weekdays": [_WEEKDAY_NAMES[number] for number in sorted(pattern.weekdays)],
            **{each: getattr(pattern, each) for each in _AS_IN_PATTERN},
            "days_off": sorted(pattern.days_off) or None,
            "extra_days": sorted(pattern.extra_days) or None,
            "lay_out": f"{schedule.days_ahead}d",
            "laid_out_to": schedule.laid_out_to,
            "time_types": sorted(self._kinds[kind].code for kind in schedule.time_type_ids),
            "performer": self._hsa_id(schedule.performer_id),
            "resource": self._resource(schedule.resource_id),
        }

    def absences(self) -> list[Record]:
        blocks = t.absence_blocks
        records = [
            {
                **self._here(row),
                "starts": row.starts,
                "ends": row.ends,
                "reason": sound(row.reason),
                "blocked_slots": sorted(
                    self.timetable.connection.scalars(
                        select(blocks.c.slot_public_id).where(blocks.c.absence_id == row.id)
                    )
                ),
            }
            for row in self._of_unit(t.absences)
        ]
        return sorted(records, key=lambda record: (record["starts"], record["ends"], record["performer"]))

    def slots(self) -> list[Record]:
        records = [
            {
                **self._here(row),
                "starts": row.starts,
                "length": row.ends - row.starts,
                "blocked": row.blocked and row.booking_id is None,
                "id": row.public_id,
            }
            for row in self._of_unit(t.slots)
        ]
        return sorted(records, key=lambda record: (record["starts"], record["time_type"], record["id"]))

    def listings(self) -> list[Record]:
        return self._noted(t.listings)

    def restrictions(self) -> list[Record]:
        return self._noted(t.restrictions)

    def _noted(self, table: Table) -> list[Record]:
        records = [{**self._here(row), "patient": row.patient} for row in self._of_unit(table)]
        return sorted(records, key=lambda record: repr(sorted(record.items(), key=lambda item: item[0])))

    def booked(self) -> list[dict[str, Any]]:
        """Live bookings and invitations alike; `is_invitation` tells which, and a purpose is here what it says."""
        hers = ~t.bookings.c.patient.startswith(NOBODY)  # who has lost her name has had her time
        live = select(t.bookings).where(t.bookings.c.unit_id == self.unit.id, text(t.LIVE), hers)
        rows = sorted(self._rows(live), key=lambda row: (row.starts is None, row.starts, row.public_id))
        return [self._booked(row) for row in rows]

    def _booked(self, row: Row[Any]) -> dict[str, Any]:
        care = {each.id: each.code for each in self._coded(t.care_types)}
        return {
            **self._here(row),
            "id": row.public_id,
            "patient": row.patient,
            "starts": row.starts,
            "care_type": care.get(row.care_type_id),
            **{name: sound(getattr(row, name)) for name in _CONTACT},
            "reason": sound(row.reason),
            "shown_to_patient": row.shown_to_patient,
            "slot": self._slots_held.get(row.id),
            "invited": row.invited_by_unit_id is not None,
            "purpose": sound(row.purpose),
            "valid_to": row.invitation_valid_to,
            "is_invitation": row.is_invitation,
        }

    def _here(self, row: Row[Any]) -> dict[str, Any]:
        """The unit, and of what the row refers to its code or HSA-id."""
        known = row._asdict()
        record: dict[str, Any] = {"unit": self.unit.hsa_id}
        if "time_type_id" in known:
            kind = self._kinds.get(known["time_type_id"])
            record["time_type"] = None if kind is None else kind.code
        if "performer_id" in known:
            record["performer"] = self._hsa_id(known["performer_id"])
        if "resource_id" in known:
            record["resource"] = self._resource(known["resource_id"])
        return record

    def _hsa_id(self, performer_id: int | None) -> str | None:
        return None if performer_id is None else self._people[performer_id].hsa_id

    def _resource(self, resource_id: int | None) -> str | None:
        return next((str(row.code) for row in self._coded(t.resources) if row.id == resource_id), None)

    @cached_property
    def _slots_held(self) -> Mapping[int, str]:
        return {row.booking_id: row.public_id for row in self._of_unit(t.slots) if row.booking_id is not None}

    @cached_property
    def _kinds(self) -> Mapping[int, Row[Any]]:
        """The unit's time types, and any other that something of the unit has."""
        used = select(t.bookings.c.time_type_id).where(t.bookings.c.unit_id == self.unit.id, text(t.LIVE))
        query = select(t.time_types).where((t.time_types.c.unit_id == self.unit.id) | t.time_types.c.id.in_(used))
        return {row.id: row for row in self._rows(query)}

    @cached_property
    def _people(self) -> Mapping[int, Row[Any]]:
        """Whoever is or was met here."""
        of_types = (
            select(_performer_links.c.performer_id).join(t.time_types).where(t.time_types.c.unit_id == self.unit.id)
        )
        others = (select(table.c.performer_id).where(table.c.unit_id == self.unit.id) for table in _WITH_PERFORMERS)
        everybody = union(of_types, *others).subquery()
        query = select(t.performers).where(t.performers.c.id.in_(select(everybody.c.performer_id)))
        return {row.id: row for row in self._rows(query)}

    @cached_property
    def _lists(self) -> dict[str, Sequence[Row[Any]]]:
        return {}

    def _coded(self, table: Table) -> Sequence[Row[Any]]:
        """In order of code; read once."""
        if table.name not in self._lists:
            self._lists[table.name] = sorted(self._of_unit(table), key=lambda row: str(row.code))
        return self._lists[table.name]

    def _of_unit(self, table: Table) -> Sequence[Row[Any]]:
        return self._rows(select(table).where(table.c.unit_id == self.unit.id))

    def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        return self.timetable.connection.execute(query).all()


def _named(row: Row[Any]) -> dict[str, Any]:
    return {"code": row.code, "name": sound(row.name), "retired": row.retired or None}


def _numbered(name: str, number: int) -> str:
    """A name that fits its place."""
    return f"{(sound(name) or '')[:90]} ({number})"


_AS_IN_PATTERN = ("opens", "closes", "length", "pause", "every_weeks", "valid_from", "valid_to")
_care_links, _performer_links = t.time_type_care_types, t.time_type_performers
_WITH_PERFORMERS = (t.memberships, t.slots, t.bookings, t.base_schedules, t.absences, t.listings)
