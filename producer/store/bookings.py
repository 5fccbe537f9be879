"""Reading what is booked: bookings, invitations, and what a unit has noted about a patient."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    FromClause,
    Row,
    Select,
    Table,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    text,
    union_all,
)

from producer.domain.model import (
    Booking,
    BookingState,
    CareType,
    Contact,
    Standing,
    TimeType,
)
from producer.store import tables as t
from producer.store.memory import Memory, once
from producer.store.turns import Turns
from producer.store.units import PERFORMER_NAMED, RESOURCE_NAMED, performer_named_in, resource_named_in


class Bookings(Turns):
    """The part of a timetable that tells about bookings."""

    memory: Memory
    _is_for_writing: bool

    def booking(self, public_id: str) -> Booking | None:
        """Live or not, timed or open; where one writes it stays as it was read until the transaction ends."""
        if self._is_for_writing:
            self.take_turn_of_booking(public_id)
        statement = _BOOKING_TO_CHANGE if self._is_for_writing else _BOOKING
        row = self.connection.execute(statement, {"public_id": public_id}).first()
        return None if row is None else booking_in(row)

    def bookings_of(
        self, patient: str, unit_id: int | None, *, from_time: datetime = datetime.min
    ) -> tuple[Booking, ...]:
        """Live bookings with a time that start then or later, in order of start; None means at every unit."""
        statement = _TIMED if unit_id is None else _TIMED_AT_UNIT
        known = {"patient": patient, "unit_id": unit_id, "from_time": from_time}
        return tuple(map(booking_in, self.connection.execute(statement, known)))

    def live_bookings(self, patient: str, unit_id: int) -> tuple[Booking, ...]:
        """All that is live at the unit, open invitations last."""
        known = {"patient": patient, "unit_id": unit_id}
        bookings = map(booking_in, self.connection.execute(_LIVE_AT_UNIT, known))
        return tuple(sorted(bookings, key=lambda booking: booking.starts or datetime.max))

    def coming_bookings(self, unit_id: int, now: datetime) -> tuple[Booking, ...]:
        """All that is live at the unit and has not begun, open invitations too."""
        known = {"unit_id": unit_id, "now": now}
        return tuple(map(booking_in, self.connection.execute(_COMING_AT_UNIT, known)))

    def count_past_bookings(self, unit_id: int, now: datetime) -> int:
        """Of those that are live and shown to their patients."""
        return self.connection.execute(_PAST_COUNT, {"unit_id": unit_id, "now": now}).scalar_one()

    def contact(self, booking_id: int) -> Contact | None:
        """Who the patient said to be; None for an invitation that nobody has answered."""
        row = self.connection.execute(_CONTACT, {"booking_id": booking_id}).first()
        return (
            None if row is None or row.first_name is None else Contact(**dict(zip(CONTACT_COLUMNS, row, strict=True)))
        )

    @once
    def standing(self, unit_id: int, patient: str) -> Standing:
        noted = self.connection.execute(_STANDING, {"unit_id": unit_id, "patient": patient}).all()
        own, barred = (frozenset(about for table, about in noted if table == name) for name in _NOTES)
        return Standing(
            listed=bool(own),
            own_performer_ids=own - {None},
            barred_time_type_ids=barred - {None},
            barred_entirely=None in barred,
        )


def booking_in(row: Row[Any]) -> Booking:
    return Booking(
        id=row.id,
        public_id=row.public_id,
        unit_id=row.unit_id,
        unit_hsa_id=row.unit_hsa_id,
        unit_name=row.unit_name,
        patient=row.patient,
        starts=row.starts,
        ends=row.ends,
        time_type=row.time_type_id
        and TimeType(
            id=row.time_type_id,
            code=row.time_type_code,
            name=row.time_type_name,
            retired=row.time_type_retired,
        ),
        care_type=row.care_type_id and CareType(id=row.care_type_id, code=row.care_type_code, name=row.care_type_name),
        performer=performer_named_in(row),
        resource=resource_named_in(row),
        reason=row.reason,
        purpose=row.purpose,
        is_invitation=row.is_invitation,
        state=BookingState(row.state),
        shown_to_patient=row.shown_to_patient,
        invited_by_unit_id=row.invited_by_unit_id,
        invitation_valid_to=row.invitation_valid_to,
        made_at=row.made_at,
        changed_at=row.changed_at,
    )


def columns_of(booking: Booking) -> dict[str, object]:
    """The booking as its row has it, but for its key and its contact."""
    parts = {f"{name}_id": getattr(booking, name) for name in _PARTS}
    return {
        **{name: getattr(booking, name) for name in _AS_THEY_ARE},
        **{name: None if part is None else part.id for name, part in parts.items()},
        "state": booking.state.value,
    }


def columns_that_differ(before: Booking, after: Booking) -> dict[str, object]:
    """And when it was changed, always."""
    was = columns_of(before)
    changed = {name: value for name, value in columns_of(after).items() if value != was[name]}
    return {**changed, "changed_at": after.changed_at}


CONTACT_COLUMNS = tuple(field.name for field in fields(Contact))
_OWN_COLUMNS = tuple(column for column in t.bookings.c if column.name not in CONTACT_COLUMNS)

_PARTS = ("time_type", "care_type", "performer", "resource")
_OTHERWISE = {"id", "state", *CONTACT_COLUMNS, *(f"{name}_id" for name in _PARTS)}
_AS_THEY_ARE = tuple(column.name for column in t.bookings.c if column.name not in _OTHERWISE)


# A booking with the names that people know its parts by.
_NAMED_PARTS = (
    t.care_units.c.hsa_id.label("unit_hsa_id"),
    t.care_units.c.name.label("unit_name"),
    t.time_types.c.code.label("time_type_code"),
    t.time_types.c.name.label("time_type_name"),
    t.time_types.c.retired.label("time_type_retired"),
    t.care_types.c.code.label("care_type_code"),
    t.care_types.c.name.label("care_type_name"),
    *PERFORMER_NAMED,
    *RESOURCE_NAMED,
)


def _with_parts() -> FromClause:
    own = t.bookings.c
    return (
        t.bookings.join(t.care_units, t.care_units.c.id == own.unit_id)
        .outerjoin(t.time_types, t.time_types.c.id == own.time_type_id)
        .outerjoin(t.care_types, t.care_types.c.id == own.care_type_id)
        .outerjoin(t.resources, t.resources.c.id == own.resource_id)
        .outerjoin(t.performers, t.performers.c.id == own.performer_id)
    )


BOOKINGS: Select[Any] = select(*_OWN_COLUMNS, *_NAMED_PARTS).select_from(_with_parts())
_BOOKING = BOOKINGS.where(t.bookings.c.public_id == bindparam("public_id"))
_BOOKING_TO_CHANGE = _BOOKING.with_for_update(of=t.bookings)

_LIVE_OF_PATIENT = BOOKINGS.where(
    t.bookings.c.patient == bindparam("patient"),
    text(
        t.LIVE
    ),  # as a parameter it would have SQLite think again, at every call, whether an index of live ones serves
)
_LIVE_AT_UNIT = _LIVE_OF_PATIENT.where(t.bookings.c.unit_id == bindparam("unit_id"))
_TIMED = _LIVE_OF_PATIENT.where(t.bookings.c.starts >= bindparam("from_time")).order_by(
    t.bookings.c.starts, t.bookings.c.id
)
_TIMED_AT_UNIT = _TIMED.where(t.bookings.c.unit_id == bindparam("unit_id"))

_COMING_AT_UNIT = BOOKINGS.where(
    t.bookings.c.unit_id == bindparam("unit_id"),
    text(t.LIVE),
    or_(t.bookings.c.starts > bindparam("now"), t.bookings.c.starts.is_(None)),
).order_by(t.bookings.c.starts, t.bookings.c.id)
_PAST_COUNT = select(func.count()).where(
    t.bookings.c.unit_id == bindparam("unit_id"),
    text(t.LIVE),
    t.bookings.c.shown_to_patient,
    t.bookings.c.starts <= bindparam("now"),
)

_CONTACT = select(*(t.bookings.c[name] for name in CONTACT_COLUMNS)).where(t.bookings.c.id == bindparam("booking_id"))


def _noted_in(table: Table, about: str) -> Select[Any]:
    return select(literal_column(f"'{table.name}'"), table.c[about]).where(
        table.c.unit_id == bindparam("unit_id"), table.c.patient == bindparam("patient")
    )


_NOTES = (t.listings.name, t.restrictions.name)
_STANDING = union_all(_noted_in(t.listings, "performer_id"), _noted_in(t.restrictions, "time_type_id"))
