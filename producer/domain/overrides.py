"""What holds even when staff have a reason to pass over what their unit lets residents do online."""

from collections.abc import Mapping

from producer.domain.attempts import Attempt, Rule
from producer.domain.refusals import Refusal
from producer.domain.rules import (
    TO_BE_HEARD,
    TO_BOOK,
    TO_CANCEL,
    TO_REBOOK,
    TO_USE_INVITATION,
    booking_has_a_time,
    booking_is_not_cancelled,
    booking_is_the_patients,
    invitation_is_not_used,
    invitation_is_still_open,
    slot_is_free,
    time_has_not_passed,
)


def booking_has_not_begun(attempt: Attempt) -> Refusal | None:
    """What has been is neither moved nor cancelled afterwards."""
    begun = attempt.leaves_at is not None and attempt.leaves_at <= attempt.now
    return Refusal.REQUESTED_TIME_HAS_ALREADY_PASSED if begun else None


_TIME = (time_has_not_passed, slot_is_free)
_HELD = (booking_is_the_patients, booking_is_not_cancelled, booking_has_a_time, booking_has_not_begun)

# The facts behind each set of rules: the rest is what the unit has decided about residents.
FACTS: Mapping[tuple[Rule, ...], tuple[Rule, ...]] = {
    TO_BE_HEARD: (booking_is_the_patients,),
    TO_BOOK: _TIME,
    TO_USE_INVITATION: (booking_is_the_patients, invitation_is_not_used, invitation_is_still_open, *_TIME),
    TO_REBOOK: (*_HELD, *_TIME),
    TO_CANCEL: _HELD,
}
