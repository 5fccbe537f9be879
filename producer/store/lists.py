"""The lists of a unit as staff keep them: its performers, resources, care types and time types, retired or not."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, and_, func, or_, select, text, union

from producer.domain.model import Performer
from producer.domain.registers import Entry, Register, Use
from producer.store import tables as t
from producer.store.timetable import Timetable
from producer.store.units import hsa_key

_TABLES = {
    Register.TIME_TYPES: t.time_types,
    Register.PERFORMERS: t.performers,
    Register.RESOURCES: t.resources,
    Register.CARE_TYPES: t.care_types,
}


def entries(timetable: Timetable, register: Register, unit_id: int) -> list[Entry]:
    """What is in use first, by name; then the retired."""
    listed = _members(timetable, unit_id) if register is Register.PERFORMERS else _things(timetable, register, unit_id)
    return sorted(listed, key=lambda entry: (entry.retired, _in_swedish(entry)))


def entry(timetable: Timetable, register: Register, unit_id: int, entry_id: int) -> Entry | None:
    return next((each for each in entries(timetable, register, unit_id) if each.id == entry_id), None)


def known_performer(timetable: Timetable, hsa_id: str) -> Entry | None:
    """One of any unit or of none."""
    row = timetable.connection.execute(select(t.performers).where(t.performers.c.hsa_key == hsa_key(hsa_id))).first()
    return None if row is None else _member(row, _units_of(timetable, [row.id]).get(row.id, set()))


def performers_elsewhere(timetable: Timetable, unit_id: int, other_unit_ids: Collection[int]) -> list[Entry]:
    """Members of the other units who are not members of this one."""
    members = t.memberships.c
    here = select(members.performer_id).where(members.unit_id == unit_id)
    there = select(members.performer_id).where(members.unit_id.in_(other_unit_ids), members.performer_id.not_in(here))
    query = select(t.performers).where(t.performers.c.id.in_(there), ~t.performers.c.retired)
    return sorted((_member(row, set()) for row in timetable.connection.execute(query)), key=_in_swedish)


def add_entry(timetable: Timetable, register: Register, **columns: Any) -> int:
    """Raises Collision if somebody else has just given the same code or HSA-id."""
    added: Any = timetable.connection.execute(_TABLES[register].insert(), columns).inserted_primary_key
    return int(added.id)


def change_entry(timetable: Timetable, register: Register, entry_id: int, **columns: Any) -> None:
    table = _TABLES[register]
    timetable.connection.execute(table.update().where(table.c.id == entry_id).values(**columns))


def delete_entry(timetable: Timetable, register: Register, entry_id: int) -> None:
    """One that nothing refers to but its own links."""
    table = _TABLES[register]
    for column in _LINKS[register]:
        timetable.connection.execute(column.table.delete().where(column == entry_id))
    timetable.connection.execute(table.delete().where(table.c.id == entry_id))


def add_member(timetable: Timetable, unit_id: int, performer_id: int) -> None:
    timetable.connection.execute(t.memberships.insert(), {"unit_id": unit_id, "performer_id": performer_id})


def remove_member(timetable: Timetable, unit_id: int, performer_id: int, now: datetime) -> None:
    """Her coming times at the unit that are free are blocked, and its time types are hers no more."""
    slots, links = t.slots.c, t.time_type_performers.c
    connection = timetable.connection
    coming = and_(slots.unit_id == unit_id, slots.performer_id == performer_id, slots.starts > now, text(t.FREE))
    connection.execute(t.slots.update().where(coming).values(blocked=True))
    own = select(t.time_types.c.id).where(t.time_types.c.unit_id == unit_id)
    gone = and_(links.performer_id == performer_id, links.time_type_id.in_(own))
    connection.execute(t.time_type_performers.delete().where(gone))
    member = and_(t.memberships.c.unit_id == unit_id, t.memberships.c.performer_id == performer_id)
    connection.execute(t.memberships.delete().where(member))


def set_care_types(timetable: Timetable, time_type_id: int, care_type_ids: Iterable[int]) -> None:
    """In order: the first is the one that its times name."""
    rows = [
        {"time_type_id": time_type_id, "care_type_id": each, "place": place} for place, each in enumerate(care_type_ids)
    ]
    _set_links(timetable, t.time_type_care_types.c.time_type_id, time_type_id, rows)


def set_performers(timetable: Timetable, time_type_id: int, performer_ids: Iterable[int]) -> None:
    rows = [{"time_type_id": time_type_id, "performer_id": each} for each in sorted(performer_ids)]
    _set_links(timetable, t.time_type_performers.c.time_type_id, time_type_id, rows)


def give_time_types(timetable: Timetable, performer_id: int, time_type_ids: Iterable[int]) -> None:
    """To a performer who is new at the unit and has none of its time types."""
    rows = [{"time_type_id": each, "performer_id": performer_id} for each in sorted(time_type_ids)]
    if rows:
        timetable.connection.execute(t.time_type_performers.insert(), rows)


def use_of(timetable: Timetable, register: Register, unit_id: int | None, entry_id: int, now: datetime) -> Use:
    """At one unit, or wherever it is; whether it is used at all is told of every unit."""

    def count(query: Select[Any]) -> int:
        return int(timetable.connection.execute(query).scalar_one())

    def here(table: Table) -> ColumnElement[bool]:
        return (
            _refers(table, register, entry_id)
            if unit_id is None
            else and_(table.c.unit_id == unit_id, _refers(table, register, entry_id))
        )

    coming = or_(t.bookings.c.starts > now, t.bookings.c.starts.is_(None))
    return Use(
        free_times=count(select(func.count()).where(here(t.slots), t.slots.c.starts > now, text(t.FREE))),
        bookings=count(select(func.count()).where(here(t.bookings), coming, text(t.LIVE))),
        schedules=tuple(timetable.connection.scalars(_lasting_schedules(here(t.base_schedules), now))),
        is_booked=_is_any(timetable, [_column(t.bookings, register)], entry_id),
        is_used=_is_any(timetable, _REFERENCES[register], entry_id),
    )


def _column(table: Table, register: Register) -> Column[Any]:
    """The column that names an entry of the register; slots and schedules have none of care types."""
    return table.c[_COLUMNS[register]]


def _refers(table: Table, register: Register, entry_id: int) -> ColumnElement[bool]:
    if table is t.base_schedules and register is Register.TIME_TYPES:
        links = t.base_schedule_time_types.c
        return table.c.id.in_(select(links.base_schedule_id).where(links.time_type_id == entry_id))
    if register is Register.CARE_TYPES and table is not t.bookings:
        return table.c.id < 0
    return _column(table, register) == entry_id


def _lasting_schedules(mine: ColumnElement[bool], now: datetime) -> Select[Any]:
    schedules = t.base_schedules.c
    lasting = or_(schedules.valid_to.is_(None), schedules.valid_to > now.date())
    return select(schedules.name).where(mine, lasting).order_by(schedules.name)


def _is_any(timetable: Timetable, columns: Iterable[Column[Any]], entry_id: int) -> bool:
    found = union(*(select(column).where(column == entry_id) for column in columns)).limit(1)
    return timetable.connection.execute(found).first() is not None


def _set_links(timetable: Timetable, owner: Column[Any], owner_id: int, rows: list[dict[str, int]]) -> None:
    timetable.connection.execute(owner.table.delete().where(owner == owner_id))
    if rows:
        timetable.connection.execute(owner.table.insert(), rows)


def _members(timetable: Timetable, unit_id: int) -> list[Entry]:
    here = select(t.memberships.c.performer_id).where(t.memberships.c.unit_id == unit_id)
    rows = timetable.connection.execute(select(t.performers).where(t.performers.c.id.in_(here))).all()
    units = _units_of(timetable, [row.id for row in rows])
    return [_member(row, units[row.id]) for row in rows]


def _member(row: Any, unit_ids: set[int]) -> Entry:
    names = {name: getattr(row, name) for name in ("id", "hsa_id", "first_name", "middle_name", "last_name", "title")}
    person = Performer(**names)
    return Entry(
        id=row.id,
        code=row.hsa_id,
        name=person.full_name,
        retired=row.retired,
        person=person,
        unit_ids=frozenset(unit_ids),
    )


def _units_of(timetable: Timetable, performer_ids: list[int]) -> dict[int, set[int]]:
    units: dict[int, set[int]] = {}
    links = select(t.memberships).where(t.memberships.c.performer_id.in_(performer_ids))
    for link in timetable.connection.execute(links):
        units.setdefault(link.performer_id, set()).add(link.unit_id)
    return units


def _things(timetable: Timetable, register: Register, unit_id: int) -> list[Entry]:
    table = _TABLES[register]
    rows = timetable.connection.execute(select(table).where(table.c.unit_id == unit_id)).all()
    ids = [row.id for row in rows] if register is Register.TIME_TYPES else []
    cares, people = t.time_type_care_types.c, t.time_type_performers.c
    care_types = _linked(timetable, select(cares.time_type_id, cares.care_type_id).order_by(cares.place), ids)
    performers = _linked(timetable, select(people.time_type_id, people.performer_id), ids)
    return [
        Entry(
            id=row.id,
            code=row.code,
            name=row.name,
            retired=row.retired,
            care_type_ids=tuple(care_types.get(row.id, ())),
            performer_ids=frozenset(performers.get(row.id, ())),
        )
        for row in rows
    ]


def _linked(timetable: Timetable, query: Select[Any], ids: list[int]) -> dict[int, list[int]]:
    linked: dict[int, list[int]] = {}
    for owner, other in timetable.connection.execute(query.where(query.selected_columns[0].in_(ids))):
        linked.setdefault(owner, []).append(other)
    return linked


# The alphabet ends in å ä ö: here and not in the database, whose collation may be any.
_SWEDISH_ENDING = str.maketrans("åäö", "{|}")


def _in_swedish(entry: Entry) -> tuple[str, ...]:
    person = entry.person
    names = (entry.name, entry.code) if person is None else (person.last_name, person.first_name, person.hsa_id)
    return tuple(name.lower().translate(_SWEDISH_ENDING) for name in names)


_COLUMNS = {
    Register.TIME_TYPES: "time_type_id",
    Register.PERFORMERS: "performer_id",
    Register.RESOURCES: "resource_id",
    Register.CARE_TYPES: "care_type_id",
}
_LINKS: dict[Register, tuple[Column[Any], ...]] = {
    Register.TIME_TYPES: (t.time_type_care_types.c.time_type_id, t.time_type_performers.c.time_type_id),
    Register.PERFORMERS: (t.time_type_performers.c.performer_id, t.memberships.c.performer_id),
    Register.RESOURCES: (),
    Register.CARE_TYPES: (t.time_type_care_types.c.care_type_id,),
}


def _references(register: Register) -> tuple[Column[Any], ...]:
    """Every column of the timetable that names an entry of the register, but for its own links."""
    keys = (
        key.parent
        for table in t.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column is _TABLES[register].c.id and key.parent not in set(_LINKS[register])
    )
    return tuple(keys)


_REFERENCES = {register: _references(register) for register in Register}
