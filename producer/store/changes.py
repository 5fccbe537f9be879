"""What staff changed: one sentence each, and what it takes to undo it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, select

from producer.domain.staff import Change, Period, Sentence, Staff, Value
from producer.store import tables as t
from producer.store.timetable import Timetable


def add_change(
    timetable: Timetable,
    staff: Staff,
    sentence: Sentence,
    *,
    unit_id: int | None,
    now: datetime,
    undo: Mapping[str, Any] | None = None,
) -> int:
    """Keeps the sentence and answers its id; `undo` is JSON that the same part of the product understands."""
    row = {
        "unit_id": unit_id,
        "account_id": staff.account_id,
        "at": now.replace(microsecond=0),
        "sentence": _kept(sentence),
        "undo": undo,
    }
    added: Any = timetable.connection.execute(t.staff_changes.insert(), row).inserted_primary_key
    return int(added.id)


def changes_of(
    timetable: Timetable, unit_id: int | None, *, limit: int = 100, before_id: int | None = None
) -> list[Change]:
    """The newest first; of one unit, or those of no unit in particular."""
    query = _CHANGES.where(t.staff_changes.c.unit_id.is_not_distinct_from(unit_id)).limit(limit)
    if before_id is not None:
        query = query.where(t.staff_changes.c.id < before_id)
    return list(map(_change, timetable.connection.execute(query)))


def undo_of(timetable: Timetable, change_id: int, *, unit_id: int | None) -> Mapping[str, Any] | None:
    """What it takes to undo the change; None when it has been, cannot be, or is not there or not at this unit."""
    known = {"change_id": change_id, "unit_id": unit_id}
    found: Mapping[str, Any] | None = timetable.connection.execute(_UNDO, known).scalar()
    return found


def mark_undone(timetable: Timetable, change_id: int) -> None:
    timetable.connection.execute(_MARK, {"change_id": change_id})


def _kept(value: Value) -> Any:
    match value:
        case Sentence():
            return {"text": value.text, "values": {name: _kept(each) for name, each in value.values.items()}}
        case Period():
            return {"from": value.starts.isoformat(), "to": value.ends.isoformat()}
        case datetime():
            return {"at": value.isoformat()}
        case date():
            return {"on": value.isoformat()}
        case _:
            return value


def _value(kept: Any) -> Value:
    match kept:
        case {"text": text, "values": values}:
            return Sentence(text, {name: _value(each) for name, each in values.items()})
        case {"from": starts, "to": ends}:
            return Period(datetime.fromisoformat(starts), datetime.fromisoformat(ends))
        case {"at": moment}:
            return datetime.fromisoformat(moment)
        case {"on": day}:
            return date.fromisoformat(day)
        case str() | int():
            return kept
        case _:
            raise ValueError("a sentence keeps words, numbers, days and periods")


def _change(row: Row[Any]) -> Change:
    told = row.sentence
    return Change(
        id=row.id,
        unit_id=row.unit_id,
        account=row.account,
        at=row.at,
        sentence=Sentence(told["text"], {name: _value(kept) for name, kept in told["values"].items()}),
        can_be_undone=row.has_undo and not row.undone,
        undone=row.undone,
    )


_CHANGES: Select[Any] = (
    select(
        *(t.staff_changes.c[name] for name in ("id", "unit_id", "at", "sentence", "undone")),
        t.accounts.c.name.label("account"),
        t.staff_changes.c.undo.is_not(None).label("has_undo"),
    )
    .join(t.accounts, t.accounts.c.id == t.staff_changes.c.account_id)
    .order_by(t.staff_changes.c.id.desc())
)
_UNDO = select(t.staff_changes.c.undo).where(
    t.staff_changes.c.id == bindparam("change_id"),
    t.staff_changes.c.unit_id.is_not_distinct_from(bindparam("unit_id")),
    ~t.staff_changes.c.undone,
)
_MARK = t.staff_changes.update().where(t.staff_changes.c.id == bindparam("change_id")).values(undone=True)
