import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from rules.world import ANYBODY, EKEN, GUNILLA, IDA, INVITED_AT_EKEN, INVITED_IN_TIME, KANSLI, OST, VAST

from producer.domain.booking_rules import CancelledInvitation, Flow, Window
from producer.domain.model import TrailEntry
from producer.store.access_log import accesses
from producer.store.changes import changes_of
from staff.world import Browser, StaffWorld, text_of

PERSON = {"patient": "20000101-2384", "first_name": "Ture", "last_name": "Test"}
BOOKED = f"/staff/{EKEN}/bookings/BOKAD-1"
REASON = "Läkaren vill träffa patienten"


def trail(world: StaffWorld, booking_id: str) -> tuple[TrailEntry, ...]:
    with world.database.reading() as timetable:
        booking = timetable.booking(booking_id)
        assert booking is not None
        return timetable.trail(booking.id)


def free(browser: Browser, path: str, **sought: Any) -> list[str]:
    """The addresses that the free times of a page lead to."""
    return [str(link) for link in browser.page(path, **sought).xpath("//*[@class='times']//a/@href")]


def first_free(browser: Browser, **sought: Any) -> str:
    return free(browser, f"/staff/{EKEN}/book", **sought)[0]


def booked_by(browser: Browser, path: str, fields: dict[str, Any]) -> str:
    """The id of the booking that the form made."""
    answer = browser.post(path, fields)
    assert answer.status_code == 302, text_of_answer(answer)
    return str(answer.location.rpartition("/")[2])


def text_of_answer(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def seen(browser: Browser, path: str) -> str:
    (value,) = browser.page(path).xpath("//input[@name='seen']/@value")
    return str(value)


# To book.


def test_staff_book_a_time_which_the_next_call_no_longer_offers_and_the_patient_sees(world: StaffWorld) -> None:
    """Rules 59 and 74."""
    erik, anybody = world.browser("erik"), world.patient(ANYBODY)
    slot = anybody.time(EKEN, "20261124080000", timeTypeID="PROV")
    (path, *_) = free(erik, f"/staff/{EKEN}/book", time_type="PROV", first="2026-11-24")
    assert path.endswith(str(slot.bookingId))
    booking_id = booked_by(erik, path, PERSON | {"reason": "Blodprov", "phone": "070-174 06 05"})
    assert not anybody.is_free(slot)
    details = anybody.details(EKEN, booking_id)
    assert (details.startTimeInclusive, details.timeTypeID, details.reason) == ("20261124080000", "PROV", "Blodprov")
    (entry,) = trail(world, booking_id)
    assert (entry.origin.actor.id, entry.origin.override) == ("erik", None)
    page = text_of(erik.page(f"/staff/{EKEN}/bookings/{booking_id}"))
    assert "Tisdag 24 november 08:00–08:10, Provtagning: bokad." in page
    assert "Ture Test" in page
    assert "Personal erik" in page


def test_what_was_done_is_told_in_the_list_of_changes_and_noted_without_the_patient_in_the_sentence(
    world: StaffWorld,
) -> None:
    erik = world.browser("erik")
    booking_id = booked_by(erik, first_free(erik), PERSON)
    with world.database.reading() as timetable:
        unit = timetable.unit(EKEN)
        assert unit is not None
        (change,) = changes_of(timetable, unit.id)
        noted = accesses(timetable, patient=ANYBODY)
    assert "bokad" in change.sentence.text
    assert ANYBODY not in str(change.sentence)
    assert [(each.action, each.booking) for each in noted] == [("booking_made", booking_id)]


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("patient", "", "Skriv personnumret"),
        ("patient", "20000101-238", "Skriv personnumret"),
        ("patient", "20000101-2385", "Personnumret stämmer inte"),
        ("first_name", " ", "Skriv patientens förnamn"),
        ("last_name", "", "Skriv patientens efternamn"),
        ("last_name", "x" * 201, "högst 200 tecken"),
        ("reason", "x" * 2001, "högst 2000 tecken"),
        ("reason", "x\x01", "inte går att spara"),
    ],
)
def test_a_form_that_cannot_be_is_shown_again_as_it_was_typed(
    world: StaffWorld, field: str, typed: str, told: str
) -> None:
    erik = world.browser("erik")
    before = world.dump()
    answer = erik.post(first_free(erik), PERSON | {"phone": "070-1", field: typed})
    assert answer.status_code == 400
    assert told in answer.text
    assert f'id="{field}-fault"' in answer.text
    assert 'value="070-1"' in answer.text
    assert [line for line in world.dump() if "booking" in line] == [line for line in before if "booking" in line]


