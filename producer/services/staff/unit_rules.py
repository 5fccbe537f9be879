"""The booking rules of a unit: shown, tried out and changed."""

from dataclasses import dataclass

from producer.domain.booking_rules import BookingRules, contradictions
from producer.domain.connection import Service, has_service
from producer.domain.model import CareUnit
from producer.domain.staff import ChangedMeanwhile, Invalid, Sentence
from producer.services.staff.admission import Visit, changing, reading, unit_to_change
from producer.services.staff.fingerprints import fingerprint
from producer.services.staff.rule_effects import effects
from producer.services.staff.rule_fields import CONTRADICTIONS, changes, differences
from producer.store.changes import add_change
from producer.store.engine import Database
from producer.store.unit_rules import change_rules, row_of


@dataclass(frozen=True, kw_only=True, slots=True)
class RulesShown:
    """A unit with its rules; `seen` goes with a form that changes them."""

    unit: CareUnit
    may_change: bool
    seen: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What would be changed, and what would follow from it for what is booked and free."""

    unit: CareUnit
    changes: list[Sentence]
    effects: list[Sentence]


def shown(database: Database, visit: Visit, unit_hsa_id: str) -> RulesShown:
    with reading(database, visit, unit_hsa_id) as (_, unit):
        return RulesShown(unit=unit, may_change=visit.staff.may_change(unit.id), seen=_seen(unit.rules))


def shown_to_change(database: Database, visit: Visit, unit_hsa_id: str) -> RulesShown:
    """Raises NotAllowed before anything that was filled in is looked at."""
    with database.reading() as timetable:
        unit = unit_to_change(timetable, visit, unit_hsa_id)
        return RulesShown(unit=unit, may_change=True, seen=_seen(unit.rules))


def preview(database: Database, visit: Visit, unit_hsa_id: str, rules: BookingRules, seen: str) -> Preview:
    """Raises Invalid, ChangedMeanwhile."""
    with database.reading() as timetable:
        unit = unit_to_change(timetable, visit, unit_hsa_id)
        _check(unit, rules, seen)
        wanted = changes(unit.rules, rules)
        return Preview(unit=unit, changes=wanted, effects=effects(timetable, unit, rules, visit.now) if wanted else [])


def change(database: Database, visit: Visit, unit_hsa_id: str, rules: BookingRules, seen: str) -> list[Sentence]:
    """Answers one sentence for each thing that was changed; raises Invalid, ChangedMeanwhile."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        _check(unit, rules, seen)
        made = changes(unit.rules, rules)
        if made:
            change_rules(timetable.connection, unit.id, rules)
        if has_service(rules, Service.DETAILS) != has_service(unit.rules, Service.DETAILS):
            timetable.tell_index_of_unit(unit.id, visit.now)  # rule 93
        for sentence in made:
            add_change(timetable, visit.staff, sentence, unit_id=unit.id, now=visit.now)
        return made


def _check(unit: CareUnit, rules: BookingRules, seen: str) -> None:
    if seen != _seen(unit.rules):
        raise ChangedMeanwhile(*differences(unit.rules, rules))
    if broken := contradictions(rules):
        raise Invalid(*(CONTRADICTIONS[sentence] for sentence in broken))


def _seen(rules: BookingRules) -> str:
    return fingerprint(row_of(rules))
