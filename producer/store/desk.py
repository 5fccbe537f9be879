"""Writing in the timetable: bookings and invitations are made, moved and ended, each with its line in the trail."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, text

from producer.domain.model import Act, Booking, BookingState, CareType, Contact, Offer, Origin, Slot, TimeType
from producer.store import tables as t
from producer.store.bookings import CONTACT_COLUMNS, Bookings, columns_of, columns_that_differ
from producer.store.engagements import Engagements
from producer.store.errors import Collision
from producer.store.opaque_ids import new_booking_id
from producer.store.trail import Trail


class Desk(Bookings, Trail, Engagements):
    """The part of a timetable where acts are done.

    Each act takes slots and bookings as they were read in the same transaction. If one of them is no longer so it
    raises Collision; the transaction must then end, undone.
    """

    def book(
        self,
        slot: Slot,
        patient: str,
        contact: Contact,
        *,
        reason: str | None,
        care_type: CareType | None,
        purpose: str | None = None,
        is_invitation: bool = False,
        shown_to_patient: bool = True,
        public_id: str | None = None,
        origin: Origin,
        now: datetime,
    ) -> Booking:
        """A free slot becomes a booking; one of many who try gets it (rule 57). Not every one is shown (rule 82)."""
        booking = Booking(
            id=_TO_BE,
            public_id=public_id or new_booking_id(),
            **self._place_of(slot),
            patient=patient,
            care_type=care_type,
            reason=reason,
            purpose=purpose,
            is_invitation=is_invitation,
            shown_to_patient=shown_to_patient,
            made_at=_second_of(now),
            changed_at=_second_of(now),
        )
        return self._add(Act.BOOKED, booking, slot=slot, contact=contact, origin=origin)

    def invite(
        self,
        unit_id: int,
        patient: str,
        purpose: str,
        *,
        slot: Slot | None = None,
        time_type: TimeType | None = None,
        valid_to: date | None = None,
        public_id: str | None = None,
        origin: Origin,
        now: datetime,
    ) -> Booking:
        """An invitation from the unit: open, or timed when it comes with a slot, which may be another unit's."""
        invitation = Booking(
            id=_TO_BE,
            public_id=public_id or new_booking_id(),
            **(self._unit_and_kind(unit_id, time_type) if slot is None else self._place_of(slot)),
            patient=patient,
            purpose=purpose,
            is_invitation=True,
            invited_by_unit_id=unit_id,
            invitation_valid_to=valid_to,
            made_at=_second_of(now),
            changed_at=_second_of(now),
        )
        return self._add(Act.INVITED, invitation, slot=slot, contact=None, origin=origin)

    def book_invitation(
        self,
        invitation: Booking,
        slot: Slot,
        contact: Contact,
        *,
        reason: str | None,
        care_type: CareType | None,
        origin: Origin,
        now: datetime,
    ) -> Booking:
        """An open invitation gets its time, keeps its id, and is an invitation no more."""
        booking = replace(
            invitation,
            **self._place_of(slot),
            care_type=care_type,
            reason=reason,
            is_invitation=False,
            changed_at=_second_of(now),
        )
        return self._change(Act.BOOKED, invitation, booking, slot=slot, contact=contact, origin=origin)

    def move(
        self,
        booking: Booking,
        slot: Slot,
        *,
        contact: Contact | None,
        reason: str | None,
        new_public_id: bool,
        origin: Origin,
        now: datetime,
    ) -> Booking:
        """The old slot is free and the new one taken, or neither (rule 66); what is not told again stays."""
        moved = replace(
            booking,
            public_id=new_booking_id() if new_public_id else booking.public_id,
            **self._place_of(slot),
            care_type=_care_type_there(booking.care_type, slot.offer),
            reason=booking.reason if reason is None else reason,
            is_invitation=False,  # rule 67
            changed_at=_second_of(now),
        )
        return self._change(Act.REBOOKED, booking, moved, slot=slot, contact=contact, origin=origin)

    def cancel(self, booking: Booking, message: str | None, *, origin: Origin, now: datetime) -> Booking:
        """The booking is kept as cancelled and its slot is free at once (rule 59)."""
        cancelled = replace(booking, state=BookingState.CANCELLED, changed_at=_second_of(now))
        return self._change(Act.CANCELLED, booking, cancelled, message=message, origin=origin)

    def withdraw(self, booking: Booking, message: str | None = None, *, origin: Origin, now: datetime) -> Booking:
        """The unit takes a booking or an invitation back."""
        withdrawn = replace(booking, state=BookingState.WITHDRAWN, changed_at=_second_of(now))
        return self._change(Act.WITHDRAWN, booking, withdrawn, message=message, origin=origin)

    def identify(self, booking: Booking, patient: str, *, origin: Origin, now: datetime) -> Booking:
        """The patient of a reserve id turns out to be somebody with a national one; all else stays (rule 92)."""
        identified = replace(booking, patient=patient, changed_at=_second_of(now))
        return self._change(Act.IDENTIFIED, booking, identified, keeps_slot=True, origin=origin)

    def _add(
        self, act: Act, booking: Booking, *, slot: Slot | None, contact: Contact | None, origin: Origin
    ) -> Booking:
        if slot is not None:
            self._take_turns_for(slot)
        row = {**columns_of(booking), **_columns_of_contact(contact)}
        added: Any = self.connection.execute(_BOOK, row).inserted_primary_key
        if slot is not None:
            self._take(slot, added.id)
        made = replace(booking, id=added.id)
        self._remember(act, before=None, after=made, message=None, origin=origin, at=made.made_at)
        self.tell_index(made, made.made_at)
        return made

    def _change(
        self,
        act: Act,
        before: Booking,
        after: Booking,
        *,
        slot: Slot | None = None,
        contact: Contact | None = None,
        message: str | None = None,
        keeps_slot: bool = False,
        origin: Origin,
    ) -> Booking:
        if slot is not None:
            self._take_turns_for(slot)
        if before.starts is not None and not keeps_slot:
            self.connection.execute(_LET_GO, {"holder": before.id})
        columns = {**columns_that_differ(before, after), **_columns_of_contact(contact)}
        if self.connection.execute(_CHANGE, {**_as_seen(before), **columns}).rowcount != 1:
            raise Collision("the booking was changed meanwhile")
        if slot is not None:
            self._take(slot, before.id)
        self._remember(act, before=before, after=after, message=message, origin=origin, at=after.changed_at)
        self.tell_index(after, after.changed_at)
        return after

    def _place_of(self, slot: Slot) -> dict[str, Any]:
        """Where and when a booking of the slot is, as the fields of Booking have it."""
        offer = slot.offer
        return {
            **self._unit_and_kind(slot.unit_id, offer.time_type),
            "starts": slot.starts,
            "ends": slot.ends,
            "performer": offer.performer,
            "resource": offer.resource,
        }

    def _unit_and_kind(self, unit_id: int, time_type: TimeType | None) -> dict[str, Any]:
        """The unit and what it is for: of a booking's time type no more is told than its code and name."""
        unit = self.unit_by_id(unit_id)
        if unit is None:
            raise Collision("the unit is gone")
        return {
            "unit_id": unit.id,
            "unit_hsa_id": unit.hsa_id,
            "unit_name": unit.name,
            "time_type": time_type and TimeType(id=time_type.id, code=time_type.code, name=time_type.name),
        }

    def _take(self, slot: Slot, booking_id: int) -> None:
        """As it was read, for staff may have given it another face since."""
        offer = slot.offer
        wanted = {
            "slot_id": slot.id,
            "from": slot.starts,
            "to": slot.ends,
            "kind": offer.time_type.id,
            "who": None if offer.performer is None else offer.performer.id,
            "what": None if offer.resource is None else offer.resource.id,
            "booking_id": booking_id,
        }
        if self.connection.execute(_TAKE, wanted).rowcount != 1:
            raise Collision("the slot was taken meanwhile")


