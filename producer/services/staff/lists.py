"""The lists of a unit: its time types, performers, resources and care types are added, changed and retired."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from producer.domain.model import CareUnit
from producer.domain.registers import Entry, Register, Use
from producer.domain.staff import ChangedMeanwhile, Fault, Invalid, NotThere, Sentence
from producer.services.staff.admission import Visit, changing, reading
from producer.services.staff.fingerprints import fingerprint
from producer.services.staff.listed_entries import Typed, columns_of, faults_in, link, spelling_faults, with_code
from producer.store import lists
from producer.store.changes import add_change
from producer.store.engine import Database
from producer.store.timetable import Timetable

_THING = {
    Register.TIME_TYPES: Sentence("Tidtypen %(name)s"),
    Register.PERFORMERS: Sentence("Utföraren %(name)s"),
    Register.RESOURCES: Sentence("Resursen %(name)s"),
    Register.CARE_TYPES: Sentence("Vårdtypen %(name)s"),
}
_ADDED = Sentence("%(thing)s har lagts till.")
_CHANGED = Sentence("%(thing)s har ändrats.")
_RETIRED = Sentence("%(thing)s är avvecklad: inga nya tider erbjuds, och det som är bokat finns kvar.")
_BACK = Sentence("%(thing)s är i bruk igen.")
_DELETED = Sentence("%(thing)s har tagits bort.")


@dataclass(frozen=True, slots=True)
class Which:
    """One entry of one unit's lists."""

    unit_hsa_id: str
    register: Register
    entry_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Lists:
    """All that a unit has, and which performers it could fetch from the asker's other units."""

    unit: CareUnit
    entries: Mapping[Register, list[Entry]]
    elsewhere: list[Entry]
    may_change: bool

    def in_use(self, register: Register) -> list[Entry]:
        return [entry for entry in self.entries[register] if not entry.retired]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One entry with the lists it stands in; `may_change` is false of a person who is another unit's too."""

    lists: Lists
    entry: Entry
    use: Use
    seen: str
    may_change: bool
    is_deletable: bool


def lists_of(database: Database, visit: Visit, unit_hsa_id: str) -> Lists:
    with reading(database, visit, unit_hsa_id) as (timetable, unit):
        return _lists(timetable, visit, unit)


def shown(database: Database, visit: Visit, which: Which) -> Shown:
    with reading(database, visit, which.unit_hsa_id) as (timetable, unit):
        entry = _entry(timetable, which.register, unit, which.entry_id)
        use = lists.use_of(timetable, which.register, unit.id, entry.id, visit.now)
        return Shown(
            lists=_lists(timetable, visit, unit),
            entry=entry,
            use=use,
            seen=_seen(entry),
            may_change=_may_change(visit, unit, entry),
            is_deletable=_is_deletable(unit, entry, use),
        )


def add(database: Database, visit: Visit, unit_hsa_id: str, register: Register, typed: Typed) -> Sentence:
    """Raises Invalid."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        typed = with_code(timetable, register, unit, typed)
        _refuse(faults_in(timetable, register, unit, typed))
        columns = columns_of(register, typed)
        if register is Register.PERFORMERS:
            lists.add_member(timetable, unit.id, lists.add_entry(timetable, register, **columns))
        else:
            lists.add_entry(timetable, register, unit_id=unit.id, **columns)
        entry = next(each for each in lists.entries(timetable, register, unit.id) if each.code == typed.code)
        link(timetable, register, unit, entry, typed)
        return _Act(timetable, visit, unit, register).tell(_ADDED, entry)


def fetch(database: Database, visit: Visit, unit_hsa_id: str, typed: Typed) -> Sentence:
    """A performer who is known from another unit becomes a member of this one too; raises Invalid."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        found = lists.known_performer(timetable, typed.code)
        if found is None:
            unknown = Sentence("Ingen utförare har detta HSA-id. Lägg till personen som ny i stället.")
            raise Invalid(Fault("known_hsa_id", unknown))
        if unit.id in found.unit_ids:
            raise Invalid(Fault("known_hsa_id", Sentence("%(name)s finns redan på enheten.", {"name": found.name})))
        if found.retired:
            raise Invalid(Fault("known_hsa_id", Sentence("%(name)s är avvecklad.", {"name": found.name})))
        lists.add_member(timetable, unit.id, found.id)
        link(timetable, Register.PERFORMERS, unit, found, typed)
        return _Act(timetable, visit, unit, Register.PERFORMERS).tell(_ADDED, found)


def change(database: Database, visit: Visit, which: Which, typed: Typed, seen: str) -> Sentence:
    """Raises Invalid, ChangedMeanwhile."""
    with _changing_entry(database, visit, which) as (act, entry):
        timetable, unit, register = act.timetable, act.unit, act.register
        if seen != _seen(entry):
            raise ChangedMeanwhile(*_now(register, entry))
        faults = faults_in(timetable, register, unit, typed, entry)
        if lists.use_of(timetable, register, None, entry.id, visit.now).is_booked:
            faults += spelling_faults(register, entry, typed)
        _refuse(faults)
        lists.change_entry(timetable, register, entry.id, **columns_of(register, typed))
        if register is Register.TIME_TYPES:
            link(timetable, register, unit, entry, typed)
        return act.tell(_CHANGED, _entry(timetable, register, unit, entry.id))


