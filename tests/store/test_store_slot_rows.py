"""Slots as staff change them, on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from producer.domain.model import Actor, ActorType, Contact, Origin
from producer.domain.staff import Role, Sentence, Staff
from producer.store import accounts, shelves, slot_rows
from producer.store.changes import add_change, changes_of, mark_undone, undo_of
from producer.store.engine import Collision
from producer.store.slot_holders import holders_of, performers_by_id, resources_by_id

NOW = datetime(2026, 3, 2, 9, 0)
FROM, TO = datetime(2026, 1, 1), datetime(2027, 1, 1)
PATIENT = "197001239297"
ACT = {"origin": Origin(actor=Actor(type=ActorType.PATIENT, id=PATIENT)), "now": NOW, "reason": None, "care_type": None}
CONTACT = Contact(first_name="Åsa", last_name="Öst")


@pytest.fixture
def read(database):
    """The rows of a unit."""

    def rows(unit_id, starts=FROM, ends=TO):
        with database.reading() as timetable:
            return slot_rows.slots_between(timetable, unit_id, starts, ends)

    return rows


def test_slots_are_added_altered_and_removed(region, database, read):
    unit_id = region.unit("SE1")
    slot = region.slot(unit_id, performer=region.performer(unit_id), resource=region.resource(unit_id))
    (row,) = read(unit_id)
    assert (row.public_id, row.face.starts, row.booking_id) == (slot.public_id, slot.starts, None)
    later = replace(row.face, starts=row.face.ends, ends=row.face.ends + timedelta(hours=1))
    with database.writing() as timetable:
        slot_rows.add_slots(timetable, unit_id, [later], ["abc"])
        slot_rows.alter_slots(timetable, [(row, replace(row.face, blocked=True, performer_id=None))])
    assert [each.face for each in read(unit_id)] == [replace(row.face, blocked=True, performer_id=None), later]
    with database.writing() as timetable:
        found = slot_rows.slots_by_public_id(timetable, unit_id, ["abc", "not there"], to_write=True)
        assert [each.face for each in found.values()] == [later]
        assert slot_rows.slots_by_public_id(timetable, unit_id + 1, ["abc"]) == {}
        slot_rows.remove_slots(timetable, found.values())
    assert [each.public_id for each in read(unit_id)] == [slot.public_id]


def test_slots_that_touch_a_period_are_found(region, read):
    unit_id = region.unit("SE1")
    slot = region.slot(unit_id)
    minute = timedelta(minutes=1)
    assert read(unit_id, slot.ends - minute, slot.ends)
    assert read(unit_id, slot.starts, slot.starts + minute)
    assert not read(unit_id, slot.ends, slot.ends + minute)
    assert not read(unit_id, slot.starts - minute, slot.starts)


@pytest.mark.parametrize("field", ["performer_id", "resource_id", "starts"])
def test_a_slot_that_staff_gave_another_face_is_not_booked_as_it_was_read(region, database, read, field):
    unit_id = region.unit("SE1")
    slot = region.slot(unit_id, performer=region.performer(unit_id), resource=region.resource(unit_id))
    (row,) = read(unit_id)
    other = None if field != "starts" else row.face.starts + timedelta(minutes=5)
    with database.writing() as timetable:
        slot_rows.alter_slots(timetable, [(row, replace(row.face, **{field: other}))])
    with pytest.raises(Collision), database.writing() as timetable:
        timetable.book(slot, PATIENT, CONTACT, **ACT)


def test_the_holder_of_a_slot_and_the_names_are_found_by_key(region, database, read):
    unit_id = region.unit("SE1")
    slot = region.slot(unit_id, performer=region.performer(unit_id), resource=region.resource(unit_id))
    with database.writing() as timetable:
        booking = timetable.book(slot, PATIENT, CONTACT, **ACT)
    (row,) = read(unit_id)
    with database.reading() as timetable:
        holders = holders_of(timetable, unit_id, FROM, TO)
        assert holders[row.booking_id].public_id == booking.public_id
        assert performers_by_id(timetable, [row.face.performer_id]) == {slot.offer.performer.id: slot.offer.performer}
        assert resources_by_id(timetable, [row.face.resource_id]) == {slot.offer.resource.id: slot.offer.resource}
        used = shelves.in_use(timetable, unit_id)
        assert row.face.time_type_id in used.time_type_ids
        assert row.face.performer_id in used.performer_ids
        assert row.face.resource_id in used.resource_ids


def test_what_it_takes_to_undo_is_kept_at_its_unit_until_it_is_undone(region, database):
    here, there = region.unit("SE1"), region.unit("SE2")
    with database.writing() as timetable:
        account_id = accounts.add_account(timetable, "erik", "x", Role.EDITOR, [here], now=NOW)
        staff = Staff(account_id=account_id, name="erik", role=Role.EDITOR)
        kept = add_change(timetable, staff, Sentence("En"), unit_id=here, now=NOW, undo={"kind": "x"})
        ours = add_change(timetable, staff, Sentence("Två"), unit_id=None, now=NOW, undo={"kind": "y"})
        assert undo_of(timetable, kept, unit_id=here) == {"kind": "x"}
        assert undo_of(timetable, kept, unit_id=there) is None
        assert undo_of(timetable, kept, unit_id=None) is None
        assert undo_of(timetable, ours, unit_id=None) == {"kind": "y"}
        mark_undone(timetable, kept)
        assert undo_of(timetable, kept, unit_id=here) is None
        assert [change.undone for change in changes_of(timetable, here)] == [True]
