"""Which connections are kept: none that hangs, that was opened while nothing could be written, or to a former file."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

CONNECT_SECONDS: Final = 5
"""How long a PostgreSQL server may take to let us in."""
_READ_ONLY: Final = frozenset({"25006", "0A000"})
_USELESS: Final = frozenset(
    {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
)


def wait_for_no_server(engine: Engine) -> None:
    """So that no call hangs on a PostgreSQL server that has stopped, or a network that has gone."""
    from producer.store.impatience import connected  # the driver is not loaded for SQLite

    event.listen(engine, "do_connect", connected)


def keep_to_file(engine: Engine, file: Path) -> None:
    """What is asked is the file of that name: an open one stays itself when it is moved or another takes its place."""

    def note(_connection: object, entry: ConnectionPoolEntry) -> None:
        entry.info["file"] = _identity(file)

    def check(_connection: object, entry: ConnectionPoolEntry, _fairy: object) -> None:
        if entry.info["file"] != _identity(file):
            raise InvalidatePoolError("the database file is not what it was when it was opened")

    event.listen(engine.pool, "connect", note)
    event.listen(engine.pool, "checkout", check)


def forget_useless(context: ExceptionContext) -> None:
    """A connection opened while nothing could be written stays so after the trouble has passed, so none is kept."""
    if _IS_USELESS[context.dialect.name](context.original_exception):
        context.is_disconnect = True


def _of_sqlite(error: BaseException) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _USELESS


def _of_postgresql(error: BaseException) -> bool:
    return getattr(error, "sqlstate", None) in _READ_ONLY


_IS_USELESS: Final[dict[str, Callable[[BaseException], bool]]] = {"sqlite": _of_sqlite, "postgresql": _of_postgresql}


def _identity(file: Path) -> tuple[int, int, bool] | None:
    """Which file it is, and whether it can be written: SQLite opens one that cannot as it can, and it stays so."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, os.access(file, os.W_OK)
