from datetime import datetime, timedelta

import pytest

from producer.domain.availability import Span
from producer.domain.model import Act, Actor, ActorType, BookingState, Contact, Origin
from producer.domain.staff import Role
from producer.store import access_log, accounts, follow_ups
from producer.store.access_log import Access
from producer.store.found_bookings import Page, bookings_between, bookings_named, bookings_of_patient, names_at

NOW = datetime(2026, 3, 2, 9, 0)
DAY = timedelta(days=1)
ASA = Contact(first_name="Åsa", middle_name="Maria", last_name="Öst")
PATIENT = "197001239297"
PATIENTS_OWN = {"origin": Origin(actor=Actor(type=ActorType.PATIENT, id=PATIENT)), "now": NOW}
MARCH = Span(starts=datetime(2026, 3, 1), ends=datetime(2026, 4, 1))


@pytest.fixture
def moved(database, region):
    """A booking that its patient made at one unit and moved to another."""
    first, second = region.unit("SE1"), region.unit("SE2")
    slots = region.slot(first), region.slot(second)
    with database.writing() as timetable:
        booking = timetable.book(slots[0], PATIENT, ASA, reason=None, care_type=None, **PATIENTS_OWN)
        timetable.move(booking, slots[1], contact=None, reason=None, new_public_id=False, **PATIENTS_OWN)
    return first, second


@pytest.mark.parametrize("words", [["åsa"], ["ÖST", "maria"], ["Åsa", "Maria", "Öst"], ["sa ma"]])
def test_a_name_is_found_whatever_the_case_and_wherever_in_it(database, moved, words):
    with database.reading() as timetable:
        found, is_cut = bookings_named(timetable, moved[1], words, 10)
    assert [(each.booking.patient, each.contact, is_cut) for each in found] == [(PATIENT, ASA, False)]


@pytest.mark.parametrize("words", [["asa"], ["%"], ["_"], ["\\"], ["öster"], ["Åsa", "Nils"]])
def test_what_is_not_in_the_name_is_not_found(database, moved, words):
    with database.reading() as timetable:
        assert bookings_named(timetable, moved[1], words, 10)[0] == []


def test_a_patients_booking_is_found_where_it_is_and_where_it_was_rule_64(database, moved, region):
    third = region.unit("SE3")
    with database.reading() as timetable:
        found = [
            len(bookings_of_patient(timetable, unit_id, hsa_id, PATIENT))
            for unit_id, hsa_id in ((moved[0], "SE1"), (moved[1], "SE2"), (third, "SE3"))
        ]
    assert found == [1, 1, 0]


def test_days_are_listed_page_by_page_in_the_states_asked_for(database, moved):
    page = Page(limit=1)
    with database.reading() as timetable:
        live, ended = (
            bookings_between(timetable, moved[1], MARCH, [state], page)
            for state in (BookingState.LIVE, BookingState.CANCELLED)
        )
        (live,) = live
        later = bookings_between(timetable, moved[1], MARCH, [BookingState.LIVE], Page(limit=1, offset=1))
    assert live.contact == ASA
    assert ended == later == []


def test_names_are_told_of_a_unit_that_is_there(database, moved, region):
    region.resource(moved[0])
    with database.reading() as timetable:
        assert names_at(timetable, "se1").unit == "Vårdcentralen"
        assert names_at(timetable, "SE9") is None


def test_what_a_resident_did_is_followed_up_once_by_one_of_the_staff_rule_74(database, moved):
    def events(unit_id, hsa_id, **more):
        asked = follow_ups.Asked(
            unit_id=unit_id, unit_hsa_id=hsa_id, span=MARCH, acts=[Act.BOOKED, Act.REBOOKED], only_open=True
        )
        with database.reading() as timetable:
            return follow_ups.events(timetable, asked, Page(limit=10))

    assert [event.entry.act for event in events(moved[1], "SE2")] == [Act.REBOOKED, Act.BOOKED]
    (event,) = events(moved[0], "SE1")
    assert (event.patient, event.contact, event.entry.before.unit) == (PATIENT, ASA, "SE1")
    with database.writing() as timetable:
        account = accounts.add_account(timetable, "Erik", "x", Role.EDITOR, [moved[0]], now=NOW)
        assert follow_ups.events_of_unit(timetable, [event.id, 99], moved[0], "SE1") == {event.id}
        follow_ups.add_follow_ups(timetable, [event.id], account, now=NOW)
        assert follow_ups.handled(timetable, [event.id, 99]) == {event.id}
    assert events(moved[0], "SE1") == []
    with database.writing() as timetable:
        follow_ups.remove_follow_ups(timetable, [event.id])
    assert len(events(moved[0], "SE1")) == 1


def test_the_access_log_is_searched_by_all_that_it_holds(database):
    staff = Origin(actor=Actor(type=ActorType.STAFF, id="rut"))
    rows = [
        Access(at=NOW + day * DAY, unit="SE1", origin=staff, action="booking_shown", patient=PATIENT)
        for day in range(3)
    ]
    with database.writing() as timetable:
        access_log.note_access(timetable, *rows)
    with database.reading() as timetable:
        assert access_log.accesses(timetable) == rows[::-1]
        assert (
            access_log.accesses(timetable, patient=PATIENT, actor_id="rut", unit="SE1", first=NOW + DAY) == rows[:0:-1]
        )
        assert access_log.accesses(timetable, last=NOW + DAY) == rows[:1]
        assert access_log.accesses(timetable, limit=1, offset=1) == [rows[1]]
        assert access_log.accesses(timetable, patient="x") == []


def test_a_reason_to_pass_over_the_rules_is_kept_in_the_trail(database, region):
    slot = region.slot(region.unit("SE1"))
    origin = Origin(actor=Actor(type=ActorType.STAFF, id="erik"), override="Läkaren vill det")
    with database.writing() as timetable:
        booking = timetable.book(slot, PATIENT, ASA, reason=None, care_type=None, origin=origin, now=NOW)
        timetable.withdraw(booking, "Sjuk", origin=origin, now=NOW)
        booked, withdrawn = timetable.trail(booking.id)
    assert booked.origin == withdrawn.origin == origin
    assert withdrawn.message == "Sjuk"
