"""The rules to book, rebook and cancel, as sentences about values."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer.domain.attempts import Attempt, Rule, enforce, first_refusal
from producer.domain.booking_rules import BookingRules, Flow, Lookup, Window, contradictions
from producer.domain.model import (
    Actor,
    ActorType,
    Booking,
    BookingState,
    CareUnit,
    Offer,
    Performer,
    Slot,
    Standing,
    TimeType,
)
from producer.domain.refusals import Refusal, Refused
from producer.domain.rules import MAY_CANCEL, MAY_REBOOK, TO_BOOK, TO_CANCEL, TO_REBOOK, TO_USE_INVITATION

NOW = datetime(2026, 11, 23, 8, 0)
LATER = NOW + timedelta(days=7)
PATIENT, OTHER = "197001239297", "198101079294"
PERFORMER = Performer(id=1, hsa_id="SE2321000016-DEMOP1", first_name="Test", last_name="Testsson")
TYPE = TimeType(id=1, code="T1", name="Besök")


def unit(**rules: Any) -> CareUnit:
    return CareUnit(id=1, hsa_id="SE2321000016-DEMO1", name="Mottagning", county="Län", rules=BookingRules(**rules))


def slot(starts: datetime = LATER, **changes: Any) -> Slot:
    whole = {
        "id": 1,
        "public_id": "s1",
        "unit_id": 1,
        "starts": starts,
        "ends": starts + timedelta(minutes=30),
        "offer": Offer(time_type=TYPE, performer=PERFORMER),
    }
    return Slot(**{**whole, **changes})


def booking(starts: datetime | None = LATER, **changes: Any) -> Booking:
    whole = {
        "id": 1,
        "public_id": "b1",
        "unit_id": 1,
        "unit_hsa_id": "SE2321000016-DEMO1",
        "unit_name": "Mottagning",
        "patient": PATIENT,
        "starts": starts,
        "ends": starts and starts + timedelta(minutes=30),
        "time_type": TYPE,
        "made_at": NOW,
        "changed_at": NOW,
    }
    return Booking(**{**whole, **changes})


def wish(care_unit: CareUnit | None = None, **changes: Any) -> Attempt:
    """A patient's wish for a free time, in order until a test changes something."""
    whole = {
        "now": NOW,
        "actor": Actor(type=ActorType.PATIENT, id=PATIENT),
        "patient": PATIENT,
        "unit": care_unit or unit(),
        "starts": LATER,
        "slot": slot(),
        "choices": frozenset({1}),
    }
    return Attempt(**{**whole, **changes})


def held(care_unit: CareUnit | None = None, **changes: Any) -> Attempt:
    return wish(care_unit, **{"held": booking(), "held_unit": care_unit or unit(), **changes})


INVITATION = booking(None, is_invitation=True, invited_by_unit_id=1)


def test_a_wish_that_breaks_no_rule_is_granted() -> None:
    assert first_refusal(TO_BOOK, wish()) is None
    assert first_refusal(TO_REBOOK, held(slot=slot(LATER + timedelta(days=1)))) is None
    assert first_refusal(TO_CANCEL, held()) is None
    assert first_refusal(TO_USE_INVITATION, held(held=INVITATION)) is None


def test_enforcing_a_broken_rule_raises_its_refusal() -> None:
    with pytest.raises(Refused) as refused:
        enforce(TO_BOOK, wish(slot=None))
    assert refused.value.refusal is Refusal.REQUESTED_TIME_IS_NO_LONGER_AVAILABLE


