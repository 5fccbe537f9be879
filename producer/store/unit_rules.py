"""BookingRules as a row of its table and back: windows are minutes there, sets are word lists."""

from dataclasses import fields
from datetime import timedelta
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Row

from producer.domain.booking_rules import BookingRules, CancelledInvitation, Flow, Lookup, Window
from producer.store import tables as t

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


def change_rules(connection: Connection, unit_id: int, rules: BookingRules) -> None:
    """A unit that has no row yet has gone by the usual rules."""
    statement = t.booking_rules.update().where(t.booking_rules.c.unit_id == unit_id).values(**row_of(rules))
    if connection.execute(statement).rowcount == 0:
        connection.execute(t.booking_rules.insert(), {"unit_id": unit_id, **row_of(rules)})


def rules_of(row: Row[Any]) -> BookingRules:
    """The rules in a row that ends with RULES; the usual ones when it holds none, as after an outer join."""
    return _rules(row[-len(RULES) :])


@lru_cache(maxsize=1000)
def _rules(columns: tuple[Any, ...]) -> BookingRules:
    """Worked out once, as every call reads its unit's rules and units seldom change them."""
    told = dict(zip(_NAMES, columns, strict=True))
    if told["flows"] is None:
        return BookingRules()
    return BookingRules(
        **{name: told[name] for name in _AS_THEY_ARE},
        booking_window=_window(told, "booking"),
        rebooking_window=_window(told, "rebooking"),
        cancelling_window=_window(told, "cancelling"),
        flows=_words(told["flows"], Flow),
        lookups=_words(told["lookups"], Lookup),
        cancelled_invitation_becomes=CancelledInvitation(told["cancelled_invitation_becomes"]),
    )


def _words(words: str, kind: type[_Word]) -> frozenset[_Word]:
    return frozenset(kind(word) for word in words.split(",") if word)


def _window(told: dict[str, Any], act: str) -> Window:
    notice, horizon = told[f"{act}_notice_minutes"], told[f"{act}_horizon_minutes"]
    return Window(notice=notice * _MINUTE, horizon=None if horizon is None else horizon * _MINUTE)


RULES = tuple(column for column in t.booking_rules.c if column.name != "unit_id")
_NAMES = tuple(column.name for column in RULES)
