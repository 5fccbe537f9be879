"""One row per contract, and which timeslot fields each message must, may and must not carry."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from producer.soap import index_messages as i
from producer.soap import messages as m
from producer.soap.grammar import ENGAGEMENTS, MONITORING, SCHEDULING, Message, SimpleType
from producer.soap.parts import DAY_TYPE


@dataclass(frozen=True, kw_only=True)
class Domain:
    """A national service domain: its namespace, and where its files and endpoints lie."""

    namespace: str
    version: str
    path: str
    has_actor: bool
    spare_types: tuple[SimpleType, ...] = ()
    """What its published schema declares and no message of ours is made of."""

    @property
    def name(self) -> str:
        return self.namespace.removeprefix("urn:riv:")

    @property
    def folder(self) -> str:
        return self.name.replace(":", "_")


@dataclass(frozen=True, kw_only=True)
class Contract:
    """A service contract; every name on the wire follows from its row."""

    domain: Domain
    request: type[Message]
    response: type[Message]
    updating: bool = False
    may_be_bare: bool = False

    @property
    def name(self) -> str:
        return self.request.__name__

    @property
    def domain_namespace(self) -> str:
        return self.domain.namespace

    @property
    def minor_version(self) -> str:
        return self.domain.version

    @property
    def has_actor(self) -> bool:
        """Every contract of the booking domain wants to know who acts (rule 18)."""
        return self.domain.has_actor

    @cached_property
    def request_qname(self) -> str:
        return f"{{{self.request.namespace}}}{self.request.__name__}"

    @cached_property
    def response_qname(self) -> str:
        return f"{{{self.response.namespace}}}{self.response.__name__}"

    @property
    def wsdl_namespace(self) -> str:
        return f"{self.domain.namespace}:{self.name}:1:rivtabp21"

    @cached_property
    def soap_action(self) -> str:
        return f"{self.request.namespace}:{self.name}"

    @cached_property
    def path(self) -> str:
        """The endpoint: profile and major version, never the minor one (rule 11)."""
        return f"{self.domain.path}/{self.name}/1/rivtabp21"


BOOKING = Domain(namespace=SCHEDULING, version="1.1", path="/crm/scheduling", has_actor=True)
OPERATION = Domain(namespace=MONITORING, version="1.0", path="/itintegration/monitoring", has_actor=False)
INDEX = Domain(
    namespace=ENGAGEMENTS,
    version="1.0",
    path="/itintegration/engagementindex",
    has_actor=False,
    spare_types=(DAY_TYPE,),
)


def _query(request: type[Message], response: type[Message]) -> Contract:
    return Contract(domain=BOOKING, request=request, response=response)


def _update(request: type[Message], response: type[Message]) -> Contract:
    return Contract(domain=BOOKING, request=request, response=response, updating=True)


CONTRACTS: tuple[Contract, ...] = (
    _query(m.GetAllTimeTypes, m.GetAllTimeTypesResponse),
    _query(m.GetAllCareTypes, m.GetAllCareTypesResponse),
    _query(m.GetAllPerformers, m.GetAllPerformersResponse),
    _query(m.GetAllHealthcareFacilities, m.GetAllHealthcareFacilitiesResponse),
    _query(m.GetAvailableDates, m.GetAvailableDatesResponse),
    _query(m.GetAvailableTimeslots, m.GetAvailableTimeslotsResponse),
    _query(m.GetBookingDetails, m.GetBookingDetailsResponse),
    _query(m.GetSubjectOfCareSchedule, m.GetSubjectOfCareScheduleResponse),
    _update(m.MakeBooking, m.MakeBookingResponse),
    _update(m.UpdateBooking, m.UpdateBookingResponse),
    _update(m.CancelBooking, m.CancelBookingResponse),
    Contract(  # the platform's own tests send an empty element (rule 94)
        domain=OPERATION, request=m.PingForConfiguration, response=m.PingForConfigurationResponse, may_be_bare=True
    ),
)

UPDATE = Contract(domain=INDEX, request=i.Update, response=i.UpdateResponse)
GET_UPDATES = Contract(domain=INDEX, request=i.GetUpdates, response=i.GetUpdatesResponse)

EVERY_CONTRACT: tuple[Contract, ...] = (*CONTRACTS, UPDATE, GET_UPDATES)
"""Also those that a booking system calls, or answers only where it is asked to."""

by_request_qname: Mapping[str, Contract] = MappingProxyType({row.request_qname: row for row in EVERY_CONTRACT})
by_path: Mapping[str, Contract] = MappingProxyType({row.path: row for row in CONTRACTS})


def answered_with(handlers: Container[str]) -> tuple[Contract, ...]:
    """What every producer answers, and what more there are handlers for."""
    return tuple(row for row in EVERY_CONTRACT if row in CONTRACTS or row.name in handlers)


# What the schema cannot say about a timeslot (rules 29, 51, 75-79), message by message:
#   !  must be there               t  must be there unless it is an open invitation
#   .  may be there                i  must be there if it is an invitation
#   -  must not be there
_TIMESLOT_FIELDS = """
                          GetAvailableTimeslots GetBookingDetails GetSubjectOfCareSchedule MakeBooking UpdateBooking
startTimeInclusive                  !                   t                     !                 !            !
endTimeExclusive                    !                   t                     !                 !            !
healthcare_facility                 !                   !                     !                 !            !
performer                           .                   .                     .                 .            .
bookingId                           .                   !                     !                 .            !
subject_of_care                     -                   !                     !                 !            !
purpose                             .                   i                     .                 .            .
reason                              .                   .                     .                 .            .
resourceName                        .                   .                     .                 .            .
healthcare_facility_name            .                   .                     .                 .            .
performerName                       .                   .                     .                 .            .
resourceID                          .                   .                     .                 .            .
timeTypeName                        !                   !                     !                 .            .
timeTypeID                          !                   !                     !                 .            .
careTypeName                        .                   .                     .                 .            .
careTypeID                          .                   .                     .                 .            .
cancel_booking_allowed              .                   !                     .                 -            -
rebooking_allowed                   .                   !                     .                 -            -
message_allowed                     .                   !                     .                 -            -
isInvitation                        -                   .                     .                 -            -
"""


def _matrix(text: str) -> Mapping[str, Mapping[str, str]]:
    header, *rows = text.strip().splitlines()
    cells = [row.split() for row in rows]
    return MappingProxyType(
        {
            contract: MappingProxyType({field: marks[column] for field, *marks in cells})
            for column, contract in enumerate(header.split())
        }
    )


TIMESLOT_FIELDS: Mapping[str, Mapping[str, str]] = _matrix(_TIMESLOT_FIELDS)


def timeslot_faults(contract_name: str, timeslot: m.TimeslotType) -> tuple[str, ...]:
    """What the timeslot of that contract's message lacks, or carries though it must not."""
    return tuple(
        fault
        for field, mark in TIMESLOT_FIELDS[contract_name].items()
        if (fault := _fault(field, mark, timeslot)) is not None
    )


def _fault(field: str, mark: str, timeslot: m.TimeslotType) -> str | None:
    is_there = getattr(timeslot, field) not in (None, "")
    if mark == "-" and is_there:
        return f"{field} must not be there"
    if not is_there and _is_wanted(mark, timeslot):
        return f"{field} is missing"
    return None


def _is_wanted(mark: str, timeslot: m.TimeslotType) -> bool:
    is_invitation = bool(timeslot.isInvitation)
    has_time = bool(timeslot.startTimeInclusive or timeslot.endTimeExclusive)
    return mark == "!" or (mark == "t" and (has_time or not is_invitation)) or (mark == "i" and is_invitation)
