"""What can go wrong in the store, translated from the driver's words once, at its edge.

StoreError
├── StoreUnavailable   the store cannot answer now: gone, locked too long, full, read-only
│   └── Entangled      it undid this for the sake of others: done anew it can succeed
├── Collision          somebody else was first, or a person or thing would be in two places at once
└── UnusableUrl        the database address names nothing this product can open
"""

import sqlite3
from collections.abc import Callable
from typing import Any

from sqlalchemy.engine import ExceptionContext


class StoreError(Exception):
    """The root of what the store itself raises."""


class StoreUnavailable(StoreError):
    """The store cannot answer now."""


class Entangled(StoreUnavailable):
    """The store undid this for the sake of others; done anew it can succeed."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"others kept the database from this: {reason}")
        self.reason = reason


class Collision(StoreError):
    """Somebody else was first; nothing was changed."""


class UnusableUrl(StoreError):
    """The database address names nothing this product can open."""


_SQLITE_COLLISIONS = frozenset(
    {
        sqlite3.SQLITE_CONSTRAINT_UNIQUE,
        sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
        sqlite3.SQLITE_CONSTRAINT_TRIGGER,
    }
)
_SQLITE_ENTANGLEMENTS = {sqlite3.SQLITE_BUSY: "busy", sqlite3.SQLITE_LOCKED: "locked"}
_SQLITE_TROUBLE = frozenset(
    {
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_AUTH,
        sqlite3.SQLITE_NOTADB,
    }
)

# Unique and exclusion: what is wanted is another's already.
_POSTGRESQL_COLLISIONS = frozenset({"23505", "23P01"})
# What the server ends because of others, who may want something else altogether.
_POSTGRESQL_ENTANGLEMENTS = {"40001": "serialization", "40P01": "deadlock", "55P03": "lock"}
# Connection, identity, catalogue, resources, operator, system and internal trouble; a statement that took too long,
# and a server that only reads, which calls a transaction that would write a feature it does not have.
_POSTGRESQL_TROUBLE = ("08", "28", "3D", "53", "57", "58", "XX", "25006", "0A000")


def translated(context: ExceptionContext) -> StoreError | None:
    """The store's own error for a driver's, or None to let a fault of ours come out as it is."""
    if context.is_pre_ping:
        return None
    return _TRANSLATIONS[context.dialect.name](context.original_exception, context.is_disconnect)


def _from_sqlite(error: BaseException, is_disconnect: bool) -> StoreError | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code in _SQLITE_COLLISIONS:
        return Collision(f"refused by the database: {error}")
    if code is not None and code & 0xFF in _SQLITE_ENTANGLEMENTS:
        return Entangled(_SQLITE_ENTANGLEMENTS[code & 0xFF])
    if code is not None and code & 0xFF in _SQLITE_TROUBLE:
        return StoreUnavailable(f"the database file cannot be used: {error}")
    return StoreUnavailable("the database is closed") if is_disconnect else None


def _from_postgresql(error: BaseException, is_disconnect: bool) -> StoreError | None:
    state: str | None = getattr(error, "sqlstate", None)
    # The driver's message may quote a row, so only its code is told.
    if state in _POSTGRESQL_COLLISIONS:
        return Collision(f"refused by the database: {state}")
    if state in _POSTGRESQL_ENTANGLEMENTS:
        return Entangled(_POSTGRESQL_ENTANGLEMENTS[state])
    if state is not None and state.startswith(_POSTGRESQL_TROUBLE):
        return StoreUnavailable(f"the database server cannot be used: {state}")
    if is_disconnect or (state is None and type(error).__name__ in _UNREACHABLE):
        return StoreUnavailable("the database server does not answer")
    return None


# psycopg's own errors that carry no state: no connection, or a connection that went away.
_UNREACHABLE = frozenset({"OperationalError", "InterfaceError", "ConnectionTimeout"})

_TRANSLATIONS: dict[str, Callable[[Any, bool], StoreError | None]] = {
    "sqlite": _from_sqlite,
    "postgresql": _from_postgresql,
}
