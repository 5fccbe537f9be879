"""What a database holds, told and put back: one in memory by its bytes, one in PostgreSQL by what has changed since."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from sqlalchemy import Connection

from producer.store import tables as t
from producer.store.engine import Database


class Kept(Protocol):
    """What a database held when it was last kept."""

    content: bytes
    """All of it, to be compared with a picture of now."""

    def keep(self) -> None:
        """What there is now is what comes back."""

    def restore(self) -> None: ...

    def picture(self) -> bytes:
        """All that the database holds now."""

    def dump(self) -> list[str]:
        """The same in lines that people can read."""

    def is_touched(self) -> bool:
        """Whether anything was written since, be it the same as before."""

    def is_as_it_was(self) -> bool:
        """Whether nothing is there but what was kept."""

    def rows(self, statement: str) -> list[tuple[Any, ...]]: ...


def kept(database: Database) -> Kept:
    """The database as it is now."""
    return _KINDS[database.engine.dialect.name](database)


class _InMemory:
    def __init__(self, database: Database) -> None:
        self._database = database
        self.keep()

    def keep(self) -> None:
        self.content = self.picture()
        self._mark()

    def restore(self) -> None:
        if self.is_touched():
            self._connection().deserialize(self.content)
            self._mark()

    def picture(self) -> bytes:
        return self._connection().serialize()

    def dump(self) -> list[str]:
        return list(self._connection().iterdump())

    def is_touched(self) -> bool:
        connection = self._connection()
        return connection is not self._marked or connection.total_changes != self._changes

    def _mark(self) -> None:
        """A connection that was opened since has nothing in it, however often it was written to."""
        self._marked = self._connection()
        self._changes = self._marked.total_changes

    def is_as_it_was(self) -> bool:
        return self.picture() == self.content

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        return self._connection().execute(statement).fetchall()

    def _connection(self) -> sqlite3.Connection:
        """The one connection of a database in memory."""
        pooled = self._database.engine.raw_connection()
        try:
            connection = pooled.driver_connection
            assert isinstance(connection, sqlite3.Connection)
            return connection
        finally:
            pooled.close()


# A copy of each table stands in a schema of its own, and each table notes there when it is written to. What is put back
# is what has changed: rows written by a transaction after the last one that kept or restored, and rows that are gone.
# No constraint is asked, for they are as they were.
_KEEP = """
DROP SCHEMA IF EXISTS kept CASCADE;
CREATE SCHEMA kept;
CREATE UNLOGGED TABLE kept.touched (name text NOT NULL);
CREATE TABLE kept.mark AS SELECT pg_current_xact_id() AS last;
CREATE FUNCTION kept.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO kept.touched VALUES (TG_TABLE_NAME);
    RETURN NULL;
END $$;
CREATE FUNCTION kept.restore() RETURNS void LANGUAGE plpgsql AS $$ DECLARE
    one text;
    mark bigint := (SELECT last::text::bigint %% 4294967296 FROM kept.mark);
BEGIN
    IF NOT EXISTS (SELECT FROM kept.touched) THEN RETURN; END IF;
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT DISTINCT name FROM kept.touched LOOP
        EXECUTE format('DELETE FROM public.%%I WHERE xmin::text::bigint > %%s', one, mark);
        CASE one {tables} END CASE;
    END LOOP;
    DELETE FROM kept.touched;
    UPDATE kept.mark SET last = pg_current_xact_id();
    SET LOCAL session_replication_role = origin;
END $$;
"""
_COPY = """
CREATE TABLE kept.{0} AS TABLE public.{0};
ALTER TABLE kept.{0} ADD PRIMARY KEY ({1});
CREATE OR REPLACE TRIGGER kept AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.{0}
    FOR EACH STATEMENT EXECUTE FUNCTION kept.note();
"""
_PUT_BACK = """WHEN '{0}' THEN
    INSERT INTO public.{0} SELECT * FROM kept.{0} WHERE ({1}) NOT IN (SELECT {1} FROM public.{0});
    {2}
"""
_COUNTER = "PERFORM setval('{0}_id_seq', coalesce((SELECT max(id) FROM kept.{0}), 0) + 1, false);"
_COUNTERS = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'"


class _OnServer:
    def __init__(self, database: Database) -> None:
        self._database = database
        self.keep()

    def keep(self) -> None:
        with self._writing() as connection:
            counters = {name for (name,) in connection.exec_driver_sql(_COUNTERS)}
            connection.exec_driver_sql(_keeping(counters))
        with self._database.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
        self._lines = self._lines_of(sorted(t.metadata.tables))
        self.content = "\n".join(self.dump()).encode()

    def restore(self) -> None:
        with self._writing() as connection:
            connection.exec_driver_sql("SELECT kept.restore()")

    def picture(self) -> bytes:
        return "\n".join(self.dump()).encode() if self.is_touched() else self.content

    def dump(self) -> list[str]:
        """As SQLite would write them, in an order that lasts."""
        now = self._lines | self._lines_of(self._touched())
        return [line for lines in now.values() for line in lines]

    def _lines_of(self, names: Iterable[str]) -> dict[str, list[str]]:
        with self._database.reading() as timetable:
            return {name: _lines(timetable.connection, name) for name in names}

    def is_touched(self) -> bool:
        return self._touched() != []

    def _touched(self) -> list[str]:
        return [name for (name,) in self.rows("SELECT DISTINCT name FROM kept.touched")]

    def is_as_it_was(self) -> bool:
        return self.picture() == self.content

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with self._database.reading() as timetable:
            return [tuple(row) for row in timetable.connection.exec_driver_sql(statement)]

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._database.writing() as timetable:
            yield timetable.connection


def _lines(connection: Connection, name: str) -> list[str]:
    table = t.metadata.tables[name]
    rows = connection.execute(table.select().order_by(*table.primary_key))
    return [f'INSERT INTO "{name}" VALUES{tuple(row)!r}' for row in rows]


def _keeping(counters: set[str]) -> str:
    keys = {name: ", ".join(table.primary_key.columns.keys()) for name, table in t.metadata.tables.items()}
    put_back = (
        _PUT_BACK.format(name, key, _COUNTER.format(name) if f"{name}_id_seq" in counters else "")
        for name, key in keys.items()
    )
    copies = (_COPY.format(name, key) for name, key in keys.items())
    return _KEEP.format(tables="".join(put_back)) + "".join(copies)


_KINDS: dict[str, type[_InMemory] | type[_OnServer]] = {"sqlite": _InMemory, "postgresql": _OnServer}
