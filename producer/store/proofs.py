"""Proof that a database keeps what is written, which reading from it does not tell."""

from collections.abc import Callable
from os import urandom
from typing import Final

from sqlalchemy import Connection, text

from producer.store.engine import Database

_PAGE: Final = 8192


def prove_writing(database: Database) -> None:
    """Writes something of no meaning; raises StoreUnavailable when it cannot."""
    with database.writing() as timetable:
        _WRITING[timetable.connection.dialect.name](timetable.connection)


def _to_file(connection: Connection) -> None:
    """A number in the head of the file that the product leaves alone: a commit that has to find room on the disk."""
    connection.exec_driver_sql("PRAGMA user_version = 0")


def _to_server(connection: Connection) -> None:
    """A page that needs room on the disk, undone again: the server makes the room before it is known to be kept."""
    connection.execute(_LARGE, {"content": urandom(_PAGE)})
    connection.rollback()


_LARGE: Final = text("SELECT lo_from_bytea(0, :content)")
_WRITING: Final[dict[str, Callable[[Connection], None]]] = {"sqlite": _to_file, "postgresql": _to_server}
