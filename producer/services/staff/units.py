"""Care units and their groups are added, changed and retired by administrators."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from producer.domain.model import CareUnit
from producer.domain.registers import UnitGroup, Use
from producer.domain.staff import Change, ChangedMeanwhile, Fault, Invalid, NotThere, Sentence
from producer.services.staff.admission import Visit, administering, overseeing
from producer.services.staff.fingerprints import fingerprint
from producer.services.staff.typed import Line, hsa_id_faults, line_faults
from producer.store import unit_edits
from producer.store.changes import add_change, changes_of
from producer.store.engine import Database
from producer.store.timetable import Timetable
from producer.store.units import hsa_key

_LINES = {
    "name": Line(longest=200, must=Sentence("Ange enhetens namn.")),
    "county": Line(longest=100, must=Sentence("Ange länet.")),
    "municipality_name": Line(longest=100),
    "visiting_address": Line(longest=300),
}
_GROUP_NAME = {"group_name": Line(longest=100, must=Sentence("Ange gruppens namn."))}
_DIGITS_OF_A_MUNICIPALITY = 4
CHANGES_A_PAGE = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class TypedUnit:
    """`lines` are the fields of text by their names in CareUnit; the group by its name, if it is in one."""

    hsa_id: str
    lines: Mapping[str, str]
    municipality_code: str = ""
    group: str = ""
    offers_care: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownUnit:
    unit: CareUnit
    use: Use
    groups: list[UnitGroup]
    seen: str


def all_units(database: Database, visit: Visit) -> tuple[list[CareUnit], list[UnitGroup]]:
    """By name, the retired last."""
    with overseeing(database, visit) as timetable:
        units = sorted(timetable.units(), key=lambda unit: (unit.retired, unit.name.casefold()))
        return units, unit_edits.groups(timetable)


def shown(database: Database, visit: Visit, hsa_id: str) -> ShownUnit:
    with overseeing(database, visit) as timetable:
        unit = _unit(timetable, hsa_id)
        use = unit_edits.use_of_unit(timetable, unit.id, visit.now)
        return ShownUnit(unit=unit, use=use, groups=unit_edits.groups(timetable), seen=_seen(unit))


def add(database: Database, visit: Visit, typed: TypedUnit) -> Sentence:
    """With the usual rules, which allow everything; raises Invalid."""
    with administering(database, visit) as timetable:
        _refuse(_faults(timetable, typed, None))
        unit_edits.add_unit(timetable, **_columns(timetable, typed))
        sentence = Sentence("Enheten %(name)s har lagts till.", {"name": typed.lines["name"]})
        return _tell(timetable, visit, sentence, None)


def change(database: Database, visit: Visit, hsa_id: str, typed: TypedUnit, seen: str) -> Sentence:
    """Raises Invalid, ChangedMeanwhile."""
    with _changing(database, visit, hsa_id) as (timetable, unit):
        if seen != _seen(unit):
            raise ChangedMeanwhile(*_now(unit))
        faults = _faults(timetable, typed, unit)
        is_booked = unit_edits.use_of_unit(timetable, unit.id, visit.now).is_booked
        if is_booked and hsa_key(typed.hsa_id) != hsa_key(unit.hsa_id):
            kept = Sentence(
                "Enheten har bokningar eller kallelser som invånare och 1177 känner under %(hsa_id)s,"
                " så HSA-id:t kan inte ändras.",
                {"hsa_id": unit.hsa_id},
            )
            faults = [*(fault for fault in faults if fault.field != "hsa_id"), Fault("hsa_id", kept)]
        _refuse(faults)
        has_new_id = typed.hsa_id != unit.hsa_id
        if has_new_id:
            timetable.halt_bookings()
        unit_edits.change_unit(timetable, unit.id, **_columns(timetable, typed))
        if has_new_id:
            timetable.tell_index_of_unit(unit.id, visit.now)  # it is in every post (rule 85)
        return _tell(timetable, visit, Sentence("Enheten %(name)s har ändrats.", {"name": typed.lines["name"]}), unit)


def retire(database: Database, visit: Visit, hsa_id: str) -> Sentence:
    """No time is offered or booked there any more; what is booked is seen and can be cancelled."""
    with _changing(database, visit, hsa_id) as (timetable, unit):
        unit_edits.change_unit(timetable, unit.id, retired=True)
        sentence = Sentence(
            "Enheten %(name)s är avvecklad: inga tider erbjuds, och det som är bokat finns kvar.", {"name": unit.name}
        )
        return _tell(timetable, visit, sentence, unit)


def bring_back(database: Database, visit: Visit, hsa_id: str) -> Sentence:
    with _changing(database, visit, hsa_id) as (timetable, unit):
        unit_edits.change_unit(timetable, unit.id, retired=False)
        return _tell(timetable, visit, Sentence("Enheten %(name)s är i bruk igen.", {"name": unit.name}), unit)


def add_group(database: Database, visit: Visit, name: str) -> Sentence:
    """Raises Invalid."""
    with administering(database, visit) as timetable:
        _refuse(_group_faults(timetable, name, None))
        unit_edits.add_group(timetable, name)
        return _tell(timetable, visit, Sentence("Gruppen %(name)s har lagts till.", {"name": name}), None)


def rename_group(database: Database, visit: Visit, group_id: int, name: str, *, was: str) -> Sentence:
    """`was` is the name as it was shown; raises Invalid, ChangedMeanwhile."""
    with administering(database, visit) as timetable:
        group = _group(timetable, group_id)
        if group.name != was:
            raise ChangedMeanwhile(Sentence("Gruppen heter nu %(name)s.", {"name": group.name}))
        _refuse(_group_faults(timetable, name, group))
        unit_edits.rename_group(timetable, group_id, name)
        sentence = Sentence("Gruppen %(was)s heter nu %(name)s.", {"was": group.name, "name": name})
        return _tell(timetable, visit, sentence, None)


def delete_group(database: Database, visit: Visit, group_id: int) -> Sentence:
    """An empty one; raises Invalid."""
    with administering(database, visit) as timetable:
        group = _group(timetable, group_id)
        if group.size:
            raise Invalid(
                Fault("", Sentence("Gruppen %(name)s har enheter och kan inte tas bort.", {"name": group.name}))
            )
        unit_edits.delete_group(timetable, group_id)
        return _tell(timetable, visit, Sentence("Gruppen %(name)s har tagits bort.", {"name": group.name}), None)


def changes(database: Database, visit: Visit, before_id: int | None) -> list[Change]:
    """What was changed of no unit in particular, the newest first."""
    with overseeing(database, visit) as timetable:
        return changes_of(timetable, None, limit=CHANGES_A_PAGE, before_id=before_id)


@contextmanager
def _changing(database: Database, visit: Visit, hsa_id: str) -> Iterator[tuple[Timetable, CareUnit]]:
    with administering(database, visit) as timetable:
        yield timetable, _unit(timetable, hsa_id)


def _unit(timetable: Timetable, hsa_id: str) -> CareUnit:
    unit = timetable.unit(hsa_id)
    if unit is None:
        raise NotThere
    return unit


def _group(timetable: Timetable, group_id: int) -> UnitGroup:
    found = next((group for group in unit_edits.groups(timetable) if group.id == group_id), None)
    if found is None:
        raise NotThere
    return found


def _faults(timetable: Timetable, typed: TypedUnit, unit: CareUnit | None) -> list[Fault]:
    faults = [*_hsa_id_faults(timetable, typed, unit), *line_faults(typed.lines, _LINES)]
    code = typed.municipality_code
    if code and not (len(code) == _DIGITS_OF_A_MUNICIPALITY and code.isascii() and code.isdecimal()):
        faults.append(Fault("municipality_code", Sentence("En kommunkod är fyra siffror, till exempel 0180.")))
    if typed.group and all(group.name != typed.group for group in unit_edits.groups(timetable)):
        faults.append(Fault("group", Sentence("Gruppen finns inte längre. Välj igen.")))
    order = ("name", "hsa_id", "county")
    return sorted(faults, key=lambda fault: order.index(fault.field) if fault.field in order else len(order))


def _hsa_id_faults(timetable: Timetable, typed: TypedUnit, unit: CareUnit | None) -> list[Fault]:
    """One that stays as it is may have any shape (rule 40)."""
    if unit is not None and unit.hsa_id == typed.hsa_id:
        return []
    same = timetable.unit(typed.hsa_id)
    if same is not None and (unit is None or same.id != unit.id):
        return [Fault("hsa_id", Sentence("HSA-id:t är redan enhetens %(name)s.", {"name": same.name}))]
    return hsa_id_faults(typed.hsa_id)


def _group_faults(timetable: Timetable, name: str, group: UnitGroup | None) -> list[Fault]:
    others = [each for each in unit_edits.groups(timetable) if group is None or each.id != group.id]
    if any(each.name.casefold() == name.casefold() for each in others):
        return [Fault("group_name", Sentence("Det finns redan en grupp som heter så."))]
    return line_faults({"group_name": name}, _GROUP_NAME)


def _columns(timetable: Timetable, typed: TypedUnit) -> dict[str, object]:
    group = next((group.id for group in unit_edits.groups(timetable) if group.name == typed.group), None)
    return {
        **{name: typed.lines.get(name) or None for name in _LINES},
        "hsa_id": typed.hsa_id,
        "hsa_key": hsa_key(typed.hsa_id),
        "municipality_code": typed.municipality_code or None,
        "group_id": group,
        "offers_care": typed.offers_care,
    }


def _seen(unit: CareUnit) -> str:
    places = (unit.county, unit.municipality_code, unit.municipality_name, unit.visiting_address)
    return fingerprint(unit.hsa_id, unit.name, *places, unit.group, unit.offers_care)


def _now(unit: CareUnit) -> tuple[Sentence, ...]:
    named = Sentence(
        "Nu: %(name)s, %(hsa_id)s, %(county)s.", {"name": unit.name, "hsa_id": unit.hsa_id, "county": unit.county}
    )
    return (named,) if unit.group is None else (named, Sentence("Grupp nu: %(name)s.", {"name": unit.group}))


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise Invalid(*faults)


def _tell(timetable: Timetable, visit: Visit, sentence: Sentence, unit: CareUnit | None) -> Sentence:
    add_change(timetable, visit.staff, sentence, unit_id=None if unit is None else unit.id, now=visit.now)
    return sentence
