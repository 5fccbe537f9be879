"""Person identities as people write them: with spaces and hyphens, and often without the century."""

from datetime import date
from enum import Enum, auto

from producer.domain import persons


class Doubt(Enum):
    """Why what is written is not taken for anybody's identity."""

    NOT_AN_IDENTITY = auto()
    WRONG_CHECK_DIGIT = auto()


def identity_in(written: str, today: date) -> str | Doubt:
    """The identity as it is stored.

    A person's number with a wrong digit is not taken for a reserve id, though the schema would (rule 37).
    """
    plain = _plain(written)
    if len(plain.replace("+", "")) == 10:
        plain = _with_century(plain, today)
    elif _is_reserve_id(plain):
        return plain
    if persons.is_national(plain):
        return plain
    only_the_last_is_wrong = len(plain) == 12 and any(
        persons.is_national(f"{plain[:11]}{digit}") for digit in range(10)
    )
    return Doubt.WRONG_CHECK_DIGIT if only_the_last_is_wrong else Doubt.NOT_AN_IDENTITY


def any_identity_in(written: str, today: date) -> str | None:
    """As above, or whatever the schema takes: somebody may have been booked under it (rule 37)."""
    identity, plain = identity_in(written, today), _plain(written)
    if isinstance(identity, Doubt):
        return plain if persons.is_well_formed(plain) else None
    return identity


def _plain(written: str) -> str:
    return persons.normal("".join(written.split()).replace("-", "").replace("\N{EN DASH}", ""))


def _is_reserve_id(plain: str) -> bool:
    """The kinds that the schema takes: with a letter, from 99, or with a day from 32 to 59 (domain.md 8.2)."""
    if not persons.is_well_formed(plain):
        return False
    return not plain.isdecimal() or plain.startswith("99") or 32 <= int(plain[6:8]) < 60


def _with_century(plain: str, today: date) -> str:
    """The youngest who can be meant; a plus sign is for those who are a hundred or older."""
    digits = plain.replace("+", "")
    if not (digits.isascii() and digits.isdecimal()):
        return plain
    year = today.year // 100 * 100 + int(digits[:2])
    if (year, int(digits[2:4]), int(digits[4:6]) % 60) > (today.year, today.month, today.day):
        year -= 100
    return f"{year - 100 * ('+' in plain)}{digits[2:]}"
