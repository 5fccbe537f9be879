"""The worlds of the staff's tests on PostgreSQL."""

from rules.world import World
from sqlalchemy import Connection

from producer.store import tables as t
from staff.test_sweep import DemoWorld
from staff.world import StaffWorld

# Copies of all tables stand in a schema of their own. To put them back no constraint is asked, for they are as they were.
_KEEP = """
DROP SCHEMA IF EXISTS kept CASCADE;
CREATE SCHEMA kept;
{copies}
CREATE FUNCTION kept.restore() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    SET LOCAL session_replication_role = replica;
    {deletes}
    {inserts}
    {counters}
    SET LOCAL session_replication_role = origin;
END $$;
"""
_COPY = "CREATE TABLE kept.{0} AS TABLE public.{0};"
_DELETE = "DELETE FROM public.{0};"
_INSERT = "INSERT INTO public.{0} SELECT * FROM kept.{0};"
_COUNTER = "PERFORM setval('{0}_id_seq', coalesce((SELECT max(id) FROM kept.{0}), 0) + 1, false);"


class OnPostgresql(World):
    """Put back row by row, since no other server would let its files be exchanged."""

    def keep(self) -> None:
        with self.database.writing() as timetable:
            timetable.connection.exec_driver_sql(_keeping())
        self._content = self.picture()

    def picture(self) -> bytes:
        return "\n".join(self.dump()).encode()

    def dump(self) -> list[str]:
        with self.database.reading() as timetable:
            return [line for name in sorted(t.metadata.tables) for line in _lines(timetable.connection, name)]

    def _restore(self) -> None:
        with self.database.writing() as timetable:
            timetable.connection.exec_driver_sql("SELECT kept.restore()")


class StaffOnPostgresql(OnPostgresql, StaffWorld):
    pass


class DemoOnPostgresql(OnPostgresql, DemoWorld):
    pass


def _lines(connection: Connection, name: str) -> list[str]:
    """As SQLite would write them, in an order that lasts."""
    table = t.metadata.tables[name]
    rows = connection.execute(table.select().order_by(*table.primary_key))
    return [f'INSERT INTO "{name}" VALUES{tuple(row)!r}' for row in rows]


def _keeping() -> str:
    names = list(t.metadata.tables)
    counted = [table.name for table in t.metadata.tables.values() if "id" in table.c]
    return _KEEP.format(
        copies="\n".join(map(_COPY.format, names)),
        deletes="\n".join(map(_DELETE.format, names)),
        inserts="\n".join(map(_INSERT.format, names)),
        counters="\n".join(map(_COUNTER.format, counted)),
    )
