from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from producer.domain.model import (
    Act,
    Actor,
    ActorType,
    BookingState,
    CareType,
    Contact,
    Origin,
    TrailEntry,
    Whereabouts,
)
from producer.store import tables as t
from producer.store.engine import Collision

HOUR = timedelta(hours=1)
NOW = datetime(2026, 3, 2, 9, 0)
MORNING = datetime(2026, 3, 9, 8, 0)
PATIENT = "197001239297"
CONTACT = Contact(first_name="Åsa", last_name="Öst", phone="070-1740605")
ORIGIN = Origin(actor=Actor(type=ActorType.PATIENT, id=PATIENT), consumer="SE1-A", correlation_id="c-1")
ACT = {"origin": ORIGIN, "now": NOW}


@pytest.fixture
def booked(database):
    """Books a slot in a transaction of its own."""

    def book(slot, *, care_type=None, reason="Ont i knät", **more):
        with database.writing() as timetable:
            return timetable.book(slot, PATIENT, CONTACT, reason=reason, care_type=care_type, **more, **ACT)

    return book


@pytest.fixture
def free(database):
    """The free slots of a unit, whenever."""

    def slots(unit_id, **wanted):
        with database.reading() as timetable:
            return timetable.free_slots(unit_id, datetime.min, datetime.max, **wanted)

    return slots


def trail_of(database, booking):
    with database.reading() as timetable:
        return timetable.trail(booking.id)


def test_a_booked_slot_is_gone_and_the_booking_says_all_that_it_was_told_rule_59(region, database, booked, free):
    unit_id = region.unit("SE1")
    care_type = CareType(id=region.care_type(unit_id, "K"), code="K", name="Namn K")
    slot = region.slot(unit_id, performer=region.performer(unit_id), resource=region.resource(unit_id))
    booking = booked(slot, care_type=care_type, purpose="Provtagning")
    assert free(unit_id) == []
    assert (booking.unit_id, booking.unit_hsa_id, booking.unit_name) == (unit_id, "SE1", "Vårdcentralen")
    assert (booking.starts, booking.ends, booking.patient) == (slot.starts, slot.ends, PATIENT)
    assert (booking.time_type, booking.performer, booking.resource) == (
        slot.offer.time_type,
        slot.offer.performer,
        slot.offer.resource,
    )
    assert (booking.care_type, booking.reason, booking.purpose) == (care_type, "Ont i knät", "Provtagning")
    assert (booking.state, booking.is_invitation, booking.shown_to_patient) == (BookingState.LIVE, False, True)
    assert booking.made_at == booking.changed_at == NOW
    with database.reading() as timetable:
        assert timetable.booking(booking.public_id) == booking
        assert timetable.contact(booking.id) == CONTACT


def test_booking_ids_are_opaque_and_no_two_alike_rule_38(region, booked):
    unit_id = region.unit()
    ids = [booked(region.slot(unit_id)).public_id for _ in range(5)]
    assert len(set(ids)) == 5
    assert all(len(public_id) == 36 and public_id.strip() == public_id for public_id in ids)
    assert booked(region.slot(unit_id), public_id="DEMO-BOOKING-1").public_id == "DEMO-BOOKING-1"


def test_an_id_is_given_once(region, booked):
    unit_id = region.unit()
    booked(region.slot(unit_id), public_id="A")
    with pytest.raises(Collision):
        booked(region.slot(unit_id), public_id="A")


def test_a_slot_is_booked_once_rule_57(region, booked, database):
    unit_id = region.unit()
    slot = region.slot(unit_id)
    booked(slot)
    with pytest.raises(Collision):
        booked(slot)
    with database.reading() as timetable:
        assert len(timetable.bookings_of(PATIENT, None)) == 1


def test_a_blocked_slot_is_not_booked(region, booked):
    with pytest.raises(Collision):
        booked(region.slot(region.unit(), blocked=True))


def test_a_slot_that_was_shifted_meanwhile_is_not_booked_rule_60(region, booked, database):
    slot = region.slot(region.unit())
    with database.writing() as timetable:
        timetable.connection.execute(t.slots.update().values(starts=MORNING - HOUR, ends=MORNING))
    with pytest.raises(Collision):
        booked(slot)


