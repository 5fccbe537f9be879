"""The lists as staff keep them, on every database."""

from datetime import date, datetime, time, timedelta

import pytest

from producer.domain.registers import NoteKind, Register, Use
from producer.store import lists, lists_patients, unit_edits
from producer.store import tables as t

NOW = datetime(2026, 3, 2, 7, 0)
PATIENT = "197001239297"


def schedule(unit_id, name, valid_to=None, **more):
    return {
        "unit_id": unit_id,
        "name": name,
        "weekdays": "1",
        "opens": time(8),
        "closes": time(9),
        "slot_minutes": 15,
        "pause_minutes": 0,
        "every_weeks": 1,
        "valid_from": date(2026, 1, 1),
        "valid_to": valid_to,
        "days_ahead": 14,
        "laid_out_to": date(2026, 3, 1),
        **more,
    }


def test_each_list_tells_what_is_in_use_first_and_in_the_order_of_the_swedish_alphabet(region, database):
    here, there = region.unit(), region.unit()
    for last in ("Öman", "Åberg", "Zetterlund"):
        region.performer(here, last=last)
    gone = region.performer(here, there, last="Alm")
    region.performer(there, last="Annan")
    kinds = [region.time_type(here) for _ in range(2)]
    cares = [region.care_type(here) for _ in range(2)]
    with database.writing() as timetable:
        lists.change_entry(timetable, Register.PERFORMERS, gone, retired=True)
        lists.set_care_types(timetable, kinds[0], reversed(cares))
        lists.set_performers(timetable, kinds[0], [gone])
    with database.reading() as timetable:
        people = lists.entries(timetable, Register.PERFORMERS, here)
        assert [each.person.last_name for each in people] == ["Zetterlund", "Åberg", "Öman", "Alm"]
        assert people[-1].unit_ids == {here, there}
        first, second = sorted(lists.entries(timetable, Register.TIME_TYPES, here), key=lambda kind: kind.id)
        assert (first.care_type_ids, first.performer_ids) == (tuple(reversed(cares)), {gone})
        assert (second.care_type_ids, second.performer_ids) == ((), frozenset())
        assert lists.entries(timetable, Register.RESOURCES, here) == []
        assert [each.person.last_name for each in lists.performers_elsewhere(timetable, here, {there})] == ["Annan"]


@pytest.mark.parametrize("register", Register)
def test_what_is_new_is_not_used_and_can_be_deleted_with_its_links(register, region, database):
    here = region.unit()
    kind, who, care = region.time_type(here), region.performer(here), region.care_type(here)
    entry_id = {
        Register.TIME_TYPES: kind,
        Register.PERFORMERS: who,
        Register.CARE_TYPES: care,
        Register.RESOURCES: region.resource(here),
    }[register]
    with database.writing() as timetable:
        lists.set_care_types(timetable, kind, [care])
        lists.set_performers(timetable, kind, [who])
        use = lists.use_of(timetable, register, here, entry_id, NOW)
        assert use == Use(free_times=0, bookings=0, schedules=(), is_booked=False, is_used=False)
        lists.delete_entry(timetable, register, entry_id)
        assert lists.entry(timetable, register, here, entry_id) is None


@pytest.mark.parametrize("register", [Register.TIME_TYPES, Register.PERFORMERS, Register.RESOURCES])
def test_use_counts_what_is_coming_here_and_knows_of_the_rest(register, region, database):
    here, there = region.unit(), region.unit()
    kind, who, what = region.time_type(here), region.performer(here, there), region.resource(here)
    entry_id = {Register.TIME_TYPES: kind, Register.PERFORMERS: who, Register.RESOURCES: what}[register]
    hour = timedelta(hours=1)
    for hours, blocked in ((-2, False), (1, False), (2, False), (3, True)):
        region.slot(here, NOW + hours * hour, time_type=kind, performer=who, resource=what, blocked=blocked)
    region.slot(there, NOW + hour, performer=who)
    with database.writing() as timetable:
        for name, valid_to in (("A", None), ("B", NOW.date()), ("C", date(2026, 3, 3))):
            row = schedule(here, name, valid_to, performer_id=who, resource_id=what)
            added = timetable.connection.execute(t.base_schedules.insert(), row).inserted_primary_key
            link = {"base_schedule_id": added.id, "time_type_id": kind}
            timetable.connection.execute(t.base_schedule_time_types.insert(), link)
        use = lists.use_of(timetable, register, here, entry_id, NOW)
        assert use == Use(free_times=2, bookings=0, schedules=("A", "C"), is_booked=False, is_used=True)
        everywhere = lists.use_of(timetable, register, None, entry_id, NOW)
        assert everywhere.free_times == (3 if register is Register.PERFORMERS else 2)


def test_who_leaves_has_her_coming_free_times_blocked_here_alone(region, database):
    here, there = region.unit(), region.unit()
    who = region.performer(here, there)
    kinds = [region.time_type(unit_id) for unit_id in (here, there)]
    slots = [region.slot(unit_id, NOW + timedelta(hours=1), performer=who) for unit_id in (here, there)]
    past = region.slot(here, NOW - timedelta(hours=1), performer=who)
    with database.writing() as timetable:
        lists.give_time_types(timetable, who, kinds)
        lists.remove_member(timetable, here, who, NOW)
        rows = timetable.connection.execute(t.slots.select().where(t.slots.c.blocked)).all()
        assert [row.id for row in rows] == [slots[0].id]
        assert past.id != slots[0].id
        assert timetable.performers(here) == ()
        assert [one.id for one in timetable.performers(there)] == [who]
        links = timetable.connection.execute(t.time_type_performers.select()).all()
        assert [link.time_type_id for link in links] == kinds[1:]


@pytest.mark.parametrize("kind", NoteKind)
def test_notes_are_kept_by_patient_and_told_with_a_name(kind, region, database):
    here = region.unit()
    about = region.performer(here, title="Läkare") if kind is NoteKind.LISTED else region.time_type(here, "T")
    with database.writing() as timetable:
        for about_id in (None, about):
            assert not lists_patients.has_note(timetable, kind, here, PATIENT, about_id)
            lists_patients.add_note(timetable, kind, here, PATIENT, about_id)
            assert lists_patients.has_note(timetable, kind, here, PATIENT, about_id)
        lists_patients.add_note(timetable, kind, here, "191212121212", None)
    with database.writing() as timetable:
        everybody = lists_patients.notes(timetable, kind, here, patient=None, limit=9, offset=0)
        assert [note.patient for note in everybody] == ["191212121212", PATIENT, PATIENT]
        mine = lists_patients.notes(timetable, kind, here, patient=PATIENT, limit=9, offset=0)
        assert [note.about for note in mine] == [
            None,
            "Läkare Test Testsson" if kind is NoteKind.LISTED else "Namn T",
        ]
        assert lists_patients.note(timetable, kind, here, mine[1].id) == mine[1]
        assert lists_patients.note(timetable, kind, here + 1, mine[1].id) is None
        lists_patients.remove_note(timetable, kind, mine[1].id)
        assert lists_patients.count_notes(timetable, kind, here) == 2


def test_groups_know_how_many_they_are(region, database):
    unit_id = region.unit(group="B")
    with database.writing() as timetable:
        unit_edits.add_group(timetable, "A")
        assert [(group.name, group.size) for group in unit_edits.groups(timetable)] == [("A", 0), ("B", 1)]
        use = unit_edits.use_of_unit(timetable, unit_id, NOW)
        assert (use.free_times, use.bookings, use.schedules, use.is_booked) == (0, 0, (), False)
