"""Person identities: personnummer, coordination numbers, reserve ids and the official test identities."""

import re
from datetime import date

_SHAPE = re.compile(r"[0-9]{8}[0-9PTF][0-9]{3}")

# Skatteverket's test numbers that this project uses (domain.md 8.1): patients nobody is.
OFFICIAL_TEST_IDENTITIES = frozenset(
    """
    194001079120 195501142284 196201082697 197001239297 198101079294
    199001012385 200001012384 201001012382 201501012395 202001012398
    194911172296 199008252398 196711222940 191001209814 191001249810 191001279809
    191001289816 191001299807 191001309812 192011189228 194804032094
    195506842391 195508712386 197001782395 197001902399
    199000702390 200000672386 201000802395 198000602394
    191500722390 191711602399 191806602395
    """.split()
)

NOBODY = "~"
"""What the name begins with that a booking has instead of a patient, when it is nobody's any more."""


def is_nobody(patient: str) -> bool:
    return patient.startswith(NOBODY)


def normal(identity: str) -> str:
    """The one spelling of an identity that is stored and compared."""
    return identity.upper()


def is_well_formed(identity: str) -> bool:
    """True for any id the schema takes: personnummer, coordination number or reserve id (rule 37)."""
    return _SHAPE.fullmatch(normal(identity)) is not None


def is_national(identity: str) -> bool:
    """True for a personnummer or coordination number: right check digit and a possible birth date."""
    digits_only = identity.isascii() and identity.isdecimal() and len(identity) == 12
    return digits_only and _luhn_sum(identity[2:]) % 10 == 0 and _has_birth_date(identity)


def _luhn_sum(digits: str) -> int:
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    return sum(number - 9 if number > 9 else number for number in doubled)


def _has_birth_date(identity: str) -> bool:
    """A coordination number has 60 added to its day; its month and day may be unknown, 00 (domain.md 8.1)."""
    year, month, day = int(identity[:4]), int(identity[4:6]), int(identity[6:8])
    if day >= 60:
        month, day = month or 1, day - 60 or 1
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
