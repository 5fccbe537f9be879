"""A day or a week of times copied to other days, weeks or performers: first shown, then done as it was shown."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from producer.domain.model import CareUnit
from producer.domain.staff import Sentence, Value
from producer.services.staff.admission import Visit, changing, reading
from producer.services.staff.layout_plans import Left, Surroundings, planned, red_day, surroundings
from producer.services.staff.layouts import Preview, demand_as_shown, demand_not_too_many, shown
from producer.services.staff.readings import Reading
from producer.services.staff.shelves import Shelf, shelf_of
from producer.services.staff.slot_edits import edit_slots
from producer.store.engine import Database
from producer.store.shelves import in_use
from producer.store.slot_rows import SlotFace, slots_between
from producer.store.timetable import Timetable

_DAY = timedelta(days=1)
_SPANS = {"day": 1, "week": 7}


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """The fields as typed: what to copy (the times of one performer or of all), to which days and to whom."""

    span: str = "week"
    source: str = ""
    targets: str = ""
    whose: str = ""
    performer: str = ""
    resource: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Read:
    source: date
    days: int
    targets: tuple[date, ...]
    whose: int | None
    performer: int | None
    resource: int | None


def what_to_copy(database: Database, visit: Visit, unit_hsa_id: str) -> tuple[CareUnit, Shelf]:
    with reading(database, visit, unit_hsa_id) as (timetable, unit):
        return unit, shelf_of(timetable, unit)


def copied(database: Database, visit: Visit, unit_hsa_id: str, order: Order) -> Preview:
    """The preview; raises Invalid."""
    with reading(database, visit, unit_hsa_id) as (timetable, unit):
        return _preview(timetable, unit, _read(timetable, unit, order), visit)


def copy(database: Database, visit: Visit, unit_hsa_id: str, order: Order, *, seen: str) -> Sentence:
    """What was shown, or nothing; raises ChangedMeanwhile and Invalid."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        timetable.take_turn_to_lay_out()
        wanted = _read(timetable, unit, order)
        preview = _preview(timetable, unit, wanted, visit)
        demand_as_shown(preview, seen)
        sentence = _sentence(wanted, len(preview.plan.add))
        if preview.plan.add:
            edit_slots(timetable, visit, unit, preview.plan.edit, sentence)
        return sentence


def _read(timetable: Timetable, unit: CareUnit, order: Order) -> _Read:
    typed, known = Reading(), in_use(timetable, unit.id)
    source = typed.day("source", order.source)
    targets = typed.days("targets", order.targets)
    if not targets and not typed.faults:
        typed.fail("targets", Sentence("Ange minst en dag."))
    if order.span not in _SPANS:
        typed.fail("span", Sentence("Välj dag eller vecka."))
    if order.whose and order.whose not in map(str, known.performer_ids):
        typed.fail("whose", Sentence("Utföraren finns inte på enheten."))
    if order.performer and order.performer not in map(str, known.performer_ids):
        typed.fail("performer", Sentence("Utföraren finns inte på enheten."))
    if order.resource and order.resource not in map(str, known.resource_ids):
        typed.fail("resource", Sentence("Resursen finns inte på enheten."))
    typed.raise_faults()
    is_week = order.span == "week"
    return _Read(
        source=_monday_of(source) if is_week else source,
        days=_SPANS[order.span],
        targets=tuple(sorted({_monday_of(day) if is_week else day for day in targets})),
        whose=int(order.whose) if order.whose else None,
        performer=int(order.performer) if order.performer else None,
        resource=int(order.resource) if order.resource else None,
    )


def _preview(timetable: Timetable, unit: CareUnit, wanted: _Read, visit: Visit) -> Preview:
    first, last = wanted.targets[0], wanted.targets[-1] + _DAY * (wanted.days - 1)
    around = surroundings(timetable, unit, first, last, visit.now)
    source = list(_source(timetable, unit, wanted))
    demand_not_too_many("targets", len(source) * len(wanted.targets))
    left: list[Left] = []
    faces = list(_faces(source, wanted, around, left))
    return shown(timetable, unit, planned(faces, around, left=left))


def _source(timetable: Timetable, unit: CareUnit, wanted: _Read) -> Iterator[SlotFace]:
    """Free and booked times are copied as free ones, blocked ones not at all."""
    starts = datetime.combine(wanted.source, datetime.min.time())
    ends = starts + _DAY * wanted.days
    for row in slots_between(timetable, unit.id, starts, ends):
        is_within = starts <= row.face.starts
        if is_within and not row.face.blocked and wanted.whose in (None, row.face.performer_id):
            yield replace(
                row.face,
                performer_id=wanted.performer or row.face.performer_id,
                resource_id=wanted.resource or row.face.resource_id,
            )


def _faces(source: Iterable[SlotFace], wanted: _Read, around: Surroundings, left: list[Left]) -> Iterator[SlotFace]:
    listed, red_days = list(source), set[date]()
    for target in wanted.targets:
        ahead = target - wanted.source
        for face in listed:
            day = face.starts.date() + ahead
            red = red_day(day, around)
            if red is None:
                yield replace(face, starts=face.starts + ahead, ends=face.ends + ahead)
            elif day not in red_days:
                red_days.add(day)
                left.append(red)


def _sentence(wanted: _Read, added: int) -> Sentence:
    values: dict[str, Value] = {
        "source": wanted.source.isoformat(),
        "targets": ", ".join(day.isoformat() for day in wanted.targets[:5]) + (" …" if len(wanted.targets) > 5 else ""),
        "added": added,
    }
    if wanted.days == 1:
        return Sentence("Dagen %(source)s kopierad till %(targets)s. Tillagda tider: %(added)s.", values)
    return Sentence("Veckan från %(source)s kopierad till %(targets)s. Tillagda tider: %(added)s.", values)


def _monday_of(day: date) -> date:
    return day - _DAY * day.weekday()
