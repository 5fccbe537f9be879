"""The nouns of the timetable: units, people, things, times and bookings."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from producer.domain.booking_rules import BookingRules


@dataclass(frozen=True, kw_only=True, slots=True)
class CareUnit:
    """A care unit (healthcare_facility on the wire) with what a connection order asks for.

    A retired one is still known: it offers nothing and takes no booking, but what is booked there is seen, can be
    cancelled, and can be moved to another unit of its group (rules 41 and 100 would have it unknown or a fault, which
    would hide bookings from those who have them).
    """

    id: int
    hsa_id: str
    name: str
    county: str
    municipality_code: str | None = None
    municipality_name: str | None = None
    visiting_address: str | None = None
    group: str | None = None
    offers_care: bool = True
    retired: bool = False
    rules: BookingRules = BookingRules()


@dataclass(frozen=True, kw_only=True, slots=True)
class Performer:
    id: int
    hsa_id: str
    first_name: str
    last_name: str
    middle_name: str | None = None
    title: str | None = None

    @property
    def full_name(self) -> str:
        """Title, first, middle and last name with single spaces (rule 53)."""
        return " ".join(" ".join(filter(None, (self.title, self.first_name, self.middle_name, self.last_name))).split())


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """A room or a machine of one unit."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CareType:
    id: int
    code: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeType:
    """What a time is for; the code is what units of one group have in common."""

    id: int
    code: str
    name: str
    care_types: tuple[CareType, ...] = ()
    performer_ids: frozenset[int] = frozenset()
    retired: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """What a slot gives besides its time; thousands of slots share a few offers."""

    time_type: TimeType
    performer: Performer | None = None
    resource: Resource | None = None


class Slot(NamedTuple):
    """A bookable time of one unit, the end not included (rule 35).

    A tuple and not a dataclass: one answer makes thousands, and these are made in half the time.
    """

    id: int
    public_id: str
    unit_id: int
    starts: datetime
    ends: datetime
    offer: Offer


class BookingState(StrEnum):
    LIVE = "live"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """Who the patient is, as told when booking."""

    first_name: str
    last_name: str
    middle_name: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    coaddress: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Booking:
    """A patient's booking, or an invitation (kallelse): open while it has no time, timed when it has."""

    id: int
    public_id: str
    unit_id: int
    unit_hsa_id: str
    unit_name: str
    patient: str
    starts: datetime | None = None
    ends: datetime | None = None
    time_type: TimeType | None = None
    care_type: CareType | None = None
    performer: Performer | None = None
    resource: Resource | None = None
    reason: str | None = None
    purpose: str | None = None
    is_invitation: bool = False
    state: BookingState = BookingState.LIVE
    shown_to_patient: bool = True
    invited_by_unit_id: int | None = None
    invitation_valid_to: date | None = None
    made_at: datetime
    changed_at: datetime

    @property
    def is_open_invitation(self) -> bool:
        return self.is_invitation and self.starts is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What a unit has noted about one patient: listed or not, own performers, time types barred online."""

    listed: bool = False
    own_performer_ids: frozenset[int] = frozenset()
    barred_time_type_ids: frozenset[int] = frozenset()
    barred_entirely: bool = False


class ActorType(StrEnum):
    PATIENT = "patient"
    AGENT = "agent"
    STAFF = "staff"
    SEED = "seed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Who acts: the patient, an agent (mellanman) for any patient, or the unit's own staff."""

    type: ActorType
    id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Where an act came from, as the trail keeps it (rule 74); `override` is why staff passed over the unit's rules."""

    actor: Actor
    consumer: str | None = None
    correlation_id: str | None = None
    override: str | None = None


class Act(StrEnum):
    """What can happen to a booking, as the trail names it."""

    INVITED = "invited"
    BOOKED = "booked"
    REBOOKED = "rebooked"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"
    IDENTIFIED = "identified"


@dataclass(frozen=True, kw_only=True, slots=True)
class Whereabouts:
    """Where and when a booking was, as the trail keeps it: codes and ids as people and messages know them."""

    public_id: str
    unit: str
    starts: datetime | None = None
    ends: datetime | None = None
    time_type: str | None = None
    performer: str | None = None
    resource: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TrailEntry:
    """One event of one booking: who did what, when and from where (rule 74)."""

    at: datetime
    act: Act
    origin: Origin
    message: str | None = None
    before: Whereabouts | None = None
    after: Whereabouts | None = None
