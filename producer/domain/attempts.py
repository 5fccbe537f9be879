"""One wish to act, and how it meets the rules."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from producer.domain.booking_rules import BookingRules
from producer.domain.model import Actor, Booking, CareUnit, Slot, Standing
from producer.domain.refusals import Refusal, Refused


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One wish to act, with all that the rules need to know; what an act does not concern is left out.

    `held` and `held_unit` are the booking or invitation one comes with, `slot` and `unit` what one wants;
    `held_starts` alone asks what would hold for a time that is not booked yet.
    """

    now: datetime
    actor: Actor
    patient: str
    unit: CareUnit
    held: Booking | None = None
    held_unit: CareUnit | None = None
    held_starts: datetime | None = None
    starts: datetime | None = None
    slot: Slot | None = None
    slot_is_missing: Refusal = Refusal.REQUESTED_TIME_IS_NO_LONGER_AVAILABLE
    standing: Standing = Standing()
    others: tuple[Booking, ...] = ()
    choices: frozenset[int] = frozenset()

    @property
    def rules(self) -> BookingRules:
        """The rules of the unit where one wants to be."""
        return self.unit.rules

    @property
    def held_rules(self) -> BookingRules:
        """The rules of the unit where the booking is."""
        return (self.held_unit or self.unit).rules

    @property
    def leaves_at(self) -> datetime | None:
        return self.held.starts if self.held else self.held_starts


Rule = Callable[[Attempt], Refusal | None]


def first_refusal(rules: Iterable[Rule], attempt: Attempt) -> Refusal | None:
    """The first rule that says no, or silence."""
    return next(filter(None, (rule(attempt) for rule in rules)), None)


def enforce(rules: Iterable[Rule], attempt: Attempt) -> None:
    """Let the attempt through, or raise Refused."""
    if refusal := first_refusal(rules, attempt):
        raise Refused(refusal)


def allows(rules: Iterable[Rule], attempt: Attempt) -> bool:
    return first_refusal(rules, attempt) is None
