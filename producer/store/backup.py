"""A copy of a SQLite database, taken while others work in it, and looked through before it gets its name."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from shlex import quote
from typing import Any, Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from producer.store.errors import StoreError, StoreUnavailable, UnusableUrl

_PATIENCE_SECONDS: Final = 10
_SECRET: Final = ("password", "sslpassword")  # libpq takes them here too
_COUNTS: Final = (
    "SELECT (SELECT version_num FROM alembic_version), (SELECT count(*) FROM bookings), (SELECT count(*) FROM slots)"
)


class NoBackup(StoreError):
    """No copy was made, and none is left behind; the text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Copied:
    """What a copy holds."""

    version: str
    bookings: int
    slots: int


def back_up(url: str, file: Path) -> Copied:
    """The database as it was at one moment, in a file of its own that nobody had; those who write do not wait."""
    source = _source(url, file)
    if file.exists():
        raise NoBackup(f"{file} is there already, and no backup is written over another")
    with _unfinished(file) as draft:
        try:
            _copy(source, draft)
            copied = _looked_through(draft)
        except sqlite3.Error as reason:
            raise StoreUnavailable(f"the backup could not be made: {reason}") from reason
        _keep(draft, file)
    return copied


def _source(url: str, file: Path) -> Path:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as reason:
        raise UnusableUrl("the database address is not a URL such as sqlite:///tidbok.db") from reason
    if parsed.get_backend_name() != "sqlite":
        raise NoBackup(f"PostgreSQL makes its own backups: {pg_dump_line(parsed, file)}")
    if parsed.database in (None, "", ":memory:"):
        raise NoBackup("A database in memory has no file to make a backup of")
    source = Path(str(parsed.database))
    if not source.is_file():
        raise NoBackup(f"There is no database at {source}")
    return source


def pg_dump_line(url: URL, file: Path) -> str:
    """What an operator types instead; a password is asked for, or read from its own file, and never shown."""
    query = url.difference_update_query(_SECRET).query
    shown = URL.create("postgresql", url.username, None, url.host, url.port, url.database, query)
    address = shown.render_as_string()
    return f"pg_dump --format=custom --file={quote(str(file))} --dbname='{address}'"


@contextmanager
def _unfinished(file: Path) -> Iterator[Path]:
    """A file beside the one wanted, for its owner's eyes only, gone when the block ends."""
    draft = file.with_name(f".{file.name}.{token_hex(8)}")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as reason:
        raise NoBackup(f"{file} cannot be written: {reason.strerror}") from reason
    try:
        yield draft
    finally:
        for each in (draft, *(Path(f"{draft}{ending}") for ending in ("-journal", "-wal", "-shm"))):
            each.unlink(missing_ok=True)


def _copy(source: Path, draft: Path) -> None:
    """All in one step: who writes in WAL mode does not wait for who reads, but a copy that is made in several steps
    begins anew whenever somebody has written between two of them, and never ends while calls come in."""
    with closing(_opened(source)) as reader, closing(_opened(draft)) as writer:
        writer.execute("PRAGMA synchronous = FULL")
        reader.backup(writer, pages=-1)
        writer.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=_PATIENCE_SECONDS, isolation_level=None
    )


def _looked_through(draft: Path) -> Copied:
    with closing(_opened(draft)) as copy:
        verdict: list[Any] = copy.execute("PRAGMA integrity_check").fetchmany(1)
        if verdict != [("ok",)]:
            raise NoBackup(f"the database is damaged, and its copy too: {verdict[0][0]}")
        if (row := copy.execute("PRAGMA foreign_key_check").fetchone()) is not None:
            raise NoBackup(f"the database is damaged: a row of {row[0]} points at one of {row[2]} that is not there")
        version, bookings, slots = copy.execute(_COUNTS).fetchone()
        return Copied(version=version, bookings=bookings, slots=slots)


def _keep(draft: Path, file: Path) -> None:
    """The copy gets its name once it is on the disk; somebody else's of that name stays."""
    _sync(draft)
    try:
        os.link(draft, file)
    except FileExistsError as reason:
        raise NoBackup(f"{file} has come to be meanwhile, and no backup is written over another") from reason
    except OSError:  # a file system without second names
        draft.replace(file)
    with suppress(OSError):  # Windows opens no folders
        _sync(file.parent)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
