"""Every refusal, provoked through SOAP: ERROR with exactly its sentence, its code in the log, and nothing changed."""

import logging
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from producer.domain.booking_rules import Window
from producer.domain.refusals import Refusal
from rules.world import (
    ANNA,
    ANYBODY,
    BO,
    EKEN,
    GUNILLA,
    IDA,
    INVITED,
    INVITED_AT_EKEN,
    LISTED,
    LUGNET,
    NOT_FOR_TALKS,
    SOMEBODY,
    VAST,
    World,
)

TUESDAY, WEDNESDAY, LAST = "20261124080000", "20261125080000", "20261211080000"
Act = Callable[[], Any]
DAY = timedelta(days=1)


def taken(world: World) -> Act:
    slot = world.agent(ANYBODY).time(EKEN, TUESDAY)
    world.patient(SOMEBODY).book(slot)
    return lambda: world.patient(GUNILLA).make(slot)


def passed(world: World) -> Act:
    slot = world.agent(ANYBODY).time(EKEN, TUESDAY)
    world.now = datetime(2026, 11, 24, 8, 0)
    return lambda: world.patient(GUNILLA).make(slot)


def never_offered(world: World) -> Act:
    slot = world.agent(ANYBODY).time(EKEN, TUESDAY)
    return lambda: world.patient(GUNILLA).make(slot, startTimeInclusive="20261124080100")


def impossible(world: World) -> Act:
    slot = world.agent(ANYBODY).time(EKEN, TUESDAY)
    return lambda: world.patient(GUNILLA).make(slot, startTimeInclusive="20261131080000")


def making(patient: str = GUNILLA, at: str = TUESDAY, unit: str = EKEN, **rules: Any) -> Callable[[World], Act]:
    """To book at a unit whose rules are these."""

    def prepared(world: World) -> Act:
        slot = world.agent(ANYBODY).time(unit, at)
        world.set_rules(unit, **rules)
        return lambda: world.patient(patient).make(slot)

    return prepared


def moving(to: str = TUESDAY, **rules: Any) -> Callable[[World], Act]:
    """To move Gunilla's booking of Monday in a week, at a unit whose rules are these."""

    def prepared(world: World) -> Act:
        slot = world.agent(ANYBODY).time(EKEN, to)
        world.set_rules(EKEN, **rules)
        return lambda: world.patient(GUNILLA).update("BOKAD-1", slot)

    return prepared


def cancelling(booking: str = "BOKAD-1", **rules: Any) -> Callable[[World], Act]:
    """To cancel Gunilla's booking of Monday in a week, at a unit whose rules are these."""

    def prepared(world: World) -> Act:
        world.set_rules(EKEN, **rules)
        return lambda: world.patient(GUNILLA).cancel(EKEN, booking)

    return prepared


def occupied(world: World) -> Act:
    patient = world.patient(GUNILLA)
    patient.book(patient.time(EKEN, WEDNESDAY, timeTypeID="NYBESOK", performer=(ANNA,)))
    other = patient.time(EKEN, WEDNESDAY, timeTypeID="NYBESOK", performer=(BO,))
    return lambda: patient.make(other)


def barred_type(world: World) -> Act:
    talk = world.agent(ANYBODY).time(EKEN, "20261124090000", timeTypeID="SAMTAL")
    return lambda: world.patient(NOT_FOR_TALKS).make(talk)


def not_ones_own(world: World) -> Act:
    with_filip = world.agent(LISTED).time(LUGNET, "20261124090000")
    return lambda: world.patient(LISTED).make(with_filip)


def not_the_patient(world: World) -> Act:
    return lambda: world.relative(GUNILLA, actor=IDA).cancel(EKEN, "BOKAD-1")


def unknown_unit(world: World) -> Act:
    slot = world.agent(ANYBODY).time(EKEN, TUESDAY)
    return lambda: world.patient(GUNILLA).make(slot, healthcare_facility="SE2321000016-NONE")


def no_choice(world: World) -> Act:
    slot = world.agent(ANYBODY).time(EKEN, TUESDAY)
    return lambda: world.patient(INVITED).make(slot, bookingId="KALLAD-OPPEN-1")


def used_invitation(world: World) -> Act:
    patient = world.patient(INVITED)
    patient.book(patient.time(VAST, TUESDAY, bookingId="KALLAD-OPPEN-1"), bookingId="KALLAD-OPPEN-1")
    other = world.agent(INVITED).time(VAST, WEDNESDAY)
    return lambda: patient.make(other, bookingId="KALLAD-OPPEN-1")


def expired_invitation(world: World) -> Act:
    world.now = datetime(2026, 12, 5, 8, 0)
    slot = world.agent(INVITED_AT_EKEN).time(EKEN, LAST)
    return lambda: world.patient(INVITED_AT_EKEN).make(slot, bookingId="KALLAD-OPPEN-2")


