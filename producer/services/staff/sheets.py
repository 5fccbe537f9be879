"""What a sheet of times or of bookings has in its columns, and its rows once the header is understood."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

from producer.domain.staff import Fault, Invalid, Sentence

MOST_LINES = 25_000
"""How far down a sheet is read."""
_LONGEST_CELL = 10_000
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Kind(StrEnum):
    SLOTS = "slots"
    BOOKINGS = "bookings"


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    needed: bool
    example: str
    meaning: Sentence


_DAY = Column("datum", True, "2027-01-13", Sentence("Dagen, skriven som 2027-01-13."))
_FROM = Column("från", True, "09:00", Sentence("När tiden börjar."))
_TO = Column("till", True, "09:30", Sentence("När tiden slutar."))
_TIME_TYPE = Column("tidtyp", True, "NYBESOK", Sentence("Tidtypens kod eller namn, som i registret."))
_PERFORMER = Column(
    "utförare", False, "SE2321000016-DEMOP1", Sentence("Utförarens HSA-id. Tomt om tiden inte är någons.")
)
_RESOURCE = Column("resurs", False, "RUM1", Sentence("Resursens kod eller namn. Tomt om tiden inte har någon resurs."))

COLUMNS: Mapping[Kind, tuple[Column, ...]] = {
    Kind.SLOTS: (
        _DAY,
        _FROM,
        _TO,
        _TIME_TYPE,
        _PERFORMER,
        _RESOURCE,
        Column("spärrad", False, "nej", Sentence("ja eller nej. En spärrad tid kan patienter inte boka.")),
        Column("läge", False, "", Sentence("Ledig, bokad eller spärrad. Bara när tider tas ut; läses inte in.")),
    ),
    Kind.BOOKINGS: (
        Column("person-id", True, "19700123-9297", Sentence("Personnummer, samordningsnummer eller reservnummer.")),
        Column("förnamn", True, "Gunilla", Sentence("Patientens förnamn.")),
        Column("efternamn", True, "Påhittsdotter", Sentence("Patientens efternamn.")),
        _DAY,
        _FROM,
        _TO,
        _TIME_TYPE,
        _PERFORMER,
        _RESOURCE,
        Column(
            "bokning-id",
            False,
            "",
            Sentence("Bokningens id, högst 128 tecken utan blanksteg. Tomt: bokningen får ett eget."),
        ),
        Column("anledning", False, "Ont i knäet", Sentence("Varför patienten kommer.")),
        Column("telefon", False, "070-174 06 05", Sentence("Patientens telefon.")),
        Column("e-post", False, "", Sentence("Patientens e-post.")),
    ),
}
MOST_ROWS: Mapping[Kind, int] = {Kind.SLOTS: 20_000, Kind.BOOKINGS: 3_000}
NOT_READ = "#"
"""A row that begins so is a note or an example."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file as it was read, numbered as the program that made it numbers it."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """The texts of a row by the names of the columns; what is not there is empty."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class CellFault:
    row: int
    column: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class CellFaults:
    """What is wrong with a sheet, gathered so that all of it is told at once."""

    found: list[CellFault] = field(default_factory=list)

    def add(self, row: SheetRow, column: str, sentence: Sentence) -> None:
        self.found.append(CellFault(row.number, column, sentence))

    def concern(self, row: SheetRow) -> bool:
        return bool(self.found) and self.found[-1].row == row.number


def rows_of(kind: Kind, lines: Sequence[Line]) -> tuple[SheetRow, ...]:
    """Raises Invalid when the header is not understood, or nothing or too much stands below it."""
    told = [line for line in lines if not line.cells[0].startswith(NOT_READ)]
    if not told:
        raise Invalid(Fault("file", Sentence("Filen är tom.")))
    header = _header(kind, told[0])
    width = len(header)
    rows = tuple(_row(header, line) for line in told[1:])
    if long := next((line for line in told[1:] if any(line.cells[width:])), None):
        raise Invalid(Fault("file", Sentence("Rad %(row)s har fler värden än rubrikraden.", {"row": long.number})))
    if not rows:
        raise Invalid(Fault("file", Sentence("Filen har en rubrikrad men inga rader under den.")))
    if len(rows) > MOST_ROWS[kind]:
        raise Invalid(Fault("file", Sentence("Högst %(most)s rader åt gången.", {"most": MOST_ROWS[kind]})))
    return rows


def carried(rows: Sequence[SheetRow]) -> str:
    """The rows as a form carries them from the preview to the confirmation, for no file is kept in between."""
    return json.dumps([[row.number, dict(row.cells)] for row in rows], ensure_ascii=False, separators=(",", ":"))


def is_readable(cell: str) -> bool:
    """Text that can be kept and shown, and not a whole book of it."""
    return len(cell) <= _LONGEST_CELL and not _NOT_TEXT.search(cell)


def taken_up(kind: Kind, carried_rows: str) -> tuple[SheetRow, ...]:
    """Raises Invalid if the form was tampered with."""
    names = {column.name for column in COLUMNS[kind]}
    try:
        rows = tuple(
            SheetRow(int(number), {str(key): str(cells[key]) for key in cells})
            for number, cells in json.loads(carried_rows)
        )
    except (ValueError, TypeError, RecursionError):
        rows = ()
    if not rows or len(rows) > MOST_ROWS[kind] or not all(_is_whole(row, names) for row in rows):
        raise Invalid(Fault("file", Sentence("Välj filen en gång till.")))
    return rows


def _is_whole(row: SheetRow, names: AbstractSet[str]) -> bool:
    return 0 < row.number <= MOST_LINES and row.cells.keys() <= names and all(map(is_readable, row.cells.values()))


def _header(kind: Kind, line: Line) -> list[str]:
    known = {_plain(column.name): column for column in COLUMNS[kind]}
    names = [_plain(cell) for cell in line.cells]
    while names and not names[-1]:
        names.pop()
    faults = [
        *(_unknown(cell, known) for cell, name in zip(line.cells, names, strict=False) if name not in known),
        *(Sentence("Kolumnen %(name)s finns två gånger.", {"name": known[name].name}) for name in _twice(names, known)),
        *(
            Sentence("Kolumnen %(name)s saknas.", {"name": column.name})
            for name, column in known.items()
            if column.needed and name not in names
        ),
    ]
    if faults:
        raise Invalid(*(Fault("file", sentence) for sentence in faults[:20]))
    return [known[name].name for name in names]


def _twice(names: list[str], known: Mapping[str, Column]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1 and name in known})


def _unknown(cell: str, known: Mapping[str, Column]) -> Sentence:
    near = get_close_matches(_plain(cell), known, n=1)
    if near:
        values = {"name": cell, "near": known[near[0]].name}
        return Sentence("Kolumnen ”%(name)s” finns inte. Menar du %(near)s?", values)
    return Sentence("Kolumnen ”%(name)s” finns inte.", {"name": cell})


def _plain(name: str) -> str:
    """Small letters without their dots and rings, and no signs between."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if letter.isalnum())


def _row(header: Sequence[str], line: Line) -> SheetRow:
    cells = zip(header, line.cells, strict=False)
    return SheetRow(line.number, {name: cell for name, cell in cells if cell})