def test_a_reserve_id_is_taken_when_staff_say_that_it_is_one(world: StaffWorld) -> None:
    """Rule 37: most are known by their shape, others look like a slip of the pen."""
    erik = world.browser("erik")
    assert erik.post(first_free(erik), PERSON | {"patient": "991981000010"}).status_code == 302
    path = first_free(erik)
    assert erik.post(path, PERSON | {"patient": "199001012386"}).status_code == 400
    assert erik.post(path, PERSON | {"patient": "199001012386", "is_reserve_id": "1"}).status_code == 302


@pytest.mark.parametrize("typed", ["200001012384", "000101-2384", "0001012384", "20000101-2384 "])
def test_a_personal_number_is_written_in_any_of_the_ways_people_do(world: StaffWorld, typed: str) -> None:
    erik = world.browser("erik")
    booking_id = booked_by(erik, first_free(erik), PERSON | {"patient": typed})
    with world.database.reading() as timetable:
        booking = timetable.booking(booking_id)
    assert booking is not None
    assert booking.patient == ANYBODY


def test_a_time_that_was_taken_meanwhile_is_told(world: StaffWorld) -> None:
    """Rule 57."""
    erik, anybody = world.browser("erik"), world.patient(ANYBODY)
    slot = anybody.time(EKEN, "20261124080000", timeTypeID="PROV")
    path = f"/staff/{EKEN}/book/{slot.bookingId}"
    assert erik.get(path).status_code == 200
    anybody.book(slot)
    answer = erik.post(path, PERSON | {"patient": IDA})
    assert answer.status_code == 409
    assert "Tisdag 24 november 08:00–08:10 är inte längre ledig" in answer.text
    assert erik.get(path).status_code == 409


# The unit's rules hold for staff too, unless they have a reason.

RULES = [
    ({"new_booking_allowed": False}, "tar inte emot nya bokningar"),
    ({"flows": frozenset({Flow.SEE})}, "tar inte emot nya bokningar"),
    ({"listed_patients_only": True}, "listad"),
    ({"booking_window": Window(notice=timedelta(days=30))}, "för sent att boka"),
    ({"test_identities_only": True, "listed_patients_only": True}, "listad"),
]


@pytest.mark.parametrize(("rules", "sentence"), RULES)
def test_a_rule_refuses_staff_until_they_give_a_reason_that_the_trail_keeps(
    world: StaffWorld, rules: dict[str, Any], sentence: str
) -> None:
    erik = world.browser("erik")
    world.set_rules(EKEN, **rules)
    path = first_free(erik)
    answer = erik.post(path, PERSON)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert 'name="override"' in answer.text
    booking_id = booked_by(erik, path, PERSON | {"override": REASON})
    assert trail(world, booking_id)[-1].origin.override == REASON
    assert f"Bokningsreglerna åsidosattes. Skäl: {REASON}" in text_of(erik.page(f"/staff/{EKEN}/bookings/{booking_id}"))


def test_what_a_rule_says_of_a_patient_who_is_not_booked_is_noted(world: StaffWorld) -> None:
    """As the call of a consumer that is refused; what cannot be read is about nobody."""
    world.set_rules(EKEN, most_live_bookings=1)
    erik = world.browser("erik")
    path = first_free(erik)
    assert erik.post(path, PERSON | {"patient": "Gunilla"}).status_code == 400
    assert erik.post(path, PERSON | {"patient": GUNILLA}).status_code == 400
    with world.database.reading() as timetable:
        found = [(each.action, each.patient, each.unit, each.refused) for each in accesses(timetable)]
    assert found == [("booking_made", GUNILLA, EKEN, True)]


def test_a_reason_that_was_not_needed_is_not_kept_as_if_it_had_been(world: StaffWorld) -> None:
    erik = world.browser("erik")
    booking_id = booked_by(erik, first_free(erik), PERSON | {"override": REASON})
    assert trail(world, booking_id)[-1].origin.override is None


def test_no_reason_passes_over_what_is_so(world: StaffWorld) -> None:
    """Rules 57 and 60: a slot is free or it is not, and what has been has been."""
    erik, anybody = world.browser("erik"), world.patient(ANYBODY)
    slot = anybody.time(EKEN, "20261124080000", timeTypeID="PROV")
    later = anybody.time(EKEN, "20261123080000")
    anybody.book(slot)
    assert erik.post(f"/staff/{EKEN}/book/{slot.bookingId}", PERSON | {"override": REASON}).status_code == 409
    world.later(hours=2)
    assert (
        world.browser("erik").post(f"/staff/{EKEN}/book/{later.bookingId}", PERSON | {"override": REASON}).status_code
        == 409
    )
    world.later(days=30)
    answer = world.browser("erik").post(f"{BOOKED}/cancel", override=REASON, seen="")
    assert answer.status_code in (400, 409)
    assert trail(world, "BOKAD-1")[-1].act == "booked"


