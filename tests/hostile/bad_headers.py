"""Messages whose SOAP headers do not say whom they are for and who acts."""

from hostile.letters import (
    ACTOR,
    BY_CONTRACT,
    HEADERS,
    LETTERS,
    PATIENT,
    QUERIES,
    REGISTRY,
    SOAP,
    UNIT,
    address,
    envelope,
)
from hostile.probe import VALID, Probe, probe, swapped

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NEXT = "http://schemas.xmlsoap.org/soap/actor/next"
_MAKE = BY_CONTRACT["MakeBooking"].body()


def _headed(headers: str) -> str:
    return envelope(_MAKE, headers)


def _actor(inside: str, attributes: str = "") -> str:
    return f'<a:Actor xmlns:a="{HEADERS}"{attributes}>{inside}</a:Actor>'


_ID = f"<a:actorId>{PATIENT}</a:actorId>"
_TYPE = "<a:actorType>subject_of_care</a:actorType>"

_NO_ADDRESS = tuple(
    probe(
        f"LogicalAddress left out of {letter.contract} (rule 16)",
        envelope(letter.body(), ACTOR),
        "LogicalAddress",
        "missing",
    )
    for letter in LETTERS
)

_ADDRESSES = tuple(
    probe(f"LogicalAddress: {name} (rule 16)", body, "LogicalAddress", says)
    for name, says, body in (
        ("no Header at all", "missing", swapped(VALID, f"<s:Header>{address()}{ACTOR}</s:Header>", "")),
        ("an empty Header", "missing", _headed("")),
        ("empty", "empty", _headed(address("") + ACTOR)),
        ("of blanks", "empty", _headed(address("  \t\n ") + ACTOR)),
        ("of a hard space", "empty", _headed(address("\u00a0") + ACTOR)),
        ("of a comment", "empty", _headed(address("<!-- a -->") + ACTOR)),
        ("of an element", "empty", _headed(address("<a/>") + ACTOR)),
        ("with an element after it", "elements", _headed(address(f"{UNIT}<a/>") + ACTOR)),
        ("a blank before", "white space", _headed(address(f" {UNIT}") + ACTOR)),
        ("a blank after", "white space", _headed(address(f"{UNIT} ") + ACTOR)),
        ("line breaks around", "white space", _headed(address(f"\n  {UNIT}\n") + ACTOR)),
        ("a referenced line break", "white space", _headed(address(f"{UNIT}&#13;&#10;") + ACTOR)),
        ("a hard space after", "white space", _headed(address(f"{UNIT}\u00a0") + ACTOR)),
        ("an ideographic space before", "white space", _headed(address(f"\u3000{UNIT}") + ACTOR)),
        ("a blank in CDATA", "white space", _headed(address(f"<![CDATA[{UNIT} ]]>") + ACTOR)),
        ("twice", "2 times", _headed(address() + address() + ACTOR)),
        ("two different", "2 times", _headed(address() + address("SE2321000016-DEMO2") + ACTOR)),
        ("three around the Actor", "3 times", _headed(address() + ACTOR + address() + address())),
        ("of another namespace", "missing", _headed(address().replace(REGISTRY, REGISTRY + "0") + ACTOR)),
        ("of no namespace", "missing", _headed(f"<LogicalAddress>{UNIT}</LogicalAddress>" + ACTOR)),
        ("of SOAP's namespace", "missing", _headed(f"<s:LogicalAddress>{UNIT}</s:LogicalAddress>" + ACTOR)),
        ("in small letters", "missing", _headed(address().replace("LogicalAddress", "logicaladdress") + ACTOR)),
        ("misspelt", "missing", _headed(address().replace("LogicalAddress", "LogicalAdress") + ACTOR)),
        ("inside another block", "missing", _headed(f'<q:q xmlns:q="urn:q">{address()}{ACTOR}</q:q>')),
        ("in a comment", "missing", _headed(f"<!--{address()}-->" + ACTOR)),
        (
            "an attribute of the Header",
            "missing",
            swapped(_headed(ACTOR), "<s:Header", f'<s:Header LogicalAddress="{UNIT}"'),
        ),
        (
            "the To of addressing",
            "missing",
            _headed(f'<w:To xmlns:w="http://www.w3.org/2005/08/addressing">{UNIT}</w:To>' + ACTOR),
        ),
        ("nil", "empty", _headed(address("").replace(">", f' xmlns:i="{_XSI}" i:nil="true">', 1) + ACTOR)),
    )
)

