"""A region to measure in: units with a known number of free slots, some of their time already booked."""

import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Table

from producer.domain import persons
from producer.domain.booking_rules import BookingRules, Lookup
from producer.store import tables as t
from producer.store.engine import open_database
from producer.store.schema import upgrade
from producer.store.unit_rules import row_of

PATIENT, *OTHERS = sorted(persons.OFFICIAL_TEST_IDENTITIES)
FIRST_BOOKING = "BENCH-BOOKING-1"
DAYS = 28
"""No unit's times reach further ahead."""

_PEOPLE = (
    ("Leg. läkare", "Ada", "Provsson"),
    ("Leg. sjuksköterska", "Bo", "Testberg"),
    ("Leg. psykolog", "Cia", "Mätare"),
)
_ROOMS = ("Rum 1, plan 2", "Rum 2, plan 2", "Rum 3, plan 3")
_KINDS = ("Nybesök", "Återbesök")
_CARE = ("Allmänmedicin", "Samtal & stöd")
_RULES = BookingRules(lookups=frozenset(Lookup))


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A unit of the region; its number is its key and the start of its people's and things' keys."""

    number: int
    free_slots: int

    @property
    def hsa_id(self) -> str:
        return f"SE2321000016-BENCH{self.number}"

    @property
    def keys(self) -> range:
        return range(self.number * 10, self.number * 10 + 10)

    @property
    def booked_slots(self) -> int:
        return self.free_slots // 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Region:
    """A database file and what is in it."""

    file: Path
    units: tuple[Unit, ...]
    first_day: date

    @property
    def url(self) -> str:
        return f"sqlite:///{self.file}"

    @property
    def last_day(self) -> date:
        return self.first_day + timedelta(days=DAYS)

    def copied(self, name: str) -> "Region":
        """The same region for somebody who will write in it."""
        copy = self.file.with_name(name)
        shutil.copyfile(self.file, copy)
        return Region(file=copy, units=self.units, first_day=self.first_day)


def usual(folder: Path) -> Region:
    """Units with 200, 20 and 2,000 free slots, and forty where there is much to book."""
    free = (200, 20, 2000, *[72] * 40)
    return build(folder / "region.db", [Unit(number=number, free_slots=slots) for number, slots in enumerate(free, 1)])


def build(file: Path, units: Iterable[Unit]) -> Region:
    """Lays out the units' times from tomorrow; the first unit's patient has three bookings."""
    region = Region(file=file, units=tuple(units), first_day=date.today() + timedelta(days=1))
    upgrade(region.url)
    _add_units(region)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        # Nobody else reads the file yet, so nothing has to be kept should the power go.
        for pragma in ("journal_mode = DELETE", "journal_mode = OFF", "synchronous = OFF", "cache_size = -300000"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        for unit in region.units:
            _add_times(connection, region, unit)
        _add_bookings_of_patient(connection, region.units[0])
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")
    return region


def _add_units(region: Region) -> None:
    database = open_database(region.url)
    with database.writing() as desk:
        for table, rows in _rows(region.units):
            desk.connection.execute(table.insert(), list(rows))
    database.close()


def _rows(units: tuple[Unit, ...]) -> Iterator[tuple[Table, Iterable[dict[str, object]]]]:
    """The rows of whole tables, the ones that others point at first."""
    yield t.care_units, (_named(unit) for unit in units)
    yield t.booking_rules, ({"unit_id": unit.number, **row_of(_RULES)} for unit in units)
    yield (
        t.performers,
        (_person(key, person) for unit in units for key, person in zip(unit.keys, _PEOPLE, strict=False)),
    )
    yield (
        t.memberships,
        ({"unit_id": unit.number, "performer_id": key} for unit in units for key in unit.keys[: len(_PEOPLE)]),
    )
    for table, names in ((t.resources, _ROOMS), (t.time_types, _KINDS), (t.care_types, _CARE)):
        yield table, (row for unit in units for row in _coded(unit, table, names))
    yield (
        t.time_type_care_types,
        ({"time_type_id": key, "care_type_id": key, "place": 0} for unit in units for key in unit.keys[: len(_KINDS)]),
    )
    yield (
        t.time_type_performers,
        (
            {"time_type_id": kind, "performer_id": performer}
            for unit in units
            for kind in unit.keys[: len(_KINDS)]
            for performer in unit.keys[: len(_PEOPLE)]
        ),
    )


def _named(unit: Unit) -> dict[str, object]:
    return {
        "id": unit.number,
        "hsa_id": unit.hsa_id,
        "hsa_key": unit.hsa_id.upper(),
        "name": f"Mätcentralen {unit.number}",
        "county": "Stockholms län",
    }


def _person(key: int, person: tuple[str, str, str]) -> dict[str, object]:
    title, first_name, last_name = person
    hsa_id = f"SE2321000016-BENCHP{key}"
    return {
        "id": key,
        "hsa_id": hsa_id,
        "hsa_key": hsa_id,
        "title": title,
        "first_name": first_name,
        "last_name": last_name,
    }


def _coded(unit: Unit, table: Table, names: tuple[str, ...]) -> Iterator[dict[str, object]]:
    for key, name in zip(unit.keys, names, strict=False):
        yield {"id": key, "unit_id": unit.number, "code": f"{table.name[:4].upper()}{key}", "name": name}


# Three people in three rooms work a quarter at a time, each with one kind of time in every second quarter; what is
# booked lies in the afternoon, so that nothing free is hidden by it and everybody who answers can answer alike.
_FREE = """
    INSERT INTO slots (public_id, unit_id, starts, ends, time_type_id, performer_id, resource_id, blocked)
    WITH RECURSIVE place(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM place WHERE i + 1 < :count)
    SELECT printf('%016x', :unit * 1000000 + i), :unit,
           datetime(:first_day, (i / 72) || ' days', (480 + i % 72 / 3 * 15) || ' minutes'),
           datetime(:first_day, (i / 72) || ' days', (495 + i % 72 / 3 * 15) || ' minutes'),
           :unit * 10 + i / 3 % 2, :unit * 10 + i % 3, :unit * 10 + i % 3, 0
    FROM place
