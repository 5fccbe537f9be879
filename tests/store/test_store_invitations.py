from datetime import date, datetime, timedelta

import pytest

from producer.domain.invitations import Outcome, outcome_of
from producer.domain.model import Actor, ActorType, Contact, Origin
from producer.domain.persons import OFFICIAL_TEST_IDENTITIES
from producer.store.invitations import (
    count_by_outcome,
    earlier_texts,
    invitations_held,
    sent_invitation,
    sent_invitations,
)

NOW = datetime(2026, 3, 9, 7, 0)
LATER = NOW + timedelta(days=30)
PATIENTS = sorted(OFFICIAL_TEST_IDENTITIES)
CONTACT = Contact(first_name="Åsa", last_name="Öst")
ACT = {"origin": Origin(actor=Actor(type=ActorType.STAFF, id="erik")), "now": NOW}


@pytest.fixture
def sent(region, database):
    """One invitation of each outcome, open and timed, by its public id; and the unit's id."""
    unit_id = region.unit("SE1")
    region.unit("SE2")
    time_type = region.time_type(unit_id, "C")
    slots = [region.slot(unit_id, NOW + timedelta(hours=hour), time_type=time_type) for hour in range(1, 7)]
    patients = iter(PATIENTS)
    with database.writing() as timetable:
        (kind,) = timetable.time_types(unit_id)

        def invite(name, **more):
            more.setdefault("purpose", "Hej")
            return timetable.invite(unit_id, next(patients), public_id=name, **more, **ACT)

        how = {"reason": None, "care_type": None, **ACT}
        invite("open-waiting", time_type=kind)
        timetable.book_invitation(invite("open-booked", time_type=kind), slots[0], CONTACT, **how)
        timetable.withdraw(invite("open-withdrawn", time_type=kind), **ACT)
        invite("open-expired", time_type=kind, valid_to=NOW.date() - timedelta(days=1), purpose="Gammal text")
        invite("timed-waiting", slot=slots[1])
        timetable.cancel(invite("timed-cancelled", slot=slots[2]), None, **ACT)
        timetable.move(
            invite("timed-booked", slot=slots[3]), slots[4], contact=None, reason=None, new_public_id=False, **ACT
        )
        timetable.book(slots[5], PATIENTS[-1], CONTACT, public_id="no invitation", **how)
    return unit_id


def test_each_invitation_is_found_by_what_became_of_it_and_by_what_it_was(database, sent):
    with database.reading() as timetable:
        everything = sent_invitations(timetable, sent, NOW)
        for outcome in Outcome:
            found = sent_invitations(timetable, sent, NOW, outcome=outcome)
            assert [one.booking.public_id.partition("-")[2] for one in found] == [outcome.value] * len(found)
            assert count_by_outcome(timetable, sent, NOW)[outcome] == len(found)
            assert [outcome_of(one.booking, NOW) for one in found] == [outcome] * len(found)
        for timed in (True, False):
            found = sent_invitations(timetable, sent, NOW, timed=timed)
            assert {one.booking.public_id.partition("-")[0] for one in found} == {"timed" if timed else "open"}
            assert {one.was_timed for one in found} == {timed}
    assert len(everything) == 7
    assert everything[0].booking.public_id == "timed-booked"


@pytest.mark.parametrize("now", [NOW, LATER])
def test_the_store_and_the_domain_agree_on_what_became_of_an_invitation(database, sent, now):
    with database.reading() as timetable:
        for outcome, number in count_by_outcome(timetable, sent, now).items():
            found = sent_invitations(timetable, sent, now, outcome=outcome)
            assert [outcome_of(one.booking, now) for one in found] == [outcome] * number


def test_an_invitation_of_another_unit_is_not_found(database, sent):
    with database.reading() as timetable:
        other = timetable.unit("SE2")
        assert sent_invitations(timetable, other.id, NOW) == []
        assert sent_invitation(timetable, other.id, "open-waiting") is None
        assert sent_invitation(timetable, sent, "no invitation") is None
        assert sent_invitation(timetable, sent, "open-waiting").was_timed is False


def test_who_has_an_invitation_that_waits_or_is_booked_is_told(database, sent):
    with database.reading() as timetable:
        (kind,) = timetable.time_types(sent)
        held = invitations_held(timetable, sent, kind.code, PATIENTS, NOW)
        assert {one.public_id for one in held.values()} == {
            "open-waiting",
            "open-booked",
            "timed-waiting",
            "timed-booked",
        }
        assert {patient: one.patient for patient, one in held.items()} == {patient: patient for patient in held}
        assert invitations_held(timetable, sent, "ANOTHER", PATIENTS, NOW) == {}
        assert {one.public_id for one in invitations_held(timetable, sent, kind.code, PATIENTS, LATER).values()} == {
            "open-waiting"
        }


def test_each_text_is_told_once_by_the_last_invitation_that_had_it(database, sent):
    with database.reading() as timetable:
        texts = earlier_texts(timetable, sent)
        assert [(text.purpose, text.booking_id) for text in texts] == [
            ("Hej", "timed-booked"),
            ("Gammal text", "open-expired"),
        ]
        assert earlier_texts(timetable, sent, limit=1) == texts[:1]


def test_the_last_day_is_the_whole_day(database, region):
    unit_id = region.unit("SE1")
    with database.writing() as timetable:
        timetable.invite(unit_id, PATIENTS[-1], "Hej", valid_to=date(2026, 3, 9), **ACT)
    with database.reading() as timetable:
        assert count_by_outcome(timetable, unit_id, datetime(2026, 3, 9, 23, 59))[Outcome.WAITING] == 1
        assert count_by_outcome(timetable, unit_id, datetime(2026, 3, 10, 0, 0))[Outcome.EXPIRED] == 1