@pytest.mark.parametrize("noun", ["performer", "resource"])
def test_nobody_and_nothing_is_in_two_live_bookings_at_once(noun, region, booked):
    here, there = region.unit(), region.unit()
    shared = region.performer(here, there) if noun == "performer" else region.resource(here)
    booked(region.slot(here, MORNING, HOUR, **{noun: shared}))
    for starts in (MORNING - HOUR / 2, MORNING, MORNING + HOUR / 4, MORNING + HOUR / 2):
        with pytest.raises(Collision):
            booked(region.slot(there, starts, HOUR, **{noun: shared}))
    booked(region.slot(there, MORNING - HOUR, HOUR, **{noun: shared}))
    booked(region.slot(there, MORNING + HOUR, HOUR, **{noun: shared}))


def test_the_database_itself_refuses_two_places_at_once(region, booked, database):
    """Whoever writes, and whatever is changed: a time, a person or a state."""
    unit_id = region.unit()
    doctor, nurse = region.performer(unit_id), region.performer(unit_id)
    first = booked(region.slot(unit_id, MORNING, HOUR, performer=doctor))
    other = booked(region.slot(unit_id, MORNING, HOUR, performer=nurse))
    later = booked(region.slot(unit_id, MORNING + HOUR, HOUR, performer=doctor))
    with database.writing() as timetable:
        timetable.cancel(other, None, origin=Origin(actor=Actor(type=ActorType.STAFF)), now=NOW)
        timetable.connection.execute(t.bookings.update().where(t.bookings.c.id == other.id).values(performer_id=doctor))
    for booking, change in (
        (other, {"state": "live"}),
        (later, {"starts": MORNING + HOUR / 2}),
        (first, {"ends": MORNING + 2 * HOUR}),
    ):
        with pytest.raises(Collision), database.writing() as timetable:
            timetable.connection.execute(t.bookings.update().where(t.bookings.c.id == booking.id).values(**change))


def test_the_trail_tells_who_booked_when_and_from_where_rule_74(region, database, booked):
    unit_id = region.unit("SE1")
    performer = region.performer(unit_id, hsa_id="SE-P")
    kind = region.time_type(unit_id, "T")
    slot = region.slot(unit_id, performer=performer, time_type=kind, resource=region.resource(unit_id, "R"))
    booking = booked(slot)
    assert trail_of(database, booking) == (
        TrailEntry(
            at=NOW,
            act=Act.BOOKED,
            origin=ORIGIN,
            after=Whereabouts(
                public_id=booking.public_id,
                unit="SE1",
                starts=slot.starts,
                ends=slot.ends,
                time_type="T",
                performer="SE-P",
                resource="R",
            ),
        ),
    )


def test_a_cancelled_bookings_slot_is_free_at_once_and_the_message_is_kept_rules_59_and_74(
    region, database, booked, free
):
    unit_id = region.unit()
    slot = region.slot(unit_id, performer=region.performer(unit_id))
    booking = booked(slot)
    with database.writing() as timetable:
        cancelled = timetable.cancel(booking, "Jag är frisk", **ACT)
    assert cancelled.state is BookingState.CANCELLED
    assert (cancelled.starts, cancelled.ends) == (slot.starts, slot.ends)
    assert free(unit_id) == [slot]
    entry = trail_of(database, booking)[-1]
    assert (entry.act, entry.message, entry.before) == (Act.CANCELLED, "Jag är frisk", entry.after)
    with database.reading() as timetable:
        assert timetable.bookings_of(PATIENT, unit_id) == timetable.live_bookings(PATIENT, unit_id) == ()
        assert timetable.booking(booking.public_id) == cancelled
    assert booked(slot).public_id != booking.public_id


