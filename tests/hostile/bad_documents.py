"""Bodies that are no XML, or no well-formed XML."""

import gzip
import json
import random
import zlib

from hostile.probe import VALID, XML, Probe, of_type, probe, swapped

_NOT_WELL_FORMED = "not well-formed"
_BYTES = VALID.encode()
_NOISE = random.Random(1).randbytes(4000)


def _in_reason(text: str) -> str:
    """The message with something else where it says why the patient comes."""
    return swapped(VALID, "Ont i knät", text)


_NO_BODY = tuple(
    probe(f"no body: {name}", body, "no body")
    for name, body in {
        "nothing": b"",
        "one blank": b" ",
        "line breaks": b"\r\n\r\n\n",
        "tabs": b"\t" * 100,
        "a NUL": b"\0",
        "many NULs": b"\0" * 5000,
    }.items()
)

_NO_XML = tuple(
    probe(f"no XML: {name}", body, "not")
    for name, body in {
        "a word": b"hello",
        "a number": b"42",
        "JSON": json.dumps({"MakeBooking": {"healthcare_facility": "SE2321000016-DEMO1"}}).encode(),
        "a form": b"healthcare_facility=SE2321000016-DEMO1&bookingId=1",
        "YAML": b"MakeBooking:\n  healthcare_facility: SE2321000016-DEMO1\n",
        "a PNG": b"\x89PNG\r\n\x1a\n" + _NOISE,
        "a PDF": b"%PDF-1.7\n" + _NOISE,
        "a zip": b"PK\x03\x04" + _NOISE,
        "noise": _NOISE,
        "noise in base64": b"TWFrZUJvb2tpbmc=" * 50,
        "gzip": gzip.compress(_BYTES, mtime=0),
        "deflate": zlib.compress(_BYTES),
        "an HTTP request": b"POST /soap HTTP/1.1\r\nHost: localhost\r\n\r\n" + _BYTES,
        "a template": b"{{ 7 * 7 }}${7*7}<%= 7*7 %>",
        "a format": b"%s%s%s%n%n{0.__class__}",
        "SQL": b"'; DROP TABLE bookings; --",
        "a pickle": b"\x80\x04cos\nsystem\n(S'true'\ntR.",
        "EXI": b"$EXI\x80\x20" + _NOISE[:200],
        "fast infoset": b"\xe0\x00\x00\x01\x00" + _NOISE[:200],
    }.items()
)

_OTHER_TYPES = tuple(
    probe(
        f"content type {content_type or 'of blanks'}", body, "Content-Type", "text/xml", headers=of_type(content_type)
    )
    for content_type, body in {
        "application/json": b'{"bookingId": 1}',
        "application/x-www-form-urlencoded": b"bookingId=1",
        "text/html": b"<html><body/></html>",
        "text/plain": _BYTES,
        "application/octet-stream": _BYTES,
        "image/svg+xml": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "text/xml-external-parsed-entity": _BYTES,
        "text/xmlx": _BYTES,
        "text": _BYTES,
        "text/": _BYTES,
        "/xml": _BYTES,
        "*/*": _BYTES,
        "text/xml, text/xml": _BYTES,
        "application/fastinfoset": _NOISE[:100],
        "application/xop+xml": _BYTES,
        "multipart/form-data; boundary=x": b'--x\r\nContent-Disposition: form-data; name="f"\r\n\r\n1\r\n--x--\r\n',
        'multipart/related; type="application/xop+xml"; boundary=x': (
            b'--x\r\nContent-Type: application/xop+xml; type="text/xml"\r\n\r\n' + _BYTES + b"\r\n--x--\r\n"
        ),
        'multipart/related; type="text/xml"; boundary=x': (
            b"--x\r\nContent-Type: text/xml\r\n\r\n" + _BYTES + b"\r\n--x--\r\n"
        ),
        "multipart/related": _BYTES,
    }.items()
)