# To move.


def test_staff_move_a_booking_and_its_old_time_is_offered_at_once(world: StaffWorld) -> None:
    """Rules 59, 66 and 67."""
    erik, gunilla = world.browser("erik"), world.patient(GUNILLA)
    path = free(erik, f"{BOOKED}/times", first="2026-11-24", last="2026-11-24")[0]
    answer = erik.post(path, seen=seen(erik, path))
    assert answer.status_code == 302
    assert gunilla.details(EKEN, "BOKAD-1").startTimeInclusive == "20261124080000"
    anybody = world.patient(ANYBODY)
    assert anybody.time(EKEN, "20261130090000", timeTypeID="NYBESOK", performer=("SE2321000016-ANNA",))
    told = text_of(erik.page(BOOKED))
    assert "Måndag 30 november 09:00–09:30, Nybesök läkare: flyttad till Tisdag 24 november 08:00–08:30" in told
    assert gunilla.details(EKEN, "BOKAD-1").reason.startswith("Ont i knäet")


def test_only_times_of_the_bookings_own_type_are_shown_first_and_others_need_a_reason(world: StaffWorld) -> None:
    """Rule 49."""
    erik = world.browser("erik")
    days = {"first": "2026-11-24", "last": "2026-11-24"}
    own, every = (free(erik, f"{BOOKED}/times", **days, **more) for more in ({}, {"time_type": "*"}))
    assert set(own) < set(every)
    (other,) = free(erik, f"{BOOKED}/times", **days, time_type="SAMTAL")[:1]
    answer = erik.post(other, seen=seen(erik, other))
    assert answer.status_code == 400
    assert "behåller en ombokning sin tidtyp" in answer.text
    assert erik.post(other, seen=seen(erik, other), override=REASON).status_code == 302
    assert trail(world, "BOKAD-1")[-1].origin.override == REASON


def test_a_refused_move_leaves_the_booking_where_it_was(world: StaffWorld) -> None:
    """Rules 66 and 69."""
    erik = world.browser("erik")
    world.set_rules(EKEN, rebooking_allowed=False)
    path = free(erik, f"{BOOKED}/times")[0]
    answer = erik.post(path, seen=seen(erik, path), reason="Ny orsak")
    assert answer.status_code == 400
    assert "går inte att boka om på nätet" in answer.text
    assert "Ny orsak" in answer.text
    assert len(trail(world, "BOKAD-1")) == 1
    assert erik.post(path, seen=seen(erik, path), override=REASON).status_code == 302


@pytest.mark.parametrize("act", ["times", "cancel", "withdraw"])
def test_what_the_patient_did_meanwhile_is_told_and_nothing_overwritten(world: StaffWorld, act: str) -> None:
    erik, gunilla = world.browser("erik"), world.patient(GUNILLA)
    path = free(erik, f"{BOOKED}/times")[0] if act == "times" else f"{BOOKED}/{act}"
    was = seen(erik, path)
    gunilla.update("BOKAD-1", gunilla.time(EKEN, "20261125093000", timeTypeID="NYBESOK"))
    answer = erik.post(path, seen=was)
    assert answer.status_code == 409
    assert "Nu gäller: Onsdag 25 november 09:30–10:00, Nybesök läkare." in answer.text
    gunilla.cancel(EKEN, "BOKAD-1")
    answer = erik.post(path, seen=was)
    assert answer.status_code == 409
    assert "Tiden är avbokad" in answer.text
    assert len(trail(world, "BOKAD-1")) == 3


def test_a_booking_is_moved_to_another_unit_of_the_group_by_those_who_may_change_both(world: StaffWorld) -> None:
    """Rule 64."""
    admin = world.browser()
    at_vast = f"/staff/{VAST}/bookings/BOKAD-3"
    path = free(admin, f"{at_vast}/times", at=OST, first="2026-11-24", last="2026-12-11")[0]
    assert admin.post(path, seen=seen(admin, path)).status_code == 302
    assert world.patient(IDA).details(OST, "BOKAD-3").healthcare_facility == OST
    assert "Mammografi Öst" in text_of(admin.page(at_vast)) or "annan enhet" in text_of(admin.page(at_vast))


