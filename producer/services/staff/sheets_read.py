"""Files from a spreadsheet program read as lines of text: CSV in any of its habits, XLSX without what it could hide."""

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from typing import Any, Final
from zipfile import ZipFile, ZipInfo

from producer.domain.staff import Fault, Invalid, Sentence
from producer.services.staff.sheets import MOST_LINES, Line, is_readable

LARGEST_FILE: Final = 5 * 1024 * 1024
_LARGEST_UNPACKED: Final = 40 * 1024 * 1024
_MOST_PARTS: Final = 1_000
_MOST_COLUMNS: Final = 40
_MOST_CHARACTERS: Final = 3_000_000
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def lines_of(content: bytes) -> tuple[Line, ...]:
    """Those with anything on them; raises Invalid with what is wrong with the file."""
    if not content:
        raise _invalid(Sentence("Välj en fil."))
    if len(content) > LARGEST_FILE:
        raise _invalid(Sentence("Filen är för stor. Högst 5 MB."))
    if content.startswith(_OLD_EXCEL):
        raise _invalid(Sentence("Filen är i ett gammalt Excelformat. Spara den som .xlsx eller .csv."))
    found = _xlsx_lines(content) if content.startswith(_ZIP) else _csv_lines(_text_of(content))
    return tuple(_bounded(found))


def _bounded(found: Iterator[tuple[int, list[str]]]) -> Iterator[Line]:
    characters = 0
    for number, cells in found:
        if number > MOST_LINES:
            raise _invalid(Sentence("Filen har för många rader."))
        characters += sum(map(len, cells))
        if characters > _MOST_CHARACTERS:
            raise _invalid(Sentence("Filen är för stor. Högst 5 MB."))
        texts = tuple(_text(cell) for cell in cells)
        if any(texts):
            if not all(map(is_readable, texts)):
                raise _invalid(Sentence("Rad %(row)s har tecken eller texter som inte går att läsa.", {"row": number}))
            yield Line(number, texts)


def _text(cell: str) -> str:
    """Without the apostrophe that keeps a text from being taken for a formula."""
    text = cell.strip()
    return text[1:] if _GUARDED.match(text) else text


def _text_of(content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with it, else what Swedish Windows writes."""
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeError:
            continue
    raise _invalid(Sentence("Filen är varken CSV eller XLSX."))


def _csv_lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The first line that is no note tells what stands between the values."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    header = next((line for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#")), "")
    separator = max(";,\t", key=header.count)
    reader = csv.reader(StringIO(text), delimiter=separator, strict=True)
    number = 1
    try:
        for cells in reader:
            yield number, cells[:_MOST_COLUMNS]
            number = reader.line_num + 1
    except csv.Error as error:
        raise _invalid(Sentence("Rad %(row)s går inte att läsa som CSV.", {"row": number})) from error


def _xlsx_lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The first sheet. Formulas are not worked out: what the program last saw in them is read."""
    _inspect(content)
    from openpyxl import load_workbook  # not before somebody reads one: it takes long

    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()  # which a file may state wrongly
        rows = sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True)
        for number, cells in enumerate(rows, 1):
            yield number, [_cell(cell) for cell in cells]
    except Invalid:
        raise
    except Exception as error:  # whatever a damaged file makes of the library
        raise _invalid(Sentence("Filen går inte att läsa som XLSX.")) from error


def _inspect(content: bytes) -> None:
    """Nothing that unpacks to more than it seems, and no XML that declares entities."""
    try:
        with ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
            _inspect_parts(parts)
            for part in parts:
                if part.filename.endswith((".xml", ".rels", ".vml")):
                    _inspect_xml(packed.read(part))
    except Invalid:
        raise
    except Exception as error:  # a damaged file fails in more ways than zipfile names
        raise _invalid(Sentence("Filen går inte att läsa som XLSX.")) from error


def _inspect_parts(parts: Sequence[ZipInfo]) -> None:
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _LARGEST_UNPACKED:
        raise _invalid(Sentence("Filen är för stor när den packas upp."))
    if any(part.flag_bits & 1 for part in parts):
        raise _invalid(Sentence("Filen är låst med lösenord."))


def _inspect_xml(xml: bytes) -> None:
    """UTF-16 is no spreadsheet program's, and would hide a declaration from a look at the bytes."""
    if _DECLARED.search(xml) or b"\x00" in xml:
        raise _invalid(Sentence("Filen går inte att läsa som XLSX."))


def _cell(value: Any) -> str:
    """As a person would type it."""
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nej"
        case datetime():
            return _moment(value)
        case time():
            return _moment(datetime.combine(date(2000, 1, 1), value))[11:] or "00:00"
        case _:
            return _number(value)


def _moment(moment: datetime) -> str:
    """To the nearest minute, for a spreadsheet's times are fractions; a day is one that has no time."""
    rounded = (moment + timedelta(seconds=30)).replace(second=0, microsecond=0)
    return f"{rounded:%Y-%m-%d %H:%M}" if rounded.time() != time() else f"{rounded:%Y-%m-%d}"


def _number(value: Any) -> str:
    if isinstance(value, timedelta):
        minutes = round(value / timedelta(minutes=1))
        return f"{minutes // 60:02}:{minutes % 60:02}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _invalid(sentence: Sentence) -> Invalid:
    return Invalid(Fault("file", sentence))
