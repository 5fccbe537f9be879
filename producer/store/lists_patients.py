"""Which patients a unit has listed, and which may not book online."""

from typing import Any

from sqlalchemy import Select, Table, func, select

from producer.domain.model import Performer
from producer.domain.registers import Note, NoteKind
from producer.store import tables as t
from producer.store.timetable import Timetable

_TABLES: dict[NoteKind, tuple[Table, str]] = {
    NoteKind.LISTED: (t.listings, "performer_id"),
    NoteKind.BARRED: (t.restrictions, "time_type_id"),
}


def notes(
    timetable: Timetable, kind: NoteKind, unit_id: int, *, patient: str | None, limit: int, offset: int
) -> list[Note]:
    """By patient; of one patient alone if one is named."""
    table, _ = _TABLES[kind]
    query = _NOTES[kind].where(table.c.unit_id == unit_id)
    if patient is not None:
        query = query.where(table.c.patient == patient)
    query = query.order_by(table.c.patient, table.c.id).limit(limit).offset(offset)
    return [_note(row) for row in timetable.connection.execute(query)]


def note(timetable: Timetable, kind: NoteKind, unit_id: int, note_id: int) -> Note | None:
    table, _ = _TABLES[kind]
    row = timetable.connection.execute(_NOTES[kind].where(table.c.unit_id == unit_id, table.c.id == note_id)).first()
    return None if row is None else _note(row)


def count_notes(timetable: Timetable, kind: NoteKind, unit_id: int) -> int:
    table, _ = _TABLES[kind]
    query = select(func.count()).where(table.c.unit_id == unit_id)
    return int(timetable.connection.execute(query).scalar_one())


def has_note(timetable: Timetable, kind: NoteKind, unit_id: int, patient: str, about_id: int | None) -> bool:
    table, about = _TABLES[kind]
    same = (table.c.unit_id == unit_id, table.c.patient == patient, table.c[about].is_not_distinct_from(about_id))
    return timetable.connection.execute(select(table.c.id).where(*same)).first() is not None


def add_note(timetable: Timetable, kind: NoteKind, unit_id: int, patient: str, about_id: int | None) -> None:
    """Raises Collision if it is there."""
    table, about = _TABLES[kind]
    timetable.connection.execute(table.insert(), {"unit_id": unit_id, "patient": patient, about: about_id})


def remove_note(timetable: Timetable, kind: NoteKind, note_id: int) -> None:
    table, _ = _TABLES[kind]
    timetable.connection.execute(table.delete().where(table.c.id == note_id))


def _note(row: Any) -> Note:
    """The name of a time type, or a performer's made of hers."""
    about = row.name if "name" in row._fields else _name_of(row)
    return Note(id=row.note_id, patient=row.patient, about=about)


def _name_of(row: Any) -> str | None:
    if row.hsa_id is None:
        return None
    names = {name: getattr(row, name) for name in ("id", "hsa_id", "first_name", "middle_name", "last_name", "title")}
    return Performer(**names).full_name


_listed, _barred = t.listings.c, t.restrictions.c
_NOTES: dict[NoteKind, Select[Any]] = {
    NoteKind.LISTED: select(_listed.id.label("note_id"), _listed.patient, t.performers).outerjoin_from(
        t.listings, t.performers, t.performers.c.id == _listed.performer_id
    ),
    NoteKind.BARRED: select(_barred.id.label("note_id"), _barred.patient, t.time_types.c.name).outerjoin_from(
        t.restrictions, t.time_types, t.time_types.c.id == _barred.time_type_id
    ),
}