REFUSED: list[tuple[str, tuple[Rule, ...], Attempt, Refusal]] = [
    ("rule 22: another actor", TO_BOOK, wish(actor=Actor(type=ActorType.PATIENT, id=OTHER)), Refusal.ACTOR_IS_NOT_THE_PATIENT),
    ("rule 22: another actor", TO_CANCEL, held(actor=Actor(type=ActorType.PATIENT, id=OTHER)), Refusal.ACTOR_IS_NOT_THE_PATIENT),
    ("rule 37: no reserve ids", TO_BOOK, wish(unit(reserve_ids_accepted=False), patient="991981000010", actor=Actor(type=ActorType.AGENT)), Refusal.IDENTITY_IS_NOT_ACCEPTED),
    ("rule 98: test identities only", TO_BOOK, wish(unit(test_identities_only=True), patient="191212121212", actor=Actor(type=ActorType.AGENT)), Refusal.IDENTITY_IS_NOT_ACCEPTED),
    ("no new bookings", TO_BOOK, wish(unit(new_booking_allowed=False)), Refusal.APPOINTMENT_IS_NOT_ALLOWED),
    ("flow book off", TO_BOOK, wish(unit(flows=frozenset({Flow.SEE}))), Refusal.APPOINTMENT_IS_NOT_ALLOWED),
    ("barred entirely", TO_BOOK, wish(standing=Standing(barred_entirely=True)), Refusal.APPOINTMENT_IS_NOT_ALLOWED),
    ("not listed", TO_BOOK, wish(unit(listed_patients_only=True)), Refusal.PATIENT_IS_NOT_LISTED),
    ("rule 60: passed", TO_BOOK, wish(starts=NOW), Refusal.REQUESTED_TIME_HAS_ALREADY_PASSED),
    ("shortest notice", TO_BOOK, wish(unit(booking_window=Window(notice=timedelta(days=8)))), Refusal.TOO_LATE_TO_MAKE_APPOINTMENT),
    ("longest horizon", TO_BOOK, wish(unit(booking_window=Window(horizon=timedelta(days=6)))), Refusal.TOO_EARLY_TO_MAKE_APPOINTMENT),
    ("rule 57: taken", TO_BOOK, wish(slot=None, slot_is_missing=Refusal.REQUESTED_TIME_IS_ALREADY_RESERVED), Refusal.REQUESTED_TIME_IS_ALREADY_RESERVED),
    ("time type barred", TO_BOOK, wish(standing=Standing(barred_time_type_ids=frozenset({1}))), Refusal.TIME_TYPE_IS_NOT_OPEN_TO_PATIENT),
    ("own performer only", TO_BOOK, wish(unit(listed_patients_only=True, own_performer_only=True), standing=Standing(listed=True)), Refusal.PERFORMER_IS_NOT_THE_PATIENTS_OWN),
    ("occupied", TO_BOOK, wish(others=(booking(LATER + timedelta(minutes=15), id=2),)), Refusal.USER_IS_ALREADY_OCCUPIED),
    ("too many", TO_BOOK, wish(unit(most_live_bookings=1), others=(booking(LATER + timedelta(days=1), id=2),)), Refusal.TOO_MANY_APPOINTMENTS),
    ("rule 63: used", TO_USE_INVITATION, held(held=booking(invited_by_unit_id=1)), Refusal.INVITATION_IS_ALREADY_USED),
    ("rule 62: timed booking", TO_USE_INVITATION, held(held=booking()), Refusal.APPOINTMENT_HAS_A_TIME),
    ("expired", TO_USE_INVITATION, held(held=replace(INVITATION, invitation_valid_to=NOW.date() - timedelta(days=1))), Refusal.INVITATION_IS_NO_LONGER_OPEN),
    ("withdrawn", TO_USE_INVITATION, held(held=replace(INVITATION, state=BookingState.WITHDRAWN)), Refusal.INVITATION_IS_NO_LONGER_OPEN),
    ("rule 64: not a choice", TO_USE_INVITATION, held(held=INVITATION, choices=frozenset()), Refusal.CARE_UNIT_IS_NOT_A_CHOICE),
    ("another's invitation", TO_USE_INVITATION, held(held=replace(INVITATION, patient=OTHER)), Refusal.APPOINTMENT_DOES_NOT_EXIST),
    ("rule 64: not a choice", TO_REBOOK, held(choices=frozenset()), Refusal.CARE_UNIT_IS_NOT_A_CHOICE),
    ("rule 65: open invitation", TO_REBOOK, held(held=INVITATION), Refusal.INVITATION_HAS_NO_TIME),
    ("rule 69: not allowed", TO_REBOOK, held(unit(rebooking_allowed=False)), Refusal.UPDATE_APPOINTMENT_IS_NOT_ALLOWED),
    ("too late to leave", TO_REBOOK, held(unit(rebooking_window=Window(notice=timedelta(days=8)))), Refusal.TOO_LATE_TO_UPDATE_APPOINTMENT),
    ("has begun", TO_REBOOK, held(held=booking(NOW)), Refusal.TOO_LATE_TO_UPDATE_APPOINTMENT),
    ("new time too soon", TO_REBOOK, held(unit(rebooking_window=Window(notice=timedelta(days=1))), starts=NOW + timedelta(hours=1)), Refusal.REQUESTED_TIME_IS_TOO_SOON_TO_UPDATE),
    ("new time too far", TO_REBOOK, held(unit(rebooking_window=Window(horizon=timedelta(days=1)))), Refusal.REQUESTED_TIME_IS_TOO_FAR_TO_UPDATE),
    ("rule 73: cancelled", TO_REBOOK, held(held=booking(state=BookingState.CANCELLED)), Refusal.APPOINTMENT_IS_ALREADY_CANCELED),
    ("rule 73: cancelled", TO_CANCEL, held(held=booking(state=BookingState.CANCELLED)), Refusal.APPOINTMENT_IS_ALREADY_CANCELED),
    ("rule 69: not allowed", TO_CANCEL, held(unit(cancelling_allowed=False)), Refusal.CANCEL_IS_NOT_ALLOWED),
    ("too late", TO_CANCEL, held(unit(cancelling_window=Window(notice=timedelta(days=8)))), Refusal.TOO_LATE_TO_CANCEL_APPOINTMENT),
    ("too early", TO_CANCEL, held(unit(cancelling_window=Window(horizon=timedelta(days=1)))), Refusal.TOO_EARLY_TO_CANCEL_APPOINTMENT),
    ("has begun", TO_CANCEL, held(held=booking(NOW)), Refusal.TOO_LATE_TO_CANCEL_APPOINTMENT),
]  # fmt: skip


