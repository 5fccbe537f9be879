"""Reading a care unit and what it has: time types, care types, performers and resources."""

from collections import defaultdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, bindparam, select

from producer.domain.model import CareType, CareUnit, Performer, Resource, TimeType
from producer.store import tables as t
from producer.store.unit_rules import rules_of


def hsa_key(hsa_id: str) -> str:
    """What an HSA-id is found by: upper and lower case are the same (rule 17)."""
    return hsa_id.upper()


class Units:
    """The part of a timetable that tells about care units."""

    connection: Connection

    def unit(self, hsa_id: str) -> CareUnit | None:
        return _unit_or_none(self.connection.execute(_UNIT, {"hsa_key": hsa_key(hsa_id)}).first())

    def unit_by_id(self, unit_id: int) -> CareUnit | None:
        return _unit_or_none(self.connection.execute(_UNIT_BY_ID, {"unit_id": unit_id}).first())

    def units(self) -> tuple[CareUnit, ...]:
        return tuple(map(_care_unit, self.connection.execute(_UNITS)))

    def units_of_group(self, name: str) -> tuple[CareUnit, ...]:
        return tuple(map(_care_unit, self.connection.execute(_UNITS_OF_GROUP, {"name": name})))

    def time_types(self, unit_id: int) -> tuple[TimeType, ...]:
        """Ordered by code, each with its care types in their order."""
        here = {"unit_id": unit_id}
        care_types: defaultdict[int, list[CareType]] = defaultdict(list)
        for link in self.connection.execute(_CARE_TYPES_OF_TIME_TYPES, here):
            care_types[link.time_type_id].append(_care_type(link))
        performers: defaultdict[int, list[int]] = defaultdict(list)
        for link in self.connection.execute(_PERFORMERS_OF_TIME_TYPES, here):
            performers[link.time_type_id].append(link.performer_id)
        return tuple(
            TimeType(
                id=row.id,
                code=row.code,
                name=row.name,
                care_types=tuple(care_types[row.id]),
                performer_ids=frozenset(performers[row.id]),
            )
            for row in self.connection.execute(_TIME_TYPES, here)
        )

    def care_types(self, unit_id: int) -> tuple[CareType, ...]:
        return tuple(map(_care_type, self.connection.execute(_CARE_TYPES, {"unit_id": unit_id})))

    def performers(self, unit_id: int) -> tuple[Performer, ...]:
        """The members of a unit, by last and first name."""
        members = map(performer_of, self.connection.execute(_PERFORMERS, {"unit_id": unit_id}))
        return tuple(sorted(members, key=_place_in_swedish))

    def performer(self, hsa_id: str) -> Performer | None:
        row = self.connection.execute(_PERFORMER, {"hsa_key": hsa_key(hsa_id)}).first()
        return None if row is None else performer_of(row)

    def resources(self, unit_id: int) -> tuple[Resource, ...]:
        return tuple(map(resource_of, self.connection.execute(_RESOURCES, {"unit_id": unit_id})))


def performer_of(row: Row[Any]) -> Performer:
    return Performer(
        id=row.id,
        hsa_id=row.hsa_id,
        first_name=row.first_name,
        last_name=row.last_name,
        middle_name=row.middle_name,
        title=row.title,
    )


def resource_of(row: Row[Any]) -> Resource:
    return Resource(id=row.id, code=row.code, name=row.name)


def _care_type(row: Row[Any]) -> CareType:
    return CareType(id=row.id, code=row.code, name=row.name)


# The alphabet ends in å ä ö: here and not in the database, whose collation may be any.
_SWEDISH_ENDING = str.maketrans("åäö", "{|}")


def _place_in_swedish(performer: Performer) -> tuple[str, ...]:
    names = (performer.last_name, performer.first_name, performer.hsa_id)
    return tuple(name.lower().translate(_SWEDISH_ENDING) for name in names)


def _unit_or_none(row: Row[Any] | None) -> CareUnit | None:
    return None if row is None else _care_unit(row)


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
        rules=rules_of(row),
    )


_SELECT_UNITS: Select[Any] = (
    select(
        t.care_units,
        t.unit_groups.c.name.label("group_name"),
        *(column for column in t.booking_rules.c if column.name != "unit_id"),
    )
    .select_from(t.care_units)
    .outerjoin(t.unit_groups, t.care_units.c.group_id == t.unit_groups.c.id)
    .outerjoin(t.booking_rules, t.booking_rules.c.unit_id == t.care_units.c.id)
)
_UNIT = _SELECT_UNITS.where(t.care_units.c.hsa_key == bindparam("hsa_key"))
_UNIT_BY_ID = _SELECT_UNITS.where(t.care_units.c.id == bindparam("unit_id"))
_UNITS = _SELECT_UNITS.order_by(t.care_units.c.hsa_key)
_UNITS_OF_GROUP = _UNITS.where(t.unit_groups.c.name == bindparam("name"))


def _of_unit(table: Table, *columns: ColumnElement[Any]) -> Select[Any]:
    """What belongs to one unit: its code and name, or the given columns, in order of code."""
    chosen = columns or (table.c.id, table.c.code, table.c.name)
    return select(*chosen).where(table.c.unit_id == bindparam("unit_id")).order_by(table.c.code)


_TIME_TYPES = _of_unit(t.time_types)
_CARE_TYPES = _of_unit(t.care_types)
_RESOURCES = _of_unit(t.resources)

_time_type_id = t.time_types.c.id.label("time_type_id")
_CARE_TYPES_OF_TIME_TYPES = (
    _of_unit(t.time_types, _time_type_id, t.care_types.c.id, t.care_types.c.code, t.care_types.c.name)
    .join(t.time_type_care_types, t.time_type_care_types.c.time_type_id == t.time_types.c.id)
    .join(t.care_types, t.care_types.c.id == t.time_type_care_types.c.care_type_id)
    .order_by(None)
    .order_by(t.time_type_care_types.c.place, t.care_types.c.code)
)
_PERFORMERS_OF_TIME_TYPES = (
    _of_unit(t.time_types, _time_type_id, t.time_type_performers.c.performer_id)
    .join(t.time_type_performers, t.time_type_performers.c.time_type_id == t.time_types.c.id)
    .order_by(None)
)
_PERFORMERS = (
    select(t.performers)
    .join(t.memberships, t.memberships.c.performer_id == t.performers.c.id)
    .where(t.memberships.c.unit_id == bindparam("unit_id"))
)
_PERFORMER = select(t.performers).where(t.performers.c.hsa_key == bindparam("hsa_key"))
