"""What staff need: accounts, what they changed and read, absences, exceptions, calendars, and things retired."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0003"
down_revision = "0002"

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WallTime = sa.DateTime().with_variant(sqlite.DATETIME(truncate_microseconds=True), "sqlite")  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it so

# What was there before, as far as the new tables refer to it.
THERE_ALREADY = [
    sa.Table(name, metadata, sa.Column("id", Key, primary_key=True))
    for name in ("care_units", "performers", "base_schedules", "booking_events")
]
RETIRED = ("care_units", "performers", "resources", "care_types", "time_types")


def _key() -> sa.Column[int]:
    return sa.Column("id", Key, primary_key=True)


def _unit() -> sa.Column[int]:
    return sa.Column("unit_id", Key, sa.ForeignKey("care_units.id"), nullable=False)


base_schedule_exceptions = sa.Table(
    "base_schedule_exceptions",
    metadata,
    sa.Column("base_schedule_id", Key, sa.ForeignKey("base_schedules.id"), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("is_extra", sa.Boolean, nullable=False),
)

absences = sa.Table(
    "absences",
    metadata,
    _key(),
    _unit(),
    sa.Column("performer_id", Key, sa.ForeignKey("performers.id"), nullable=False),
    sa.Column("starts", WallTime, nullable=False),
    sa.Column("ends", WallTime, nullable=False),
    sa.Column("reason", sa.Text),
    sa.CheckConstraint("starts < ends", name="ends_after_it_starts"),
    sa.Index("ix_absences_performer", "performer_id", "ends"),
)

absence_blocks = sa.Table(
    "absence_blocks",
    metadata,
    sa.Column("absence_id", Key, sa.ForeignKey("absences.id"), primary_key=True),
    sa.Column("slot_public_id", sa.String(32), primary_key=True),
)

accounts = sa.Table(
    "accounts",
    metadata,
    _key(),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("name_key", sa.String(100), nullable=False, unique=True),
    sa.Column("password_hash", sa.String(300), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("made_at", WallTime, nullable=False),
    sa.CheckConstraint("role IN ('administrator', 'editor', 'reader')", name="role"),
)

account_units = sa.Table(
    "account_units",
    metadata,
    sa.Column("account_id", Key, sa.ForeignKey("accounts.id"), primary_key=True),
    sa.Column("unit_id", Key, sa.ForeignKey("care_units.id"), primary_key=True),
)

sign_ins = sa.Table(
    "sign_ins",
    metadata,
    _key(),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("account_id", Key, sa.ForeignKey("accounts.id"), nullable=False, index=True),
    sa.Column("at", WallTime, nullable=False),
    sa.Column("last_seen", WallTime, nullable=False),
)

sign_in_attempts = sa.Table(
    "sign_in_attempts",
    metadata,
    _key(),
    sa.Column("at", WallTime, nullable=False),
    sa.Column("name_key", sa.String(100), nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Index("ix_sign_in_attempts_name", "name_key", "at"),
    sa.Index("ix_sign_in_attempts_address", "address", "at"),
)

secrets = sa.Table(
    "secrets",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.String(200), nullable=False),
)

staff_changes = sa.Table(
    "staff_changes",
    metadata,
    _key(),
    sa.Column("unit_id", Key, sa.ForeignKey("care_units.id")),
    sa.Column("account_id", Key, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("at", WallTime, nullable=False),
    sa.Column("sentence", sa.JSON, nullable=False),
    sa.Column("undo", sa.JSON(none_as_null=True)),
    sa.Column("undone", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("ix_staff_changes_unit", "unit_id", "id"),
)

access_log = sa.Table(
    "access_log",
    metadata,
    _key(),
    sa.Column("at", WallTime, nullable=False),
    sa.Column("unit", sa.String(64)),
    sa.Column("actor_type", sa.String(20), nullable=False),
    sa.Column("actor_id", sa.Text),
    sa.Column("consumer", sa.Text),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("patient", sa.String(12), nullable=False),
    sa.Column("booking", sa.String(128)),
    sa.Index("ix_access_log_patient", "patient", "at"),
    sa.Index("ix_access_log_at", "at"),
)

calendar_feeds = sa.Table(
    "calendar_feeds",
    metadata,
    _key(),
    _unit(),
    sa.Column("secret_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("made_at", WallTime, nullable=False),
)

follow_ups = sa.Table(
    "follow_ups",
    metadata,
    sa.Column("event_id", Key, sa.ForeignKey("booking_events.id"), primary_key=True),
    sa.Column("account_id", Key, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("at", WallTime, nullable=False),
)


def upgrade() -> None:
    op.add_column("base_schedules", sa.Column("former", sa.JSON(none_as_null=True)))
    for table in RETIRED:
        op.add_column(table, sa.Column("retired", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("booking_events", sa.Column("override_reason", sa.Text))
    op.create_index("ix_booking_events_at", "booking_events", ["at"])
    op.create_index("ix_bookings_starts", "bookings", ["starts", "unit_id"])
    of_invitations = sa.text("invited_by_unit_id IS NOT NULL")
    op.create_index(
        "ix_bookings_invited_by",
        "bookings",
        ["invited_by_unit_id", "id"],
        sqlite_where=of_invitations,
        postgresql_where=of_invitations,
    )
    new = [table for table in metadata.sorted_tables if table not in THERE_ALREADY]
    metadata.create_all(op.get_bind(), tables=new, checkfirst=False)
