"""Identities as people write them: ten or twelve digits, with a hyphen, a plus sign or nothing between."""

import re
from datetime import date

from producer.domain import persons

_TEN = re.compile(r"(\d{6})([-+]?)(\d{4})", re.ASCII)
_TWELVE = re.compile(r"(\d{8})-?([0-9PTF]\d{3})", re.ASCII | re.IGNORECASE)


def identity_in(written: str, today: date) -> str | None:
    """The identity of twelve characters; None if it is not written as one. Its check digit is not looked at."""
    words = "".join(written.split())
    if found := _TWELVE.fullmatch(words):
        return persons.normal("".join(found.groups()))
    if found := _TEN.fullmatch(words):
        born, sign, number = found.groups()
        return _century_of(born, sign, today) + born + number
    return None


def _century_of(born: str, sign: str, today: date) -> str:
    """The latest in which she can have been born; a plus sign says that she has turned a hundred."""
    day = int(born[4:6])
    this_year = (int(born[:2]), int(born[2:4]), day - 60 if day > 60 else day)
    is_to_come = this_year > (today.year % 100, today.month, today.day)
    return f"{today.year // 100 - is_to_come - (sign == '+')}"
