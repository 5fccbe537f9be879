"""The clock that the producer goes by."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

_SWEDEN: Final = ZoneInfo("Europe/Stockholm")


def swedish_time() -> datetime:
    """Now as a clock on a Swedish wall shows it, whatever the host's zone (rule 34)."""
    return datetime.now(_SWEDEN).replace(tzinfo=None)


def swedish_time_at(seconds: float) -> datetime:
    """The same clock at a moment that is told in seconds since 1970."""
    return datetime.fromtimestamp(seconds, _SWEDEN).replace(tzinfo=None)
