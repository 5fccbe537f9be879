"""Sheets written as CSV and XLSX that spreadsheet programs open rightly: what a unit has, and empty ones to fill in."""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date, time
from enum import StrEnum
from io import BytesIO, StringIO
from typing import Any

from producer.domain.staff import Sentence
from producer.services.staff.sheets import COLUMNS, NOT_READ, Column, Kind

Cell = str | date | time | None


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NOT_IN_XLSX = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_SHOWN_AS = ((date, "yyyy-mm-dd"), (time, "hh:mm"), (str, "@"))
_WIDTHS = {"datum": 12, "från": 8, "till": 8, "anledning": 40, "utförare": 24, "bokning-id": 38}


def sheet_of(kind: Kind, rows: Iterable[Sequence[Cell]], format_: Format) -> bytes:
    header = [column.name for column in COLUMNS[kind]]
    return _csv(header, rows) if format_ is Format.CSV else _xlsx(kind, header, rows, ())


def template_of(kind: Kind, format_: Format, explained: Sequence[tuple[Column, str]]) -> bytes:
    """The header and an example that is not read; in XLSX also a sheet that explains each column in the words given."""
    header = [column.name for column in COLUMNS[kind]]
    example = [column.example for column in COLUMNS[kind]]
    example[0] = f"{NOT_READ} {example[0]}"
    return _csv(header, [example]) if format_ is Format.CSV else _xlsx(kind, header, [example], explained)


def meanings(kind: Kind) -> list[tuple[Column, Sentence]]:
    return [(column, column.meaning) for column in COLUMNS[kind]]


def _csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """With semicolons and a byte order mark, as Swedish Excel wants it; no text is taken for a formula."""
    content = StringIO(newline="")
    writer = csv.writer(content, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_guarded(_as_text(cell)) for cell in row] for row in rows)
    return content.getvalue().encode("utf-8-sig")


def _guarded(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _as_text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case time():
            return f"{cell:%H:%M}"
        case date():
            return cell.isoformat()
        case _:
            return cell


def _xlsx(
    kind: Kind, header: Sequence[str], rows: Iterable[Sequence[Cell]], explained: Sequence[tuple[Column, str]]
) -> bytes:
    from openpyxl import Workbook  # not before somebody writes one: it takes long

    book = Workbook(write_only=True)
    _fill(book.create_sheet(_TITLES[kind]), header, rows)
    if explained:
        told = [(column.name, "ja" if column.needed else "nej", column.example, text) for column, text in explained]
        _fill(book.create_sheet("Förklaring"), ("kolumn", "krävs", "exempel", "betyder"), told)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _fill(sheet: Any, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    def cell(value: Any, *, bold: bool = False) -> Any:
        """A text stays a text, also one that begins as a formula does."""
        text = _NOT_IN_XLSX.sub("", value) if isinstance(value, str) else value
        made = WriteOnlyCell(sheet, value=text or None)
        if isinstance(value, str) and text:
            made.data_type = "s"
        made.number_format = next((shown for type_, shown in _SHOWN_AS if isinstance(value, type_)), "General")
        if bold:
            made.font = Font(bold=True)
        return made

    sheet.freeze_panes = "A2"
    for number, name in enumerate(header, 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(name, 18)
    sheet.append([cell(name, bold=True) for name in header])
    for row in rows:
        sheet.append([cell(value) for value in row])


_TITLES = {Kind.SLOTS: "Tider", Kind.BOOKINGS: "Bokningar"}
