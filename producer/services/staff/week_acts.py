"""What staff do to times in the week: add, and block, open, remove, move or alter those they picked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from producer.domain.model import CareUnit
from producer.domain.staff import ChangedMeanwhile, Fault, Invalid, Sentence
from producer.domain.weeks import EARLIEST, LATEST
from producer.services.staff import slot_sentences as say
from producer.services.staff.admission import Visit, changing
from producer.services.staff.fingerprints import fingerprint
from producer.services.staff.slot_checks import Names, now_told
from producer.services.staff.slot_edits import SlotEdit, edit_slots
from producer.store import slot_rows
from producer.store.engine import Database
from producer.store.slot_rows import SlotFace, SlotRow
from producer.store.timetable import Timetable

MOST_ADDED = 500
FURTHEST = timedelta(days=3660)
"""Nobody plans times for a later day; it is a mistake in writing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewTimes:
    """Equal times of one day, one after another with a pause between; one row of them for each time type."""

    day: date
    opens: time
    closes: time
    length: timedelta
    pause: timedelta = timedelta(0)
    time_type_ids: tuple[int, ...]
    performer_id: int | None = None
    resource_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Picked:
    """A time that somebody picked, as it was shown."""

    public_id: str
    seen: str


class Act(StrEnum):
    BLOCK = "block"
    OPEN = "open"
    REMOVE = "remove"
    TIME_TYPE = "time_type"
    PERFORMER = "performer"
    MOVE = "move"
    DAY = "day"
    LENGTH = "length"


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What to do to the picked times, and what it takes for some of the acts."""

    act: Act
    time_type_id: int | None = None
    performer_id: int | None = None
    by: timedelta = timedelta(0)
    day: date | None = None
    length: timedelta = timedelta(0)


def add_times(database: Database, visit: Visit, unit_hsa_id: str, wanted: NewTimes) -> Sentence:
    """Raises NotThere, NotAllowed, Invalid."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        if faults := _faults(wanted, visit.now.date()):
            raise Invalid(*faults)
        faces = tuple(_faces(wanted))
        sentence = say.told(say.ADDED, faces, faces, Names.of(timetable, unit))
        edit_slots(timetable, visit, unit, SlotEdit(add=faces), sentence)
        return sentence


def edit_picked(database: Database, visit: Visit, unit_hsa_id: str, picked: Sequence[Picked], order: Order) -> Sentence:
    """Raises NotThere, NotAllowed, Invalid, ChangedMeanwhile."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        if not picked:
            raise Invalid(Fault("picked", Sentence("Välj först de tider som du vill ändra.")))
        if fault := _fault_of(order):
            raise Invalid(fault)
        names = Names.of(timetable, unit)
        rows = _rows_seen(timetable, unit, picked, names)
        texts, make = _ACTS[order.act]
        edit = make(rows, order)
        after = [face for _, face in edit.alter] or [row.face for row in edit.remove]
        if not after:
            raise Invalid(Fault("picked", Sentence("Tiderna är redan så. Inget har ändrats.")))
        before = [row for row, _ in edit.alter] or edit.remove
        sentence = say.told(texts, before, after, names)
        edit_slots(timetable, visit, unit, edit, sentence)
        return sentence


def alter_one(database: Database, visit: Visit, unit_hsa_id: str, picked: Picked, face: SlotFace) -> Sentence:
    """One time as its own form says; raises NotThere, NotAllowed, Invalid, ChangedMeanwhile."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        names = Names.of(timetable, unit)
        (row,) = _rows_seen(timetable, unit, [picked], names)
        if row.face == face:
            raise Invalid(Fault("", Sentence("Tiden är redan så. Inget har ändrats.")))
        sentence = say.told(_texts(row.face, face), [row], [face], names)
        edit_slots(timetable, visit, unit, SlotEdit(alter=((row, face),)), sentence)
        return sentence


def _texts(before: SlotFace, after: SlotFace) -> tuple[str, str]:
    """The most telling sentence when only one thing differs."""
    for texts, fields in (
        (say.MOVED, {"starts": after.starts, "ends": after.ends}),
        (say.GIVEN_TIME_TYPE, {"time_type_id": after.time_type_id}),
        (say.GIVEN_PERFORMER, {"performer_id": after.performer_id}),
        (say.BLOCKED if after.blocked else say.OPENED, {"blocked": after.blocked}),
    ):
        if replace(before, **fields) == after:
            return texts
    return say.ALTERED


def _rows_seen(timetable: Timetable, unit: CareUnit, picked: Sequence[Picked], names: Names) -> list[SlotRow]:
    there = slot_rows.slots_by_public_id(timetable, unit.id, [each.public_id for each in picked])
    gone = [_GONE] if len(there) < len({each.public_id for each in picked}) else []
    changed = [
        now_told(there[each.public_id].face, there[each.public_id], names)
        for each in picked
        if each.public_id in there and fingerprint(there[each.public_id]) != each.seen
    ]
    if gone or changed:
        raise ChangedMeanwhile(*gone, *changed[:5])
    return sorted(there.values(), key=lambda row: (row.face.starts, row.id))


def _altered(rows: Sequence[SlotRow], face_of: Callable[[SlotFace], SlotFace]) -> SlotEdit:
    """What would be as it was is left alone."""
    pairs = ((row, face_of(row.face)) for row in rows)
    return SlotEdit(alter=tuple((row, face) for row, face in pairs if face != row.face))


