"""Group F: booking, rebooking and cancelling."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest

from producer.domain.booking_rules import CancelledInvitation, Window
from producer.domain.model import Act, ActorType
from producer.soap import messages as m
from producer.soap.client import SoapFault
from rules.calls import REQUESTS, written
from rules.consumer import Caller, post
from rules.world import (
    ANNA,
    ANYBODY,
    BO,
    EKEN,
    GUNILLA,
    HAKAN,
    IDA,
    INVITED,
    INVITED_AT_EKEN,
    INVITED_IN_TIME,
    KANSLI,
    LINDEN,
    LISTED,
    LUGNET,
    OST,
    SOMEBODY,
    TEST,
    VAST,
    World,
)

TUESDAY, WEDNESDAY, THURSDAY = "20261124080000", "20261125080000", "20261126080000"
CROWD = [
    "194001079120",
    "199001012385",
    "200001012384",
    "201001012382",
    "191001209814",
    "195506842391",
    "197001782395",
    "194911172296",
]
TEXT = "Anmäl dig i receptionen när du kommer."


def refused(answer: Any) -> bool:
    """Rules 54 and 56: ERROR with a Swedish sentence for a resident, and no id of a booking."""
    if answer.resultCode != "ERROR":
        return False
    assert re.fullmatch(r"[A-ZÅÄÖ][^_<>]*[.!?]", answer.resultText)
    assert getattr(answer, "bookingId", None) is None
    return True


def test_a_logical_error_is_a_result_and_not_a_fault(world: World) -> None:
    """Rule 54: of each updating contract; the refusals are tried one by one in test_refusals."""
    patient = world.patient(GUNILLA)
    slot = patient.time(EKEN, TUESDAY)
    before = world.dump()
    assert refused(patient.make(slot, startTimeInclusive="20261124080100"))
    assert refused(patient.update("NONE", slot))
    assert refused(patient.cancel(EKEN, "NONE"))
    assert refused(patient.make(slot, healthcare_facility="SE-NONE"))
    assert refused(patient.update("BOKAD-1", slot, healthcare_facility="SE-NONE"))
    assert refused(patient.cancel("SE-NONE", "BOKAD-1"))
    assert world.dump() == before


def test_info_is_done_and_has_a_text_to_show(world: World) -> None:
    """Rule 55: the unit's text comes with the booking and with the rebooking, which are both made."""
    world.set_rules(EKEN, text_to_read=TEXT)
    patient = world.patient(ANYBODY)
    made = patient.make(patient.time(EKEN, TUESDAY))
    assert (made.resultCode, made.resultText) == ("INFO", TEXT)
    assert patient.details(EKEN, made.bookingId).startTimeInclusive == TUESDAY
    moved = patient.update(made.bookingId, patient.time(EKEN, WEDNESDAY))
    assert (moved.resultCode, moved.resultText) == ("INFO", TEXT)
    assert patient.details(EKEN, made.bookingId).startTimeInclusive == WEDNESDAY


def test_the_id_of_a_booking_comes_with_ok_and_with_info_and_never_with_error(world: World) -> None:
    """Rule 56: and it is the id that the booking goes by."""
    patient = world.patient(ANYBODY)
    slot = patient.time(EKEN, TUESDAY)
    assert patient.make(slot, endTimeExclusive="20261124084000").bookingId is None
    ok = patient.make(slot)
    world.set_rules(EKEN, text_to_read=TEXT)
    info = patient.make(patient.time(EKEN, WEDNESDAY))
    assert (ok.resultCode, info.resultCode) == ("OK", "INFO")
    assert [row.bookingId for row in patient.schedule(EKEN)] == [ok.bookingId, info.bookingId]


def together(callers: list[Caller], act: Any) -> list[Any]:
    """What each caller gets when all of them act at the same moment."""
    barrier = Barrier(len(callers))

    def run(caller: Caller) -> Any:
        barrier.wait()
        return act(caller)

    with ThreadPoolExecutor(len(callers)) as pool:
        return list(pool.map(run, callers))


def test_of_many_who_book_one_time_at_once_exactly_one_gets_it(world_of_many: World) -> None:
    """Rule 57: eight patients, four times; the others get ERROR and no booking."""
    world = world_of_many
    slots = world.agent(ANYBODY).times(EKEN, "20261124", "20261127", timeTypeID="NYBESOK", performer=(ANNA,))[:4]
    assert len(slots) == 4
    for slot in slots:
        answers = together([world.patient(one) for one in CROWD], lambda c, s=slot: c.make(s))
        assert sorted(answer.resultCode for answer in answers) == ["ERROR"] * 7 + ["OK"]
        assert all(refused(answer) for answer in answers if answer.resultCode != "OK")
    booked = [row.startTimeInclusive for one in CROWD for row in world.patient(one).schedule(EKEN)]
    assert sorted(booked) == [slot.startTimeInclusive for slot in slots]


