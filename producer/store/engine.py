"""The database: opened from an address, entered one transaction at a time."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, select
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from producer.store.access_log import Access
from producer.store.connections import CONNECT_SECONDS, forget_useless, keep_to_file, wait_for_no_server
from producer.store.errors import Collision, StoreUnavailable, UnusableUrl, translated
from producer.store.ledger import Ledger
from producer.store.retries import PATIENCE_SECONDS, retried
from producer.store.tables import care_units
from producer.store.timetable import Timetable

__all__ = ["Collision", "Database", "StoreUnavailable", "UnusableUrl", "new_database", "open_database"]

R = TypeVar("R")

_ANY_UNIT = select(care_units.c.id).limit(1)


class Database:
    """A store that is open: transactions to read in and transactions to write in."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.when_retried: Callable[[str], object] = _unheard
        """Is told why, each time that an act is done anew."""
        self._begin_to_read = _TO_READ[engine.dialect.name]
        self._begin_to_write = _TO_WRITE[engine.dialect.name]
        self._begin_to_state = _TO_STATE[engine.dialect.name]
        self._reader, self._writer = (_TURNS[engine.dialect.name]() for _ in range(2))
        self._ledger = Ledger(self.written, self.stated)

    @contextmanager
    def reading(self) -> Iterator[Timetable]:
        """One unchanging view of the timetable."""
        with _waited_for(), self._reader, self.engine.connect() as connection:
            self._begin_to_read(connection)
            yield Timetable(connection, is_for_writing=False)

    def writing(self) -> AbstractContextManager[Timetable]:
        """One transaction: kept when the block ends, undone when it raises."""
        return self._begun(self._begin_to_write)

    @contextmanager
    def _begun(self, begin: "_Begin") -> Iterator[Timetable]:
        with _waited_for(), self._writer, self.engine.connect() as connection:
            begin(connection)
            yield Timetable(connection, is_for_writing=True)
            connection.commit()

    def written(self, act: Callable[[Timetable], R]) -> R:
        """What the act answers, in a transaction of its own; it is done anew when others came in between."""
        return self.retried(partial(self._written_once, act, self._begin_to_write))

    def stated(self, act: Callable[[Timetable], R]) -> R:
        """The same for an act that is one statement, which a database makes a transaction of by itself."""
        return self.retried(partial(self._written_once, act, self._begin_to_state))

    def retried(self, act: Callable[[], R]) -> R:
        """The same for an act that opens its transactions itself, and can be done anew as long as it has not ended."""
        return retried(act, self.when_retried)

    def _written_once(self, act: Callable[[Timetable], R], begin: "_Begin") -> R:
        with self._begun(begin) as timetable:
            return act(timetable)

    def note(self, *accesses: Access) -> None:
        """Keeps what was read in the access log, before it is told; raises StoreUnavailable."""
        if accesses:
            self._ledger.note(*accesses)

    def ping(self) -> None:
        """Ask for a row; raises StoreUnavailable when the store cannot answer (rule 94)."""
        try:
            with self.reading() as timetable:
                timetable.connection.execute(_ANY_UNIT).first()
        except SQLAlchemyError as error:
            raise StoreUnavailable("the database has no timetable of this version") from error

    def close(self) -> None:
        self.engine.dispose()


def open_database(url: str, *, for_calls: bool = False) -> Database:
    """The store at a `sqlite:///file`, `sqlite://` (in memory) or `postgresql://` address; first use connects.

    One for calls gives up what a PostgreSQL server does not answer while the caller still waits.
    """
    database = Database(_engine(url, may_create=False))
    if for_calls and database.engine.dialect.name == "postgresql":
        wait_for_no_server(database.engine)
    return database


def new_database(url: str) -> Database:
    """As `open_database`, but a SQLite file that is missing is made."""
    return Database(_engine(url, may_create=True))


def _unheard(_reason: str) -> None:
    """Nobody counts."""


class OneAtATime:
    """Lets the threads of this process read, or write, one after another.

    SQLite's writers would do so too, but by letting all who wait try again at random: the unlucky waited for seconds.
    Its readers let go of the interpreter at every row, so that several at once do little more than half of what they
    do in turn.
    """

    def __init__(self) -> None:
        self._lock = Lock()

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=PATIENCE_SECONDS):
            raise StoreUnavailable("others have kept the database busy for too long")

    def __exit__(self, *_: object) -> None:
        self._lock.release()