_BROKEN = tuple(
    probe(f"not well-formed: {name}", body, _NOT_WELL_FORMED)
    for name, body in {
        "less-than alone": "<",
        "an open tag": "<a",
        "an unclosed element": "<a>",
        "only an end tag": "</a>",
        "only a declaration": '<?xml version="1.0" encoding="UTF-8"?>',
        "only a comment": "<!-- a -->",
        "only an instruction": "<?a b?>",
        "only CDATA": "<![CDATA[a]]>",
        "two roots": VALID + swapped(VALID, '<?xml version="1.0" encoding="UTF-8"?>\n', ""),
        "text after the root": VALID + "text",
        "text before the declaration": "text" + VALID,
        "a blank before the declaration": " " + VALID,
        "a line break before the declaration": "\r\n" + VALID,
        "a comment before the declaration": "<!-- a -->" + VALID,
        "two declarations": '<?xml version="1.0"?>' + VALID,
        "a declaration without version": swapped(VALID, ' version="1.0"', ""),
        "a declaration that does not end": swapped(VALID, "?>", ">"),
        "a name that begins with a digit": _in_reason("<1a/>"),
        "end tags crossed": _in_reason("<a><b></a></b>"),
        "an end tag too many": _in_reason("</a>"),
        "an end tag of other case": swapped(VALID, "</c:reason>", "</c:Reason>"),
        "an attribute twice": _in_reason('<a b="1" b="2"/>'),
        "an attribute twice by two prefixes": _in_reason('<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="2"/>'),
        "an attribute without quotes": _in_reason("<a b=1/>"),
        "an attribute without value": _in_reason("<a b/>"),
        "less-than in an attribute": _in_reason('<a b="<"/>'),
        "an undeclared prefix": _in_reason("<p:a/>"),
        "an undeclared prefix of an attribute": _in_reason('<a p:b="1"/>'),
        "a prefix undone": _in_reason('<p:a xmlns:p=""/>'),
        "the prefix xml bound elsewhere": _in_reason('<a xmlns:xml="urn:other"/>'),
        "the prefix xmlns declared": _in_reason('<a xmlns:xmlns="urn:other"/>'),
        "a line break after a prefix's colon": _in_reason('<a xmlns:\r\nb="urn:other"/>'),
        "two colons in a name": _in_reason("<c:a:b/>"),
        "an ampersand alone": _in_reason("A & B"),
        "an unknown entity": _in_reason("&nbsp;"),
        "an unknown entity in an attribute": _in_reason('<a b="&nbsp;"/>'),
        "an entity without end": _in_reason("&amp"),
        "a reference to NUL": _in_reason("&#0;"),
        "a reference to a control character": _in_reason("&#x1;"),
        "a reference to a surrogate": _in_reason("&#xD800;"),
        "a reference to U+FFFE": _in_reason("&#xFFFE;"),
        "a reference beyond Unicode": _in_reason("&#x110000;"),
        "a reference to a very large number": _in_reason(f"&#{'9' * 5000};"),
        "a reference without number": _in_reason("&#;"),
        "a NUL in a value": _in_reason("a\0b"),
        "a NUL after the message": VALID + "\0",
        "a control character in a value": _in_reason("a\x01b"),
        "an escape character in a value": _in_reason("a\x1b[31mb"),
        "a form feed between elements": swapped(VALID, "<c:reason>", "\f<c:reason>"),
        "U+FFFE in a value": _in_reason("a\ufffeb"),
        "U+FFFF in a value": _in_reason("a\uffffb"),
        "two hyphens in a comment": _in_reason("<!-- a -- b -->"),
        "a comment without end": _in_reason("<!-- a"),
        "CDATA without end": _in_reason("<![CDATA[ a"),
        "CDATA's end alone": _in_reason("a ]]> b"),
        "an instruction called xml": _in_reason("<?xml version='1.0'?>"),
        "an instruction without end": _in_reason("<?a b"),
        "a conditional section": _in_reason("<![INCLUDE[ a ]]>"),
        "an entity declaration in the body": _in_reason("<!ENTITY a 'b'>"),
    }.items()
)

_SECRET = "\x7f Gunilla vill inte att detta syns, Exempelqvist"
_NOT_QUOTED = {
    "a namespace": _in_reason(f'<a xmlns:q="{_SECRET}"/>'),
    "a default namespace": _in_reason(f'<a xmlns="{_SECRET}"/>'),
    "a comment without end": _in_reason(f"<!-- {_SECRET}"),
    "a comment with hyphens": _in_reason(f"<!-- {_SECRET} -- -->"),
    "CDATA without end": _in_reason(f"<![CDATA[{_SECRET}"),
    "an instruction without end": _in_reason(f"<?a {_SECRET}"),
    "an attribute": _in_reason(f'<a b="{_SECRET}<"/>'),
    "an attribute without end": _in_reason(f'<a b="{_SECRET}'),
    "an attribute with an ampersand": _in_reason(f'<a b="{_SECRET} & "/>'),
    "a text with an ampersand": _in_reason(f"{_SECRET} & {_SECRET}"),
    "a text with CDATA's end": _in_reason(f"{_SECRET}]]>{_SECRET}"),
    "a text with a control character": _in_reason(f"{_SECRET}\x01{_SECRET}"),
    "a text in a wrong tag": _in_reason(f"<a>{_SECRET}</b>"),
    "a text after the end": VALID + _SECRET,
    "a text before the beginning": _SECRET + VALID,
    "a declaration": swapped(VALID, 'version="1.0"', f'version="{_SECRET}"'),
}
_UNQUOTED = tuple(probe(f"not quoted: {name}", body, _NOT_WELL_FORMED) for name, body in _NOT_QUOTED.items())

_TRUNCATED = tuple(
    probe(f"truncated after {length} bytes", _BYTES[:length], "well-formed" if length else "no body")
    for length in range(50, len(_BYTES), 50)
)

_COMPRESSED = tuple(
    probe(f"content encoding {encoding}", body, "Content-Encoding", headers=(*XML, ("Content-Encoding", encoding)))
    for encoding, body in {
        "gzip": gzip.compress(_BYTES, mtime=0),
        "GZIP": gzip.compress(_BYTES, mtime=0),
        "deflate": zlib.compress(_BYTES),
        "br": _NOISE,
        "identity, gzip": gzip.compress(_BYTES, mtime=0),
        "x": _BYTES,
        "gzip, gzip": gzip.compress(gzip.compress(b"0" * 5_000_000, mtime=0), mtime=0),
    }.items()
)

PROBES: tuple[Probe, ...] = (*_NO_BODY, *_NO_XML, *_OTHER_TYPES, *_BROKEN, *_UNQUOTED, *_TRUNCATED, *_COMPRESSED)
