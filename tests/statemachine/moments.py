"""What a database holds in the middle of a story, taken and put back: what a trial does is not let stand."""

import sqlite3
from contextlib import closing
from typing import Protocol

from keeping import kept

from producer.store import tables as t
from producer.store.engine import Database


class Moments(Protocol):
    """A beginning that can be gone back to at any time, and one moment after it."""

    def begin(self) -> None:
        """All is as it was when this was made."""

    def take(self) -> None: ...

    def put_back(self) -> None: ...

    def dump(self) -> list[str]: ...


def moments(database: Database) -> Moments:
    return _KINDS[database.engine.dialect.name](database)


class _InMemory:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept = kept(database)

    def begin(self) -> None:
        self._kept.restore()

    def take(self) -> None:
        self._taken = self._kept.picture()

    def put_back(self) -> None:
        with closing(self._database.engine.raw_connection()) as pooled:
            connection = pooled.driver_connection
            assert isinstance(connection, sqlite3.Connection)
            connection.deserialize(self._taken)

    def dump(self) -> list[str]:
        return self._kept.dump()


# As in `keeping`, only what was written to is copied: what was not, at the moment, is as it was at the beginning.
_MAKE = """
DROP SCHEMA IF EXISTS moment CASCADE;
CREATE SCHEMA moment;
CREATE UNLOGGED TABLE moment.touched (name text NOT NULL);
CREATE FUNCTION moment.take() RETURNS void LANGUAGE plpgsql AS $$ DECLARE one text; BEGIN
    FOR one IN SELECT name FROM moment.touched LOOP
        EXECUTE format('DELETE FROM moment.%%I', one);
    END LOOP;
    DELETE FROM moment.touched;
    INSERT INTO moment.touched SELECT DISTINCT name FROM kept.touched;
    FOR one IN SELECT name FROM moment.touched LOOP
        EXECUTE format('INSERT INTO moment.%%I TABLE public.%%I', one, one);
    END LOOP;
END $$;
CREATE FUNCTION moment.put_back() RETURNS void LANGUAGE plpgsql AS $$ DECLARE one text; was text; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT DISTINCT name FROM kept.touched LOOP
        was := CASE WHEN one IN (SELECT name FROM moment.touched) THEN 'moment' ELSE 'kept' END;
        EXECUTE format('DELETE FROM public.%%I', one);
        EXECUTE format('INSERT INTO public.%%I TABLE %%I.%%I', one, was, one);
    END LOOP;
    DELETE FROM kept.touched;
    INSERT INTO kept.touched TABLE moment.touched;
    SET LOCAL session_replication_role = origin;
END $$;
"""


class _OnServer:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept = kept(database)
        copies = (f"CREATE UNLOGGED TABLE moment.{name} (LIKE public.{name});" for name in t.metadata.tables)
        self._do(_MAKE + "\n".join(copies))

    def begin(self) -> None:
        self._kept.restore()

    def take(self) -> None:
        self._do("SELECT moment.take()")

    def put_back(self) -> None:
        self._do("SELECT moment.put_back()")

    def dump(self) -> list[str]:
        return self._kept.dump()

    def _do(self, statement: str) -> None:
        with self._database.writing() as timetable:
            timetable.connection.exec_driver_sql(statement)


_KINDS: dict[str, type[_InMemory] | type[_OnServer]] = {"sqlite": _InMemory, "postgresql": _OnServer}
