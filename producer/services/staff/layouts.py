"""A base schedule laid out over a period: first shown, then done just as it was shown."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from producer.domain.model import CareUnit
from producer.domain.schedule import UnitSchedule, days_between
from producer.domain.staff import ChangedMeanwhile, Fault, Invalid, Sentence
from producer.services.staff.admission import Visit, changing, reading
from producer.services.staff.base_schedules import places_of, schedule_at
from producer.services.staff.fingerprints import fingerprint
from producer.services.staff.layout_plans import (
    Kind,
    Left,
    Plan,
    Surroundings,
    planned,
    red_day,
    surroundings,
)
from producer.services.staff.readings import Reading
from producer.services.staff.shelves import Shelf, shelf_of
from producer.services.staff.slot_edits import edit_slots
from producer.store.engine import Database
from producer.store.schedule_register import change_schedule
from producer.store.slot_rows import SlotFace
from producer.store.timetable import Timetable

USUAL_WEEKS = 8
MOST_TIMES = 10_000
_DAY = timedelta(days=1)
_LONGEST = timedelta(days=366)


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What would come of it; `seen` is what the one who confirms has seen."""

    unit: CareUnit
    shelf: Shelf
    plan: Plan
    seen: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """A base schedule about to be laid out, both days included."""

    schedule: UnitSchedule
    first: date
    last: date
    preview: Preview


def laid_out(
    database: Database, visit: Visit, unit_hsa_id: str, schedule_id: int, *, first: str = "", last: str = ""
) -> Layout:
    """The preview, over a sensible period if none is typed; raises Invalid."""
    with reading(database, visit, unit_hsa_id) as (timetable, unit):
        schedule = schedule_at(timetable, unit, schedule_id)
        return _layout(timetable, unit, schedule, _period(schedule, first, last, visit.now.date()), visit)


def lay_out(
    database: Database, visit: Visit, unit_hsa_id: str, schedule_id: int, *, first: str, last: str, seen: str
) -> Sentence:
    """What was shown, or nothing; raises ChangedMeanwhile if it would be something else by now, and Invalid."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        timetable.take_turn_to_lay_out()
        schedule = schedule_at(timetable, unit, schedule_id)
        period = _period(schedule, first, last, visit.now.date())
        layout = _layout(timetable, unit, schedule, period, visit)
        demand_as_shown(layout.preview, seen)
        sentence = _sentence(layout)
        if not layout.preview.plan.changes_nothing:
            edit_slots(timetable, visit, unit, layout.preview.plan.edit, sentence)
        change_schedule(timetable, _after(layout, visit.now.date()))
        return sentence


def demand_as_shown(preview: Preview, seen: str) -> None:
    if preview.seen != seen:
        raise ChangedMeanwhile(Sentence("Tiderna har ändrats sedan du såg förhandsvisningen. Den är nu ny."))


def shown(timetable: Timetable, unit: CareUnit, plan: Plan) -> Preview:
    return Preview(unit=unit, shelf=shelf_of(timetable, unit), plan=plan, seen=fingerprint(plan))


def _layout(
    timetable: Timetable, unit: CareUnit, schedule: UnitSchedule, period: tuple[date, date], visit: Visit
) -> Layout:
    first, last = period
    around = surroundings(timetable, unit, first, last, visit.now)
    left: list[Left] = []
    faces = list(_faces(schedule, first, last, around, left))
    demand_not_too_many("last", len(faces))
    instead_of = set[tuple[object, ...]]().union(
        *(places_of(each, first, last, around.red_days) for each in schedule.former)
    )
    plan = planned(faces, around, instead_of=instead_of, left=left)
    return Layout(schedule=schedule, first=first, last=last, preview=shown(timetable, unit, plan))


def _faces(
    schedule: UnitSchedule, first: date, last: date, around: Surroundings, left: list[Left]
) -> Iterator[SlotFace]:
    """What the pattern gives; days on which it yields are told in `left`."""
    pattern = schedule.pattern
    for day in days_between(max(first, pattern.valid_from), min(last, pattern.valid_to or last)):
        red = None if day in pattern.extra_days else red_day(day, around)
        if pattern.holds_on(day) and red is None:
            yield from _faces_on(schedule, day)
        elif pattern.holds_on(day) and red is not None:
            left.append(red)
        elif day in pattern.days_off and pattern.comes_round_on(day):
            left.append(Left(day=day, kind=Kind.SKIPPED, reason=Sentence("Ledig dag i grundschemat.")))


def _faces_on(schedule: UnitSchedule, day: date) -> Iterator[SlotFace]:
    for starts, ends in schedule.pattern.times_on(day):
        for time_type_id in schedule.time_type_ids:
            yield SlotFace(
                starts=starts,
                ends=ends,
                time_type_id=time_type_id,
                performer_id=schedule.performer_id,
                resource_id=schedule.resource_id,
            )


def _period(schedule: UnitSchedule, first: str, last: str, today: date) -> tuple[date, date]:
    """Raises Invalid."""
    typed = Reading()
    usual = today if schedule.former else max(today, schedule.pattern.valid_from)
    begins = typed.day_if_any("first", first) or usual
    ends = typed.day_if_any("last", last) or _usual_end(schedule, begins)
    if not typed.faults and ends < begins:
        typed.fail("last", Sentence("Sista dagen ska inte vara före den första."))
    if not typed.faults and ends - begins > _LONGEST:
        typed.fail("last", Sentence("Lägg ut högst ett år i taget."))
    typed.raise_faults()
    return begins, ends


def _usual_end(schedule: UnitSchedule, begins: date) -> date:
    """Whole weeks ahead; so far, too, that nothing is left of what it was before it was changed."""
    starts = max(begins, schedule.pattern.valid_from)
    usual = starts - _DAY * starts.weekday() + timedelta(weeks=USUAL_WEEKS) - _DAY
    if schedule.former:
        return min(max(usual, schedule.laid_out_to), begins + _LONGEST)
    return max(begins, min(usual, schedule.pattern.valid_to or usual))


def demand_not_too_many(name: str, number: int) -> None:
    if number > MOST_TIMES:
        raise Invalid(Fault(name, Sentence("Det blir fler än %(most)s tider. Välj färre dagar.", {"most": MOST_TIMES})))


def _sentence(layout: Layout) -> Sentence:
    return Sentence(
        "Grundschemat %(name)s utlagt %(first)s till %(last)s. Tillagda tider: %(added)s. Borttagna: %(removed)s.",
        {
            "name": layout.schedule.name,
            "first": layout.first.isoformat(),
            "last": layout.last.isoformat(),
            "added": len(layout.preview.plan.add),
            "removed": len(layout.preview.plan.remove),
        },
    )


def _after(layout: Layout, today: date) -> UnitSchedule:
    """How far it is laid out now, without a gap; what it was before is done with when the whole of that was covered."""
    schedule, first, last = layout.schedule, layout.first, layout.last
    if first > max(schedule.laid_out_to + _DAY, today, schedule.pattern.valid_from):
        return schedule
    is_covered = first <= today and last >= schedule.laid_out_to
    return replace(
        schedule,
        laid_out_to=max(schedule.laid_out_to, last),
        days_ahead=max(schedule.days_ahead, (last - today).days + 1),
        former=() if is_covered else schedule.former,
    )