def test_what_is_cancelled_is_not_cancelled_or_moved_again_rule_73(region, database, booked):
    unit_id = region.unit()
    booking = booked(region.slot(unit_id))
    other = region.slot(unit_id)
    with database.writing() as timetable:
        timetable.cancel(booking, None, **ACT)
    with pytest.raises(Collision), database.writing() as timetable:
        timetable.cancel(booking, None, **ACT)
    with pytest.raises(Collision), database.writing() as timetable:
        timetable.move(booking, other, contact=None, reason=None, new_public_id=False, **ACT)
    assert [entry.act for entry in trail_of(database, booking)] == [Act.BOOKED, Act.CANCELLED]


def test_a_move_frees_the_old_slot_and_takes_the_new_rule_66(region, database, booked, free):
    here, there = region.unit("SE1"), region.unit("SE2")
    old, new = region.slot(here, performer=region.performer(here)), region.slot(there, MORNING + HOUR)
    booking = booked(old)
    with database.writing() as timetable:
        moved = timetable.move(booking, new, contact=None, reason=None, new_public_id=False, **ACT)
    assert (moved.id, moved.public_id, moved.patient) == (booking.id, booking.public_id, booking.patient)
    assert (moved.unit_hsa_id, moved.starts, moved.ends, moved.time_type) == (
        "SE2",
        new.starts,
        new.ends,
        new.offer.time_type,
    )
    assert (moved.performer, moved.reason) == (None, "Ont i knät")
    assert (free(here), free(there)) == ([old], [])
    entry = trail_of(database, booking)[-1]
    assert (entry.act, entry.before.unit, entry.after.unit) == (Act.REBOOKED, "SE1", "SE2")
    assert (entry.before.starts, entry.after.starts) == (old.starts, new.starts)
    with database.reading() as timetable:
        assert timetable.contact(booking.id) == CONTACT


def test_a_move_that_loses_leaves_all_as_it_was_rule_66(region, database, booked, free):
    unit_id = region.unit()
    old, new = region.slot(unit_id), region.slot(unit_id)
    booking = booked(old)
    booked(new)
    with pytest.raises(Collision), database.writing() as timetable:
        timetable.move(booking, new, contact=None, reason="annat", new_public_id=True, **ACT)
    with database.reading() as timetable:
        assert timetable.booking(booking.public_id) == booking
    assert free(unit_id) == []


def test_a_move_can_change_the_id_the_contact_and_the_reason_rule_68(region, database, booked):
    unit_id = region.unit()
    booking, other = booked(region.slot(unit_id)), region.slot(unit_id)
    told = Contact(first_name="Eva", last_name="Ek", email="eva@example.se")
    with database.writing() as timetable:
        moved = timetable.move(booking, other, contact=told, reason="Uppföljning", new_public_id=True, **ACT)
    with database.reading() as timetable:
        assert timetable.booking(booking.public_id) is None
        assert timetable.booking(moved.public_id) == moved
        assert timetable.contact(booking.id) == told
    assert moved.reason == "Uppföljning"
    trail = trail_of(database, booking)
    assert (trail[-1].before.public_id, trail[-1].after.public_id) == (booking.public_id, moved.public_id)


def test_a_booking_moves_to_a_time_that_overlaps_its_own(region, database, booked, free):
    unit_id = region.unit()
    performer = region.performer(unit_id)
    old = region.slot(unit_id, MORNING, HOUR, performer=performer)
    new = region.slot(unit_id, MORNING + HOUR / 2, HOUR, performer=performer)
    booking = booked(old)
    assert free(unit_id) == []
    assert free(unit_id, moving=booking) == [new]
    with database.writing() as timetable:
        moved = timetable.move(booking, new, contact=None, reason=None, new_public_id=False, **ACT)
    assert moved.starts == new.starts
    assert free(unit_id, moving=moved) == [old]


def test_a_chain_of_moves_ends_with_one_slot_taken_and_every_step_in_the_trail(region, database, booked, free):
    units = [region.unit(), region.unit()]
    performer = region.performer(*units)
    slots = [region.slot(units[n % 2], MORNING + n * HOUR / 2, HOUR, performer=performer) for n in range(6)]
    booking = booked(slots[0])
    for slot in (*slots[1:], *reversed(slots[:-1]), slots[3]):
        with database.writing() as timetable:
            booking = timetable.move(booking, slot, contact=None, reason=None, new_public_id=False, **ACT)
    held = slots[3]
    assert (booking.starts, booking.unit_id) == (held.starts, held.unit_id)
    apart = [slot for slot in slots if slot.ends <= held.starts or slot.starts >= held.ends]
    assert sorted(free(units[0]) + free(units[1]), key=lambda slot: slot.id) == apart
    trail = trail_of(database, booking)
    assert len(trail) == 12
    assert all(earlier.after == later.before for earlier, later in pairwise(trail))


