"""Connecting a unit: what is handed in to have it activated and routed, and what may be tried before."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from producer.domain.booking_rules import Flow
from producer.domain.connection import Service, flows_served, is_optional, services_of
from producer.domain.model import CareUnit
from producer.domain.staff import Fault, Invalid, Sentence
from producer.services.staff.admission import Visit, reading, unit_to_change
from producer.store.engine import Database

PLACE_OF_CONTRACT: Final = "{kontrakt}"
"""Stands in an address for the name of the contract, where each has an address of its own."""
_LONGEST_ADDRESS: Final = 500
_HSA_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Detail:
    """One thing that the activation asks for."""

    topic: Sentence
    value: str | None
    required: bool

    @property
    def is_missing(self) -> bool:
        return not (self.value or "").strip()


@dataclass(frozen=True, kw_only=True, slots=True)
class ContractOrder:
    """A contract to order, and the flows it is for."""

    service: Service
    flows: tuple[Flow, ...]
    optional: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """What is handed in for one unit (domain.md chapter 0)."""

    unit: CareUnit
    details: tuple[Detail, ...]
    flows: tuple[Flow, ...]
    orders: tuple[ContractOrder, ...]
    consumer: str
    may_try: bool

    @property
    def missing(self) -> tuple[Detail, ...]:
        return tuple(detail for detail in self.details if detail.is_missing and detail.required)


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """A communication test that may be made: the unit's contracts, where to call them, and in whose name."""

    unit: CareUnit
    services: tuple[Service, ...]
    address: str
    consumer: str


def sheet(database: Database, visit: Visit, unit_hsa_id: str, consumer: str = "") -> Sheet:
    """Raises Invalid for a consumer that is no HSA-id."""
    with reading(database, visit, unit_hsa_id) as (_, unit):
        return Sheet(
            unit=unit,
            details=_details(unit),
            flows=tuple(flow for flow in Flow if flow in unit.rules.flows),
            orders=tuple(
                ContractOrder(service=service, flows=flows_served(unit.rules, service), optional=is_optional(service))
                for service in services_of(unit.rules)
            ),
            consumer=_checked_consumer(consumer),
            may_try=visit.staff.may_change(unit.id),
        )


def trial(database: Database, visit: Visit, unit_hsa_id: str, address: str, consumer: str) -> Trial:
    """Only for those who may change the unit, for this computer will call the address; raises Invalid."""
    with database.reading() as timetable:
        unit = unit_to_change(timetable, visit, unit_hsa_id)
    return Trial(
        unit=unit,
        services=services_of(unit.rules),
        address=_checked_address(address),
        consumer=_checked_consumer(consumer),
    )


def _details(unit: CareUnit) -> tuple[Detail, ...]:
    return (
        Detail(topic=Sentence("HSA-id"), value=unit.hsa_id, required=True),
        Detail(topic=Sentence("Namn"), value=unit.name, required=True),
        Detail(topic=Sentence("Län"), value=unit.county, required=True),
        Detail(topic=Sentence("Kommunkod"), value=unit.municipality_code, required=False),
        Detail(topic=Sentence("Kommun"), value=unit.municipality_name, required=False),
        Detail(topic=Sentence("Besöksadress"), value=unit.visiting_address, required=False),
    )


def _checked_consumer(consumer: str) -> str:
    consumer = consumer.strip()
    if consumer and not _HSA_ID.fullmatch(consumer):
        raise Invalid(
            Fault(
                "consumer",
                Sentence("Ett HSA-id har bara bokstäver a till z, siffror och bindestreck, högst 64 tecken."),
            )
        )
    return consumer


def _checked_address(address: str) -> str:
    """What is called is what one sees: no name and password, nothing that is not sent."""
    address = address.strip()
    if sentence := _fault_of(address):
        raise Invalid(Fault("address", sentence))
    return address


def _fault_of(address: str) -> Sentence | None:
    parts = _parts_of(address)
    return next((sentence for is_broken, sentence in _ADDRESS_FAULTS if is_broken(address, parts)), None)


def _parts_of(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        return parts if parts.port != 0 else None
    except ValueError:
        return None


def _has_odd_letters(address: str) -> bool:
    return not address.isascii() or not address.isprintable() or " " in address or "\\" in address


_ADDRESS_FAULTS: Final[tuple[tuple[Callable[[str, SplitResult | None], bool], Sentence], ...]] = (
    (lambda address, _: not address, Sentence("Ange en adress.")),
    (lambda address, _: len(address) > _LONGEST_ADDRESS, Sentence("Adressen är för lång.")),
    (
        lambda address, _: _has_odd_letters(address),
        Sentence("Adressen får bara ha tecken som en webbadress kan ha, och inga mellanslag."),
    ),
    (
        lambda _, parts: parts is None or parts.scheme not in ("http", "https") or not parts.hostname,
        Sentence("Adressen ska börja med http:// eller https:// och ett namn på en dator."),
    ),
    (
        lambda _, parts: parts is not None and "@" in parts.netloc,
        Sentence("Adressen får inte innehålla namn och lösenord."),
    ),
    (lambda address, _: "#" in address, Sentence("Adressen får inte innehålla #.")),
    (
        lambda address, parts: (
            "{" in address.replace(PLACE_OF_CONTRACT, "") or (parts is not None and PLACE_OF_CONTRACT in parts.netloc)
        ),
        Sentence("Bara {kontrakt} får stå inom klamrar, och inte i datorns namn."),
    ),
)
