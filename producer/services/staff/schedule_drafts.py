"""A base schedule as it is typed in its form, and what it becomes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from producer.domain.model import CareUnit
from producer.domain.schedule import BaseSchedule, UnitSchedule
from producer.domain.staff import Sentence
from producer.services.staff.readings import Reading, number_in
from producer.store.schedule_register import unit_schedules
from producer.store.shelves import in_use, time_type_names
from producer.store.timetable import Timetable

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_WEEKDAYS = frozenset(map(str, range(1, 8)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """The fields as typed; time types, performer and resource are the ids of their rows."""

    name: str = ""
    weekdays: tuple[str, ...] = ("1", "2", "3", "4", "5")
    opens: str = ""
    closes: str = ""
    length: str = "30"
    pause: str = "0"
    every_weeks: str = "1"
    valid_from: str = ""
    valid_to: str = ""
    time_types: tuple[str, ...] = ()
    performer: str = ""
    resource: str = ""


def draft_of(schedule: UnitSchedule) -> Draft:
    pattern = schedule.pattern
    return Draft(
        name=schedule.name,
        weekdays=tuple(map(str, sorted(pattern.weekdays))),
        opens=f"{pattern.opens:%H:%M}",
        closes=f"{pattern.closes:%H:%M}",
        length=str(pattern.length // _MINUTE),
        pause=str(pattern.pause // _MINUTE),
        every_weeks=str(pattern.every_weeks),
        valid_from=pattern.valid_from.isoformat(),
        valid_to=pattern.valid_to.isoformat() if pattern.valid_to else "",
        time_types=tuple(map(str, schedule.time_type_ids)),
        performer=str(schedule.performer_id or ""),
        resource=str(schedule.resource_id or ""),
    )


def read_draft(
    timetable: Timetable, unit: CareUnit, draft: Draft, today: date, before: UnitSchedule | None = None
) -> UnitSchedule:
    """What the draft makes of the schedule as it was before, or of a new one; raises Invalid with every fault.

    Without a name it is called by whose times it gives and what they are for.
    """
    reading = Reading()
    name = reading.text("name", draft.name, 100) if draft.name.strip() else ""
    pattern = _pattern(reading, draft)
    offer = _offer(reading, timetable, unit, draft, before)
    if not reading.faults:
        _check(reading, pattern)
    reading.raise_faults()
    name = name or _usual_name(timetable, unit, offer)
    if before is None:
        laid_out_to = min(pattern.valid_from, today) - _DAY
        return UnitSchedule(id=0, unit_id=unit.id, name=name, pattern=pattern, laid_out_to=laid_out_to, **offer)
    pattern = replace(pattern, days_off=before.pattern.days_off, extra_days=before.pattern.extra_days)
    return replace(before, name=name, pattern=pattern, **offer)


def _pattern(reading: Reading, draft: Draft) -> BaseSchedule:
    return BaseSchedule(
        weekdays=frozenset(map(int, _WEEKDAYS.intersection(draft.weekdays))),
        opens=reading.clock("opens", draft.opens),
        closes=reading.clock("closes", draft.closes),
        length=reading.number("length", draft.length, 1, 720) * _MINUTE,
        pause=reading.number("pause", draft.pause or "0", 0, 720) * _MINUTE,
        every_weeks=reading.number("every_weeks", draft.every_weeks, 1, 52),
        valid_from=reading.day("valid_from", draft.valid_from),
        valid_to=reading.day_if_any("valid_to", draft.valid_to),
    )


def _check(reading: Reading, pattern: BaseSchedule) -> None:
    for is_broken, name, sentence in _CHECKS:
        if is_broken(pattern):
            reading.fail(name, sentence)
            return


def _offer(
    reading: Reading, timetable: Timetable, unit: CareUnit, draft: Draft, before: UnitSchedule | None
) -> dict[str, Any]:
    """What it had already it may keep, even if it is retired."""
    known = in_use(timetable, unit.id)
    time_types = known.time_type_ids.union(before.time_type_ids if before else ())
    chosen = {number_in(each) for each in draft.time_types}
    if not chosen:
        reading.fail("time_types", Sentence("Välj minst en tidtyp."))
    elif not chosen <= time_types:
        reading.fail("time_types", Sentence("Tidtypen finns inte på enheten."))
    performer, resource = number_in(draft.performer), number_in(draft.resource)
    if draft.performer and performer not in _with(known.performer_ids, before.performer_id if before else None):
        reading.fail("performer", Sentence("Utföraren finns inte på enheten."))
    if draft.resource and resource not in _with(known.resource_ids, before.resource_id if before else None):
        reading.fail("resource", Sentence("Resursen finns inte på enheten."))
    return {
        "time_type_ids": tuple(sorted(each for each in chosen if each is not None)),
        "performer_id": performer,
        "resource_id": resource,
    }


def _with(ids: frozenset[int], had: int | None) -> frozenset[int]:
    return ids if had is None else ids | {had}


def _usual_name(timetable: Timetable, unit: CareUnit, offer: Mapping[str, Any]) -> str:
    people = {each.id: f"{each.first_name} {each.last_name}" for each in timetable.performers(unit.id)}
    things = {each.id: each.name for each in timetable.resources(unit.id)}
    kind = time_type_names(timetable, unit.id).get(offer["time_type_ids"][0], "")
    name = ", ".join(filter(None, (people.get(offer["performer_id"]) or things.get(offer["resource_id"]), kind)))[:90]
    taken = {each.name.casefold() for each in unit_schedules(timetable, unit.id)}
    numbered = (f"{name} {number}" for number in range(2, len(taken) + 3))
    return next(each for each in (name, *numbered) if each.casefold() not in taken)


def _room(pattern: BaseSchedule) -> timedelta:
    return datetime.combine(date.min, pattern.closes) - datetime.combine(date.min, pattern.opens)


_CHECKS: tuple[tuple[Callable[[BaseSchedule], bool], str, Sentence], ...] = (
    (lambda p: not p.weekdays, "weekdays", Sentence("Välj minst en veckodag.")),
    (lambda p: p.closes <= p.opens, "closes", Sentence("Sluttiden ska vara efter starttiden.")),
    (lambda p: _room(p) < p.length, "length", Sentence("Inte en enda tid får plats mellan start och slut.")),
    (
        lambda p: p.valid_to is not None and p.valid_to < p.valid_from,
        "valid_to",
        Sentence("Sista dagen ska inte vara före den första."),
    ),
)
