"""The base schedules of a unit: made, changed, given exceptions, ended and deleted by staff."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from producer.domain.model import CareUnit
from producer.domain.schedule import UnitSchedule, lay_out
from producer.domain.staff import ChangedMeanwhile, Fault, Invalid, NotAllowed, NotThere, Sentence, Value
from producer.services.staff.admission import Visit, changing, reading, unit_to_change
from producer.services.staff.fingerprints import fingerprint
from producer.services.staff.readings import Reading
from producer.services.staff.schedule_drafts import Draft, read_draft
from producer.services.staff.shelves import Shelf, shelf_of
from producer.services.staff.slot_edits import SlotEdit, edit_slots
from producer.store import schedule_register as register
from producer.store.changes import add_change
from producer.store.engine import Database
from producer.store.red_days import RedDays
from producer.store.slot_rows import SlotRow, slots_between
from producer.store.timetable import Timetable

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """What there is to choose among at a unit."""

    unit: CareUnit
    shelf: Shelf


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """The page of a unit's base schedules."""

    unit: CareUnit
    shelf: Shelf
    schedules: tuple[UnitSchedule, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Open:
    """One schedule opened to be changed; `seen` is what it was."""

    unit: CareUnit
    shelf: Shelf
    schedule: UnitSchedule
    seen: str
    free_ahead: int
    booked_ahead: int


def overview(database: Database, visit: Visit, unit_hsa_id: str) -> Overview:
    with reading(database, visit, unit_hsa_id) as (timetable, unit):
        return Overview(
            unit=unit,
            shelf=shelf_of(timetable, unit),
            schedules=tuple(register.unit_schedules(timetable, unit.id)),
        )


def opened(database: Database, visit: Visit, unit_hsa_id: str, schedule_id: int) -> Open:
    with reading(database, visit, unit_hsa_id) as (timetable, unit):
        schedule = schedule_at(timetable, unit, schedule_id)
        ahead = _laid_out_ahead(timetable, unit, schedule, visit.now)
        return Open(
            unit=unit,
            shelf=shelf_of(timetable, unit),
            schedule=schedule,
            seen=fingerprint(schedule),
            free_ahead=sum(_is_free(row) for row in ahead),
            booked_ahead=sum(row.booking_id is not None for row in ahead),
        )


def to_add(database: Database, visit: Visit, unit_hsa_id: str) -> Choice:
    """What a new schedule is made of; raises NotAllowed for who may not make one."""
    with reading(database, visit, unit_hsa_id) as (timetable, _):
        unit = unit_to_change(timetable, visit, unit_hsa_id)
        return Choice(unit=unit, shelf=shelf_of(timetable, unit))


def to_change(database: Database, visit: Visit, unit_hsa_id: str, schedule_id: int) -> Open:
    """As `opened`, for who may change it."""
    found = opened(database, visit, unit_hsa_id, schedule_id)
    if not visit.staff.may_change(found.unit.id):
        raise NotAllowed
    return found


def add(database: Database, visit: Visit, unit_hsa_id: str, draft: Draft) -> tuple[int, Sentence]:
    """The key of a new schedule; raises Invalid."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        timetable.take_turn_to_lay_out()
        new = read_draft(timetable, unit, draft, visit.now.date())
        _demand_own_name(timetable, new)
        schedule_id = register.add_schedule(timetable, new)
        sentence = Sentence("Grundschemat %(name)s är sparat. Inga tider är utlagda än.", {"name": new.name})
        add_change(timetable, visit.staff, sentence, unit_id=unit.id, now=visit.now)
        return schedule_id, sentence


def change(
    database: Database, visit: Visit, unit_hsa_id: str, schedule_id: int, draft: Draft, *, seen: str
) -> tuple[UnitSchedule, Sentence]:
    """Slots are not touched until it is laid out anew; raises Invalid, ChangedMeanwhile."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        timetable.take_turn_to_lay_out()
        before = schedule_at(timetable, unit, schedule_id, seen)
        after = read_draft(timetable, unit, draft, visit.now.date(), before)
        _demand_own_name(timetable, after)
        sentence = Sentence("Grundschemat %(name)s är ändrat.", {"name": after.name})
        return _keep(timetable, visit, before, after, sentence), sentence


def end(
    database: Database, visit: Visit, unit_hsa_id: str, schedule_id: int, last: str, *, seen: str
) -> tuple[UnitSchedule, Sentence]:
    """Its last day; raises Invalid, ChangedMeanwhile."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        timetable.take_turn_to_lay_out()
        before = schedule_at(timetable, unit, schedule_id, seen)
        typed = Reading()
        valid_to = typed.day("last", last)
        if not typed.faults and valid_to < before.pattern.valid_from:
            typed.fail("last", Sentence("Sista dagen ska inte vara före den första."))
        typed.raise_faults()
        after = replace(before, pattern=replace(before.pattern, valid_to=valid_to))
        values = {"name": before.name, "last": valid_to.isoformat()}
        sentence = Sentence("Grundschemat %(name)s slutar %(last)s.", values)
        return _keep(timetable, visit, before, after, sentence), sentence


def set_days(
    database: Database, visit: Visit, unit_hsa_id: str, schedule_id: int, days: str, *, kind: str, seen: str
) -> tuple[UnitSchedule, Sentence]:
    """Days off (`off`), extra days (`extra`), or days that follow the pattern again (`usual`); raises as `change`."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        timetable.take_turn_to_lay_out()
        before = schedule_at(timetable, unit, schedule_id, seen)
        typed = Reading()
        listed = typed.days("days", days)
        if not listed and not typed.faults:
            typed.fail("days", Sentence("Ange minst en dag."))
        if outside := [day for day in listed if not before.pattern.is_valid_on(day) and kind != "usual"]:
            values = {"day": outside[0].isoformat()}
            typed.fail("days", Sentence("Grundschemat gäller inte %(day)s.", values))
        if kind not in _EXCEPTIONS:
            typed.fail("kind", Sentence("Välj vad som ska gälla de dagarna."))
        typed.raise_faults()
        after = _with_exceptions(before, frozenset(listed), kind)
        told: dict[str, Value] = {"name": before.name, "days": _told(listed), "kind": _EXCEPTIONS[kind]}
        sentence = Sentence("Grundschemat %(name)s, %(kind)s: %(days)s.", told)
        return _keep(timetable, visit, before, after, sentence), sentence


def delete(
    database: Database, visit: Visit, unit_hsa_id: str, schedule_id: int, *, seen: str, with_free_slots: bool
) -> list[Sentence]:
    """What is booked or blocked stays; the free slots are a change of their own, to undo. Raises ChangedMeanwhile."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        timetable.take_turn_to_lay_out()
        schedule = schedule_at(timetable, unit, schedule_id, seen)
        ahead = _laid_out_ahead(timetable, unit, schedule, visit.now) if with_free_slots else []
        going = tuple(row for row in ahead if _is_free(row))
        register.remove_schedule(timetable, schedule.id)
        gone = Sentence("Grundschemat %(name)s är borttaget.", {"name": schedule.name})
        add_change(timetable, visit.staff, gone, unit_id=unit.id, now=visit.now)
        if not going:
            return [gone]
        freed = Sentence(
            "Lediga tider av grundschemat %(name)s borttagna: %(count)s.", {"name": schedule.name, "count": len(going)}
        )
        edit_slots(timetable, visit, unit, SlotEdit(remove=going), freed)
        return [gone, freed]


def schedule_at(timetable: Timetable, unit: CareUnit, schedule_id: int, seen: str | None = None) -> UnitSchedule:
    """Raises NotThere, and ChangedMeanwhile if it is not as it was seen."""
    found = register.unit_schedule(timetable, unit.id, schedule_id)
    if found is None:
        raise NotThere
    if seen is not None and seen != fingerprint(found):
        raise ChangedMeanwhile(_as_it_is(found))
    return found


def places_of(schedule: UnitSchedule, first: date, last: date, closed: RedDays) -> set[tuple[object, ...]]:
    """What its slots are known by, for a slot does not tell which schedule it came from."""
    return {
        (starts, ends, time_type_id, schedule.performer_id, schedule.resource_id)
        for starts, ends in lay_out(schedule.pattern, first, last, closed)
        for time_type_id in schedule.time_type_ids
    }


def _keep(
    timetable: Timetable, visit: Visit, before: UnitSchedule, after: UnitSchedule, sentence: Sentence
) -> UnitSchedule:
    """What is laid out as it was before is remembered until it is laid out anew."""
    known = {_shape(each) for each in (after, *before.former)}
    if before.is_laid_out and _shape(before) not in known:
        after = replace(after, former=(*before.former, replace(before, former=())))
    register.change_schedule(timetable, after)
    add_change(timetable, visit.staff, sentence, unit_id=after.unit_id, now=visit.now)
    return after


def _shape(schedule: UnitSchedule) -> tuple[object, ...]:
    return schedule.pattern, schedule.time_type_ids, schedule.performer_id, schedule.resource_id


def _with_exceptions(schedule: UnitSchedule, days: frozenset[date], kind: str) -> UnitSchedule:
    off, extra = schedule.pattern.days_off - days, schedule.pattern.extra_days - days
    off, extra = (off | days if kind == "off" else off), (extra | days if kind == "extra" else extra)
    return replace(schedule, pattern=replace(schedule.pattern, days_off=off, extra_days=extra))


def _laid_out_ahead(timetable: Timetable, unit: CareUnit, schedule: UnitSchedule, now: datetime) -> list[SlotRow]:
    """The slots from now on that it has laid out, as it is and as it was."""
    rows = slots_between(timetable, unit.id, now, datetime.max)
    if not rows:
        return []
    last, closed = rows[-1].face.starts.date(), RedDays()
    shapes = (schedule, *schedule.former)
    places = set[tuple[object, ...]]().union(*(places_of(each, now.date(), last, closed) for each in shapes))
    return [row for row in rows if row.face.place in places and row.face.starts > now]


def _is_free(row: SlotRow) -> bool:
    return row.booking_id is None and not row.face.blocked


def _demand_own_name(timetable: Timetable, schedule: UnitSchedule) -> None:
    others = register.unit_schedules(timetable, schedule.unit_id)
    if any(each.name.casefold() == schedule.name.casefold() and each.id != schedule.id for each in others):
        raise Invalid(Fault("name", Sentence("Ett annat grundschema heter redan så.")))


def _as_it_is(schedule: UnitSchedule) -> Sentence:
    pattern = schedule.pattern
    values: dict[str, Value] = {
        "name": schedule.name,
        "opens": f"{pattern.opens:%H:%M}",
        "closes": f"{pattern.closes:%H:%M}",
        "length": pattern.length // timedelta(minutes=1),
        "first": pattern.valid_from.isoformat(),
    }
    last = pattern.valid_to
    values["last"] = Sentence("tills vidare") if last is None else Sentence("till %(day)s", {"day": last.isoformat()})
    return Sentence(
        "Nu är det så: %(name)s, klockan %(opens)s till %(closes)s, %(length)s minuter, från %(first)s %(last)s.",
        values,
    )


def _told(days: list[date]) -> str:
    return ", ".join(day.isoformat() for day in days[:5]) + (f" … {days[-1].isoformat()}" if len(days) > 5 else "")


_EXCEPTIONS: Mapping[str, Sentence] = {
    "off": Sentence("lediga dagar"),
    "extra": Sentence("extra dagar"),
    "usual": Sentence("undantag borttagna"),
}
