"""Which contracts a unit has, from the flows and lookups it has on (domain.md chapter 0, rule 100)."""

from dataclasses import dataclass
from enum import StrEnum

from producer.domain.booking_rules import BookingRules, Flow, Lookup


class Service(StrEnum):
    """The contracts of crm:scheduling 1.1 by their names."""

    TIME_TYPES = "GetAllTimeTypes"
    CARE_TYPES = "GetAllCareTypes"
    PERFORMERS = "GetAllPerformers"
    UNITS = "GetAllHealthcareFacilities"
    DATES = "GetAvailableDates"
    TIMESLOTS = "GetAvailableTimeslots"
    DETAILS = "GetBookingDetails"
    SCHEDULE = "GetSubjectOfCareSchedule"
    MAKE = "MakeBooking"
    UPDATE = "UpdateBooking"
    CANCEL = "CancelBooking"


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """A unit has the contract when it has any of these flows on, and the lookup if one is named."""

    flows: frozenset[Flow]
    lookup: Lookup | None = None


_TO_FIND_A_TIME = frozenset({Flow.BOOK, Flow.REBOOK})
_TO_SEE = frozenset({Flow.SEE})
_AFTER_SEEING = frozenset({Flow.REBOOK, Flow.CANCEL})

NEEDS = {
    Service.TIME_TYPES: Need(flows=frozenset({Flow.BOOK})),
    Service.CARE_TYPES: Need(flows=frozenset({Flow.BOOK}), lookup=Lookup.CARE_TYPES),
    Service.PERFORMERS: Need(flows=_TO_FIND_A_TIME, lookup=Lookup.PERFORMERS),
    Service.UNITS: Need(flows=_TO_FIND_A_TIME, lookup=Lookup.UNITS),
    Service.DATES: Need(flows=_TO_FIND_A_TIME),
    Service.TIMESLOTS: Need(flows=_TO_FIND_A_TIME),
    Service.DETAILS: Need(flows=_TO_SEE),
    Service.SCHEDULE: Need(flows=_TO_SEE),
    Service.MAKE: Need(flows=frozenset({Flow.BOOK})),
    Service.UPDATE: Need(flows=frozenset({Flow.REBOOK})),
    Service.CANCEL: Need(flows=frozenset({Flow.CANCEL})),
}


def has_service(rules: BookingRules, service: Service) -> bool:
    need = NEEDS[service]
    return not need.flows.isdisjoint(rules.flows) and (need.lookup is None or need.lookup in rules.lookups)


def services_of(rules: BookingRules) -> tuple[Service, ...]:
    return tuple(service for service in Service if has_service(rules, service))


def flows_served(rules: BookingRules, service: Service) -> tuple[Flow, ...]:
    """The unit's flows that use the contract: whoever rebooks or cancels sees her bookings first (domain.md 1.1)."""
    flows = NEEDS[service].flows
    using = flows | _AFTER_SEEING if flows == _TO_SEE else flows
    return tuple(flow for flow in Flow if flow in using and flow in rules.flows)


def is_optional(service: Service) -> bool:
    """Nothing but a lookup asks for it."""
    return NEEDS[service].lookup is not None


NATIONAL_ADDRESSES = frozenset({"5565594230", "SE165565594230-1000"})


def is_national(logical_address: str) -> bool:
    """The national platform's own address, which no unit has (rules 23, 24 and 40)."""
    return logical_address.upper() in NATIONAL_ADDRESSES
