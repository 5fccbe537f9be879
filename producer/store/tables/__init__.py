"""The tables of the timetable, as SQLAlchemy Core knows them; the migrations make them.

Times are Swedish wall time without zone, whole seconds. HSA-ids keep the spelling they were given in `hsa_id`
and are found by `hsa_key`, the same in upper case (rule 17). What a caller writes has no length limit on the wire
and so none here.
"""

from producer.store.tables.bookings import (
    booking_events,
    bookings,
    follow_ups,
    listings,
    restrictions,
    slots,
)
from producer.store.tables.index import index_delivery, index_outbox, index_posts, index_settings, leases
from producer.store.tables.schedules import (
    absence_blocks,
    absences,
    base_schedule_exceptions,
    base_schedule_time_types,
    base_schedules,
)
from producer.store.tables.shape import FREE, LIVE, metadata
from producer.store.tables.staff import (
    access_log,
    account_units,
    accounts,
    calendar_feeds,
    secrets,
    sign_in_attempts,
    sign_ins,
    staff_changes,
)
from producer.store.tables.units import (
    booking_rules,
    care_types,
    care_units,
    memberships,
    performers,
    resources,
    time_type_care_types,
    time_type_performers,
    time_types,
    unit_groups,
)

__all__ = [
    "FREE",
    "LIVE",
    "absence_blocks",
    "absences",
    "access_log",
    "account_units",
    "accounts",
    "base_schedule_exceptions",
    "base_schedule_time_types",
    "base_schedules",
    "booking_events",
    "booking_rules",
    "bookings",
    "calendar_feeds",
    "care_types",
    "care_units",
    "follow_ups",
    "index_delivery",
    "index_outbox",
    "index_posts",
    "index_settings",
    "leases",
    "listings",
    "memberships",
    "metadata",
    "performers",
    "resources",
    "restrictions",
    "secrets",
    "sign_in_attempts",
    "sign_ins",
    "slots",
    "staff_changes",
    "time_type_care_types",
    "time_type_performers",
    "time_types",
    "unit_groups",
]
