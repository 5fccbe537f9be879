"""What staff type about one entry of a unit's lists, whether it can be, and what it becomes."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from producer.domain.model import CareUnit
from producer.domain.registers import Entry, Register
from producer.domain.staff import Fault, Sentence
from producer.services.staff.typed import Line, hsa_id_faults, line_faults
from producer.store import lists
from producer.store.timetable import Timetable
from producer.store.units import hsa_key

_NAME = {"name": Line(longest=200, must=Sentence("Ange ett namn."))}
_PERSON = {
    "title": Line(longest=100),
    "first_name": Line(longest=100, must=Sentence("Ange förnamn.")),
    "middle_name": Line(longest=100),
    "last_name": Line(longest=100, must=Sentence("Ange efternamn.")),
}
_LONGEST_CODE = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """What a form of any of the lists says; what the list has no use for is empty."""

    code: str = ""
    name: str = ""
    person: Mapping[str, str] = field(default_factory=dict)
    care_type_ids: tuple[int, ...] = ()
    performer_ids: tuple[int, ...] = ()
    time_type_ids: tuple[int, ...] = ()


def faults_in(
    timetable: Timetable, register: Register, unit: CareUnit, typed: Typed, entry: Entry | None = None
) -> list[Fault]:
    if register is Register.PERFORMERS:
        return _person_faults(timetable, typed, entry)
    others = [each for each in lists.entries(timetable, register, unit.id) if entry is None or each.id != entry.id]
    return [*line_faults({"name": typed.name}, _NAME), *_code_faults(typed, others)]


def spelling_faults(register: Register, entry: Entry, typed: Typed) -> list[Fault]:
    """Of an entry that is booked: what the outside knows it by stays."""
    if typed.code == entry.code:
        return []
    field = "hsa_id" if register is Register.PERFORMERS else "code"
    return [Fault(field, Sentence("Det finns bokningar med %(code)s, så det kan inte ändras.", {"code": entry.code}))]


def columns_of(register: Register, typed: Typed) -> dict[str, object]:
    if register is not Register.PERFORMERS:
        return {"code": typed.code, "name": typed.name}
    names = {name: typed.person.get(name) or None for name in _PERSON}
    return {"hsa_id": typed.code, "hsa_key": hsa_key(typed.code), **names}


def link(timetable: Timetable, register: Register, unit: CareUnit, entry: Entry, typed: Typed) -> None:
    """A time type to its care types and performers; a performer without time types to those that are hers."""
    if register is Register.TIME_TYPES:
        care_types = _chosen(timetable, Register.CARE_TYPES, unit, typed.care_type_ids, entry.care_type_ids)
        performers = _chosen(timetable, Register.PERFORMERS, unit, typed.performer_ids, entry.performer_ids)
        lists.set_care_types(timetable, entry.id, care_types)
        lists.set_performers(timetable, entry.id, performers)
    elif register is Register.PERFORMERS:
        lists.give_time_types(
            timetable, entry.id, _chosen(timetable, Register.TIME_TYPES, unit, typed.time_type_ids, ())
        )


def with_code(timetable: Timetable, register: Register, unit: CareUnit, typed: Typed) -> Typed:
    """A code that was left out is made of the name."""
    if typed.code or register is Register.PERFORMERS or not typed.name:
        return typed
    taken = {entry.code.casefold() for entry in lists.entries(timetable, register, unit.id)}
    return replace(typed, code=code_of(typed.name, taken))


def code_of(name: str, taken: set[str]) -> str:
    """The letters and digits of the name as capitals without accents, with a number where that is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem = "".join(filter(str.isalnum, plain)).upper()[: _LONGEST_CODE - 4] or "KOD"
    candidates = (stem if number == 1 else f"{stem}{number}" for number in range(1, len(taken) + 2))
    return next(code for code in candidates if code.casefold() not in taken)


def _chosen(
    timetable: Timetable, register: Register, unit: CareUnit, ids: Iterable[int], had: Iterable[int]
) -> list[int]:
    """The unit's own of those chosen, each once; and of what it had, the retired, which no form offers."""
    retired = {entry.id: entry.retired for entry in lists.entries(timetable, register, unit.id)}
    offered = [each for each in ids if not retired.get(each, True)]
    return list(dict.fromkeys([*offered, *(each for each in had if retired.get(each))]))


def _code_faults(typed: Typed, others: list[Entry]) -> list[Fault]:
    code = typed.code
    if not code and not typed.name:
        return []  # it is made of the name, which is missed already
    if len(code) > _LONGEST_CODE or len(code.split()) != 1 or not code.isprintable():
        return [Fault("code", Sentence("En kod är 1-64 tecken utan mellanslag."))]
    same = next((each for each in others if each.code.casefold() == code.casefold()), None)
    return [Fault("code", Sentence("Koden är upptagen av %(name)s.", {"name": same.name}))] if same else []


def _person_faults(timetable: Timetable, typed: Typed, entry: Entry | None) -> list[Fault]:
    faults = line_faults(typed.person, _PERSON)
    if entry is not None and entry.code == typed.code:
        return faults
    faults += hsa_id_faults(typed.code)
    same = lists.known_performer(timetable, typed.code)
    if same is not None and (entry is None or same.id != entry.id):
        known = Sentence('%(name)s har redan detta HSA-id. Använd "Hämta från en annan enhet".', {"name": same.name})
        faults.append(Fault("hsa_id", known))
    return faults
