from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

import producer
from producer.store import engine, schema
from producer.store import tables as t
from producer.store.engine import open_database
from producer.store.schema import expected_version, schema_version, upgrade


def test_the_migrations_make_the_tables_that_the_store_knows(database):
    with database.reading() as timetable:
        context = MigrationContext.configure(
            timetable.connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, t.metadata) == []


def test_the_migrations_make_the_same_checks_as_the_tables_say(database):
    """The comparison above does not look at these."""
    with database.reading() as timetable:
        inspector = inspect(timetable.connection)
        for table in t.metadata.tables.values():
            made = {check["name"] for check in inspector.get_check_constraints(table.name)}
            assert made == {str(each.name) for each in table.constraints if type(each).__name__ == "CheckConstraint"}


def test_a_database_is_made_from_nothing(new_database):
    upgrade(new_database)
    database = open_database(new_database)
    assert schema_version(database) == expected_version()
    database.ping()
    database.close()


def test_a_database_without_tables_has_no_version(new_database):
    database = engine.new_database(new_database)
    assert schema_version(database) is None
    database.close()


def test_upgrading_once_more_changes_nothing(region, database_url, database):
    region.slot(region.unit("SE1"))
    upgrade(database_url)
    assert schema_version(database) == expected_version()
    with database.reading() as timetable:
        assert timetable.unit("SE1").hsa_id == "SE1"
        assert len(timetable.connection.execute(t.slots.select()).all()) == 1


def test_an_older_database_keeps_what_it_has(new_database, monkeypatch):
    newest, run = expected_version(), command.upgrade
    monkeypatch.setattr(command, "upgrade", lambda config, _: run(config, "0001"))
    upgrade(new_database)
    monkeypatch.undo()
    database = open_database(new_database)
    assert schema_version(database) == "0001" < newest
    with database.writing() as timetable:
        row = {"hsa_id": "SE1", "hsa_key": "SE1", "name": "V", "county": "S", "offers_care": True}
        timetable.connection.execute(t.care_units.insert(), row)
    upgrade(new_database)
    assert schema_version(database) == newest
    with database.reading() as timetable:
        assert timetable.unit("SE1").name == "V"
    database.close()


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(new_database, monkeypatch):
    run = command.upgrade

    def upgrade_and_fail(config, target):
        run(config, target)
        raise RuntimeError("the power went")

    monkeypatch.setattr(command, "upgrade", upgrade_and_fail)
    with pytest.raises(RuntimeError):
        upgrade(new_database)
    database = open_database(new_database)
    assert schema_version(database) is None
    database.close()


def test_several_may_upgrade_at_once(new_database):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(upgrade, [new_database] * 8))
    database = open_database(new_database)
    assert schema_version(database) == expected_version()
    database.close()


def test_the_migrations_lie_inside_the_package_that_is_installed():
    assert schema._MIGRATIONS.is_relative_to(Path(producer.__file__).parent)
    assert list((schema._MIGRATIONS / "versions").glob("r0001*.py"))