@contextmanager
def _waited_for() -> Iterator[None]:
    try:
        yield
    except PoolTimeout as error:
        raise StoreUnavailable("every connection to the database is taken") from error


def _engine(url: str, may_create: bool) -> Engine:
    parsed = _parsed(url)
    engine = _MAKERS[parsed.drivername](parsed, may_create)
    event.listen(engine, "handle_error", translated)
    event.listen(engine, "handle_error", forget_useless)
    return engine


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise UnusableUrl("the database address is not a URL such as sqlite:///tidbok.db") from error
    if parsed.drivername not in _MAKERS:
        raise UnusableUrl(f"{parsed.drivername} databases are not supported: use sqlite:/// or postgresql://")
    if parsed.get_backend_name() == "sqlite" and parsed.query:
        raise UnusableUrl("a SQLite address takes no options after the file name")
    return parsed


def _sqlite(url: URL, may_create: bool) -> Engine:
    file = None if url.database in (None, "", ":memory:") else url.database
    target = f"{Path(file).absolute().as_uri()}?mode={'rwc' if may_create else 'rw'}" if file else ":memory:"
    engine = create_engine(
        url,
        creator=lambda: _sqlite_connection(target),
        poolclass=QueuePool,
        pool_timeout=PATIENCE_SECONDS,
        pool_use_lifo=True,
        # A database in memory is its one connection, so callers take turns with it.
        pool_size=32 if file else 1,
        max_overflow=32 if file else 0,
        hide_parameters=True,
    )
    if file:
        keep_to_file(engine, Path(file).absolute())
    return engine


def _sqlite_connection(target: str) -> sqlite3.Connection:
    # Without an isolation level the module leaves BEGIN to us, alike in Python 3.11 and 3.12's new modes.
    connection = sqlite3.connect(
        target, uri=True, timeout=PATIENCE_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    try:
        _set_wal(connection)
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _set_wal(connection: sqlite3.Connection) -> None:
    """A file is set so once, when it is made; to those who come just then SQLite says busy without waiting."""
    give_up = monotonic() + PATIENCE_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > give_up:
                raise
            sleep(0.01)
        else:
            return


# synchronous FULL: in WAL mode NORMAL may forget the last commits when the power goes, and a booking that
# was answered OK must not be forgotten.
_PRAGMAS = ("synchronous = FULL", "foreign_keys = ON", "cache_size = -8000")


def _postgresql(url: URL, _may_create: bool) -> Engine:
    milliseconds = PATIENCE_SECONDS * 1000
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=24,
        pool_timeout=PATIENCE_SECONDS,
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "options": f"-c lock_timeout={milliseconds} -c client_encoding=utf8",
        },
    )


_MAKERS: dict[str, Callable[[URL, bool], Engine]] = {
    "sqlite": _sqlite,
    "sqlite+pysqlite": _sqlite,
    "postgres": _postgresql,
    "postgresql": _postgresql,
    "postgresql+psycopg": _postgresql,
}

_TURNS: dict[str, Callable[[], AbstractContextManager[None]]] = {"sqlite": OneAtATime, "postgresql": nullcontext}

# Begun on the connection itself, and not by options of the engine or by listeners to it: with one of those, SQLAlchemy
# looks for more of them at every statement, which then takes a quarter longer.


def _begun_in_words(connection: Connection, words: str) -> None:
    connection.exec_driver_sql(words)


def _begun_with(connection: Connection, **options: Any) -> None:
    connection.execution_options(**options)


def _not_begun(_connection: Connection) -> None:
    """A connection to SQLite begins nothing by itself."""


_Begin = Callable[[Connection], None]
_TO_READ: dict[str, _Begin] = {
    "sqlite": partial(_begun_in_words, words="BEGIN"),
    "postgresql": partial(_begun_with, isolation_level="REPEATABLE READ", postgresql_readonly=True),
}
# IMMEDIATE takes SQLite's one write lock at once: a reader that later wants to write could not wait for it.
_TO_WRITE: dict[str, _Begin] = {
    "sqlite": partial(_begun_in_words, words="BEGIN IMMEDIATE"),
    "postgresql": partial(_begun_with, isolation_level="READ COMMITTED"),
}
_TO_STATE: dict[str, _Begin] = {
    "sqlite": _not_begun,
    "postgresql": partial(_begun_with, isolation_level="AUTOCOMMIT"),
}