def test_of_many_who_book_overlapping_times_of_one_performer_exactly_one_gets_it(world_of_many: World) -> None:
    """Rules 35 and 57: 08:00-08:30 and 08:00-08:20 are two slots and one performer."""
    world = world_of_many
    wanted = [world.agent(ANYBODY).time(EKEN, TUESDAY, timeTypeID=kind) for kind in ("NYBESOK", "KONTROLL")]
    callers = [world.patient(one) for one in CROWD[:4]]
    answers = together(callers, lambda caller: caller.make(wanted[CROWD.index(caller.patient) % 2]))
    assert sorted(answer.resultCode for answer in answers) == ["ERROR", "ERROR", "ERROR", "OK"]


def test_one_who_books_and_one_who_moves_do_not_get_the_same_time(world_of_many: World) -> None:
    """Rules 57 and 66: the one who loses keeps what was there before."""
    world = world_of_many
    slot = world.agent(ANYBODY).time(EKEN, TUESDAY)

    def act(caller: Caller) -> Any:
        return caller.update("BOKAD-1", slot) if caller.patient == GUNILLA else caller.make(slot)

    moved, made = together([world.patient(GUNILLA), world.patient(ANYBODY)], act)
    assert sorted([moved.resultCode, made.resultCode]) == ["ERROR", "OK"]
    (row,) = world.patient(GUNILLA).schedule(EKEN)
    assert row.startTimeInclusive == (TUESDAY if moved.resultCode == "OK" else "20261130090000")
    assert len(world.patient(ANYBODY).schedule(EKEN)) == (made.resultCode == "OK")


@pytest.mark.parametrize("text", [None, TEXT])
@pytest.mark.parametrize("seconds", [0, 2, 100])
def test_the_same_booking_twice_within_moments_is_one_booking(world: World, seconds: int, text: str | None) -> None:
    """Rule 58: the platform sends once more after a reset; the answer is the earlier one, byte for byte."""
    world.set_rules(EKEN, text_to_read=text)
    patient = world.patient(ANYBODY)
    order = patient.order(patient.time(EKEN, TUESDAY))
    first = patient.reply(EKEN, order)
    world.later(seconds=seconds)
    again = patient.reply(EKEN, order)
    assert again.body == first.body
    assert first.message.bookingId
    assert len(patient.schedule(EKEN)) == 1


def test_the_same_booking_twice_at_once_is_one_booking(world_of_many: World) -> None:
    """Rule 58: also when the second arrives while the first is under way."""
    world = world_of_many
    slot = world.agent(ANYBODY).time(EKEN, TUESDAY)
    answers = together([world.patient(ANYBODY)] * 4, lambda caller: caller.make(slot))
    assert {answer.resultCode for answer in answers} == {"OK"}
    assert len({answer.bookingId for answer in answers}) == 1
    assert len(world.patient(ANYBODY).schedule(EKEN)) == 1


def test_the_same_order_from_another_patient_or_much_later_is_another_order(world: World) -> None:
    """Rule 58: only the same patient and slot, and only within moments, is the platform's own repetition."""
    slot = world.agent(ANYBODY).time(EKEN, TUESDAY)
    assert world.patient(ANYBODY).make(slot).resultCode == "OK"
    assert refused(world.patient(SOMEBODY).make(slot))
    world.later(minutes=10)
    assert refused(world.patient(ANYBODY).make(slot))


def test_a_repeated_order_is_told_from_one_of_another_performer_at_the_same_time(world: World) -> None:
    """Rule 58: a second wish for the same moment with somebody else is no repetition, and gets its own answer."""
    patient = world.patient(ANYBODY)
    with_anna = patient.time(EKEN, WEDNESDAY, timeTypeID="NYBESOK", performer=(ANNA,))
    with_bo = patient.time(EKEN, WEDNESDAY, timeTypeID="NYBESOK", performer=(BO,))
    patient.book(with_anna)
    assert refused(patient.make(with_bo))
    assert len(patient.schedule(EKEN)) == 1


def test_a_booking_that_was_cancelled_can_be_made_again_at_once(world: World) -> None:
    """Rules 58 and 59: the second one is a booking of its own."""
    patient = world.patient(ANYBODY)
    slot = patient.time(EKEN, TUESDAY)
    first = patient.book(slot)
    assert patient.cancel(EKEN, first).resultCode == "OK"
    second = patient.book(slot)
    assert second != first
    assert [row.bookingId for row in patient.schedule(EKEN)] == [second]


