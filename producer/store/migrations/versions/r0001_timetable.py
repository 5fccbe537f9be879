"""The timetable's tables as they were first made: a copy that never changes, whatever becomes of `tables`."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import SchemaItem

revision = "0001"
down_revision = None

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

FREE = "booking_id IS NULL AND NOT blocked"
LIVE = "state = 'live'"


def _index_of(name: str, *columns: str, where: str, unique: bool = False) -> sa.Index:
    """An index of the rows that the condition holds for."""
    condition = sa.text(where)
    return sa.Index(name, *columns, unique=unique, postgresql_where=condition, sqlite_where=condition)


def _key() -> sa.Column[int]:
    return sa.Column("id", Key, primary_key=True)


def _unit() -> sa.Column[int]:
    return sa.Column("unit_id", Key, sa.ForeignKey("care_units.id"), nullable=False)


def _coded() -> Iterable[SchemaItem]:
    """A code of the unit's own, and the name that people read."""
    yield _unit()
    yield sa.Column("code", sa.String(64), nullable=False)
    yield sa.Column("name", sa.String(200), nullable=False)
    yield sa.UniqueConstraint("unit_id", "code")


unit_groups = sa.Table(
    "unit_groups",
    metadata,
    _key(),
    sa.Column("name", sa.String(100), nullable=False, unique=True),
)

