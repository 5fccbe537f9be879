"""The promise that a performer or a resource is never in two live bookings at once, kept by the database."""

from collections.abc import Iterator

from alembic import op

revision = "0002"
down_revision = "0001"

WHO_OR_WHAT = ("performer", "resource")


def upgrade() -> None:
    for statement in _STATEMENTS[op.get_bind().dialect.name]():
        op.execute(statement)


def _sqlite() -> Iterator[str]:
    for noun in WHO_OR_WHAT:
        yield _trigger(f"bookings_{noun}_insert", "INSERT", noun, besides="")
        yield _trigger(
            f"bookings_{noun}_update",
            f"UPDATE OF state, starts, ends, {noun}_id",
            noun,
            besides="AND id <> NEW.id",
        )


def _trigger(name: str, event: str, noun: str, besides: str) -> str:
    # Since no two of them overlap, the first booking that ends after the new one starts is the only one to ask.
    return f"""
        CREATE TRIGGER {name} BEFORE {event} ON bookings
        WHEN NEW.state = 'live' AND NEW.{noun}_id IS NOT NULL AND NEW.starts IS NOT NULL
        BEGIN
            SELECT RAISE(ABORT, 'a {noun} would be in two bookings at once')
            WHERE NEW.ends > (
                SELECT starts FROM bookings
                WHERE {noun}_id = NEW.{noun}_id AND state = 'live' AND ends > NEW.starts {besides}
                ORDER BY ends LIMIT 1
            );
        END
    """  # noqa: S608 - the words are this module's own


def _postgresql() -> Iterator[str]:
    for noun in WHO_OR_WHAT:
        yield f"""
            ALTER TABLE bookings ADD CONSTRAINT ex_bookings_{noun} EXCLUDE USING gist (
                int8range({noun}_id, {noun}_id, '[]') WITH &&, tsrange(starts, ends) WITH &&
            ) WHERE (state = 'live' AND {noun}_id IS NOT NULL AND starts IS NOT NULL)
        """


_STATEMENTS = {"sqlite": _sqlite, "postgresql": _postgresql}