def test_a_repeated_booking_of_an_invitation_is_answered_as_the_first_time(world: World) -> None:
    """Rules 58 and 63: the platform's repetition is not a second use of the invitation."""
    patient = world.patient(INVITED)
    order = patient.order(patient.time(VAST, TUESDAY, bookingId="KALLAD-OPPEN-1"), bookingId="KALLAD-OPPEN-1")
    first = patient.reply(VAST, order)
    world.later(seconds=2)
    assert first.message.resultCode == "OK"
    assert patient.reply(VAST, order).body == first.body
    assert len(patient.schedule(VAST)) == 1


@pytest.mark.parametrize("text", [None, TEXT])
def test_the_same_rebooking_twice_within_moments_is_one_rebooking(world: World, text: str | None) -> None:
    """Rule 58, for UpdateBooking: the second finds the booking where the first put it."""
    world.set_rules(EKEN, text_to_read=text)
    patient = world.patient(GUNILLA)
    slot = patient.time(EKEN, TUESDAY)
    first = patient.update("BOKAD-1", slot)
    world.later(seconds=2)
    assert patient.update("BOKAD-1", slot) == first
    with world.timetable() as timetable:
        assert [entry.act for entry in timetable.trail(timetable.booking("BOKAD-1").id)] == [Act.BOOKED, Act.REBOOKED]


def test_a_booked_time_is_gone_at_once_and_a_cancelled_one_is_back_at_once(world: World) -> None:
    """Rule 59: with everything that the booking had hidden."""
    patient, other = world.patient(ANYBODY), world.patient(SOMEBODY)
    before_times, before_days = other.times(EKEN), other.days(EKEN)
    slot = patient.time(EKEN, TUESDAY, timeTypeID="NYBESOK")
    id_ = patient.book(slot)
    during = other.times(EKEN)
    gone = {row.bookingId for row in before_times} - {row.bookingId for row in during}
    assert slot.bookingId in gone
    hidden = [row for row in before_times if row.bookingId in gone]
    assert {(row.timeTypeID, row.startTimeInclusive[8:12]) for row in hidden} == {
        ("NYBESOK", "0800"),
        ("KONTROLL", "0800"),
        ("KONTROLL", "0820"),
    }
    assert patient.cancel(EKEN, id_).resultCode == "OK"
    assert other.times(EKEN) == before_times
    assert other.days(EKEN) == before_days


def test_the_last_time_of_a_day_takes_the_day_with_it(world: World) -> None:
    """Rule 59: in GetAvailableDates as well."""
    patient = world.patient(ANYBODY)
    for slot in patient.times(TEST, "20261124", "20261124"):
        assert patient.days(TEST, "20261124", "20261124")
        patient.book(slot)
    assert patient.days(TEST, "20261124", "20261124") == ()
    patient.cancel(TEST, patient.schedule(TEST)[0].bookingId)
    assert len(patient.days(TEST, "20261124", "20261124")) == 1


NOT_FREE: dict[str, dict[str, str]] = {
    "a minute later": {"startTimeInclusive": "20261124080100", "endTimeExclusive": "20261124083100"},
    "a second later": {"startTimeInclusive": "20261124080001"},
    "a second longer": {"endTimeExclusive": "20261124083001"},
    "shorter": {"endTimeExclusive": "20261124081500"},
    "over two times": {"endTimeExclusive": "20261124090000"},
    "between two times": {"startTimeInclusive": "20261124081500", "endTimeExclusive": "20261124084500"},
    "backwards": {"startTimeInclusive": "20261124083000", "endTimeExclusive": "20261124080000"},
    "no length": {"endTimeExclusive": TUESDAY},
    "on a closed day": {"startTimeInclusive": "20261128080000", "endTimeExclusive": "20261128083000"},
    "yesterday": {"startTimeInclusive": "20261120080000", "endTimeExclusive": "20261120083000"},
    "long ago": {"startTimeInclusive": "10000101080000", "endTimeExclusive": "10000101083000"},
    "far ahead": {"startTimeInclusive": "99991231080000", "endTimeExclusive": "99991231083000"},
    "with another performer": {"performer": BO},
    "in another room": {"resourceID": "RUM2"},
    "of another type": {"timeTypeID": "SAMTAL"},
    "of another unit": {"healthcare_facility": LINDEN},
}


@pytest.mark.parametrize("with_id", [True, False], ids=["with the slot's id", "without"])
@pytest.mark.parametrize("what", NOT_FREE)
def test_only_exactly_a_free_time_is_booked(world: World, what: str, with_id: bool) -> None:
    """Rule 60: neither in MakeBooking nor in UpdateBooking, though the id of a free slot is sent with it."""
    patient = world.patient(GUNILLA)
    slot = patient.time(EKEN, TUESDAY, timeTypeID="NYBESOK")
    before = world.dump()
    changes = NOT_FREE[what]
    assert refused(patient.make(slot, **changes, **({} if with_id else {"bookingId": None})))
    if what not in ("of another type", "in another room"):  # where the booking's own type and resource govern (rule 49)
        assert refused(patient.update("BOKAD-1", slot, **changes))
    assert world.dump() == before


