"""The tables of the timetable, as SQLAlchemy Core knows them; the migrations make them.

Times are Swedish wall time without zone, whole seconds. HSA-ids keep the spelling they were given in `hsa_id`
and are found by `hsa_key`, the same in upper case (rule 17).
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects import sqlite

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Key = BigInteger().with_variant(Integer(), "sqlite")
WallTime = DateTime().with_variant(sqlite.DATETIME(truncate_microseconds=True), "sqlite")


def _key() -> Column[int]:
    return Column("id", Key, primary_key=True)


def _unit() -> Column[int]:
    return Column("unit_id", Key, ForeignKey("care_units.id"), nullable=False)


unit_groups = Table(
    "unit_groups",
    metadata,
    _key(),
    Column("name", String(100), nullable=False, unique=True),
)

care_units = Table(
    "care_units",
    metadata,
    _key(),
    Column("hsa_id", String(64), nullable=False),
    Column("hsa_key", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("county", String(100), nullable=False),
    Column("municipality_code", String(4)),
    Column("municipality_name", String(100)),
    Column("visiting_address", String(300)),
    Column("group_id", Key, ForeignKey("unit_groups.id")),
    Column("offers_care", Boolean, nullable=False, default=True),
)

# One column per field of BookingRules; a window is two columns, a set of flows or lookups a comma-separated word list.
booking_rules = Table(
    "booking_rules",
    metadata,
    Column("unit_id", Key, ForeignKey("care_units.id"), primary_key=True),
    Column("flows", String(100), nullable=False),
    Column("lookups", String(100), nullable=False),
    Column("new_booking_allowed", Boolean, nullable=False),
    Column("rebooking_allowed", Boolean, nullable=False),
    Column("cancelling_allowed", Boolean, nullable=False),
    Column("message_allowed", Boolean, nullable=False),
    Column("booking_notice_minutes", Integer, nullable=False),
    Column("booking_horizon_minutes", Integer),
    Column("rebooking_notice_minutes", Integer, nullable=False),
    Column("rebooking_horizon_minutes", Integer),
    Column("cancelling_notice_minutes", Integer, nullable=False),
    Column("cancelling_horizon_minutes", Integer),
    Column("other_unit_allowed", Boolean, nullable=False),
    Column("rebooking_keeps_resource", Boolean, nullable=False),
    Column("rebooking_keeps_performer", Boolean, nullable=False),
    Column("rebooking_changes_id", Boolean, nullable=False),
    Column("most_live_bookings", Integer),
    Column("simultaneous_bookings_allowed", Boolean, nullable=False),
    Column("listed_patients_only", Boolean, nullable=False),
    Column("own_performer_only", Boolean, nullable=False),
    Column("test_identities_only", Boolean, nullable=False),
    Column("reserve_ids_accepted", Boolean, nullable=False),
    Column("guardians_may_act", Boolean, nullable=False),
    Column("cancelled_invitation_becomes", String(20), nullable=False),
    Column("text_to_read", Text),
    Column("past_bookings_shown", Boolean, nullable=False),
    Column("actor_required", Boolean, nullable=False),
    Column("empty_elements_accepted", Boolean, nullable=False),
)

performers = Table(
    "performers",
    metadata,
    _key(),
    Column("hsa_id", String(64), nullable=False),
    Column("hsa_key", String(64), nullable=False, unique=True),
    Column("title", String(100)),
    Column("first_name", String(100), nullable=False),
    Column("middle_name", String(100)),
    Column("last_name", String(100), nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("unit_id", Key, ForeignKey("care_units.id"), primary_key=True),
    Column("performer_id", Key, ForeignKey("performers.id"), primary_key=True),
)

resources = Table(
    "resources",
    metadata,
    _key(),
    _unit(),
    Column("code", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    UniqueConstraint("unit_id", "code"),
)

care_types = Table(
    "care_types",
    metadata,
    _key(),
    _unit(),
    Column("code", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    UniqueConstraint("unit_id", "code"),
)

time_types = Table(
    "time_types",
    metadata,
    _key(),
    _unit(),
    Column("code", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    UniqueConstraint("unit_id", "code"),
)

# The first care type of a time type (lowest place) is the one its slots name.
time_type_care_types = Table(
    "time_type_care_types",
    metadata,
    Column("time_type_id", Key, ForeignKey("time_types.id"), primary_key=True),
    Column("care_type_id", Key, ForeignKey("care_types.id"), primary_key=True),
    Column("place", Integer, nullable=False),
)

time_type_performers = Table(
    "time_type_performers",
    metadata,
    Column("time_type_id", Key, ForeignKey("time_types.id"), primary_key=True),
    Column("performer_id", Key, ForeignKey("performers.id"), primary_key=True),
)

base_schedules = Table(
    "base_schedules",
    metadata,
    _key(),
    _unit(),
    Column("name", String(100), nullable=False),
    Column("weekdays", String(20), nullable=False),  # "1,2,5": Monday is 1, as in ISO 8601
    Column("opens", Time, nullable=False),
    Column("closes", Time, nullable=False),
    Column("slot_minutes", Integer, nullable=False),
    Column("pause_minutes", Integer, nullable=False),
    Column("every_weeks", Integer, nullable=False),  # 2: every other week, counted from valid_from's week
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("performer_id", Key, ForeignKey("performers.id")),
    Column("resource_id", Key, ForeignKey("resources.id")),
    UniqueConstraint("unit_id", "name"),
)

base_schedule_time_types = Table(
    "base_schedule_time_types",
    metadata,
    Column("base_schedule_id", Key, ForeignKey("base_schedules.id"), primary_key=True),
    Column("time_type_id", Key, ForeignKey("time_types.id"), primary_key=True),
)

bookings = Table(
    "bookings",
    metadata,
    _key(),
    Column("public_id", String(128), nullable=False, unique=True),
    _unit(),
    Column("patient", String(12), nullable=False),
    Column("starts", WallTime),
    Column("ends", WallTime),
    Column("time_type_id", Key, ForeignKey("time_types.id")),
    Column("care_type_id", Key, ForeignKey("care_types.id")),
    Column("performer_id", Key, ForeignKey("performers.id")),
    Column("resource_id", Key, ForeignKey("resources.id")),
    Column("reason", Text),
    Column("purpose", Text),
    Column("is_invitation", Boolean, nullable=False, default=False),
    Column("state", String(10), nullable=False),
    Column("shown_to_patient", Boolean, nullable=False, default=True),
    Column("invited_by_unit_id", Key, ForeignKey("care_units.id")),
    Column("invitation_valid_to", Date),
    Column("first_name", String(200)),
    Column("middle_name", String(200)),
    Column("last_name", String(200)),
    Column("phone", String(200)),
    Column("email", String(320)),
    Column("address", Text),
    Column("coaddress", Text),
    Column("made_at", WallTime, nullable=False),
    Column("changed_at", WallTime, nullable=False),
    CheckConstraint("(starts IS NULL) = (ends IS NULL)", name="both_times_or_none"),
    CheckConstraint("starts < ends", name="ends_after_it_starts"),
    CheckConstraint("starts IS NOT NULL OR is_invitation", name="only_an_invitation_is_open"),
    CheckConstraint("state IN ('live', 'cancelled', 'withdrawn')", name="state"),
    # A performer or a resource is never in two live bookings at once: the first migration adds the
    # constraint itself, an exclusion in PostgreSQL and a pair of triggers in SQLite.
    Index("ix_bookings_patient", "patient", "unit_id", "starts"),
    Index("ix_bookings_performer", "performer_id", "starts", postgresql_where=text("state = 'live'"),
          sqlite_where=text("state = 'live'")),
    Index("ix_bookings_resource", "resource_id", "starts", postgresql_where=text("state = 'live'"),
          sqlite_where=text("state = 'live'")),
)

# A slot is free when nobody holds it and staff have not blocked it; a slot has at most one holder by its shape.
slots = Table(
    "slots",
    metadata,
    _key(),
    Column("public_id", String(32), nullable=False, unique=True),
    _unit(),
    Column("starts", WallTime, nullable=False),
    Column("ends", WallTime, nullable=False),
    Column("time_type_id", Key, ForeignKey("time_types.id"), nullable=False),
    Column("performer_id", Key, ForeignKey("performers.id")),
    Column("resource_id", Key, ForeignKey("resources.id")),
    Column("blocked", Boolean, nullable=False, default=False),
    Column("booking_id", Key, ForeignKey("bookings.id"), unique=True),
    CheckConstraint("starts < ends", name="ends_after_it_starts"),
    Index("ix_slots_free", "unit_id", "starts", postgresql_where=text("booking_id IS NULL AND NOT blocked"),
          sqlite_where=text("booking_id IS NULL AND NOT blocked")),
    Index("ix_slots_unit", "unit_id", "starts"),
)

listings = Table(
    "listings",
    metadata,
    _key(),
    _unit(),
    Column("patient", String(12), nullable=False),
    Column("performer_id", Key, ForeignKey("performers.id")),
    UniqueConstraint("unit_id", "patient", "performer_id"),
)

# A time type that this patient may not book online; none named means nothing at the unit.
restrictions = Table(
    "restrictions",
    metadata,
    _key(),
    _unit(),
    Column("patient", String(12), nullable=False),
    Column("time_type_id", Key, ForeignKey("time_types.id")),
    UniqueConstraint("unit_id", "patient", "time_type_id"),
)

# The trail: every event of every booking, only ever added to (rule 74).
booking_events = Table(
    "booking_events",
    metadata,
    _key(),
    Column("booking_id", Key, ForeignKey("bookings.id"), nullable=False, index=True),
    Column("at", WallTime, nullable=False),
    Column("act", String(20), nullable=False),
    Column("actor_type", String(20), nullable=False),
    Column("actor_id", String(64)),
    Column("consumer", String(100)),
    Column("correlation_id", String(200)),
    Column("message", Text),
    Column("before", JSON),
    Column("after", JSON),
)
