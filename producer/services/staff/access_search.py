"""Who has seen or changed whose data: administrators search the access log, and a search for a patient is noted too."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from producer.domain.model import ActorType, CareUnit
from producer.domain.staff import Fault, Invalid, Sentence
from producer.domain.written_identities import any_identity_in
from producer.services.staff.admission import Visit, administering, overseeing
from producer.store.access_log import Access, accesses, note_access
from producer.store.accounts import accounts
from producer.store.engine import Database
from producer.store.timetable import Timetable

PAGE = 100
MOST_ROWS = 50_000
"""What a file holds at most; more is asked for in parts."""
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Searched:
    """From the first day to the last, both included; what is empty is anybody's and anywhere."""

    first: date
    last: date
    patient: str = ""
    account: str = ""
    unit: str = ""
    kind: ActorType | None = None
    consumer: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Log:
    """A part of the log, the newest first, and what there is to search by."""

    accesses: tuple[Access, ...]
    accounts: tuple[str, ...]
    units: tuple[CareUnit, ...]
    number: int
    has_more: bool


def search(database: Database, visit: Visit, searched: Searched, number: int = 1) -> Log:
    """One page, the first being number 1; raises Invalid."""
    patient = _noted(database, visit, searched)
    with overseeing(database, visit) as timetable:
        found = _found(timetable, searched, patient, limit=PAGE + 1, offset=(number - 1) * PAGE)
        return _log(timetable, found[:PAGE], number, has_more=len(found) > PAGE)


def choices(database: Database, visit: Visit) -> Log:
    """Nothing of the log, but what there is to search by."""
    with overseeing(database, visit) as timetable:
        return _log(timetable, [], 1, has_more=False)


def whole(database: Database, visit: Visit, searched: Searched) -> list[Access]:
    """All that a search finds, for a file; raises Invalid when that is too much."""
    patient = _noted(database, visit, searched)
    with overseeing(database, visit) as timetable:
        found = _found(timetable, searched, patient, limit=MOST_ROWS + 1)
        if len(found) > MOST_ROWS:
            most = {"most": MOST_ROWS}
            raise Invalid(Fault("first", Sentence("Det är fler än %(most)s rader. Välj färre dagar.", most)))
        return found


def _noted(database: Database, visit: Visit, searched: Searched) -> str | None:
    """The patient sought, if one is, which is noted before anything is read; raises Invalid."""
    patient = _patient_in(searched.patient, visit.now.date())
    if patient is not None:
        with administering(database, visit) as timetable:
            access = Access(at=visit.now, unit=None, origin=visit.origin, action="log_searched", patient=patient)
            note_access(timetable, access)
    return patient


def _found(
    timetable: Timetable, searched: Searched, patient: str | None, *, limit: int, offset: int = 0
) -> list[Access]:
    return accesses(
        timetable,
        patient=patient,
        actor_id=searched.account or None,
        actor_type=searched.kind,
        consumer=searched.consumer or None,
        unit=searched.unit or None,
        first=datetime.combine(searched.first, time()),
        last=datetime.combine(searched.last, time()) + _A_DAY,
        limit=limit,
        offset=offset,
    )


def _patient_in(typed: str, today: date) -> str | None:
    if not typed:
        return None
    if patient := any_identity_in(typed, today):
        return patient
    raise Invalid(Fault("patient", Sentence("Skriv personnumret med tio eller tolv siffror, som 19700123-9297.")))


def _log(timetable: Timetable, found: list[Access], number: int, *, has_more: bool) -> Log:
    return Log(
        accesses=tuple(found),
        accounts=tuple(account.name for account in accounts(timetable)),
        units=timetable.units(),
        number=number,
        has_more=has_more,
    )
