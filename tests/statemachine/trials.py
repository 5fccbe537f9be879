"""What would be answered: after each step some wishes are put to product and paper, and undone."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from statemachine.comparison import Comparison, agree
from statemachine.paper import Order, Verdict, Yes
from statemachine.plainly import PATIENTS, Booking, Time
from statemachine.world import Reply

A_MOMENT = timedelta(seconds=90)
# What the patient has besides, which no offer and no flag can know.
OF_THE_PATIENT = {"USER_IS_ALREADY_OCCUPIED", "TOO_MANY_APPOINTMENTS"}


class Trials:
    """The acts of the moment, none of which is let stand."""

    def __init__(self, compare: Comparison) -> None:
        self.compare = compare
        self.world = compare.world
        self.paper = compare.paper
        self.turns = compare.turns

    def wishes(self) -> None:
        """Any time for anybody, and for somebody who has a booking or an invitation any time of its kind."""
        self._make(self.turns.of(self.paper.plan.times), self.turns.of(PATIENTS), None)
        if not self.paper.bookings:
            return
        held = self.turns.of(self.paper.live() or self.paper.bookings)
        alike = [time for time in self.paper.plan.times if held.kind in (None, time.kind)]
        self._make(self.turns.of(alike), held.patient, held.id)
        unit = self.turns.of(self.paper.plan.group_of(held.unit))
        offered = self.paper.offered(unit, held.patient, held.id)
        self._update(self.turns.of(self.turns.of((alike, offered or alike))), held)
        self._cancel(held, self.turns.of((held.patient, held.patient, *PATIENTS)))

    def _make(self, time: Time, patient: str, booking_id: str | None) -> None:
        order = wish_for(time, patient, booking_id)
        self._try_twice(self.paper.make(order), lambda: self.world.make(order), lambda reply: reply.message.bookingId)

    def _update(self, time: Time, held: Booking) -> None:
        """Rule 68: it keeps its id, unless the unit would have it otherwise."""
        order = wish_for(time, held.patient, held.id)
        kept = None if self.paper.rules[held.unit].rebooking_changes_id else held.id
        self._try_twice(self.paper.update(order), lambda: self.world.update(order), lambda _: kept)

    def _try_twice(self, verdict: Verdict, act: Callable[[], Reply], id_of: Callable[[Reply], str | None]) -> None:
        """Once done, the same again is answered the same and changes nothing (rule 58)."""
        with self._undone():
            reply = act()
            agree(verdict, reply)
            if isinstance(verdict, Yes):
                self._is_booked(verdict, id_of(reply))
                done = self.world.dump()
                if all(time.starts > self.world.now + A_MOMENT for time in verdict.times):
                    self._go_to(self.world.now + A_MOMENT)
                assert act() == reply
                assert self.world.dump() == done

    def _is_booked(self, verdict: Yes, its_id: str | None) -> None:
        """At one of the times that it may be, with the id that it must have or a new one, and no invitation (rule 67)."""
        was = {booking.time for booking in self.paper.live()}
        ((now, holder),) = [
            (time, holder)
            for slot, holder in self.world.held_times().items()
            if (time := self.world.time_ids[slot]) not in was
        ]
        assert now in verdict.times
        assert holder not in self.world.invitation_ids()
        assert holder == its_id or (its_id is None and self.paper.find(holder) is None)

    def _cancel(self, held: Booking, actor: str) -> None:
        """The time is free, and a timed invitation becomes an open one where the unit says so (rule 72)."""
        with self._undone():
            verdict = self.paper.cancel(held.unit, held.id, actor)
            invitations, bookings = self.world.invitation_ids(), self.world.live_ids()
            agree(verdict, self.world.cancel(held.unit, held.id, actor))
            if isinstance(verdict, Yes):
                calls_again = self.paper.rules[held.unit].cancelled_invitation_becomes == "open_invitation"
                left = len(bookings) - 1 + (held.is_invitation and calls_again)
                assert held.id not in self.world.live_ids() | set(self.world.held_times().values())
                assert len(self.world.live_ids()) == left
                assert len(self.world.invitation_ids()) == len(invitations) - (held.is_invitation and not calls_again)

    def edges(self) -> None:
        """The seconds about the moment when a window opens or closes on a time: nothing is off by one."""
        booked = [booking.time for booking in self.paper.live() if booking.time is not None]
        time = self.turns.of(self.turns.of((booked or self.paper.plan.times, self.paper.plan.times)))
        rules = self.paper.rules[time.unit]
        spans = (rules.booking, rules.rebooking, rules.cancelling)
        minutes = [minutes for span in spans for minutes in (span.notice, span.horizon) if minutes] or [0]
        edge = time.starts - timedelta(minutes=self.turns.of(minutes), seconds=self.turns.of((-1, 0, 0, 1)))
        if edge > self.world.now:
            with self._undone():
                self._go_to(edge)
                self._look(time)

    def _look(self, time: Time) -> None:
        """At a time, and at the booking that has it if there is one."""
        patient = self.turns.of(PATIENTS)
        self.compare.free_times_at(time.unit, patient, None)
        wish = wish_for(time, patient, None)
        agree(self.paper.make(wish), self.world.make(wish))
        held = next((booking for booking in self.paper.live() if booking.time == time), None)
        if held is not None:
            self.compare.details_of(held)

    def _go_to(self, moment: datetime) -> None:
        self.world.now = self.paper.now = moment

    # Without the paper: what the product itself offers and allows, it does.

    def offers(self) -> None:
        """Rules 48 and 60."""
        unit, patient = self.turns.of(list(self.paper.plan.units)), self.turns.of(PATIENTS)
        offer = self._one_of(self.world.slots(unit, patient))
        if offer is not None:
            with self._undone():
                reply = self.world.make(_asked_for(offer, patient, offer.bookingId))
            assert reply.is_done or reply.refusal in OF_THE_PATIENT, reply

    def flags(self) -> None:
        """Rule 69: what a flag allows succeeds, what it does not is refused."""
        seen = [booking for booking in self.paper.live() if "see" in self.paper.rules[booking.unit].flows]
        if not seen:
            return
        held = self.turns.of(seen)
        details = self.world.details(held.unit, held.id, held.patient)
        if details.message is None or held.time is None:
            return
        row = details.message.timeslotDetail
        with self._undone():
            cancelled = self.world.cancel(held.unit, held.id, held.patient)
        assert cancelled.is_done == row.cancel_booking_allowed
        offer = self._one_of(self.world.slots(held.unit, held.patient, held.id))
        if offer is not None:
            with self._undone():
                moved = self.world.update(_asked_for(offer, held.patient, held.id))
            assert row.rebooking_allowed
            assert moved.is_done or moved.refusal in OF_THE_PATIENT, moved

    def _one_of(self, reply: Reply) -> Any:
        rows: Sequence[Any] = () if reply.message is None else reply.message.timeslotDetail
        return self.turns.of(rows) if rows else None

    @contextmanager
    def _undone(self) -> Iterator[None]:
        self.world.moments.take()
        now = self.world.now
        try:
            yield
        finally:
            self.world.moments.put_back()
            self._go_to(now)


def wish_for(time: Time, patient: str, booking_id: str | None) -> Order:
    return Order(
        actor=patient,
        patient=patient,
        unit=time.unit,
        starts=time.starts,
        ends=time.ends,
        kind=time.kind,
        performer=time.performer,
        resource=time.resource,
        booking_id=booking_id,
    )


def _asked_for(row: Any, patient: str, booking_id: str | None) -> Order:
    """The order that an e-service makes of a row: all that the row told."""
    return Order(
        actor=patient,
        patient=patient,
        unit=row.healthcare_facility,
        starts=datetime.strptime(row.startTimeInclusive, "%Y%m%d%H%M%S"),
        ends=datetime.strptime(row.endTimeExclusive, "%Y%m%d%H%M%S"),
        kind=row.timeTypeID,
        performer=row.performer,
        resource=row.resourceID,
        booking_id=booking_id,
    )
