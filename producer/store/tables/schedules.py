"""Base schedules, which times are laid out from, and what they yield to."""

import sqlalchemy as sa

from producer.store.tables.shape import Key, WallTime, key, metadata, unit

base_schedules = sa.Table(
    "base_schedules",
    metadata,
    key(),
    unit(),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("weekdays", sa.String(20), nullable=False),  # "1,2,5": Monday is 1, as in ISO 8601
    sa.Column("opens", sa.Time, nullable=False),
    sa.Column("closes", sa.Time, nullable=False),
    sa.Column("slot_minutes", sa.Integer, nullable=False),
    sa.Column("pause_minutes", sa.Integer, nullable=False),
    sa.Column("every_weeks", sa.Integer, nullable=False),  # 2: every other week, counted from valid_from's week
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_to", sa.Date),
    sa.Column("days_ahead", sa.Integer, nullable=False),  # how many days, from today on, it is to be laid out
    sa.Column("laid_out_to", sa.Date, nullable=False),  # the last day that it has been
    sa.Column("performer_id", Key, sa.ForeignKey("performers.id")),
    sa.Column("resource_id", Key, sa.ForeignKey("resources.id")),
    sa.Column("former", sa.JSON(none_as_null=True)),  # what is laid out of it still as it was before it was changed
    sa.UniqueConstraint("unit_id", "name"),
)

base_schedule_time_types = sa.Table(
    "base_schedule_time_types",
    metadata,
    sa.Column("base_schedule_id", Key, sa.ForeignKey("base_schedules.id"), primary_key=True),
    sa.Column("time_type_id", Key, sa.ForeignKey("time_types.id"), primary_key=True),
)

# A single day on which a base schedule does not hold, or holds although its weekdays do not say so.
base_schedule_exceptions = sa.Table(
    "base_schedule_exceptions",
    metadata,
    sa.Column("base_schedule_id", Key, sa.ForeignKey("base_schedules.id"), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("is_extra", sa.Boolean, nullable=False),
)

# When a performer is away from a unit: her times are blocked then, and none are laid out.
absences = sa.Table(
    "absences",
    metadata,
    key(),
    unit(),
    sa.Column("performer_id", Key, sa.ForeignKey("performers.id"), nullable=False),
    sa.Column("starts", WallTime, nullable=False),
    sa.Column("ends", WallTime, nullable=False),
    sa.Column("reason", sa.Text),
    sa.CheckConstraint("starts < ends", name="ends_after_it_starts"),
    sa.Index("ix_absences_performer", "performer_id", "ends"),
)

# Which slots an absence has blocked, so that no others are opened when it ends; a slot may be gone since.
absence_blocks = sa.Table(
    "absence_blocks",
    metadata,
    sa.Column("absence_id", Key, sa.ForeignKey("absences.id"), primary_key=True),
    sa.Column("slot_public_id", sa.String(32), primary_key=True),
)
