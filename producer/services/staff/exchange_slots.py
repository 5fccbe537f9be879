"""Times read in from a sheet."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from producer.domain.model import CareUnit
from producer.domain.staff import Sentence
from producer.services.staff.admission import Visit
from producer.services.staff.exchange_plans import Plan
from producer.services.staff.sheets import CellFaults, SheetRow
from producer.services.staff.sheets_cells import Place, place_in, yes
from producer.services.staff.slot_edits import SlotEdit, edit_slots
from producer.store.red_days import RedDays
from producer.store.sheets import things_of
from producer.store.slot_rows import SlotFace, slots_between
from producer.store.timetable import Timetable

_LONGEST = timedelta(days=1)
_NOTED_AT_MOST = 10


def add_slots(timetable: Timetable, visit: Visit, unit: CareUnit, rows: Sequence[SheetRow]) -> tuple[Plan, Sentence]:
    """Nothing is added when a row has a fault; what is added can be undone."""
    timetable.take_turn_to_lay_out()
    faults = CellFaults()
    read = _read(timetable, unit, rows, faults)
    there = _there_already(timetable, unit, [place for _, place, _ in read])
    new = dict(_new(visit, read, there, faults))
    faces = tuple(new.values())
    plan = Plan(
        added=len(faces),
        there=sum(place.key in there for _, place, _ in read),
        faults=tuple(faults.found),
        notes=tuple(_red_days(faces)),
        first=min((face.starts for face in faces), default=None),
        last=max((face.starts for face in faces), default=None),
    )
    sentence = _told(plan)
    if faces and not plan.faults:
        edit_slots(timetable, visit, unit, SlotEdit(add=faces), sentence)
    return plan, sentence


def _read(
    timetable: Timetable, unit: CareUnit, rows: Sequence[SheetRow], faults: CellFaults
) -> list[tuple[SheetRow, Place, bool]]:
    things = things_of(timetable, unit.id)
    read = []
    for row in rows:
        blocked = yes(row, "spärrad", faults)
        if (place := place_in(row, things, faults)) is not None:
            read.append((row, place, blocked))
    return read


def _there_already(timetable: Timetable, unit: CareUnit, places: Sequence[Place]) -> set[tuple[object, ...]]:
    if not places:
        return set()
    first, last = min(place.starts for place in places), max(place.ends for place in places)
    return {slot.face.place for slot in slots_between(timetable, unit.id, first, last)}


def _new(
    visit: Visit,
    read: Sequence[tuple[SheetRow, Place, bool]],
    there: set[tuple[object, ...]],
    faults: CellFaults,
) -> Iterator[tuple[tuple[object, ...], SlotFace]]:
    rows: dict[tuple[object, ...], int] = {}
    for row, place, blocked in read:
        if place.key in there:
            continue
        if (earlier := rows.setdefault(place.key, row.number)) != row.number:
            faults.add(row, "", Sentence("Samma tid som på rad %(row)s.", {"row": earlier}))
        elif place.retired:
            faults.add(row, "", Sentence("%(name)s är inte längre i bruk.", {"name": place.retired.name}))
        elif place.starts <= visit.now:
            faults.add(row, "datum", Sentence("Tiden har passerat."))
        else:
            yield place.key, _face(place, blocked)


def _face(place: Place, blocked: bool) -> SlotFace:
    starts, ends, time_type_id, performer_id, resource_id = place.key
    return SlotFace(
        starts=starts,
        ends=ends,
        time_type_id=time_type_id,
        performer_id=performer_id,
        resource_id=resource_id,
        blocked=blocked,
    )


def _red_days(faces: Sequence[SlotFace]) -> Iterator[Sentence]:
    """A clinic may be open on them, but seldom means to be."""
    closed = RedDays()
    days: Mapping[datetime, None] = dict.fromkeys(
        datetime.combine(face.starts.date(), datetime.min.time()) for face in faces
    )
    named = [(day.date(), name) for day in sorted(days) if (name := closed.name(day.date()))]
    for day, name in named[:_NOTED_AT_MOST]:
        yield Sentence("%(day)s är en röd dag (%(name)s).", {"day": day, "name": name})


def _told(plan: Plan) -> Sentence:
    if plan.first is None or plan.last is None:
        return Sentence("Alla tider i filen finns redan.")
    return Sentence(
        "%(count)s tider inlästa från fil, %(first)s till %(last)s.",
        {"count": plan.added, "first": plan.first.date(), "last": plan.last.date()},
    )
