"""The producer beside plain Spyne and the floor: the same answers, in the same process, in the same minutes."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import repeat

from benchmarks import calls
from benchmarks.calls import Request
from benchmarks.floor import Floor
from benchmarks.ours import Ours
from benchmarks.plain_spyne import PlainSpyne
from benchmarks.region import Region
from benchmarks.report import Figure, Table, Target, figure
from benchmarks.sameness import content_of
from benchmarks.timing import Contender, Times, by_turns

OURS, PLAIN, FLOOR = "producer", "plain Spyne", "floor"
_MS = 1000.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One thing that everybody is asked; each contender takes the requests from the start."""

    name: str
    requests: Callable[[], Iterator[Request]]
    times_plain: Target | None = None
    times_floor: Target | None = None


def comparison(region: Region, rounds: int) -> Table:
    """Raises AssertionError if they do not answer alike."""
    with contenders_of(region) as contenders:
        rows = tuple(compared(question, contenders, rounds) for question in questions(region))
    return Table(
        title="In process, request bytes to answer bytes",
        columns=(OURS, PLAIN, FLOOR, "faster than plain Spyne", "of the floor's time"),
        rows=rows,
        notes=(
            f"Medians of {rounds} rounds in which they take turns, and the least and the most of a round's ratio.",
            "Plain Spyne: ComplexModel classes and Spyne's own serialiser over plain SQL rows.",
            "The floor: such rows in string templates, without rules, validation, headers, faults, trail or log.",
        ),
    )


@contextmanager
def contenders_of(region: Region) -> Iterator[dict[str, Contender]]:
    """Each on a copy of its own, as each will book in it."""
    with (
        closing(Ours(region.copied("ours.db"))) as ours,
        closing(PlainSpyne(region.copied("plain.db").file)) as plain,
        closing(Floor(region.copied("floor.db").file)) as floor,
    ):
        yield {OURS: ours, PLAIN: plain, FLOOR: floor}


def questions(region: Region) -> tuple[Question, ...]:
    seen, few, many, *booked = region.units
    return (
        _query(f"GetAvailableTimeslots, {few.free_slots} slots", calls.timeslots(region, few)),
        _query(f"GetAvailableTimeslots, {seen.free_slots} slots", calls.timeslots(region, seen)),
        Question(
            name=f"GetAvailableTimeslots, {many.free_slots:,} slots",
            requests=lambda: repeat(calls.timeslots(region, many)),
            times_plain=Target(limit=20, at_least=True),
            times_floor=Target(limit=2.5),
        ),
        _query(f"GetAvailableDates, {many.free_slots:,} slots", calls.dates(region, many)),
        _query("GetSubjectOfCareSchedule", calls.schedule(seen)),
        _query("GetBookingDetails", calls.details(seen)),
        Question(name="MakeBooking", requests=lambda: calls.bookings(region, booked)),
    )


def _query(name: str, request: Request) -> Question:
    return Question(name=name, requests=lambda: repeat(request))


def compared(question: Question, contenders: Mapping[str, Contender], rounds: int) -> tuple[str, tuple[Figure, ...]]:
    """A row of times and ratios; raises AssertionError if the answers are not the same."""
    requests = {name: question.requests() for name in contenders}
    answers = {name: content_of(answer(next(requests[name]))) for name, answer in contenders.items()}
    if len(set(answers.values())) != 1:
        raise AssertionError(f"{question.name}: the contenders do not answer alike")
    times = by_turns(contenders, requests, rounds)
    return question.name, (
        *(_milliseconds(times[name]) for name in (OURS, PLAIN, FLOOR)),
        figure(times[PLAIN].ratios(times[OURS]), "x", target=question.times_plain),
        figure(times[OURS].ratios(times[FLOOR]), "x", target=question.times_floor),
    )


def _milliseconds(times: Times) -> Figure:
    return Figure(value=times.median * _MS, unit="ms")
