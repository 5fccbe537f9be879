"""From every version that there was, with rows in it: nothing is lost, and the product serves from it as from a new one."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rules.consumer import Caller, patient_actor
from sqlalchemy import Connection, inspect

from migrations.former import REVISIONS, ROWS, SETTLED, as_before, make_former, rows_in
from producer.app import assembled
from producer.cli import main
from producer.config import Config
from producer.serving.readiness import make_ready
from producer.soap.handlers import handlers
from producer.store import engine
from producer.store import tables as t
from producer.store.engine import Database
from producer.store.schema import expected_version, schema_version, upgrade

UNIT = "SE2321000016-1aB"
NOW = datetime(2099, 5, 3, 12, 0)
ROOT = Path(__file__).parents[2]


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = engine.open_database(url)
    try:
        yield database
    finally:
        database.close()


def upgraded(url: str) -> None:
    done = CliRunner().invoke(main, ["db", "upgrade", "--database", url])
    assert (done.exit_code, done.stderr) == (0, ""), done.output


def test_every_version_has_rows_of_its_tables() -> None:
    """Whoever adds a migration adds what its version's program writes, so that the next one is tried with it."""
    assert {script.stem for script in ROWS.glob("*.sql")} <= set(REVISIONS)
    assert REVISIONS[-1] == expected_version()


@pytest.mark.parametrize("revision", REVISIONS)
def test_its_rows_are_in_every_table_that_it_had(new_database: str, revision: str) -> None:
    """Or nothing could be lost of them."""
    make_former(new_database, revision)
    with opened(new_database) as database:
        assert [name for name, rows in rows_in(database).items() if not rows] == []


@pytest.mark.parametrize("revision", SETTLED)
def test_nothing_is_lost_on_the_way(new_database: str, revision: str) -> None:
    make_former(new_database, revision)
    with opened(new_database) as database:
        before = rows_in(database)
    upgraded(new_database)
    with opened(new_database) as database:
        assert schema_version(database) == expected_version()
        assert as_before(before, rows_in(database)) == before


@pytest.mark.parametrize("revision", SETTLED)
def test_it_is_served_from_as_from_a_new_one(new_database: str, revision: str) -> None:
    """Rules 57, 62, 66, 68, 72-77: what was booked is seen, moved and cancelled, and what was free is booked."""
    make_former(new_database, revision)
    upgraded(new_database)
    make_ready(new_database)
    database = engine.open_database(new_database)
    app = assembled(Config(), handlers(database, Config()), database, now=lambda: NOW)
    try:
        asa, per, invited = (
            Caller(app=app, patient=one, actor=patient_actor(one))
            for one in ("197001239297", "198101079294", "196201082697")
        )
        assert [row.bookingId for row in asa.schedule(UNIT)] == ["BOKAD"]
        assert asa.details(UNIT, "BOKAD").reason == 'Ont i "knät"'
        (free,) = asa.times(UNIT, "20990504", "20990531")
        assert (free.startTimeInclusive, free.careTypeID) == ("20990504083000", "ALLMAN")
        assert (told := per.update("FLYTTAD-NU", free)).resultCode == "INFO"
        assert told.resultText == "Läs & begrunda"
        assert asa.cancel(UNIT, "BOKAD").resultCode == "OK"
        assert asa.make(asa.times(UNIT, "20990504", "20990504")[0]).resultCode == "INFO"
        assert [row.bookingId for row in invited.schedule(UNIT)] == ["KALLAD-TID"]
        with database.reading() as timetable:
            called = timetable.booking("KALLAD-OPPEN")
            assert called is not None
            assert (called.is_invitation, called.starts, str(called.purpose)[:9]) == (True, None, "<article>")
            moved = timetable.booking("FLYTTAD-NU")
            assert moved is not None
            assert [entry.act for entry in timetable.trail(moved.id)] == ["rebooked", "rebooked"]
            assert timetable.id_since("FLYTTAD-DA", "198101079294") == "FLYTTAD-NU"
    finally:
        app.close()


def test_the_migrations_make_what_the_tables_say_down_to_conditions(new_databases: Any) -> None:
    """Columns with types and defaults, keys, indexes with what they leave out, checks in their words."""
    by_migrations, by_tables = new_databases(), new_databases()
    upgrade(by_migrations)
    made = engine.new_database(by_tables)
    with made.writing() as timetable:
        t.metadata.create_all(timetable.connection)
    made.close()
    with opened(by_migrations) as migrated, opened(by_tables) as told:
        assert _shape(migrated) == _shape(told)


