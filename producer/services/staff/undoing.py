"""The changes of a unit: what they were, and undoing them."""

from dataclasses import dataclass

from producer.domain.model import CareUnit
from producer.domain.staff import Change, Sentence
from producer.services.staff import slot_edits
from producer.services.staff.admission import Visit, changing, reading
from producer.store.changes import changes_of
from producer.store.engine import Database

PAGE = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """The newest first; `older_than` is where the next page begins, None on the last."""

    unit: CareUnit
    changes: tuple[Change, ...]
    older_than: int | None
    may_change: bool


def changes(database: Database, visit: Visit, unit_hsa_id: str, before_id: int | None = None) -> Changes:
    """Raises NotThere, NotAllowed."""
    with reading(database, visit, unit_hsa_id) as (timetable, unit):
        found = changes_of(timetable, unit.id, limit=PAGE + 1, before_id=before_id)
        return Changes(
            unit=unit,
            changes=tuple(found[:PAGE]),
            older_than=found[PAGE - 1].id if len(found) > PAGE else None,
            may_change=visit.staff.may_change(unit.id),
        )


def undo(database: Database, visit: Visit, unit_hsa_id: str, change_id: int) -> Sentence:
    """Raises NotThere, NotAllowed, Invalid, ChangedMeanwhile."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        return slot_edits.undo(timetable, visit, unit, change_id)
