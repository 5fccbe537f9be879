"""A plan of times as its page shows it: by day, with the times of one kind together and each reason told once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from producer.services.staff.layout_plans import Kind, Plan
from producer.services.staff.layouts import Preview
from producer.services.staff.shelves import Shelf
from producer.store.slot_rows import SlotFace
from producer.web.staff.words import clock, say, week


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """Times of one day that are alike in what they are for, or in why they are left out."""

    what: str
    spans: tuple[str, ...]

    @property
    def whole(self) -> str:
        """From the first beginning to the last end."""
        return f"{self.spans[0].partition(_DASH)[0]}{_DASH}{self.spans[-1].rpartition(_DASH)[2]}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    day: date
    added: tuple[Times, ...]
    removed: tuple[Times, ...]
    booked: tuple[Times, ...]
    left: tuple[Times, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """The counts of the whole, and the days, by week, on which something happens or does not."""

    added: int
    removed: int
    booked: int
    skipped: int
    there: int
    weeks: tuple[tuple[str, tuple[Day, ...]], ...]
    seen: str


def shown(preview: Preview) -> Shown:
    plan = preview.plan
    return Shown(
        added=len(plan.add),
        removed=len(plan.remove),
        booked=len(plan.stay) + plan.number(Kind.BOOKED),
        skipped=plan.number(Kind.SKIPPED),
        there=plan.number(Kind.THERE),
        weeks=tuple(
            (name, tuple(days)) for name, days in groupby(_days(plan, preview.shelf), key=lambda each: week(each.day))
        ),
        seen=preview.seen,
    )


def _week(each: Day) -> str:
    return week(each.day)


def _days(plan: Plan, shelf: Shelf) -> Iterable[Day]:
    added, removed = (_by_offer(faces, shelf) for faces in (plan.add, [row.face for row in plan.remove]))
    stay = _by_offer([row.face for row in plan.stay], shelf)
    booked, left = (
        _grouped((each.day, say(each.reason), each.face) for each in plan.left if (each.kind is Kind.BOOKED) is wanted)
        for wanted in (True, False)
    )
    for day in sorted({*added, *removed, *stay, *booked, *left}):
        yield Day(
            day=day,
            added=_times(added[day]),
            removed=_times(removed[day]),
            booked=(*_times(stay[day]), *_times(booked[day])),
            left=_times(left[day]),
        )


Grouped = defaultdict[date, dict[str, list[SlotFace | None]]]


def _by_offer(faces: Iterable[SlotFace], shelf: Shelf) -> Grouped:
    return _grouped((face.starts.date(), _offer(face, shelf), face) for face in faces)


def _grouped(told: Iterable[tuple[date, str, SlotFace | None]]) -> Grouped:
    grouped: Grouped = defaultdict(dict)
    for day, what, face in told:
        grouped[day].setdefault(what, []).append(face)
    return grouped


def _times(grouped: dict[str, list[SlotFace | None]]) -> tuple[Times, ...]:
    return tuple(
        Times(what=what, spans=tuple(f"{clock(face.starts)}{_DASH}{clock(face.ends)}" for face in faces if face))
        for what, faces in grouped.items()
    )


def _offer(face: SlotFace, shelf: Shelf) -> str:
    who = next((each.full_name for each in shelf.performers if each.id == face.performer_id), None)
    where = next((each.name for each in shelf.resources if each.id == face.resource_id), None)
    return ", ".join(filter(None, (shelf.time_type_names.get(face.time_type_id), who, where)))


_DASH = "\N{EN DASH}"
