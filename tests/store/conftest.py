from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Table

from producer.domain.booking_rules import BookingRules
from producer.domain.model import Slot
from producer.store import tables as t
from producer.store.engine import Database, open_database
from producer.store.opaque_ids import new_slot_id
from producer.store.timetable import Timetable
from producer.store.unit_rules import row_of

MORNING = datetime(2026, 3, 9, 8, 0)
QUARTER = timedelta(minutes=15)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = open_database(database_url)
    yield database
    database.close()


@pytest.fixture
def region(database: Database) -> "Region":
    return Region(database)


@dataclass
class Region:
    """Care units and what they have, put together by a test; every method gives an id."""

    database: Database
    _codes: Iterator[int] = field(default_factory=lambda: count(1))

    def unit(
        self, hsa_id: str = "", *, rules: BookingRules | None = None, group: str | None = None, **more: Any
    ) -> int:
        hsa_id = hsa_id or f"SE2321000016-U{next(self._codes)}"
        row = {"hsa_id": hsa_id, "hsa_key": hsa_id.upper(), "name": "Vårdcentralen", "county": "Stockholms län"}
        with self.database.writing() as timetable:
            group_id = None if group is None else self._group(timetable, group)
            unit_id = self._add(timetable, t.care_units, {**row, "group_id": group_id, **more})
            if rules is not None:
                timetable.connection.execute(t.booking_rules.insert(), {"unit_id": unit_id, **row_of(rules)})
        return unit_id

    def time_type(self, unit_id: int, code: str = "") -> int:
        return self._coded(t.time_types, unit_id, code)

    def care_type(self, unit_id: int, code: str = "") -> int:
        return self._coded(t.care_types, unit_id, code)

    def resource(self, unit_id: int, code: str = "") -> int:
        return self._coded(t.resources, unit_id, code)

    def performer(
        self, *unit_ids: int, hsa_id: str = "", first: str = "Test", last: str = "Testsson", **more: Any
    ) -> int:
        hsa_id = hsa_id or f"SE2321000016-P{next(self._codes)}"
        row = {"hsa_id": hsa_id, "hsa_key": hsa_id.upper(), "first_name": first, "last_name": last, **more}
        with self.database.writing() as timetable:
            performer_id = self._add(timetable, t.performers, row)
            for unit_id in unit_ids:
                timetable.connection.execute(t.memberships.insert(), {"unit_id": unit_id, "performer_id": performer_id})
        return performer_id

    def link(self, table: Table, **columns: object) -> None:
        with self.database.writing() as timetable:
            timetable.connection.execute(table.insert(), columns)

    def slot(
        self,
        unit_id: int,
        starts: datetime = MORNING,
        length: timedelta = QUARTER,
        *,
        time_type: int | None = None,
        performer: int | None = None,
        resource: int | None = None,
        blocked: bool = False,
    ) -> Slot:
        row = {
            "public_id": new_slot_id(),
            "unit_id": unit_id,
            "starts": starts,
            "ends": starts + length,
            "time_type_id": time_type or self.time_type(unit_id),
            "performer_id": performer,
            "resource_id": resource,
            "blocked": blocked,
        }
        with self.database.writing() as timetable:
            self._add(timetable, t.slots, row)
            slot = timetable.slot_by_public_id(str(row["public_id"]))
            assert slot is not None
            return slot

    def _coded(self, table: Table, unit_id: int, code: str) -> int:
        code = code or f"C{next(self._codes)}"
        with self.database.writing() as timetable:
            return self._add(timetable, table, {"unit_id": unit_id, "code": code, "name": f"Namn {code}"})

    def _group(self, timetable: Timetable, name: str) -> int:
        found = timetable.connection.execute(t.unit_groups.select().where(t.unit_groups.c.name == name)).first()
        return self._add(timetable, t.unit_groups, {"name": name}) if found is None else found.id

    @staticmethod
    def _add(timetable: Timetable, table: Table, row: dict[str, Any]) -> int:
        added: Any = timetable.connection.execute(table.insert(), row).inserted_primary_key
        return int(added.id)
