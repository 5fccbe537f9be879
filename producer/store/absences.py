"""When performers are away from a unit, which slots that has blocked, and which bookings it meets."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, select, text

from producer.domain.schedule import Absence
from producer.store import tables as t
from producer.store.timetable import Timetable


@dataclass(frozen=True, kw_only=True, slots=True)
class Met:
    """A live booking in the way of an absence, without a word of whose it is."""

    public_id: str
    starts: datetime
    ends: datetime
    time_type: str | None
    is_invitation: bool


def absences_between(timetable: Timetable, unit_id: int, starts: datetime, ends: datetime) -> list[Absence]:
    """Those that touch the period, in order of start."""
    known = {"unit_id": unit_id, "from": starts, "to": ends}
    return list(map(_absence, timetable.connection.execute(_BETWEEN, known)))


def absence(timetable: Timetable, unit_id: int, absence_id: int) -> Absence | None:
    row = timetable.connection.execute(_ONE, {"unit_id": unit_id, "absence_id": absence_id}).first()
    return None if row is None else _absence(row)


def add_absence(timetable: Timetable, new: Absence) -> int:
    """Its key; the one it comes with means nothing."""
    added: Any = timetable.connection.execute(t.absences.insert(), _row_of(new)).inserted_primary_key
    return int(added.id)


def change_absence(timetable: Timetable, changed: Absence) -> None:
    timetable.connection.execute(t.absences.update().where(t.absences.c.id == changed.id).values(**_row_of(changed)))


def remove_absence(timetable: Timetable, absence_id: int) -> None:
    timetable.connection.execute(t.absence_blocks.delete().where(t.absence_blocks.c.absence_id == absence_id))
    timetable.connection.execute(t.absences.delete().where(t.absences.c.id == absence_id))


def blocked_by(timetable: Timetable, absence_id: int) -> frozenset[str]:
    """The public ids of the slots that it blocked."""
    return frozenset(timetable.connection.scalars(_BLOCKED, {"absence_id": absence_id}))


def remember_blocked(timetable: Timetable, absence_id: int, public_ids: Iterable[str]) -> None:
    """Those too that it blocked before, if they have been opened since."""
    new = set(public_ids) - blocked_by(timetable, absence_id)
    rows = [{"absence_id": absence_id, "slot_public_id": public_id} for public_id in sorted(new)]
    if rows:
        timetable.connection.execute(t.absence_blocks.insert(), rows)


def forget_blocked(timetable: Timetable, absence_id: int, public_ids: Collection[str]) -> None:
    rows = [{"absence": absence_id, "slot": public_id} for public_id in sorted(public_ids)]
    if rows:
        timetable.connection.execute(_FORGET, rows)


def bookings_met(timetable: Timetable, away: Absence) -> list[Met]:
    """The performer's bookings at the unit while she is away, in order of start."""
    known = {
        "unit_id": away.unit_id,
        "performer_id": away.performer_id,
        "from": away.starts,
        "to": away.ends,
    }
    return [
        Met(
            public_id=row.public_id,
            starts=row.starts,
            ends=row.ends,
            time_type=row.time_type,
            is_invitation=row.is_invitation,
        )
        for row in timetable.connection.execute(_BOOKINGS, known)
    ]


def _absence(row: Row[Any]) -> Absence:
    return Absence(
        id=row.id,
        unit_id=row.unit_id,
        performer_id=row.performer_id,
        starts=row.starts,
        ends=row.ends,
        reason=row.reason,
    )


def _row_of(away: Absence) -> dict[str, object]:
    return {name: getattr(away, name) for name in ("unit_id", "performer_id", "starts", "ends", "reason")}


_OF_UNIT: Select[Any] = (
    select(t.absences)
    .where(t.absences.c.unit_id == bindparam("unit_id"))
    .order_by(t.absences.c.starts, t.absences.c.id)
)
_BETWEEN = _OF_UNIT.where(t.absences.c.ends > bindparam("from"), t.absences.c.starts < bindparam("to"))
_ONE = _OF_UNIT.where(t.absences.c.id == bindparam("absence_id"))
_BLOCKED = select(t.absence_blocks.c.slot_public_id).where(t.absence_blocks.c.absence_id == bindparam("absence_id"))
_FORGET = t.absence_blocks.delete().where(
    t.absence_blocks.c.absence_id == bindparam("absence"), t.absence_blocks.c.slot_public_id == bindparam("slot")
)
_BOOKINGS = (
    select(
        *(t.bookings.c[name] for name in ("public_id", "starts", "ends", "is_invitation")),
        t.time_types.c.name.label("time_type"),
    )
    .outerjoin(t.time_types, t.time_types.c.id == t.bookings.c.time_type_id)
    .where(
        t.bookings.c.unit_id == bindparam("unit_id"),
        t.bookings.c.performer_id == bindparam("performer_id"),
        t.bookings.c.ends > bindparam("from"),
        t.bookings.c.starts < bindparam("to"),
        text(f"bookings.{t.LIVE}"),
    )
    .order_by(t.bookings.c.starts)
)
