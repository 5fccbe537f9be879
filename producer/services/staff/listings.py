"""The patients that a unit has listed, and those who may not book online; who sees them is written down."""

from dataclasses import dataclass

from producer.domain import persons
from producer.domain.booking_rules import BookingRules
from producer.domain.model import CareUnit
from producer.domain.registers import Entry, Note, NoteKind, Register
from producer.domain.staff import Fault, Invalid, NotThere, Sentence
from producer.domain.written_identities import Doubt, identity_in
from producer.services.staff.accesses import note_patients
from producer.services.staff.admission import Visit, changing, noting
from producer.store import lists, lists_patients
from producer.store.changes import add_change
from producer.store.engine import Database
from producer.store.timetable import Timetable

PAGE = 50
_AT_ONCE = 1000

_ABOUT = {NoteKind.LISTED: Register.PERFORMERS, NoteKind.BARRED: Register.TIME_TYPES}
# The sentences name no patient: what was changed is read by many, and without being noted.
_ADDED = {
    NoteKind.LISTED: Sentence("Listade patienter: %(count)s tillagda."),
    NoteKind.BARRED: Sentence("Patienter som inte får boka på nätet: %(count)s tillagda."),
}
_REMOVED = {
    NoteKind.LISTED: Sentence("En patient är inte längre listad."),
    NoteKind.BARRED: Sentence("En spärr mot att boka på nätet är borttagen."),
}
_THERE = {
    NoteKind.LISTED: Sentence("Redan listade så: %(patients)s."),
    NoteKind.BARRED: Sentence("Redan spärrade så: %(patients)s."),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Noted:
    """A page of what is noted, and what a new note can be about."""

    unit: CareUnit
    notes: list[Note]
    count: int
    has_more: bool
    choices: list[Entry]
    may_change: bool


def noted(
    database: Database, visit: Visit, unit_hsa_id: str, kind: NoteKind, *, written: str = "", page: int = 1
) -> Noted:
    """A page of all, or what is noted about the one whose identity is written; raises Invalid."""
    with noting(database, visit, unit_hsa_id) as (timetable, unit):
        patient = _identity(written, visit) if written.strip() else None
        offset = (max(page, 1) - 1) * PAGE
        found = lists_patients.notes(timetable, kind, unit.id, patient=patient, limit=PAGE + 1, offset=offset)
        shown = found[:PAGE]
        sought = () if patient is None else (patient,)  # whom there is nothing about: that is told of her too
        note_patients(timetable, visit, unit, f"{kind}_shown", (*sought, *(note.patient for note in shown)))
        return Noted(
            unit=unit,
            notes=shown,
            count=lists_patients.count_notes(timetable, kind, unit.id),
            has_more=len(found) > PAGE,
            choices=_choices(timetable, kind, unit),
            may_change=visit.staff.may_change(unit.id),
        )


def choices_for(database: Database, visit: Visit, unit_hsa_id: str, kind: NoteKind) -> Noted:
    """The page without any patient, for a form that is to be filled in again."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        count = lists_patients.count_notes(timetable, kind, unit.id)
        choices = _choices(timetable, kind, unit)
        return Noted(unit=unit, notes=[], count=count, has_more=False, choices=choices, may_change=True)


def add(
    database: Database, visit: Visit, unit_hsa_id: str, kind: NoteKind, *, written: str, about_id: int | None
) -> Sentence:
    """One patient a line, all or none; raises Invalid."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        patients = _patients(written, unit.rules, visit)
        if about_id is not None and about_id not in {entry.id for entry in _choices(timetable, kind, unit)}:
            raise Invalid(Fault("about", Sentence("Valet finns inte längre. Välj igen.")))
        there = [one for one in patients if lists_patients.has_note(timetable, kind, unit.id, one, about_id)]
        if there:
            raise Invalid(Fault("patients", Sentence(_THERE[kind].text, {"patients": ", ".join(there)})))
        for patient in patients:
            lists_patients.add_note(timetable, kind, unit.id, patient, about_id)
        note_patients(timetable, visit, unit, f"{kind}_added", patients)
        sentence = Sentence(_ADDED[kind].text, {"count": len(patients)})
        add_change(timetable, visit.staff, sentence, unit_id=unit.id, now=visit.now)
        return sentence


def remove(database: Database, visit: Visit, unit_hsa_id: str, kind: NoteKind, note_id: int) -> Sentence:
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        found = lists_patients.note(timetable, kind, unit.id, note_id)
        if found is None:
            raise NotThere
        lists_patients.remove_note(timetable, kind, note_id)
        note_patients(timetable, visit, unit, f"{kind}_removed", [found.patient])
        add_change(timetable, visit.staff, _REMOVED[kind], unit_id=unit.id, now=visit.now)
        return _REMOVED[kind]


def _choices(timetable: Timetable, kind: NoteKind, unit: CareUnit) -> list[Entry]:
    return [entry for entry in lists.entries(timetable, _ABOUT[kind], unit.id) if not entry.retired]


def _identity(written: str, visit: Visit) -> str:
    identity = identity_in(written, visit.now.date())
    if isinstance(identity, Doubt):
        raise Invalid(Fault("q", _doubt(written, identity)))
    return identity


def _patients(written: str, rules: BookingRules, visit: Visit) -> list[str]:
    """Rules 37 and 98: the unit's own rules about identities hold here too."""
    lines = [line.strip() for line in written.splitlines() if line.strip()]
    if not lines:
        raise Invalid(Fault("patients", Sentence("Ange ett personnummer.")))
    if len(lines) > _AT_ONCE:
        raise Invalid(Fault("patients", Sentence("Högst %(most)s patienter åt gången.", {"most": _AT_ONCE})))
    faults, patients = [], []
    for line in lines:
        identity = identity_in(line, visit.now.date())
        flaw = _doubt(line, identity) if isinstance(identity, Doubt) else _refusal(identity, rules)
        if flaw is not None:
            faults.append(Fault("patients", flaw))
        else:
            patients.append(str(identity))
    if faults:
        raise Invalid(*faults[:20])
    return list(dict.fromkeys(patients))


def _doubt(written: str, doubt: Doubt) -> Sentence:
    sentences = {
        Doubt.NOT_AN_IDENTITY: Sentence("%(written)s är inget personnummer: skriv ÅÅÅÅMMDDNNNN."),
        Doubt.WRONG_CHECK_DIGIT: Sentence("%(written)s har fel kontrollsiffra. Kontrollera numret."),
    }
    return Sentence(sentences[doubt].text, {"written": written.strip()[:40]})


def _refusal(identity: str, rules: BookingRules) -> Sentence | None:
    if not rules.reserve_ids_accepted and not persons.is_national(identity):
        return Sentence("%(written)s är ett reservnummer, och enheten tar inte emot sådana.", {"written": identity})
    if rules.test_identities_only and identity not in persons.OFFICIAL_TEST_IDENTITIES:
        return Sentence("%(written)s är inget testnummer, och enheten tar bara emot sådana.", {"written": identity})
    return None
