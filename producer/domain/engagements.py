"""What Engagemangsindex is to know of a booking, and what to tell it when that changes (rules 83-93)."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from producer.domain import persons
from producer.domain.connection import Service, has_service, is_national
from producer.domain.model import Booking, BookingState, CareUnit

SERVICE_DOMAIN = "riv:crm:scheduling"
NOT_APPLICABLE = "NA"
_ORGANISATION = re.compile(r"[A-Z]{2,6}[0-9]{10}(?=-)")


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexSettings:
    """What every post of this producer says alike.

    `source_system` is the producer's own HSA-id. Without a `data_controller` of its own it is the organisation that
    the unit's HSA-id begins with. `categories_by_kind` is for an index of before 1.1.2 (rule 83).
    """

    source_system: str
    data_controller: str | None = None
    categories_by_kind: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Engagement:
    """One post of the index; service domain and clinical process interest are the same in all (rule 83)."""

    patient: str
    categorization: str
    logical_address: str
    business_id: str
    source_system: str
    data_controller: str
    most_recent: datetime

    @property
    def key(self) -> tuple[str, ...]:
        """What the index knows the post by; of all else only `most_recent` is left, which can be updated (rule 85)."""
        return (
            self.patient,
            self.categorization,
            self.logical_address,
            self.business_id,
            self.source_system,
            self.data_controller,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """What to tell the index: that the post is to be as here, or to be gone."""

    engagement: Engagement
    deleted: bool


def engagement_of(booking: Booking, unit: CareUnit, settings: IndexSettings, now: datetime) -> Engagement | None:
    """The post of a booking, or None if it is to have none; `unit` is the booking's own.

    There is one as long as the booking is ahead, suitable to show, and GetBookingDetails would tell of it.
    """
    leaves_at = leaves_index_at(booking)
    if (
        booking.state is not BookingState.LIVE
        or (leaves_at is not None and leaves_at <= now)
        or not booking.shown_to_patient  # rule 82
        or not persons.is_national(booking.patient)  # rule 92
        or not has_service(unit.rules, Service.DETAILS)  # rule 93
    ):
        return None
    return Engagement(
        patient=booking.patient,
        categorization=_categorization(booking, settings),
        logical_address=unit.hsa_id,
        business_id=booking.public_id,
        source_system=settings.source_system,
        data_controller=settings.data_controller or _organisation_of(unit.hsa_id) or settings.source_system,
        most_recent=booking.starts or booking.made_at,  # rule 84
    )


def leaves_index_at(booking: Booking) -> datetime | None:
    """When the clock alone takes the post away: at the start, or when an invitation is no longer valid (rule 87)."""
    if booking.starts is not None:
        return booking.starts
    last_day = booking.invitation_valid_to
    return None if last_day is None else datetime.combine(last_day, time()) + timedelta(days=1)


def notices(held: Engagement | None, wanted: Engagement | None) -> tuple[Notice, ...]:
    """What turns the one into the other: a delete comes before the create that follows from it (rules 85, 89)."""
    if held == wanted:
        return ()
    gone = () if held is None or (wanted and held.key == wanted.key) else (Notice(engagement=held, deleted=True),)
    come = () if wanted is None else (Notice(engagement=wanted, deleted=False),)
    return gone + come


LONGEST_ID = 64


def faults_in(settings: IndexSettings) -> tuple[str, ...]:
    """Why the index would refuse every post of these settings, one English sentence each (EI004 to EI006)."""
    ids = {"source_system": settings.source_system, "data_controller": settings.data_controller}
    return tuple(
        f"{name} {fault}"
        for name, written in ids.items()
        if written is not None
        for is_broken, fault in (
            (not written, "is empty"),
            (any(map(str.isspace, written)), "has a space in it"),
            (len(written) > LONGEST_ID, f"is longer than {LONGEST_ID} characters"),
            (name == "source_system" and is_national(written), "is the national platform's own id"),
        )
        if is_broken
    )


def _categorization(booking: Booking, settings: IndexSettings) -> str:
    if not settings.categories_by_kind:
        return NOT_APPLICABLE
    return "Invitation" if booking.is_invitation else "Booking"


def _organisation_of(hsa_id: str) -> str | None:
    found = _ORGANISATION.match(hsa_id.upper())
    return found[0] if found else None