def test_a_move_takes_the_care_type_of_the_same_code_along(region, database, booked):
    units = [region.unit(), region.unit(), region.unit()]
    kinds = [region.time_type(unit_id, "T") for unit_id in units]
    care_types = [region.care_type(unit_id, "K") for unit_id in units[:2]]
    for kind, care_type in zip(kinds, care_types, strict=False):
        region.link(t.time_type_care_types, time_type_id=kind, care_type_id=care_type, place=0)
    slots = [region.slot(unit_id, time_type=kind) for unit_id, kind in zip(units, kinds, strict=True)]
    booking = booked(slots[0], care_type=slots[0].offer.time_type.care_types[0])
    for slot, care_type_id in ((slots[1], care_types[1]), (slots[2], None)):
        with database.writing() as timetable:
            booking = timetable.move(booking, slot, contact=None, reason=None, new_public_id=False, **ACT)
        assert (booking.care_type and booking.care_type.id) == care_type_id


def test_an_open_invitation_has_no_time_and_a_timed_one_holds_its_slot_rule_77(region, database, free):
    sender, unit_id = region.unit("SE5", offers_care=False), region.unit("SE3")
    slot = region.slot(unit_id)
    with database.writing() as timetable:
        kind = slot.offer.time_type
        opened = timetable.invite(sender, PATIENT, "Kom!", time_type=kind, valid_to=date(2026, 6, 1), **ACT)
        timed = timetable.invite(sender, PATIENT, "Kom då!", slot=slot, public_id="DEMO-TIMED-1", **ACT)
    assert opened.is_open_invitation
    assert (opened.unit_hsa_id, opened.purpose, opened.invitation_valid_to) == ("SE5", "Kom!", date(2026, 6, 1))
    assert (opened.time_type.id, opened.starts, opened.ends) == (kind.id, None, None)
    assert timed.is_invitation
    assert not timed.is_open_invitation
    assert (timed.unit_hsa_id, timed.starts, timed.public_id) == ("SE3", slot.starts, "DEMO-TIMED-1")
    assert opened.invited_by_unit_id == timed.invited_by_unit_id == sender
    assert free(unit_id) == []
    assert trail_of(database, opened)[0].act is Act.INVITED
    with database.reading() as timetable:
        assert timetable.contact(opened.id) is None
        assert timetable.bookings_of(PATIENT, None) == (timed,)
        assert timetable.live_bookings(PATIENT, sender) == (opened,)
        assert timetable.live_bookings(PATIENT, unit_id) == (timed,)


def test_an_open_invitation_is_booked_once_and_keeps_its_id_rule_63(region, database, free):
    sender, unit_id = region.unit("SE5"), region.unit("SE3")
    first, second = region.slot(unit_id), region.slot(unit_id, MORNING + HOUR)
    care_type = CareType(id=region.care_type(unit_id, "K"), code="K", name="Namn K")
    with database.writing() as timetable:
        opened = timetable.invite(sender, PATIENT, "Kom!", public_id="DEMO-OPEN-1", **ACT)
    with database.writing() as timetable:
        booking = timetable.book_invitation(opened, first, CONTACT, reason="Kallad", care_type=care_type, **ACT)
    with pytest.raises(Collision), database.writing() as timetable:
        timetable.book_invitation(opened, second, CONTACT, reason=None, care_type=None, **ACT)
    assert (booking.id, booking.public_id, booking.is_invitation) == (opened.id, "DEMO-OPEN-1", False)
    assert (booking.unit_hsa_id, booking.starts, booking.reason) == ("SE3", first.starts, "Kallad")
    assert (booking.purpose, booking.care_type, booking.invited_by_unit_id) == ("Kom!", care_type, sender)
    assert free(unit_id) == [second]
    assert [entry.act for entry in trail_of(database, booking)] == [Act.INVITED, Act.BOOKED]