def test_a_time_is_booked_in_the_resource_that_was_asked_for(world: World) -> None:
    """Rule 60: two machines have the same times; the one named is the one booked, else it is ERROR."""
    patient = world.patient(ANYBODY)
    both = [slot for slot in patient.times(VAST, "20261124", "20261124") if slot.startTimeInclusive == TUESDAY]
    assert {slot.resourceID for slot in both} == {"MAMMO1", "MAMMO2"}
    second = next(slot for slot in both if slot.resourceID == "MAMMO2")
    id_ = patient.book(second, bookingId=None)
    assert patient.details(VAST, id_).resourceID == "MAMMO2"
    assert refused(world.patient(SOMEBODY).make(second))
    assert world.patient(SOMEBODY).make(second, resourceID=None, bookingId=None).resultCode == "OK"


def test_a_time_that_staff_have_blocked_is_not_booked(world: World) -> None:
    """Rule 60: 10:00 at the test unit is in the schedule and not offered."""
    patient = world.patient(ANYBODY)
    slot = patient.time(TEST, "20261124090000")
    blocked = {"startTimeInclusive": "20261124100000", "endTimeExclusive": "20261124103000", "bookingId": None}
    assert refused(patient.make(slot, **blocked))


def test_a_time_that_has_begun_is_not_booked(world: World) -> None:
    """Rule 60: the clock decides, to the second."""
    patient = world.patient(ANYBODY)
    slot = patient.time(EKEN, TUESDAY)
    world.now = datetime(2026, 11, 24, 8, 0)
    assert refused(patient.make(slot))
    world.now = datetime(2026, 11, 24, 7, 59, 59)
    assert patient.make(slot).resultCode == "OK"


@pytest.mark.parametrize("element", ["firstName", "lastName", "subject_of_care_info"])
def test_a_booking_needs_the_patients_names(world: World, element: str) -> None:
    """Rule 61: MakeBooking without them is no valid message."""
    text = written("MakeBooking")
    without, count = re.subn(rf"<(\w+):{element}>.*?</\1:{element}>", "", text)
    assert count == 1
    with pytest.raises(SoapFault, match=element) as fault:
        _ = post(world.app, without.encode()).message
    assert fault.value.code == "Client"


@pytest.mark.parametrize(
    "info", [None, m.SubjectOfCareType(firstName="Ny", lastName="Namnsson", phone="070-174 06 07")]
)
def test_a_rebooking_needs_no_information_about_the_patient(world: World, info: m.SubjectOfCareType | None) -> None:
    """Rule 61: UpdateBooking with and without subject_of_care_info; what is not told again stays as it was."""
    patient = world.patient(GUNILLA)
    wanted = replace(REQUESTS["UpdateBooking"], subject_of_care_info=info)
    assert patient.ask(EKEN, wanted).resultCode == "OK"
    with world.timetable() as timetable:
        contact = timetable.contact(timetable.booking("BOKAD-1").id)
        assert contact is not None
        names = (contact.first_name, contact.last_name, contact.phone)
    assert names == (
        ("Gunilla", "Påhittsdotter", "070-174 06 05") if info is None else ("Ny", "Namnsson", "070-174 06 07")
    )


@pytest.mark.parametrize("booking_id", [None, "AN-OLD-ECHO", "0", "x" * 300])
def test_an_unknown_id_in_a_booking_is_an_echo(world: World, booking_id: str | None) -> None:
    """Rule 62: absent or unknown, it is a plain booking if the time is free; the id is not taken over."""
    patient = world.patient(ANYBODY)
    id_ = patient.book(patient.time(EKEN, TUESDAY), bookingId=booking_id)
    assert id_ != booking_id
    assert patient.details(EKEN, id_).isInvitation is not True


def test_the_id_of_a_free_slot_is_a_plain_booking(world: World) -> None:
    """Rule 62: of several slots at one time it also says which is meant."""
    patient = world.patient(ANYBODY)
    both = [slot for slot in patient.times(VAST, "20261124", "20261124") if slot.startTimeInclusive == TUESDAY]
    for slot in reversed(both):
        world.reset()
        made = patient.make(slot, resourceID=None, resourceName=None)
        assert made.resultCode == "OK"
        assert made.bookingId != slot.bookingId
        assert patient.details(VAST, made.bookingId).resourceID == slot.resourceID


def test_the_id_of_another_slot_than_the_time_asked_for_is_an_echo_too(world: World) -> None:
    """Rule 62: the times decide, the id of a slot alone does not."""
    patient = world.patient(ANYBODY)
    slot, other = patient.time(EKEN, TUESDAY), patient.time(EKEN, WEDNESDAY)
    id_ = patient.book(slot, bookingId=other.bookingId)
    assert patient.details(EKEN, id_).startTimeInclusive == TUESDAY


