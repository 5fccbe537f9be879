"""HSA-ids as they are written when something new gets one (domain.md 8.3)."""

import re
from enum import Enum, auto

_LONGEST = 31
_SHAPES = tuple(
    map(
        re.compile,
        (
            r"SE(16)?[0-9]{10}-[A-Z0-9]+",  # the usual shape; with 16 the organisation number as persons have theirs
            r"TSTNMT[0-9]{10}-[A-Z0-9]+",  # test traffic (rule 40)
            r"HSA-[A-Z0-9]+",  # from before the shape was agreed on
            r"[0-9]{10}",  # a bare organisation number, as platforms have
        ),
    )
)


class Flaw(Enum):
    """Why what is written is not taken for an HSA-id."""

    MISSING = auto()
    NOT_ENGLISH_LETTERS = auto()
    TOO_LONG = auto()
    SHAPE = auto()


def flaw_in(hsa_id: str) -> Flaw | None:
    """Small and capital letters are the same (rule 17)."""
    if not hsa_id:
        return Flaw.MISSING
    if not hsa_id.isascii():
        return Flaw.NOT_ENGLISH_LETTERS
    if len(hsa_id) > _LONGEST:
        return Flaw.TOO_LONG
    return None if any(shape.fullmatch(hsa_id.upper()) for shape in _SHAPES) else Flaw.SHAPE