def retire(database: Database, visit: Visit, which: Which) -> Sentence:
    """Nothing more of it is offered, and what is booked stays."""
    with _changing_entry(database, visit, which) as (act, entry):
        lists.change_entry(act.timetable, act.register, entry.id, retired=True)
        return act.tell(_RETIRED, entry)


def bring_back(database: Database, visit: Visit, which: Which) -> Sentence:
    with _changing_entry(database, visit, which) as (act, entry):
        lists.change_entry(act.timetable, act.register, entry.id, retired=False)
        return act.tell(_BACK, entry)


def delete(database: Database, visit: Visit, which: Which) -> Sentence:
    """What was never used; raises Invalid."""
    with _changing_entry(database, visit, which) as (act, entry):
        use = lists.use_of(act.timetable, act.register, act.unit.id, entry.id, visit.now)
        if not _is_deletable(act.unit, entry, use):
            raise Invalid(Fault("", Sentence("Det som har använts kan inte tas bort, bara avvecklas.")))
        lists.delete_entry(act.timetable, act.register, entry.id)
        return act.tell(_DELETED, entry)


def take_away(database: Database, visit: Visit, unit_hsa_id: str, performer_id: int) -> Sentence:
    """The performer leaves the unit and stays at her others; her free times here are blocked. Raises Invalid."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        entry = _entry(timetable, Register.PERFORMERS, unit, performer_id)
        use = lists.use_of(timetable, Register.PERFORMERS, unit.id, performer_id, visit.now)
        if use.schedules:
            names = {"names": ", ".join(use.schedules)}
            raise Invalid(Fault("", Sentence("Avsluta först utförarens grundschema: %(names)s.", names)))
        lists.remove_member(timetable, unit.id, performer_id, visit.now)
        told = Sentence(
            "%(name)s hör inte längre till enheten. Spärrade lediga tider: %(count)s.",
            {"name": entry.name, "count": use.free_times},
        )
        add_change(timetable, visit.staff, told, unit_id=unit.id, now=visit.now)
        return told


@dataclass(frozen=True, slots=True)
class _Act:
    """A change of one list of one unit, within its transaction."""

    timetable: Timetable
    visit: Visit
    unit: CareUnit
    register: Register

    def tell(self, told: Sentence, entry: Entry) -> Sentence:
        sentence = replace(told, values={"thing": _named(self.register, entry)})
        add_change(self.timetable, self.visit.staff, sentence, unit_id=self.unit.id, now=self.visit.now)
        return sentence


@contextmanager
def _changing_entry(database: Database, visit: Visit, which: Which) -> Iterator[tuple[_Act, Entry]]:
    with changing(database, visit, which.unit_hsa_id) as (timetable, unit):
        entry = _entry(timetable, which.register, unit, which.entry_id)
        if not _may_change(visit, unit, entry):
            shared = Sentence("%(name)s finns på flera enheter och ändras av en administratör.", {"name": entry.name})
            raise Invalid(Fault("", shared))
        yield _Act(timetable, visit, unit, which.register), entry


def _lists(timetable: Timetable, visit: Visit, unit: CareUnit) -> Lists:
    others = {each.id for each in timetable.units() if visit.staff.may_read(each.id)} - {unit.id}
    return Lists(
        unit=unit,
        entries={register: lists.entries(timetable, register, unit.id) for register in Register},
        elsewhere=lists.performers_elsewhere(timetable, unit.id, others),
        may_change=visit.staff.may_change(unit.id),
    )


def _entry(timetable: Timetable, register: Register, unit: CareUnit, entry_id: int) -> Entry:
    found = lists.entry(timetable, register, unit.id, entry_id)
    if found is None:
        raise NotThere
    return found


def _may_change(visit: Visit, unit: CareUnit, entry: Entry) -> bool:
    """A person is no one unit's: who changes her may change each that she works at."""
    return all(visit.staff.may_change(unit_id) for unit_id in {unit.id} | entry.unit_ids)


def _is_deletable(unit: CareUnit, entry: Entry, use: Use) -> bool:
    return not use.is_used and entry.unit_ids <= {unit.id}


def _seen(entry: Entry) -> str:
    return fingerprint(entry.code, entry.name, entry.person, entry.care_type_ids, sorted(entry.performer_ids))


def _now(register: Register, entry: Entry) -> tuple[Sentence, ...]:
    now = Sentence("Nu: %(thing)s, %(code)s.", {"thing": _named(register, entry), "code": entry.code})
    return (now, Sentence("Den är avvecklad.")) if entry.retired else (now,)


def _named(register: Register, entry: Entry) -> Sentence:
    return replace(_THING[register], values={"name": entry.name})


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise Invalid(*faults)