def without_time(world: World) -> Act:
    return lambda: world.patient(INVITED_AT_EKEN).cancel(EKEN, "KALLAD-OPPEN-2")


def booked_already(world: World) -> Act:
    slot = world.agent(ANYBODY).time(EKEN, TUESDAY)
    return lambda: world.patient(GUNILLA).make(slot, bookingId="BOKAD-1")


def cancelled_already(world: World) -> Act:
    world.patient(GUNILLA).cancel(EKEN, "BOKAD-1")
    return lambda: world.patient(GUNILLA).cancel(EKEN, "BOKAD-1")


def moved_already(world: World) -> Act:
    world.set_rules(EKEN, rebooking_changes_id=True)
    patient = world.patient(GUNILLA)
    patient.update("BOKAD-1", patient.time(EKEN, TUESDAY, bookingId="BOKAD-1"))
    slot = patient.time(EKEN, WEDNESDAY)
    return lambda: patient.update("BOKAD-1", slot)


PROVOKED: Mapping[Refusal, Callable[[World], Act]] = MappingProxyType(
    {
        Refusal.REQUESTED_TIME_IS_ALREADY_RESERVED: taken,
        Refusal.REQUESTED_TIME_HAS_ALREADY_PASSED: passed,
        Refusal.REQUESTED_TIME_IS_NO_LONGER_AVAILABLE: never_offered,
        Refusal.REQUESTED_TIME_IS_IMPOSSIBLE: impossible,
        Refusal.TOO_LATE_TO_MAKE_APPOINTMENT: making(booking_window=Window(notice=2 * DAY)),
        Refusal.TOO_EARLY_TO_MAKE_APPOINTMENT: making(at=LAST, booking_window=Window(horizon=2 * DAY)),
        Refusal.USER_IS_ALREADY_OCCUPIED: occupied,
        Refusal.TOO_MANY_APPOINTMENTS: making(most_live_bookings=1),
        Refusal.APPOINTMENT_IS_NOT_ALLOWED: making(new_booking_allowed=False),
        Refusal.TIME_TYPE_IS_NOT_OPEN_TO_PATIENT: barred_type,
        Refusal.PATIENT_IS_NOT_LISTED: making(unit=LUGNET, at="20261124090000"),
        Refusal.PERFORMER_IS_NOT_THE_PATIENTS_OWN: not_ones_own,
        Refusal.IDENTITY_IS_NOT_ACCEPTED: making(patient="991981000010", reserve_ids_accepted=False),
        Refusal.ACTOR_IS_NOT_THE_PATIENT: not_the_patient,
        Refusal.CARE_UNIT_IS_UNKNOWN: unknown_unit,
        Refusal.CARE_UNIT_IS_NOT_A_CHOICE: no_choice,
        Refusal.INVITATION_IS_ALREADY_USED: used_invitation,
        Refusal.INVITATION_IS_NO_LONGER_OPEN: expired_invitation,
        Refusal.INVITATION_HAS_NO_TIME: without_time,
        Refusal.APPOINTMENT_HAS_A_TIME: booked_already,
        Refusal.APPOINTMENT_DOES_NOT_EXIST: cancelling("NONE"),
        Refusal.APPOINTMENT_IS_ALREADY_CANCELED: cancelled_already,
        Refusal.APPOINTMENT_IS_ALREADY_UPDATED: moved_already,
        Refusal.UPDATE_APPOINTMENT_IS_NOT_ALLOWED: moving(rebooking_allowed=False),
        Refusal.TOO_LATE_TO_UPDATE_APPOINTMENT: moving(to=LAST, rebooking_window=Window(notice=8 * DAY)),
        Refusal.REQUESTED_TIME_IS_TOO_SOON_TO_UPDATE: moving(rebooking_window=Window(notice=2 * DAY)),
        Refusal.REQUESTED_TIME_IS_TOO_FAR_TO_UPDATE: moving(to=LAST, rebooking_window=Window(horizon=8 * DAY)),
        Refusal.CANCEL_IS_NOT_ALLOWED: cancelling(cancelling_allowed=False),
        Refusal.TOO_LATE_TO_CANCEL_APPOINTMENT: cancelling(cancelling_window=Window(notice=8 * DAY)),
        Refusal.TOO_EARLY_TO_CANCEL_APPOINTMENT: cancelling(cancelling_window=Window(horizon=2 * DAY)),
    }
)


def test_no_refusal_is_left_out() -> None:
    """Rule 54: the list is closed, and each of it can happen."""
    assert set(PROVOKED) == set(Refusal)


