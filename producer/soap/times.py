"""Moments and days as the wire writes them, read as naive Swedish wall time."""

from __future__ import annotations

import re
from datetime import date, datetime

_DIGITS = re.compile(r"[0-9]+")


class ImpossibleDate(ValueError):
    """A date that the schema's pattern lets through and the calendar does not (rule 36)."""


def wall_time(ts: str) -> datetime:
    if len(ts) != 14 or not _DIGITS.fullmatch(ts):
        raise ImpossibleDate("not a moment of 14 digits, YYYYMMDDhhmmss")
    try:
        return datetime(int(ts[:4]), int(ts[4:6]), int(ts[6:8]), int(ts[8:10]), int(ts[10:12]), int(ts[12:]))
    except ValueError as reason:
        raise ImpossibleDate(f"no such moment: {reason}") from reason


def day(dt: str) -> date:
    if len(dt) != 8 or not _DIGITS.fullmatch(dt):
        raise ImpossibleDate("not a day of 8 digits, YYYYMMDD")
    try:
        return date(int(dt[:4]), int(dt[4:6]), int(dt[6:]))
    except ValueError as reason:
        raise ImpossibleDate(f"no such day: {reason}") from reason


def as_ts(moment: datetime) -> str:
    return f"{moment.year:04}{moment:%m%d%H%M%S}"


def as_dt(when: date) -> str:
    return f"{when.year:04}{when:%m%d}"
