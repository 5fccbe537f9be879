"""What one care unit lets its patients do online: the settings that staff change and every answer obeys."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Flow(StrEnum):
    """The four flows a unit can have on at 1177 (domain.md chapter 0)."""

    BOOK = "book"
    SEE = "see"
    REBOOK = "rebook"
    CANCEL = "cancel"


class Lookup(StrEnum):
    """The optional questions a unit can answer besides those its flows require."""

    CARE_TYPES = "care_types"
    PERFORMERS = "performers"
    UNITS = "units"


class CancelledInvitation(StrEnum):
    """What a timed invitation becomes when the patient cancels it (rule 72)."""

    NOTHING = "nothing"
    OPEN_INVITATION = "open_invitation"


LONGEST = timedelta(days=3660)


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """How near and how far ahead an act is possible: `notice` at least, `horizon` at most."""

    notice: timedelta = timedelta(0)
    horizon: timedelta | None = None

    def opens(self, now: datetime) -> datetime:
        return now + self.notice

    def closes(self, now: datetime) -> datetime:
        return datetime.max if self.horizon is None else now + self.horizon

    @property
    def is_possible(self) -> bool:
        longest = self.notice if self.horizon is None else self.horizon
        return timedelta(0) <= self.notice <= longest <= LONGEST


ALL_FLOWS = frozenset(Flow)
USUAL_LOOKUPS = frozenset({Lookup.PERFORMERS, Lookup.UNITS})


@dataclass(frozen=True, kw_only=True, slots=True)
class BookingRules:
    """The rules of one care unit; the defaults are a unit that allows everything."""

    flows: frozenset[Flow] = ALL_FLOWS
    lookups: frozenset[Lookup] = USUAL_LOOKUPS

    new_booking_allowed: bool = True
    rebooking_allowed: bool = True
    cancelling_allowed: bool = True
    message_allowed: bool = True

    booking_window: Window = Window()
    rebooking_window: Window = Window()
    cancelling_window: Window = Window()

    other_unit_allowed: bool = True
    rebooking_keeps_resource: bool = True
    rebooking_keeps_performer: bool = False
    rebooking_changes_id: bool = False

    most_live_bookings: int | None = None
    simultaneous_bookings_allowed: bool = False
    listed_patients_only: bool = False
    own_performer_only: bool = False
    test_identities_only: bool = False
    reserve_ids_accepted: bool = True
    guardians_may_act: bool = False

    cancelled_invitation_becomes: CancelledInvitation = CancelledInvitation.NOTHING
    text_to_read: str | None = None
    past_bookings_shown: bool = False

    actor_required: bool = True
    empty_elements_accepted: bool = True


def contradictions(rules: BookingRules) -> tuple[str, ...]:
    """Why these rules cannot stand together, one English sentence each; empty when they can."""
    return tuple(sentence for is_broken, sentence in _contradictions(rules) if is_broken)


def _contradictions(r: BookingRules) -> tuple[tuple[bool, str], ...]:
    return (
        (Flow.REBOOK in r.flows and Flow.SEE not in r.flows, "the flow rebook needs the flow see"),
        (Flow.CANCEL in r.flows and Flow.SEE not in r.flows, "the flow cancel needs the flow see"),
        (Lookup.CARE_TYPES in r.lookups and Flow.BOOK not in r.flows, "the lookup care_types needs the flow book"),
        (r.own_performer_only and not r.listed_patients_only, "own_performer_only needs listed_patients_only"),
        (r.most_live_bookings is not None and r.most_live_bookings < 1, "most_live_bookings is less than 1"),
        (r.text_to_read is not None and not r.text_to_read.strip(), "text_to_read is empty"),
        (
            not r.booking_window.is_possible,
            "the horizon of booking is shorter than its notice, negative or over ten years",
        ),
        (
            not r.rebooking_window.is_possible,
            "the horizon of rebooking is shorter than its notice, negative or over ten years",
        ),
        (
            not r.cancelling_window.is_possible,
            "the horizon of cancelling is shorter than its notice, negative or over ten years",
        ),
    )
