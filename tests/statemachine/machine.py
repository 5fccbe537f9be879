"""What can happen, in any order: each step is done to the product and on paper, and then the two are compared."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from statemachine.comparison import Comparison, Turns, agree
from statemachine.paper import Order, Paper, Verdict, Yes
from statemachine.plainly import AGENT, FLOWS, PATIENTS, Booking, Plan, Rules, Span, Time, read_plan
from statemachine.trials import Trials, wish_for
from statemachine.world import Reply, World

PLAN: Plan = read_plan()
UNITS = tuple(PLAN.units)

units = st.sampled_from(UNITS)
care_units = st.sampled_from([name for name, unit in PLAN.units.items() if unit.offers_care])
patients = st.sampled_from(PATIENTS)
times = st.sampled_from(PLAN.times)
nth = st.integers(0, 5)
actors = st.sampled_from([None, None, None, None, AGENT, *PATIENTS])
shifts = st.sampled_from([0, 0, 0, 0, 0, 0, 0, -5, 5, 60]).map(lambda minutes: timedelta(minutes=minutes))

# How much of a slot an order tells.
tellings = st.sampled_from(
    [("kind", "performer", "resource"), ("kind", "performer", "resource"), ("kind",), ("performer",), ()]
)


_on_or_off = (True, False)
_spans = (Span(notice=60), Span(horizon=24 * 60), Span(notice=90, horizon=26 * 60), Span())
_values: dict[str, tuple[Any, ...]] = {
    "flows": (frozenset({"book", "see"}), frozenset({"see", "rebook", "cancel"}), frozenset({"book"}), FLOWS),
    "new_booking_allowed": _on_or_off,
    "rebooking_allowed": _on_or_off,
    "cancelling_allowed": _on_or_off,
    "message_allowed": _on_or_off,
    "booking": _spans,
    "rebooking": _spans,
    "cancelling": _spans,
    "other_unit_allowed": _on_or_off,
    "rebooking_keeps_resource": _on_or_off,
    "rebooking_keeps_performer": _on_or_off,
    "rebooking_changes_id": _on_or_off,
    "most_live_bookings": (1, 2, None),
    "simultaneous_bookings_allowed": _on_or_off,
    "listed_patients_only": _on_or_off,
    "own_performer_only": _on_or_off,
    "guardians_may_act": _on_or_off,
    "cancelled_invitation_becomes": ("nothing", "open_invitation"),
    "text_to_read": ("Ta med legitimation. Välkommen!", None),
    "past_bookings_shown": _on_or_off,
}
_RARE = {"flows": 9, "new_booking_allowed": 9, "listed_patients_only": 9}


def _together(rules: Rules) -> Rules:
    """A unit whose patients meet their own performer has listed patients."""
    return replace(rules, own_performer_only=rules.own_performer_only and rules.listed_patients_only)


def _usually(name: str) -> st.SearchStrategy[Any]:
    """What is usual, three times of four or more."""
    unusual = [value for value in _values[name] if value != getattr(Rules(), name)]
    return st.sampled_from([getattr(Rules(), name)] * _RARE.get(name, 3) * len(unusual) + unusual)


all_rules = st.builds(Rules, **{name: _usually(name) for name in _values}).map(_together)
changes = st.sampled_from(list(_values)).flatmap(
    lambda name: st.sampled_from(_values[name]).map(lambda value: {name: value})
)


class LifeOfBookings(RuleBasedStateMachine):
    """Rules 35, 48, 49, 57-60, 62-69, 72, 73, 75, 77, 79-81, in whatever order they are put to the test."""

    world: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self.world.begin()
        self.paper = Paper(PLAN, self.world.time_ids)
        self.compare = Comparison(self.world, self.paper, Turns())
        self.trials = Trials(self.compare)
        self.last: tuple[str, Order] | None = None

    @initialize(
        rules=st.fixed_dictionaries(dict.fromkeys(UNITS, all_rules)),
        booked=st.lists(st.tuples(times, patients), min_size=1, max_size=3),
        called=st.lists(st.tuples(units, patients, st.booleans(), st.none()), min_size=1, max_size=2),
        called_to=st.lists(st.tuples(times, patients, st.booleans()), min_size=1, max_size=3),
    )
    def begin_with_something_booked(
        self, rules: dict[str, Rules], booked: list[Any], called: list[Any], called_to: list[Any]
    ) -> None:
        """Three minutes ago, so that what is done next is no repetition of it."""
        for time, patient in booked:
            self._make(wish_for(time, patient, None))
        for invited in called:
            self.invite_openly(*invited)
        for invited in called_to:
            self.invite_to_a_time(*invited)
        for unit, theirs in rules.items():
            self._set_rules(unit, theirs)
        self.time_passes(3)

    # Patients act.

    @rule(time=times, patient=patients, actor=actors, told=tellings, names_slot=st.booleans(), shift=shifts)
    def book(
        self, *, time: Time, patient: str, actor: str | None, told: tuple[str, ...], names_slot: bool, shift: timedelta
    ) -> None:
        """Any time, free or not; now and then for somebody else (rule 22), or one that is not there (rule 60)."""
        shifted = replace(time, starts=time.starts + shift, ends=time.ends + shift)
        order = _order(shifted, patient, told, self.world.id_of(time) if names_slot else None)
        self._make(replace(order, actor=actor or patient))

    @rule(patient=patients, which=st.integers(0, 30), unit=care_units)
    def book_what_is_offered(self, patient: str, which: int, unit: str) -> None:
        if offered := self.paper.offered(unit, patient):
            time = offered[which % len(offered)]
            self._make(wish_for(time, patient, self.world.id_of(time)))

    @precondition(lambda self: self.paper.bookings)
    @rule(which=nth, time=times, patient=st.none() | patients, told=tellings, is_late=st.booleans())
    def book_with_the_id_of_another(
        self, *, which: int, time: Time, patient: str | None, told: tuple[str, ...], is_late: bool
    ) -> None:
        """Rules 62-64."""
        held = self._booking(which)
        self._make(_order(time, patient or held.patient, told, _id_of(held, is_late)))

    @precondition(lambda self: any(booking.is_open for booking in self.paper.live()))
    @rule(which=nth, choice=st.integers(0, 30), unit=care_units)
    def answer_an_invitation(self, which: int, choice: int, unit: str) -> None:
        invitations = [booking for booking in self.paper.live() if booking.is_open]
        held = invitations[which % len(invitations)]
        if offered := self.paper.offered(unit, held.patient, held.id):
            self._make(_order(offered[choice % len(offered)], held.patient, ("kind", "performer"), held.id))

    @precondition(lambda self: self.paper.bookings)
    @rule(which=nth, time=times, patient=st.none() | patients, told=tellings, is_late=st.booleans())
    def rebook(self, *, which: int, time: Time, patient: str | None, told: tuple[str, ...], is_late: bool) -> None:
        held = self._booking(which)
        self._update(_order(time, patient or held.patient, told, _id_of(held, is_late)))

    @precondition(lambda self: self.paper.live())
    @rule(which=nth, choice=st.integers(0, 30), unit=care_units)
    def rebook_to_what_is_offered(self, which: int, choice: int, unit: str) -> None:
        held = self.paper.live()[which % len(self.paper.live())]
        if offered := self.paper.offered(unit, held.patient, held.id):
            self._update(_order(offered[choice % len(offered)], held.patient, ("performer", "resource"), held.id))

    @precondition(lambda self: self.paper.bookings)
    @rule(which=nth, unit=st.none() | units, actor=st.none() | patients, is_late=st.booleans())
    def cancel(self, which: int, unit: str | None, actor: str | None, is_late: bool) -> None:
        held = self._booking(which)
        self._cancel(unit or held.unit, held, _id_of(held, is_late), actor or held.patient)

    @precondition(lambda self: self.last is not None)
    @rule()
    def send_the_same_again(self) -> None:
        """Rule 58: as a platform does after a reset."""
        assert self.last is not None
        act, order = self.last
        getattr(self, f"_{act}")(order)

    # Staff act, and time passes.

    @rule(unit=units, patient=patients, is_for_anything=st.booleans(), days=st.sampled_from([None, None, 0, 1]))
    def invite_openly(self, unit: str, patient: str, is_for_anything: bool, days: int | None) -> None:
        kind = None if is_for_anything else min(PLAN.units[unit].kinds)
        valid_to = None if days is None else self.world.now.date() + timedelta(days=days)
        invited = self.world.invite(unit, patient, "Dags för ett besök.", time=None, kind=kind, valid_to=valid_to)
        self.paper.bookings.append(
            Booking(
                id=invited, patient=patient, unit=unit, time=None, kind=kind, purpose="Dags för ett besök.",
                is_invitation=True, invited_by=unit, valid_to=valid_to,
            )
        )  # fmt: skip
        self.compare.events += 1

    @rule(time=times, patient=patients, is_from_the_office=st.booleans())
    def invite_to_a_time(self, time: Time, patient: str, is_from_the_office: bool) -> None:
        group = PLAN.group_of(time.unit)
        sender = group[0] if is_from_the_office else time.unit
        if not self.paper.is_free(time) or time.starts <= self.world.now:
            return
        invited = self.world.invite(sender, patient, "Välkommen på besök.", time=time, kind=None, valid_to=None)
        self.paper.bookings.append(
            Booking(
                id=invited, patient=patient, unit=time.unit, time=time, kind=time.kind, purpose="Välkommen på besök.",
                is_invitation=True, invited_by=sender,
            )
        )  # fmt: skip
        self.compare.events += 1

    @precondition(lambda self: self.paper.live())
    @rule(which=nth)
    def withdraw(self, which: int) -> None:
        held = self.paper.live()[which % len(self.paper.live())]
        self.world.withdraw(held.id)
        held.is_live = False
        self.compare.events += 1

    @rule(unit=units, change=changes)
    def change_the_rules(self, unit: str, change: dict[str, Any]) -> None:
        self._set_rules(unit, _together(replace(self.paper.rules[unit], **change)))

    def _set_rules(self, unit: str, rules: Rules) -> None:
        self.paper.rules[unit] = rules
        self.world.set_rules(unit, rules)

    @rule(minutes=st.sampled_from([1, 2, 3, 30, 90, 12 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.world.now = self.paper.now = self.world.now + timedelta(minutes=minutes)

    @rule(time=times, minutes=st.sampled_from([0, 60, 90, 24 * 60, 26 * 60]), seconds=st.sampled_from([-1, 0, 1]))
    def time_passes_to_an_edge(self, time: Time, minutes: int, seconds: int) -> None:
        """To the moment when a time begins, or a window opens or closes on it, and the seconds about it."""
        edge = time.starts - timedelta(minutes=minutes) + timedelta(seconds=seconds)
        if self.world.now < edge < self.world.now + timedelta(hours=3):
            self.world.now = self.paper.now = edge

    # And after every step:

    @invariant()
    def nobody_and_nothing_is_in_two_places(self) -> None:
        self.compare.places()

    @invariant()
    def the_patients_see_what_is_on_paper(self) -> None:
        self.compare.schedules()
        self.compare.details()

    @invariant()
    def free_times_are_those_on_paper(self) -> None:
        self.compare.free_times()

    @invariant()
    def every_wish_is_answered_as_on_paper(self) -> None:
        self.trials.wishes()
        self.trials.edges()

    @invariant()
    def what_is_offered_and_allowed_can_be_done(self) -> None:
        self.trials.offers()
        self.trials.flags()

    # A wish is put to both.

    def _make(self, order: Order) -> None:
        self.last = ("make", order)
        verdict = self.paper.make(order)
        before = self.world.dump()
        reply = self.world.make(order)
        if self._agree(verdict, reply, before) and isinstance(verdict, Yes):
            self._note_booked(order, reply.message.bookingId, verdict)

    def _note_booked(self, order: Order, booking_id: str, verdict: Yes) -> None:
        time = self._time_held_by(booking_id, verdict)
        held = self.paper.find(order.booking_id)
        if held is None or not held.is_open:
            held = Booking(id=booking_id, patient=order.patient, unit=time.unit, time=time, kind=time.kind)
            self.paper.bookings.append(held)
        assert held.id == booking_id, "an invitation that is booked keeps its id"
        held.unit, held.time, held.kind, held.is_invitation = time.unit, time, time.kind, False
        held.booked_at = self.world.now

    def _update(self, order: Order) -> None:
        self.last = ("update", order)
        verdict = self.paper.update(order)
        before = self.world.dump()
        reply = self.world.update(order)
        if not self._agree(verdict, reply, before) or not isinstance(verdict, Yes):
            return
        held = self.paper.find(order.booking_id)
        assert held is not None
        if self.paper.rules[held.unit].rebooking_changes_id:
            (new_id,) = self.world.live_ids() - {booking.id for booking in self.paper.bookings}
            assert held.id not in self.world.live_ids()
            held.former_ids.append(held.id)
            held.id = new_id
        time = self._time_held_by(held.id, verdict)
        held.unit, held.time, held.kind, held.is_invitation = time.unit, time, time.kind, False
        held.moved_at = self.world.now

    def _cancel(self, unit: str, held: Booking, booking_id: str, actor: str) -> None:
        verdict = self.paper.cancel(unit, booking_id, actor)
        before = self.world.dump()
        if not self._agree(verdict, self.world.cancel(unit, booking_id, actor), before):
            return
        held.is_live = False
        if held.is_invitation and self.paper.rules[unit].cancelled_invitation_becomes == "open_invitation":
            (new_id,) = self.world.live_ids() - {booking.id for booking in self.paper.bookings}
            self.compare.events += 1
            sender = held.invited_by or unit
            self.paper.bookings.append(
                Booking(
                    id=new_id, patient=held.patient, unit=sender, time=None, kind=held.kind, purpose=held.purpose,
                    is_invitation=True, invited_by=sender, valid_to=held.valid_to,
                )
            )  # fmt: skip

    def _agree(self, verdict: Verdict, reply: Reply, before: list[str]) -> bool:
        """True when something was done; what is refused, a fault, or done already has changed nothing."""
        agree(verdict, reply)
        if isinstance(verdict, Yes):
            self.compare.events += 1
            return True
        assert self.world.dump() == before
        return False

    def _booking(self, which: int) -> Booking:
        """The latest ones are the likeliest."""
        return self.paper.bookings[-1 - which % len(self.paper.bookings)]

    def _time_held_by(self, booking_id: str, verdict: Yes) -> Time:
        (slot_id,) = (slot for slot, holder in self.world.held_times().items() if holder == booking_id)
        time = self.world.time_ids[slot_id]
        assert time in verdict.times
        return time


def _id_of(held: Booking, is_late: bool) -> str:
    """The id it has, or the one it had before, from somebody who has not heard of the change."""
    return held.former_ids[-1] if is_late and held.former_ids else held.id


def _order(time: Time, patient: str, told: tuple[str, ...], booking_id: str | None) -> Order:
    """A wish that tells some of what the time gives."""
    untold = {name: None for name in ("kind", "performer", "resource") if name not in told}
    return replace(wish_for(time, patient, booking_id), **untold)
