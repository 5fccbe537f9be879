"""Requests made by chance: valid ones with any values, then spoilt in their structure, then in their bytes."""

from copy import deepcopy
from dataclasses import dataclass, field

from hypothesis import strategies as st
from lxml import etree

from hostile.letters import ACTOR, CORE, LETTERS, PATIENTS, SOAP, STRICT_UNIT, UNIT, Letter, Line, address, at, envelope
from hostile.probe import Headers
from hostile.test_injection import INJECTIONS

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_WORDS = st.sampled_from([*INJECTIONS.values(), "", " ", "x", "0", "-1", "true", "ja", "\u0661", "å"])
_TEXTS = _WORDS | st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=40)
_UNITS = (UNIT, UNIT.lower(), STRICT_UNIT, "SE2321000016-DEMO3", "TSTNMT2321000156-TIDB", "5565594230")
_DAYS = st.dates().map(lambda day: f"{day.year:04}{day:%m%d}")
_MOMENTS = st.datetimes().map(lambda when: f"{when.year:04}{when:%m%d%H%M%S}")
VALUES = {
    "hsa": st.sampled_from([*_UNITS, "SE2321000016-DEMOP1", "se2321000016-demop1"]) | _TEXTS,
    "id": st.sampled_from(["DEMO-BOOKING-1", "DEMO-OPEN-1", "DEMO-TIMED-1", "demo-open-1", "x" * 5000]) | _TEXTS,
    "code": st.sampled_from(["NYBESOK", "ALLMAN", "RUM1", "nybesok"]) | _TEXTS,
    "person": st.sampled_from([*PATIENTS, "19121212T212", "19121212t212", "000000000000", "198000602394"])
    | st.from_regex(r"[0-9]{8}[0-9pPtTfF][0-9]{3}", fullmatch=True)
    | _TEXTS,
    "day": st.sampled_from(["20990501", "20990531", "10000101", "99991231", "20990231", "20990500"]) | _DAYS | _TEXTS,
    "moment": st.sampled_from(
        ["20990504090000", "20990504093000", "20990505090000", "20990505093000", "20270328023000"]
    )
    | _MOMENTS
    | _TEXTS,
    "text": _TEXTS,
    "uri": _TEXTS,
}
_NAMES = sorted(
    {line.name for letter in LETTERS for line in letter.lines} | {"isInvitation", "message_allowed", "stranger"}
)
_SPACES = sorted(
    {line.tag[1:].partition("}")[0] for letter in LETTERS for line in letter.lines} | {"urn:foreign", SOAP}
)
_TAGS = st.sampled_from(_NAMES) | st.builds("{{{}}}{}".format, st.sampled_from(_SPACES), st.sampled_from(_NAMES))
_ATTRIBUTES = st.sampled_from(
    [
        ("a", "1"),
        (f"{{{_XSI}}}nil", "true"),
        (f"{{{_XSI}}}type", "c:HsaIdType"),
        (f"{{{SOAP}}}mustUnderstand", "1"),
        (f"{{{SOAP}}}actor", "urn:other"),
        ("{http://www.w3.org/XML/1998/namespace}lang", "sv"),
        (f"{{{CORE}}}b", "2"),
    ]
)
_TOKENS = st.sampled_from(
    [
        b"<", b">", b"&", b'"', b"'", b"/", b"=", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<?a b?>", b"&#0;", b"&#65;",
        b"&amp;", b"&x;", b"<!DOCTYPE e>", b"<!DOCTYPE e [<!ENTITY x 'y'>]>", b"<?xml version='1.0'?>", b' xmlns=""',
        b' xmlns:s="urn:x"', b"</s:Body>", b"<s:Body>", b"<s:Header/>", b"</s:Envelope>", b"\0", b"\xff", b"\xfe\xff",
        b"\xff\xfe", b"\xef\xbb\xbf", b"\xc0\xaf", b"\xed\xa0\x80", b"\r", b"\x0c", b"UTF-16", b"ISO-8859-1", b"1.1",
        b"http://www.w3.org/2003/05/soap-envelope", b"x" * 70_000, b"<a>" * 300,
    ]
)  # fmt: skip
_ENCODINGS = (  # what the declaration says, what the HTTP header says, and the codec that is really used
    *[("UTF-8", "text/xml; charset=utf-8", "utf-8")] * 6,
    ("", "text/xml", "utf-8"),
    ("UTF-16", "text/xml", "utf-16"),
    ("ISO-8859-1", "text/xml; charset=iso-8859-1", "iso-8859-1"),
    ("US-ASCII", "text/xml", "us-ascii"),
)
_CODECS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "us-ascii", "utf-32", "utf-7")
_DECLARED = ("UTF-8", "UTF-16", "ISO-8859-1", "US-ASCII", "utf-16le", "klingon", "")
_TYPES = (
    "text/xml; charset=utf-8",
    "text/xml",
    "",
    "text/xml; charset=utf-16",
    "text/xml; charset=iso-8859-1",
    "application/soap+xml; charset=utf-8",
    "application/json",
    "multipart/related",
    "text/xml; charset=klingon",
)


