"""A reserve id has no post, until staff know who it is (rule 92)."""

import pytest
from rules.world import ANYBODY, EKEN, GUNILLA, IDA
from staff.test_bookings_acts import seen, trail
from staff.world import text_of

from index import hands as do
from index.world import IndexWorld
from producer.store.access_log import accesses

RESERVE, OTHER_RESERVE = "991981000010", "20000101T238"


def identity(booking_id: str) -> str:
    return f"/staff/{EKEN}/bookings/{booking_id}/identity"


@pytest.mark.parametrize("reserve_id", [RESERVE, OTHER_RESERVE])
def test_a_booking_on_a_reserve_id_is_not_told(world: IndexWorld, reserve_id: str) -> None:
    """Rule 92."""
    by_resident = do.make(world, patient=reserve_id)
    do.book_by_staff(world, reserve_id)
    assert world.patient(reserve_id).cancel(EKEN, by_resident).resultCode == "OK"
    assert world.told() == []
    world.check()


def test_when_the_reserve_id_is_replaced_all_that_is_ahead_is_told(world: IndexWorld) -> None:
    """Rules 86 and 92: the one patient of the unit gets the posts, and sees her times."""
    soon, later = do.make(world, "20261123080000", patient=RESERVE), do.make(world, "20261125080000", patient=RESERVE)
    ended, others = do.make(world, "20261126080000", patient=RESERVE), do.make(world, patient=OTHER_RESERVE)
    world.patient(RESERVE).cancel(EKEN, ended)
    world.later(hours=2)
    also = do.make(world, "20261127080000", patient=RESERVE)
    erik = world.browser("erik")
    assert identity(later) in erik.get(f"/staff/{EKEN}/bookings/{later}").text
    page = text_of(erik.page(identity(later)))
    assert "991981000010"[:8] in page
    answer = erik.post(identity(later), seen=seen(erik, identity(later)), patient="000101-2384")
    assert answer.status_code == 302, answer.text
    assert world.told() == [f"+ {later} at EKEN 2026-11-25 08:00", f"+ {also} at EKEN 2026-11-27 08:00"]
    assert {each.bookingId for each in world.patient(ANYBODY).schedule(EKEN)} == {later, also}
    with world.database.reading() as timetable:
        patients = {each: timetable.booking(each).patient for each in (soon, later, ended, others, also)}
        noted = {(each.patient, each.booking) for each in accesses(timetable) if each.action == "booking_identified"}
    assert patients == {soon: RESERVE, later: ANYBODY, ended: RESERVE, others: OTHER_RESERVE, also: ANYBODY}
    assert noted == {(patient, booking) for patient in (RESERVE, ANYBODY) for booking in (later, also)}
    last = trail(world, later)[-1]
    assert (last.act, last.origin.actor.id) == ("identified", "erik")
    page = text_of(erik.page(f"/staff/{EKEN}/bookings/{later}"))
    assert "Reservnumret byttes mot ett personnummer: Onsdag 25 november 08:00–08:30" in page
    assert "2 bokningar: reservnumret bytt mot ett personnummer." in page
    assert "Byt personnummer" not in page
    world.check()


def test_the_time_stays_taken_and_can_be_cancelled_by_the_patient(world: IndexWorld) -> None:
    """Rules 57 and 59: nothing but the number is another."""
    slot = world.patient(RESERVE).time(EKEN, "20261124080000", timeTypeID="NYBESOK")
    booking_id, erik = world.patient(RESERVE).book(slot), world.browser("erik")
    erik.post(identity(booking_id), seen=seen(erik, identity(booking_id)), patient=ANYBODY)
    assert not world.patient(IDA).is_free(slot)
    assert world.patient(RESERVE).cancel(EKEN, booking_id).resultCode == "ERROR"
    assert world.patient(ANYBODY).cancel(EKEN, booking_id).resultCode == "OK"
    assert world.patient(IDA).is_free(slot)
    assert world.told() == [f"+ {booking_id} at EKEN 2026-11-24 08:00", f"- {booking_id} at EKEN"]
    world.check()


@pytest.mark.parametrize("typed", ["", "991981000028", "20000101T239", "200001012385", "197001"])
def test_only_a_national_id_takes_its_place(world: IndexWorld, typed: str) -> None:
    """Rule 92."""
    booking_id, erik = do.make(world, patient=RESERVE), world.browser("erik")
    answer = erik.post(identity(booking_id), seen=seen(erik, identity(booking_id)), patient=typed)
    assert answer.status_code == 400
    assert "Skriv ett personnummer eller samordningsnummer som stämmer." in answer.text
    assert world.told() == []


def test_a_unit_for_test_identities_takes_no_other(world: IndexWorld) -> None:
    """Rule 98."""
    booking_id, erik = do.make(world, patient=RESERVE), world.browser("erik")
    world.set_rules(EKEN, test_identities_only=True)
    was = seen(erik, identity(booking_id))
    assert erik.post(identity(booking_id), seen=was, patient="191212121212").status_code == 400
    assert erik.post(identity(booking_id), seen=was, patient=ANYBODY).status_code == 302


def test_who_may_not_change_the_booking_or_saw_it_otherwise_changes_nothing(world: IndexWorld) -> None:
    booking_id, erik = do.make(world, patient=RESERVE), world.browser("erik")
    was = seen(erik, identity(booking_id))
    assert world.browser("rut").get(identity(booking_id)).status_code == 403
    assert world.browser("rut").post(identity(booking_id), seen=was, patient=ANYBODY).status_code == 403
    assert "Byt personnummer" not in world.browser("rut").get(f"/staff/{EKEN}/bookings/{booking_id}").text
    do.make(world, "20261125080000", patient=RESERVE)
    assert erik.post(identity(booking_id), seen=was, patient=ANYBODY).status_code == 409
    assert world.told() == []
    with world.database.reading() as timetable:
        booking = timetable.booking("BOKAD-1")
    assert booking is not None
    assert booking.patient == GUNILLA
    assert erik.get(identity("BOKAD-1")).status_code == 409