_NO_ACTOR = tuple(
    probe(f"Actor left out of {letter.contract} (rule 18)", envelope(letter.body(), address()), "Actor", "missing")
    for letter in LETTERS
    if letter.contract != "PingForConfiguration"
)

_ACTORS = tuple(
    probe(f"Actor: {name} (rule 18)", _headed(address() + actor), "Actor", *says)
    for name, actor, says in (
        ("empty", _actor(""), ("actorId",)),
        ("of text", _actor("subject_of_care"), ("text",)),
        ("text between", _actor(f"{_ID}text{_TYPE}"), ("text",)),
        ("text after", _actor(f"{_ID}{_TYPE}text"), ("text",)),
        ("without id", _actor(_TYPE), ("actorId", "missing")),
        ("without type", _actor(_ID), ("actorType", "missing")),
        ("an empty id", _actor(f"<a:actorId/>{_TYPE}"), ("actorId", "empty")),
        ("an id of blanks", _actor(f"<a:actorId>  </a:actorId>{_TYPE}"), ("actorId", "empty")),
        ("an empty type", _actor(f"{_ID}<a:actorType/>"), ("actorType", "empty")),
        ("a padded id", _actor(f"<a:actorId> {PATIENT}</a:actorId>{_TYPE}"), ("actorId", "white space")),
        ("a padded type", _actor(f"{_ID}<a:actorType>subject_of_care </a:actorType>"), ("actorType",)),
        ("an unknown type", _actor(f"{_ID}<a:actorType>staff</a:actorType>"), ("actorType", "subject_of_care_agent")),
        ("a type in capitals", _actor(f"{_ID}<a:actorType>SUBJECT_OF_CARE</a:actorType>"), ("actorType",)),
        ("a type in camel case", _actor(f"{_ID}<a:actorType>subjectOfCare</a:actorType>"), ("actorType",)),
        (
            "two types in one",
            _actor(f"{_ID}<a:actorType>subject_of_care subject_of_care_agent</a:actorType>"),
            ("actorType",),
        ),
        (
            "a type with a NUL's picture",
            _actor(f"{_ID}<a:actorType>subject_of_care\u2400</a:actorType>"),
            ("actorType",),
        ),
        ("the order turned", _actor(f"{_TYPE}{_ID}"), ("actorId", "order")),
        ("two ids", _actor(f"{_ID}{_ID}{_TYPE}"), ("actorId", "once")),
        ("two types", _actor(f"{_ID}{_TYPE}{_TYPE}"), ("actorType", "once")),
        ("a stranger of its own namespace", _actor(f"{_ID}{_TYPE}<a:actorName>x</a:actorName>"), ("actorName",)),
        ("a stranger of no namespace", _actor(f"{_ID}{_TYPE}<actorName>x</actorName>"), ("actorName",)),
        ("a stranger first", _actor(f'<q:q xmlns:q="urn:q"/>{_ID}{_TYPE}'), ("actorId",)),
        ("parts of no namespace", _actor("<actorId>1</actorId><actorType>subject_of_care</actorType>"), ("actorId",)),
        ("an element in the id", _actor(f"<a:actorId>{PATIENT}<b/></a:actorId>{_TYPE}"), ("actorId", "element")),
        ("an attribute", _actor(f"{_ID}{_TYPE}", ' a="1"'), ("attribute",)),
        ("an attribute of the id", _actor(_ID.replace("Id>", 'Id a="1">', 1) + _TYPE), ("actorId", "attribute")),
        ("twice", ACTOR + ACTOR, ("2 times",)),
        ("two different", ACTOR + ACTOR.replace("subject_of_care<", "subject_of_care_agent<"), ("2 times",)),
        ("nil", f'<a:Actor xmlns:a="{HEADERS}" xmlns:i="{_XSI}" i:nil="true"/>', ()),
    )
)

_OTHER_NAMES = tuple(
    probe(f"Actor: {name} (rule 18)", _headed(address() + actor), "Actor", "missing")
    for name, actor in (
        ("of another namespace", ACTOR.replace(HEADERS, HEADERS + "0")),
        ("of the registry", ACTOR.replace(HEADERS, REGISTRY)),
        ("of no namespace", f"<Actor>{_ID}{_TYPE}</Actor>".replace("a:", "")),
        ("in small letters", ACTOR.replace("a:Actor", "a:actor")),
        ("inside the address's neighbour", f'<q:q xmlns:q="urn:q">{ACTOR}</q:q>'),
    )
)