def _second_of(now: datetime) -> datetime:
    return now.replace(microsecond=0)


def _columns_of_contact(contact: Contact | None) -> dict[str, object]:
    return {} if contact is None else {name: getattr(contact, name) for name in CONTACT_COLUMNS}


def _care_type_there(care_type: CareType | None, offer: Offer) -> CareType | None:
    """The care type of the same code, for another unit has its own."""
    code = None if care_type is None else care_type.code
    return next((there for there in offer.time_type.care_types if there.code == code), None)


def _as_seen(booking: Booking) -> dict[str, object]:
    return {
        "seen_id": booking.id,
        "seen_public_id": booking.public_id,
        "seen_unit_id": booking.unit_id,
        "seen_starts": booking.starts,
    }


_TO_BE = 0
"""The key of a booking that has no row yet."""

_BOOK = t.bookings.insert()
_TAKE = t.slots.update().where(
    t.slots.c.id == bindparam("slot_id"),
    t.slots.c.starts == bindparam("from"),
    t.slots.c.ends == bindparam("to"),
    t.slots.c.time_type_id == bindparam("kind"),
    t.slots.c.performer_id.is_not_distinct_from(bindparam("who")),
    t.slots.c.resource_id.is_not_distinct_from(bindparam("what")),
    text(t.FREE),
)
_LET_GO = t.slots.update().where(t.slots.c.booking_id == bindparam("holder")).values(booking_id=None)
_CHANGE = t.bookings.update().where(
    t.bookings.c.id == bindparam("seen_id"),
    t.bookings.c.public_id == bindparam("seen_public_id"),
    t.bookings.c.unit_id == bindparam("seen_unit_id"),
    t.bookings.c.starts.is_not_distinct_from(bindparam("seen_starts")),
    text(t.LIVE),
)
