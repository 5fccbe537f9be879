"""What was asked and answered in a race, when, and what each answer says about who has a place."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from benchmarks.races.checker import Fact, Kind


class Deed(StrEnum):
    MAKE = "make"
    MOVE = "move"
    CANCEL = "cancel"
    LOOK = "look"
    """Which times are free?"""
    MINE = "mine"
    """Which bookings do I have?"""
    DETAILS = "details"
    """Where is my booking?"""


ACTS = frozenset({Deed.MAKE, Deed.MOVE, Deed.CANCEL})


class Answer(StrEnum):
    DONE = "done"
    TAKEN = "taken"
    """Refused: the time is another's."""
    REFUSED = "refused"
    """Refused for another reason, which says nothing about the time."""
    FAULT = "fault"
    NONE = "none"
    """Whether it was done is unknown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One call: when it was sent and when its answer was there, in nanoseconds of one clock for all callers.

    `to` and `left` are the slots that the caller wants and leaves; `seen` are those of a query's answer.
    """

    began: int
    ended: int
    who: str
    deed: Deed
    answer: Answer
    to: str = ""
    left: str = ""
    seen: tuple[str, ...] = ()

    def __str__(self) -> str:
        told = (self.began, self.ended, self.who, self.deed, self.answer, self.to, self.left, " ".join(self.seen))
        return "\t".join(map(str, told))


def event_in(line: str) -> Event:
    began, ended, who, deed, answer, to, left, seen = line.rstrip("\n").split("\t")
    return Event(
        began=int(began),
        ended=int(ended),
        who=who,
        deed=Deed(deed),
        answer=Answer(answer),
        to=to,
        left=left,
        seen=tuple(seen.split()),
    )


def events_in(files: Iterable[Path]) -> Iterator[Event]:
    for file in files:
        with file.open(encoding="utf-8") as lines:
            yield from map(event_in, lines)


Places = Mapping[str, tuple[str, ...]]
"""By slot, what only one can have at a time: the slot alone, or each quarter of its performer and of its room."""


def facts_in(events: Iterable[Event], places: Places) -> Iterator[tuple[str, Fact]]:
    """What the events say about each place."""
    for event in events:
        for place, kind, may_be in _said(event, places):
            yield place, Fact(kind=kind, who=event.who, began=event.began, ended=None if may_be else event.ended)


Said = Iterator[tuple[str, Kind, bool]]


def _said(event: Event, places: Places) -> Said:
    if event.deed in ACTS:
        return _said_by_act(event, places)
    if event.answer is not Answer.DONE:
        return iter(())
    return _said_by_free_times(event, places) if event.deed is Deed.LOOK else _said_by_own_bookings(event, places)


def _said_by_act(event: Event, places: Places) -> Said:
    taken, left = places.get(event.to, ()), places.get(event.left, ())
    if event.answer in (Answer.DONE, Answer.NONE):
        unknown = event.answer is Answer.NONE
        yield from ((place, Kind.TAKE, unknown) for place in taken)
        yield from ((place, Kind.LEAVE, unknown) for place in left if place not in taken)
    elif event.answer is Answer.TAKEN:
        if len(taken) == 1:  # of several it is not known which
            yield taken[0], Kind.SOMEBODYS, False
        yield from ((place, Kind.HERS, False) for place in left)  # rule 66: the old time stays booked


def _said_by_free_times(event: Event, places: Places) -> Said:
    for slot, parts in places.items():
        if slot in event.seen:
            yield from ((place, Kind.NOBODYS, False) for place in parts)
        elif len(parts) == 1:
            yield parts[0], Kind.SOMEBODYS, False


def _said_by_own_bookings(event: Event, places: Places) -> Said:
    hers = {place for slot in event.seen for place in places[slot]}
    yield from ((place, Kind.HERS, False) for place in hers)
    if event.deed is Deed.MINE:
        every = {place for parts in places.values() for place in parts}
        yield from ((place, Kind.NOT_HERS, False) for place in every - hers)
