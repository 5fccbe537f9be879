"""A month at a glance: its weeks, and how many times of which state each day has."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from flask_babel import format_date, ngettext

from producer.services.staff.weeks import Sheet, ShownSlot, SlotState


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    weeks: tuple[tuple[date, ...], ...]
    slots: dict[date, list[ShownSlot]]

    @property
    def weekdays(self) -> list[str]:
        return [format_date(day, "EEEE", rebase=False).capitalize() for day in self.weeks[0]]

    def slots_of(self, day: date) -> Sequence[ShownSlot]:
        return self.slots.get(day, ())

    def counted(self, slots: Sequence[ShownSlot]) -> Iterator[tuple[SlotState, str]]:
        """The states that there are, each with how many times in words."""
        counts = Counter(slot.state for slot in slots)
        return ((state, _in_words(state, counts[state])) for state in SlotState if counts[state])


def month_of(sheet: Sheet) -> Month:
    span = sheet.asked.span
    monday = span.first - timedelta(days=span.first.weekday())
    weeks = (span.last - monday).days // 7 + 1
    return Month(
        weeks=tuple(tuple(monday + timedelta(days=7 * week + day) for day in range(7)) for week in range(weeks)),
        slots={day: list(slots) for day, slots in groupby(sheet.slots, key=lambda slot: slot.starts.date())},
    )


def _in_words(state: SlotState, count: int) -> str:
    words: str = {
        SlotState.FREE: lambda n: ngettext("%(num)s ledig", "%(num)s lediga", n),
        SlotState.BUSY: lambda n: ngettext("%(num)s upptagen", "%(num)s upptagna", n),
        SlotState.BOOKED: lambda n: ngettext("%(num)s bokad", "%(num)s bokade", n),
        SlotState.INVITATION: lambda n: ngettext("%(num)s kallelse", "%(num)s kallelser", n),
        SlotState.BLOCKED: lambda n: ngettext("%(num)s spärrad", "%(num)s spärrade", n),
        SlotState.CLOSED: lambda n: ngettext("%(num)s utgången", "%(num)s utgångna", n),
        SlotState.PAST: lambda n: ngettext("%(num)s passerad", "%(num)s passerade", n),
    }[state](count)
    return words
