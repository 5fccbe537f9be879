"""The commands: what they do, and how they refuse."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import inspect

from producer.cli import main
from producer.services.staff.signing_in import sign_in
from producer.soap.schemas import files
from producer.store.engine import new_database as new_store
from producer.store.engine import open_database

UNUSABLE = [
    "nonsense",
    "mysql://host/db",
    "sqlite:///nowhere/at/all.db",
    "sqlite:///x.db?mode=ro",
    "postgresql://127.0.0.1:1/x",
]


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def own_database(new_database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the commands take for theirs: one in which nothing was ever made."""
    monkeypatch.setenv("TIDBOK_DATABASE", new_database)
    return new_database


def asked(url: str, statement: str) -> list[Any]:
    """As somebody else would ask, without the product's tables; what is written stays."""
    database = new_store(url)
    with database.writing() as timetable:
        answer = timetable.connection.exec_driver_sql(statement)
        rows = [tuple(row) for row in answer] if answer.returns_rows else []
    database.close()
    return rows


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["db", "upgrade"], ["seed", "."]])
@pytest.mark.parametrize("url", UNUSABLE)
def test_an_unusable_database_is_refused_in_one_sentence(command: list[str], url: str) -> None:
    done = call(*command, "--database", url)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1)


@pytest.mark.parametrize(
    "arguments",
    [
        ["serv"],
        ["serve", "--port", "x"],
        ["serve", "--port", "70000"],
        ["serve", "--workers", "0"],
        ["serve", "--nothing"],
        ["seed"],
        ["seed", "missing"],
    ],
)
def test_wrong_usage_is_told_as_such(arguments: list[str]) -> None:
    assert call(*arguments).exit_code == 2


def test_serve_help_names_every_setting_and_its_name_in_the_environment() -> None:
    told = call("serve", "--help").stdout
    guards = ("tls-cert", "tls-key", "client-ca", "index-ca", "consumers", "trusted-proxies")
    for name in ("database", "host", "port", "workers", "agent-consumers", "behind-proxy", "demo", *guards):
        assert f"--{name} " in told
        assert f"TIDBOK_{name.upper().replace('-', '_')}" in told
    assert 'default: ""' not in told, "which is nothing to read"


def test_a_file_that_is_no_database_is_left_alone() -> None:
    Path("notes.txt").write_text("not a database, and longer than a page header of sixteen bytes" * 40)
    before = Path("notes.txt").read_bytes()
    assert call("serve", "--database", "sqlite:///notes.txt", "--port", "0").exit_code == 1
    assert Path("notes.txt").read_bytes() == before


@pytest.mark.parametrize(("version", "words"), [("0000", "tidbok db upgrade"), ("9999", "newer version")])
def test_a_database_of_another_version_is_refused_with_what_to_do(own_database: str, version: str, words: str) -> None:
    assert call("db", "upgrade").exit_code == 0
    asked(own_database, f"UPDATE alembic_version SET version_num = '{version}'")
    commands = [["serve", "--port", "0"], ["seed", "."], *([["db", "upgrade"]] if version == "9999" else [])]
    for command in commands:
        done = call(*command)
        assert done.exit_code == 1
        assert words in done.stderr


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["seed", "."]])
def test_a_database_in_memory_is_refused_since_it_would_be_gone(command: list[str]) -> None:
    done = call(*command, "--database", "sqlite://")
    assert (done.exit_code, "name a file" in done.stderr) == (1, True)


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["db", "upgrade"], ["seed", "."]])
def test_somebody_elses_database_is_left_alone_without_a_traceback(command: list[str], own_database: str) -> None:
    asked(own_database, "CREATE TABLE care_units (theirs integer)")
    done = call(*command)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    database = new_store(own_database)
    assert inspect(database.engine).get_table_names() == ["care_units"]
    assert [column["name"] for column in inspect(database.engine).get_columns("care_units")] == ["theirs"]
    database.close()


@pytest.mark.usefixtures("own_database")
def test_seeding_twice_changes_nothing_and_a_bad_folder_is_refused_with_file_and_line() -> None:
    seeds = Path(__file__).parents[2] / "seed_data"
    assert "care units" in call("seed", str(seeds)).stdout
    assert call("seed", str(seeds)).stdout == "Added nothing new\n"
    Path("bad/units").mkdir(parents=True)
    Path("bad/units/a.toml").write_text("[unit]\nhsa_idd = 1\n")
    done = call("seed", "bad")
    assert done.exit_code == 1
    assert "a.toml" in done.stderr


def test_schemas_are_written_where_they_are_wanted() -> None:
    assert call("schemas", "out").exit_code == 0
    written = {str(path.relative_to("out").as_posix()) for path in Path("out").rglob("*.*") if path.is_file()}
    assert written == set(files())


def test_schemas_that_cannot_be_written_are_refused() -> None:
    Path("out").write_text("a file is in the way")
    assert call("schemas", "out").exit_code == 2  # click knows that it is no folder
    assert call("schemas", "out/below").stderr.startswith("out")


def add_user(*arguments: str, password: str = "en lagom lång mening") -> Result:
    typed = f"{password}\n{password}\n"
    return CliRunner().invoke(main, ["user", "add", *arguments], input=typed, catch_exceptions=False)


def test_a_staff_account_is_added_with_the_password_that_is_asked_for(own_database: str) -> None:
    done = add_user("Karin", "--role", "administrator")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "Added Karin, administrator")
    database = open_database(own_database)
    now = datetime(2026, 11, 23, 7)
    assert sign_in(database, "karin", "en lagom lång mening", address="127.0.0.1", now=now) is not None
    database.close()


@pytest.mark.usefixtures("own_database")
@pytest.mark.parametrize(
    ("arguments", "password", "word"),
    [
        (["Karin", "--role", "reader", "--unit", "SE2321000016-NONE"], "en lagom lång mening", "SE2321000016-NONE"),
        (["Karin", "--role", "reader"], "kort", "12"),
        ([" ", "--role", "reader"], "en lagom lång mening", "namn"),
    ],
)
def test_a_staff_account_that_cannot_be_is_refused_with_the_reason(
    arguments: list[str], password: str, word: str
) -> None:
    done = add_user(*arguments, password=password)
    assert done.exit_code == 1
    assert word in done.stderr


@pytest.mark.usefixtures("own_database")
def test_a_name_is_taken_once() -> None:
    assert add_user("Karin", "--role", "administrator").exit_code == 0
    again = add_user("KARIN", "--role", "reader")
    assert (again.exit_code, again.stderr) == (1, "Namnet är upptaget.\n")
