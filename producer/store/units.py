"""Reading a care unit and what it has: time types, care types, performers and resources."""

from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, and_, bindparam, func, null, select, union_all

from producer.domain.model import CareType, CareUnit, Performer, Resource, TimeType
from producer.store import tables as t
from producer.store.memory import Memory, once
from producer.store.unit_rules import RULES, rules_of


def hsa_key(hsa_id: str) -> str:
    """What an HSA-id is found by: upper and lower case are the same (rule 17)."""
    return hsa_id.upper()


class Units:
    """The part of a timetable that tells about care units."""

    connection: Connection
    memory: Memory

    def unit(self, hsa_id: str) -> CareUnit | None:
        key = hsa_key(hsa_id)
        return self.memory.units.get(key) or self._unit(_UNIT, {"hsa_key": key})

    def unit_by_id(self, unit_id: int) -> CareUnit | None:
        return self.memory.units.get(unit_id) or self._unit(_UNIT_BY_ID, {"unit_id": unit_id})

    def unit_read_anew(self, unit_id: int) -> CareUnit | None:
        """As it is now, for another may have changed it since this transaction began."""
        return self._unit(_UNIT_BY_ID, {"unit_id": unit_id})

    def _unit(self, statement: Select[Any], known: dict[str, object]) -> CareUnit | None:
        row = self.connection.execute(statement, known).first()
        return None if row is None else self.unit_in(row)

    def unit_in(self, row: Row[Any]) -> CareUnit:
        """The unit in a row that ends with UNIT, as it is from here on."""
        unit = _care_unit(row)
        self.memory.units[unit.id] = self.memory.units[row.hsa_key] = unit
        return unit

    def suppose(self, unit: CareUnit) -> None:
        """From here on this transaction takes the unit to be so, to see what would follow; nothing is written."""
        self.memory.units[unit.id] = self.memory.units[hsa_key(unit.hsa_id)] = unit

    def unit_count(self) -> int:
        return self.connection.execute(_UNIT_COUNT).scalar_one()

    def units(self) -> tuple[CareUnit, ...]:
        return tuple(map(_care_unit, self.connection.execute(_UNITS)))

    def units_of_group(self, name: str) -> tuple[CareUnit, ...]:
        units = map(_care_unit, self.connection.execute(_UNITS_OF_GROUP, {"name": name}))
        return tuple(self.memory.units.get(unit.id, unit) for unit in units)

    @once
    def time_types(self, unit_id: int) -> tuple[TimeType, ...]:
        """Those in use, ordered by code, each with its care types in their order."""
        return tuple(kind for kind in self.every_time_type(unit_id) if not kind.retired)

    @once
    def every_time_type(self, unit_id: int) -> tuple[TimeType, ...]:
        """And the retired, which slots and bookings may still have."""
        links = self.connection.execute(_TIME_TYPES, {"unit_id": unit_id}).all()
        return tuple(_time_type(list(rows)) for _, rows in groupby(links, key=attrgetter("id")))

    def care_types(self, unit_id: int) -> tuple[CareType, ...]:
        return tuple(map(_care_type, self.connection.execute(_CARE_TYPES, {"unit_id": unit_id})))

    def performers(self, unit_id: int) -> tuple[Performer, ...]:
        """The members of a unit who are not retired, by last and first name."""
        members = map(_performer, self.connection.execute(_PERFORMERS, {"unit_id": unit_id}))
        return tuple(sorted(members, key=_place_in_swedish))

    def performer(self, hsa_id: str) -> Performer | None:
        row = self.connection.execute(_PERFORMER, {"hsa_key": hsa_key(hsa_id)}).first()
        return None if row is None else _performer(row)

    def resources(self, unit_id: int) -> tuple[Resource, ...]:
        return tuple(map(_resource, self.connection.execute(_RESOURCES, {"unit_id": unit_id})))


def performer_named_in(row: Row[Any]) -> Performer | None:
    """The performer in a row of something else, selected with PERFORMER_NAMED."""
    if row.performer_id is None:
        return None
    return Performer(
        id=row.performer_id,
        hsa_id=row.performer_hsa_id,
        first_name=row.performer_first_name,
        last_name=row.performer_last_name,
        middle_name=row.performer_middle_name,
        title=row.performer_title,
    )


def resource_named_in(row: Row[Any]) -> Resource | None:
    """The resource in a row of something else, selected with RESOURCE_NAMED."""
    if row.resource_id is None:
        return None
    return Resource(id=row.resource_id, code=row.resource_code, name=row.resource_name)


def _performer(row: Row[Any]) -> Performer:
    return Performer(
        id=row.id,
        hsa_id=row.hsa_id,
        first_name=row.first_name,
        last_name=row.last_name,
        middle_name=row.middle_name,
        title=row.title,
    )


def _resource(row: Row[Any]) -> Resource:
    return Resource(id=row.id, code=row.code, name=row.name)


