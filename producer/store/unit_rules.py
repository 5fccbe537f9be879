"""BookingRules as a row of its table and back: windows are minutes there, sets are word lists."""

from dataclasses import fields
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import Row

from producer.domain.booking_rules import BookingRules, CancelledInvitation, Flow, Lookup, Window

_Word = TypeVar("_Word", Flow, Lookup)

_MINUTE = timedelta(minutes=1)

_WINDOWS = tuple(field.name for field in fields(BookingRules) if field.type is Window)
_TRANSLATED = ("flows", "lookups", "cancelled_invitation_becomes", *_WINDOWS)
_AS_THEY_ARE = tuple(field.name for field in fields(BookingRules) if field.name not in _TRANSLATED)


def row_of(rules: BookingRules) -> dict[str, object]:
    """The columns of `booking_rules`, all but the unit."""
    row: dict[str, object] = {name: getattr(rules, name) for name in _AS_THEY_ARE}
    row["cancelled_invitation_becomes"] = rules.cancelled_invitation_becomes.value
    row["flows"], row["lookups"] = (",".join(sorted(words)) for words in (rules.flows, rules.lookups))
    for name in _WINDOWS:
        window: Window = getattr(rules, name)
        act = name.removesuffix("_window")
        row[f"{act}_notice_minutes"] = window.notice // _MINUTE
        row[f"{act}_horizon_minutes"] = None if window.horizon is None else window.horizon // _MINUTE
    return row


def rules_of(row: Row[Any]) -> BookingRules:
    """The rules that a row holds; the usual ones when the row holds none, as after an outer join."""
    if row.flows is None:
        return BookingRules()
    plain = {name: getattr(row, name) for name in _AS_THEY_ARE}
    return BookingRules(
        **plain,
        flows=_words(row.flows, Flow),
        lookups=_words(row.lookups, Lookup),
        booking_window=_window(row.booking_notice_minutes, row.booking_horizon_minutes),
        rebooking_window=_window(row.rebooking_notice_minutes, row.rebooking_horizon_minutes),
        cancelling_window=_window(row.cancelling_notice_minutes, row.cancelling_horizon_minutes),
        cancelled_invitation_becomes=CancelledInvitation(row.cancelled_invitation_becomes),
    )


def _words(words: str, kind: type[_Word]) -> frozenset[_Word]:
    return frozenset(kind(word) for word in words.split(",") if word)


def _window(notice: int, horizon: int | None) -> Window:
    return Window(notice=notice * _MINUTE, horizon=None if horizon is None else horizon * _MINUTE)
