"""What times cannot become, and whether they are still what they were when somebody decided about them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from producer.domain.model import CareUnit
from producer.domain.schedule import meets_lost_hour
from producer.domain.staff import ChangedMeanwhile, Fault, Period, Sentence, Value
from producer.services.staff.kept_edits import KeptSlot
from producer.store import shelves, slot_rows
from producer.store.shelves import OfUnit
from producer.store.slot_rows import SlotFace, SlotRow
from producer.store.timetable import Timetable

LONGEST = timedelta(days=1)
_TOLD_AT_MOST = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """What to call the unit's times in a sentence."""

    time_types: Mapping[int, str]

    @classmethod
    def of(cls, timetable: Timetable, unit: CareUnit) -> "Names":
        return cls(time_types=shelves.time_type_names(timetable, unit.id))

    def when(self, face: SlotFace) -> Period:
        return Period(face.starts, face.ends)

    def time_type(self, face: SlotFace) -> str:
        return self.time_types.get(face.time_type_id, "?")

    def tell(self, text: str, face: SlotFace) -> Sentence:
        values: dict[str, Value] = {"when": self.when(face), "time_type": self.time_type(face)}
        return Sentence(text, values)


def demand_as_seen(timetable: Timetable, unit: CareUnit, rows: Collection[SlotRow], names: Names) -> None:
    """Raises ChangedMeanwhile."""
    now = slot_rows.slots_by_public_id(timetable, unit.id, (row.public_id for row in rows), to_write=True)
    _raise_what_changed(
        now_told(row.face, now.get(row.public_id), names) for row in rows if now.get(row.public_id) != row
    )


def demand_as_left(
    timetable: Timetable, unit: CareUnit, left: Collection[KeptSlot], names: Names
) -> Mapping[str, SlotRow]:
    """The rows of slots that a change left so, by public id; raises ChangedMeanwhile."""
    now = slot_rows.slots_by_public_id(timetable, unit.id, (slot.public_id for slot in left), to_write=True)
    _raise_what_changed(
        now_told(slot.face, now.get(slot.public_id), names) for slot in left if not _is_as_left(now, slot)
    )
    return now


def _is_as_left(now: Mapping[str, SlotRow], slot: KeptSlot) -> bool:
    row = now.get(slot.public_id)
    return row is not None and row.face == slot.face and row.booking_id is None


def _raise_what_changed(told: Iterator[Sentence]) -> None:
    if sentences := list(islice(told, _TOLD_AT_MOST)):
        raise ChangedMeanwhile(*sentences)


def now_told(seen: SlotFace, row: SlotRow | None, names: Names) -> Sentence:
    """What has become of a time."""
    if row is None:
        return names.tell("%(when)s, %(time_type)s: tiden finns inte längre.", seen)
    if row.booking_id is not None:
        return names.tell("%(when)s, %(time_type)s: tiden är bokad.", row.face)
    if row.face.blocked:
        return names.tell("%(when)s, %(time_type)s: så är tiden nu, och den är spärrad.", row.face)
    return names.tell("%(when)s, %(time_type)s: så är tiden nu, och den är ledig.", row.face)


def faults_of(
    timetable: Timetable,
    unit: CareUnit,
    *,
    add: Sequence[SlotFace],
    remove: Sequence[SlotRow],
    alter: Sequence[tuple[SlotRow, SlotFace]],
    names: Names,
    is_restoring: bool = False,
) -> list[Fault]:
    """Why this cannot be done; what was there before is not asked about again when it is restored."""
    touched = [*remove, *(row for row, _ in alter)]
    wanted = [*add, *(face for row, face in alter if face.place != row.face.place)]
    told = [names.tell(_BOOKED, row.face) for row in touched if row.booking_id is not None]
    if not is_restoring:
        told += _impossible(wanted, shelves.in_use(timetable, unit.id), alter, names)
    if not told:
        strict = len(add) if not is_restoring else 0
        told += _there_already(timetable, unit, wanted, strict=strict, touched=touched, names=names)
    return [Fault("", sentence) for sentence in _shortened(told)]


def _shortened(told: list[Sentence]) -> list[Sentence]:
    more = len(told) - _TOLD_AT_MOST
    if more <= 0:
        return told
    return [*told[:_TOLD_AT_MOST], Sentence("Och %(count)s fel till.", {"count": more})]


def _impossible(
    wanted: Iterable[SlotFace], in_use: OfUnit, alter: Sequence[tuple[SlotRow, SlotFace]], names: Names
) -> list[Sentence]:
    """What a slot had already it may keep, even if it is retired."""
    kept = in_use if not alter else _with_what_they_had(in_use, [row.face for row, _ in alter])
    return [names.tell(text, face) for face in wanted for is_broken, text in _IMPOSSIBLE if is_broken(face, kept)]


def _with_what_they_had(in_use: OfUnit, faces: list[SlotFace]) -> OfUnit:
    return OfUnit(
        time_type_ids=in_use.time_type_ids | {face.time_type_id for face in faces},
        performer_ids=in_use.performer_ids | {face.performer_id for face in faces if face.performer_id},
        resource_ids=in_use.resource_ids | {face.resource_id for face in faces if face.resource_id},
    )


def _there_already(
    timetable: Timetable,
    unit: CareUnit,
    wanted: Sequence[SlotFace],
    *,
    strict: int,
    touched: list[SlotRow],
    names: Names,
) -> list[Sentence]:
    """The first `strict` are new: two lines of nobody's may stand beside each other, but none is added by mistake."""
    if not wanted:
        return []
    first, last = min(face.starts for face in wanted), max(face.ends for face in wanted)
    leaving = {row.id for row in touched}
    there = {
        row.face.place for row in slot_rows.slots_between(timetable, unit.id, first, last) if row.id not in leaving
    }
    told = []
    for number, face in enumerate(wanted):
        if face.place in there and (number < strict or face.is_somebodys):
            told.append(names.tell(_THERE_ALREADY, face))
        there.add(face.place)
    return told


_BOOKED = "%(when)s, %(time_type)s är bokad och kan inte ändras här. Boka om eller avboka den först."
_THERE_ALREADY = "%(when)s, %(time_type)s finns redan."
_IMPOSSIBLE: tuple[tuple[Callable[[SlotFace, OfUnit], bool], str], ...] = (
    (lambda f, _: f.ends <= f.starts, "%(when)s, %(time_type)s: tiden ska sluta efter att den börjar."),
    (lambda f, _: f.ends - f.starts > LONGEST, "%(when)s, %(time_type)s: en tid är högst ett dygn lång."),
    (
        lambda f, _: meets_lost_hour(f.starts, f.ends),
        "%(when)s, %(time_type)s: då ställs klockan om till sommartid och tiden finns inte.",
    ),
    (lambda f, unit: f.time_type_id not in unit.time_type_ids, "Tidtypen finns inte på enheten."),
    (
        lambda f, unit: f.performer_id is not None and f.performer_id not in unit.performer_ids,
        "Utföraren finns inte på enheten.",
    ),
    (
        lambda f, unit: f.resource_id is not None and f.resource_id not in unit.resource_ids,
        "Resursen finns inte på enheten.",
    ),
)