care_units = sa.Table(
    "care_units",
    metadata,
    _key(),
    sa.Column("hsa_id", sa.String(64), nullable=False),
    sa.Column("hsa_key", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("county", sa.String(100), nullable=False),
    sa.Column("municipality_code", sa.String(4)),
    sa.Column("municipality_name", sa.String(100)),
    sa.Column("visiting_address", sa.String(300)),
    sa.Column("group_id", Key, sa.ForeignKey("unit_groups.id")),
    sa.Column("offers_care", sa.Boolean, nullable=False, default=True),
)

booking_rules = sa.Table(
    "booking_rules",
    metadata,
    sa.Column("unit_id", Key, sa.ForeignKey("care_units.id"), primary_key=True),
    sa.Column("flows", sa.String(100), nullable=False),
    sa.Column("lookups", sa.String(100), nullable=False),
    sa.Column("new_booking_allowed", sa.Boolean, nullable=False),
    sa.Column("rebooking_allowed", sa.Boolean, nullable=False),
    sa.Column("cancelling_allowed", sa.Boolean, nullable=False),
    sa.Column("message_allowed", sa.Boolean, nullable=False),
    sa.Column("booking_notice_minutes", sa.Integer, nullable=False),
    sa.Column("booking_horizon_minutes", sa.Integer),
    sa.Column("rebooking_notice_minutes", sa.Integer, nullable=False),
    sa.Column("rebooking_horizon_minutes", sa.Integer),
    sa.Column("cancelling_notice_minutes", sa.Integer, nullable=False),
    sa.Column("cancelling_horizon_minutes", sa.Integer),
    sa.Column("other_unit_allowed", sa.Boolean, nullable=False),
    sa.Column("rebooking_keeps_resource", sa.Boolean, nullable=False),
    sa.Column("rebooking_keeps_performer", sa.Boolean, nullable=False),
    sa.Column("rebooking_changes_id", sa.Boolean, nullable=False),
    sa.Column("most_live_bookings", sa.Integer),
    sa.Column("simultaneous_bookings_allowed", sa.Boolean, nullable=False),
    sa.Column("listed_patients_only", sa.Boolean, nullable=False),
    sa.Column("own_performer_only", sa.Boolean, nullable=False),
    sa.Column("test_identities_only", sa.Boolean, nullable=False),
    sa.Column("reserve_ids_accepted", sa.Boolean, nullable=False),
    sa.Column("guardians_may_act", sa.Boolean, nullable=False),
    sa.Column("cancelled_invitation_becomes", sa.String(20), nullable=False),
    sa.Column("text_to_read", sa.Text),
    sa.Column("past_bookings_shown", sa.Boolean, nullable=False),
    sa.Column("actor_required", sa.Boolean, nullable=False),
    sa.Column("empty_elements_accepted", sa.Boolean, nullable=False),
)

performers = sa.Table(
    "performers",
    metadata,
    _key(),
    sa.Column("hsa_id", sa.String(64), nullable=False),
    sa.Column("hsa_key", sa.String(64), nullable=False, unique=True),
    sa.Column("title", sa.String(100)),
    sa.Column("first_name", sa.String(100), nullable=False),
    sa.Column("middle_name", sa.String(100)),
    sa.Column("last_name", sa.String(100), nullable=False),
)

memberships = sa.Table(
    "memberships",
    metadata,
    sa.Column("unit_id", Key, sa.ForeignKey("care_units.id"), primary_key=True),
    sa.Column("performer_id", Key, sa.ForeignKey("performers.id"), primary_key=True),
)

resources = sa.Table(
    "resources",
    metadata,
    _key(),
    *_coded(),
)

care_types = sa.Table(
    "care_types",
    metadata,
    _key(),
    *_coded(),
)

time_types = sa.Table(
    "time_types",
    metadata,
    _key(),
    *_coded(),
)

time_type_care_types = sa.Table(
    "time_type_care_types",
    metadata,
    sa.Column("time_type_id", Key, sa.ForeignKey("time_types.id"), primary_key=True),
    sa.Column("care_type_id", Key, sa.ForeignKey("care_types.id"), primary_key=True),
    sa.Column("place", sa.Integer, nullable=False),
)

time_type_performers = sa.Table(
    "time_type_performers",
    metadata,
    sa.Column("time_type_id", Key, sa.ForeignKey("time_types.id"), primary_key=True),
    sa.Column("performer_id", Key, sa.ForeignKey("performers.id"), primary_key=True),
)

base_schedules = sa.Table(
    "base_schedules",
    metadata,
    _key(),
    _unit(),
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
    sa.UniqueConstraint("unit_id", "name"),
)

base_schedule_time_types = sa.Table(
    "base_schedule_time_types",
    metadata,
    sa.Column("base_schedule_id", Key, sa.ForeignKey("base_schedules.id"), primary_key=True),
    sa.Column("time_type_id", Key, sa.ForeignKey("time_types.id"), primary_key=True),
)

bookings = sa.Table(
    "bookings",
    metadata,
    _key(),
    sa.Column("public_id", sa.String(128), nullable=False, unique=True),
    _unit(),
    sa.Column("patient", sa.String(12), nullable=False),
    sa.Column("starts", WallTime),
    sa.Column("ends", WallTime),
    sa.Column("time_type_id", Key, sa.ForeignKey("time_types.id")),
    sa.Column("care_type_id", Key, sa.ForeignKey("care_types.id")),
    sa.Column("performer_id", Key, sa.ForeignKey("performers.id")),
    sa.Column("resource_id", Key, sa.ForeignKey("resources.id")),
    sa.Column("reason", sa.Text),
    sa.Column("purpose", sa.Text),
    sa.Column("is_invitation", sa.Boolean, nullable=False, default=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("shown_to_patient", sa.Boolean, nullable=False, default=True),
    sa.Column("invited_by_unit_id", Key, sa.ForeignKey("care_units.id")),
    sa.Column("invitation_valid_to", sa.Date),
    sa.Column("first_name", sa.Text),
    sa.Column("middle_name", sa.Text),
    sa.Column("last_name", sa.Text),
    sa.Column("phone", sa.Text),
    sa.Column("email", sa.Text),
    sa.Column("address", sa.Text),
    sa.Column("coaddress", sa.Text),
    sa.Column("made_at", WallTime, nullable=False),
    sa.Column("changed_at", WallTime, nullable=False),
    sa.CheckConstraint("(starts IS NULL) = (ends IS NULL)", name="both_times_or_none"),
    sa.CheckConstraint("starts < ends", name="ends_after_it_starts"),
    sa.CheckConstraint("starts IS NOT NULL OR is_invitation", name="only_an_invitation_is_open"),
    sa.CheckConstraint("state IN ('live', 'cancelled', 'withdrawn')", name="state"),
    sa.Index("ix_bookings_patient", "patient", "starts"),
    _index_of("ix_bookings_performer", "performer_id", "ends", "starts", where=LIVE),
    _index_of("ix_bookings_resource", "resource_id", "ends", "starts", where=LIVE),
)

slots = sa.Table(
    "slots",
    metadata,
    _key(),
    sa.Column("public_id", sa.String(32), nullable=False, unique=True),
    _unit(),
    sa.Column("starts", WallTime, nullable=False),
    sa.Column("ends", WallTime, nullable=False),
    sa.Column("time_type_id", Key, sa.ForeignKey("time_types.id"), nullable=False),
    sa.Column("performer_id", Key, sa.ForeignKey("performers.id")),
    sa.Column("resource_id", Key, sa.ForeignKey("resources.id")),
    sa.Column("blocked", sa.Boolean, nullable=False, default=False),
    sa.Column("booking_id", Key, sa.ForeignKey("bookings.id")),
    sa.CheckConstraint("starts < ends", name="ends_after_it_starts"),
    _index_of("uq_slots_booking", "booking_id", unique=True, where="booking_id IS NOT NULL"),
    _index_of("ix_slots_free", "unit_id", "starts", where=FREE),
    sa.Index("ix_slots_unit", "unit_id", "ends", "starts"),
)

listings = sa.Table(
    "listings",
    metadata,
    _key(),
    _unit(),
    sa.Column("patient", sa.String(12), nullable=False),
    sa.Column("performer_id", Key, sa.ForeignKey("performers.id")),
    sa.UniqueConstraint("unit_id", "patient", "performer_id"),
    _index_of("uq_listings_without_performer", "unit_id", "patient", unique=True, where="performer_id IS NULL"),
)

restrictions = sa.Table(
    "restrictions",
    metadata,
    _key(),
    _unit(),
    sa.Column("patient", sa.String(12), nullable=False),
    sa.Column("time_type_id", Key, sa.ForeignKey("time_types.id")),
    sa.UniqueConstraint("unit_id", "patient", "time_type_id"),
    _index_of("uq_restrictions_of_everything", "unit_id", "patient", unique=True, where="time_type_id IS NULL"),
)

booking_events = sa.Table(
    "booking_events",
    metadata,
    _key(),
    sa.Column("booking_id", Key, sa.ForeignKey("bookings.id"), nullable=False, index=True),
    sa.Column("at", WallTime, nullable=False),
    sa.Column("act", sa.String(20), nullable=False),
    sa.Column("actor_type", sa.String(20), nullable=False),
    sa.Column("actor_id", sa.Text),
    sa.Column("consumer", sa.Text),
    sa.Column("correlation_id", sa.Text),
    sa.Column("message", sa.Text),
    sa.Column("before", sa.JSON),
    sa.Column("after", sa.JSON),
)


def upgrade() -> None:
    metadata.create_all(op.get_bind(), checkfirst=False)
