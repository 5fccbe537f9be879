"""A plan of times as its page shows it: by day, with the times of one kind together and each reason told once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask_babel import gettext

from producer.services.staff.layout_plans import Kind, Left, Plan
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
        return f"{self.spans[0][:5]}{_DASH}{self.spans[-1][6:11]}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    day: date
    added: tuple[Times, ...]
    removed: tuple[Times, ...]
    booked: tuple[Times, ...]
    left: tuple[Times, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """The counts of the whole, and the days, by week, on which something happens or does not; `same` have all already.

    What all the times are for is told once, in `offer`; where they differ each tells it.
    """

    added: int
    removed: int
    booked: int
    skipped: int
    there: int
    offer: str
    weeks: tuple[tuple[str, tuple[Day, ...]], ...]
    same: tuple[Day, ...]
    seen: str


def shown(preview: Preview) -> Shown:
    plan, shelf = preview.plan, preview.shelf
    offers = {_offer(face, shelf) for face in (*plan.add, *(row.face for row in (*plan.remove, *plan.stay)))}
    days = list(_days(plan, (lambda _: "") if len(offers) == 1 else (lambda face: _offer(face, shelf))))
    eventful = _eventful_days(plan)
    return Shown(
        added=len(plan.add),
        removed=len(plan.remove),
        booked=len(plan.stay) + plan.number(Kind.BOOKED),
        skipped=plan.number(Kind.SKIPPED),
        there=plan.number(Kind.THERE),
        offer=offers.pop() if len(offers) == 1 else "",
        weeks=tuple((name, tuple(some)) for name, some in groupby((day for day in days if day.day in eventful), _week)),
        same=tuple(day for day in days if day.day not in eventful),
        seen=preview.seen,
    )


def _eventful_days(plan: Plan) -> set[date]:
    faces = (*plan.add, *(row.face for row in (*plan.remove, *plan.stay)))
    return {face.starts.date() for face in faces} | {each.day for each in plan.left if each.kind is not Kind.THERE}


def _week(each: Day) -> str:
    return week(each.day)


def _days(plan: Plan, told: Callable[[SlotFace], str]) -> Iterator[Day]:
    added, removed, stay = (
        _grouped((face.starts.date(), told(face), _span(face)) for face in faces)
        for faces in (plan.add, [row.face for row in plan.remove], [row.face for row in plan.stay])
    )
    booked, left = (
        _grouped(
            (each.day, say(each.reason), _left(each)) for each in plan.left if (each.kind is Kind.BOOKED) is wanted
        )
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


Grouped = defaultdict[date, dict[str, list[str]]]


def _grouped(told: Iterable[tuple[date, str, str]]) -> Grouped:
    grouped: Grouped = defaultdict(dict)
    for day, what, span in told:
        grouped[day].setdefault(what, []).append(span)
    return grouped


def _times(grouped: dict[str, list[str]]) -> tuple[Times, ...]:
    return tuple(Times(what=what, spans=tuple(filter(None, spans))) for what, spans in grouped.items())


def _left(left: Left) -> str:
    """The time, and the one it would collide with unless that is at the same time; of a whole day nothing."""
    if left.face is None:
        return ""
    span, other = _span(left.face), left.against and _span(left.against)
    written: str = gettext("%(time)s mot %(other)s", time=span, other=other) if other not in (None, span) else span
    return written


def _span(face: SlotFace) -> str:
    return f"{clock(face.starts)}{_DASH}{clock(face.ends)}"


def _offer(face: SlotFace, shelf: Shelf) -> str:
    names = (
        shelf.time_type_names.get(face.time_type_id),
        shelf.performer_names.get(face.performer_id or 0),
        shelf.resource_names.get(face.resource_id or 0),
    )
    return ", ".join(filter(None, names))


_DASH = "\N{EN DASH}"
