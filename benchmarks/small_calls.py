"""The producer's own time for the calls with small answers, every contract, in process."""

from collections.abc import Iterator
from contextlib import closing
from time import perf_counter

from lxml import etree

from benchmarks import calls
from benchmarks.calls import Request
from benchmarks.ours import Ours
from benchmarks.region import Region
from benchmarks.report import Table, Target, figure
from benchmarks.timing import Times, timed

_MOST = Target(limit=1.2)
_MS = 1000.0
_PER_ROUND = 20


def small_calls(region: Region, rounds: int) -> Table:
    with closing(Ours(region.copied("small.db"))) as ours:
        times = {name: _times(ours, request, rounds) for name, request in calls.small(region).items()}
        times |= _lives(ours, calls.lives(region, region.units[3:]), rounds)
    return Table(
        title="Small calls, own time in process",
        columns=("producer",),
        rows=tuple((name, (figure(taken.medians, "ms", scale=_MS, target=_MOST),)) for name, taken in times.items()),
        notes=(f"{rounds} rounds of {_PER_ROUND} calls; the acts include the disk's time for their commit.",),
    )


def _times(ours: Ours, request: Request, rounds: int) -> Times:
    timed(ours, request)
    return Times(tuple(tuple(timed(ours, request) for _ in range(_PER_ROUND)) for _ in range(rounds)))


def _lives(ours: Ours, lives: Iterator[calls.Life], rounds: int) -> dict[str, Times]:
    """Bookings made, moved and cancelled one after the other."""
    turns: dict[str, list[tuple[float, ...]]] = {"MakeBooking": [], "UpdateBooking": [], "CancelBooking": []}
    _live(ours, next(lives))
    for _ in range(rounds):
        taken = [_live(ours, next(lives)) for _ in range(_PER_ROUND)]
        for name, seconds in zip(turns, zip(*taken, strict=True), strict=True):
            turns[name].append(seconds)
    return {name: Times(tuple(taken)) for name, taken in turns.items()}


def _live(ours: Ours, life: calls.Life) -> tuple[float, float, float]:
    started = perf_counter()
    answer = ours(life.make)
    made = perf_counter() - started
    booking_id = _booking_id(answer)
    return made, timed(ours, life.move(booking_id)), timed(ours, life.cancel(booking_id))


def _booking_id(answer: bytes) -> str:
    (found,) = etree.fromstring(answer).iter("{*}bookingId")
    return found.text or ""
