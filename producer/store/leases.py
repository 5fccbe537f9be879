"""Leases of work that one of all processes does at a time, by the database's clock, for hosts' clocks differ."""

from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, bindparam, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite

from producer.store import tables as t
from producer.store.timetable import Timetable

_NOW: Final[dict[str, ColumnElement[int]]] = {
    "sqlite": literal_column("CAST(strftime('%s', 'now') AS INTEGER)", BigInteger),
    "postgresql": literal_column("CAST(extract(epoch FROM clock_timestamp()) AS bigint)", BigInteger),
}
_NOBODY: Final = ""
_INSERT: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def is_free(timetable: Timetable, name: str, holder: str) -> bool:
    """Whether this holder could have it just now; only read, so it costs next to nothing."""
    held = t.leases.c
    query = select(held.name).where(held.name == name, held.holder != holder, held.until > _now(timetable))
    return timetable.connection.execute(query).first() is None


def take(timetable: Timetable, name: str, holder: str, seconds: int) -> bool:
    """Have it, or have it longer; what a holder that was killed had runs out by itself."""
    now = _now(timetable)
    until = now + bindparam("seconds", seconds, BigInteger)
    row = _INSERT[timetable.connection.dialect.name](t.leases).values(name=name, holder=holder, until=until)
    statement = row.on_conflict_do_update(
        index_elements=[t.leases.c.name],
        set_={"holder": holder, "until": until},
        where=(t.leases.c.holder == holder) | (t.leases.c.until <= now),
    )
    return timetable.connection.execute(statement.returning(t.leases.c.name)).first() is not None


def leave(timetable: Timetable, name: str, holder: str, seconds: int) -> None:
    """Let anybody have it, this holder too, after so many seconds; what is another's meanwhile stays."""
    held = t.leases.c
    change = t.leases.update().where(held.name == name, held.holder == holder)
    timetable.connection.execute(change.values(holder=_NOBODY, until=_now(timetable) + seconds))


def held_beyond(timetable: Timetable, seconds: int) -> list[str]:
    """The names of those that nobody else can have for longer than that."""
    query = select(t.leases.c.name).where(t.leases.c.until > _now(timetable) + seconds).order_by(t.leases.c.name)
    return list(timetable.connection.scalars(query))


def _now(timetable: Timetable) -> ColumnElement[int]:
    return _NOW[timetable.connection.dialect.name]