def test_an_open_invitation_is_given_a_time(world: StaffWorld) -> None:
    """Rules 62 and 63."""
    erik = world.browser("erik")
    called = f"/staff/{EKEN}/bookings/KALLAD-OPPEN-2"
    path = free(erik, f"{called}/times")[0]
    answer = erik.post(path, seen=seen(erik, path))
    assert answer.status_code == 400
    assert "Skriv patientens förnamn" in answer.text
    answer = erik.post(path, seen=seen(erik, path), first_name="Märta", last_name="Test")
    assert answer.status_code == 302
    booked = world.patient(INVITED_AT_EKEN).details(EKEN, "KALLAD-OPPEN-2")
    assert booked.isInvitation is not True
    assert booked.startTimeInclusive
    assert erik.post(path, seen="").status_code in (404, 409)


def test_an_invitation_that_is_no_longer_valid_is_not_booked_whatever_the_reason(world: StaffWorld) -> None:
    erik = world.browser("erik")
    called = f"/staff/{EKEN}/bookings/KALLAD-OPPEN-2"
    path = free(erik, f"{called}/times", first="2026-12-07", last="2026-12-09")[0]
    was = seen(erik, path)
    world.later(days=12)
    answer = world.browser("erik").post(path, seen=was, first_name="M", last_name="T", override=REASON)
    assert answer.status_code == 400
    assert "Kallelsen gäller inte längre" in answer.text


# To cancel and to withdraw.


def test_staff_cancel_with_a_message_and_the_time_is_offered_at_once(world: StaffWorld) -> None:
    """Rules 59 and 70: what staff write is kept, also where residents may not write."""
    erik = world.browser("erik")
    world.set_rules(EKEN, message_allowed=False)
    answer = erik.post(f"{BOOKED}/cancel", seen=seen(erik, f"{BOOKED}/cancel"), message="Ringde återbud")
    assert answer.status_code == 302
    page = text_of(erik.page(BOOKED))
    assert "Måndag 30 november 09:00–09:30, Nybesök läkare: avbokad." in page
    assert "Meddelande: Ringde återbud" in page
    assert "Avboka åt patienten" not in page
    assert world.patient(ANYBODY).time(EKEN, "20261130090000", timeTypeID="NYBESOK", performer=("SE2321000016-ANNA",))


def test_a_rule_to_cancel_holds_for_staff_until_they_have_a_reason(world: StaffWorld) -> None:
    """Rule 69."""
    erik = world.browser("erik")
    world.set_rules(EKEN, cancelling_allowed=False)
    path = f"{BOOKED}/cancel"
    answer = erik.post(path, seen=seen(erik, path), message="Ringde")
    assert answer.status_code == 400
    assert "går inte att avboka på nätet" in answer.text
    assert "Ringde" in answer.text
    assert erik.post(path, seen=seen(erik, path), message="Ringde", override=REASON).status_code == 302
    assert trail(world, "BOKAD-1")[-1].origin.override == REASON


def test_a_unit_takes_back_a_time_or_an_invitation_without_asking_its_rules_for_residents(world: StaffWorld) -> None:
    erik = world.browser("erik")
    world.set_rules(EKEN, cancelling_allowed=False)
    for path in (f"{BOOKED}/withdraw", f"/staff/{EKEN}/bookings/KALLAD-OPPEN-2/withdraw"):
        assert erik.post(path, seen=seen(erik, path), message="Läkaren är sjuk").status_code == 302
    assert trail(world, "BOKAD-1")[-1].act == "withdrawn"
    assert "Läkaren är sjuk" in text_of(erik.page(BOOKED))
    assert world.patient(GUNILLA).schedule(EKEN) == ()


def test_what_is_not_shown_to_the_patient_staff_change_all_the_same(world: StaffWorld) -> None:
    """Rule 82."""
    erik = world.browser("erik")
    world.change_booking("BOKAD-1", shown_to_patient=False)
    path = free(erik, f"{BOOKED}/times")[0]
    assert erik.post(path, seen=seen(erik, path)).status_code == 302
    assert erik.post(f"{BOOKED}/cancel", seen=seen(erik, f"{BOOKED}/cancel")).status_code == 302


# Who may.

ACTS = ["bookings/BOKAD-1/times", "bookings/BOKAD-1/cancel", "bookings/BOKAD-1/withdraw", "book"]


