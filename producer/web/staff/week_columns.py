"""Where each time stands on a page: in which column, at which row, beside which others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from producer.domain.model import Performer, Resource
from producer.domain.weeks import By, lanes
from producer.services.staff.weeks import Sheet, ShownSlot

ROW = 5
"""A row is so many minutes; the style sheet has a class for each row of a day and each number of them."""
MOST_LANES = 24
_DAY = 24 * 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    slot: ShownSlot
    classes: str

    @property
    def opens(self) -> int:
        """The minute of the day."""
        return self.slot.starts.hour * 60 + self.slot.starts.minute

    @property
    def closes(self) -> int:
        return self.opens + (self.slot.ends - self.slot.starts) // timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One day of everybody's, or of one performer's or resource's."""

    day: date
    whose: Performer | Resource | None
    blocks: tuple[Block, ...]
    lanes: int

    @property
    def name(self) -> str:
        """Whose the column is, without titles."""
        match self.whose:
            case Performer() as performer:
                return f"{performer.first_name} {performer.last_name}"
            case Resource() as resource:
                return resource.name
            case _:
                return ""

    @property
    def picks(self) -> str:
        """All times of the column that are still to come and can be changed, each as its own check box has it."""
        coming = (block.slot for block in self.blocks if block.slot.can_be_changed and not block.slot.is_past)
        return " ".join(f"{slot.row.public_id}:{slot.seen}" for slot in coming)

    @property
    def is_of(self) -> str:
        """As the form to add times names it: `performer`, `resource` or nothing."""
        return {Performer: "performer", Resource: "resource"}.get(type(self.whose), "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """All columns, of the same hours; `dense` is a class for how high a row must be."""

    columns: tuple[Column, ...]
    opens: int
    closes: int
    dense: str

    @property
    def hours(self) -> list[tuple[str, str]]:
        """Each hour as it is written, and its class."""
        return [(f"{hour:02}", f"f{(hour - self.opens) * 60 // ROW + 1}") for hour in range(self.opens, self.closes)]

    def now(self, moment: datetime) -> str | None:
        """The class of the row that the moment is in."""
        minute = moment.hour * 60 + moment.minute - self.opens * 60
        return f"f{minute // ROW + 1}" if 0 <= minute < (self.closes - self.opens) * 60 else None


def board(sheet: Sheet) -> Board:
    slots = sheet.slots
    opens = min([8, *(slot.starts.hour for slot in slots)])
    closes = max([17, *(ceil(_until(slot) / 60) for slot in slots)])
    shortest = min((slot.ends - slot.starts for slot in slots), default=timedelta(hours=1))
    return Board(
        columns=tuple(_column(day, whose, some, opens) for day, whose, some in _columns(sheet)),
        opens=opens,
        closes=closes,
        dense=next((name for least, name in _DENSE if shortest >= least), "dense-5"),
    )


# So that the shortest time is high enough to hit.
_DENSE = ((timedelta(minutes=30), "dense-30"), (timedelta(minutes=15), "dense-15"), (timedelta(minutes=10), "dense-10"))

_Part = tuple[date, Performer | Resource | None, list[ShownSlot]]


def _columns(sheet: Sheet) -> list[_Part]:
    days = _days(sheet)
    if sheet.asked.by is By.DAY:
        return [(day, None, _of_day(sheet.slots, day)) for day in days]
    return [
        (day, whose, _of_day([slot for slot in sheet.slots if _whose(slot, sheet.asked.by) == whose], day))
        for whose in _all(sheet)
        for day in days
    ]


def _days(sheet: Sheet) -> list[date]:
    """Saturday and Sunday are left out of a week when they have no times, unless they were asked for."""
    used = {slot.starts.date() for slot in sheet.slots} | {sheet.asked.day}
    return [day for day in sheet.asked.span.days if day.isoweekday() <= 5 or day in used]


def _all(sheet: Sheet) -> list[Performer | Resource | None]:
    """Those of the unit who could have times a day, or do have some in the week; last, the times that are nobody's."""
    chosen = sheet.asked.performer_id or sheet.asked.resource_id
    choices = sheet.choices.performers if sheet.asked.by is By.PERFORMER else sheet.choices.resources
    has_times = {whose for slot in sheet.slots if (whose := _whose(slot, sheet.asked.by))}
    is_day = sheet.asked.span.first == sheet.asked.span.last
    listed = [each for each in choices if each in has_times or (is_day and not chosen)]
    gone = sorted(has_times - set(listed), key=lambda each: each.id)
    nobodys = any(_whose(slot, sheet.asked.by) is None for slot in sheet.slots)
    return [*listed, *gone, *([None] if nobodys or not (listed or gone) else [])]


def _whose(slot: ShownSlot, by: By) -> Performer | Resource | None:
    return slot.performer if by is By.PERFORMER else slot.resource


def _of_day(slots: Iterable[ShownSlot], day: date) -> list[ShownSlot]:
    """Those that begin together stand in the order of whose they are."""
    return sorted((slot for slot in slots if slot.starts.date() == day), key=_place)


def _place(slot: ShownSlot) -> tuple[datetime, int, int, str, int]:
    face = slot.row.face
    return slot.starts, face.performer_id or 0, face.resource_id or 0, slot.time_type, slot.row.id


def _column(day: date, whose: Performer | Resource | None, slots: Sequence[ShownSlot], opens: int) -> Column:
    rows = [_rows(slot, opens) for slot in slots]
    places = lanes(rows)
    wide = min(max((place.of for place in places), default=1), MOST_LANES)
    blocks = []
    for slot, (first, end), place in zip(slots, rows, places, strict=True):
        left, right = place.number * wide // place.of + 1, (place.number + 1) * wide // place.of + 1
        blocks.append(Block(slot=slot, classes=f"f{first} s{end - first} a{left} b{max(right, left + 1)}"))
    return Column(day=day, whose=whose, blocks=tuple(blocks), lanes=wide)


def _rows(slot: ShownSlot, opens: int) -> tuple[int, int]:
    """The first row, counted from 1, and the row after the last."""
    starts = slot.starts.hour * 60 + slot.starts.minute
    return (starts - opens * 60) // ROW + 1, ceil((_until(slot) - opens * 60) / ROW) + 1


def _until(slot: ShownSlot) -> int:
    """The minute of the day it ends; a time that goes on past midnight is shown until then."""
    return min(_DAY, (slot.ends - datetime.combine(slot.starts.date(), datetime.min.time())) // timedelta(minutes=1))
