"""Care units, their rules, and the people, things and kinds of care they have."""

import sqlalchemy as sa

from producer.store.tables.shape import Key, coded, key, metadata, retired

unit_groups = sa.Table(
    "unit_groups",
    metadata,
    key(),
    sa.Column("name", sa.String(100), nullable=False, unique=True),
)

care_units = sa.Table(
    "care_units",
    metadata,
    key(),
    sa.Column("hsa_id", sa.String(64), nullable=False),
    sa.Column("hsa_key", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("county", sa.String(100), nullable=False),
    sa.Column("municipality_code", sa.String(4)),
    sa.Column("municipality_name", sa.String(100)),
    sa.Column("visiting_address", sa.String(300)),
    sa.Column("group_id", Key, sa.ForeignKey("unit_groups.id")),
    sa.Column("offers_care", sa.Boolean, nullable=False, default=True),
    retired(),
)

# One column per field of BookingRules; a window is two columns, a set of flows or lookups a comma-separated word list.
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
    key(),
    sa.Column("hsa_id", sa.String(64), nullable=False),
    sa.Column("hsa_key", sa.String(64), nullable=False, unique=True),
    sa.Column("title", sa.String(100)),
    sa.Column("first_name", sa.String(100), nullable=False),
    sa.Column("middle_name", sa.String(100)),
    sa.Column("last_name", sa.String(100), nullable=False),
    retired(),
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
    key(),
    *coded(),
)

care_types = sa.Table(
    "care_types",
    metadata,
    key(),
    *coded(),
)

time_types = sa.Table(
    "time_types",
    metadata,
    key(),
    *coded(),
)

# The first care type of a time type (lowest place) is the one its slots name.
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
