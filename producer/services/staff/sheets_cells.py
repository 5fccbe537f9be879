"""The cells of a sheet read: days, clock times, and what they name at the unit."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches

from producer.domain.schedule import meets_lost_hour
from producer.domain.staff import Sentence
from producer.services.staff.sheets import CellFaults, SheetRow
from producer.store.sheets import Thing, Things

_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?: 00:00(?::00)?)?")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d\d)(?:[:.]00)?)?")
_FRACTION = re.compile(r"0\.\d+")
_MISSING = Sentence("Fyll i.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """When a time is, what it is for, with whom and where."""

    starts: datetime
    ends: datetime
    time_type: Thing
    performer: Thing | None
    resource: Thing | None

    @property
    def key(self) -> tuple[datetime, datetime, int, int | None, int | None]:
        """As `SlotFace.place`."""
        return self.starts, self.ends, self.time_type.id, _id(self.performer), _id(self.resource)

    @property
    def retired(self) -> Thing | None:
        return next((each for each in (self.time_type, self.performer, self.resource) if each and each.retired), None)


def place_in(row: SheetRow, things: Things, faults: CellFaults) -> Place | None:
    """None when something of it cannot be read, of which each is among the faults then."""
    day = _day(row, faults)
    starts, ends = (_clock(row, column, faults) for column in ("från", "till"))
    time_type = _named(row, "tidtyp", things.time_types, faults, needed=True)
    performer = _named(row, "utförare", things.performers, faults)
    resource = _named(row, "resurs", things.resources, faults)
    if day is None or starts is None or ends is None or time_type is None or faults.concern(row):
        return None
    first, last = datetime.combine(day, starts), datetime.combine(day, ends)
    if ends == time():
        last += timedelta(days=1)  # midnight is when the day ends
    if last <= first:
        faults.add(row, "till", Sentence("Tiden ska sluta efter att den börjar."))
    elif meets_lost_hour(first, last):
        faults.add(row, "från", Sentence("Då ställs klockan om till sommartid, och tiden finns inte."))
    else:
        return Place(starts=first, ends=last, time_type=time_type, performer=performer, resource=resource)
    return None


def yes(row: SheetRow, column: str, faults: CellFaults) -> bool:
    """Nothing is no."""
    word = row[column].casefold()
    answer = _YES_OR_NO.get(word)
    if answer is None:
        faults.add(row, column, Sentence("Skriv ja eller nej."))
    return bool(answer)


def _day(row: SheetRow, faults: CellFaults) -> date | None:
    word = row["datum"]
    found = _DAY.fullmatch(word)
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        day = None
    if day is None or not 2000 <= day.year < 2100:
        faults.add(row, "datum", Sentence("Skriv dagen som 2027-01-13.") if word else _MISSING)
        return None
    return day


def _clock(row: SheetRow, column: str, faults: CellFaults) -> time | None:
    word = row[column]
    if _FRACTION.fullmatch(word):  # a spreadsheet's own way, in a cell that is not set to show a time
        return (datetime.min + timedelta(minutes=round(float(word) * 24 * 60))).time()
    found = _CLOCK.fullmatch(word)
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
    if hour > 23 or minute > 59:
        faults.add(row, column, Sentence("Skriv klockslaget som 08:30.") if word else _MISSING)
        return None
    return time(hour, minute)


def _named(
    row: SheetRow, column: str, things: Mapping[int, Thing], faults: CellFaults, *, needed: bool = False
) -> Thing | None:
    """By code, or by a name that only one has; those in use before the retired."""
    word = row[column].casefold()
    if not word:
        if needed:
            faults.add(row, column, _MISSING)
        return None
    listed = sorted(things.values(), key=lambda thing: thing.retired)
    found = [thing for thing in listed if thing.code.casefold() == word]
    found = found or [thing for thing in listed if thing.name.casefold() == word]
    if not found:
        faults.add(row, column, _unknown(row[column], [] if column == "utförare" else listed))
    elif len(found) > 1 and found[0].code.casefold() != word:
        faults.add(row, column, Sentence("Flera heter %(word)s. Skriv koden.", {"word": row[column]}))
    return found[0] if found else None


def _unknown(word: str, listed: list[Thing]) -> Sentence:
    """With the nearest, unless all are as near: HSA-ids begin alike."""
    near = get_close_matches(word, [thing.code for thing in listed], n=1)
    if near:
        return Sentence("”%(word)s” finns inte på enheten. Menar du %(near)s?", {"word": word, "near": near[0]})
    return Sentence("”%(word)s” finns inte på enheten.", {"word": word})


def _id(thing: Thing | None) -> int | None:
    return None if thing is None else thing.id


_YES_OR_NO = {"": False, "nej": False, "no": False, "0": False, "falskt": False, "false": False} | dict.fromkeys(
    ("ja", "yes", "1", "sant", "true", "x"), True
)
