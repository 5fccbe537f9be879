"""Sheets read in: first what would come of it, then all of it or nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from producer.domain.model import CareUnit
from producer.domain.staff import Sentence
from producer.services.staff.admission import Visit, changing
from producer.services.staff.exchange_bookings import add_bookings
from producer.services.staff.exchange_plans import Plan
from producer.services.staff.exchange_slots import add_slots
from producer.services.staff.sheets import Kind, SheetRow
from producer.store.engine import Database
from producer.store.timetable import Timetable


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """What came of it; without a sentence nothing was changed."""

    plan: Plan
    sentence: Sentence | None = None


class _Undone(Exception):
    """Ends a transaction of which nothing is to stay."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan


def preview(database: Database, visit: Visit, unit_hsa_id: str, kind: Kind, rows: Sequence[SheetRow]) -> Plan:
    """It is done and undone, so that what is told is what would come of it."""
    return _done(database, visit, unit_hsa_id, kind, rows, is_trial=True).plan


def take_in(database: Database, visit: Visit, unit_hsa_id: str, kind: Kind, rows: Sequence[SheetRow]) -> Imported:
    """All rows, or none when one of them has a fault; what is there already is not added again."""
    return _done(database, visit, unit_hsa_id, kind, rows, is_trial=False)


def _done(
    database: Database, visit: Visit, unit_hsa_id: str, kind: Kind, rows: Sequence[SheetRow], *, is_trial: bool
) -> Imported:
    try:
        with changing(database, visit, unit_hsa_id) as (timetable, unit):
            plan, sentence = _ADD[kind](timetable, visit, unit, rows)
            _undo_if(is_trial or bool(plan.faults), plan)
            return Imported(plan=plan, sentence=sentence)
    except _Undone as undone:
        return Imported(plan=undone.plan)


def _undo_if(is_undone: bool, plan: Plan) -> None:
    if is_undone:
        raise _Undone(plan)


_Add = Callable[[Timetable, Visit, CareUnit, Sequence[SheetRow]], tuple[Plan, Sentence]]
_ADD: Mapping[Kind, _Add] = {Kind.SLOTS: add_slots, Kind.BOOKINGS: add_bookings}