def _of_version_1_0(contract: str) -> str:
    """As version 1.0 had it: nobody acts and no patient is named, nor anything else of 1.1."""
    body = BY_CONTRACT[contract].body()
    for child in list(body):
        if "subject_of_care" in child.tag or "Responder:1.1}" in child.tag:
            body.remove(child)
    return envelope(body, address())


_VERSION_1_0 = tuple(
    probe(
        f"version 1.0 of {letter.contract} (rule 99)", _of_version_1_0(letter.contract), letter.contract, "1.0", "1.1"
    )
    for letter in QUERIES
    if letter.contract != "GetBookingDetails"
)


def _block(name: str, attributes: str) -> str:
    return address() + ACTOR + f'<q:{name} xmlns:q="urn:q" {attributes}/>'


_NOT_UNDERSTOOD = tuple(
    probe(f"mustUnderstand: {name} (rule 19)", body, *says, code="MustUnderstand")
    for name, body, says in (
        ("1", _headed(_block("Trace", 's:mustUnderstand="1"')), ("Trace", "urn:q")),
        ("true", _headed(_block("Trace", 's:mustUnderstand="true"')), ("Trace",)),
        ("1 with blanks", _headed(_block("Trace", 's:mustUnderstand=" 1 "')), ("Trace",)),
        ("1 for the next", _headed(_block("Trace", f's:mustUnderstand="1" s:actor="{_NEXT}"')), ("Trace",)),
        ("1 for an empty actor", _headed(_block("Trace", 's:mustUnderstand="1" s:actor=""')), ("Trace",)),
        ("1 by another prefix", _headed(_block("Trace", f'xmlns:p="{SOAP}" p:mustUnderstand="1"')), ("Trace",)),
        (
            "the second block",
            _headed(_block("Fine", "") + '<q:Trace xmlns:q="urn:q" s:mustUnderstand="1"/>'),
            ("Trace",),
        ),
        ("the first block", _headed('<q:Trace xmlns:q="urn:q" s:mustUnderstand="1"/>' + address() + ACTOR), ("Trace",)),
        ("of no namespace", _headed(address() + ACTOR + '<Trace s:mustUnderstand="1"/>'), ("Trace",)),
        (
            "an address of another namespace",
            _headed(_block("LogicalAddress", 's:mustUnderstand="1"')),
            ("LogicalAddress",),
        ),
        ("an Actor of another namespace", _headed(_block("Actor", 's:mustUnderstand="1"')), ("Actor", "urn:q")),
        (
            "WS-Security",
            _headed(
                address() + ACTOR + '<w:Security s:mustUnderstand="1" xmlns:w="http://docs.oasis-open.org/wss/2004/01/'
                'oasis-200401-wss-wssecurity-secext-1.0.xsd"/>'
            ),
            ("Security",),
        ),
        (
            "WS-Addressing",
            _headed(address() + ACTOR + '<w:To s:mustUnderstand="1" xmlns:w="http://www.w3.org/2005/08/addressing"/>'),
            ("To",),
        ),
        (
            "in a query",
            envelope(BY_CONTRACT["GetAllTimeTypes"].body(), _block("Trace", 's:mustUnderstand="1"')),
            ("Trace",),
        ),
        (
            "in a ping",
            envelope(BY_CONTRACT["PingForConfiguration"].body(), _block("Trace", 's:mustUnderstand="1"')),
            ("Trace",),
        ),
        ("without the address", _headed('<q:Trace xmlns:q="urn:q" s:mustUnderstand="1"/>'), ("Trace",)),
        ("a name of many letters", _headed(_block("T" * 5000, 's:mustUnderstand="1"')), ("TTTT",)),
        ("a name that is a person id", _headed(_block("p197001239297", 's:mustUnderstand="1"')), ("header",)),
    )
)

_ODD_MUST_UNDERSTAND = tuple(
    probe(
        f"mustUnderstand: {value or 'nothing'}",
        _headed(_block("Trace", f's:mustUnderstand="{value}"')),
        "mustUnderstand",
    )
    for value in ("", "2", "yes", "TRUE", "01", "-1", "\u0661", "1 1")
)

PROBES: tuple[Probe, ...] = (
    *_NO_ADDRESS,
    *_ADDRESSES,
    *_NO_ACTOR,
    *_ACTORS,
    *_OTHER_NAMES,
    *_VERSION_1_0,
    *_NOT_UNDERSTOOD,
    *_ODD_MUST_UNDERSTAND,
)
