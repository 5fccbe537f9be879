"""Databases of either kind, and a place for what the tests measured, for all who ask for one.

A test that touches a database runs once on SQLite and once on PostgreSQL, where it bears the mark `postgresql`. One
that is about the one kind alone says so by the mark `only_on`, with its reason.
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

import postgresql_servers
import pytest
from leaks import leaks, nothing_leaks
from postgresql_servers import GIVEN, PostgresqlServer, Unusable
from sqlalchemy import make_url

from producer.store.schema import upgrade

__all__ = ["leaks", "nothing_leaks"]
KINDS = ("sqlite", "postgresql")


def pytest_configure(config: pytest.Config) -> None:
    """A server that was named and is not there is told at once, not by each test that wanted it."""
    if os.environ.get(GIVEN) and not hasattr(config, "workerinput"):
        try:
            with postgresql_servers.postgresql_server():
                pass
        except Unusable as error:
            raise pytest.UsageError(str(error)) from None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that a database of a kind is made for runs on both kinds, or on the one that it is about."""
    if "database_kind" in metafunc.fixturenames and not _says_itself(metafunc, "database_kind"):
        only = metafunc.definition.get_closest_marker("only_on")
        kinds = KINDS if only is None else only.args[:1]
        marked = [pytest.param(kind, marks=pytest.mark.postgresql if kind == "postgresql" else ()) for kind in kinds]
        metafunc.parametrize("database_kind", marked, scope="session")


def _says_itself(metafunc: pytest.Metafunc, name: str) -> bool:
    return any(name in str(mark.args[0]).split(",") for mark in metafunc.definition.iter_markers("parametrize"))


class Lazy(Protocol):
    def __call__(self) -> PostgresqlServer: ...


@pytest.fixture(scope="session")
def postgresql_on_demand() -> Iterator[Lazy]:
    """Starts the server when it is first asked for, and stops it when all is done."""
    with ExitStack() as stack:
        found: list[PostgresqlServer | str] = []

        def server() -> PostgresqlServer:
            if not found:
                try:
                    found.append(stack.enter_context(postgresql_servers.postgresql_server()))
                except Unusable as error:
                    found.append(str(error))
            (known,) = found
            return known if isinstance(known, PostgresqlServer) else _missing(known)

        yield server


def _missing(why: str) -> PostgresqlServer:
    if os.environ.get("CI", "").casefold() not in ("", "0", "false"):
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session")
def postgresql_server(postgresql_on_demand: Lazy) -> PostgresqlServer:
    """For a test that is about the server itself."""
    return postgresql_on_demand()


@pytest.fixture(scope="session")
def database_kind() -> str:
    pytest.fail("every test that asks for it is given one")  # see pytest_generate_tests


@pytest.fixture
def new_databases(database_kind: str, postgresql_on_demand: Lazy, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Gives the address of a database that nothing was ever made in, as often as it is asked."""
    made: list[str] = []

    def address() -> str:
        if database_kind == "sqlite":
            made.append(f"sqlite:///{tmp_path}/tidbok{len(made) or ''}.db")
        else:
            made.append(postgresql_on_demand().new_database())
        return made[-1]

    yield address
    if database_kind == "postgresql":
        for url in made:
            postgresql_on_demand().drop(url)


@pytest.fixture
def new_database(new_databases: Callable[[], str]) -> str:
    """The address of a database that nothing was ever made in."""
    return new_databases()


@pytest.fixture
def gone_database(database_kind: str, postgresql_on_demand: Lazy, tmp_path: Path) -> str:
    """The address of a database that is not there."""
    if database_kind == "sqlite":
        return f"sqlite:///{tmp_path / 'gone.db'}"
    url = postgresql_on_demand().new_database()
    postgresql_on_demand().drop(url)
    return url


Fill = Callable[[str], object]
"""Makes what is to be copied in the database of an address, and leaves it closed."""


@pytest.fixture(scope="session")
def copy_of(
    postgresql_on_demand: Lazy, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Fill, str], AbstractContextManager[str]]:
    """Gives the address of a copy, of its own kind, of what is filled once; it is dropped after its use."""
    made: dict[tuple[Fill, str], str] = {}

    def new_file() -> str:
        return f"sqlite:///{tmp_path_factory.mktemp('database') / 'tidbok.db'}"

    def original(fill: Fill, kind: str) -> str:
        if (fill, kind) not in made:
            url = new_file() if kind == "sqlite" else postgresql_on_demand().new_database()
            fill(url)
            made[fill, kind] = url
        return made[fill, kind]

    @contextmanager
    def copy(fill: Fill, kind: str) -> Iterator[str]:
        first = str(make_url(original(fill, kind)).database)
        if kind == "sqlite":
            url = new_file()
            shutil.copyfile(first, str(make_url(url).database))
            yield url
        else:
            url = postgresql_on_demand().new_database(first)
            yield url
            postgresql_on_demand().drop(url)

    return copy


@pytest.fixture
def database_url(copy_of: Callable[[Fill, str], AbstractContextManager[str]], database_kind: str) -> Iterator[str]:
    """The address of a database that has the tables of this version and no rows."""
    with copy_of(upgrade, database_kind) as url:
        yield url


class World(Protocol):
    """A producer with its database, put together once and put back before each test."""

    def close(self) -> None: ...


W = TypeVar("W", bound=World)


@pytest.fixture(scope="session")
def lasting_database(postgresql_on_demand: Lazy) -> Callable[[str], str]:
    """Gives the address of a database of the kind that stays for the session; one in memory is its connection."""
    return lambda kind: "sqlite://" if kind == "sqlite" else postgresql_on_demand().new_database()


@pytest.fixture(scope="session")
def worlds(lasting_database: Callable[[str], str]) -> Iterator[Callable[[Callable[[str], Any], str], Any]]:
    """Gives the one world of each sort on each kind of database; a sort is what makes one over an address."""
    made: dict[tuple[Callable[[str], World], str], World] = {}

    def world(sort: Callable[[str], W], kind: str) -> World:
        if (sort, kind) not in made:
            made[sort, kind] = sort(lasting_database(kind))
        return made[sort, kind]

    yield world
    for each in made.values():
        each.close()


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Takes what a test measured, in words; the end of the run tells all of them."""
    return lambda measured: record_property("figure", measured)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    told = {
        f"{report.nodeid}: {value}"
        for report in terminalreporter.stats.get("passed", [])
        for name, value in report.user_properties
        if name == "figure"
    }
    if told:
        terminalreporter.section("measured")
        terminalreporter.write_line("\n".join(sorted(told)))
    left_out = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    if left_out:
        terminalreporter.section("left out")
        terminalreporter.write_line("\n".join(f"{times}: {why}" for why, times in sorted(left_out.items())))


def _reason(report: pytest.TestReport) -> str:
    where = report.longrepr
    return str(where[2] if isinstance(where, tuple) else where).removeprefix("Skipped: ")
