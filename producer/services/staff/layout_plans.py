"""What would come of laying times out: which are added, which are not and why, which go, and which stay booked."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from producer.domain.model import CareUnit
from producer.domain.schedule import Absence, meets_lost_hour
from producer.domain.staff import Sentence, Value
from producer.services.staff.absence_words import time_away
from producer.services.staff.slot_edits import SlotEdit
from producer.store.absences import absences_between
from producer.store.red_days import RedDays
from producer.store.shelves import performer_names, resource_names, time_type_names
from producer.store.slot_rows import SlotFace, SlotRow, slots_between
from producer.store.timetable import Timetable

DAY = timedelta(days=1)


class Kind(StrEnum):
    """Why a time is not added: it yields to something, it is there already, or a booking keeps its place."""

    SKIPPED = "skipped"
    THERE = "there"
    BOOKED = "booked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """A time, or a whole day's, that is not added; `against` is the time that it would collide with."""

    day: date
    face: SlotFace | None = None
    against: SlotFace | None = None
    kind: Kind
    reason: Sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """All that would happen, and what would not."""

    add: tuple[SlotFace, ...] = ()
    remove: tuple[SlotRow, ...] = ()
    stay: tuple[SlotRow, ...] = ()
    left: tuple[Left, ...] = ()

    @property
    def edit(self) -> SlotEdit:
        return SlotEdit(add=self.add, remove=self.remove)

    @property
    def changes_nothing(self) -> bool:
        return not self.add and not self.remove

    def number(self, kind: Kind) -> int:
        """How many of the kind; a whole day counts as one."""
        return sum(each.kind is kind for each in self.left)


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What a plan is made against: what the unit has in the period, who is away, and what the time is."""

    rows: tuple[SlotRow, ...]
    absences: tuple[Absence, ...]
    red_days: RedDays
    time_types: Mapping[int, str]
    performers: Mapping[int, str]
    resources: Mapping[int, str]
    now: datetime

    def who(self, face: SlotFace) -> str:
        names = (self.performers.get(face.performer_id or 0), self.resources.get(face.resource_id or 0))
        return ", ".join(filter(None, names))


def surroundings(timetable: Timetable, unit: CareUnit, first: date, last: date, now: datetime) -> Surroundings:
    starts, ends = datetime.combine(first, datetime.min.time()), datetime.combine(last + DAY, datetime.min.time())
    return Surroundings(
        rows=tuple(slots_between(timetable, unit.id, starts, ends)),
        absences=tuple(absences_between(timetable, unit.id, starts, ends)),
        red_days=RedDays(),
        time_types=time_type_names(timetable, unit.id),
        performers=performer_names(timetable, unit.id),
        resources=resource_names(timetable, unit.id),
        now=now,
    )


def planned(
    wanted: Iterable[SlotFace],
    around: Surroundings,
    *,
    instead_of: Collection[tuple[object, ...]] = (),
    left: Iterable[Left] = (),
) -> Plan:
    """The wanted faces one by one against what is there; the free ones of `instead_of`, by place, make room.

    `left` is what was left out already.
    """
    listed = list(wanted)
    kept = {face.place for face in listed}
    old = [row for row in around.rows if row.face.place in instead_of and row.face.place not in kept]
    going = [row for row in old if _is_free(row) and row.face.starts > around.now]
    gone = {row.id for row in going}
    there = _Occupied(around=around)
    for row in around.rows:
        if row.id not in gone:
            there.take(row.face, row)
    added, not_added = [], list(left)
    for face in listed:
        reason = next(filter(None, (check(face, around, there) for check in _CHECKS)), None)
        if reason is None:
            added.append(face)
            there.take(face, None)
        else:
            not_added.append(reason)
    stay = tuple(row for row in old if row.booking_id is not None and row.face.ends > around.now)
    return Plan(add=tuple(added), remove=tuple(going), stay=stay, left=tuple(not_added))


def _is_free(row: SlotRow) -> bool:
    return row.booking_id is None and not row.face.blocked


@dataclass(frozen=True, kw_only=True, slots=True)
class _Occupied:
    """What is there or about to be: by place, and by day for each performer and resource."""

    around: Surroundings
    places: dict[tuple[object, ...], SlotRow | None] = field(default_factory=dict)
    of_somebody: defaultdict[tuple[str, int, date], list[tuple[SlotFace, SlotRow | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def take(self, face: SlotFace, row: SlotRow | None) -> None:
        if face.place not in self.places or (row is not None and row.booking_id is not None):
            self.places[face.place] = row
        for key in _keys(face):
            self.of_somebody[key].append((face, row))

    def collision(self, face: SlotFace) -> tuple[SlotFace, SlotRow | None] | None:
        """A time of the same performer or the same thing that it overlaps; one that is booked before others.

        One performer's times of different kinds may overlap: to book one hides the others.
        """
        met = [
            (other, row)
            for key in _keys(face)
            for other, row in self.of_somebody[key]
            if other.starts < face.ends and face.starts < other.ends and not _may_overlap(face, other)
        ]
        booked = [(other, row) for other, row in met if row is not None and row.booking_id is not None]
        return next(iter([*booked, *met]), None)


def _may_overlap(one: SlotFace, other: SlotFace) -> bool:
    return one.performer_id == other.performer_id and one.time_type_id != other.time_type_id


def _keys(face: SlotFace) -> Iterator[tuple[str, int, date]]:
    days = {face.starts.date(), (face.ends - timedelta(seconds=1)).date()}
    for name, whose in (("performer", face.performer_id), ("resource", face.resource_id)):
        if whose is not None:
            yield from ((name, whose, day) for day in days)


def _is_over(face: SlotFace, around: Surroundings, _: _Occupied) -> Left | None:
    return _skipped(face, Sentence("Tiden har passerat.")) if face.starts <= around.now else None


def _does_not_exist(face: SlotFace, _: Surroundings, __: _Occupied) -> Left | None:
    """Rule 34."""
    lost = meets_lost_hour(face.starts, face.ends)
    return _skipped(face, Sentence("Klockan ställs om till sommartid, så tiden finns inte.")) if lost else None


def _is_there(face: SlotFace, _: Surroundings, there: _Occupied) -> Left | None:
    if face.place not in there.places:
        return None
    row = there.places[face.place]
    if row is not None and row.booking_id is not None:
        return Left(day=face.starts.date(), face=face, kind=Kind.BOOKED, reason=Sentence("Finns redan och är bokad."))
    is_blocked = row is not None and row.face.blocked
    reason = Sentence("Finns redan, spärrad.") if is_blocked else Sentence("Finns redan.")
    return Left(day=face.starts.date(), face=face, kind=Kind.THERE, reason=reason)


def _performer_is_away(face: SlotFace, around: Surroundings, _: _Occupied) -> Left | None:
    away = next(
        (
            each
            for each in around.absences
            if each.performer_id == face.performer_id and each.meets(face.starts, face.ends)
        ),
        None,
    )
    if away is None:
        return None
    values: dict[str, Value] = {"performer": around.performers.get(away.performer_id, ""), "when": time_away(away)}
    return _skipped(face, Sentence("%(performer)s är frånvarande: %(when)s.", values))


def _collides(face: SlotFace, _: Surroundings, there: _Occupied) -> Left | None:
    met = there.collision(face)
    if met is None:
        return None
    other, row = met
    values: dict[str, Value] = {
        "time_type": there.around.time_types.get(other.time_type_id, ""),
        "who": there.around.who(other),
    }
    if row is not None and row.booking_id is not None:
        reason, kind = Sentence("Krockar med bokat: %(time_type)s, %(who)s.", values), Kind.BOOKED
    elif other.blocked:
        reason, kind = Sentence("Krockar med spärrat: %(time_type)s, %(who)s.", values), Kind.SKIPPED
    else:
        reason, kind = Sentence("Krockar med lediga tider: %(time_type)s, %(who)s.", values), Kind.SKIPPED
    return Left(day=face.starts.date(), face=face, against=other, kind=kind, reason=reason)


def _skipped(face: SlotFace, reason: Sentence) -> Left:
    return Left(day=face.starts.date(), face=face, kind=Kind.SKIPPED, reason=reason)


_CHECKS: tuple[Callable[[SlotFace, Surroundings, _Occupied], Left | None], ...] = (
    _is_over,
    _does_not_exist,
    _is_there,
    _performer_is_away,
    _collides,
)


def red_day(day: date, around: Surroundings) -> Left | None:
    """A whole day that is left out because units are closed."""
    name = around.red_days.name(day)
    if name is None:
        return None
    return Left(day=day, kind=Kind.SKIPPED, reason=Sentence("Röd dag: %(name)s.", {"name": name}))
