"""The invariants that one statement can ask for: each finds the rows that break it, by ids that are no patient's."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Table, func, or_, select

from producer.domain.model import ActorType, BookingState
from producer.store import tables as t


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """The sentence is filled in with the columns of each row that is found."""

    sentence: str
    finds: Select[Any]


_LIVE = BookingState.LIVE.value
_RESIDENTS = (ActorType.PATIENT.value, ActorType.AGENT.value)
_PLACE = ("unit_id", "starts", "ends", "time_type_id", "performer_id", "resource_id")
_slot, _booking, _event, _post, _told = (
    t.slots.c,
    t.bookings.c,
    t.booking_events.c,
    t.index_posts.c,
    t.index_outbox.c,
)


def _held_slots() -> Iterator[Asked]:
    held = select(_slot.public_id.label("slot"), _booking.public_id.label("booking")).join_from(
        t.slots, t.bookings, _slot.booking_id == _booking.id
    )
    yield Asked(
        sentence="the time %(slot)s is held by the booking %(booking)s, which is not live",
        finds=held.where(_booking.state != _LIVE),
    )
    elsewhere = or_(*(_slot[name].is_distinct_from(_booking[name]) for name in _PLACE))
    yield Asked(
        sentence="the time %(slot)s is held by the booking %(booking)s, which is not of that place",
        finds=held.where(_booking.state == _LIVE, elsewhere),
    )
    yield Asked(
        sentence="the booking %(booking)s is live and has a time, but holds none of its unit's times",
        finds=select(_booking.public_id.label("booking"))
        .select_from(t.bookings.outerjoin(t.slots, _slot.booking_id == _booking.id))
        .where(_booking.state == _LIVE, _booking.starts.is_not(None), _slot.id.is_(None)),
    )
    yield Asked(
        sentence="the booking %(booking)s holds %(count)s times at once",
        finds=select(_booking.public_id.label("booking"), func.count().label("count"))
        .join_from(t.slots, t.bookings, _slot.booking_id == _booking.id)
        .group_by(_booking.public_id)
        .having(func.count() > 1),
    )


def _in_one_place() -> Iterator[Asked]:
    for noun, table in (("performer", t.performers), ("resource", t.resources)):
        column = _booking[f"{noun}_id"]
        busy_until = func.max(_booking.ends).over(
            partition_by=column, order_by=(_booking.starts, _booking.id), rows=(None, -1)
        )
        live = (
            select(_booking.public_id, _booking.starts, column.label("whose"), busy_until.label("busy_until"))
            .where(_booking.state == _LIVE, column.is_not(None), _booking.starts.is_not(None))
            .subquery()
        )
        known_by = table.c.hsa_id if noun == "performer" else table.c.code
        yield Asked(
            sentence=f"the {noun} %(whose)s is in the booking %(booking)s and in another at the same time",
            finds=select(live.c.public_id.label("booking"), known_by.label("whose"))
            .join_from(live, table, table.c.id == live.c.whose)
            .where(live.c.busy_until > live.c.starts),
        )


def _of_one_unit() -> Iterator[Asked]:
    """What a unit's times and bookings are for and need are that unit's own."""
    for table, noun, parts in (
        (t.slots, "time", (t.time_types, t.resources)),
        (t.bookings, "booking", (t.time_types, t.care_types, t.resources)),
    ):
        for part in parts:
            kind = part.name.removesuffix("s")
            yield Asked(
                sentence=f"the {noun} %(id)s has a {kind.replace('_', ' ')} of another unit",
                finds=select(table.c.public_id.label("id"))
                .join_from(table, part, table.c[f"{kind}_id"] == part.c.id)
                .where(part.c.unit_id != table.c.unit_id),
            )


def _sane_bookings() -> Iterator[Asked]:
    yield Asked(
        sentence="the booking %(booking)s ends before it starts, or has only one of the two",
        finds=select(_booking.public_id.label("booking")).where(
            or_(_booking.starts >= _booking.ends, _booking.starts.is_(None) != _booking.ends.is_(None))
        ),
    )
    yield Asked(
        sentence="the booking %(booking)s has no time, and is no invitation",
        finds=select(_booking.public_id.label("booking")).where(_booking.starts.is_(None), ~_booking.is_invitation),
    )
    yield Asked(
        sentence="of the booking %(booking)s nothing is told in the trail",
        finds=select(_booking.public_id.label("booking"))
        .select_from(t.bookings.outerjoin(t.booking_events, _event.booking_id == _booking.id))
        .where(_event.id.is_(None)),
    )
    yield Asked(
        sentence="the event %(event)s is looked to by staff, though no resident did it",
        finds=select(_event.id.label("event"))
        .join_from(t.follow_ups, t.booking_events, _event.id == t.follow_ups.c.event_id)
        .where(_event.actor_type.not_in(_RESIDENTS)),
    )


_KEY = ("patient", "categorization", "logical_address", "business_id", "source_system", "data_controller")


def _index() -> Iterator[Asked]:
    """What was told last of each booking is what the index is thought to have; what was told long ago is forgotten."""
    last = select(func.max(_told.id)).group_by(_told.booking_id)
    told_last = (
        select(_told.booking_id)
        .select_from(t.index_outbox.outerjoin(t.index_posts, _post.booking_id == _told.booking_id))
        .where(_told.id.in_(last))
    )
    yield Asked(
        sentence="the booking with the key %(booking_id)s has a post, but the index was told last to delete it",
        finds=told_last.where(_told.deleted, _post.booking_id.is_not(None)),
    )
    differs = or_(
        _post.booking_id.is_(None), *(_post[name].is_distinct_from(_told[name]) for name in (*_KEY, "most_recent"))
    )
    yield Asked(
        sentence="the post of the booking with the key %(booking_id)s is not what the index was told last",
        finds=told_last.where(~_told.deleted, differs),
    )


def _dangling() -> Iterator[Asked]:
    """Rows that point at what is not there."""
    for table in t.metadata.sorted_tables:
        for constraint in table.foreign_key_constraints:
            key = constraint.elements[0]
            child, parent = key.parent, key.column.table.alias("parent")
            there = parent.c[key.column.name]
            yield Asked(
                sentence=f"{table.name} %(row)s points by {child.name} at what is not among {key.column.table.name}",
                finds=select(_first_key(table))
                .select_from(table.outerjoin(parent, child == there))
                .where(child.is_not(None), there.is_(None)),
            )


def _first_key(table: Table) -> Any:
    return next(iter(table.primary_key)).label("row")


def asked() -> Iterator[Asked]:
    for each in (_held_slots, _in_one_place, _of_one_unit, _sane_bookings, _index, _dangling):
        yield from each()
