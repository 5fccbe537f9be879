"""Databases of former versions, with the rows that those versions' programs wrote."""

import re
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from producer.store import schema
from producer.store.engine import Database, new_database

ROWS = Path(__file__).with_name("rows")
REVISIONS = sorted(step.revision for step in ScriptDirectory(str(schema._MIGRATIONS)).walk_revisions())
SETTLED = REVISIONS[:-1]
"""Those that there is a way from."""

Rows = dict[str, list[dict[str, Any]]]


def make_former(url: str, revision: str) -> None:
    """The database as that version's program left it."""
    database = new_database(url)
    try:
        with database.writing() as timetable:
            config = Config(attributes={"connection": timetable.connection})
            config.set_main_option("script_location", str(schema._MIGRATIONS).replace("%", "%%"))
            command.upgrade(config, revision)
        with database.writing() as timetable:
            for script in sorted(ROWS.glob("*.sql")):
                if script.stem <= revision:
                    _run(timetable.connection, script.read_text("utf-8"))
            if database.engine.dialect.name == "postgresql":
                _count_on(timetable.connection)
    finally:
        database.close()


def rows_in(database: Database) -> Rows:
    """Every row of every table, as the driver tells it."""
    with database.reading() as timetable:
        connection = timetable.connection
        return {
            name: sorted(
                (dict(row._mapping) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')), key=repr
            )
            for name in inspect(connection).get_table_names()
            if name != "alembic_version"
        }


def as_before(before: Rows, after: Rows) -> Rows:
    """Of what there is now, the tables and columns that there were."""
    return {
        name: sorted(({column: row[column] for column in rows[0]} for row in after[name]), key=repr) if rows else []
        for name, rows in before.items()
    }


def _run(connection: Connection, script: str) -> None:
    for statement in re.sub(r"(?m)^--.*$", "", script).split(";\n"):
        if statement.strip():
            # The one driver takes a percent sign for the place of a value, the other does not.
            is_escaped = connection.dialect.name == "postgresql"
            connection.exec_driver_sql(statement.replace("%", "%%") if is_escaped else statement)


def _count_on(connection: Connection) -> None:
    """The ids in the scripts are told, so the counters have not moved as they would have."""
    counters = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'"
    for (name,) in connection.exec_driver_sql(counters).all():
        table = name.removesuffix("_id_seq")
        connection.exec_driver_sql(f"SELECT setval('{name}', coalesce((SELECT max(id) FROM {table}), 0) + 1, false)")
