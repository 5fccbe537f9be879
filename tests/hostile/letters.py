"""Valid requests of the twelve contracts, written down from the contract description and not from the product."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
REGISTRY = "urn:riv:itintegration:registry:1"
HEADERS = "urn:riv:interoperability:headers:1"
CORE = "urn:riv:crm:scheduling:1"
PING = "urn:riv:itintegration:monitoring:PingForConfigurationResponder:1"
UNIT, STRICT_UNIT, LENIENT_UNIT = "SE2321000016-DEMO1", "SE2321000016-DEMO2", "SE2321000016-DEMO3"
PATIENT = "197001239297"
PATIENTS = (PATIENT, "195501142284", "196201082697", "199001012385")
ACTOR = (
    f'<a:Actor xmlns:a="{HEADERS}"><a:actorId>{PATIENT}</a:actorId><a:actorType>subject_of_care</a:actorType></a:Actor>'
)

# Element for element in the order of the schema. R the responder's namespace, E its extension, C the core, X the
# core's extension; 1 mandatory, ? optional, * repeated; then what kind of value it is, and a value.
_REQUESTS = """
GetAllTimeTypes
  R healthcare_facility       1 hsa    SE2321000016-DEMO1
  E careTypeIDs               * code   ALLMAN
  E subject_of_care           1 person 197001239297
GetAllCareTypes
  R healthcare_facility       1 hsa    SE2321000016-DEMO1
  R timeTypeIDs               * code   NYBESOK
  R performer                 * hsa    SE2321000016-DEMOP1
  R subject_of_care           1 person 197001239297
GetAllPerformers
  R healthcare_facility       1 hsa    SE2321000016-DEMO1
  R timeTypeIDs               * code   NYBESOK
  R careTypeIDs               * code   ALLMAN
  R subject_of_care           1 person 197001239297
GetAllHealthcareFacilities
  R healthcare_facility       1 hsa    SE2321000016-DEMO1
  R subject_of_care           1 person 197001239297
  R bookingId                 ? id     DEMO-BOOKING-1
GetAvailableDates
  R healthcare_facility       1 hsa    SE2321000016-DEMO1
  R bookingId                 ? id     DEMO-BOOKING-1
  R startDateInclusive        1 day    20990501
  R endDateInclusive          1 day    20990531
  R performer                 * hsa    SE2321000016-DEMOP1
  R timeTypeName              ? text   Nybesök
  R timeTypeID                ? code   NYBESOK
  R careTypeName              ? text   Allmänmedicin
  R careTypeID                ? code   ALLMAN
  E subject_of_care           1 person 197001239297
GetAvailableTimeslots
  R healthcare_facility       1 hsa    SE2321000016-DEMO1
  R bookingId                 ? id     DEMO-BOOKING-1
  R startDateInclusive        1 day    20990501
  R endDateInclusive          1 day    20990531
  R performer                 * hsa    SE2321000016-DEMOP1
  R timeTypeName              ? text   Nybesök
  R timeTypeID                ? code   NYBESOK
  R careTypeName              ? text   Allmänmedicin
  R careTypeID                ? code   ALLMAN
  E subject_of_care           1 person 197001239297
GetBookingDetails
  R healthcare_facility       1 hsa    SE2321000016-DEMO1
  R bookingId                 1 id     DEMO-BOOKING-1
GetSubjectOfCareSchedule
  R healthcare_facility       1 hsa    SE2321000016-DEMO1
  R subject_of_care           1 person 197001239297
MakeBooking
  R healthcare_facility_med   1 hsa    SE2321000016-DEMO1
  R requestedTimeslot         1
    C startTimeInclusive      1 moment 20990504090000
    C endTimeExclusive        1 moment 20990504093000
    C healthcare_facility     1 hsa    SE2321000016-DEMO1
    C performer               ? hsa    SE2321000016-DEMOP1
    C bookingId               ? id     a-slot-of-old
    C subject_of_care         1 person 197001239297
    C purpose                 ? text   Besök
    C reason                  ? text   Ont i knät
    C resourceName            ? text   Rum 1
    C healthcare_facility_name ? text  Mottagningen
    C performerName           ? text   Anna Exempelsson
    C resourceID              ? code   RUM1
    C timeTypeName            ? text   Nybesök
    C timeTypeID              ? code   NYBESOK
    C careTypeName            ? text   Allmänmedicin
    C careTypeID              ? code   ALLMAN
  R subject_of_care_info      1
    C phone                   ? text   070-174 06 05
    C email                   ? text   gunilla@exempel.example
    C address                 ? text   Exempelgatan 1
    C coaddress               ? text   c/o Exempel
    X firstName               1 text   Gunilla
    X middleName              ? text   Maria
    X lastName                1 text   Exempelqvist
  R notification              ? text   ja
