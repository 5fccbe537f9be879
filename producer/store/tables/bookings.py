"""Slots, bookings and invitations, what is noted about patients, and the trail."""

import sqlalchemy as sa

from producer.store.tables.shape import FREE, LIVE, Key, WallTime, index_of, key, metadata, unit

bookings = sa.Table(
    "bookings",
    metadata,
    key(),
    sa.Column("public_id", sa.String(128), nullable=False, unique=True),
    unit(),
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
    # The times of a few days, whosever. By unit first it would be as good as the one above in SQLite's eyes.
    sa.Index("ix_bookings_starts", "starts", "unit_id"),
    # A performer or a resource is never in two live bookings at once: the first migration adds the promise
    # itself, exclusions in PostgreSQL and triggers in SQLite. So live bookings in order of end are in order of
    # start too, and one look from a moment onwards finds what overlaps it.
    index_of("ix_bookings_performer", "performer_id", "ends", "starts", where=LIVE),
    index_of("ix_bookings_resource", "resource_id", "ends", "starts", where=LIVE),
    index_of("ix_bookings_invited_by", "invited_by_unit_id", "id", where="invited_by_unit_id IS NOT NULL"),
)

# A slot is free when nobody holds it and staff have not blocked it; a slot has at most one holder by its shape.
slots = sa.Table(
    "slots",
    metadata,
    key(),
    sa.Column("public_id", sa.String(32), nullable=False, unique=True),
    unit(),
    sa.Column("starts", WallTime, nullable=False),
    sa.Column("ends", WallTime, nullable=False),
    sa.Column("time_type_id", Key, sa.ForeignKey("time_types.id"), nullable=False),
    sa.Column("performer_id", Key, sa.ForeignKey("performers.id")),
    sa.Column("resource_id", Key, sa.ForeignKey("resources.id")),
    sa.Column("blocked", sa.Boolean, nullable=False, default=False),
    sa.Column("booking_id", Key, sa.ForeignKey("bookings.id")),
    sa.CheckConstraint("starts < ends", name="ends_after_it_starts"),
    # Only the taken ones: an index of all would hold the free ones under NULL, where SQLite might look for them.
    index_of("uq_slots_booking", "booking_id", unique=True, where="booking_id IS NOT NULL"),
    index_of("ix_slots_free", "unit_id", "starts", where=FREE),
    # By end: an index by start would be as good as the one above in SQLite's eyes, which then takes either.
    sa.Index("ix_slots_unit", "unit_id", "ends", "starts"),
)

listings = sa.Table(
    "listings",
    metadata,
    key(),
    unit(),
    sa.Column("patient", sa.String(12), nullable=False),
    sa.Column("performer_id", Key, sa.ForeignKey("performers.id")),
    sa.UniqueConstraint("unit_id", "patient", "performer_id"),
    index_of("uq_listings_without_performer", "unit_id", "patient", unique=True, where="performer_id IS NULL"),
)

# A time type that this patient may not book online; none named means nothing at the unit.
restrictions = sa.Table(
    "restrictions",
    metadata,
    key(),
    unit(),
    sa.Column("patient", sa.String(12), nullable=False),
    sa.Column("time_type_id", Key, sa.ForeignKey("time_types.id")),
    sa.UniqueConstraint("unit_id", "patient", "time_type_id"),
    index_of("uq_restrictions_of_everything", "unit_id", "patient", unique=True, where="time_type_id IS NULL"),
)

# The trail: every event of every booking, only ever added to (rule 74).
booking_events = sa.Table(
    "booking_events",
    metadata,
    key(),
    sa.Column("booking_id", Key, sa.ForeignKey("bookings.id"), nullable=False, index=True),
    sa.Column("at", WallTime, nullable=False),
    sa.Column("act", sa.String(20), nullable=False),
    sa.Column("actor_type", sa.String(20), nullable=False),
    sa.Column("actor_id", sa.Text),
    sa.Column("consumer", sa.Text),
    sa.Column("correlation_id", sa.Text),
    sa.Column("message", sa.Text),
    sa.Column("override_reason", sa.Text),  # why staff passed over the unit's rules, when they did
    sa.Column("before", sa.JSON(none_as_null=True)),
    sa.Column("after", sa.JSON(none_as_null=True)),
    sa.Index("ix_booking_events_at", "at"),
)

# What residents did by themselves and staff have looked to since.
follow_ups = sa.Table(
    "follow_ups",
    metadata,
    sa.Column("event_id", Key, sa.ForeignKey("booking_events.id"), primary_key=True),
    sa.Column("account_id", Key, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("at", WallTime, nullable=False),
)
