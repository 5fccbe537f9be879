"""The schema's version: what a database has, what this product expects, and the way from the one to the other."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from producer.store.engine import Database, new_database
from producer.store.tables import care_units

_MIGRATIONS = Path(__file__).with_name("migrations")
_UPGRADING = 715_118_310
"""The key of the advisory lock that lets one process at a time upgrade a PostgreSQL database."""


def upgrade(url: str) -> None:
    """Bring the database to the expected version, from nothing or from an older version, wholly or not at all."""
    database = new_database(url)
    try:
        upgrade_open(database)
    finally:
        database.close()


def upgrade_open(database: Database) -> None:
    """The same for a database that is open already, as one in memory is."""
    with database.writing() as timetable:
        _wait_for_turn(timetable.connection)
        config = Config(attributes={"connection": timetable.connection})
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        command.upgrade(config, "head")


def schema_version(database: Database) -> str | None:
    """What the database says its version is, None for a database without tables; versions sort as texts."""
    with database.reading() as timetable:
        told = MigrationContext.configure(timetable.connection).get_current_heads()
        is_empty = not told and not inspect(timetable.connection).has_table(care_units.name)
        return None if is_empty else " and ".join(sorted(told))


@cache
def known_versions() -> frozenset[str]:
    """This one, and those that there is a way from."""
    return frozenset(step.revision for step in ScriptDirectory(str(_MIGRATIONS)).walk_revisions())


@cache
def expected_version() -> str:
    (head,) = ScriptDirectory(str(_MIGRATIONS)).get_heads()
    return head


def _wait_for_turn(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADING})
