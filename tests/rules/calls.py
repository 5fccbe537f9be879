"""One valid call of every contract, for what is the same for all of them."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from producer.soap import messages as m
from producer.soap.client import envelope
from producer.soap.contracts import CONTRACTS
from rules.consumer import NAMED, agent_actor, patient_actor
from rules.world import EKEN, GUNILLA

_SLOT = m.TimeslotType(
    startTimeInclusive="20261124080000",
    endTimeExclusive="20261124083000",
    healthcare_facility=EKEN,
    subject_of_care=GUNILLA,
)
_SEARCH: Mapping[str, Any] = {
    "healthcare_facility": EKEN,
    "startDateInclusive": "20261124",
    "endDateInclusive": "20261201",
    "subject_of_care": GUNILLA,
}
_ASKING: Mapping[str, Any] = {"healthcare_facility": EKEN, "subject_of_care": GUNILLA}

REQUESTS: Mapping[str, m.Message] = MappingProxyType(
    {
        type(message).__name__: message
        for message in (
            m.GetAllTimeTypes(**_ASKING),
            m.GetAllCareTypes(**_ASKING),
            m.GetAllPerformers(**_ASKING),
            m.GetAllHealthcareFacilities(**_ASKING),
            m.GetAvailableDates(**_SEARCH),
            m.GetAvailableTimeslots(**_SEARCH),
            m.GetBookingDetails(healthcare_facility=EKEN, bookingId="BOKAD-1"),
            m.GetSubjectOfCareSchedule(**_ASKING),
            m.MakeBooking(healthcare_facility_med=EKEN, requestedTimeslot=_SLOT, subject_of_care_info=NAMED),
            m.UpdateBooking(requestedTimeslot=replace(_SLOT, bookingId="BOKAD-1")),
            m.CancelBooking(healthcare_facility=EKEN, bookingId="BOKAD-1"),
            m.PingForConfiguration(
                serviceContractNamespace="urn:riv:crm:scheduling:MakeBooking:1", logicalAddress=EKEN
            ),
        )
    }
)
assert set(REQUESTS) == {contract.name for contract in CONTRACTS}

CONTRACT_NAMES = tuple(REQUESTS)
OF_BOOKING = tuple(name for name in REQUESTS if name != "PingForConfiguration")
QUERIES = tuple(name for name in OF_BOOKING if name.startswith("Get"))
UPDATES = tuple(name for name in OF_BOOKING if not name.startswith("Get"))
SIX_QUERIES = tuple(name for name in QUERIES if "subject_of_care" in REQUESTS[name].__slots__)[:6]
PATHS = MappingProxyType({contract.name: contract.path for contract in CONTRACTS})

ACTOR = patient_actor(GUNILLA)
AGENT = agent_actor()


def written(name: str, *, actor: m.Actor | None = ACTOR, address: str = EKEN) -> str:
    """The whole request as it is sent; PingForConfiguration has no Actor."""
    return envelope(REQUESTS[name], address, None if name == "PingForConfiguration" else actor).decode()


def to(unit: str, name: str, **changes: Any) -> m.Message:
    """The contract's call, to another unit."""
    message: Any = REQUESTS[name]
    if name in ("MakeBooking", "UpdateBooking"):
        slot = replace(message.requestedTimeslot, healthcare_facility=unit)
        return replace(message, requestedTimeslot=slot, **changes)
    return replace(message, healthcare_facility=unit, **changes)
