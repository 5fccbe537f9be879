"""What Engagemangsindex has been told and is still to be told, and who does the work that is done once for all."""

import sqlalchemy as sa

from producer.store.tables.shape import Key, WallTime, index_of, key, metadata

# One row at most: what every post says alike. Without it nothing is recorded for the index.
index_settings = sa.Table(
    "index_settings",
    metadata,
    sa.Column("id", Key, primary_key=True, autoincrement=False),
    sa.Column("source_system", sa.String(64), nullable=False),
    sa.Column("data_controller", sa.String(64)),
    sa.Column("categories_by_kind", sa.Boolean, nullable=False),
    sa.Column("settled_to", Key),  # bookings up to this one have been gone through since these are so; NULL when all
    sa.CheckConstraint("id = 1", name="one_row"),
)


def _post() -> tuple[sa.Column[str], ...]:
    """The parts of a post's key that are not the same in all."""
    return (
        sa.Column("patient", sa.String(12), nullable=False),
        sa.Column("categorization", sa.String(20), nullable=False),
        sa.Column("logical_address", sa.String(64), nullable=False),
        sa.Column("business_id", sa.String(128), nullable=False),
        sa.Column("source_system", sa.String(64), nullable=False),
        sa.Column("data_controller", sa.String(64), nullable=False),
    )


# The post that the index has of a booking, or will have when it has been told all.
index_posts = sa.Table(
    "index_posts",
    metadata,
    sa.Column("booking_id", Key, sa.ForeignKey("bookings.id"), primary_key=True, autoincrement=False),
    *_post(),
    sa.Column("most_recent", WallTime, nullable=False),
    sa.Column("leaves_at", WallTime, index=True),  # when the clock alone takes it away
    sa.Index("ix_index_posts_patient", "patient"),
)

# What to tell, in the order it came to be; never changed but in what became of it. The booking itself may be gone
# before its last line is sent, so the line does not hold on to it.
index_outbox = sa.Table(
    "index_outbox",
    metadata,
    key(),
    sa.Column("booking_id", Key, nullable=False, index=True),
    *_post(),
    sa.Column("most_recent", WallTime),
    sa.Column("deleted", sa.Boolean, nullable=False),
    sa.Column("made_at", WallTime, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("ended_at", WallTime),  # when it was sent or refused
    sa.Column("reason", sa.Text),  # why it was refused
    sa.CheckConstraint("state IN ('waiting', 'sent', 'refused')", name="state"),
    sa.CheckConstraint("(most_recent IS NULL) = deleted", name="a_delete_has_no_date"),
    index_of("ix_index_outbox_waiting", "id", where="state = 'waiting'"),
    index_of("ix_index_outbox_ended", "state", "ended_at", where="ended_at IS NOT NULL"),
    sa.Index("ix_index_outbox_made_at", "made_at"),
)

# One row at most: how it goes with the index, so that one who starts anew does not begin by asking too often.
index_delivery = sa.Table(
    "index_delivery",
    metadata,
    sa.Column("id", Key, primary_key=True, autoincrement=False),
    sa.Column("failures", sa.Integer, nullable=False),  # in a row
    sa.Column("not_before", sa.BigInteger, nullable=False),  # seconds since 1970
    sa.Column("last_reason", sa.Text),
    sa.Column("last_success", WallTime),
    sa.CheckConstraint("id = 1", name="one_row"),
)

# Work that is done by one of all processes at a time. Seconds since 1970, for wall time goes back in October.
leases = sa.Table(
    "leases",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("holder", sa.String(64), nullable=False),
    sa.Column("until", sa.BigInteger, nullable=False),
)
