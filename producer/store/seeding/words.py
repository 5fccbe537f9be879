"""How the values of a seed file are written: each reader takes what stands there and says what is unfit."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import Column

from producer.domain import persons
from producer.domain.booking_rules import LONGEST
from producer.domain.schedule import does_not_exist

Value = TypeVar("Value")
Choice = TypeVar("Choice", bound=StrEnum)
Reader = Callable[[Any], Value]

WEEKDAYS: Mapping[str, int] = {name: day for day, name in enumerate("mon tue wed thu fri sat sun".split(), 1)}

_UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_DURATION = re.compile(r"(\d{1,7}) ?(min|h|d|w)")
_RELATIVE_DAY = re.compile(r"([+-])(\d{1,4})d")
_LONGEST_TEXT = 10_000
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Unfit(ValueError):
    """A value that is not what its place asks for; the message is the reason."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """A date, or a number of days from today that lands on an open day; exactly one of the two."""

    on: date | None = None
    ahead: int | None = None

    @property
    def is_back(self) -> bool:
        return (self.ahead or 0) < 0


TODAY = Day(ahead=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    day: Day
    at: time


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit(f"is to be text in quotes, not {value!r}")
    if not value.strip():
        raise Unfit("is empty")
    if _NOT_IN_XML.search(value):
        raise Unfit("holds a character that no answer could carry")
    return value.strip()


def text_for(column: Column[str]) -> Reader[str]:
    """Text that fits its column."""
    longest = getattr(column.type, "length", None) or _LONGEST_TEXT

    def read(value: Any) -> str:
        words = text(value)
        if len(words) > longest:
            raise Unfit(f"is longer than {longest} characters")
        return words

    return read


def hsa_id(value: Any) -> str:
    """Any id of at most 64 characters without white space; it need not start with SE (rules 39 and 40)."""
    word = text(value)
    if len(word) > 64 or len(word.split()) != 1:
        raise Unfit(f"'{word}' is not an HSA-id: at most 64 characters without white space")
    return word


def booking_id(value: Any) -> str:
    """Rule 38."""
    word = text(value)
    if len(word) > 128 or len(word.split()) != 1:
        raise Unfit(f"'{word}' is not a booking id: at most 128 characters without white space")
    return word


def slot_id(value: Any) -> str:
    word = text(value)
    if len(word) > 32 or len(word.split()) != 1:
        raise Unfit(f"'{word}' is not a time's id: at most 32 characters without white space")
    return word


def slot_ids(value: Any) -> tuple[str, ...]:
    """Parted by spaces."""
    return tuple(map(slot_id, text(value).split()))


def code(value: Any) -> str:
    word = text(value)
    if len(word) > 64 or len(word.split()) != 1:
        raise Unfit(f"'{word}' is not a code: at most 64 characters without white space")
    return word


def municipality_code(value: Any) -> str:
    if not re.fullmatch("[0-9]{4}", word := text(value)):
        raise Unfit(f"'{word}' is not a municipality code of four digits")
    return word


def patient(value: Any) -> str:
    """A personnummer, coordination number or reserve id of 12 characters (rule 37)."""
    if not persons.is_well_formed(word := text(value)):
        raise Unfit(f"'{word}' is not a person id of 12 characters, YYYYMMDDNNNN")
    return persons.normal(word)


def yes_no(value: Any) -> bool:
    """true and false in TOML, yes and no in CSV."""
    answer = {True: True, False: False, "yes": True, "no": False}.get(value) if isinstance(value, bool | str) else None
    if answer is None:
        raise Unfit(f"is to be yes or no (true or false in TOML), not {value!r}")
    return answer


def whole_number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unfit(f"is to be a whole number, not {value!r}")
    if not -2_000_000_000 < value < 2_000_000_000:
        raise Unfit(f"{value} is out of range")
    return value


def duration(value: Any) -> timedelta:
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Unfit(f"is to be a length of time such as 30min, 24h, 14d or 8w, not {value!r}")
    length = int(found.group(1)) * _UNITS[found.group(2)]
    if length > LONGEST:
        raise Unfit(f"{value} is longer than ten years")
    return length


def clock(value: Any) -> time:
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        return time.fromisoformat(value)
    raise Unfit(f"is to be a time of day such as 08:30, not {value!r}")


def weekday(value: Any) -> int:
    if not isinstance(value, str) or value not in WEEKDAYS:
        raise Unfit(f"is to be among {', '.join(WEEKDAYS)}, not {value!r}")
    return WEEKDAYS[value]


def one_of(choices: type[Choice]) -> Reader[Choice]:
    def read(value: Any) -> Choice:
        if value not in [*choices]:
            raise Unfit(f"is to be one of {', '.join(choices)}, not {value!r}")
        return choices(value)

    return read


def list_of(reader: Reader[Value]) -> Reader[tuple[Value, ...]]:
    """A list in which nothing stands twice."""

    def read(value: Any) -> tuple[Value, ...]:
        if not isinstance(value, list):
            raise Unfit(f"is to be a list in square brackets, not {value!r}")
        values = tuple(map(reader, value))
        if len(set(values)) != len(values):
            raise Unfit("names something twice")
        return values

    return read


def set_of(reader: Reader[Value]) -> Reader[frozenset[Value]]:
    return lambda value: frozenset(list_of(reader)(value))


def day(value: Any) -> Day:
    """A date (2026-03-02), today, or a number of days from today (+7d, -7d)."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return Day(on=_near(value))
    if isinstance(value, str):
        if value == "today":
            return TODAY
        if found := _RELATIVE_DAY.fullmatch(value):
            return Day(ahead=int(found.group(1) + found.group(2)))
        if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            return Day(on=_near(_calendar_date(value)))
    raise Unfit(f"is to be a day such as 2026-03-02 or +7d, not {value!r}")


def moment(value: Any) -> Moment:
    """A day and a time of day: 2026-03-02 09:00 or +7d 09:00."""
    words = value.split() if isinstance(value, str) else []
    if len(words) != 2:
        raise Unfit(f"is to be a day and a time such as 2026-03-02 09:00 or +7d 09:00, not {value!r}")
    when = Moment(day=day(words[0]), at=clock(words[1]))
    if when.day.on and does_not_exist(datetime.combine(when.day.on, when.at)):
        raise Unfit(f"{value} does not exist: the clocks go forward an hour that night")
    return when


def _calendar_date(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError as error:
        raise Unfit(f"{word} is not in the calendar") from error


def _near(day: date) -> date:
    """Dates of this age, so that sums with them stay in the calendar."""
    if not 1900 <= day.year < 3000:
        raise Unfit(f"{day} is not between the years 1900 and 3000")
    return day