def _shape(database: Database) -> dict[str, Any]:
    with database.reading() as timetable:
        names = set(t.metadata.tables)
        return {name: _shape_of(timetable.connection, name) for name in sorted(names)}


def _shape_of(connection: Connection, name: str) -> dict[str, list[str]]:
    inspector = inspect(connection)
    excluded = {"ex_bookings_performer", "ex_bookings_resource"}  # which only the migrations make
    indexes = [
        {**index, "dialect_options": {each: str(value) for each, value in index.get("dialect_options", {}).items()}}
        for index in inspector.get_indexes(name)
        if index["name"] not in excluded
    ]
    columns = [{**column, "type": repr(column["type"])} for column in inspector.get_columns(name)]
    return {
        kind: sorted(repr(sorted(each.items(), key=str)) for each in found)
        for kind, found in {
            "columns": columns,
            "indexes": indexes,
            "keys": [inspector.get_pk_constraint(name)],
            "references": inspector.get_foreign_keys(name),
            "unique": inspector.get_unique_constraints(name),
            "checks": inspector.get_check_constraints(name),
        }.items()
    }


# Dies, as when the power goes, when so many statements of the upgrade have been sent.
DIE = """
import os, signal, sys
from sqlalchemy import Engine, event
from producer.store.schema import upgrade
sent = 0
@event.listens_for(Engine, "after_cursor_execute")
def count(connection, cursor, statement, *_):
    global sent
    sent += statement.lstrip().upper().startswith(("CREATE", "ALTER", "UPDATE", "INSERT"))
    if sent == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
upgrade(sys.argv[1])
"""


@pytest.mark.parametrize("statements", [1, 9, 25])
def test_an_upgrade_that_is_killed_leaves_the_former_version_whole(new_database: str, statements: int) -> None:
    make_former(new_database, "0001")
    with opened(new_database) as database:
        before = rows_in(database)
    died = _python("-c", DIE, new_database, str(statements))
    assert died.wait(60) == -signal.SIGKILL
    with opened(new_database) as database:
        assert schema_version(database) == "0001"
        assert rows_in(database) == before
    upgraded(new_database)
    with opened(new_database) as database:
        assert as_before(before, rows_in(database)) == before


def test_of_two_that_upgrade_at_once_one_does_and_the_other_finds_it_done(new_database: str) -> None:
    make_former(new_database, "0001")
    with opened(new_database) as database:
        before = rows_in(database)
    both = [_python("-m", "producer", "db", "upgrade", "--database", new_database) for _ in range(2)]
    assert [each.wait(120) for each in both] == [0, 0]
    with opened(new_database) as database:
        assert schema_version(database) == expected_version()
        assert as_before(before, rows_in(database)) == before


def _python(*words: str) -> "subprocess.Popen[bytes]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TIDBOK_")}
    return subprocess.Popen([sys.executable, *words], env={**kept, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL)


def _told_version(url: str, *versions: str) -> None:
    with opened(url) as database, database.writing() as timetable:
        timetable.connection.exec_driver_sql("DELETE FROM alembic_version")
        for version in versions:
            timetable.connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{version}')")


SERVE, SEED, UPGRADE = ["serve", "--port", "0"], ["seed", "."], ["db", "upgrade"]


@pytest.mark.parametrize(
    ("versions", "commands", "words"),
    [
        (["0003"], (SERVE, SEED), "back it up and run `tidbok db upgrade` first"),
        (["9999"], (SERVE, SEED, UPGRADE), "install the newer version"),
        (["nonsense"], (SERVE, SEED, UPGRADE), "marked as no version of this program"),
        ([], (SERVE, SEED, UPGRADE), "marked as no version of this program"),
        (["0003", "0004"], (SERVE, SEED, UPGRADE), "marked as no version of this program"),
    ],
)
def test_what_is_not_of_this_version_is_refused_in_a_sentence_that_says_what_to_do(
    database_url: str, versions: list[str], commands: tuple[list[str], ...], words: str, tmp_path: Path
) -> None:
    _told_version(database_url, *versions)
    for command in commands:
        where = [str(tmp_path) if word == "." else word for word in command]
        done = CliRunner().invoke(main, [*where, "--database", database_url])
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1), (command, done.output)
        assert words in done.stderr
