"""What people type, read: days, clock times, numbers and keys; what a form has that cannot be read is a fault."""

import re
from dataclasses import dataclass, field
from datetime import date, time

from producer.domain.schedule import days_between
from producer.domain.staff import Fault, Invalid, Sentence, Value

_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.]?([0-9]{2}))?")
_RANGE = re.compile("\\s*(?:\N{EN DASH}|--|\\.\\.|\\btill\\b|\\bto\\b)\\s*")
_EARLIEST, _LATEST = date(2000, 1, 1), date(2099, 12, 31)
_MOST_DAYS = 400
_MOST_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads one form and gathers its faults, so that all are told at once.

    What has a fault is answered as something that means nothing, which nobody uses once the faults are raised.
    """

    faults: list[Fault] = field(default_factory=list)

    def fail(self, name: str, sentence: Sentence) -> None:
        self.faults.append(Fault(name, sentence))

    def raise_faults(self) -> None:
        if self.faults:
            raise Invalid(*self.faults)

    def text(self, name: str, typed: str, longest: int) -> str:
        words = " ".join(typed.split())
        if not words:
            self.fail(name, Sentence("Fyll i det här fältet."))
        elif len(words) > longest or not words.isprintable():
            self.fail(name, Sentence("Högst %(longest)s vanliga tecken.", {"longest": longest}))
        return words

    def day(self, name: str, typed: str) -> date:
        found = day_in(typed)
        if found is None:
            self.fail(name, Sentence("Ange en dag, som 2027-01-13."))
        return found or date.min

    def day_if_any(self, name: str, typed: str) -> date | None:
        return self.day(name, typed) if typed.strip() else None

    def clock(self, name: str, typed: str) -> time:
        found = clock_in(typed)
        if found is None:
            self.fail(name, Sentence("Ange ett klockslag, som 08:30."))
        return found or time()

    def number(self, name: str, typed: str, least: int, most: int) -> int:
        found = number_in(typed)
        if found is None or not least <= found <= most:
            told: dict[str, Value] = {"least": least, "most": most}
            self.fail(name, Sentence("Ange ett helt tal mellan %(least)s och %(most)s.", told))
            return least
        return found

    def days(self, name: str, typed: str) -> list[date]:
        """Days and ranges of days, each once and in order: `2026-12-24, 2026-12-27 till 2026-12-30`."""
        found: set[date] = set()
        for part in filter(None, (each.strip() for each in re.split(r"[,;\n]", typed))):
            ends = [day_in(each) for each in _RANGE.split(part)]
            first, last = ends[0], ends[-1]
            if first is None or last is None or len(ends) > 2 or last < first or (last - first).days > _MOST_DAYS:
                self.fail(name, Sentence("%(part)s är ingen dag eller följd av dagar.", {"part": part[:60]}))
            else:
                found.update(days_between(first, last))
        if len(found) > _MOST_DAYS:
            self.fail(name, Sentence("Högst %(most)s dagar på en gång.", {"most": _MOST_DAYS}))
        return sorted(found)


def number_in(typed: str | None) -> int | None:
    """A whole number without a sign, as keys are too; None for what cannot be one."""
    digits = (typed or "").strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_DIGITS else None


def clock_in(typed: str | None) -> time | None:
    """09:00, and as people type it: 9, 900, 9.00."""
    found = _CLOCK.fullmatch((typed or "").strip())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def day_in(typed: str | None) -> date | None:
    try:
        found = date.fromisoformat((typed or "").strip())
    except ValueError:
        return None
    return found if _EARLIEST <= found <= _LATEST else None