@pytest.mark.parametrize("booking_id", ["BOKAD-1", "KALLAD-TID-1", "own"])
def test_the_id_of_a_timed_booking_is_refused(world: World, booking_id: str) -> None:
    """Rule 62: to book what is booked already is no booking; nothing is moved by MakeBooking."""
    owner = {"BOKAD-1": GUNILLA, "KALLAD-TID-1": INVITED_IN_TIME, "own": ANYBODY}[booking_id]
    patient = world.patient(owner)
    if booking_id == "own":
        booking_id = patient.book(patient.time(EKEN, THURSDAY))
        world.later(minutes=5)
    unit = VAST if booking_id == "KALLAD-TID-1" else EKEN
    slot = patient.time(unit, TUESDAY)
    before = world.dump()
    assert refused(patient.make(slot, bookingId=booking_id))
    assert world.dump() == before


@pytest.mark.parametrize(
    ("patient", "home", "booking", "unit"),
    [
        (INVITED, KANSLI, "KALLAD-OPPEN-1", OST),
        (INVITED_AT_EKEN, EKEN, "KALLAD-OPPEN-2", EKEN),
        (LISTED, LUGNET, "KALLAD-OPPEN-3", LUGNET),
    ],
)
def test_the_id_of_an_open_invitation_books_against_it(
    world: World, patient: str, home: str, booking: str, unit: str
) -> None:
    """Rules 62 and 67: it becomes a booking at the chosen unit, an invitation no more."""
    caller = world.patient(patient)
    slot = caller.times(unit, "20261124", bookingId=booking)[0]
    made = caller.make(slot, bookingId=booking)
    assert made.resultCode in ("OK", "INFO")
    told = caller.details(unit, made.bookingId)
    assert (told.startTimeInclusive, told.isInvitation) == (slot.startTimeInclusive, False)
    assert [row.bookingId for row in caller.schedule(unit)] == [made.bookingId]
    if home != unit:
        with pytest.raises(SoapFault):
            caller.details(home, booking)


def test_a_second_booking_against_an_invitation_is_refused(world: World) -> None:
    """Rule 63: even for another free slot, at any of its units, and however much later."""
    patient = world.patient(INVITED)
    patient.book(patient.time(VAST, TUESDAY, bookingId="KALLAD-OPPEN-1"), bookingId="KALLAD-OPPEN-1")
    for minutes in (0, 10):
        world.later(minutes=minutes)
        for unit in (VAST, OST):
            slot = world.agent(INVITED).time(unit, WEDNESDAY)
            assert refused(patient.make(slot, bookingId="KALLAD-OPPEN-1"))
    assert len(patient.schedule(VAST)) == 1


def test_an_invitation_whose_booking_was_cancelled_is_not_open_again(world: World) -> None:
    """Rule 63: it has been used; the id that invitation and booking share is no echo either (rule 62)."""
    patient = world.patient(INVITED)
    patient.book(patient.time(VAST, TUESDAY, bookingId="KALLAD-OPPEN-1"), bookingId="KALLAD-OPPEN-1")
    (row,) = patient.schedule(VAST)
    assert patient.cancel(VAST, row.bookingId).resultCode == "OK"
    assert patient.units(KANSLI, "KALLAD-OPPEN-1") == []
    assert refused(patient.make(world.agent(INVITED).time(VAST, WEDNESDAY), bookingId="KALLAD-OPPEN-1"))
    assert patient.schedule(VAST) == ()


def test_an_invitation_is_not_booked_twice_at_once(world_of_many: World) -> None:
    """Rule 63: two devices of one patient, two different slots."""
    world = world_of_many
    slots = [world.agent(INVITED).time(unit, TUESDAY) for unit in (VAST, OST)]
    callers = [world.patient(INVITED, headers={"x-skltp-correlation-id": str(number)}) for number in range(2)]
    answers = together(
        callers,
        lambda caller: caller.make(slots[int(caller.headers["x-skltp-correlation-id"])], bookingId="KALLAD-OPPEN-1"),
    )
    assert sorted(answer.resultCode for answer in answers) == ["ERROR", "OK"]
    assert sum(len(world.patient(INVITED).schedule(unit)) for unit in (VAST, OST)) == 1


@pytest.mark.parametrize("unit", [EKEN, LINDEN, TEST])
def test_a_unit_that_is_no_choice_takes_neither_invitation_nor_rebooking(world: World, unit: str) -> None:
    """Rule 64: units outside of the group; the invitation and the booking stay as they were."""
    slot = world.agent(ANYBODY).times(unit, "20261124")[0]
    before = world.dump()
    assert refused(world.patient(INVITED).make(slot, bookingId="KALLAD-OPPEN-1"))
    assert refused(world.patient(IDA).update("BOKAD-3", slot))
    assert world.dump() == before


