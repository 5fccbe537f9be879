"""Who of the staff may sign in, what they changed, and whose data was read."""

import sqlalchemy as sa

from producer.store.tables.shape import Key, WallTime, key, metadata, unit

accounts = sa.Table(
    "accounts",
    metadata,
    key(),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("name_key", sa.String(100), nullable=False, unique=True),  # as it is found: small letters
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

# One row for each browser that is signed in; its cookie holds the token, this row only the token's hash.
sign_ins = sa.Table(
    "sign_ins",
    metadata,
    key(),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("account_id", Key, sa.ForeignKey("accounts.id"), nullable=False, index=True),
    sa.Column("at", WallTime, nullable=False),
    sa.Column("last_seen", WallTime, nullable=False),
)

sign_in_attempts = sa.Table(
    "sign_in_attempts",
    metadata,
    key(),
    sa.Column("at", WallTime, nullable=False),
    sa.Column("name_key", sa.String(100), nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Index("ix_sign_in_attempts_name", "name_key", "at"),
    sa.Index("ix_sign_in_attempts_address", "address", "at"),
)

# What every process must know and nobody else may: the key that cookies are signed with.
secrets = sa.Table(
    "secrets",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.String(200), nullable=False),
)

# Every change by staff, as one sentence; with what it takes to undo it where that can be done.
staff_changes = sa.Table(
    "staff_changes",
    metadata,
    key(),
    sa.Column("unit_id", Key, sa.ForeignKey("care_units.id")),
    sa.Column("account_id", Key, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("at", WallTime, nullable=False),
    sa.Column("sentence", sa.JSON, nullable=False),
    sa.Column("undo", sa.JSON(none_as_null=True)),
    sa.Column("undone", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("ix_staff_changes_unit", "unit_id", "id"),
)

# Only ever added to (patient data act): who read or changed what of which patient's. The database itself refuses to
# change a line, and to remove one before its time.
access_log = sa.Table(
    "access_log",
    metadata,
    key(),
    sa.Column("at", WallTime, nullable=False),
    sa.Column("unit", sa.String(64)),
    sa.Column("actor_type", sa.String(20), nullable=False),
    sa.Column("actor_id", sa.Text),
    sa.Column("consumer", sa.Text),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("patient", sa.String(12), nullable=False),
    sa.Column("booking", sa.String(128)),
    sa.Column("refused", sa.Boolean, nullable=False, server_default=sa.false()),  # tried, and told no
    sa.Index("ix_access_log_patient", "patient", "at"),
    sa.Index("ix_access_log_at", "at"),
)

# The address of a unit's calendar; only who has it can read it, so only its hash is kept.
calendar_feeds = sa.Table(
    "calendar_feeds",
    metadata,
    key(),
    unit(),
    sa.Column("secret_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("made_at", WallTime, nullable=False),
)
