"""What Engagemangsindex refuses of an Update, told by its own codes EI000 to EI006."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from lxml import etree

from producer.soap.codec import ImpossibleDate, Invalid, read, schema_errors, wall_time
from producer.soap.contracts import UPDATE
from producer.soap.index_messages import EngagementTransactionType, EngagementType, Update
from producer.soap.reading import XML_SPACE

MOST_TRANSACTIONS: Final = 1000
PLATFORM: Final = "SE165565594230-1000"
"""The national platform's own id: a post that names it would make an aggregating service call itself."""

_TRANSACTION: Final = f"{{{Update.namespace}}}engagementTransaction"
_ENGAGEMENT: Final = f"{{{EngagementType.namespace}}}engagement"
_BOOKING_DOMAIN: Final = "riv:crm:scheduling"
_KEY: Final = (
    "registeredResidentIdentification",
    "serviceDomain",
    "categorization",
    "logicalAddress",
    "businessObjectInstanceIdentifier",
    "clinicalProcessInterestId",
    "sourceSystem",
    "dataController",
)
_LONGEST: Final[Mapping[str, int]] = MappingProxyType(
    {
        "registeredResidentIdentification": 32,
        "serviceDomain": 255,
        "categorization": 255,
        "logicalAddress": 64,
        "businessObjectInstanceIdentifier": 128,
        "clinicalProcessInterestId": 128,
        "sourceSystem": 64,
        "dataController": 64,
    }
)
_OF_THE_INDEX: Final = ("owner", "creationTime", "updateTime")


class Code(StrEnum):
    """The index's own codes; a fault's text begins with one."""

    TECHNICAL = "EI000"
    SCHEMA = "EI001"
    DUPLICATE = "EI002"
    WRONG_INDEX = "EI003"
    VALUE = "EI004"
    RESERVED_ADDRESS = "EI005"
    RESERVED_SYSTEM = "EI006"


class Refused(Exception):
    """The whole Update is refused; the text begins with the code and holds nothing that was sent."""

    def __init__(self, code: Code, what: str) -> None:
        super().__init__(f"{code}: {what}")
        self.code = code


@dataclass(frozen=True, kw_only=True, slots=True)
class Judge:
    """Knows the address that the index is called by, under all its names."""

    address: str

    def transactions(self, body: etree._Element, logical_address: str) -> tuple[EngagementTransactionType, ...]:
        """The transactions of an Update that nothing is wrong with."""
        if logical_address != self.address:
            raise Refused(Code.WRONG_INDEX, f"this index is called by the logical address {self.address}")
        _check_count(len(body.findall(_TRANSACTION)))
        if (wrong := schema_errors(UPDATE, body)) is not None:
            raise Refused(Code.SCHEMA, f"the payload does not follow the XML schema: {wrong}")
        _check_values(body)
        found = _read(body)
        _check_keys(found)
        for number, transaction in enumerate(found, start=1):
            self._check_reserved(number, transaction.engagement)
            for check in _CHECKS:
                check(number, transaction)
        return found

    def _check_reserved(self, number: int, post: EngagementType) -> None:
        for name, code in _RESERVED.items():
            if getattr(post, name) in (self.address, PLATFORM):
                raise Refused(code, f"the {name} in EngagementTransaction {number} is reserved and not allowed")


_RESERVED: Final[Mapping[str, Code]] = MappingProxyType(
    {"logicalAddress": Code.RESERVED_ADDRESS, "sourceSystem": Code.RESERVED_SYSTEM}
)


def key_of(post: EngagementType) -> tuple[str, ...]:
    """What the index knows a post by: all that its maker says, but for the date."""
    return tuple(getattr(post, name) for name in _KEY)


def _check_count(count: int) -> None:
    if not 1 <= count <= MOST_TRANSACTIONS:
        raise Refused(Code.TECHNICAL, f"the request holds {count} engagements; 1 to {MOST_TRANSACTIONS} are taken")


def _check_values(body: etree._Element) -> None:
    """Before reading, which would find the same faults and not tell them from those of the schema."""
    for number, post in enumerate(body.iter(_ENGAGEMENT), start=1):
        for name in _KEY:
            text = post.findtext(f"{{{EngagementType.namespace}}}{name}") or ""
            if (wrong := _wrong_with(text, _LONGEST[name])) is not None:
                raise Refused(Code.VALUE, f"the {name} in EngagementTransaction {number} {wrong}")


def _wrong_with(text: str, longest: int) -> str | None:
    if not text.strip(XML_SPACE):
        return "is mandatory and missing"
    if text != text.strip():
        return "has white space at its beginning or end"
    return f"is longer than {longest} characters" if len(text) > longest else None


def _read(body: etree._Element) -> tuple[EngagementTransactionType, ...]:
    try:
        return read(Update, body).message.engagementTransaction
    except Invalid as reason:  # what the schema lets through and the reader does not: an attribute, an entity
        raise Refused(Code.SCHEMA, f"the payload does not follow the XML schema: {reason}") from reason


def _check_keys(found: tuple[EngagementTransactionType, ...]) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for number, transaction in enumerate(found, start=1):
        first = seen.setdefault(key_of(transaction.engagement), number)
        if first != number:
            raise Refused(
                Code.DUPLICATE,
                f"EngagementTransaction {first} and {number} have the same unique key. Duplicates are not allowed.",
            )


def _check_dates(number: int, transaction: EngagementTransactionType) -> None:
    try:
        wall_time(transaction.engagement.mostRecentContent or "20000101000000")
    except ImpossibleDate as reason:
        raise Refused(
            Code.VALUE, f"the mostRecentContent in EngagementTransaction {number} is no date: {reason}"
        ) from None


def _check_presence_of_date(number: int, transaction: EngagementTransactionType) -> None:
    """Rule 84, of which the national index says nothing: it takes a booking without a date, and finds nobody by it."""
    post = transaction.engagement
    if post.serviceDomain != _BOOKING_DOMAIN:
        return
    has_date = post.mostRecentContent is not None
    if has_date == transaction.deleteFlag:
        wrong = "must not be there in a delete" if has_date else "is mandatory and missing"
        raise Refused(Code.VALUE, f"the mostRecentContent in EngagementTransaction {number} {wrong}")


def _check_left_to_the_index(number: int, transaction: EngagementTransactionType) -> None:
    """Rule 91"""
    for name in _OF_THE_INDEX:
        if getattr(transaction.engagement, name) is not None:
            raise Refused(Code.VALUE, f"the {name} in EngagementTransaction {number} is the index's to set")


_CHECKS: Final[tuple[Callable[[int, EngagementTransactionType], None], ...]] = (
    _check_left_to_the_index,
    _check_dates,
    _check_presence_of_date,
)
