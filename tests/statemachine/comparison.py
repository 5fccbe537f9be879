"""The product held against the paper: what anybody can see must be what is written there."""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from typing import Any, TypeVar

from statemachine.paper import Again, Fault, No, Paper, Verdict
from statemachine.plainly import PATIENTS, Booking, Time
from statemachine.world import Reply, World

NATIONAL = "5565594230"
Some = TypeVar("Some")


class Turns:
    """One after the other, the same way in every run; lists of different lengths do not march together."""

    def __init__(self) -> None:
        self._count = 0

    def of(self, several: Sequence[Some]) -> Some:
        self._count += 1
        return several[self._count * 7919 % 104_729 % len(several)]


class Comparison:
    """All that is booked is compared each time; what is free, at some of the units and for some of the patients."""

    def __init__(self, world: World, paper: Paper, turns: Turns) -> None:
        self.world = world
        self.paper = paper
        self.turns = turns
        self.events = 0

    def places(self) -> None:
        """Each live booking with a time holds one slot, its own, and the trail has a line for each act (rule 74)."""
        held = [(booking, booking.time) for booking in self.paper.live() if booking.time is not None]
        holders = {self.world.time_ids[slot]: holder for slot, holder in self.world.held_times().items()}
        assert holders == {time: booking.id for booking, time in held}
        assert len(holders) == len(held)
        assert not any(one.meets(other) and one.shares_with(other) for one, other in combinations(holders, 2))
        assert self.world.live_ids() == {booking.id for booking in self.paper.live()}
        assert self.world.events() == self.events

    def schedules(self) -> None:
        """Rules 24 and 79-81: all that a patient has, through the national address, and what she has at one unit."""
        patient, unit = self.turns.of(PATIENTS), self.turns.of(list(self.paper.plan.units))
        self._schedule_is(self.world.schedule(NATIONAL, patient), patient, list(self.paper.plan.units))
        reply = self.world.schedule(unit, patient)
        assert (reply.message is not None) == self.has(unit, "see")
        if reply.message is not None:
            self._schedule_is(reply, patient, [unit])

    def _schedule_is(self, reply: Reply, patient: str, units: list[str]) -> None:
        seen = [unit for unit in units if self.has(unit, "see")]
        written = [booking for unit in seen for booking in self.paper.schedule(unit, patient)]
        assert Counter(map(_told, reply.message.timeslotDetail)) == Counter(map(self._written, written))

    def details(self) -> None:
        """Rules 75-77, for one that was ever booked, live or not."""
        if self.paper.bookings:
            self.details_of(self.turns.of(self.paper.bookings))

    def details_of(self, booking: Booking) -> None:
        reply = self.world.details(booking.unit, booking.id, booking.patient)
        if self.has(booking.unit, "see") and self.paper.in_sight(booking):
            assert _told(reply.message.timeslotDetail) == self._written(booking)
        else:
            assert reply.message is None

    def free_times(self) -> None:
        """Rules 48-50 and 59, for a patient who wants a new time and for one who has a booking or an invitation."""
        self.free_times_at(self.turns.of(list(self.paper.plan.units)), self.turns.of(PATIENTS), None)
        if self.paper.bookings:
            held = self.turns.of(self.paper.live() or self.paper.bookings)
            self.free_times_at(self.turns.of(self.paper.plan.group_of(held.unit)), held.patient, held.id)
            self._choices(held)

    def free_times_at(self, unit: str, patient: str, booking_id: str | None) -> None:
        slots = self.world.slots(unit, patient, booking_id)
        if not self.has(unit, "book", "rebook"):
            assert slots.message is None
            return
        offered = self.paper.offered(unit, patient, booking_id)
        told = slots.message.timeslotDetail
        assert Counter(map(_gives, told)) == Counter((f"{time.starts:%Y%m%d%H%M%S}", *_gift(time)) for time in offered)
        assert [row.startTimeInclusive for row in told] == sorted(row.startTimeInclusive for row in told)
        for row in told:
            flags = self.paper.flags_of(self.world.time_ids[row.bookingId], unit)
            assert (row.cancel_booking_allowed, row.rebooking_allowed) == (flags.cancelling, flags.rebooking)
        if self.turns.of((True, False)):
            self._dates_agree(told, self.world.dates(unit, patient, booking_id))

    def _dates_agree(self, slots: Any, dates: Reply) -> None:
        days = Counter(
            (row.date, row.timeTypeID, row.performer, row.resourceID)
            for row in dates.message.performerAvailabilityByDate
        )
        assert days == Counter({(row.startTimeInclusive[:8], *_gives(row)[1:]) for row in slots})

    def _choices(self, held: Booking) -> None:
        """Rules 46 and 47."""
        reply = self.world.units(held.unit, held.patient, held.id)
        if not self.has(held.unit, "book", "rebook"):
            assert reply.message is None
            return
        told = [row.healthcare_facility for row in reply.message.healthcareFacilityInfos]
        assert Counter(told) == Counter(self.paper.choices(held))

    def has(self, unit: str, *flows: str) -> bool:
        return not self.paper.rules[unit].flows.isdisjoint(flows)

    def _written(self, booking: Booking) -> tuple[object, ...]:
        flags = self.paper.flags(booking)
        starts, ends, gift = None, None, (booking.kind, None, None)
        if booking.time is not None:
            starts, ends = f"{booking.time.starts:%Y%m%d%H%M%S}", f"{booking.time.ends:%Y%m%d%H%M%S}"
            gift = _gift(booking.time)
        return (
            booking.id, booking.unit, booking.patient, starts, ends, *gift, booking.purpose,
            flags.cancelling, flags.rebooking, flags.message, booking.is_invitation,
        )  # fmt: skip


def agree(verdict: Verdict, reply: Reply) -> None:
    """The answer is of the kind that the paper gives, and a refusal is for one of its reasons (rules 54-56)."""
    if isinstance(verdict, Fault):
        assert reply.message is None
        return
    answer = reply.message
    assert answer is not None
    if isinstance(verdict, No):
        assert reply.refusal in verdict.reasons
        assert (answer.resultCode, bool(answer.resultText)) == ("ERROR", True)
        assert getattr(answer, "bookingId", None) is None
        return
    assert reply.is_done, reply
    assert (answer.resultCode, answer.resultText) == ("OK" if verdict.text is None else "INFO", verdict.text)
    if isinstance(verdict, Again):
        assert getattr(answer, "bookingId", verdict.booking.id) == verdict.booking.id


def _told(row: Any) -> tuple[object, ...]:
    """A row of an answer, in the order of the paper."""
    return (
        row.bookingId, row.healthcare_facility, row.subject_of_care, row.startTimeInclusive, row.endTimeExclusive,
        row.timeTypeID, row.performer, row.resourceID, row.purpose,
        row.cancel_booking_allowed, row.rebooking_allowed, row.message_allowed, row.isInvitation,
    )  # fmt: skip


def _gives(row: Any) -> tuple[object, ...]:
    return (row.startTimeInclusive, row.timeTypeID, row.performer, row.resourceID)


def _gift(time: Time) -> tuple[str, str | None, str | None]:
    return (time.kind, time.performer, time.resource)