def _on(face: SlotFace, day: date) -> SlotFace:
    starts = datetime.combine(day, face.starts.time())
    return replace(face, starts=starts, ends=starts + (face.ends - face.starts))


_ACTS: dict[Act, tuple[tuple[str, str], Callable[[list[SlotRow], Order], SlotEdit]]] = {
    Act.BLOCK: (say.BLOCKED, lambda rows, _: _altered(rows, lambda f: replace(f, blocked=True))),
    Act.OPEN: (say.OPENED, lambda rows, _: _altered(rows, lambda f: replace(f, blocked=False))),
    Act.REMOVE: (say.REMOVED, lambda rows, _: SlotEdit(remove=tuple(rows))),
    Act.TIME_TYPE: (
        say.GIVEN_TIME_TYPE,
        lambda rows, o: _altered(rows, lambda f: replace(f, time_type_id=o.time_type_id or f.time_type_id)),
    ),
    Act.PERFORMER: (
        say.GIVEN_PERFORMER,
        lambda rows, o: _altered(rows, lambda f: replace(f, performer_id=o.performer_id)),
    ),
    Act.MOVE: (
        say.MOVED,
        lambda rows, o: _altered(rows, lambda f: replace(f, starts=f.starts + o.by, ends=f.ends + o.by)),
    ),
    Act.DAY: (say.MOVED, lambda rows, o: _altered(rows, lambda f: _on(f, o.day or f.starts.date()))),
    Act.LENGTH: (say.STRETCHED, lambda rows, o: _altered(rows, lambda f: replace(f, ends=f.starts + o.length))),
}
_GONE = Sentence("En av tiderna finns inte längre.")


def _fault_of(order: Order) -> Fault | None:
    """What is missing for the act."""
    return next((fault for act, is_missing, fault in _MISSING if act is order.act and is_missing(order)), None)


_MISSING: tuple[tuple[Act, Callable[[Order], bool], Fault], ...] = (
    (Act.TIME_TYPE, lambda o: o.time_type_id is None, Fault("new_time_type", Sentence("Välj en tidtyp."))),
    (Act.PERFORMER, lambda o: o.performer_id is None, Fault("new_performer", Sentence("Välj en utförare."))),
    (
        Act.MOVE,
        lambda o: not timedelta(0) < abs(o.by) <= timedelta(days=366),
        Fault("minutes", Sentence("Ange hur många minuter tiderna ska flyttas, med minustecken för tidigare.")),
    ),
    (
        Act.DAY,
        lambda o: o.day is None or not EARLIEST <= o.day <= LATEST,
        Fault("to_day", Sentence("Ange den dag som tiderna ska flyttas till.")),
    ),
    (
        Act.LENGTH,
        lambda o: not timedelta(0) < o.length <= timedelta(days=1),
        Fault("new_length", Sentence("Ange hur många minuter långa tiderna ska bli.")),
    ),
)


def _faults(wanted: NewTimes, today: date) -> list[Fault]:
    return [fault for is_broken, fault in _BROKEN if is_broken(wanted, today)]


def _count(wanted: NewTimes) -> int:
    room = datetime.combine(wanted.day, wanted.closes) - datetime.combine(wanted.day, wanted.opens)
    step = wanted.length + wanted.pause
    return (room + wanted.pause) // step * len(wanted.time_type_ids) if step > timedelta(0) else 0


def _faces(wanted: NewTimes) -> list[SlotFace]:
    opens, closes = datetime.combine(wanted.day, wanted.opens), datetime.combine(wanted.day, wanted.closes)
    step = wanted.length + wanted.pause
    starts = [opens + step * number for number in range((closes - opens + wanted.pause) // step)]
    return [
        SlotFace(
            starts=start,
            ends=start + wanted.length,
            time_type_id=time_type_id,
            performer_id=wanted.performer_id,
            resource_id=wanted.resource_id,
        )
        for start in starts
        for time_type_id in wanted.time_type_ids
    ]


_BROKEN: tuple[tuple[Callable[[NewTimes, date], bool], Fault], ...] = (
    (lambda w, today: w.day < today, Fault("day", Sentence("Dagen har redan varit."))),
    (lambda w, today: w.day - today > FURTHEST, Fault("day", Sentence("Dagen ligger för långt fram."))),
    (lambda w, _: w.closes <= w.opens, Fault("closes", Sentence("Sluttiden ska vara efter starttiden."))),
    (lambda w, _: w.length <= timedelta(0), Fault("length", Sentence("Längden ska vara minst en minut."))),
    (lambda w, _: w.pause < timedelta(0), Fault("pause", Sentence("Pausen kan inte vara kortare än noll minuter."))),
    (lambda w, _: not w.time_type_ids, Fault("time_types", Sentence("Välj minst en tidtyp."))),
    (
        lambda w, _: w.opens < w.closes and w.length > timedelta(0) and bool(w.time_type_ids) and _count(w) < 1,
        Fault("length", Sentence("Inte en enda tid av den längden ryms mellan starttiden och sluttiden.")),
    ),
    (
        lambda w, _: _count(w) > MOST_ADDED,
        Fault("length", Sentence("Det skulle bli fler än %(most)s tider på en gång.", {"most": MOST_ADDED})),
    ),
)
