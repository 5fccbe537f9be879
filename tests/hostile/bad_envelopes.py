"""Well-formed XML that is no SOAP 1.1 message of a contract."""

import re

from hostile.letters import ACTOR, CORE, LETTERS, SOAP, Letter, address, envelope
from hostile.probe import VALID, XML, Probe, of_type, probe, swapped

_SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_HEADERS = address() + ACTOR
_INNER = VALID[VALID.index("<s:Body>") + len("<s:Body>") : VALID.index("</s:Body>")]


def _around(body: str, headers: str = f"<s:Header>{_HEADERS}</s:Header>", after: str = "") -> str:
    return f'<s:Envelope xmlns:s="{SOAP}">{headers}{body}{after}</s:Envelope>'


def _of_space(namespace: str) -> str:
    return VALID.replace(SOAP, namespace)


_ROOTS = tuple(
    probe(f"root: {name}", body, "root", says)
    for name, says, body in (
        ("html", "html", "<html><body><p>hej</p></body></html>"),
        ("the request itself", "MakeBooking", _INNER),
        ("Body", "Body", f'<s:Body xmlns:s="{SOAP}">{_INNER}</s:Body>'),
        ("Header", "Header", f'<s:Header xmlns:s="{SOAP}"/>'),
        ("Fault", "Fault", f'<s:Fault xmlns:s="{SOAP}"/>'),
        ("envelope", "envelope", VALID.replace("s:Envelope", "s:envelope")),
        ("Envelopes", "Envelopes", VALID.replace("s:Envelope", "s:Envelopes")),
        ("xs:schema", "schema", '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>'),
        ("a WSDL", "definitions", '<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"/>'),
        ("XML-RPC", "methodCall", "<methodCall><methodName>MakeBooking</methodName></methodCall>"),
        ("a very long name", "root", f"<{'a' * 40_000}/>"),
        ("a name that is a person id", "root", "<p197001239297/>"),
    )
)

_VERSIONS = tuple(
    probe(f"version: {name}", body, "SOAP 1.1", code="VersionMismatch", headers=headers)
    for name, body, headers in (
        ("SOAP 1.2", _of_space(_SOAP_12), XML),
        ("SOAP 1.2 with its content type", _of_space(_SOAP_12), of_type("application/soap+xml; charset=utf-8")),
        (
            "SOAP 1.2 with an action",
            _of_space(_SOAP_12),
            of_type('application/soap+xml; charset=utf-8; action="urn:riv:crm:scheduling:MakeBookingResponder:1"'),
        ),
        ("SOAP 1.2 of an early draft", _of_space("http://www.w3.org/2001/12/soap-envelope"), XML),
        ("SOAP 1.1 without slash", _of_space(SOAP.rstrip("/")), XML),
        ("SOAP 1.1 over https", _of_space(SOAP.replace("http:", "https:")), XML),
        ("SOAP 1.1 in capitals", _of_space(SOAP.upper()), XML),
        ("no namespace", re.sub("(</?)s:", r"\1", VALID), XML),
        ("a namespace of one's own", _of_space("urn:own"), XML),
    )
)

