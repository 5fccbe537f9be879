"""The promise that the access log and the trail are only added to, kept by the database."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

LOG = "the access log is only added to"
TRAIL = "the trail is only added to"
# What a person has written or is known by; it may be taken out of the trail, and nothing else may be changed in it.
PERSONAL = ("actor_id", "message", "override_reason")
OF_THE_EVENT = ("id", "booking_id", "at", "act", "actor_type", "consumer", "correlation_id", "before", "after")


def upgrade() -> None:
    op.add_column("access_log", sa.Column("refused", sa.Boolean, nullable=False, server_default=sa.false()))
    for statement in _STATEMENTS[op.get_bind().dialect.name]():
        op.execute(statement)


# A line of the log is kept for five years (HSLF-FS 2016:40). The databases' clocks are of Greenwich, an hour or two
# behind the Swedish wall, so a line stays so much longer.


def _sqlite() -> Iterator[str]:
    yield _refusing("access_log_changed", "UPDATE ON access_log", "", LOG)
    yield _refusing("access_log_removed", "DELETE ON access_log", "WHEN OLD.at > datetime('now', '-5 years')", LOG)
    yield _refusing("booking_events_changed", f"UPDATE OF {', '.join(OF_THE_EVENT)} ON booking_events", "", TRAIL)
    yield _refusing("booking_events_removed", "DELETE ON booking_events", "", TRAIL)
    told_anew = " OR ".join(f"(NEW.{name} IS NOT NULL AND NEW.{name} IS NOT OLD.{name})" for name in PERSONAL)
    yield _refusing(
        "booking_events_rewritten", f"UPDATE OF {', '.join(PERSONAL)} ON booking_events", f"WHEN {told_anew}", TRAIL
    )


def _refusing(name: str, event: str, when: str, why: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {event} {when} BEGIN SELECT RAISE(ABORT, '{why}'); END"


def _postgresql() -> Iterator[str]:
    yield _function("access_log_is_kept", "TG_OP <> 'DELETE' OR OLD.at > _NOW - interval '5 years'", LOG)
    untold = [f"(NEW.{name} IS NULL OR NEW.{name} IS NOT DISTINCT FROM OLD.{name})" for name in PERSONAL]
    same = [f"NEW.{name}::text IS NOT DISTINCT FROM OLD.{name}::text" for name in OF_THE_EVENT]
    yield _function("trail_is_kept", f"TG_OP <> 'UPDATE' OR NOT ({' AND '.join((*untold, *same))})", TRAIL)
    for table, function in (("access_log", "access_log_is_kept"), ("booking_events", "trail_is_kept")):
        yield (
            f"CREATE TRIGGER {table}_is_kept BEFORE UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {function}()"
        )
        yield (
            f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        )


def _function(name: str, refused_when: str, why: str) -> str:
    condition = refused_when.replace("_NOW", "(now() AT TIME ZONE 'UTC')")
    return f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF TG_OP = 'TRUNCATE' THEN
                RAISE EXCEPTION '{why}' USING ERRCODE = 'integrity_constraint_violation';
            ELSIF {condition} THEN
                RAISE EXCEPTION '{why}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END $$
    """


_STATEMENTS = {"sqlite": _sqlite, "postgresql": _postgresql}
