"""Whether all that must always be true of a database is true."""

from collections.abc import Callable
from datetime import datetime

from producer.serving.readiness import NotReady
from producer.store.engine import Database, open_database
from producer.store.invariants import Counts, counted, wrongs
from producer.store.schema import expected_version, schema_version


def look_through(url: str, now: datetime, *, tell: Callable[[str], object]) -> Counts | None:
    """What there is if nothing is wrong; else each wrong is told as it is found, and None."""
    database = open_database(url)
    try:
        _demand_this_version(database)
        with database.reading() as timetable:
            found = 0
            for wrong in wrongs(timetable, now):
                found += 1
                tell(f"Wrong: {wrong}")
            return counted(timetable) if found == 0 else None
    finally:
        database.close()


def _demand_this_version(database: Database) -> None:
    if schema_version(database) != expected_version():
        raise NotReady(
            "The database is not of this program's version, so what must be true of it is not known; "
            "`tidbok db upgrade` brings an older one up to it"
        )
