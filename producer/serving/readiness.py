"""Makes a database fit to serve from, or says in a sentence what stands in the way."""

from datetime import date, datetime
from pathlib import Path

from producer.services.staff.signing_in import FIRST_NAME, make_first_account
from producer.store.base_schedules import lay_out_further
from producer.store.engine import new_database
from producer.store.schema import expected_version, known_versions, schema_version, upgrade
from producer.store.seeding import Wear, seed, wear_of


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


def open_for_staff(url: str, now: datetime) -> str | None:
    """What to tell the operator when the first account has just been made; its password is told this once."""
    database = new_database(url)
    try:
        password = make_first_account(database, now)
    finally:
        database.close()
    if password is None:
        return None
    return f"The staff pages are at /staff/: sign in as {FIRST_NAME} with the password {password} (shown this once)"


def bring_up_to_date(url: str) -> str:
    """The version that the database now has; one that is ahead of this program is refused."""
    found = _version(url)
    if found is not None and found not in known_versions():
        raise NotReady(_NO_VERSION)
    upgrade(url)
    return expected_version()


def _version(url: str) -> str | None:
    """The version of the database, which is made if it is a file that is not there; never a newer one than ours.

    Versions are four digits. One that is not has been written by somebody else, as has none where there are tables.
    """
    database = new_database(url)
    try:
        found = schema_version(database)
    finally:
        database.close()
    if found is not None and not (len(found) == len(expected_version()) and found.isdigit()):
        raise NotReady(_NO_VERSION)
    if found is not None and found > expected_version():
        raise NotReady("The database is of a newer version than this program; install the newer version")
    return found


def keep_demo(url: str, folder: Path, now: datetime) -> str | None:
    """Seeds the demo into an empty database, and lets the times of one that is there go on from today.

    What was booked stays as it is; where that is not what the demo began with, the sentence says so.
    """
    database = new_database(url)
    try:
        with database.reading() as timetable:
            is_empty = not timetable.units()
            wear = None if is_empty else wear_of(timetable, folder, now)
        if is_empty:
            seed(database, folder, now.date())
            return None
        if wear is None:
            return "The database has units of its own and no demo, so --demo changes nothing in it"
        with database.writing() as timetable:
            lay_out_further(timetable, now.date())
        return _told(wear, url, now.date()) if wear.used_up else None
    finally:
        database.close()


def _told(wear: Wear, url: str, today: date) -> str:
    """The age and the wear in a sentence, and what to do about them; an address may hold a password, a file not."""
    days = None if wear.seeded_on is None else (today - wear.seeded_on).days
    age = "of unknown age" if days is None else f"{days} day{'' if days == 1 else 's'} old"
    file = url.partition(":///")[2] if url.startswith("sqlite") else ""
    remedy = f"remove the file {file}" if file else "serve from an empty database"
    return f"The demo is {age}: {', '.join(wear.used_up)}. Free times go on from today; for a new demo {remedy}"


_NO_VERSION = (
    "The database is marked as no version of this program; restore it from a backup, or correct its table"
    " alembic_version"
)
