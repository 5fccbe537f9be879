"""Slots as staff see and change them: all of them, free or not, by their rows."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, select

from producer.store import tables as t
from producer.store.opaque_ids import new_slot_id
from producer.store.timetable import Timetable


@dataclass(frozen=True, kw_only=True, slots=True)
class SlotFace:
    """All of a slot that staff decide."""

    starts: datetime
    ends: datetime
    time_type_id: int
    performer_id: int | None
    resource_id: int | None
    blocked: bool = False

    @property
    def place(self) -> tuple[datetime, datetime, int, int | None, int | None]:
        """What two slots of a unit are the same by."""
        return self.starts, self.ends, self.time_type_id, self.performer_id, self.resource_id

    @property
    def is_somebodys(self) -> bool:
        """Times with neither a performer nor a resource are lines, which may stand beside each other."""
        return self.performer_id is not None or self.resource_id is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class SlotRow:
    """A slot as it was read."""

    id: int
    public_id: str
    unit_id: int
    face: SlotFace
    booking_id: int | None = None


def slots_between(timetable: Timetable, unit_id: int, starts: datetime, ends: datetime) -> list[SlotRow]:
    """All that touch the period, in order of start."""
    known = {"unit_id": unit_id, "from": starts, "to": ends}
    return list(map(_slot_row, timetable.connection.execute(_BETWEEN, known)))


def slots_by_public_id(
    timetable: Timetable, unit_id: int, public_ids: Iterable[str], *, to_write: bool = False
) -> dict[str, SlotRow]:
    """Those of the unit that are there; nobody can book or change them meanwhile if they are read to write."""
    found: dict[str, SlotRow] = {}
    statement = _BY_PUBLIC_ID.with_for_update() if to_write else _BY_PUBLIC_ID
    # What no id can be, PostgreSQL does not even let one ask for.
    for some in _some_at_a_time(sorted({public_id for public_id in public_ids if "\0" not in public_id})):
        rows = timetable.connection.execute(statement, {"unit_id": unit_id, "public_ids": some})
        found.update({row.public_id: _slot_row(row) for row in rows})
    return found


def add_slots(
    timetable: Timetable, unit_id: int, faces: Sequence[SlotFace], public_ids: Sequence[str] = ()
) -> list[str]:
    """The public ids of what was added, in order; new ones unless they are given."""
    ids = list(public_ids) or [new_slot_id() for _ in faces]
    rows = [
        {"public_id": public_id, "unit_id": unit_id, **_columns_of(face)}
        for public_id, face in zip(ids, faces, strict=True)
    ]
    if rows:
        timetable.connection.execute(t.slots.insert(), rows)
    return ids


def remove_slots(timetable: Timetable, rows: Collection[SlotRow]) -> None:
    for some in _some_at_a_time([row.id for row in rows]):
        timetable.connection.execute(_REMOVE, {"ids": some})


def alter_slots(timetable: Timetable, pairs: Collection[tuple[SlotRow, SlotFace]]) -> None:
    if pairs:
        timetable.connection.execute(_ALTER, [{"slot_id": row.id, **_columns_of(face)} for row, face in pairs])


def _some_at_a_time(values: Sequence[Any]) -> Iterator[list[Any]]:
    """A statement takes only so many values."""
    return (list(values[first : first + _AT_A_TIME]) for first in range(0, len(values), _AT_A_TIME))


def _columns_of(face: SlotFace) -> dict[str, object]:
    return {name: getattr(face, name) for name in _FACE}


def _slot_row(row: Row[Any]) -> SlotRow:
    face = SlotFace(
        starts=row.starts,
        ends=row.ends,
        time_type_id=row.time_type_id,
        performer_id=row.performer_id,
        resource_id=row.resource_id,
        blocked=row.blocked,
    )
    return SlotRow(id=row.id, public_id=row.public_id, unit_id=row.unit_id, face=face, booking_id=row.booking_id)


_AT_A_TIME = 5000
_FACE = ("starts", "ends", "time_type_id", "performer_id", "resource_id", "blocked")
_SLOTS: Select[Any] = (
    select(t.slots).where(t.slots.c.unit_id == bindparam("unit_id")).order_by(t.slots.c.starts, t.slots.c.id)
)
_BETWEEN = _SLOTS.where(t.slots.c.ends > bindparam("from"), t.slots.c.starts < bindparam("to"))
_BY_PUBLIC_ID = _SLOTS.where(t.slots.c.public_id.in_(bindparam("public_ids", expanding=True)))
_REMOVE = t.slots.delete().where(t.slots.c.id.in_(bindparam("ids", expanding=True)))
_ALTER = t.slots.update().where(t.slots.c.id == bindparam("slot_id")).values({name: bindparam(name) for name in _FACE})