"""
_BOOKED = """
    INSERT INTO bookings (id, public_id, unit_id, patient, starts, ends, time_type_id, care_type_id, performer_id,
                          resource_id, is_invitation, state, shown_to_patient, first_name, last_name, made_at,
                          changed_at)
    WITH RECURSIVE place(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM place WHERE i + 1 < :count)
    SELECT :unit * 1000 + i, printf('%032x', :unit * 1000000 + i), :unit,
           json_extract(:patients, '$[' || ((:unit + i) % json_array_length(:patients)) || ']'),
           datetime(:first_day, (i / 6) || ' days', (900 + i % 6 / 3 * 15) || ' minutes'),
           datetime(:first_day, (i / 6) || ' days', (915 + i % 6 / 3 * 15) || ' minutes'),
           :unit * 10, :unit * 10, :unit * 10 + i % 3, :unit * 10 + i % 3, 0, 'live', 1, 'Tolvan', 'Provsson',
           datetime(:first_day, '-20 days'), datetime(:first_day, '-20 days')
    FROM place
"""
_HOLDERS = """
    INSERT INTO slots (public_id, unit_id, starts, ends, time_type_id, performer_id, resource_id, blocked, booking_id)
    SELECT printf('%016x', unit_id * 1000000 + 500000 + id % 1000), unit_id, starts, ends, time_type_id,
           performer_id, resource_id, 0, id
    FROM bookings WHERE unit_id = :unit
"""
_OWN = """
    UPDATE bookings SET patient = :patient, reason = 'Värk i knät sedan i måndags', purpose = 'Ta med legitimation.',
                        public_id = 'BENCH-BOOKING-' || (1 + id % 1000 / 6)
    WHERE unit_id = :unit AND id % 1000 IN (0, 6, 12)
"""


def _add_times(connection: sqlite3.Connection, region: Region, unit: Unit) -> None:
    known = {"unit": unit.number, "first_day": region.first_day.isoformat(), "patients": json.dumps(OTHERS)}
    connection.execute(_FREE, {**known, "count": unit.free_slots})
    if unit.booked_slots:
        connection.execute(_BOOKED, {**known, "count": unit.booked_slots})
        connection.execute(_HOLDERS, known)


def _add_bookings_of_patient(connection: sqlite3.Connection, unit: Unit) -> None:
    connection.execute(_OWN, {"unit": unit.number, "patient": PATIENT})
