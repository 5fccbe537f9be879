"""Makes a database fit to serve from, or says in a sentence what stands in the way."""

from datetime import date
from pathlib import Path

from producer.store.engine import new_database
from producer.store.errors import StoreError
from producer.store.schema import expected_version, schema_version, upgrade
from producer.store.seeding import SeedReport, seed


class NotReady(Exception):
    """The database cannot be served from; the text says what to do."""


def make_ready(url: str) -> None:
    """A new database gets its tables; one of another version is left alone and refused."""
    database = new_database(url)
    try:
        found = schema_version(database)
    finally:
        database.close()
    if found is None:
        upgrade(url)
    elif found < expected_version():
        raise NotReady("The database is of an older version; back it up and run `tidbok db upgrade` first")
    elif found > expected_version():
        raise NotReady("The database is of a newer version than this program; install the newer version")


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


__all__ = ["NotReady", "StoreError", "make_ready", "seed_if_empty"]
