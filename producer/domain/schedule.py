"""Weekly base schedules (grundscheman), laid out over dates."""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class BaseSchedule:
    """A pattern of equal times on some weekdays (Monday is 1); `pause` stands between one time and the next.

    On its days off it does not hold although it would, and on its extra days it does although it would not.
    """

    weekdays: frozenset[int]
    opens: time
    closes: time
    length: timedelta
    pause: timedelta = timedelta(0)
    every_weeks: int = 1
    valid_from: date
    valid_to: date | None = None
    days_off: frozenset[date] = frozenset()
    extra_days: frozenset[date] = frozenset()

    def holds_on(self, day: date) -> bool:
        return self.is_valid_on(day) and (
            day in self.extra_days or (day not in self.days_off and self.comes_round_on(day))
        )

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day <= (self.valid_to or date.max)

    def comes_round_on(self, day: date) -> bool:
        """True on the pattern's weekdays, in every `every_weeks`-th week counted from the week of `valid_from`."""
        weeks = (_monday_of(day) - _monday_of(self.valid_from)).days // 7
        return day.isoweekday() in self.weekdays and weeks % self.every_weeks == 0

    def times_on(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """What the day has when the pattern holds on it."""
        starts, closes = datetime.combine(day, self.opens), datetime.combine(day, self.closes)
        while (ends := starts + self.length) <= closes:
            yield starts, ends
            starts = ends + self.pause


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitSchedule:
    """A base schedule as a unit keeps it: its pattern, what its times are for, and with whom and where.

    `former` is what is laid out of it still as it was before it was changed.
    """

    id: int
    unit_id: int
    name: str
    pattern: BaseSchedule
    time_type_ids: tuple[int, ...]
    performer_id: int | None = None
    resource_id: int | None = None
    laid_out_to: date
    days_ahead: int = 0
    former: tuple["UnitSchedule", ...] = ()

    @property
    def is_laid_out(self) -> bool:
        return self.laid_out_to >= self.pattern.valid_from


@dataclass(frozen=True, kw_only=True, slots=True)
class Absence:
    """When a performer is away from a unit, the end not included."""

    id: int
    unit_id: int
    performer_id: int
    starts: datetime
    ends: datetime
    reason: str | None = None

    def meets(self, starts: datetime, ends: datetime) -> bool:
        return self.starts < ends and starts < self.ends

    def is_same_time(self, other: "Absence") -> bool:
        return (self.performer_id, self.starts, self.ends) == (other.performer_id, other.starts, other.ends)


def contradictions(schedule: BaseSchedule) -> tuple[str, ...]:
    """Why this schedule can give no times, one English sentence each; empty when it can."""
    return tuple(sentence for is_broken, sentence in _CONTRADICTIONS if is_broken(schedule))


def lay_out(
    schedule: BaseSchedule, first: date, last: date, closed: Container[date]
) -> Iterator[tuple[datetime, datetime]]:
    """The schedule's times from `first` to `last`, both included, on days that are not `closed`.

    An extra day is one whether it is closed or not: somebody has chosen it. A time that the hour lost in March would
    touch is left out (rule 34).
    """
    for day in days_between(max(first, schedule.valid_from), min(last, schedule.valid_to or last)):
        if schedule.holds_on(day) and (day in schedule.extra_days or day not in closed):
            yield from (times for times in schedule.times_on(day) if not meets_lost_hour(*times))


def meets_lost_hour(starts: datetime, ends: datetime) -> bool:
    """True when the hour lost in March lies in this time or at an end of it, so that its clock length is not true."""
    lost = _lost_hour(starts.year)
    return starts < lost + _HOUR and lost <= ends


def does_not_exist(moment: datetime) -> bool:
    """True for the moments of the hour lost in March."""
    return meets_lost_hour(moment, moment)


@cache
def _lost_hour(year: int) -> datetime:
    """Summer time begins at two on the last Sunday of March; pure arithmetic, so that no zone file is needed here."""
    last_of_march = date(year, 3, 31)
    return datetime.combine(last_of_march - _DAY * (last_of_march.isoweekday() % 7), time(2))


def days_between(first: date, last: date) -> Iterator[date]:
    return (first + _DAY * number for number in range((last - first).days + 1))


def _monday_of(day: date) -> date:
    return date.fromordinal(day.toordinal() - day.weekday())


def _whole_minutes(length: timedelta) -> bool:
    return length % _MINUTE == timedelta(0)


def _room(schedule: BaseSchedule) -> timedelta:
    return datetime.combine(date.min, schedule.closes) - datetime.combine(date.min, schedule.opens)


_CONTRADICTIONS: tuple[tuple[Callable[[BaseSchedule], bool], str], ...] = (
    (lambda s: not s.weekdays, "no weekday is named"),
    (lambda s: not s.weekdays <= set(range(1, 8)), "a weekday is not between 1 (Monday) and 7 (Sunday)"),
    (lambda s: s.closes <= s.opens, "it closes before it opens"),
    (lambda s: s.length < _MINUTE or not _whole_minutes(s.length), "the times are not whole minutes long"),
    (lambda s: s.pause < timedelta(0) or not _whole_minutes(s.pause), "the pause is not whole minutes long"),
    (lambda s: s.opens < s.closes and _room(s) < s.length, "not one time fits between opening and closing"),
    (lambda s: s.every_weeks < 1, "every_weeks is at least 1"),
    (lambda s: s.valid_to is not None and s.valid_to < s.valid_from, "valid_to is before valid_from"),
)