def test_an_open_invitation_is_not_moved(world: World) -> None:
    """Rule 65: UpdateBooking is for what has a time."""
    slot = world.agent(INVITED).time(VAST, TUESDAY)
    before = world.dump()
    assert refused(world.patient(INVITED).update("KALLAD-OPPEN-1", slot))
    assert world.dump() == before


@pytest.mark.parametrize("empty", ["", "<c:bookingId/>"])
def test_a_rebooking_without_booking_id_is_a_client_fault(world: World, empty: str) -> None:
    """Rule 65: the choice; schema-valid, and still not answerable."""
    text = written("UpdateBooking")
    block = re.search(r"<(\w+):bookingId>.*?</\1:bookingId>", text)
    without = text.replace(block[0], empty.replace("c:", f"{block[1]}:"))
    with pytest.raises(SoapFault, match="bookingId") as fault:
        _ = post(world.app, without.encode()).message
    assert fault.value.code == "Client"


def test_a_failed_rebooking_leaves_the_old_time_booked(world: World) -> None:
    """Rule 66: whatever the reason, nothing has changed."""
    patient = world.patient(GUNILLA)
    slot = patient.time(EKEN, TUESDAY)
    world.patient(ANYBODY).book(slot)
    before, told = world.dump(), patient.details(EKEN, "BOKAD-1")
    assert refused(patient.update("BOKAD-1", slot))
    assert patient.details(EKEN, "BOKAD-1") == told
    assert world.dump() == before


@pytest.mark.parametrize("unit", [VAST, OST])
def test_a_rebooking_frees_the_old_time_and_takes_the_new_one(world: World, unit: str) -> None:
    """Rule 66: at the same unit or at another."""
    patient, other = world.patient(IDA), world.patient(ANYBODY)
    new = patient.time(unit, TUESDAY, bookingId="BOKAD-3")
    assert patient.update("BOKAD-3", new).resultCode == "OK"
    assert not other.is_free(new)
    old = other.time(VAST, "20261202082000")
    assert refused(other.make(new))
    assert other.make(old).resultCode == "OK"


def test_a_moved_invitation_is_a_booking(world: World) -> None:
    """Rule 67: isInvitation is false, or absent, in details and in the schedule."""
    patient = world.patient(INVITED_IN_TIME)
    assert patient.details(VAST, "KALLAD-TID-1").isInvitation is True
    assert patient.update("KALLAD-TID-1", patient.time(VAST, TUESDAY, bookingId="KALLAD-TID-1")).resultCode == "OK"
    assert not patient.details(VAST, "KALLAD-TID-1").isInvitation
    assert [bool(row.isInvitation) for row in patient.schedule(VAST)] == [False]


@pytest.mark.parametrize("unit", [VAST, OST])
def test_a_rebooking_keeps_the_id(world: World, unit: str) -> None:
    """Rule 68: the response cannot carry a new one; it holds over several moves, and between units."""
    patient = world.patient(IDA)
    for moment in (TUESDAY, WEDNESDAY, THURSDAY):
        assert patient.update("BOKAD-3", patient.time(unit, moment, bookingId="BOKAD-3")).resultCode == "OK"
    assert patient.details(unit, "BOKAD-3").startTimeInclusive == THURSDAY
    if unit == OST:
        with pytest.raises(SoapFault):
            patient.details(VAST, "BOKAD-3")
        assert patient.schedule(VAST) == ()


def test_a_unit_may_change_the_id_with_a_rebooking(world: World) -> None:
    """Rule 68: the switch `rebooking_changes_id`; the old id is dead, the schedule has the new one."""
    world.set_rules(EKEN, rebooking_changes_id=True)
    patient = world.patient(GUNILLA)
    assert patient.update("BOKAD-1", patient.time(EKEN, TUESDAY, bookingId="BOKAD-1")).resultCode == "OK"
    with pytest.raises(SoapFault):
        patient.details(EKEN, "BOKAD-1")
    assert refused(patient.cancel(EKEN, "BOKAD-1"))
    (row,) = patient.schedule(EKEN)
    assert row.bookingId not in ("BOKAD-1", None)
    assert patient.details(EKEN, row.bookingId) == row
    assert row.startTimeInclusive == TUESDAY
    assert patient.cancel(EKEN, row.bookingId).resultCode == "OK"


