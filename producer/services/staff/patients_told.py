"""All that is known of a patient, as a page shows it and as a file of JSON tells it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from producer.domain.model import ActorType, Booking, Contact, TrailEntry
from producer.store.access_log import Access

_AS_THEY_ARE = (
    "starts ends reason purpose is_invitation shown_to_patient invitation_valid_to made_at changed_at".split()
)


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownBooking:
    """A booking or an invitation with all that has happened to it."""

    booking: Booking
    contact: Contact | None
    trail: tuple[TrailEntry, ...]
    is_ahead: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier:
    """`elsewhere` has, by table, what is noted about her besides; `accesses` the newest first."""

    patient: str
    bookings: tuple[KnownBooking, ...]
    elsewhere: Mapping[str, Sequence[Mapping[str, Any]]]
    accesses: tuple[Access, ...]

    @property
    def ahead(self) -> tuple[Booking, ...]:
        """What somebody still counts on."""
        return tuple(known.booking for known in self.bookings if known.is_ahead)

    @property
    def is_empty(self) -> bool:
        return not self.bookings and not any(self.elsewhere.values())


def file_of(dossier: Dossier, now: datetime) -> bytes:
    """Without the names of those of the staff who did or saw something: they are not hers to be given."""
    told = {
        "patient": dossier.patient,
        "told_at": now,
        "bookings": [_booking(known) for known in dossier.bookings],
        **dossier.elsewhere,
        "access_log": [_access(line) for line in dossier.accesses],
    }
    return json.dumps(told, ensure_ascii=False, indent=2, default=_written).encode()


def _booking(known: KnownBooking) -> dict[str, Any]:
    booking = known.booking
    return {
        "id": booking.public_id,
        "unit": booking.unit_hsa_id,
        "unit_name": booking.unit_name,
        "state": booking.state.value,
        **{name: getattr(booking, name) for name in _AS_THEY_ARE},
        "time_type": booking.time_type and booking.time_type.name,
        "care_type": booking.care_type and booking.care_type.name,
        "performer": booking.performer and booking.performer.full_name,
        "resource": booking.resource and booking.resource.name,
        "contact": known.contact and asdict(known.contact),
        "trail": [_entry(entry) for entry in known.trail],
    }


def _entry(entry: TrailEntry) -> dict[str, Any]:
    return {
        "at": entry.at,
        "act": entry.act.value,
        **_who(entry.origin.actor.type, entry.origin.actor.id),
        "message": entry.message,
        "reason_of_staff": entry.origin.override,
        "before": entry.before and asdict(entry.before),
        "after": entry.after and asdict(entry.after),
    }


def _access(line: Access) -> dict[str, Any]:
    return {
        "at": line.at,
        "unit": line.unit,
        "action": line.action,
        **_who(line.origin.actor.type, line.origin.actor.id),
        "booking": line.booking,
        "refused": line.refused,
    }


def _who(kind: ActorType, name: str | None) -> dict[str, str | None]:
    return {"by": kind.value} if kind is ActorType.STAFF else {"by": kind.value, "by_id": name}


def _written(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} is not told")