def _time_type(links: list[Row[Any]]) -> TimeType:
    """Each row has the time type itself, and one of its care types or one of its performers."""
    first, *_ = links
    return TimeType(
        id=first.id,
        code=first.code,
        name=first.name,
        care_types=tuple(
            CareType(id=link.care_type_id, code=link.care_type_code, name=link.care_type_name)
            for link in links
            if link.care_type_id is not None
        ),
        performer_ids=frozenset(link.performer_id for link in links) - {None},
        retired=first.retired,
    )


def _care_type(row: Row[Any]) -> CareType:
    return CareType(id=row.id, code=row.code, name=row.name)


# The alphabet ends in å ä ö: here and not in the database, whose collation may be any.
_SWEDISH_ENDING = str.maketrans("åäö", "{|}")


def _place_in_swedish(performer: Performer) -> tuple[str, ...]:
    names = (performer.last_name, performer.first_name, performer.hsa_id)
    return tuple(name.lower().translate(_SWEDISH_ENDING) for name in names)


def _care_unit(row: Row[Any]) -> CareUnit:
    return CareUnit(
        id=row.id,
        hsa_id=row.hsa_id,
        name=row.name,
        county=row.county,
        municipality_code=row.municipality_code,
        municipality_name=row.municipality_name,
        visiting_address=row.visiting_address,
        group=row.group_name,
        offers_care=row.offers_care,
        retired=row.retired,
        rules=rules_of(row),
    )


PERFORMER_NAMED = tuple(
    t.performers.c[name].label(f"performer_{name}")
    for name in ("hsa_id", "title", "first_name", "middle_name", "last_name")
)
RESOURCE_NAMED = tuple(t.resources.c[name].label(f"resource_{name}") for name in ("code", "name"))

UNIT = (*t.care_units.c, t.unit_groups.c.name.label("group_name"), *RULES)
"""A unit, selected from `care_units` with these two outer joins."""
GROUP_OF_UNIT = t.care_units.c.group_id == t.unit_groups.c.id
RULES_OF_UNIT = t.booking_rules.c.unit_id == t.care_units.c.id

_SELECT_UNITS: Select[Any] = (
    select(*UNIT)
    .select_from(t.care_units)
    .outerjoin(t.unit_groups, GROUP_OF_UNIT)
    .outerjoin(t.booking_rules, RULES_OF_UNIT)
)
_UNIT = _SELECT_UNITS.where(t.care_units.c.hsa_key == bindparam("hsa_key"))
_UNIT_BY_ID = _SELECT_UNITS.where(t.care_units.c.id == bindparam("unit_id"))
_UNIT_COUNT = select(func.count()).select_from(t.care_units)
_UNITS = _SELECT_UNITS.order_by(t.care_units.c.hsa_key)
_UNITS_OF_GROUP = _UNITS.where(t.unit_groups.c.name == bindparam("name"))


def _of_unit(table: Table) -> Select[Any]:
    """What one unit has and has not retired, in order of code."""
    columns = table.c.id, table.c.code, table.c.name
    return select(*columns).where(table.c.unit_id == bindparam("unit_id"), ~table.c.retired).order_by(table.c.code)


_CARE_TYPES = _of_unit(t.care_types)
_RESOURCES = _of_unit(t.resources)

_kind, _care = t.time_types.c, t.care_types.c
_WITH_CARE_TYPES = (
    select(
        _kind.id,
        _kind.code,
        _kind.name,
        _kind.retired,
        t.time_type_care_types.c.place,
        _care.id.label("care_type_id"),
        _care.code.label("care_type_code"),
        _care.name.label("care_type_name"),
        null().label("performer_id"),
    )
    .outerjoin_from(t.time_types, t.time_type_care_types, t.time_type_care_types.c.time_type_id == _kind.id)
    .outerjoin(t.care_types, and_(_care.id == t.time_type_care_types.c.care_type_id, ~_care.retired))
    .where(_kind.unit_id == bindparam("unit_id"))
)
_WITH_PERFORMERS = (
    select(_kind.id, _kind.code, _kind.name, _kind.retired, *[null()] * 4, t.time_type_performers.c.performer_id)
    .join(t.time_type_performers, t.time_type_performers.c.time_type_id == _kind.id)
    .where(_kind.unit_id == bindparam("unit_id"))
)
_TIME_TYPES = union_all(_WITH_CARE_TYPES, _WITH_PERFORMERS).order_by("code", "place", "care_type_code")
_PERFORMERS = (
    select(t.performers)
    .join(t.memberships, t.memberships.c.performer_id == t.performers.c.id)
    .where(t.memberships.c.unit_id == bindparam("unit_id"), ~t.performers.c.retired)
)
_PERFORMER = select(t.performers).where(t.performers.c.hsa_key == bindparam("hsa_key"))
