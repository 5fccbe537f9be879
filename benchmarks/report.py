"""What was measured, as a table for people and as JSON for programs."""

import json
import platform
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """What a figure should reach."""

    limit: float
    at_least: bool = False

    def is_met_by(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One measured value, with its spread if it was measured several times."""

    value: float
    unit: str
    spread: tuple[float, float] | None = None
    target: Target | None = None

    def __str__(self) -> str:
        return " ".join(filter(None, (f"{_plain(self.value)} {self.unit}", self._spread(), self._verdict())))

    def _spread(self) -> str:
        return "" if self.spread is None else f"({_plain(self.spread[0])}-{_plain(self.spread[1])})"

    def _verdict(self) -> str:
        if self.target is None:
            return ""
        wanted = f"{'>=' if self.target.at_least else '<='} {_plain(self.target.limit)}"
        return f"{wanted} {'met' if self.target.is_met_by(self.value) else 'NOT met'}"

    def as_json(self) -> dict[str, object]:
        said: dict[str, object] = {"value": self.value, "unit": self.unit}
        if self.spread is not None:
            said["spread"] = list(self.spread)
        if self.target is not None:
            said["target"] = self.target.limit
            said["met"] = self.target.is_met_by(self.value)
        return said


def figure(values: Sequence[float], unit: str, *, target: Target | None = None, scale: float = 1.0) -> Figure:
    """The median of several values and how far they lie apart."""
    scaled = [value * scale for value in values]
    return Figure(value=median(scaled), unit=unit, spread=(min(scaled), max(scaled)), target=target)


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Figures of several things; a note says how they came about, or why there are none."""

    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, tuple[Figure | None, ...]], ...] = ()
    notes: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        cells = [("", *self.columns), *((name, *map(_cell, figures)) for name, figures in self.rows)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
        ]
        return "\n".join((self.title, *lines[: len(lines) if self.rows else 0], *self.notes))

    def as_json(self) -> dict[str, object]:
        return {
            "title": self.title,
            "rows": {
                name: {
                    column: one.as_json() for column, one in zip(self.columns, figures, strict=True) if one is not None
                }
                for name, figures in self.rows
            },
            "notes": list(self.notes),
        }


def write_json(file: Path, tables: Iterable[Table]) -> None:
    said = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "machine": f"{platform.system()} {platform.machine()}",
        "tables": [table.as_json() for table in tables],
    }
    file.write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", "utf-8")


def _cell(one: Figure | None) -> str:
    return "" if one is None else str(one)


def _plain(value: float) -> str:
    """Three digits that count, and no more."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
