"""Turns: who acts on the same patient, person, thing or unit does so one after another."""

from sqlalchemy import Connection, text

from producer.domain.model import Slot


class Turns:
    """The part of a timetable where one waits. SQLite has one writer at a time and needs no more."""

    connection: Connection

    def take_turn(self, patient: str) -> None:
        """Wait until nobody else acts for this patient, so that what is read of her bookings stays true."""
        self._take_turns(f"patient {patient}")

    def take_turn_of_booking(self, public_id: str) -> None:
        """The turn of the booking's patient, before its row is locked: everybody waits for the two in this order.

        And before it is read: one who waited for the row alone would see it as it has become, beside its performer
        and time type as they were.
        """
        if self._has_many_writers():
            self.connection.execute(_TAKE_TURN_OF_BOOKING, {"public_id": public_id})

    def take_turn_to_lay_out(self) -> None:
        """Wait until nobody else adds slots from files or schedules, so that what is read of them stays true."""
        self._take_turns("base schedules")

    def take_turn_of_staff(self, unit_key: str | None = None) -> None:
        """Wait until nobody else of the staff changes this unit, or anything at all if none is told, so that what
        a form was made from stays true until the form is kept."""
        if unit_key is None:
            self._take_turns(_STAFF)
        elif self._has_many_writers():
            self.connection.execute(_SHARE_TURN, {"name": _STAFF})
            self._take_turns(f"{_STAFF} {unit_key}")

    def take_turn_to_settle(self) -> None:
        """Wait until nobody else changes what all posts for the index say alike, or goes through them since."""
        self._take_turns("index settings")

    def halt_bookings(self) -> None:
        """Wait until nobody else is changing a booking, and let nobody begin to until the transaction ends.

        Not even one who has read a booking to change it: such a one would wait for us with what we wait for.
        """
        if self._has_many_writers():
            self.connection.execute(_HALT)

    def _take_turns_for(self, slot: Slot) -> None:
        """Without this, two who want the same person or thing could each wait for the other, until the server
        has noticed after a second and undone one of them."""
        offer = slot.offer
        performer = () if offer.performer is None else (f"performer {offer.performer.id}",)
        resource = () if offer.resource is None else (f"resource {offer.resource.id}",)
        self._take_turns(*performer, *resource)

    def _take_turns(self, *names: str) -> None:
        if names and self._has_many_writers():
            self.connection.execute(_TAKE_TURNS, {"names": list(names)})

    def _has_many_writers(self) -> bool:
        return self.connection.dialect.name == "postgresql"


_HALT = text("LOCK TABLE bookings IN EXCLUSIVE MODE")
_STAFF = "staff"
_TAKE_TURNS = text(
    "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(CAST(:names AS text[])) AS name"
)
_TAKE_TURN_OF_BOOKING = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('patient ' || patient, 0))"
    " FROM bookings WHERE public_id = :public_id"
)
_SHARE_TURN = text("SELECT pg_advisory_xact_lock_shared(hashtextextended(:name, 0))")