UpdateBooking
  R requestedTimeslot         1
    C startTimeInclusive      1 moment 20990505090000
    C endTimeExclusive        1 moment 20990505093000
    C healthcare_facility     1 hsa    SE2321000016-DEMO1
    C performer               ? hsa    SE2321000016-DEMOP1
    C bookingId               1 id     DEMO-BOOKING-1
    C subject_of_care         1 person 197001239297
    C reason                  ? text   Ont i knät
    C timeTypeID              ? code   NYBESOK
  R subject_of_care_info      ?
    C phone                   ? text   070-174 06 05
    X firstName               1 text   Gunilla
    X lastName                1 text   Exempelqvist
  R notification              ? text   ja
CancelBooking
  R healthcare_facility       1 hsa    SE2321000016-DEMO1
  R bookingId                 1 id     DEMO-BOOKING-1
  R message                   ? text   Jag är frisk igen
PingForConfiguration
  R serviceContractNamespace  1 uri    urn:riv:crm:scheduling:MakeBookingResponder:1
  R logicalAddress            1 uri    SE2321000016-DEMO1
"""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One element of a request, as the table above has it."""

    contract: str
    tag: str
    name: str
    cardinality: str
    kind: str
    value: str
    path: tuple[str, ...]

    @property
    def is_mandatory(self) -> bool:
        return self.cardinality == "1"

    @property
    def is_extension(self) -> bool:
        return ":1.1}" in self.tag

    @property
    def label(self) -> str:
        return f"{self.contract}/{'/'.join(self.path)}"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A request: what its body is, before anybody tampers with it."""

    contract: str
    namespace: str
    lines: tuple[Line, ...]

    @property
    def path(self) -> str:
        if self.contract == "PingForConfiguration":
            return "/itintegration/monitoring/PingForConfiguration/1/rivtabp21"
        return f"/crm/scheduling/{self.contract}/1/rivtabp21"

    @property
    def updates(self) -> bool:
        return self.contract in ("MakeBooking", "UpdateBooking", "CancelBooking")

    def body(self) -> etree._Element:
        """The whole request, optional elements too."""
        spaces = {"r": self.namespace, "e": f"{self.namespace}.1", "c": CORE, "x": f"{CORE}.1"}
        used = {line.tag[1:].partition("}")[0] for line in self.lines} | {self.namespace}
        prefixes = {prefix: space for prefix, space in spaces.items() if space in used}
        root = etree.Element(f"{{{self.namespace}}}{self.contract}", nsmap=prefixes)
        for line in self.lines:
            element = etree.SubElement(at(root, line.path[:-1]), line.tag)
            element.text = line.value or None
        return root


def at(root: etree._Element, path: tuple[str, ...]) -> etree._Element:
    """The element that the names lead to."""
    for name in path:
        root = next(child for child in root if etree.QName(child).localname == name)
    return root


def envelope(body: etree._Element | str, headers: str | None = None) -> str:
    """A SOAP 1.1 message around a body, with the usual headers unless others are given."""
    inner = body if isinstance(body, str) else etree.tostring(body, encoding="unicode")
    headers = address() + ACTOR if headers is None else headers
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<s:Envelope xmlns:s="{SOAP}"><s:Header>{headers}</s:Header><s:Body>{inner}</s:Body></s:Envelope>'
    )


def address(of: str = UNIT) -> str:
    return f'<l:LogicalAddress xmlns:l="{REGISTRY}">{of}</l:LogicalAddress>'


def _letters() -> Iterator[Letter]:
    rows: list[str] = []
    for row in [*_REQUESTS.strip().splitlines(), "end"]:
        if rows and not row.startswith(" "):
            yield _letter(rows[0], rows[1:])
            rows = []
        rows.append(row)


def _letter(contract: str, rows: list[str]) -> Letter:
    namespace = PING if contract == "PingForConfiguration" else f"urn:riv:crm:scheduling:{contract}Responder:1"
    spaces = {"R": namespace, "E": f"{namespace}.1", "C": CORE, "X": f"{CORE}.1"}
    lines: list[Line] = []
    parent = ""
    for row in rows:
        space, name, cardinality, kind, value = (*row.split(maxsplit=4), "", "")[:5]
        parent = "" if not row.startswith("    ") else parent
        lines.append(
            Line(
                contract=contract,
                tag=f"{{{spaces[space]}}}{name}",
                name=name,
                cardinality=cardinality,
                kind=kind,
                value=value,
                path=(parent, name) if parent else (name,),
            )
        )
        parent = parent or ("" if kind else name)
    return Letter(contract=contract, namespace=namespace, lines=tuple(lines))


LETTERS = tuple(_letters())
BY_CONTRACT = {letter.contract: letter for letter in LETTERS}
QUERIES = tuple(letter for letter in LETTERS if not letter.updates and letter.contract != "PingForConfiguration")
UPDATES = tuple(letter for letter in LETTERS if letter.updates)


def message(contract: str, **values: str | None) -> str:
    """The contract's valid message, with other values in some elements or without them (None)."""
    body = BY_CONTRACT[contract].body()
    for element in list(body.iter(etree.Element)):
        name = etree.QName(element).localname
        if name in values:
            replace(element, values[name])
    return envelope(body)


def replace(element: etree._Element, value: str | None) -> None:
    parent = element.getparent()
    if value is None and parent is not None:
        parent.remove(element)
    else:
        element.text = value
