"""What is wrong with a seed folder: every fault with its file, its line and its reason."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Fault:
    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class BadSeed(Exception):
    """A seed folder that was refused whole; nothing of it is stored."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(map(str, self.faults)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A line of a file of the folder."""

    file: str
    line: int

    def fault(self, reason: str) -> Fault:
        return Fault(file=self.file, line=self.line, reason=reason)


@dataclass(frozen=True, slots=True)
class Findings:
    """The faults found so far; reading goes on after each, so that one run finds them all."""

    faults: list[Fault] = field(default_factory=list)

    def add(self, place: Place, reason: str) -> None:
        self.faults.append(place.fault(reason))

    def concern(self, file: str) -> bool:
        return any(fault.file == file for fault in self.faults)

    def refuse(self) -> None:
        """Let a folder without faults through, or raise BadSeed."""
        if self.faults:
            raise BadSeed(self.faults)


def unknown(noun: str, word: str, among: Iterable[str]) -> str:
    """The reason for a word that nothing goes by, with the nearest that something does."""
    near = get_close_matches(word, sorted(among), n=1)
    return f"unknown {noun} '{word}'" + "".join(f"; did you mean '{other}'?" for other in near)
