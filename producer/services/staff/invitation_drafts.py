"""What staff have filled in to invite somebody, and what it means."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from producer.domain.docbook import docbook_of
from producer.domain.docbook_notation import article_written
from producer.domain.model import CareUnit, TimeType
from producer.domain.staff import Fault, Invalid, Sentence
from producer.services.staff.invitation_people import people_in
from producer.services.staff.readings import day_in
from producer.store.timetable import Timetable

LONGEST_PERIOD = timedelta(days=366)

T = TypeVar("T")


class Kind(StrEnum):
    """Open: the patient chooses a time. Timed: it comes with one."""

    OPEN = "open"
    TIMED = "timed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """As it was typed; what does not concern its kind is left as it is."""

    kind: Kind = Kind.OPEN
    people: str = ""
    time_type: str = ""
    valid_to: str = ""
    where: str = ""
    first: str = ""
    last: str = ""
    slot: str = ""
    title: str = ""
    text: str = ""
    anyway: frozenset[str] = frozenset()
    """The patients who are to be invited in spite of a reservation."""

    @property
    def is_open(self) -> bool:
        return self.kind is Kind.OPEN


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """The same, understood; `place` is where the invitations will be, `last` the last day to book or to have a time."""

    place: CareUnit
    time_type: TimeType
    patients: list[str]
    first: date
    last: date | None
    purpose: str


def places_for(timetable: Timetable, unit: CareUnit) -> list[CareUnit]:
    """Where the unit can give somebody a time: at itself, and at the units of its group, where they have any."""
    group = (unit,) if unit.group is None else timetable.units_of_group(unit.group)
    places = [place for place in group if place.offers_care and not place.retired]
    return sorted(places, key=lambda place: (place.id != unit.id, place.name))


def request_in(timetable: Timetable, unit: CareUnit, draft: Draft, now: datetime) -> Request:
    """Raises Invalid with all that is wrong."""
    faults: list[Fault] = []
    place = _heeding(faults, lambda: _place(timetable, unit, draft))
    concerned = {each.id: each for each in (unit, place) if each is not None}
    patients = _heeding(faults, lambda: people_in(draft.people, concerned.values(), now))
    time_type = _heeding(faults, lambda: _time_type(timetable, place, draft))
    days = _heeding(faults, lambda: _days(draft, now.date()))
    purpose = _heeding(faults, lambda: docbook_of(article_written(draft.title, draft.text)))
    if not (place and patients and time_type and days and purpose) or faults:
        raise Invalid(*faults)
    first, last = days
    return Request(place=place, time_type=time_type, patients=patients, first=first, last=last, purpose=purpose)


def _heeding(faults: list[Fault], read: Callable[[], T]) -> T | None:
    """What is read, or None with its faults added to the others."""
    try:
        return read()
    except Invalid as reason:
        faults += reason.faults
        return None


def _place(timetable: Timetable, unit: CareUnit, draft: Draft) -> CareUnit:
    """An open invitation is the unit's own, wherever it is booked."""
    if draft.is_open:
        return unit
    found = next((each for each in places_for(timetable, unit) if each.hsa_id == draft.where), None)
    if found is None:
        raise Invalid(Fault("where", Sentence("Välj en enhet som har tider.")))
    return found


def _time_type(timetable: Timetable, place: CareUnit | None, draft: Draft) -> TimeType | None:
    """1177 shows no invitation without one (domain.md 1.2)."""
    if not draft.time_type:
        raise Invalid(Fault("time_type", Sentence("Välj en tidtyp.")))
    if place is None:
        return None
    found = next((kind for kind in timetable.time_types(place.id) if kind.code == draft.time_type), None)
    if found is None:
        raise Invalid(Fault("time_type", Sentence("%(unit)s har inte den tidtypen.", {"unit": place.name})))
    return found


def _days(draft: Draft, today: date) -> tuple[date, date | None]:
    faults: list[Fault] = []
    if draft.is_open:
        last = _heeding(faults, lambda: _day("valid_to", draft.valid_to)) if draft.valid_to.strip() else None
        faults += _past("valid_to", last, today)
        first: date | None = today
    else:
        first = _heeding(faults, lambda: _day("first", draft.first))
        last = _heeding(faults, lambda: _day("last", draft.last))
        faults += _past("last", last, today)
        faults += _not_a_period(first, last)
    if faults or first is None:
        raise Invalid(*faults)
    return first, last


def _day(field: str, written: str) -> date:
    day = day_in(written)
    if day is None:
        raise Invalid(Fault(field, Sentence("Skriv ett datum som finns, till exempel 2026-12-24.")))
    return day


def _past(field: str, day: date | None, today: date) -> Iterator[Fault]:
    if day is not None and day < today:
        yield Fault(field, Sentence("Dagen har redan varit."))


def _not_a_period(first: date | None, last: date | None) -> Iterator[Fault]:
    if first is None or last is None:
        return
    if last < first:
        yield Fault("last", Sentence("Sista dagen är före den första."))
    elif last - first > LONGEST_PERIOD:
        yield Fault("last", Sentence("Perioden är längre än ett år."))
