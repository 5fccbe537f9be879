"""Judges a recorded race place by place, in as little memory as the busiest places need."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from benchmarks.races.checker import Fact, Kind, first_impossible
from benchmarks.races.history import Event, Places, facts_in

_SHELVES = 64
_AROUND = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Impossible:
    """A fact that cannot have been true, and what was said about the place around it."""

    place: str
    fact: Fact
    around: tuple[Fact, ...]

    def __str__(self) -> str:
        return "\n    ".join((f"{self.place}: {self.fact} cannot have been, among", *map(str, self.around)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    facts: int
    places: int
    impossible: tuple[Impossible, ...]

    def __str__(self) -> str:
        judged = f"{self.facts:,} facts about {self.places:,} places"
        return "\n".join((f"{judged}: {'NOT possible' if self.impossible else 'possible'}", *map(str, self.impossible)))


def verdict(events: Iterable[Event], places: Places, folder: Path) -> Verdict:
    """The facts are first put on shelves in the folder, so that those of one place lie on one."""
    facts = _put_on_shelves(facts_in(events, places), folder)
    judged, impossible = 0, []
    for shelf in _shelves(folder):
        for place, about in _about_places(shelf).items():
            judged += 1
            if (fact := first_impossible(about)) is not None:
                impossible.append(Impossible(place=place, fact=fact, around=_around(about, fact)))
    return Verdict(facts=facts, places=judged, impossible=tuple(impossible))


def _shelves(folder: Path) -> list[Path]:
    return [folder / f"shelf-{number}" for number in range(_SHELVES)]


def _put_on_shelves(facts: Iterator[tuple[str, Fact]], folder: Path) -> int:
    count = 0
    with ExitStack() as stack:
        shelves = [stack.enter_context(path.open("w", encoding="utf-8")) for path in _shelves(folder)]
        for place, fact in facts:
            count += 1
            ended = "" if fact.ended is None else fact.ended
            shelf = shelves[crc32(place.encode()) % _SHELVES]
            shelf.write(f"{place}\t{int(fact.kind)}\t{fact.who}\t{fact.began}\t{ended}\n")
    return count


def _about_places(shelf: Path) -> dict[str, list[Fact]]:
    about: defaultdict[str, list[Fact]] = defaultdict(list)
    with shelf.open(encoding="utf-8") as lines:
        for line in lines:
            place, kind, who, began, ended = line.rstrip("\n").split("\t")
            fact = Fact(kind=Kind(int(kind)), who=who, began=int(began), ended=int(ended) if ended else None)
            about[place].append(fact)
    shelf.unlink()
    return dict(about)


def _around(facts: list[Fact], fact: Fact) -> tuple[Fact, ...]:
    """The changes and what was said last before it."""
    until = fact.ended or fact.began
    before = sorted((each for each in facts if each.began <= until), key=lambda each: each.began)
    return tuple(before[-_AROUND:])
