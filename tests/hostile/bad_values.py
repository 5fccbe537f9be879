"""Every value of a fixed form in each request, in forms that it must not have."""

from collections.abc import Iterator

from hostile.bad_elements import spoilt
from hostile.letters import LETTERS, PATIENT, Letter, Line
from hostile.probe import Probe, probe

_PADDINGS = {
    "a blank before": " {}",
    "a blank after": "{} ",
    "a line break before": "\n{}",
    "a tab after": "{}\t",
    "a hard space after": "{}\u00a0",
    "an ideographic space before": "\u3000{}",
}

_NOT_PERSONS = {
    "eleven digits": "19700123929",
    "thirteen digits": "1970012392970",
    "ten digits": "7001239297",
    "a dash": "19700123-9297",
    "a plus": "19700123+929",
    "letters": "abcdefghijkl",
    "a letter in the ninth place": "19810829M071",
    "a letter in the last place": "19700123929X",
    "anchors (rule 26)": f"^{PATIENT}$",
    "a dot": "19700123.297",
    "Arabic-Indic digits": "١٩٧٠٠١٢٣٩٢٩٧",
    "full-width digits": "１９７００１２３９２９７",
    "one Devanagari digit": "19700123929७",
    "mathematical digits": "𝟏𝟗𝟕𝟎𝟎𝟏𝟐𝟑𝟗𝟐𝟗𝟕",
    "superscripts": "19700123929²",
    "a zero-width space": f"{PATIENT}\u200b",
    "a mark of direction": f"\u202e{PATIENT}",
    "two ids": f"{PATIENT} {PATIENT}",
    "a line break in it": "197001\n239297",
    "SQL": "' OR '1'='1",
    "a percent sign": "19700123%297",
    "a wildcard": "19700123____",
    "a minus": "-97001239297",
    "an exponent": "19700123e297",
    "markup": "<![CDATA[<b>]]>",
}

_NOT_DAYS = {
    "hyphens": "2099-05-01",
    "seven digits": "2099050",
    "nine digits": "209905011",
    "a moment": "20990501000000",
    "month 13": "20991301",
    "month 00": "20990001",
    "day 32": "20990532",
    "year 0": "00000501",
    "year 0999": "09990501",
    "a word": "today",
    "a minus": "-9990501",
    "blanks inside": "2099 501",
    "Arabic-Indic digits": "٢٠٩٩٠٥٠١",
    "full-width digits": "２０９９０５０１",
    "a zone": "20990501Z",
    "SQL": "20990501'--",
}

_IMPOSSIBLE_DAYS = {
    "30 February": "20990230",
    "31 February": "20990231",
    "29 February of a common year": "20990229",
    "29 February of a common century": "21000229",
    "31 April": "20990431",
    "31 June": "20990631",
    "31 November": "20991131",
    "day 00": "20990500",
    "day 00 of January": "20990100",
}

_NOT_MOMENTS = {
    "hyphens": "2099-05-04T09:00:00",
    "a day": "20990504",
    "thirteen digits": "2099050409000",
    "fifteen digits": "209905040900000",
    "hour 24": "20990504240000",
    "hour 99": "20990504990000",
    "minute 60": "20990504096000",
    "second 60": "20990504090060",
    "month 13": "20991304090000",
    "day 32": "20990532090000",
    "year 0": "00000504090000",
    "Arabic-Indic digits": "٢٠٩٩٠٥٠٤٠٩٠٠٠٠",
    "full-width digits": "２０９９０５０４０９００００",
    "a zone": "20990504090000Z",
    "a word": "now",
}


def _lines(*kinds: str) -> Iterator[tuple[Letter, Line]]:
    return ((letter, line) for letter in LETTERS for line in letter.lines if line.kind in kinds)


def _with(letter: Letter, line: Line, value: str) -> str:
    return spoilt(letter, line, lambda element: setattr(element, "text", value))


_PADDED = tuple(
    probe(
        f"{name}: {line.label}",
        _with(letter, line, padding.format(line.value)),
        letter.contract,
        line.name,
        "white space",
    )
    for letter, line in _lines("hsa", "id", "code", "person", "day", "moment")
    for name, padding in _PADDINGS.items()
)


def _malformed(kind: str, values: dict[str, str], *says: str) -> Iterator[Probe]:
    return (
        probe(f"{name}: {line.label}", _with(letter, line, value), letter.contract, line.name, *says)
        for letter, line in _lines(kind)
        for name, value in values.items()
    )


_IMPOSSIBLE = tuple(
    probe(f"{name}: {line.label} (rule 36)", _with(letter, line, value), letter.contract, line.name, "no such day")
    for letter, line in _lines("day")
    for name, value in _IMPOSSIBLE_DAYS.items()
)

PROBES: tuple[Probe, ...] = (
    *_PADDED,
    *_malformed("person", _NOT_PERSONS),
    *_malformed("day", _NOT_DAYS),
    *_malformed("moment", _NOT_MOMENTS),
    *_IMPOSSIBLE,
)
