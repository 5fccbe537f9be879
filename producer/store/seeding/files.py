"""TOML and CSV files read into records that remember on which line each value stands."""

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from producer.store.seeding.faults import Findings, Place, unknown


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """A TOML table or a CSV row, with the line of the whole and of each key."""

    file: str
    line: int
    values: Mapping[str, Any]
    lines: Mapping[str, int]

    def place(self, key: str | None = None) -> Place:
        return Place(file=self.file, line=self.lines.get(key or "", self.line))


@dataclass(frozen=True, kw_only=True, slots=True)
class TomlFile:
    """A unit's file: single tables ([unit]) and lists of tables ([[performers]])."""

    file: str
    content: Mapping[str, Any]
    lines: Mapping[tuple[str | int, ...], int]

    def record(self, *path: str | int) -> Record:
        values: Any = self.content
        for step in path:
            values = values[step]
        below = {key: self.lines.get((*path, key), self.line(*path)) for key in values}
        return Record(file=self.file, line=self.line(*path), values=values, lines=below)

    def line(self, *path: str | int) -> int:
        return self.lines.get(path) or (self.line(*path[:-1]) if path else 1)


def read_text(folder: Path, file: str, findings: Findings) -> str | None:
    """The text of a file in UTF-8, with or without a byte order mark, its lines ended by a plain newline."""
    try:
        raw = (folder / file).read_bytes()
    except OSError as error:
        findings.add(Place(file=file, line=1), f"cannot be read: {error.strerror}")
        return None
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        findings.add(Place(file=file, line=line), "is not UTF-8 text; save the file with the encoding UTF-8")
        return None


def read_toml(folder: Path, file: str, findings: Findings) -> TomlFile | None:
    text = read_text(folder, file, findings)
    if text is None:
        return None
    try:
        return TomlFile(file=file, content=tomllib.loads(text), lines=_toml_lines(text))
    except (ValueError, RecursionError) as error:  # the latter from brackets within brackets without end
        reason, line = _syntax_error(str(error), text)
        findings.add(Place(file=file, line=line), f"is not TOML: {reason}")
        return None


def read_csv(folder: Path, file: str, columns: Mapping[str, bool], findings: Findings) -> list[Record]:
    """The rows of a file whose header names its columns; `columns` says of each whether it must be there."""
    text = read_text(folder, file, findings)
    rows = [] if text is None else list(_rows(text, file, findings))
    if not rows:
        return []
    header_line, header = rows[0]
    if not _header_is_sound(header, columns, Place(file=file, line=header_line), findings):
        return []
    return [
        _row_record(file, line, header, cells)
        for line, cells in rows[1:]
        if _row_fits(len(header), cells, Place(file=file, line=line), findings)
    ]


def _rows(text: str, file: str, findings: Findings) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the line it begins on; the header's first separator is the file's."""
    header = text.lstrip().partition("\n")[0]
    separator = next((mark for mark in header if mark in ",;"), ",")
    reader = csv.reader(StringIO(text), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        findings.add(Place(file=file, line=line), f"is not CSV: {error}")


def _header_is_sound(header: list[str], columns: Mapping[str, bool], place: Place, findings: Findings) -> bool:
    reasons = [
        *(unknown("column", name, columns) for name in header if name not in columns),
        *(f"the column '{name}' is there twice" for name in sorted(set(header)) if header.count(name) > 1),
        *(f"the column '{name}' is missing" for name, needed in columns.items() if needed and name not in header),
    ]
    for reason in reasons:
        findings.add(place, reason)
    return not reasons


def _row_fits(width: int, cells: list[str], place: Place, findings: Findings) -> bool:
    if len(cells) != width:
        findings.add(place, f"the row has {len(cells)} cells and the header {width}")
    return len(cells) == width


def _row_record(file: str, line: int, header: list[str], cells: list[str]) -> Record:
    """An empty cell is a value that is not given."""
    values = {name: cell for name, cell in zip(header, cells, strict=True) if cell}
    return Record(file=file, line=line, values=values, lines={})


# Strings and comments may hold anything, so they are blanked before keys and headers are looked for.
_NOT_STRUCTURE = re.compile(
    r'"""(?:\\.|[^\\])*?"""' r"|'''.*?'''" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'" r"|#[^\n]*",
    re.DOTALL,
)
_HEADER = re.compile(r"\s*(\[\[?)\s*([\w-]+)\s*\]\]?\s*")
_KEY = re.compile(r"\s*([\w-]+)\s*[.=]")


def _toml_lines(text: str) -> dict[tuple[str | int, ...], int]:
    """On which line each table and each bare key begins; tomllib does not tell."""
    structure = _NOT_STRUCTURE.sub(lambda found: "\n" * found.group().count("\n"), text)
    lines: dict[tuple[str | int, ...], int] = {}
    counts: dict[str, int] = {}
    table: tuple[str | int, ...] = ()
    for number, line in enumerate(structure.split("\n"), 1):
        if header := _HEADER.fullmatch(line):
            brackets, name = header.groups()
            table = (name, counts.setdefault(name, 0)) if brackets == "[[" else (name,)
            counts[name] = counts.get(name, 0) + 1
            lines[table] = number
            lines.setdefault((name,), number)
        elif key := _KEY.match(line):
            lines.setdefault((*table, key.group(1)), number)
    return lines


def _syntax_error(message: str, text: str) -> tuple[str, int]:
    found = re.fullmatch(r"(.*) \(at line (\d+), column \d+\)", message, re.DOTALL)
    if found:
        return found.group(1), int(found.group(2))
    return message, text.rstrip().count("\n") + 1