def test_a_dead_id_says_that_the_booking_was_changed(world: World) -> None:
    """Rules 58 and 68: the platform's repetition is answered as the first time, anything else is told to look again."""
    world.set_rules(EKEN, rebooking_changes_id=True)
    patient = world.patient(GUNILLA)
    slot = patient.time(EKEN, TUESDAY, bookingId="BOKAD-1")
    first = patient.update("BOKAD-1", slot)
    assert first.resultCode == "OK"
    assert patient.update("BOKAD-1", slot) == first
    changed = patient.update("BOKAD-1", patient.time(EKEN, WEDNESDAY))
    assert refused(changed)
    assert "har ändrats" in changed.resultText
    assert patient.cancel(EKEN, "BOKAD-1").resultText == changed.resultText
    assert [row.startTimeInclusive for row in patient.schedule(EKEN)] == [TUESDAY]
    world.later(minutes=5)
    assert patient.update("BOKAD-1", slot).resultText == changed.resultText
    unknown = world.patient(HAKAN).cancel(EKEN, "NONE").resultText
    assert world.patient(HAKAN).cancel(EKEN, "BOKAD-1").resultText == unknown
    assert world.patient(HAKAN).update("BOKAD-1", slot).resultText == unknown


FORBIDDEN: dict[str, dict[str, Any]] = {
    "not allowed": {"rebooking_allowed": False, "cancelling_allowed": False},
    "too late": {
        "rebooking_window": Window(notice=timedelta(days=8)),
        "cancelling_window": Window(notice=timedelta(days=8)),
    },
}


@pytest.mark.parametrize("why", FORBIDDEN)
def test_what_the_flags_forbid_is_refused(world: World, why: str) -> None:
    """Rule 69: with each flag false the act is ERROR, and the flags are there to be read."""
    world.set_rules(EKEN, **FORBIDDEN[why])
    patient = world.patient(GUNILLA)
    told = patient.details(EKEN, "BOKAD-1")
    assert (told.cancel_booking_allowed, told.rebooking_allowed) == (False, False)
    assert refused(patient.cancel(EKEN, "BOKAD-1"))
    assert refused(patient.update("BOKAD-1", patient.time(EKEN, "20261208080000")))
    assert patient.details(EKEN, "BOKAD-1") == told


def message_kept(world: World, booking_id: str) -> str | None:
    with world.timetable() as timetable:
        return timetable.trail(timetable.booking(booking_id).id)[-1].message


@pytest.mark.parametrize(("is_allowed", "kept"), [(True, "Jag är <frisk> & kry"), (False, None)])
def test_a_message_that_is_not_allowed_is_dropped_and_the_booking_cancelled(
    world: World, is_allowed: bool, kept: str | None
) -> None:
    """Rule 70: the choice, and the switch `message_allowed`; the flag says the same beforehand."""
    world.set_rules(EKEN, message_allowed=is_allowed)
    patient = world.patient(GUNILLA)
    assert patient.details(EKEN, "BOKAD-1").message_allowed is is_allowed
    assert patient.cancel(EKEN, "BOKAD-1", "Jag är <frisk> & kry").resultCode == "OK"
    assert patient.schedule(EKEN) == ()
    assert message_kept(world, "BOKAD-1") == kept


FLOWS = [
    frozenset(words.split())
    for words in (
        "book see",
        "book see rebook",
        "book see cancel",
        "book see rebook cancel",
        "see cancel",
        "see rebook",
    )
]


@pytest.mark.parametrize("flows", FLOWS, ids=lambda flows: "+".join(sorted(flows)))
@pytest.mark.parametrize(
    ("patient", "unit", "booking"),
    [(GUNILLA, EKEN, "BOKAD-1"), (IDA, VAST, "BOKAD-3"), (INVITED_IN_TIME, VAST, "KALLAD-TID-1")],
)
def test_a_unit_whose_flags_allow_an_act_has_its_contract(
    world: World, patient: str, unit: str, booking: str, flows: frozenset[str]
) -> None:
    """Rules 71 and 100: no flag is true where the contract would be a fault, for bookings as for free times."""
    world.set_rules(unit, flows=flows)
    caller = world.patient(patient)
    rows = [caller.details(unit, booking), *caller.schedule(unit)]
    if flows & {"book", "rebook"}:
        slots = caller.times(unit, "20261124")
        assert slots or "book" not in flows
        rows += slots
    assert {row.cancel_booking_allowed for row in rows} == {"cancel" in flows}
    assert {row.rebooking_allowed for row in rows} == {"rebook" in flows}
    if "cancel" not in flows:
        with pytest.raises(SoapFault, match="CancelBooking"):
            caller.cancel(unit, booking)
    slot = replace(
        world.agent(patient).time(OST if unit == VAST else LINDEN, "20261124090000" if unit == EKEN else TUESDAY),
        healthcare_facility=unit,
    )
    if "rebook" not in flows:
        with pytest.raises(SoapFault, match="UpdateBooking"):
            caller.update(booking, slot)