_SHAPES = tuple(
    probe(f"envelope: {name}", body, *says)
    for name, body, says in (
        ("nothing in it", _around("", ""), ("Envelope", "Body", "nothing")),
        ("a Header alone", _around(""), ("Envelope", "Body")),
        ("two Bodies", _around(f"<s:Body>{_INNER}</s:Body><s:Body>{_INNER}</s:Body>"), ("Envelope", "Body, Body")),
        ("two Headers", _around(f"<s:Header/><s:Body>{_INNER}</s:Body>"), ("Envelope", "Header, Header")),
        ("Header last", _around(f"<s:Body>{_INNER}</s:Body>", "", f"<s:Header>{_HEADERS}</s:Header>"), ("Header",)),
        ("an element first", _around(f"<s:Body>{_INNER}</s:Body>", "<a/>"), ("Envelope", "Body")),
        ("an element between", _around(f"<a/><s:Body>{_INNER}</s:Body>"), ("Envelope", "Body")),
        ("an element last", _around(f"<s:Body>{_INNER}</s:Body><a/>"), ("Envelope", "Body")),
        ("a Fault beside the Body", _around(f"<s:Body>{_INNER}</s:Body><s:Fault/>"), ("Envelope", "Fault")),
        ("Body of no namespace", _around(f"<Body>{_INNER}</Body>"), ("Envelope", "Body")),
        ("Header of no namespace", _around(f"<s:Body>{_INNER}</s:Body>", f"<Header>{_HEADERS}</Header>"), ("Header",)),
        ("body of other case", _around(f"<s:body>{_INNER}</s:body>"), ("Envelope", "Body")),
        ("Body in SOAP 1.2", _around(f'<b:Body xmlns:b="{_SOAP_12}">{_INNER}</b:Body>'), ("Envelope", "Body")),
        ("an Envelope in the Envelope", _around(_around(f"<s:Body>{_INNER}</s:Body>")), ("Envelope",)),
        ("text before the Body", _around(f"text<s:Body>{_INNER}</s:Body>"), ("Envelope", "text")),
        ("text after the Body", _around(f"<s:Body>{_INNER}</s:Body>text"), ("text",)),
        (
            "text in the Header",
            _around(f"<s:Body>{_INNER}</s:Body>", f"<s:Header>text{_HEADERS}</s:Header>"),
            ("text",),
        ),
        ("a hard space in the Header", swapped(VALID, "<s:Header>", "<s:Header>\u00a0"), ("Header", "text")),
        ("a hard space in the Body", swapped(VALID, "<s:Body>", "<s:Body>\u00a0"), ("Body", "text")),
        ("an empty Body", _around("<s:Body/>"), ("Body", "holds 0")),
        ("a Body of white space", _around("<s:Body>\n  \t\n</s:Body>"), ("Body", "holds 0")),
        ("a Body of text", _around("<s:Body>MakeBooking</s:Body>"), ("Body", "text")),
        ("a Body of CDATA", _around(f"<s:Body><![CDATA[{_INNER}]]></s:Body>"), ("Body", "text")),
        ("a Body of escaped XML", _around("<s:Body>&lt;MakeBooking/&gt;</s:Body>"), ("Body", "text")),
        ("a Body of a comment", _around(f"<s:Body><!--{_INNER}--></s:Body>"), ("Body", "holds 0")),
        ("a Body of an instruction", _around("<s:Body><?MakeBooking now?></s:Body>"), ("Body", "holds 0")),
        ("text before the request", _around(f"<s:Body>text{_INNER}</s:Body>"), ("Body", "text")),
        ("text after the request", _around(f"<s:Body>{_INNER}text</s:Body>"), ("Body", "text")),
        ("two requests", _around(f"<s:Body>{_INNER}{_INNER}</s:Body>"), ("Body", "holds 2")),
        ("a request and something else", _around(f"<s:Body>{_INNER}<a/></s:Body>"), ("Body", "holds 2")),
        ("a thousand requests", _around(f"<s:Body>{_INNER * 1000}</s:Body>"), ("Body", "holds 1000")),
        (
            "a Fault as the request",
            _around("<s:Body><s:Fault><faultcode>s:Client</faultcode></s:Fault></s:Body>"),
            ("Fault",),
        ),
        (
            "an Envelope as the request",
            _around(f"<s:Body>{_around(f'<s:Body>{_INNER}</s:Body>')}</s:Body>"),
            ("Envelope",),
        ),
        ("a Body as the request", _around(f"<s:Body><s:Body>{_INNER}</s:Body></s:Body>"), ("Body",)),
        ("LogicalAddress as the request", _around(f"<s:Body>{address()}</s:Body>"), ("LogicalAddress",)),
    )
)


def _renamed(letter: Letter, name: str, namespace: str) -> str:
    body = letter.body()
    body.tag = f"{{{namespace}}}{name}" if namespace else name
    return envelope(body)


_WRONG_SPACES = tuple(
    probe(
        f"{letter.contract} of the namespace {namespace or 'none'}", _renamed(letter, letter.contract, namespace), *says
    )
    for letter in LETTERS
    for namespace, says in (
        ("", (letter.contract, "namespace", "none")),
        (letter.namespace.removesuffix(":1") + ":2", (letter.contract, "namespace", letter.namespace)),
    )
)

_UNKNOWN = tuple(
    probe(f"unknown contract: {name}", envelope(f'<r:{name} xmlns:r="{space}"/>'), "No contract", name)
    for name, space in (
        ("GetCancelledAndRebooked", "urn:riv:crm:scheduling:GetCancelledAndRebookedResponder:1"),
        ("GetAllTimetypes", "urn:riv:crm:scheduling:GetAllTimetypesResponder:1"),
        ("GetAllHealthcareFacilitites", "urn:riv:crm:scheduling:GetAllHealthcareFacilititesResponder:1"),
        ("GetBookingDetail", "urn:riv:crm:scheduling:GetBookingDetailResponder:1"),
        ("makeBooking", "urn:riv:crm:scheduling:MakeBookingResponder:1"),
        ("MakeBookingResponse", "urn:riv:crm:scheduling:MakeBookingResponder:1"),
        ("MakeBookingRequest", "urn:riv:crm:scheduling:MakeBookingResponder:1"),
        ("requestedTimeslot", "urn:riv:crm:scheduling:MakeBookingResponder:1"),
        ("Update", "urn:riv:itintegration:engagementindex:UpdateResponder:1"),
        ("GetSupportedServiceContracts", "urn:riv:itintegration:registry:GetSupportedServiceContractsResponder:2"),
        ("__class__", "urn:riv:crm:scheduling:MakeBookingResponder:1"),
        ("DROP-TABLE", "urn:x';DROP%20TABLE%20bookings;--"),
    )
)

