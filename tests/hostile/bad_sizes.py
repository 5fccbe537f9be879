"""Bodies that are large, deep or many, to be refused before they cost much (rule 14)."""

from collections.abc import Callable

from hostile.letters import ACTOR, BY_CONTRACT, address, envelope
from hostile.probe import VALID, Probe, probe, swapped

LARGEST = 15_728_640
_REASON = "Ont i knät"


def _reason(text: str) -> Callable[[], bytes]:
    return lambda: swapped(VALID, _REASON, text).encode()


def _in_request(before: str, what: str, times: int) -> Callable[[], bytes]:
    return lambda: swapped(VALID, before, what * times + before).encode()


def _attributes(times: int, name: str) -> str:
    return " ".join(f'{name}{number}="{number}"' for number in range(times))


def _nested(depth: int, opening: str, closing: str) -> Callable[[], bytes]:
    return lambda: swapped(VALID, _REASON, opening * depth + closing * depth).encode()


def _padded_to(size: int) -> Callable[[], bytes]:
    return lambda: VALID.encode().ljust(size)


_MANY = ("more than", "tags and attributes")

PROBES: tuple[Probe, ...] = tuple(
    probe(f"size: {name}", body, *says)
    for name, body, says in (
        ("20 MB of blanks after the message", _padded_to(20_000_000), ("larger than", str(LARGEST))),
        ("one byte too many", _padded_to(LARGEST + 1), ("larger than", str(LARGEST))),
        ("20 MB of a value", lambda: swapped(VALID, _REASON, "x" * 20_000_000).encode(), ("larger than",)),
        ("20 MB of NULs", lambda: b"\0" * 20_000_000, ("larger than",)),
        ("20 MB of less-thans", lambda: b"<" * 20_000_000, ("larger than",)),
        ("15 MB of less-thans", lambda: b"<" * 15_000_000, ("tags and attributes",)),
        ("15 MB of open tags", lambda: b"<a>" * 5_000_000, ("tags and attributes",)),
        ("15 MB of ampersands", lambda: VALID.encode().replace(b"Ont i", b"&" * 15_000_000), ("not well-formed",)),
        ("15 MB of comments without end", lambda: b"<!--" * 3_750_000, ("tags and attributes",)),
        ("15 MB of instructions without end", lambda: b"<?a " * 3_750_000, ("tags and attributes",)),
        ("15 MB of blanks", lambda: b" " * 15_000_000, ("no body",)),
        ("15 MB of BOMs", lambda: b"\xef\xbb\xbf" * 5_000_000, ("not well-formed",)),
        ("15 MB of blanks before a type", lambda: b" " * 15_000_000 + b"<!DOCTYPE e>", ("DOCTYPE",)),
        ("15 MB of elements", lambda: VALID.encode().replace(b"<r:notif", b"<b/>" * 3_700_000 + b"<r:notif"), _MANY),
        ("15 MB of elements and text", lambda: b"<a>" + b"<b/>x" * 3_000_000 + b"</a>", _MANY),
        ("15 MB of attributes", lambda: b"<a>" + b'<b a="" b="" c="" d=""/>' * 600_000 + b"</a>", _MANY),
        ("15 MB of headers", lambda: VALID.encode().replace(b"<s:Header>", b"<s:Header>" + b"<b/>" * 3_700_000), _MANY),
        ("15 MB of names", lambda: b"<a>" + b"".join(b"<n%x/>" % n for n in range(1_600_000)) + b"</a>", _MANY),
        ("7 MB of UTF-16 less-thans", lambda: b"\xff\xfe" + b"<\x00" * 3_500_000, ("utf-16",)),
        (
            "100,000 attributes of the request",
            lambda: swapped(VALID, "<r:MakeBooking", f"<r:MakeBooking {_attributes(100_000, 'a')}").encode(),
            ("attribute",),
        ),
        (
            "100,000 attributes of a value",
            lambda: swapped(VALID, "<c:reason", f"<c:reason {_attributes(100_000, 'a')}").encode(),
            ("reason", "attribute"),
        ),
        (
            "100,000 attributes of an Actor",
            lambda: swapped(VALID, "<a:Actor", f"<a:Actor {_attributes(100_000, 'b')}").encode(),
            ("Actor", "attribute"),
        ),
        (
            "100,000 namespaces and an attribute",
            lambda: swapped(VALID, "<c:reason", f'<c:reason {_attributes(100_000, "xmlns:q")} b="1"').encode(),
            ("reason", "attribute"),
        ),
        (
            "an attribute of 9 MB",
            lambda: swapped(VALID, "<c:reason", f'<c:reason a="{"x" * 9_000_000}"').encode(),
            ("reason", "attribute"),
        ),
        (
            "an attribute of 12 MB",
            lambda: swapped(VALID, "<c:reason", f'<c:reason a="{"x" * 12_000_000}"').encode(),
            ("not well-formed",),
        ),
        ("a value of 12 MB", _reason("x" * 12_000_000), ("not well-formed",)),
        ("a name of 1 MB", _reason(f"<{'a' * 1_000_000}/>"), ("not well-formed",)),
        ("a prefix of 1 MB", _reason(f'<{"p" * 1_000_000}:a xmlns:{"p" * 1_000_000}="urn:p"/>'), ("not well-formed",)),
        ("10,000 nested elements", _nested(10_000, "<a>", "</a>"), ("not well-formed",)),
        ("10,000 nested elements of the contract", _nested(10_000, "<c:reason>", "</c:reason>"), ("not well-formed",)),
        ("10,000 nested namespaces", _nested(10_000, '<p:a xmlns:p="urn:p">', "</p:a>"), ("not well-formed",)),
        ("200 nested elements", _nested(200, "<a>", "</a>"), ("reason", "element")),
        (
            "10,000 nested elements in a header",
            lambda: envelope(
                BY_CONTRACT["MakeBooking"].body(), address() + ACTOR + "<a>" * 10_000 + "</a>" * 10_000
            ).encode(),
            ("not well-formed",),
        ),
        ("10,000 elements left open", lambda: b"<a>" * 10_000, ("not well-formed",)),
        ("100,000 elements of none", _in_request("<r:notification>", "<a/>", 100_000), ("MakeBooking", "no place")),
        (
            "100,000 elements of the contract",
            _in_request("<r:notification>", "<r:notification>a</r:notification>", 100_000),
            ("notification", "once"),
        ),
        (
            "100,000 empty elements of the contract",
            _in_request("<r:notification>", "<r:notification/>", 100_000),
            ("notification", "once"),
        ),
        (
            "100,000 foreign elements before the end",
            _in_request("<r:notification>", '<q xmlns="urn:q"/>', 100_000),
            ("notification", "order"),
        ),
        (
            "100,000 addresses",
            lambda: envelope(BY_CONTRACT["MakeBooking"].body(), address() * 100_000 + ACTOR).encode(),
            ("LogicalAddress", "100000 times"),
        ),
        (
            "50,000 Actors",
            lambda: envelope(BY_CONTRACT["MakeBooking"].body(), address() + ACTOR * 50_000).encode(),
            ("Actor", "50000 times"),
        ),
        (
            "100,000 headers and one that insists",
            lambda: envelope(
                BY_CONTRACT["MakeBooking"].body(),
                address() + ACTOR + '<q xmlns="urn:q" s:mustUnderstand="2"/>' * 100_000,
            ).encode(),
            ("mustUnderstand",),
        ),
        (
            "100,000 Bodies",
            lambda: swapped(VALID, "<s:Body>", "<s:Body/>" * 100_000 + "<s:Body>").encode(),
            ("Envelope",),
        ),
        (
            "a person id of 1 MB",
            lambda: swapped(VALID, "<c:subject_of_care>197001239297", f"<c:subject_of_care>{'1' * 1_000_000}").encode(),
            ("subject_of_care", "12 characters"),
        ),
        (
            "a moment of 1 MB",
            lambda: swapped(VALID, "20990504090000", "2" * 1_000_000).encode(),
            ("startTimeInclusive",),
        ),
        (
            "an actor type of 1 MB",
            lambda: swapped(VALID, ">subject_of_care<", f">{'s' * 1_000_000}<").encode(),
            ("actorType",),
        ),
        (
            "a contract's name of 40,000 letters",
            lambda: envelope(f'<{"m" * 40_000} xmlns="urn:m"/>').encode(),
            ("No contract",),
        ),
        (
            "a type's name of 1 MB",
            lambda: swapped(
                VALID,
                "<c:reason>",
                f'<c:reason xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="{"c" * 1_000_000}">',
            ).encode(),
            ("reason",),
        ),
    )
)
