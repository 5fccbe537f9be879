"""Makes a database fit to serve from, or says in a sentence what stands in the way."""

from datetime import date
from pathlib import Path

from producer.store.engine import new_database
from producer.store.schema import expected_version, schema_version, upgrade
from producer.store.seeding import SeedReport, seed


class NotReady(Exception):
    """The database cannot be served from; the text says what to do."""


def make_ready(url: str) -> None:
    """A new database gets its tables; one of an older version is left alone and refused."""
    if _version(url) is None:
        upgrade(url)
    found = _version(url)
    if found is None:
        raise NotReady("A database in memory is gone when it is closed; name a file, such as sqlite:///tidbok.db")
    if found < expected_version():
        raise NotReady("The database is of an older version; back it up and run `tidbok db upgrade` first")


def bring_up_to_date(url: str) -> str:
    """The version that the database now has; one that is ahead of this program is refused."""
    _version(url)
    upgrade(url)
    return expected_version()


def _version(url: str) -> str | None:
    """The version of the database, which is made if it is a file that is not there; never a newer one than ours."""
    database = new_database(url)
    try:
        found = schema_version(database)
    finally:
        database.close()
    if found is not None and found > expected_version():
        raise NotReady("The database is of a newer version than this program; install the newer version")
    return found


def seed_if_empty(url: str, folder: Path, today: date) -> SeedReport | None:
    """Loads the folder unless the database has care units already."""
    database = new_database(url)
    try:
        with database.reading() as timetable:
            if timetable.units():
                return None
        return seed(database, folder, today)
    finally:
        database.close()
