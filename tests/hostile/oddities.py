"""Requests that look strange and are right all the same, each with the plain request that it must be answered like."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hostile.letters import ACTOR, BY_CONTRACT, HEADERS, UNIT, address, envelope, message
from hostile.probe import ANY, XML, Headers, of_type, swapped

PLAIN = message("GetBookingDetails")
SEARCH = message("GetAvailableTimeslots", bookingId=None)
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_BARE = swapped(PLAIN, _DECLARATION, "")
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_DETAILS = BY_CONTRACT["GetBookingDetails"]
_LARGEST = 15_728_640


@dataclass(frozen=True, kw_only=True)
class Oddity:
    name: str
    body: Callable[[], bytes] = field(repr=False)
    plain: str = field(default=PLAIN, repr=False)
    headers: Headers = XML
    path: str = ANY
    query: str = ""
    environ: Callable[[bytes], dict[str, Any]] = lambda _: {}


def _odd(name: str, body: str | bytes, plain: str = PLAIN, **others: Any) -> Oddity:
    content = body.encode() if isinstance(body, str) else body
    return Oddity(name=name, body=lambda: content, plain=plain, **others)


_ACTIONS = tuple(
    _odd(f"SOAPAction {action[:60]!r} (rule 7)", PLAIN, headers=(*XML, ("SOAPAction", action)))
    for action in (
        '"urn:riv:crm:scheduling:GetBookingDetailsResponder:1:GetBookingDetails"',
        "urn:riv:crm:scheduling:GetBookingDetailsResponder:1:GetBookingDetails",
        "'urn:riv:crm:scheduling:GetBookingDetailsResponder:1:GetBookingDetails'",
        "",
        '""',
        '"urn:riv:crm:scheduling:CancelBookingResponder:1:CancelBooking"',
        "hokus pokus",
        "\xe5\xe4\xf6",
        "x" * 10_000,
    )
)

_CONTENT_TYPES = (
    *(
        _odd(f"content type {content_type!r}", PLAIN, headers=of_type(content_type))
        for content_type in (
            "text/xml",
            "text/xml;charset=UTF-8",
            "text/xml;charset=utf-8",
            'text/xml; charset="utf-8"',
            "text/xml;   charset = UTF-8",
            "TEXT/XML; CHARSET=UTF-8",
            "text/xml; charset=utf8",
            'text/xml; charset=utf-8; action="urn:any"',
            "text/xml; charset=utf-8; charset=utf-8",
            "text/xml;",
            " text/xml",
            "application/xml",
            "",
        )
    ),
    _odd("no content type", PLAIN, headers=()),
)


def _headed(headers: str) -> str:
    return envelope(_DETAILS.body(), headers)


_HEADERS = tuple(
    _odd(f"headers: {name} (rule 19)", body)
    for name, body in (
        ("Actor first", _headed(ACTOR + address())),
        (
            "unknown blocks around",
            _headed(f'<q:a xmlns:q="urn:q"/>{address()}<q:b xmlns:q="urn:q">text</q:b>{ACTOR}<c/>'),
        ),
        ("an unknown block of much", _headed(address() + ACTOR + f'<q:a xmlns:q="urn:q">{"<b>c</b>" * 1000}</q:a>')),
        ("not to be understood", _headed(address() + ACTOR + '<q:a xmlns:q="urn:q" s:mustUnderstand="0"/>')),
        (
            "not to be understood, in words",
            _headed(address() + ACTOR + '<q:a xmlns:q="urn:q" s:mustUnderstand="false"/>'),
        ),
        (
            "to be understood by another",
            _headed(address() + ACTOR + '<q:a xmlns:q="urn:q" s:mustUnderstand="1" s:actor="urn:z"/>'),
        ),
        ("mustUnderstand of no namespace", _headed(address() + ACTOR + '<q:a xmlns:q="urn:q" mustUnderstand="1"/>')),
        (
            "mustUnderstand of SOAP 1.2",
            _headed(
                address()
                + ACTOR
                + '<q:a xmlns:q="urn:q" xmlns:z="http://www.w3.org/2003/05/soap-envelope" z:mustUnderstand="1"/>'
            ),
        ),
        (
            "ours to be understood",
            _headed(
                swapped(address(), "<l:LogicalAddress", '<l:LogicalAddress s:mustUnderstand="1"')
                + swapped(ACTOR, "<a:Actor", '<a:Actor s:mustUnderstand="true"')
            ),
        ),
        ("white space between", _headed(f"\n  {address()}\r\n\t{ACTOR}\n")),
        ("an address in CDATA", _headed(address(f"<![CDATA[{UNIT}]]>") + ACTOR)),
        ("an address around a comment", _headed(address(f"{UNIT[:5]}<!-- a -->{UNIT[5:]}") + ACTOR)),
        ("an address of references", _headed(address("".join(f"&#{ord(letter)};" for letter in UNIT)) + ACTOR)),
        ("an address in small letters (rule 17)", _headed(address(UNIT.lower()) + ACTOR)),
        (
            "a stranger last in the Actor",
            _headed(address() + swapped(ACTOR, "</a:Actor>", '<q xmlns="urn:q"/></a:Actor>')),
        ),
        ("comments in the Actor", _headed(address() + swapped(ACTOR, "<a:actorType>", "<!-- a --><a:actorType>"))),
        (
            "an Actor of its own default",
            _headed(address() + f'<Actor xmlns="{HEADERS}">{ACTOR.partition(">")[2]}'.replace("a:", "")),
        ),
        (
            "addressing",
            _headed(address() + ACTOR + '<w:To xmlns:w="http://www.w3.org/2005/08/addressing">urn:x</w:To>'),
        ),
    )
)


def _with_prefixes(**prefixes: str) -> str:
    """The plain message with other prefixes, or none, for the namespaces of these."""
    text = PLAIN
    for old, new in prefixes.items():
        colon = f"{new}:" if new else ""
        text = text.replace(f"<{old}:", f"<{colon}").replace(f"</{old}:", f"</{colon}")
        text = text.replace(f" xmlns:{old}=", f" xmlns:{new}=" if new else " xmlns=")
    return text


_SLOT_TYPE = f'xmlns:c="urn:riv:crm:scheduling:1" xmlns:i="{_XSI}"'
_MARKUP = tuple(
    _odd(f"markup: {name}", body)
    for name, body in (
        ("no declaration", _BARE),
        ("a declaration without encoding", f'<?xml version="1.0"?>{_BARE}'),
        ("a declaration in single quotes", f"<?xml version='1.0' encoding='utf-8' standalone='yes'?>{_BARE}"),
        ("a declaration in capitals", f'<?xml version="1.0" encoding="UTF-8" ?>\r\n\r\n{_BARE}'),
        ("blank lines first, without declaration", f"\r\n\n \t{_BARE}"),
        ("blank lines last", f"{PLAIN}\r\n\n \t"),
        ("comments around", f"{_DECLARATION}<!-- a --><!-- <!DOCTYPE a> -->{_BARE}<!-- b -->"),
        ("instructions around", f'{_DECLARATION}<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>{_BARE}<?b?>'),
        ("white space between everything", PLAIN.replace("><", ">\r\n\t <").replace("\t <s:Envelope", "<s:Envelope")),
        ("single quotes", PLAIN.replace('"', "'")),
        ("other prefixes", _with_prefixes(s="soapenv", l="h", a="h", r="_.-9")),
        ("prefixes beyond ASCII", _with_prefixes(r="åäö")),
        ("the envelope's namespace by default", _with_prefixes(s="")),
        ("the request's namespace by default", _with_prefixes(r="")),
        (
            "a prefix for each element",
            PLAIN.replace("<r:bookingId", f'<q:bookingId xmlns:q="{_DETAILS.namespace}"').replace(
                "</r:bookingId", "</q:bookingId"
            ),
        ),
        (
            "a prefix used for two",
            PLAIN.replace("<r:bookingId", f'<s:bookingId xmlns:s="{_DETAILS.namespace}"').replace(
                "</r:bookingId", "</s:bookingId"
            ),
        ),
        (
            "namespaces that nobody uses",
            swapped(PLAIN, "<s:Envelope", '<s:Envelope xmlns:x1="urn:a" xmlns:x2="urn:b" xmlns="urn:c"'),
        ),
        (
            "an encoding style",
            swapped(PLAIN, "<s:Envelope", '<s:Envelope s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"'),
        ),
        ("an empty attribute space", swapped(PLAIN, "<s:Body>", "<s:Body\n>")),
        ("a value in CDATA", PLAIN.replace(">DEMO-BOOKING-1<", "><![CDATA[DEMO-BOOKING-1]]><")),
        (
            "a value in many CDATA",
            PLAIN.replace(">DEMO-BOOKING-1<", "><![CDATA[DEMO]]><![CDATA[-]]>BOOKING<![CDATA[]]>-1<"),
        ),
        ("a value around a comment", PLAIN.replace(">DEMO-BOOKING-1<", ">DEMO-<!-- a -->BOOKING<!-- b -->-1<")),
        ("a value around an instruction", PLAIN.replace(">DEMO-BOOKING-1<", ">DEMO-<?a b?>BOOKING-1<")),
        ("a value of references", PLAIN.replace(">DEMO-BOOKING-1<", ">&#68;EMO&#x2D;BOOKING-&#0049;<")),
        ("comments everywhere", PLAIN.replace("><", "><!-- a --><").replace("?><!-- a --><s", "?><s")),
        ("the right type told", PLAIN.replace("<r:bookingId", f'<r:bookingId {_SLOT_TYPE} i:type="c:BookingIdType"')),
        (
            "a place of the schema told",
            PLAIN.replace(
                "<r:GetBookingDetails",
                f'<r:GetBookingDetails xmlns:i="{_XSI}" i:schemaLocation="{_DETAILS.namespace} http://127.0.0.1:9/x.xsd"',
            ),
        ),
        (
            "a stranger last (rule 32)",
            PLAIN.replace("</r:GetBookingDetails>", '<q:q xmlns:q="urn:q" a="b">c<d/></q:q></r:GetBookingDetails>'),
        ),
        (
            "many strangers last",
            PLAIN.replace("</r:GetBookingDetails>", '<q xmlns="urn:q"/>' * 10_000 + "</r:GetBookingDetails>"),
        ),
        (
            "a stranger of version 1.2 last",
            PLAIN.replace("</r:GetBookingDetails>", f'<q xmlns="{_DETAILS.namespace}.2">x</q></r:GetBookingDetails>'),
        ),
        ("a unit in small letters (rule 17)", PLAIN.replace(UNIT, UNIT.lower())),
    )
)


def _in(declared: str, codec: str) -> bytes:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return swapped(SEARCH, _DECLARATION, declaration).encode(codec)


_ENCODINGS = tuple(
    _odd(f"encoding: {name} (rule 15)", body, SEARCH, headers=of_type(content_type))
    for name, content_type, body in (
        ("ISO-8859-1 declared", "text/xml", _in("ISO-8859-1", "iso-8859-1")),
        ("ISO-8859-1 in the header", "text/xml; charset=ISO-8859-1", _in("", "iso-8859-1")),
        ("ISO-8859-1 in both", "text/xml; charset=iso-8859-1", _in("iso-8859-1", "iso-8859-1")),
        ("UTF-8 in the header, ISO-8859-1 left behind", "text/xml; charset=utf-8", _in("ISO-8859-1", "utf-8")),
        ("UTF-16 with BOM", "text/xml", _in("UTF-16", "utf-16")),
        ("UTF-16 with BOM, undeclared", "text/xml", _in("", "utf-16")),
        ("UTF-16 with BOM, in the header", "text/xml; charset=utf-16", _in("utf-16", "utf-16")),
        ("UTF-16 big-endian with BOM", "text/xml", b"\xfe\xff" + _in("UTF-16", "utf-16-be")),
        ("UTF-16LE without BOM", "text/xml; charset=utf-16le", _in("UTF-16LE", "utf-16-le")),
        ("UTF-16BE without BOM", "text/xml; charset=utf-16be", _in("UTF-16BE", "utf-16-be")),
        ("UTF-16 without BOM", "text/xml; charset=utf-16", _in("UTF-16", "utf-16-le")),
        ("UTF-8 with BOM", "text/xml; charset=utf-8", _in("UTF-8", "utf-8-sig")),
        ("UTF-8 with BOM, undeclared", "text/xml", _in("", "utf-8-sig")),
        ("UTF-8 undeclared", "text/xml", _in("", "utf-8")),
        (
            "ASCII with references",
            "text/xml; charset=us-ascii",
            SEARCH.replace("UTF-8", "US-ASCII").encode("ascii", "xmlcharrefreplace"),
        ),
    )
)


class _Drips(io.RawIOBase):
    """A body that comes one byte at a time."""

    def __init__(self, body: bytes) -> None:
        self._rest = io.BytesIO(body)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._rest.read(min(size, 1))


def _dripping(body: bytes) -> dict[str, Any]:
    return {"wsgi.input": _Drips(body)}


def _chunked(body: bytes) -> dict[str, Any]:
    """A body without length, which ends by itself."""
    return {"wsgi.input": io.BytesIO(body), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}


def _chunked_and_dripping(body: bytes) -> dict[str, Any]:
    return _chunked(body) | _dripping(body)


def _as_large_as_allowed() -> bytes:
    """Strangers to the last byte, none of them large."""
    end = "</r:GetBookingDetails>"
    stranger = f'<q xmlns="urn:q">{"x" * 10_000}</q>'
    room = _LARGEST - len(PLAIN.encode())
    strangers = stranger * (room // len(stranger))
    return PLAIN.replace(end, strangers + " " * (room - len(strangers)) + end).encode()


def _with_long_comment() -> bytes:
    return f"{PLAIN}<!--{'x' * 9_000_000}-->".encode()


_HTTP = (
    _odd("a query string (rule 12)", PLAIN, query="a=b&c"),
    _odd("a query that asks for the WSDL", PLAIN, query="wsdl"),
    _odd("a query of 10,000 letters", PLAIN, query="q" * 10_000),
    *(
        _odd(f"address {path!r} (rule 11)", PLAIN, path=path)
        for path in (
            _DETAILS.path,
            f"{_DETAILS.path}/",
            BY_CONTRACT["MakeBooking"].path,
            BY_CONTRACT["PingForConfiguration"].path,
            "/soap/",
            "/soap/anything/at/all",
            "/crm/scheduling/../x",
            "/crm/scheduling/%00",
            "/crm/scheduling/\0",
            "/vp/GetBookingDetails",
            "/a/path/of/the/region's/own",
            "/\xe5\xe4\xf6",
            "//soap",
            "",
        )
    ),
    *(
        _odd(f"HTTP header {name}: {value[:40]!r} (rule 12)", PLAIN, headers=(*XML, (name, value)))
        for name, value in (
            ("x-vp-sender-id", "SE2321000016-1077"),
            ("x-vp-instance-id", "SKLTP-1"),
            ("x-rivta-original-serviceconsumer-hsaid", "SE2321000016-1077"),
            ("x-rivta-original-serviceconsumer-hsaid", "not an id at all; 197001239297"),
            ("x-rivta-original-serviceconsumer-hsaid", "x" * 100_000),
            ("x-rivta-acting-on-behalf-of-hsaid", "SE2321000016-1077"),
            ("x-rivta-routing-history", "a, b, c"),
            ("x-skltp-correlation-id", ""),
            ("x-skltp-correlation-id", "a b"),
            ("x-skltp-correlation-id", "x" * 100_000),
            ("x-skltp-correlation-id", "a\r\nSet-Cookie: a=b"),
            ("x-skltp-correlation-id", "a\nb"),
            ("x-skltp-correlation-id", "\0"),
            ("x-skltp-correlation-id", "\xe5\xe4\xf6"),
            ("Accept-Encoding", "gzip, deflate, br, zstd"),
            ("Accept-Encoding", "gzip;q=1, identity;q=0"),
            ("Accept", "application/json"),
            ("Accept-Charset", "utf-16"),
            ("Accept-Language", "x" * 10_000),
            ("Expect", "100-continue"),
            ("Content-Encoding", "identity"),
            ("Content-Length", "000000" + str(len(PLAIN.encode()))),
            ("Authorization", "Basic !!!"),
            ("Cookie", "a" * 10_000),
            ("Host", "evil.example\"'><script>"),
            ("Host", ""),
            ("X-Forwarded-Proto", "gopher"),
            ("X-Forwarded-Host", "evil.example"),
            ("X-HTTP-Method-Override", "DELETE"),
            ("Range", "bytes=0-0"),
            ("If-None-Match", "*"),
            ("Upgrade", "h2c"),
            ("Content-MD5", "wrong"),
            ("Transfer-Encoding", "identity"),
            ("Content-Transfer-Encoding", "quoted-printable"),
        )
    ),
    Oddity(
        name="a thousand unknown HTTP headers (rule 12)",
        body=PLAIN.encode,
        headers=(*XML, *((f"x-{number}", str(number)) for number in range(1000))),
    ),
    _odd("a body byte by byte", PLAIN, environ=_dripping),
    _odd("a body in chunks", PLAIN, environ=_chunked),
    _odd("a body in chunks of one byte", PLAIN, environ=_chunked_and_dripping),
    Oddity(name="a body as large as allowed (rule 14)", body=_as_large_as_allowed),
    Oddity(name="a comment of 9 MB", body=_with_long_comment),
)


ODDITIES: tuple[Oddity, ...] = (*_ACTIONS, *_CONTENT_TYPES, *_HEADERS, *_MARKUP, *_ENCODINGS, *_HTTP)