@dataclass(frozen=True, kw_only=True)
class Shot:
    """What is sent, and which contract it was to begin with."""

    contract: str
    body: bytes = field(repr=True)
    headers: Headers
    path: str = "/soap"
    query: str = ""


@st.composite
def bodies(draw: st.DrawFn) -> tuple[Letter, etree._Element]:
    """A request whose elements are all in their places: some left out, some repeated, their values anything."""
    letter = draw(st.sampled_from(LETTERS))
    body = letter.body()
    lines = draw(st.lists(st.sampled_from(letter.lines), max_size=4, unique_by=lambda line: line.path))
    for line in lines:
        _change(draw, body, line)
    return letter, body


def _change(draw: st.DrawFn, body: etree._Element, line: Line) -> None:
    elements = [element for element in _parent(body, line) if element.tag == line.tag]
    if not elements:
        return
    if not line.is_mandatory and draw(st.booleans()):
        elements[0].getparent().remove(elements[0])
    elif line.cardinality == "*" and draw(st.booleans()):
        elements[0].addnext(deepcopy(elements[0]))
    elif line.kind:
        write(elements[0], draw(VALUES[line.kind]))


def _parent(body: etree._Element, line: Line) -> etree._Element:
    try:
        return at(body, line.path[:-1])
    except StopIteration:  # the part was left out
        return etree.Element("nothing")


def write(element: etree._Element, text: str) -> None:
    """Text of characters that XML has; what it has not is for the bytes to bring."""
    element.text = "".join(
        letter for letter in text if letter in "\t\n\r" or letter.isprintable() or letter == "\u200b"
    )


_WHOM = (*[address()] * 8, address(STRICT_UNIT), address("5565594230"), address(UNIT.lower()), address(" x"), "")
_WHO = (
    *[ACTOR] * 8,
    *[ACTOR.replace(">subject_of_care<", ">subject_of_care_agent<")] * 2,
    ACTOR.replace(PATIENTS[0], PATIENTS[1]),
    ACTOR.replace(PATIENTS[0], ""),
    "",
)
_MORE = (*[""] * 8, '<q:q xmlns:q="urn:q" s:mustUnderstand="1"/>', '<q xmlns="urn:q"/>', "text")


@st.composite
def headings(draw: st.DrawFn) -> str:
    """Mostly in order, so that what is wrong with the body is not hidden behind them."""
    blocks = [draw(st.sampled_from(each)) for each in (_WHOM, _WHO, _MORE)]
    return "".join(draw(st.permutations(blocks)))


@st.composite
def valid_shots(draw: st.DrawFn) -> Shot:
    """In order as XML and SOAP, with any headers and values."""
    letter, body = draw(bodies())
    text = envelope(body, draw(headings()))
    return Shot(contract=letter.contract, body=text.encode(), headers=(("Content-Type", "text/xml; charset=utf-8"),))