_ATTRIBUTES = tuple(
    probe(f"attribute: {name}", swapped(VALID, f"<{element}", f"<{element} {attribute}"), *says)
    for name, element, attribute, says in (
        ("one of one's own on the request", "r:MakeBooking", 'a="1"', ("MakeBooking", "attribute")),
        ("one of one's own on a value", "c:reason", 'a="1"', ("reason", "attribute")),
        ("one of one's own on a part", "r:requestedTimeslot", 'a="1"', ("requestedTimeslot", "attribute")),
        ("of a foreign namespace", "c:reason", 'xmlns:q="urn:q" q:a="1"', ("reason", "attribute")),
        ("of the contract's namespace", "c:reason", 'c:a="1"', ("reason", "attribute")),
        ("xml:lang", "c:reason", 'xml:lang="sv"', ("reason", "attribute")),
        ("xml:id", "c:reason", 'xml:id="a"', ("reason", "attribute")),
        ("xml:base", "c:reason", 'xml:base="http://127.0.0.1:9/"', ("reason", "attribute")),
        ("xml:space on the request", "r:MakeBooking", 'xml:space="preserve"', ("MakeBooking", "attribute")),
        ("encodingStyle on the request", "r:MakeBooking", f's:encodingStyle="{SOAP}"', ("MakeBooking", "attribute")),
        ("mustUnderstand on the request", "r:MakeBooking", 's:mustUnderstand="1"', ("MakeBooking", "attribute")),
        ("href of SOAP encoding", "r:requestedTimeslot", 'href="#id1"', ("requestedTimeslot", "attribute")),
        ("id of SOAP encoding", "r:requestedTimeslot", 'id="id1"', ("requestedTimeslot", "attribute")),
        ("nil on the request", "r:MakeBooking", f'xmlns:i="{_XSI}" i:nil="true"', ("MakeBooking",)),
        ("nil on a mandatory value", "c:subject_of_care", f'xmlns:i="{_XSI}" i:nil="true"', ("subject_of_care",)),
        ("nil on an optional value", "c:reason", f'xmlns:i="{_XSI}" i:nil="1"', ("reason",)),
        ("nil on a part", "r:subject_of_care_info", f'xmlns:i="{_XSI}" i:nil="true"', ("subject_of_care_info",)),
        (
            "nil denied, which is no right of it either",
            "c:reason",
            f'xmlns:i="{_XSI}" i:nil="false"',
            ("reason", "nil"),
        ),
        ("nil that is no boolean", "c:reason", f'xmlns:i="{_XSI}" i:nil="maybe"', ("reason",)),
        ("a type that is unknown", "c:reason", f'xmlns:i="{_XSI}" i:type="c:NoSuchType"', ("reason", "type")),
        ("a type that does not fit", "c:reason", f'xmlns:i="{_XSI}" i:type="c:TimeslotType"', ("reason", "type")),
        ("a type of no prefix", "c:reason", f'xmlns:i="{_XSI}" i:type="q:string"', ("reason", "type")),
        (
            "a type wider than the schema's",
            "c:subject_of_care",
            f'xmlns:i="{_XSI}" i:type="c:HsaIdType"',
            ("subject_of_care", "type"),
        ),
        (
            "a type for the part of another",
            "r:subject_of_care_info",
            f'xmlns:i="{_XSI}" i:type="c:TimeslotType"',
            ("subject_of_care_info", "type"),
        ),
        (
            "one of the instance namespace that is none",
            "c:reason",
            f'xmlns:i="{_XSI}" i:a="1"',
            ("reason", "attribute"),
        ),
    )
)

_TRICKS = tuple(
    probe(f"namespace: {name}", body, *says)
    for name, body, says in (
        (
            "the core bound to another",
            VALID.replace(f'"{CORE}"', '"urn:riv:crm:scheduling:2"'),
            ("requestedTimeslot", "no place"),
        ),
        ("the core with a blank", VALID.replace(f'"{CORE}"', f'" {CORE}"'), ("URI",)),
        ("the core in capitals", VALID.replace(f'"{CORE}"', f'"{CORE.upper()}"'), ("requestedTimeslot", "no place")),
        (
            "a prefix bound anew inside",
            swapped(VALID, "<c:reason", '<c:reason xmlns:c="urn:other"'),
            ("reason", "no place"),
        ),
        (
            "parts in the responder's",
            VALID.replace("<c:", "<r:").replace("</c:", "</r:"),
            ("requestedTimeslot", "no place"),
        ),
        ("everything in the core", VALID.replace("<r:", "<c:").replace("</r:", "</c:"), ("MakeBooking", "namespace")),
        (
            "names in the core (9.5)",
            VALID.replace("<x:", "<c:").replace("</x:", "</c:"),
            ("subject_of_care_info", "firstName"),
        ),
        (
            "the default undone inside",
            swapped(VALID, "<c:reason>Ont i knät</c:reason>", '<reason xmlns="">a</reason>'),
            ("reason", "without namespace"),
        ),
    )
)

PROBES: tuple[Probe, ...] = (*_ROOTS, *_VERSIONS, *_SHAPES, *_WRONG_SPACES, *_UNKNOWN, *_ATTRIBUTES, *_TRICKS)
