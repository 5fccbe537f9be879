"""What every table is made of.

Times are Swedish wall time without zone, whole seconds. HSA-ids keep the spelling they were given in `hsa_id`
and are found by `hsa_key`, the same in upper case (rule 17). What a caller writes has no length limit on the wire
and so none here.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import SchemaItem

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

# What makes a slot free and a booking count: indexes hold only these rows, so a query says it in the same words.
FREE = "booking_id IS NULL AND NOT blocked"
LIVE = "state = 'live'"


def index_of(name: str, *columns: str, where: str, unique: bool = False) -> sa.Index:
    """An index of the rows that the condition holds for."""
    condition = sa.text(where)
    return sa.Index(name, *columns, unique=unique, postgresql_where=condition, sqlite_where=condition)


def key() -> sa.Column[int]:
    return sa.Column("id", Key, primary_key=True)


def unit() -> sa.Column[int]:
    return sa.Column("unit_id", Key, sa.ForeignKey("care_units.id"), nullable=False)


def retired() -> sa.Column[bool]:
    """No more to be offered or chosen, but kept for what refers to it."""
    return sa.Column("retired", sa.Boolean, nullable=False, server_default=sa.false())


def coded() -> Iterable[SchemaItem]:
    """A code of the unit's own, and the name that people read."""
    yield unit()
    yield sa.Column("code", sa.String(64), nullable=False)
    yield sa.Column("name", sa.String(200), nullable=False)
    yield retired()
    yield sa.UniqueConstraint("unit_id", "code")