@st.composite
def spoilt_shots(draw: st.DrawFn) -> Shot:
    """With the tree disturbed, in any encoding, under any name."""
    letter, body = draw(bodies())
    root = etree.fromstring(envelope(body, draw(headings())).encode())
    for _ in range(draw(st.integers(1, 3))):
        _disturb(draw, draw(st.sampled_from(_where_to_disturb(root))))
    label = draw(st.sampled_from(_ENCODINGS))
    return _written(letter, root, label, draw(st.sampled_from(["/soap", letter.path, "/elsewhere"])))


@st.composite
def mislabelled_shots(draw: st.DrawFn) -> Shot:
    """In an encoding that need not be the one it is said to be."""
    letter, body = draw(bodies())
    root = etree.fromstring(envelope(body).encode())
    label = draw(st.tuples(*map(st.sampled_from, (_DECLARED, _TYPES, _CODECS))))
    return _written(letter, root, label, "/soap")


def _written(letter: Letter, root: etree._Element, label: tuple[str, str, str], path: str) -> Shot:
    declared, content_type, codec = label
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    text = declaration + etree.tostring(root, encoding="unicode")
    body = text.encode(codec, "xmlcharrefreplace")
    return Shot(contract=letter.contract, body=body, headers=(("Content-Type", content_type),), path=path)


def _where_to_disturb(root: etree._Element) -> list[etree._Element]:
    """Any element, but most often one of the request."""
    request = [element for part in root.findall(f"{{{SOAP}}}Body/*") for element in part.iter(etree.Element)]
    return request * 4 + list(root.iter(etree.Element))


def _disturb(draw: st.DrawFn, element: etree._Element) -> None:
    parent = element.getparent()
    act = draw(
        st.sampled_from(("write", "rename", "attribute", "insert", "remark", "double", "remove", "move", "wrap"))
    )
    if act == "write":
        write(element, draw(_TEXTS))
    elif act == "rename":
        element.tag = draw(_TAGS)
    elif act == "attribute":
        element.set(*draw(_ATTRIBUTES))
    elif act == "insert":
        element.insert(draw(st.integers(0, len(element))), etree.Element(draw(_TAGS)))
    elif act == "remark":
        element.insert(0, draw(st.sampled_from((etree.Comment("c"), etree.ProcessingInstruction("p", "q")))))
    elif parent is not None:
        _displace(draw, element, parent, act)


def _displace(draw: st.DrawFn, element: etree._Element, parent: etree._Element, act: str) -> None:
    if act == "double":
        element.addnext(deepcopy(element))
    elif act == "remove":
        parent.remove(element)
    elif act == "move":
        parent.insert(draw(st.integers(0, len(parent))), element)
    elif act == "wrap":
        wrapper = etree.Element(draw(_TAGS))
        parent.replace(element, wrapper)
        wrapper.append(element)


@st.composite
def broken_shots(draw: st.DrawFn) -> Shot:
    """With bytes cut out, put in and turned round, and any HTTP headers around them."""
    shot = draw(valid_shots())
    content = bytearray(shot.body)
    for _ in range(draw(st.sampled_from((1, 1, 1, 2, 4)))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 30)))
        content[start:end] = draw(_TOKENS | st.binary(max_size=8) | st.just(bytes(content[start:end]) * 2))
    names = st.sampled_from(
        ("SOAPAction", "x-skltp-correlation-id", "Content-Encoding", "x-rivta-original-serviceconsumer-hsaid")
    )
    values = st.text(st.characters(max_codepoint=255), max_size=20) | st.just("SE2321000016-1077") | st.just("identity")
    more = draw(st.none() | st.tuples(names, values))
    latin = st.text(st.characters(max_codepoint=255), max_size=10)
    return Shot(
        contract=shot.contract,
        body=bytes(content),
        headers=shot.headers if more is None else (*shot.headers, more),
        path="/soap/" + draw(latin),
        query=draw(latin),
    )
