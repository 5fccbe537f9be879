"""Hides personal ids in whatever is about to be logged."""

import re
from typing import Final

_HIDDEN: Final = "************"
# Twelve characters that read as a personal id, or the same with a dash before the last four; not the platform's
# HSA-ids (SE16 and an organisation number), not the parts of a UUID.
_PERSONAL_ID = re.compile(
    r"(?<!SE)(?<![0-9a-f]{4}-[0-9a-f]{4}-)[0-9]{8}[0-9pPtTfF][0-9]{3}"
    r"|(?<![0-9A-Za-z])[0-9]{8}-[0-9pPtTfF][0-9]{3}(?![0-9A-Za-z-])"
)


def masked(text: str) -> str:
    return _PERSONAL_ID.sub(_HIDDEN, text)
