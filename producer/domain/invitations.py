"""What has become of an invitation."""

from datetime import datetime
from enum import StrEnum

from producer.domain.model import Booking, BookingState
from producer.domain.rules import invitation_has_expired


class Outcome(StrEnum):
    """An invitation waits for its patient to book it or to come, until it is one of the others."""

    WAITING = "waiting"
    BOOKED = "booked"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def outcome_of(invitation: Booking, now: datetime) -> Outcome:
    """Booked is an open one that got its time, and a timed one that was moved (rule 67)."""
    if invitation.state is BookingState.CANCELLED:
        return Outcome.CANCELLED
    if invitation.state is BookingState.WITHDRAWN:
        return Outcome.WITHDRAWN
    if not invitation.is_invitation:
        return Outcome.BOOKED
    if invitation.starts is None:
        return Outcome.EXPIRED if invitation_has_expired(invitation, now.date()) else Outcome.WAITING
    return Outcome.WAITING if invitation.starts > now else Outcome.EXPIRED
