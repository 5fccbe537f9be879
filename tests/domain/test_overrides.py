import pytest

from producer.domain import rules
from producer.domain.overrides import FACTS, booking_has_not_begun

ALWAYS = {rules.slot_is_free, rules.time_has_not_passed, rules.booking_is_not_cancelled, rules.booking_has_a_time}
ALWAYS |= {rules.booking_is_the_patients, rules.invitation_is_not_used}


@pytest.mark.parametrize("every", FACTS)
def test_a_reason_passes_over_rules_but_not_over_what_is_so(every) -> None:
    """Rules 57, 60, 62, 65 and 73: what a slot, a booking or an invitation is does not depend on anybody's reason."""
    kept = set(FACTS[every])
    assert kept - {booking_has_not_begun} <= set(every)
    assert ALWAYS & set(every) - kept <= ({rules.booking_is_the_patients} if every is rules.TO_BOOK else set())


def test_every_act_says_what_holds_always() -> None:
    acts = {rules.TO_BE_HEARD, rules.TO_BOOK, rules.TO_USE_INVITATION, rules.TO_REBOOK, rules.TO_CANCEL}
    assert set(FACTS) == acts
