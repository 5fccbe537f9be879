"""Following up what residents booked, moved and cancelled by themselves (TKB 6 and 16, rule 74)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from producer.domain.availability import Span
from producer.domain.model import Act, CareUnit
from producer.domain.staff import Fault, Invalid, NotThere, Sentence
from producer.services.staff.accesses import note_patients
from producer.services.staff.admission import Visit, changing, noting
from producer.services.staff.found_bookings import PAGE
from producer.services.staff.trail_names import with_names
from producer.store import follow_ups as store
from producer.store.changes import add_change
from producer.store.engine import Database
from producer.store.follow_ups import Event
from producer.store.found_bookings import Page
from producer.store.timetable import Timetable

ACTS = (Act.BOOKED, Act.REBOOKED, Act.CANCELLED)
"""What a resident can do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What was done from the first day to the last, both included."""

    first: date
    last: date
    acts: tuple[Act, ...] = ACTS
    only_open: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Events:
    """One page of the list, the first being number 1."""

    unit: CareUnit
    events: tuple[Event, ...]
    number: int
    has_more: bool


def look(database: Database, visit: Visit, unit_hsa_id: str, wanted: Wanted, number: int = 1) -> Events:
    with noting(database, visit, unit_hsa_id) as (timetable, unit):
        asked = store.Asked(
            unit_id=unit.id,
            unit_hsa_id=unit.hsa_id,
            span=Span(starts=datetime.combine(wanted.first, time()), ends=datetime.combine(wanted.last, time.max)),
            acts=wanted.acts,
            only_open=wanted.only_open,
        )
        found = store.events(timetable, asked, Page(limit=PAGE + 1, offset=(number - 1) * PAGE))
        named = with_names(timetable, (event.entry for event in found[:PAGE]))
        shown = tuple(replace(event, entry=entry) for event, entry in zip(found, named, strict=False))
        note_patients(timetable, visit, unit, "follow_up_listed", (event.patient for event in shown))
        return Events(unit=unit, events=shown, number=number, has_more=len(found) > PAGE)


def mark(database: Database, visit: Visit, unit_hsa_id: str, event_ids: Collection[int]) -> Sentence:
    """As looked to; what somebody else has marked meanwhile stays hers. Raises Invalid, NotThere."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        _must_be_of(timetable, unit, event_ids)
        new = set(event_ids) - store.handled(timetable, event_ids)
        store.add_follow_ups(timetable, new, visit.staff.account_id, now=visit.now)
        sentence = Sentence("Markerade som hanterade: %(count)s.", {"count": len(new)})
        return _kept(timetable, visit, unit, sentence) if new else sentence


def unmark(database: Database, visit: Visit, unit_hsa_id: str, event_id: int) -> Sentence:
    """As not looked to; raises NotThere."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        _must_be_of(timetable, unit, [event_id])
        was_handled = store.handled(timetable, [event_id])
        store.remove_follow_ups(timetable, [event_id])
        sentence = Sentence("En händelse är åter ohanterad.")
        return _kept(timetable, visit, unit, sentence) if was_handled else sentence


def _must_be_of(timetable: Timetable, unit: CareUnit, event_ids: Collection[int]) -> None:
    if not event_ids:
        raise Invalid(Fault("event", Sentence("Kryssa för minst en händelse.")))
    if store.events_of_unit(timetable, event_ids, unit.id, unit.hsa_id) != set(event_ids):
        raise NotThere


def _kept(timetable: Timetable, visit: Visit, unit: CareUnit, sentence: Sentence) -> Sentence:
    add_change(timetable, visit.staff, sentence, unit_id=unit.id, now=visit.now)
    return sentence
