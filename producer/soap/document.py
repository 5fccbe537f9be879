"""From the bytes of a request to its XML root, or to a sentence about why not."""

import re
from typing import Final

from lxml import etree

from producer.soap.faults import ClientFault

_MOST_MARKUP: Final = 400_000
"""Tags and attributes in a document: the tree of millions takes a hundred times the room that they do (rule 14)."""
_XML_TYPES: Final = frozenset({"", "text/xml", "application/xml", "application/soap+xml"})
_CHARSET = re.compile(r';\s*charset\s*=\s*"?([^\s;"]*)', re.IGNORECASE)
_DECLARATION = re.compile(r"""\A<\?xml\s[^>]*?encoding\s*=\s*["']([^"'>]*)["']""")
# Possessive, so that a hostile prolog is read once and never over again.
_DOCTYPE = re.compile(rb"\A(?:\xef\xbb\xbf)?+(?:\s++|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)
# What the parser adds to the reason: advice for programmers, and words of the document, perhaps a patient's (rule 9).
_ASIDES = re.compile(r", (?:try|use) XML_PARSE_HUGE(?: option)?|: '.*'(?= is not a valid URI)|(?<=comment): .*")
_BYTE_ORDER_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_UNMARKED: Final = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_CODECS: Final = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "iso-8859-1",
    "iso8859-1": "iso-8859-1",
    "latin1": "iso-8859-1",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}


def root_of(body: bytes, content_type: str) -> etree._Element:
    """The root element, in whichever of the allowed character encodings it came (rules 14, 15)."""
    if content_type.partition(";")[0].strip().lower() not in _XML_TYPES:
        raise ClientFault("The Content-Type is not text/xml; a SOAP 1.1 request is XML without attachments")
    if not body.strip(b" \t\r\n\0"):
        raise ClientFault("The request has no body; a SOAP 1.1 envelope was expected")
    return _parsed(_as_utf8(body, _codec(body, content_type)))


def _codec(body: bytes, content_type: str) -> str:
    """The encoding that byte order, Content-Type and XML declaration agree on."""
    marked = next((codec for mark, codec in _BYTE_ORDER_MARKS + _UNMARKED if body.startswith(mark)), None)
    headers = [("the Content-Type", one) for one in _CHARSET.finditer(content_type)]
    opening = body[:400].decode(marked or "latin-1", "replace").lstrip("\ufeff")
    declaration = _DECLARATION.match(opening)
    found = [*headers, ("the XML declaration", declaration)]
    named = [(where, _known(match[1], where)) for where, match in found if match is not None]
    if headers and named[0][1] == "utf-8" and marked is None and _is_utf8(body):
        named = named[: len(headers)]
    named.append(("the first bytes", marked or _other_than_utf_16(named)))
    for where, codec in named[1:]:
        _agree(named[0], (where, codec))
    return marked or named[0][1]


def _is_utf8(body: bytes) -> bool:
    """A platform that re-encodes a body to UTF-8 says so, and may leave the XML declaration as it was (rule 15)."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _other_than_utf_16(named: list[tuple[str, str]]) -> str:
    """What bytes without mark can be: as named, else UTF-8; never UTF-16, whose first character shows (rule 15)."""
    return next((codec for _, codec in named if not codec.startswith("utf-16")), "utf-8")


def _known(name: str, where: str) -> str:
    try:
        return _CODECS[name.lower()]
    except KeyError:
        raise ClientFault(
            f"{where[0].upper()}{where[1:]} names an unknown charset; UTF-8, UTF-16, ISO-8859-1 and US-ASCII are read"
        ) from None


def _agree(one: tuple[str, str], other: tuple[str, str]) -> None:
    if other[1] != one[1] and not other[1].startswith(f"{one[1]}-") and not one[1].startswith(f"{other[1]}-"):
        raise ClientFault(f"The charset is {one[1]} by {one[0]} and {other[1]} by {other[0]}")


def _as_utf8(body: bytes, codec: str) -> bytes:
    try:
        text = body.decode(codec)
    except UnicodeDecodeError as reason:
        raise ClientFault(f"The body is not {codec}: {reason.reason} at byte {reason.start}") from None
    return body if codec in ("utf-8", "ascii") else text.encode()


def _parsed(document: bytes) -> etree._Element:
    if b"<!DOCTYPE" in document and _DOCTYPE.match(document):
        raise _has_type()
    if len(document) > _MOST_MARKUP and document.count(b"<") + document.count(b"=") > _MOST_MARKUP:
        raise ClientFault(f"The document has more than {_MOST_MARKUP} tags and attributes")
    try:
        root = etree.fromstring(document, _parser())
    except etree.XMLSyntaxError as reason:
        raise ClientFault(f"The body is not well-formed XML: {_first_line(reason)}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _has_type()
    return root


def _has_type() -> ClientFault:
    return ClientFault("The document has a DOCTYPE; document types and entities are not accepted")


def _first_line(reason: etree.XMLSyntaxError) -> str:
    """What is wrong and where; the parser's next line would quote the document."""
    line, column = reason.position
    place = f", line {line}, column {column}"
    return _ASIDES.sub("", reason.msg.removesuffix(place).partition("\n")[0].strip()) + place


def _parser() -> etree.XMLParser:
    """One per document: a shared one would make the threads wait for each other."""
    return etree.XMLParser(
        encoding="utf-8",  # it has been re-encoded, whatever its declaration still says
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
