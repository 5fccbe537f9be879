"""What Engagemangsindex has been told and is still to be told, and leases of work that is done once for all."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

revision = "0004"
down_revision = "0003"

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
THERE_ALREADY = [sa.Table("bookings", metadata, sa.Column("id", Key, primary_key=True))]
WAITING = sa.text("state = 'waiting'")
ENDED = sa.text("ended_at IS NOT NULL")

index_settings = sa.Table(
    "index_settings",
    metadata,
    sa.Column("id", Key, primary_key=True, autoincrement=False),
    sa.Column("source_system", sa.String(64), nullable=False),
    sa.Column("data_controller", sa.String(64)),
    sa.Column("categories_by_kind", sa.Boolean, nullable=False),
    sa.Column("settled_to", Key),
    sa.CheckConstraint("id = 1", name="one_row"),
)


def _post() -> tuple[sa.Column[str], ...]:
    return (
        sa.Column("patient", sa.String(12), nullable=False),
        sa.Column("categorization", sa.String(20), nullable=False),
        sa.Column("logical_address", sa.String(64), nullable=False),
        sa.Column("business_id", sa.String(128), nullable=False),
        sa.Column("source_system", sa.String(64), nullable=False),
        sa.Column("data_controller", sa.String(64), nullable=False),
    )


index_posts = sa.Table(
    "index_posts",
    metadata,
    sa.Column("booking_id", Key, sa.ForeignKey("bookings.id"), primary_key=True, autoincrement=False),
    *_post(),
    sa.Column("most_recent", WallTime, nullable=False),
    sa.Column("leaves_at", WallTime, index=True),
    sa.Index("ix_index_posts_patient", "patient"),
)

index_outbox = sa.Table(
    "index_outbox",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("booking_id", Key, nullable=False, index=True),
    *_post(),
    sa.Column("most_recent", WallTime),
    sa.Column("deleted", sa.Boolean, nullable=False),
    sa.Column("made_at", WallTime, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("ended_at", WallTime),
    sa.Column("reason", sa.Text),
    sa.CheckConstraint("state IN ('waiting', 'sent', 'refused')", name="state"),
    sa.CheckConstraint("(most_recent IS NULL) = deleted", name="a_delete_has_no_date"),
    sa.Index("ix_index_outbox_waiting", "id", sqlite_where=WAITING, postgresql_where=WAITING),
    sa.Index("ix_index_outbox_ended", "state", "ended_at", sqlite_where=ENDED, postgresql_where=ENDED),
    sa.Index("ix_index_outbox_made_at", "made_at"),
)

index_delivery = sa.Table(
    "index_delivery",
    metadata,
    sa.Column("id", Key, primary_key=True, autoincrement=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("not_before", sa.BigInteger, nullable=False),
    sa.Column("last_reason", sa.Text),
    sa.Column("last_success", WallTime),
    sa.CheckConstraint("id = 1", name="one_row"),
)

leases = sa.Table(
    "leases",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("holder", sa.String(64), nullable=False),
    sa.Column("until", sa.BigInteger, nullable=False),
)


def upgrade() -> None:
    new = [table for table in metadata.sorted_tables if table not in THERE_ALREADY]
    metadata.create_all(op.get_bind(), tables=new, checkfirst=False)
