"""The producer's own time for the calls with small answers, every contract, in process."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from statistics import fmean, median
from time import perf_counter, thread_time

from lxml import etree

from benchmarks import calls
from benchmarks.calls import Request
from benchmarks.ours import Ours
from benchmarks.region import Region
from benchmarks.report import Figure, Table, Target, figure

_MOST = Target(limit=1.2)
_MS = 1000.0
_PER_ROUND = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Spent:
    """The seconds of one call by the clock, and those that a processor worked for it."""

    waited: float
    worked: float


Round = Mapping[str, tuple[Spent, ...]]


def small_calls(region: Region, rounds: int) -> Table:
    with closing(Ours(region.copied("small.db"))) as ours:
        lives = calls.lives(region, region.units[3:])
        _round(ours, region, lives)  # to warm up
        taken = [_round(ours, region, lives) for _ in range(rounds)]
    return Table(
        title="Small calls, in process",
        columns=("by the clock", "own time"),
        rows=tuple((name, _figures([one[name] for one in taken])) for name in taken[0]),
        notes=(
            f"{rounds} rounds of {_PER_ROUND} calls. Own time is processor time: what the disk takes to keep a booking",
            "and what other programs take is by the clock only.",
        ),
    )


def _figures(rounds: list[tuple[Spent, ...]]) -> tuple[Figure, Figure]:
    waited = [median(spent.waited for spent in one) for one in rounds]
    worked = [fmean(spent.worked for spent in one) for one in rounds]
    return figure(waited, "ms", scale=_MS), figure(worked, "ms", scale=_MS, target=_MOST)


def _round(ours: Ours, region: Region, lives: Iterator[calls.Life]) -> Round:
    queries = {
        name: tuple(_spent(ours, request)[0] for _ in range(_PER_ROUND))
        for name, request in calls.small(region).items()
    }
    acts = zip(*(_live(ours, next(lives)) for _ in range(_PER_ROUND)), strict=True)
    return queries | dict(zip(("MakeBooking", "UpdateBooking", "CancelBooking"), acts, strict=True))


def _live(ours: Ours, life: calls.Life) -> tuple[Spent, Spent, Spent]:
    """A booking made, moved and cancelled."""
    making, answer = _spent(ours, life.make)
    (found,) = etree.fromstring(answer).iter("{*}bookingId")
    booking_id = found.text or ""
    moving, _ = _spent(ours, life.move(booking_id))
    cancelling, _ = _spent(ours, life.cancel(booking_id))
    return making, moving, cancelling


def _spent(ours: Ours, request: Request) -> tuple[Spent, bytes]:
    waiting, working = perf_counter(), thread_time()
    answer = ours(request)
    return Spent(waited=perf_counter() - waiting, worked=thread_time() - working), answer
