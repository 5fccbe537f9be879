"""What a page of times shows: the days of a day, a week or a month, and which times lie side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum


class View(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class By(StrEnum):
    """What the columns are: days, or those who or what the times are of."""

    DAY = "day"
    PERFORMER = "performer"
    RESOURCE = "resource"


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Some days in a row, both included."""

    first: date
    last: date

    @property
    def starts(self) -> datetime:
        return datetime.combine(self.first, time())

    @property
    def ends(self) -> datetime:
        """Not included."""
        return datetime.combine(self.last + _DAY, time())

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first + _DAY * number for number in range((self.last - self.first).days + 1))


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Which times somebody wants to see, and how."""

    day: date
    view: View = View.WEEK
    by: By = By.DAY
    performer_id: int | None = None
    resource_id: int | None = None
    time_type_id: int | None = None

    @property
    def span(self) -> Span:
        match self.view:
            case View.DAY:
                return Span(first=self.day, last=self.day)
            case View.WEEK:
                monday = self.day - _DAY * self.day.weekday()
                return Span(first=monday, last=monday + _DAY * 6)
            case View.MONTH:
                first = self.day.replace(day=1)
                return Span(first=first, last=(first + _DAY * 31).replace(day=1) - _DAY)

    @property
    def before(self) -> date:
        """A day of the page before."""
        return self.span.first - _DAY

    @property
    def after(self) -> date:
        return self.span.last + _DAY


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """The place of one time among those beside it: `number` counts from 0, and the whole group has `of` lanes."""

    number: int
    of: int


def lanes(times: Sequence[tuple[int, int]]) -> list[Lane]:
    """For times in order of start, each as (from, to): those that overlap lie side by side."""
    placed: list[Lane] = []
    group: list[int] = []
    free_from: list[int] = []
    for starts, ends in times:
        if group and starts >= max(free_from):
            placed += _together(group, len(free_from))
            group, free_from = [], []
        number = next((lane for lane, free in enumerate(free_from) if free <= starts), len(free_from))
        free_from[number : number + 1] = [ends]
        group.append(number)
    return placed + _together(group, len(free_from))


def _together(group: Iterable[int], of: int) -> list[Lane]:
    return [Lane(number=number, of=of) for number in group]


_DAY = timedelta(days=1)
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
"""No page shows, and no form takes, a day outside of these."""
