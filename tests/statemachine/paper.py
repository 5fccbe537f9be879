"""The model: who has which time, and what each wish would be answered, as domain.md tells it.

A wish is never answered by the first rule that says no: the model names every reason there is, and the product may
tell any of them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from statemachine.plainly import AGENT, FIRST_MORNING, Booking, Plan, Rules, Span, Time

JUST_NOW = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class Order:
    """A wish for a time at a unit; what is None is not told."""

    actor: str
    patient: str
    unit: str
    starts: datetime
    ends: datetime
    kind: str | None = None
    performer: str | None = None
    resource: str | None = None
    booking_id: str | None = None

    def is_met_by(self, time: Time) -> bool:
        return (
            (time.starts, time.ends) == (self.starts, self.ends)
            and self.kind in (None, time.kind)
            and self.performer in (None, time.performer)
            and self.resource in (None, time.resource)
        )


@dataclass(frozen=True, kw_only=True)
class Fault:
    """The contract is not on, or there is nothing that could be answered."""


@dataclass(frozen=True, kw_only=True)
class No:
    """Refused, for one of these reasons; nothing changes."""

    reasons: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Again:
    """Done already: answered as then, and nothing changes (rule 58)."""

    booking: Booking
    text: str | None


@dataclass(frozen=True, kw_only=True)
class Yes:
    """Done, at one of these times."""

    times: tuple[Time, ...] = ()
    text: str | None = None


Verdict = Fault | No | Again | Yes


@dataclass(frozen=True, kw_only=True)
class Flags:
    cancelling: bool
    rebooking: bool
    message: bool


class Paper:
    """The clinic's book, kept by hand."""

    def __init__(self, plan: Plan, time_ids: dict[str, Time]) -> None:
        self.plan = plan
        self.time_ids = time_ids
        self.rules = {unit: Rules() for unit in plan.units}
        self.bookings: list[Booking] = []
        self.now = FIRST_MORNING

    # What is there.

    def live(self) -> list[Booking]:
        return [booking for booking in self.bookings if booking.is_live]

    def find(self, booking_id: str | None) -> Booking | None:
        return next((booking for booking in self.bookings if booking.id == booking_id), None)

    def find_by_former(self, booking_id: str | None) -> Booking | None:
        """The booking that had this id until a rebooking gave it another (rule 68)."""
        return next((booking for booking in self.bookings if booking_id in booking.former_ids), None)

    def is_free(self, time: Time, leaving: Booking | None = None) -> bool:
        """Nobody holds it, and nobody else holds its person or its thing just then (rule 35)."""
        held = [booking for booking in self.live() if booking.time is not None]
        return not any(
            booking.time == time
            or (booking is not leaving and booking.time.meets(time) and booking.time.shares_with(time))
            for booking in held
            if booking.time is not None
        )

    def schedule(self, unit: str, patient: str) -> list[Booking]:
        """Rules 79-81: what the patient has there with a time, and has not begun."""
        shown = self.rules[unit].past_bookings_shown
        return [
            booking
            for booking in self.live()
            if (booking.unit, booking.patient) == (unit, patient)
            and booking.time is not None
            and (shown or booking.time.starts >= self.now)
        ]

    def in_sight(self, booking: Booking) -> bool:
        """Whether GetBookingDetails can answer (rule 75)."""
        return booking.is_live and not self._has_expired(booking)

    def flags(self, booking: Booking) -> Flags:
        """Nothing can be moved that nobody would take."""
        flags = self.flags_of(booking.time, booking.unit)
        return flags if self.choices(booking) else replace(flags, rebooking=False)

    def flags_of(self, time: Time | None, unit: str) -> Flags:
        """The rules asked beforehand; without a time there is nothing to cancel or move (rule 69)."""
        return Flags(
            cancelling=not self._against_cancelling(time, unit),
            rebooking=not self._against_leaving(time, unit),
            message=self.rules[unit].message_allowed,
        )

    # What may be seen and chosen.

    def offered(self, unit: str, patient: str, booking_id: str | None = None) -> list[Time]:
        """Rules 48 and 49: the free times that this patient can ask for, anew or with a booking or invitation."""
        held = self.find(booking_id)
        if booking_id is not None and (held is None or held.patient != patient or unit not in self.choices(held)):
            return []
        if held is None and self._unwelcome(unit, patient, "book"):
            return []
        moves = held is not None and not held.is_open
        span = self.rules[unit].rebooking if moves else self.rules[unit].booking
        return [
            time
            for time in self.plan.times
            if time.unit == unit
            and time.starts > self.now
            and not span.too_near(time.starts, self.now)
            and not span.too_far(time.starts, self.now)
            and self.is_free(time, leaving=held)
            and self._is_kept_to(held, time)
            and not self._not_for(patient, time)
        ]

    def choices(self, held: Booking) -> list[str]:
        """Rule 47: the units where a booking can go, or an open invitation be booked."""
        if not held.is_live or self._has_expired(held):
            return []
        if held.time is not None and self._against_leaving(held.time, held.unit):
            return []
        with_group = self.rules[held.unit].other_unit_allowed
        flow = "invitation" if held.is_open else "rebook"
        return [
            unit
            for unit in (self.plan.group_of(held.unit) if with_group else [held.unit])
            if self.plan.units[unit].offers_care
            and (held.kind is None or held.kind in self.plan.units[unit].kinds)
            and held.kind not in self.plan.note(unit, held.patient).barred_kinds
            and not self._unwelcome(unit, held.patient, flow)
        ]

    # What a wish is answered.

    def make(self, order: Order) -> Verdict:
        rules = self.rules[order.unit]
        if "book" not in rules.flows:
            return Fault()
        held = self._meant(order.booking_id)
        reasons = self._against_actor(order.actor, order.patient, order.unit)
        if not reasons and (booked := self._booked_just_now(order, held)):
            return Again(booking=booked, text=rules.text_to_read)
        if held is not None and held.patient != order.patient:
            return No(reasons=frozenset(reasons | {"APPOINTMENT_DOES_NOT_EXIST"}))
        if held is None:
            reasons |= self._unwelcome(order.unit, order.patient, "book")
        else:
            reasons |= self._against_invitation(held, order)
        reasons |= self._against_moment(
            order.starts, rules.booking, "TOO_LATE_TO_MAKE_APPOINTMENT", "TOO_EARLY_TO_MAKE_APPOINTMENT"
        )
        return self._chosen(order, held, reasons, leaving=None)

    def update(self, order: Order) -> Verdict:
        rules = self.rules[order.unit]
        if "rebook" not in rules.flows:
            return Fault()
        held = self.find(order.booking_id) or self.find_by_former(order.booking_id)
        if held is None or held.unit not in self.plan.group_of(order.unit):
            return No(reasons=frozenset({"APPOINTMENT_DOES_NOT_EXIST"}))
        reasons = self._against_actor(order.actor, order.patient, order.unit)
        if held.patient != order.patient:
            return No(reasons=frozenset(reasons | {"APPOINTMENT_DOES_NOT_EXIST"}))
        if not reasons and self.moved_just_now(held, order):
            return Again(booking=held, text=rules.text_to_read)
        if held.id != order.booking_id:
            return No(reasons=frozenset(reasons | {"APPOINTMENT_IS_ALREADY_UPDATED"}))
        reasons |= self._against_actor(order.actor, order.patient, held.unit)
        reasons |= self._over(held) | self._against_leaving(held.time, held.unit)
        if order.unit not in self.choices(held):
            reasons.add("CARE_UNIT_IS_NOT_A_CHOICE")
        reasons |= self._unwelcome(order.unit, order.patient, "rebook")
        reasons |= self._against_moment(
            order.starts, rules.rebooking, "REQUESTED_TIME_IS_TOO_SOON_TO_UPDATE", "REQUESTED_TIME_IS_TOO_FAR_TO_UPDATE"
        )
        return self._chosen(replace(order, kind=None), held, reasons, leaving=held)

    def cancel(self, unit: str, booking_id: str, actor: str) -> Verdict:
        if "cancel" not in self.rules[unit].flows:
            return Fault()
        held = self.find(booking_id)
        if held is None and (former := self.find_by_former(booking_id)) and former.patient == actor:
            return No(reasons=frozenset({"APPOINTMENT_IS_ALREADY_UPDATED"}))
        if held is None or held.unit != unit:
            return No(reasons=frozenset({"APPOINTMENT_DOES_NOT_EXIST"}))
        reasons = self._against_actor(actor, held.patient, unit) | self._over(held)
        reasons |= self._against_cancelling(held.time, unit)
        return No(reasons=frozenset(reasons)) if reasons else Yes()

    # The reasons.

    def _against_actor(self, actor: str, patient: str, unit: str) -> set[str]:
        """Rule 22."""
        free = actor in (AGENT, patient) or self.rules[unit].guardians_may_act
        return set() if free else {"ACTOR_IS_NOT_THE_PATIENT"}

    def _unwelcome(self, unit: str, patient: str, flow: str) -> set[str]:
        """An invitation is booked also where nobody books anew."""
        rules, note = self.rules[unit], self.plan.note(unit, patient)
        closed = {
            "book": "book" not in rules.flows or not rules.new_booking_allowed,
            "invitation": "book" not in rules.flows,
            "rebook": "rebook" not in rules.flows,
        }
        reasons = {"APPOINTMENT_IS_NOT_ALLOWED"} if note.barred or (closed[flow] and flow != "rebook") else set()
        if flow == "rebook" and closed[flow]:
            reasons.add("UPDATE_APPOINTMENT_IS_NOT_ALLOWED")
        if rules.listed_patients_only and not note.listed:
            reasons.add("PATIENT_IS_NOT_LISTED")
        return reasons

    def _against_invitation(self, held: Booking, order: Order) -> set[str]:
        """Rules 62-64."""
        reasons = self._against_actor(order.actor, order.patient, held.unit)
        if not held.is_open and held.is_live:
            reasons |= {"INVITATION_IS_ALREADY_USED", "APPOINTMENT_HAS_A_TIME"}
        if not held.is_live or self._has_expired(held):
            reasons.add("INVITATION_IS_NO_LONGER_OPEN")
        if order.unit not in self.choices(held):
            reasons.add("CARE_UNIT_IS_NOT_A_CHOICE")
        return reasons | self._unwelcome(order.unit, order.patient, "invitation")

    def _over(self, held: Booking) -> set[str]:
        """Rule 73."""
        return set() if held.is_live else {"APPOINTMENT_IS_ALREADY_CANCELED"}

    def _against_cancelling(self, time: Time | None, unit: str) -> set[str]:
        rules = self.rules[unit]
        allowed = "cancel" in rules.flows and rules.cancelling_allowed
        reasons = set() if allowed else {"CANCEL_IS_NOT_ALLOWED"}
        if time is None:
            return reasons | {"INVITATION_HAS_NO_TIME"}
        if time.starts <= self.now or rules.cancelling.too_near(time.starts, self.now):
            reasons.add("TOO_LATE_TO_CANCEL_APPOINTMENT")
        if rules.cancelling.too_far(time.starts, self.now):
            reasons.add("TOO_EARLY_TO_CANCEL_APPOINTMENT")
        return reasons

    def _against_leaving(self, time: Time | None, unit: str) -> set[str]:
        """Rules 65 and 69, of the unit where the booking is."""
        rules = self.rules[unit]
        allowed = "rebook" in rules.flows and rules.rebooking_allowed
        reasons = set() if allowed else {"UPDATE_APPOINTMENT_IS_NOT_ALLOWED"}
        if time is None:
            return reasons | {"INVITATION_HAS_NO_TIME"}
        if time.starts <= self.now or rules.rebooking.too_near(time.starts, self.now):
            reasons.add("TOO_LATE_TO_UPDATE_APPOINTMENT")
        return reasons

    def _against_moment(self, starts: datetime, span: Span, too_near: str, too_far: str) -> set[str]:
        passed = {"REQUESTED_TIME_HAS_ALREADY_PASSED"} if starts <= self.now else set()
        near = {too_near} if span.too_near(starts, self.now) else set()
        return passed | near | ({too_far} if span.too_far(starts, self.now) else set())

    def _not_for(self, patient: str, time: Time) -> set[str]:
        """What holds for this patient and this time, whatever else she has."""
        note = self.plan.note(time.unit, patient)
        reasons = {"TIME_TYPE_IS_NOT_OPEN_TO_PATIENT"} if time.kind in note.barred_kinds else set()
        if self.rules[time.unit].own_performer_only and time.performer not in note.own_performers:
            reasons.add("PERFORMER_IS_NOT_THE_PATIENTS_OWN")
        return reasons

    def _clashes(self, patient: str, time: Time, held: Booking | None) -> set[str]:
        """What else the patient has at the unit (domain.md 2.1); to move a booking is not to have one more."""
        rules = self.rules[time.unit]
        others = [
            booking.time
            for booking in self.live()
            if booking is not held and (booking.patient, booking.unit) == (patient, time.unit) and booking.time
        ]
        reasons = set()
        if not rules.simultaneous_bookings_allowed and any(other.meets(time) for other in others):
            reasons.add("USER_IS_ALREADY_OCCUPIED")
        stays = held is not None and held.time is not None and held.unit == time.unit
        to_come = [other for other in others if other.starts > self.now]
        if rules.most_live_bookings is not None and len(to_come) >= rules.most_live_bookings and not stays:
            reasons.add("TOO_MANY_APPOINTMENTS")
        return reasons

    def _chosen(self, order: Order, held: Booking | None, reasons: set[str], *, leaving: Booking | None) -> Verdict:
        there = [time for time in self.plan.times if time.unit == order.unit]
        if held is not None and held.kind is not None:
            order = replace(order, kind=held.kind)  # rule 49
        meant = [time for time in there if order.is_met_by(time) and self._is_kept_to(held, time)]
        free = [time for time in meant if self.is_free(time, leaving)]
        against = {time: self._not_for(order.patient, time) | self._clashes(order.patient, time, held) for time in free}
        good = [time for time in free if not against[time]]
        if good and not reasons:
            wished = self.time_ids.get(order.booking_id or "")
            times = (wished,) if wished in good else tuple(good)
            return Yes(times=times, text=self.rules[order.unit].text_to_read)
        if not free:
            same_hour = any((time.starts, time.ends) == (order.starts, order.ends) for time in there)
            reasons = reasons | ({"REQUESTED_TIME_IS_ALREADY_RESERVED"} if same_hour else set())
            reasons |= set() if meant else {"REQUESTED_TIME_IS_NO_LONGER_AVAILABLE"}
        return No(reasons=frozenset(reasons.union(*against.values())))

    # What a wish is about.

    def _meant(self, booking_id: str | None) -> Booking | None:
        """Rule 62: an invitation, or a booking; the id of one that was cancelled is an echo, unless it was invited."""
        held = self.find(booking_id)
        return held if held is not None and (held.is_live or held.invited_by is not None) else None

    def _booked_just_now(self, order: Order, held: Booking | None) -> Booking | None:
        """Rule 58."""
        return _first(
            self.schedule_to_come(order.unit, order.patient),
            lambda booking: (
                booking.booked_at is not None
                and booking.booked_at >= self.now - JUST_NOW
                and booking.moved_at is None
                and (held is None or (held is booking and held.invited_by is not None))
                and order.is_met_by(booking.time)
            ),
        )

    def schedule_to_come(self, unit: str, patient: str) -> list[Booking]:
        bookings = [booking for booking in self.live() if (booking.unit, booking.patient) == (unit, patient)]
        return [booking for booking in bookings if booking.time is not None and booking.time.starts >= self.now]

    def moved_just_now(self, held: Booking, order: Order) -> bool:
        """Rule 58, for a rebooking."""
        return (
            held.moved_at is not None
            and held.moved_at >= self.now - JUST_NOW
            and held.is_live
            and held.time is not None
            and held.unit == order.unit
            and replace(order, kind=None).is_met_by(held.time)
        )

    def _is_kept_to(self, held: Booking | None, time: Time) -> bool:
        """Rule 49: the time type of what one has governs, and at its own unit its machine, where the unit says so."""
        if held is None or (held.kind is not None and held.kind != time.kind):
            return held is None
        if held.time is None or held.unit != time.unit:
            return True
        rules = self.rules[time.unit]
        if held.time.performer is None:
            return not rules.rebooking_keeps_resource or held.time.resource == time.resource
        return not rules.rebooking_keeps_performer or held.time.performer == time.performer

    def _has_expired(self, booking: Booking) -> bool:
        return booking.is_open and booking.valid_to is not None and booking.valid_to < self.now.date()


def _first(bookings: Iterable[Booking], is_it: Callable[[Booking], bool]) -> Booking | None:
    return next(filter(is_it, bookings), None)
