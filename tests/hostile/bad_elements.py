"""Every request with each of its elements left out, emptied, doubled, misplaced, misnamed or filled with what it cannot hold."""

from collections.abc import Callable, Iterator
from copy import deepcopy

from lxml import etree

from hostile.letters import ACTOR, CORE, LETTERS, STRICT_UNIT, Letter, Line, address, at, envelope
from hostile.probe import Probe, probe

Spoil = Callable[[etree._Element], None]

_PING = "PingForConfiguration"
_CHECKED = tuple(letter for letter in LETTERS if letter.contract != _PING)
_FLAGS = ("cancel_booking_allowed", "rebooking_allowed", "message_allowed")


def spoilt(letter: Letter, line: Line, spoil: Spoil) -> str:
    body = letter.body()
    spoil(at(body, line.path))
    return envelope(body)


def remove(element: etree._Element) -> None:
    parent_of(element).remove(element)


def empty(element: etree._Element) -> None:
    element.text = None
    for child in list(element):
        element.remove(child)


def double(element: etree._Element) -> None:
    element.addnext(deepcopy(element))


def rename(element: etree._Element) -> None:
    element.tag = f"{element.tag}s"


def move_abroad(element: etree._Element) -> None:
    element.tag = f"{{urn:abroad}}{etree.QName(element).localname}"


def put_first(element: etree._Element) -> None:
    element.getprevious().addprevious(element)


def fill(element: etree._Element) -> None:
    element.insert(0, element.makeelement("{urn:foreign}stranger"))


def write_before(element: etree._Element) -> None:
    element.addprevious(etree.Comment("x"))
    element.getprevious().tail = "scribble"


def parent_of(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    assert parent is not None
    return parent


def _lines() -> Iterator[tuple[Letter, Line]]:
    return ((letter, line) for letter in _CHECKED for line in letter.lines)


def _before(letter: Letter, line: Line) -> Line | None:
    """The element before, among its siblings."""
    siblings = [other for other in letter.lines if other.path[:-1] == line.path[:-1]]
    place = siblings.index(line)
    return siblings[place - 1] if place else None


_REMOVED = tuple(
    probe(f"left out: {line.label}", spoilt(letter, line, remove), letter.contract, line.name, "missing")
    for letter, line in _lines()
    if line.is_mandatory
)
_EMPTIED = tuple(
    probe(f"emptied: {line.label}", spoilt(letter, line, empty), letter.contract, line.name)
    for letter, line in _lines()
    if line.is_mandatory
)
_DOUBLED = tuple(
    probe(f"doubled: {line.label}", spoilt(letter, line, double), letter.contract, line.name, "once")
    for letter, line in _lines()
    if line.cardinality != "*"
)
_MISPLACED = tuple(
    probe(f"before {before.name}: {line.label}", spoilt(letter, line, put_first), letter.contract, before.name, "order")
    for letter, line in _lines()
    if (before := _before(letter, line)) is not None
)
_MISNAMED = tuple(
    probe(f"misnamed: {line.label}", spoilt(letter, line, rename), letter.contract, f"{line.name}s", "no place")
    for letter, line in _lines()
    if not line.is_extension
) + tuple(  # an unknown element of an extension is a foreign one, so what is wrong is only what it leaves undone
    probe(f"misnamed: {line.label}", spoilt(letter, line, rename), letter.contract)
    for letter, line in _lines()
    if line.is_extension
)
_ABROAD = tuple(
    probe(f"of another namespace: {line.label}", spoilt(letter, line, move_abroad), letter.contract)
    for letter, line in _lines()
    if line.is_mandatory or "requestedTimeslot" in line.path
)
_FILLED = tuple(
    probe(f"an element inside: {line.label}", spoilt(letter, line, fill), letter.contract, line.name)
    for letter, line in _lines()
)
_SCRIBBLED = tuple(
    probe(f"text before: {line.label}", spoilt(letter, line, write_before), letter.contract, "text")
    for letter, line in _lines()
)


def _to_the_strict(letter: Letter, line: Line) -> str:
    body = letter.body()
    for each in body.iter("{*}healthcare_facility"):
        each.text = STRICT_UNIT
    empty(at(body, line.path))
    return envelope(body, address(STRICT_UNIT) + ACTOR)


_EMPTY_FOR_THE_STRICT = tuple(
    probe(
        f"empty where nothing empty is taken: {line.label} (rule 28)", _to_the_strict(letter, line), line.name, "empty"
    )
    for letter, line in _lines()
    if not line.is_mandatory and line.kind
)


def with_element(letter: Letter, path: tuple[str, ...], tag: str, text: str) -> str:
    """The message with one more element at the end of a part."""
    body = letter.body()
    etree.SubElement(at(body, path), tag).text = text
    return envelope(body)


_ORDERS = tuple(letter for letter in LETTERS if letter.contract in ("MakeBooking", "UpdateBooking"))
_SLOT = ("requestedTimeslot",)
_EXTRA = tuple(
    probe(f"{name} in {letter.contract}", with_element(letter, path, tag, text), letter.contract, *says)
    for letter in _ORDERS
    for name, path, tag, text, says in (
        *(
            (f"{flag} {text}", _SLOT, f"{{{CORE}}}{flag}", text, (flag, "must not"))
            for flag in _FLAGS
            for text in ("true", "0")
        ),
        *(
            (f"isInvitation {text}", _SLOT, f"{{{CORE}.1}}isInvitation", text, ("isInvitation", "must not"))
            for text in ("true", "false")
        ),
        *(
            (
                f"cancel_booking_allowed {text!r}",
                _SLOT,
                f"{{{CORE}}}cancel_booking_allowed",
                text,
                ("cancel_booking_allowed", "true nor false"),
            )
            for text in ("yes", "TRUE", "2", "-0", "ja", "0.0", "\u0661", "true false")
        ),
        ("isInvitation in the core", _SLOT, f"{{{CORE}}}isInvitation", "true", ("isInvitation", "no place")),
        (
            "isInvitation in the responder's",
            _SLOT,
            f"{{{letter.namespace}}}isInvitation",
            "true",
            ("isInvitation", "no place"),
        ),
        (
            "a stranger in the timeslot (rule 32)",
            _SLOT,
            "{urn:foreign}stranger",
            "x",
            ("requestedTimeslot", "stranger", "no place"),
        ),
        ("a stranger of no namespace", (), "stranger", "x", ("stranger", "without namespace")),
        ("a stranger of the contract", (), f"{{{letter.namespace}}}stranger", "x", ("stranger", "no place")),
        (
            "a stranger of the core in the contact",
            ("subject_of_care_info",),
            f"{{{CORE}}}stranger",
            "x",
            ("stranger", "no place"),
        ),
    )
)

PROBES: tuple[Probe, ...] = (
    *_REMOVED,
    *_EMPTIED,
    *_DOUBLED,
    *_MISPLACED,
    *_MISNAMED,
    *_ABROAD,
    *_FILLED,
    *_SCRIBBLED,
    *_EMPTY_FOR_THE_STRICT,
    *_EXTRA,
)
