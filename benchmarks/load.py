"""Load on a serving producer, bounded in calls and in time."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from time import perf_counter

from benchmarks.calls import Request
from benchmarks.serving import Line, Server


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """Whichever comes first."""

    calls: int
    seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """What each call took, and all of them together."""

    each: tuple[float, ...]
    seconds: float

    @property
    def per_second(self) -> float:
        return len(self.each) / self.seconds


def load(server: Server, requests: Iterator[Request], connections: int, bounds: Bounds) -> Loaded:
    """Each connection sends its next request as soon as it has the last answer."""
    turn = Lock()
    started = perf_counter()
    ends = started + bounds.seconds

    def next_request() -> Request | None:
        with turn:
            return next(requests, None) if perf_counter() < ends else None

    def converse(most: int) -> list[float]:
        taken: list[float] = []
        with Line(server.host, server.port) as line:
            while len(taken) < most and (request := next_request()) is not None:
                sent = perf_counter()
                line(request)
                taken.append(perf_counter() - sent)
        return taken

    with ThreadPoolExecutor(connections) as people:
        each = list(people.map(converse, [bounds.calls // connections] * connections))
    return Loaded(each=tuple(seconds for taken in each for seconds in taken), seconds=perf_counter() - started)
