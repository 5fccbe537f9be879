"""The files of a seed folder written: values as `words` reads them, tables and rows as `entries` has them."""

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime, time, timedelta
from io import StringIO
from types import NoneType
from typing import Any

from producer.domain.booking_rules import BookingRules, Window
from producer.store.seeding.entries import Entry, columns_of

Record = Mapping[str, Any]
"""The values of an entry by its fields; None is one that is not given."""

_MINUTE = timedelta(minutes=1)
_UNITS = (("w", timedelta(weeks=1)), ("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("min", _MINUTE))
_NOT_PLAIN = re.compile('["\\\\\x00-\x1f\x7f]')
_AROUND = re.compile(r"\A[\s\ufeff]+|[\s\ufeff]+\Z")


def sound(text: str | None) -> str | None:
    """A text as it is read back: its lines end alike, and nothing blank stands around it."""
    if text is None:
        return None
    return _AROUND.sub("", text.replace("\r\n", "\n").replace("\r", "\n")) or None


def toml_file(tables: Iterable[tuple[str, Record]]) -> bytes:
    """Each table under its header, such as [unit] or [[performers]]."""
    return "\n".join(f"{header}\n{_lines(record)}" for header, record in tables).encode()


def csv_file(kind: type[Entry], records: Sequence[Record]) -> bytes:
    columns = list(columns_of(kind))
    content = StringIO(newline="")
    rows = csv.writer(content, lineterminator="\n")
    rows.writerow(columns)
    rows.writerows([_cell(record.get(column)) for column in columns] for record in records)
    return content.getvalue().encode()


def rules_record(rules: BookingRules) -> Record:
    """Every rule, also those that are as usual: what is usual may be another thing in another version."""
    record: dict[str, Any] = {}
    for field in fields(rules):
        value = getattr(rules, field.name)
        if isinstance(value, Window):
            act = field.name.removesuffix("_window")
            record |= {f"{act}_notice": value.notice, f"{act}_horizon": value.horizon}
        else:
            record[field.name] = sound(value) if field.name == "text_to_read" else value
    return record


def length(time: timedelta) -> str:
    """In the largest unit that it is whole in."""
    word, unit = next(((word, unit) for word, unit in _UNITS if time and time % unit == timedelta(0)), _UNITS[-1])
    return f"{time // unit}{word}"


def _lines(record: Record) -> str:
    return "".join(f"{key} = {_toml(value)}\n" for key, value in record.items() if value is not None)


def _toml(value: Any) -> str:
    written = next((write for kind, write in _IN_TOML if isinstance(value, kind)), None)
    return written(value) if written else f"[{', '.join(map(_toml, value))}]"


def _quoted(text: str) -> str:
    return '"' + _NOT_PLAIN.sub(lambda found: f"\\u{ord(found.group()):04x}", text) + '"'


def _cell(value: Any) -> str:
    written = next((write for kind, write in _IN_CSV if isinstance(value, kind)), None)
    return written(value) if written else " ".join(value)


# The first kind that a value is of says how it is written: true is a number too, and a moment a day. What is of none is
# a list.
_Writers = tuple[tuple[type, Callable[[Any], str]], ...]
_IN_TOML: _Writers = (
    (bool, lambda value: "true" if value else "false"),
    (int, str),
    (timedelta, lambda value: _quoted(length(value))),
    (time, lambda value: _quoted(f"{value:%H:%M}")),
    (date, date.isoformat),
    (str, _quoted),
    (frozenset, lambda value: _toml(sorted(value))),
)
_IN_CSV: _Writers = (
    (NoneType, lambda _: ""),
    (bool, lambda value: "yes" if value else "no"),
    (datetime, lambda value: f"{value:%Y-%m-%d %H:%M}"),
    (date, date.isoformat),
    (timedelta, length),
    (str, str),
)
