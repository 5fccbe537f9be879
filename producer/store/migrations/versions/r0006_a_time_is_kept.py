"""The promise that a time is had by a live booking of that place, and by no other until it is let go of."""

from collections.abc import Iterator

from alembic import op

revision = "0006"
down_revision = "0005"

TAKEN = "a time that is held is not given to another"
ELSEWHERE = "a time is held by a live booking of that place alone"
_SAME = ("unit_id", "starts", "ends", "time_type_id", "performer_id", "resource_id")


def upgrade() -> None:
    for statement in _STATEMENTS[op.get_bind().dialect.name]():
        op.execute(statement)


def _sqlite() -> Iterator[str]:
    same = " AND ".join(f"{name} IS NEW.{name}" for name in _SAME)
    is_its_own = f"""
        SELECT RAISE(ABORT, '{ELSEWHERE}')
        WHERE NOT EXISTS (SELECT 1 FROM bookings WHERE id = NEW.booking_id AND state = 'live' AND {same});
    """  # noqa: S608 - the words are this module's own
    yield f"""
        CREATE TRIGGER slots_taken_insert BEFORE INSERT ON slots WHEN NEW.booking_id IS NOT NULL
        BEGIN {is_its_own} END
    """
    yield f"""
        CREATE TRIGGER slots_taken_update BEFORE UPDATE OF booking_id ON slots
        WHEN NEW.booking_id IS NOT NULL AND NEW.booking_id IS NOT OLD.booking_id
        BEGIN
            SELECT RAISE(ABORT, '{TAKEN}') WHERE OLD.booking_id IS NOT NULL;
            {is_its_own}
        END
    """


def _postgresql() -> Iterator[str]:
    same = " AND ".join(f"{name} IS NOT DISTINCT FROM NEW.{name}" for name in _SAME)
    yield f"""
        CREATE FUNCTION slot_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF TG_OP = 'UPDATE' THEN
                IF OLD.booking_id IS NOT NULL THEN
                    RAISE EXCEPTION '{TAKEN}' USING ERRCODE = 'exclusion_violation';
                END IF;
            END IF;
            PERFORM 1 FROM bookings WHERE id = NEW.booking_id AND state = 'live' AND {same} FOR SHARE;
            IF NOT FOUND THEN
                RAISE EXCEPTION '{ELSEWHERE}' USING ERRCODE = 'exclusion_violation';
            END IF;
            RETURN NEW;
        END $$
    """
    yield """
        CREATE TRIGGER slots_taken_insert BEFORE INSERT ON slots FOR EACH ROW
        WHEN (NEW.booking_id IS NOT NULL) EXECUTE FUNCTION slot_is_kept()
    """
    yield """
        CREATE TRIGGER slots_taken_update BEFORE UPDATE OF booking_id ON slots FOR EACH ROW
        WHEN (NEW.booking_id IS NOT NULL AND NEW.booking_id IS DISTINCT FROM OLD.booking_id)
        EXECUTE FUNCTION slot_is_kept()
    """


_STATEMENTS = {"sqlite": _sqlite, "postgresql": _postgresql}
