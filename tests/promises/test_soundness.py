"""`tidbok db check`: whether all that must always be true of a database is true, for operators."""

from pathlib import Path

from sqlalchemy import create_engine

from promises.servers import tidbok


def test_a_database_that_is_well_is_said_to_be(new_database: str, tmp_path: Path) -> None:
    tidbok(tmp_path, "seed", str(Path(__file__).parents[2] / "seed_data"), "--database", new_database)
    checked = tidbok(tmp_path, "db", "check", "--database", new_database)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.startswith("Nothing is wrong: ")
    assert checked.stdout.endswith(" slots, 5 bookings\n")


def test_what_is_wrong_is_told_one_by_one(new_database: str, tmp_path: Path) -> None:
    """By ids that are no patient's; the command ends as one that was refused."""
    tidbok(tmp_path, "seed", str(Path(__file__).parents[2] / "seed_data"), "--database", new_database)
    run_sql(new_database, "UPDATE slots SET booking_id = NULL WHERE booking_id IS NOT NULL")
    checked = tidbok(tmp_path, "db", "check", "--database", new_database)
    assert checked.returncode == 1
    assert sorted(checked.stdout.splitlines()) == [
        f"Wrong: the booking {name} is live and has a time, but holds none of its unit's times"
        for name in ("DEMO-BOOKING-1", "DEMO-BOOKING-2", "DEMO-TIMED-1")
    ]


def test_a_database_of_another_version_is_not_judged(new_database: str, tmp_path: Path) -> None:
    tidbok(tmp_path, "db", "upgrade", "--database", new_database)
    run_sql(new_database, "UPDATE alembic_version SET version_num = '0001'")
    checked = tidbok(tmp_path, "db", "check", "--database", new_database)
    assert checked.returncode == 1
    assert "not of this program's version" in checked.stderr


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    checked = tidbok(tmp_path, "db", "check", "--database", f"sqlite:///{tmp_path / 'none.db'}")
    assert checked.returncode == 1
    assert "cannot be used" in checked.stderr
    assert not (tmp_path / "none.db").exists()


def run_sql(url: str, statement: str) -> None:
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
