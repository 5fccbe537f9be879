"""Writing in the timetable: bookings and invitations are made, moved and ended, each with its line in the trail."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, text

from producer.domain.model import Act, Booking, BookingState, CareType, Contact, Offer, Origin, Slot, TimeType
from producer.store import tables as t
from producer.store.bookings import CONTACT_COLUMNS, Bookings
from producer.store.errors import Collision
from producer.store.opaque_ids import new_booking_id
from producer.store.trail import Trail

Columns = Mapping[str, object]


class Desk(Bookings, Trail):
    """The part of a timetable where acts are done.

    Each act takes slots and bookings as they were read in the same transaction. If one of them is no longer so it
    raises Collision; the transaction must then end, undone.
    """

    def take_turn(self, patient: str) -> None:
        """Wait until nobody else acts for this patient, so that what is read of her bookings stays true."""
        self._take_turns(f"patient {patient}")

    def take_turn_to_lay_out(self) -> None:
        """Wait until nobody else adds slots from files or schedules, so that what is read of them stays true."""
        self._take_turns("base schedules")

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
        columns = {
            **_columns_of(slot),
            **_columns_of_contact(contact),
            "patient": patient,
            "care_type_id": None if care_type is None else care_type.id,
            "reason": reason,
            "purpose": purpose,
            "is_invitation": is_invitation,
            "shown_to_patient": shown_to_patient,
        }
        return self._add(Act.BOOKED, columns, slot=slot, public_id=public_id, origin=origin, now=now)

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
        columns = {
            "unit_id": unit_id,
            "time_type_id": None if time_type is None else time_type.id,
            **({} if slot is None else _columns_of(slot)),
            "patient": patient,
            "purpose": purpose,
            "is_invitation": True,
            "invited_by_unit_id": unit_id,
            "invitation_valid_to": valid_to,
        }
        return self._add(Act.INVITED, columns, slot=slot, public_id=public_id, origin=origin, now=now)

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
        columns = {
            **_columns_of(slot),
            **_columns_of_contact(contact),
            "care_type_id": None if care_type is None else care_type.id,
            "reason": reason,
            "is_invitation": False,
        }
        return self._change(Act.BOOKED, invitation, columns, slot=slot, origin=origin, now=now)

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
        columns = {
            **_columns_of(slot),
            **({} if contact is None else _columns_of_contact(contact)),
            **({} if reason is None else {"reason": reason}),
            **({"public_id": new_booking_id()} if new_public_id else {}),
            "care_type_id": _care_type_id_there(booking.care_type, slot.offer),
            "is_invitation": False,  # rule 67
        }
        return self._change(Act.REBOOKED, booking, columns, slot=slot, origin=origin, now=now)

    def cancel(self, booking: Booking, message: str | None, *, origin: Origin, now: datetime) -> Booking:
        """The booking is kept as cancelled and its slot is free at once (rule 59)."""
        columns = {"state": BookingState.CANCELLED.value}
        return self._change(Act.CANCELLED, booking, columns, message=message, origin=origin, now=now)

    def withdraw(self, booking: Booking, *, origin: Origin, now: datetime) -> Booking:
        """The unit takes a booking or an invitation back."""
        return self._change(Act.WITHDRAWN, booking, {"state": BookingState.WITHDRAWN.value}, origin=origin, now=now)

    def _add(
        self,
        act: Act,
        columns: Columns,
        *,
        slot: Slot | None,
        public_id: str | None,
        origin: Origin,
        now: datetime,
    ) -> Booking:
        now = now.replace(microsecond=0)
        if slot is not None:
            self._take_turns_for(slot)
        row = {
            **columns,
            "public_id": public_id or new_booking_id(),
            "state": BookingState.LIVE.value,
            "made_at": now,
            "changed_at": now,
        }
        added: Any = self.connection.execute(t.bookings.insert(), row).inserted_primary_key
        if slot is not None:
            self._take(slot, added.id)
        made = self._as_stored(added.id)
        self._remember(act, before=None, after=made, message=None, origin=origin, at=now)
        return made

    def _change(
        self,
        act: Act,
        before: Booking,
        columns: Columns,
        *,
        slot: Slot | None = None,
        message: str | None = None,
        origin: Origin,
        now: datetime,
    ) -> Booking:
        now = now.replace(microsecond=0)
        if slot is not None:
            self._take_turns_for(slot)
        self.connection.execute(_LET_GO, {"holder": before.id})
        changed = self.connection.execute(_CHANGE, {**_as_seen(before), **columns, "changed_at": now})
        if changed.rowcount != 1:
            raise Collision("the booking was changed meanwhile")
        if slot is not None:
            self._take(slot, before.id)
        after = self._as_stored(before.id)
        self._remember(act, before=before, after=after, message=message, origin=origin, at=now)
        return after

    def _take_turns(self, *names: str) -> None:
        """SQLite has one writer at a time and needs no more."""
        if names and self.connection.dialect.name == "postgresql":
            self.connection.execute(_TAKE_TURNS, {"names": list(names)})

    def _take_turns_for(self, slot: Slot) -> None:
        """Without this, two who want the same person or thing could each wait for the other, until the server
        has noticed after a second and undone one of them."""
        offer = slot.offer
        performer = () if offer.performer is None else (f"performer {offer.performer.id}",)
        resource = () if offer.resource is None else (f"resource {offer.resource.id}",)
        self._take_turns(*performer, *resource)

    def _take(self, slot: Slot, booking_id: int) -> None:
        wanted = {"slot_id": slot.id, "from": slot.starts, "to": slot.ends, "booking_id": booking_id}
        if self.connection.execute(_TAKE, wanted).rowcount != 1:
            raise Collision("the slot was taken meanwhile")


def _columns_of(slot: Slot) -> dict[str, object]:
    offer = slot.offer
    return {
        "unit_id": slot.unit_id,
        "starts": slot.starts,
        "ends": slot.ends,
        "time_type_id": offer.time_type.id,
        "performer_id": None if offer.performer is None else offer.performer.id,
        "resource_id": None if offer.resource is None else offer.resource.id,
    }


def _columns_of_contact(contact: Contact) -> dict[str, object]:
    return {name: getattr(contact, name) for name in CONTACT_COLUMNS}


def _care_type_id_there(care_type: CareType | None, offer: Offer) -> int | None:
    """The care type of the same code, for another unit has its own."""
    code = None if care_type is None else care_type.code
    return next((there.id for there in offer.time_type.care_types if there.code == code), None)


def _as_seen(booking: Booking) -> dict[str, object]:
    return {
        "seen_id": booking.id,
        "seen_public_id": booking.public_id,
        "seen_unit_id": booking.unit_id,
        "seen_starts": booking.starts,
    }


_TAKE_TURNS = text(
    "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(CAST(:names AS text[])) AS name"
)
_TAKE = t.slots.update().where(
    t.slots.c.id == bindparam("slot_id"),
    t.slots.c.starts == bindparam("from"),
    t.slots.c.ends == bindparam("to"),
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
