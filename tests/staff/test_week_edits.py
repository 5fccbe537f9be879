"""The edits of slots that pages, base schedules and imports are made of."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import process_time

import pytest
from rules.world import EKEN, LINDEN

from producer.domain.model import CareUnit, Contact
from producer.domain.staff import ChangedMeanwhile, Invalid, NotThere, Role, Sentence, Staff
from producer.services.staff.admission import Visit
from producer.services.staff.slot_edits import SlotEdit, edit_slots, undo
from producer.store.changes import changes_of
from producer.store.slot_rows import SlotFace, SlotRow, slots_between
from producer.store.timetable import Timetable
from staff.world import StaffWorld

FROM, TO = datetime(2026, 11, 24), datetime(2026, 12, 24)
PATIENT = "199001012385"
TOLD = Sentence("%(count)s tider lades till.", {"count": 1})


@contextmanager
def at(world: StaffWorld, hsa_id: str = EKEN) -> Iterator[tuple[Timetable, Visit, CareUnit]]:
    with world.timetable() as timetable:
        unit = timetable.unit(hsa_id)
        assert unit
        yield timetable, Visit(staff=Staff(account_id=1, name="admin", role=Role.ADMINISTRATOR), now=world.now), unit


def edit(world: StaffWorld, edit: SlotEdit, hsa_id: str = EKEN) -> int:
    with at(world, hsa_id) as (timetable, visit, unit):
        return edit_slots(timetable, visit, unit, edit, TOLD)


def undone(world: StaffWorld, change_id: int, hsa_id: str = EKEN) -> Sentence:
    with at(world, hsa_id) as (timetable, visit, unit):
        return undo(timetable, visit, unit, change_id)


def rows(world: StaffWorld, hsa_id: str = EKEN) -> list[SlotRow]:
    with at(world, hsa_id) as (timetable, _, unit):
        return slots_between(timetable, unit.id, FROM, TO)


def free(world: StaffWorld) -> SlotRow:
    return next(row for row in rows(world) if row.booking_id is None and not row.face.blocked)


def booked(world: StaffWorld) -> SlotRow:
    return next(row for row in rows(world) if row.booking_id is not None)


def moved(face: SlotFace, **time: float) -> SlotFace:
    return changed(face, starts=face.starts + timedelta(**time), ends=face.ends + timedelta(**time))


def changed(face: SlotFace, **fields: object) -> SlotFace:
    return SlotFace(**{name: fields.get(name, getattr(face, name)) for name in SlotFace.__slots__})


def test_slots_are_added_removed_and_altered_and_all_of_it_is_undone(world: StaffWorld) -> None:
    before = rows(world)
    first, second, third = [row for row in before if row.booking_id is None][:3]
    added = moved(first.face, days=21, hours=9)
    change_id = edit(
        world, SlotEdit(add=(added,), remove=(first,), alter=((second, changed(second.face, blocked=True)),))
    )
    after = {row.public_id: row for row in rows(world)}
    assert first.public_id not in after
    assert after[second.public_id].face.blocked
    assert after[third.public_id] == third
    assert added in [row.face for row in after.values()]
    assert undone(world, change_id).text.startswith("Ångrat")
    assert {(row.public_id, row.face) for row in rows(world)} == {(row.public_id, row.face) for row in before}
    with pytest.raises(Invalid, match="redan ångrad"):
        undone(world, change_id)
    with pytest.raises(NotThere):
        undone(world, change_id + 100)


def test_a_change_of_one_unit_is_not_undone_at_another(world: StaffWorld) -> None:
    change_id = edit(world, SlotEdit(remove=(free(world),)))
    with pytest.raises(NotThere):
        undone(world, change_id, LINDEN)


def test_a_change_is_not_undone_when_a_slot_has_been_booked_since(world: StaffWorld) -> None:
    face = moved(free(world).face, days=21, hours=9)
    change_id = edit(world, SlotEdit(add=(face,)))
    slot = next(row for row in rows(world) if row.face == face)
    with at(world) as (timetable, visit, _):
        booked = timetable.slot_by_public_id(slot.public_id)
        assert booked
        who = Contact(first_name="Åsa", last_name="Öberg")
        timetable.book(booked, PATIENT, who, reason=None, care_type=None, origin=visit.origin, now=visit.now)
    with pytest.raises(ChangedMeanwhile) as told:
        undone(world, change_id)
    assert "bokad" in told.value.sentences[0].text


def test_what_somebody_changed_meanwhile_is_not_overwritten(world: StaffWorld) -> None:
    seen = free(world)
    edit(world, SlotEdit(alter=((seen, moved(seen.face, minutes=5)),)))
    with pytest.raises(ChangedMeanwhile):
        edit(world, SlotEdit(alter=((seen, changed(seen.face, blocked=True)),)))
    now = next(row for row in rows(world) if row.public_id == seen.public_id)
    edit(world, SlotEdit(remove=(now,)))
    with pytest.raises(ChangedMeanwhile) as told:
        edit(world, SlotEdit(remove=(now,)))
    assert "finns inte längre" in told.value.sentences[0].text


def test_a_booked_slot_is_left_alone(world: StaffWorld) -> None:
    with pytest.raises(Invalid, match="är bokad"):
        edit(world, SlotEdit(remove=(booked(world),)))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"ends": datetime(2026, 12, 1, 7)}, "sluta efter"),
        ({"ends": datetime(2026, 12, 3, 7)}, "högst ett dygn"),
        (
            {"starts": datetime(2027, 3, 28, 1, 45), "ends": datetime(2027, 3, 28, 2, 15)},
            "ställs klockan om",
        ),  # rule 34
        ({"time_type_id": 99999}, "Tidtypen finns inte"),
        ({"performer_id": 99999}, "Utföraren finns inte"),
        ({"resource_id": 99999}, "Resursen finns inte"),
    ],
)
def test_a_time_that_cannot_be_is_refused(world: StaffWorld, fields: dict[str, object], told: str) -> None:
    usual = changed(free(world).face, starts=datetime(2026, 12, 1, 7), ends=datetime(2026, 12, 1, 7, 30))
    before = world.dump()
    with pytest.raises(Invalid, match=told):
        edit(world, SlotEdit(add=(changed(usual, **fields),)))
    assert world.dump() == before


def test_nothing_is_added_that_is_there_or_twice(world: StaffWorld) -> None:
    row = free(world)
    with pytest.raises(Invalid, match="finns redan"):
        edit(world, SlotEdit(add=(row.face,)))
    new = moved(row.face, days=21, hours=9)
    with pytest.raises(Invalid, match="finns redan"):
        edit(world, SlotEdit(add=(new, new)))
    edit(world, SlotEdit(add=(row.face,), remove=(row,)))


def test_of_many_faults_five_are_told_and_the_rest_counted(world: StaffWorld) -> None:
    faces = tuple(row.face for row in rows(world) if row.booking_id is None)[:8]
    with pytest.raises(Invalid) as told:
        edit(world, SlotEdit(add=faces))
    assert [fault.sentence.values.get("count") for fault in told.value.faults] == [None] * 5 + [3]


def test_two_thousand_slots_take_a_moment(world: StaffWorld) -> None:
    face = moved(free(world).face, days=400, hours=9)
    faces = tuple(moved(face, days=minute // 60, minutes=minute % 60) for minute in range(2000))
    began = process_time()
    change_id = edit(world, SlotEdit(add=faces))
    undone(world, change_id)
    assert process_time() - began < 2


def test_each_change_is_kept_with_its_sentence(world: StaffWorld) -> None:
    change_id = edit(world, SlotEdit(remove=(free(world),)))
    undone(world, change_id)
    with at(world) as (timetable, _, unit):
        latest, before, *_ = changes_of(timetable, unit.id)
    assert latest.sentence == Sentence("Ångrat: %(change)s", {"change": TOLD})
    assert not latest.can_be_undone
    assert (before.id, before.sentence, before.undone, before.can_be_undone) == (change_id, TOLD, True, False)