@pytest.mark.parametrize(("why", "rules", "attempt", "refusal"), REFUSED, ids=lambda value: str(value)[:30])
def test_what_breaks_one_rule_gets_that_rules_refusal(
    why: str, rules: tuple[Rule, ...], attempt: Attempt, refusal: Refusal
) -> None:
    """Rules 22, 37, 57, 60, 62-65, 69, 73 and 98, and what a unit sets itself."""
    assert first_refusal(rules, attempt) is refusal


def test_a_guardian_may_act_where_the_unit_lets_guardians() -> None:
    """Rule 22."""
    actor = Actor(type=ActorType.PATIENT, id=OTHER)
    assert first_refusal(TO_BOOK, wish(unit(guardians_may_act=True), actor=actor)) is None


def test_neighbouring_times_do_not_collide() -> None:
    """Rule 35: the end is not included."""
    before = booking(LATER - timedelta(minutes=30), id=2)
    after = booking(LATER + timedelta(minutes=30), id=3)
    assert first_refusal(TO_BOOK, wish(others=(before, after))) is None


def test_the_booking_one_moves_is_not_in_its_own_way() -> None:
    """Rule 66."""
    attempt = held(unit(most_live_bookings=1), others=(booking(),), slot=slot(LATER + timedelta(minutes=15)))
    assert first_refusal(TO_REBOOK, attempt) is None


@given(notice=st.integers(0, 2000), ahead=st.integers(1, 2000))
def test_notice_counts_to_the_minute(notice: int, ahead: int) -> None:
    """A time is too late exactly when less than the notice remains."""
    care_unit = unit(booking_window=Window(notice=timedelta(minutes=notice)))
    starts = NOW + timedelta(minutes=ahead)
    refusal = first_refusal(TO_BOOK, wish(care_unit, starts=starts, slot=slot(starts)))
    assert (refusal is Refusal.TOO_LATE_TO_MAKE_APPOINTMENT) == (ahead < notice)


def test_every_refusal_is_a_sentence_for_residents() -> None:
    """Rule 54: Swedish, not empty, and no two alike."""
    sentences = [refusal.value for refusal in Refusal]
    assert len(set(sentences)) == len(sentences)
    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in sentences)


def test_the_flags_are_the_beginning_of_the_acts_themselves() -> None:
    """Rule 69: a flag asks rules that the act then enforces, never others."""
    assert set(MAY_CANCEL) <= set(TO_CANCEL)
    assert set(MAY_REBOOK) <= set(TO_REBOOK)


@pytest.mark.parametrize(
    "rules",
    [
        BookingRules(flows=frozenset({Flow.REBOOK})),
        BookingRules(flows=frozenset({Flow.CANCEL})),
        BookingRules(flows=frozenset({Flow.SEE}), lookups=frozenset({Lookup.CARE_TYPES})),
        BookingRules(own_performer_only=True),
        BookingRules(most_live_bookings=0),
        BookingRules(text_to_read=" "),
        BookingRules(booking_window=Window(notice=timedelta(minutes=-1))),
        BookingRules(cancelling_window=Window(notice=timedelta(days=2), horizon=timedelta(days=1))),
        BookingRules(rebooking_window=Window(horizon=timedelta(days=100_000))),
    ],
)
def test_rules_that_contradict_each_other_are_named(rules: BookingRules) -> None:
    """Rule 100 and domain.md chapter 0: rebooking and cancelling need seeing."""
    assert len(contradictions(rules)) == 1


def test_the_usual_rules_do_not_contradict_each_other() -> None:
    assert contradictions(BookingRules()) == ()
