"""Nobody waits for ever: not for a connection, not for a lock, not for a statement, not for a server that is silent."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic

import pytest

from producer.store import engine, impatience, retries
from producer.store.engine import Database, StoreUnavailable, open_database
from producer.store.tables import unit_groups
from producer.store.timetable import Timetable

PATIENCE = 1
SOON = PATIENCE + 4
"""Where others share the machine; well below what the product waits for unless it is told otherwise."""
ALL_OF_A_PROCESS = 32


@contextmanager
def given_up_soon() -> Iterator[None]:
    began = monotonic()
    with pytest.raises(StoreUnavailable):
        yield
    assert monotonic() - began < SOON


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "PATIENCE_SECONDS", PATIENCE)
    monkeypatch.setattr(retries, "PATIENCE_SECONDS", PATIENCE)


@contextmanager
def opened(url: str, *, for_calls: bool = False) -> Iterator[Database]:
    database = open_database(url, for_calls=for_calls)
    yield database
    database.close()


def settings_of(database: Database, *names: str) -> list[str]:
    with database.reading() as timetable:
        return [timetable.connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in names]


@pytest.mark.only_on("postgresql", reason="readers of a file take turns before they take a connection")
@pytest.mark.usefixtures("hurried")
def test_a_process_takes_so_many_connections_and_whoever_comes_then_is_told_soon(database_url: str) -> None:
    with opened(database_url) as database:
        with ExitStack() as taken:
            for _ in range(ALL_OF_A_PROCESS):
                taken.enter_context(database.engine.connect())
            with given_up_soon():
                database.ping()
        database.ping()


@pytest.mark.only_on("postgresql", reason="a file has no settings of a server's connections")
def test_connections_wait_ten_seconds_for_locks_and_those_of_calls_twelve_for_statements(database_url: str) -> None:
    """Commands such as an upgrade may take longer than any call."""
    with opened(database_url) as for_commands, opened(database_url, for_calls=True) as for_calls:
        names = ("lock_timeout", "statement_timeout")
        assert settings_of(for_commands, *names) == ["10s", "0"]
        assert settings_of(for_calls, *names) == ["10s", "12s"]


@pytest.mark.only_on("postgresql", reason="SQLite works in the caller's own thread")
@pytest.mark.parametrize("silent", [PATIENCE, 3600], ids=["a server that is silent", "a server that says so"])
def test_a_statement_that_takes_too_long_is_given_up_and_the_next_is_answered(
    database_url: str, silent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(impatience, "SILENT_SECONDS", silent)
    monkeypatch.setattr(impatience, "STATEMENT_SECONDS", 3600 if silent == PATIENCE else PATIENCE)
    with opened(database_url, for_calls=True) as database:
        with given_up_soon(), database.reading() as timetable:
            timetable.connection.exec_driver_sql("SELECT pg_sleep(60)")
        database.ping()


@pytest.mark.usefixtures("hurried")
def test_an_act_that_another_keeps_waiting_is_given_up_as_soon_as_one_lock_is(database_url: str) -> None:
    """It is done anew only while there is patience left, so that six tries do not wait six times."""

    def add(timetable: Timetable) -> None:
        timetable.connection.execute(unit_groups.insert(), {"name": "Vårdcentraler"})

    with opened(database_url) as first, opened(database_url) as second:
        with first.writing() as timetable:
            add(timetable)
            with given_up_soon():
                second.written(add)
            timetable.connection.rollback()
            timetable.connection.begin()
        second.written(add)
