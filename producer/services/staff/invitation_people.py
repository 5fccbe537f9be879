"""The list of people that staff paste: one identity a line, each held to what the units accept."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from producer.domain.attempts import Attempt
from producer.domain.model import Actor, ActorType, CareUnit
from producer.domain.rules import identity_is_accepted
from producer.domain.staff import Fault, Invalid, Sentence, Value
from producer.domain.written_identities import Doubt, identity_in

MOST_AT_ONCE = 1000
FIELD = "people"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    number: int
    written: str
    read: str | Doubt


def people_in(written: str, units: Collection[CareUnit], now: datetime) -> list[str]:
    """In the order of the list; raises Invalid with a fault for every line that cannot be used."""
    if len(written.strip().split("\n")) > MOST_AT_ONCE:
        raise Invalid(_fault(Sentence("Högst %(number)s rader på en gång.", {"number": MOST_AT_ONCE})))
    lines = [*_lines(written, now.date())]
    faults = [*_unreadable(lines), *_repeated(lines), *_not_accepted(lines, units, now)]
    if not lines:
        faults.append(_fault(Sentence("Skriv minst ett personnummer.")))
    if faults:
        raise Invalid(*faults)
    return [line.read for line in lines if isinstance(line.read, str)]


def _lines(written: str, today: date) -> Iterator[_Line]:
    for number, line in enumerate(written.split("\n"), 1):
        if plain := " ".join(line.split()):
            yield _Line(number=number, written=plain[:40], read=identity_in(plain, today))


def _unreadable(lines: Collection[_Line]) -> Iterator[Fault]:
    for line in lines:
        if line.read is Doubt.NOT_AN_IDENTITY:
            yield _fault(Sentence("Rad %(line)s: ”%(written)s” är inget personnummer.", _told(line)))
        if line.read is Doubt.WRONG_CHECK_DIGIT:
            yield _fault(Sentence("Rad %(line)s: den sista siffran i ”%(written)s” stämmer inte.", _told(line)))


def _repeated(lines: Collection[_Line]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for line in lines:
        if isinstance(line.read, str) and first.setdefault(line.read, line.number) != line.number:
            known: dict[str, Value] = {**_told(line), "first": first[line.read]}
            yield _fault(Sentence("Rad %(line)s: ”%(written)s” står redan på rad %(first)s.", known))


def _not_accepted(lines: Collection[_Line], units: Collection[CareUnit], now: datetime) -> Iterator[Fault]:
    """Rules 37 and 98, at every unit that the invitations concern."""
    for line in lines:
        if isinstance(line.read, str):
            refusing = next((unit for unit in units if not _accepts(unit, line.read, now)), None)
            if refusing is not None:
                known: dict[str, Value] = {**_told(line), "unit": refusing.name}
                yield _fault(Sentence("Rad %(line)s: %(unit)s tar inte emot ”%(written)s”.", known))


def _accepts(unit: CareUnit, patient: str, now: datetime) -> bool:
    attempt = Attempt(now=now, actor=Actor(type=ActorType.STAFF), patient=patient, unit=unit)
    return identity_is_accepted(attempt) is None


def _told(line: _Line) -> dict[str, Value]:
    return {"line": line.number, "written": line.written}


def _fault(sentence: Sentence) -> Fault:
    return Fault(FIELD, sentence)
