"""The parts that messages share: simple types, headers and the types of the core schema."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from producer.soap.grammar import (
    EXTENSION,
    HEADERS,
    REGISTRY,
    SCHEDULING,
    STRING,
    URI,
    Message,
    SimpleType,
    core,
    message,
)

_MONTH_AND_DAY = "(0[1-9]|1[0-2])([0-2][0-9]|3[01])"
_DAY = f"[1-9][0-9]{{3}}{_MONTH_AND_DAY}"

HsaId = Annotated[str, SimpleType(name="HsaIdType", meaning="an HSA-id; letter case does not matter")]
BookingId = Annotated[str, SimpleType(name="BookingIdType", meaning="the producer's own id of a booking, opaque")]
TimeTypeId = Annotated[str, SimpleType(name="TimeTypeIDType", meaning="the care unit's id of a time type")]
CareTypeId = Annotated[str, SimpleType(name="CareTypeIDType", meaning="the care unit's id of a care type")]
ResourceId = Annotated[str, SimpleType(name="ResourceIDType", meaning="the care unit's id of a room or device")]
PersonId = Annotated[
    str,
    SimpleType(
        name="SubjectOfCareIdType",
        meaning="a person number, coordination number or reserve number of 12 characters",
        pattern="[0-9]{8}[0-9pPtTfF][0-9]{3}",  # rule 26: no anchors, they are ordinary characters in XSD
    ),
]
TS = Annotated[
    str,
    SimpleType(
        name="TS",
        meaning="a moment in Swedish civil time, YYYYMMDDhhmmss",
        pattern=f"{_DAY}([01][0-9]|2[0-3])([0-5][0-9]){{2}}",
    ),
]
DAY_TYPE = SimpleType(name="DT", meaning="a day in Swedish civil time, YYYYMMDD", pattern=_DAY)
DT = Annotated[str, DAY_TYPE]
ActorId = Annotated[str, SimpleType(name="ActorIdType", meaning="the id of the person who acts")]
Text = Annotated[str, STRING]
AnyUri = Annotated[str, URI]

LOGICAL_ADDRESS = f"{{{REGISTRY}}}LogicalAddress"
ACTOR = f"{{{HEADERS}}}Actor"


class ResultCode(StrEnum):
    """done; not done; done, with a text that must be shown"""

    OK = "OK"
    ERROR = "ERROR"
    INFO = "INFO"


class ActorType(StrEnum):
    """the patient; somebody of the care who acts for the patient"""

    SUBJECT_OF_CARE = "subject_of_care"
    SUBJECT_OF_CARE_AGENT = "subject_of_care_agent"


@message(HEADERS)
class Actor(Message):
    """Who acts: the resident, or an agent in the resident's place."""

    actorId: ActorId
    actorType: ActorType


@message(core(SCHEDULING), is_open=False)
class TimeslotType(Message):
    """A free time, a booking or an invitation; which fields it carries depends on the message."""

    startTimeInclusive: TS | None = None
    endTimeExclusive: TS | None = None
    healthcare_facility: HsaId
    performer: HsaId | None = None
    bookingId: BookingId | None = None
    subject_of_care: PersonId | None = None
    purpose: Text | None = None
    reason: Text | None = None
    resourceName: Text | None = None
    healthcare_facility_name: Text | None = None
    performerName: Text | None = None
    resourceID: ResourceId | None = None
    timeTypeName: Text | None = None
    timeTypeID: TimeTypeId | None = None
    careTypeName: Text | None = None
    careTypeID: CareTypeId | None = None
    cancel_booking_allowed: bool | None = None
    rebooking_allowed: bool | None = None
    message_allowed: bool | None = None
    isInvitation: Annotated[bool | None, EXTENSION] = None


@message(core(SCHEDULING))
class SubjectOfCareType(Message):
    """How to reach the patient, and the patient's name."""

    phone: Text | None = None
    email: Text | None = None
    address: Text | None = None
    coaddress: Text | None = None
    firstName: Annotated[Text, EXTENSION]
    middleName: Annotated[Text | None, EXTENSION] = None
    lastName: Annotated[Text, EXTENSION]


@message(core(SCHEDULING))
class TimeTypeType(Message):
    """A kind of time that a patient can book at the care unit."""

    timeTypeName: Text
    timeTypeId: TimeTypeId


@message(core(SCHEDULING))
class CareTypeType(Message):
    """A kind of care that the care unit sorts its times under."""

    careTypeName: Text
    careTypeId: CareTypeId


@message(core(SCHEDULING))
class PerformerInfoType(Message):
    """A person whom patients can book; the first element keeps the published misspelling."""

    perfomer: HsaId
    firstName: Text
    lastName: Text
    title: Text | None = None


@message(core(SCHEDULING))
class HealthcareFacilityInfoType(Message):
    """A care unit that can be chosen."""

    healthcare_facility: HsaId
    healthcare_facility_name: Text | None = None