@pytest.mark.parametrize("path", ACTS)
def test_a_reader_changes_nothing(world: StaffWorld, path: str) -> None:
    rut, slot = world.browser("rut"), world.patient(ANYBODY).time(EKEN, "20261124080000", timeTypeID="PROV").bookingId
    assert rut.get(f"/staff/{EKEN}/{path}").status_code == 403
    target = f"{path}/{slot}" if path.endswith(("times", "book")) else path
    assert rut.get(f"/staff/{EKEN}/{target}").status_code == 403
    assert rut.post(f"/staff/{EKEN}/{target}", PERSON | {"seen": "x", "override": REASON}).status_code == 403
    assert "Avboka åt patienten" not in text_of(rut.page(BOOKED))


@pytest.mark.parametrize(
    "path",
    [
        f"{VAST}/book",
        f"{VAST}/bookings/BOKAD-3/times",
        f"{VAST}/bookings/BOKAD-3/cancel",
        f"{KANSLI}/bookings/KALLAD-OPPEN-1/withdraw",
    ],
)
def test_an_editor_changes_nothing_of_other_units(world: StaffWorld, path: str) -> None:
    erik = world.browser("erik")
    assert erik.get(f"/staff/{path}").status_code == 403
    if not path.endswith(("book", "times")):
        assert erik.post(f"/staff/{path}", seen="x").status_code == 403


def test_another_units_slot_is_not_booked_through_ones_own(world: StaffWorld) -> None:
    slot = world.patient(IDA).times(VAST, "20261124", "20261211", timeTypeID="MAMMOGRAFI")[0]
    erik = world.browser("erik")
    for path in (f"/staff/{EKEN}/book/{slot.bookingId}", f"{BOOKED}/times/{slot.bookingId}"):
        assert erik.post(path, PERSON | {"override": REASON}, seen=seen(erik, f"{BOOKED}/cancel")).status_code == 404


def test_an_invitation_of_another_unit_is_not_used_at_a_unit_outside_its_group(world: StaffWorld) -> None:
    admin = world.browser()
    slot = world.patient(ANYBODY).time(EKEN, "20261124080000", timeTypeID="PROV")
    path = f"/staff/{KANSLI}/bookings/KALLAD-OPPEN-1/times/{slot.bookingId}"
    was = seen(admin, f"/staff/{KANSLI}/bookings/KALLAD-OPPEN-1/withdraw")
    fields = {"seen": was, "override": REASON, "first_name": "A", "last_name": "B"}
    assert admin.post(path, fields).status_code == 404


def test_refusals_are_read_in_english_too(world: StaffWorld) -> None:
    erik = world.browser("erik")
    world.set_rules(EKEN, cancelling_allowed=False)
    erik.post("/staff/language", language="en")
    path = f"{BOOKED}/cancel"
    answer = erik.post(path, seen=seen(erik, path))
    assert "The booking rules say no: “The time cannot be cancelled online. Contact the clinic.”" in answer.text


def test_an_invitation_that_staff_cancel_becomes_what_the_unit_has_decided(world: StaffWorld) -> None:
    """Rule 72."""
    admin, path = world.browser(), f"/staff/{VAST}/bookings/KALLAD-TID-1/cancel"
    world.set_rules(VAST, cancelled_invitation_becomes=CancelledInvitation.OPEN_INVITATION)
    assert "Patienten får i stället en kallelse utan tid" in text_of(admin.page(path))
    assert admin.post(path, seen=seen(admin, path)).status_code == 302
    found = admin.post(f"/staff/{VAST}/bookings", words=INVITED_IN_TIME)
    assert "Utan tid" in found.text
    assert "Avbokad" in found.text


def test_residents_and_staff_who_want_one_time_do_not_both_get_it(world_of_many: StaffWorld) -> None:
    """Rule 57, on a database that is shared by threads."""
    world = world_of_many
    slot = world.patient(ANYBODY).time(EKEN, "20261124080000", timeTypeID="PROV")
    browsers = [world.browser(name) for name in ("erik", "admin")]

    def staff(browser: Browser) -> bool:
        return browser.post(f"/staff/{EKEN}/book/{slot.bookingId}", PERSON | {"override": REASON}).status_code == 302

    def resident(patient: str) -> bool:
        return bool(world.patient(patient).make(slot).resultCode.value == "OK")

    wishes = [
        *(partial(staff, browser) for browser in browsers),
        *(partial(resident, who) for who in (IDA, GUNILLA)),
    ]
    with ThreadPoolExecutor(len(wishes)) as pool:
        got = list(pool.map(lambda wish: wish(), wishes))
    assert got.count(True) == 1