@pytest.mark.parametrize("becomes", CancelledInvitation)
def test_a_cancelled_timed_invitation_becomes_what_the_unit_says(world: World, becomes: CancelledInvitation) -> None:
    """Rule 72: nothing, or a new open invitation with an id of its own that can be booked again."""
    world.set_rules(VAST, cancelled_invitation_becomes=becomes)
    patient = world.patient(INVITED_IN_TIME)
    purpose = patient.details(VAST, "KALLAD-TID-1").purpose
    assert patient.cancel(VAST, "KALLAD-TID-1").resultCode == "OK"
    assert patient.schedule(VAST) == ()
    with world.timetable() as timetable:
        left = timetable.live_bookings(INVITED_IN_TIME, timetable.unit(VAST).id)
    if becomes is CancelledInvitation.NOTHING:
        assert left == ()
        return
    (invitation,) = left
    assert invitation.public_id != "KALLAD-TID-1"
    told = patient.details(VAST, invitation.public_id)
    assert (told.isInvitation, told.startTimeInclusive, told.purpose) == (True, None, purpose)
    assert told.timeTypeID == "MAMMOGRAFI"
    slot = patient.time(OST, TUESDAY, bookingId=invitation.public_id)
    assert patient.make(slot, bookingId=invitation.public_id).resultCode == "OK"


def test_an_ordinary_booking_that_is_cancelled_becomes_nothing(world: World) -> None:
    """Rule 72: the switch is for invitations."""
    world.set_rules(VAST, cancelled_invitation_becomes=CancelledInvitation.OPEN_INVITATION)
    assert world.patient(IDA).cancel(VAST, "BOKAD-3").resultCode == "OK"
    with world.timetable() as timetable:
        assert timetable.live_bookings(IDA, timetable.unit(VAST).id) == ()


def test_to_cancel_twice_is_an_error(world: World) -> None:
    """Rule 73: the second is told that it is cancelled already, at once and later, and nothing happens."""
    patient = world.patient(GUNILLA)
    assert patient.cancel(EKEN, "BOKAD-1").resultCode == "OK"
    before = world.dump()
    for minutes in (0, 5, 24 * 60):
        world.later(minutes=minutes)
        again = patient.cancel(EKEN, "BOKAD-1")
        assert refused(again)
        assert "redan avbokad" in again.resultText
    assert world.dump() == before


def test_a_cancelled_booking_is_not_moved(world: World) -> None:
    """Rules 66 and 73."""
    patient = world.patient(GUNILLA)
    patient.cancel(EKEN, "BOKAD-1")
    assert refused(patient.update("BOKAD-1", patient.time(EKEN, TUESDAY)))
    assert patient.schedule(EKEN) == ()


def test_staff_can_follow_what_happened_to_a_booking(world: World) -> None:
    """Rule 74: who did what and when, from which consumer and call, from where to where, with the message."""
    headers = {"x-rivta-original-serviceconsumer-hsaid": "SE5565594230-B9P", "x-skltp-correlation-id": "call-1"}
    patient = world.patient(IDA, headers=headers)
    made_at = world.now
    id_ = patient.book(patient.time(VAST, TUESDAY))
    world.later(hours=1)
    assert patient.update(id_, patient.time(OST, WEDNESDAY, bookingId=id_)).resultCode == "OK"
    world.later(hours=1)
    agent = world.agent(IDA, headers={**headers, "x-skltp-correlation-id": "call-2"})
    assert agent.cancel(OST, id_, "Förhinder").resultCode == "OK"
    with world.timetable() as timetable:
        booked, moved, cancelled = timetable.trail(timetable.booking(id_).id)
    assert [entry.act for entry in (booked, moved, cancelled)] == [Act.BOOKED, Act.REBOOKED, Act.CANCELLED]
    assert [entry.at - made_at for entry in (booked, moved, cancelled)] == [timedelta(hours=n) for n in range(3)]
    assert (moved.origin.actor.type, moved.origin.actor.id) == (ActorType.PATIENT, IDA)
    assert cancelled.origin.actor.type is ActorType.AGENT
    assert (moved.origin.consumer, moved.origin.correlation_id) == ("SE5565594230-B9P", "call-1")
    assert cancelled.origin.correlation_id == "call-2"
    assert (moved.before.unit, moved.after.unit) == (VAST, OST)
    assert (moved.before.starts, moved.after.starts) == (datetime(2026, 11, 24, 8), datetime(2026, 11, 25, 8))
    assert cancelled.message == "Förhinder"


def test_a_refused_act_leaves_no_trace_in_the_trail(world: World) -> None:
    """Rules 66 and 74: the trail is of what happened."""
    patient = world.patient(GUNILLA)
    patient.update("BOKAD-1", patient.time(EKEN, TUESDAY), startTimeInclusive="20261124080100")
    world.relative(GUNILLA, actor=HAKAN).cancel(EKEN, "BOKAD-1")
    with world.timetable() as timetable:
        assert [entry.act for entry in timetable.trail(timetable.booking("BOKAD-1").id)] == [Act.BOOKED]
