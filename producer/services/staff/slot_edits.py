"""Times are added, removed and altered in one go, told in one sentence, and undone."""

from dataclasses import dataclass

from producer.domain.model import CareUnit
from producer.domain.staff import Fault, Invalid, NotThere, Sentence
from producer.services.staff.admission import Visit
from producer.services.staff.kept_edits import KeptEdit, KeptSlot, kept_from, kept_in
from producer.services.staff.slot_checks import Names, demand_as_left, demand_as_seen, faults_of
from producer.store import slot_rows
from producer.store.changes import add_change, changes_of, mark_undone, undo_of
from producer.store.slot_rows import SlotFace, SlotRow
from producer.store.timetable import Timetable


@dataclass(frozen=True, kw_only=True, slots=True)
class SlotEdit:
    """Slots to add, and slots as they were seen: to remove, or to give another face."""

    add: tuple[SlotFace, ...] = ()
    remove: tuple[SlotRow, ...] = ()
    alter: tuple[tuple[SlotRow, SlotFace], ...] = ()


def edit_slots(timetable: Timetable, visit: Visit, unit: CareUnit, edit: SlotEdit, sentence: Sentence) -> int:
    """All of it or nothing, in the caller's transaction; the id of the change that can be undone.

    Raises Invalid with faults that belong to no field, and ChangedMeanwhile.
    """
    timetable.take_turn_to_lay_out()
    names = Names.of(timetable, unit)
    touched = (*edit.remove, *(row for row, _ in edit.alter))
    demand_as_seen(timetable, unit, touched, names)
    if faults := faults_of(timetable, unit, add=edit.add, remove=edit.remove, alter=edit.alter, names=names):
        raise Invalid(*faults)
    slot_rows.remove_slots(timetable, edit.remove)
    slot_rows.alter_slots(timetable, edit.alter)
    added = slot_rows.add_slots(timetable, unit.id, edit.add)
    kept = KeptEdit(
        added=tuple(map(KeptSlot, added, edit.add)),
        removed=tuple(KeptSlot(row.public_id, row.face) for row in edit.remove),
        altered=tuple((KeptSlot(row.public_id, row.face), face) for row, face in edit.alter),
    )
    return add_change(timetable, visit.staff, sentence, unit_id=unit.id, now=visit.now, undo=kept_from(kept))


def undo(timetable: Timetable, visit: Visit, unit: CareUnit, change_id: int) -> Sentence:
    """The slots are as they were before the change; raises NotThere, ChangedMeanwhile and Invalid."""
    timetable.take_turn_to_lay_out()
    edit = kept_in(undo_of(timetable, change_id, unit_id=unit.id))
    if edit is None:
        raise _not_to_be_undone(timetable, unit, change_id)
    names = Names.of(timetable, unit)
    left = (*edit.added, *(KeptSlot(slot.public_id, face) for slot, face in edit.altered))
    rows = demand_as_left(timetable, unit, left, names)
    removed = [rows[slot.public_id] for slot in edit.added]
    altered = [(rows[slot.public_id], slot.face) for slot, _ in edit.altered]
    restored = [slot.face for slot in edit.removed]
    if faults := faults_of(
        timetable, unit, add=restored, remove=removed, alter=altered, names=names, is_restoring=True
    ):
        raise Invalid(*faults)
    slot_rows.remove_slots(timetable, removed)
    slot_rows.alter_slots(timetable, altered)
    slot_rows.add_slots(timetable, unit.id, restored, [slot.public_id for slot in edit.removed])
    mark_undone(timetable, change_id)
    sentence = _undone(timetable, unit, change_id)
    add_change(timetable, visit.staff, sentence, unit_id=unit.id, now=visit.now)
    return sentence


def _not_to_be_undone(timetable: Timetable, unit: CareUnit, change_id: int) -> Exception:
    there = changes_of(timetable, unit.id, limit=1, before_id=change_id + 1)
    if not there or there[0].id != change_id:
        return NotThere()
    if there[0].undone:
        return Invalid(Fault("", Sentence("Ändringen är redan ångrad.")))
    return Invalid(Fault("", Sentence("Ändringen kan inte ångras härifrån.")))


def _undone(timetable: Timetable, unit: CareUnit, change_id: int) -> Sentence:
    (change,) = changes_of(timetable, unit.id, limit=1, before_id=change_id + 1)
    return Sentence("Ångrat: %(change)s", {"change": change.sentence})