@pytest.mark.parametrize("refusal", PROVOKED, ids=lambda refusal: refusal.name)
def test_a_refusal_is_an_error_with_its_sentence_and_changes_nothing(
    world: World, refusal: Refusal, caplog: pytest.LogCaptureFixture
) -> None:
    """Rules 54, 56 and 66: what was booked and what was free is as before."""
    caplog.set_level(logging.INFO, "producer.calls")
    act = PROVOKED[refusal](world)
    before = world.dump(), *seen(world)
    caplog.clear()
    answer = act()
    (call,) = [record.call for record in caplog.records if hasattr(record, "call")]
    assert (answer.resultCode, answer.resultText) == ("ERROR", refusal.value)
    assert getattr(answer, "bookingId", None) is None
    assert (call["result"], call["refusal"]) == ("ERROR", refusal.name)
    assert (world.dump(), *seen(world)) == before


def seen(world: World) -> tuple[Any, ...]:
    """What the people of these tests see: their bookings, and the free times of the units."""
    people = (GUNILLA, SOMEBODY, INVITED, INVITED_AT_EKEN, LISTED)
    booked = [world.patient(one).schedule(unit) for one in people for unit in (EKEN, VAST, LUGNET)]
    return booked, [world.agent(ANYBODY).times(unit) for unit in (EKEN, VAST, LUGNET)]


def test_each_refusal_has_a_sentence_of_its_own_that_a_resident_understands() -> None:
    """Rule 54: Swedish, whole sentences, no code, no jargon."""
    sentences = [refusal.value for refusal in Refusal]
    assert len(set(sentences)) == len(sentences)
    for sentence in sentences:
        assert re.fullmatch(r"([A-ZÅÄÖ][a-zåäö0-9, ]+\.)( [A-ZÅÄÖ][a-zåäö ]+\.)*", sentence), sentence
        assert not re.search(r"(?i)slot|\bid\b|hsa|fel\b|error|null|timeslot|status", sentence)


def _slot(world: World) -> Any:
    return world.agent(ANYBODY).time(EKEN, TUESDAY)


def _moving(world: World, **changes: Any) -> Act:
    slot = _slot(world)
    return lambda: world.patient(GUNILLA).update("BOKAD-1", slot, **changes)


def _moving_to_taken(world: World) -> Act:
    slot = _slot(world)
    world.patient(SOMEBODY).book(slot)
    return lambda: world.patient(GUNILLA).update("BOKAD-1", slot)


def _invited_with_too_many(world: World) -> Act:
    patient = world.patient(INVITED_AT_EKEN)
    patient.book(patient.time(EKEN, WEDNESDAY))
    world.set_rules(EKEN, most_live_bookings=1)
    slot = world.agent(ANYBODY).time(EKEN, TUESDAY)
    return lambda: patient.make(slot, bookingId="KALLAD-OPPEN-2")


# A resident may be refused for the same reason on different ways; what is said on each is said for that way.
OTHER_WAYS: list[tuple[Refusal, Callable[[World], Act]]] = [
    (Refusal.REQUESTED_TIME_IS_ALREADY_RESERVED, _moving_to_taken),
    (Refusal.REQUESTED_TIME_IS_IMPOSSIBLE, lambda w: _moving(w, endTimeExclusive="20260231083000")),
    (Refusal.REQUESTED_TIME_IS_NO_LONGER_AVAILABLE, lambda w: _moving(w, endTimeExclusive="20261124090000")),
    (Refusal.CARE_UNIT_IS_UNKNOWN, lambda w: _moving(w, healthcare_facility="SE2321000016-NONE")),
    (Refusal.APPOINTMENT_DOES_NOT_EXIST, lambda w: _moving(w, bookingId="NONE")),
    (Refusal.APPOINTMENT_DOES_NOT_EXIST, lambda w: lambda: w.patient(IDA).cancel(EKEN, "BOKAD-3")),
    (Refusal.INVITATION_HAS_NO_TIME, lambda w: lambda: w.patient(INVITED_AT_EKEN).update("KALLAD-OPPEN-2", _slot(w))),
    (Refusal.ACTOR_IS_NOT_THE_PATIENT, lambda w: lambda: w.relative(GUNILLA, actor=IDA).make(_slot(w))),
    (Refusal.ACTOR_IS_NOT_THE_PATIENT, lambda w: lambda: w.relative(GUNILLA, actor=IDA).update("BOKAD-1", _slot(w))),
    (Refusal.IDENTITY_IS_NOT_ACCEPTED, making(patient="191212121212", test_identities_only=True)),
    (Refusal.APPOINTMENT_IS_NOT_ALLOWED, making(patient="201501012395")),
    (Refusal.TOO_MANY_APPOINTMENTS, _invited_with_too_many),
]


@pytest.mark.parametrize(("refusal", "prepare"), OTHER_WAYS)
def test_a_refusal_is_the_same_on_every_way_to_it(
    world: World, refusal: Refusal, prepare: Callable[[World], Act]
) -> None:
    """Rules 54 and 66."""
    act = prepare(world)
    before = world.dump()
    answer = act()
    assert (answer.resultCode, answer.resultText) == ("ERROR", refusal.value)
    assert world.dump() == before
