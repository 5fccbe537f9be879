"""Taking turns: contenders are measured in the same minutes, since the machine has other things to do as well."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from benchmarks.calls import Request

Contender = Callable[[Request], bytes]

_SECONDS_OF_A_TURN = 0.06
_MOST_CALLS_OF_A_TURN = 25


@dataclass(frozen=True, slots=True)
class Times:
    """The seconds of each call, turn by turn."""

    turns: tuple[tuple[float, ...], ...]

    @property
    def median(self) -> float:
        return median([seconds for turn in self.turns for seconds in turn])

    @property
    def medians(self) -> tuple[float, ...]:
        return tuple(median(turn) for turn in self.turns)

    def ratios(self, other: "Times") -> tuple[float, ...]:
        """How many times the other's time this is, turn by turn."""
        return tuple(mine / theirs for mine, theirs in zip(self.medians, other.medians, strict=True))


def by_turns(
    contenders: Mapping[str, Contender], requests: Mapping[str, Iterator[Request]], rounds: int
) -> dict[str, Times]:
    """Everybody's times, A B C A B C and so on; each has requests of its own, so that nobody books another's slot."""
    calls = {name: _calls_of_a_turn(answer, requests[name]) for name, answer in contenders.items()}
    turns: dict[str, list[tuple[float, ...]]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, answer in contenders.items():
            turns[name].append(tuple(timed(answer, next(requests[name])) for _ in range(calls[name])))
    return {name: Times(tuple(taken)) for name, taken in turns.items()}


def timed(answer: Contender, request: Request) -> float:
    started = perf_counter()
    answer(request)
    return perf_counter() - started


def _calls_of_a_turn(answer: Contender, requests: Iterator[Request]) -> int:
    """As many as a turn has time for, by the last of a few calls that warm up as well."""
    seconds = [timed(answer, next(requests)) for _ in range(3)][-1]
    return max(1, min(_MOST_CALLS_OF_A_TURN, int(_SECONDS_OF_A_TURN / seconds)))