def test_a_moved_timed_invitation_is_an_invitation_no_more_rule_67(region, database):
    unit_id = region.unit()
    first, second = region.slot(unit_id), region.slot(unit_id, MORNING + HOUR)
    with database.writing() as timetable:
        timed = timetable.invite(unit_id, PATIENT, "Kom!", slot=first, **ACT)
        moved = timetable.move(timed, second, contact=None, reason=None, new_public_id=False, **ACT)
    assert (moved.is_invitation, moved.purpose, moved.public_id) == (False, "Kom!", timed.public_id)


def test_an_invitation_taken_back_is_kept_as_withdrawn(region, database, free):
    unit_id = region.unit()
    slot = region.slot(unit_id)
    with database.writing() as timetable:
        timed = timetable.invite(unit_id, PATIENT, "Kom!", slot=slot, **ACT)
        withdrawn = timetable.withdraw(timed, **ACT)
    assert withdrawn.state is BookingState.WITHDRAWN
    assert free(unit_id) == [slot]
    assert trail_of(database, timed)[-1].act is Act.WITHDRAWN


def test_bookings_come_in_order_of_start_from_a_moment_and_of_one_unit_rules_80_and_81(region, database, booked):
    here, there = region.unit(), region.unit()
    late, early, elsewhere = (
        booked(region.slot(unit_id, MORNING + hours * HOUR)) for unit_id, hours in ((here, 5), (here, 0), (there, 2))
    )
    with database.reading() as timetable:
        assert timetable.bookings_of(PATIENT, here) == (early, late)
        assert timetable.bookings_of(PATIENT, None) == (early, elsewhere, late)
        assert timetable.bookings_of(PATIENT, here, from_time=MORNING) == (early, late)
        assert timetable.bookings_of(PATIENT, here, from_time=MORNING + timedelta(seconds=1)) == (late,)
        assert timetable.bookings_of("198101079294", None) == ()


def test_a_unit_has_noted_listings_and_restrictions_of_one_patient(region, database):
    here, there = region.unit(), region.unit()
    kind, doctor, nurse = region.time_type(here), region.performer(here), region.performer(here)
    with database.reading() as timetable:
        nothing = timetable.standing(here, PATIENT)
    region.link(t.listings, unit_id=here, patient=PATIENT)
    region.link(t.restrictions, unit_id=here, patient=PATIENT, time_type_id=kind)
    for performer in (doctor, nurse):
        region.link(t.listings, unit_id=here, patient=PATIENT, performer_id=performer)
    region.link(t.restrictions, unit_id=there, patient=PATIENT)
    with database.reading() as timetable:
        standing, elsewhere = timetable.standing(here, PATIENT), timetable.standing(there, PATIENT)
        assert timetable.standing(here, "198101079294") == nothing
    assert (nothing.listed, nothing.own_performer_ids, nothing.barred_entirely) == (False, frozenset(), False)
    assert (standing.listed, standing.own_performer_ids) == (True, {doctor, nurse})
    assert (standing.barred_time_type_ids, standing.barred_entirely) == ({kind}, False)
    assert (elsewhere.listed, elsewhere.barred_entirely) == (False, True)


@pytest.mark.parametrize("table", [t.listings, t.restrictions])
def test_a_patient_is_noted_once(table, region):
    unit_id = region.unit()
    region.link(table, unit_id=unit_id, patient=PATIENT)
    with pytest.raises(Collision):
        region.link(table, unit_id=unit_id, patient=PATIENT)


def test_a_moment_within_a_second_is_kept_as_the_second(region, database):
    slot = region.slot(region.unit())
    moment = datetime(2026, 3, 2, 9, 0, 1, 999_999)
    with database.writing() as timetable:
        booking = timetable.book(slot, PATIENT, CONTACT, reason=None, care_type=None, origin=ORIGIN, now=moment)
    assert booking.made_at == booking.changed_at == trail_of(database, booking)[0].at == moment.replace(microsecond=0)
