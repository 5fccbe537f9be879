"""What days and use have done to the bookings that a seed folder put into a timetable."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from producer.domain.model import Booking, BookingState
from producer.domain.rules import invitation_has_expired
from producer.store.seeding.entries import BookingEntry, InvitationEntry
from producer.store.seeding.faults import Findings
from producer.store.seeding.folder import read_folder
from producer.store.timetable import Timetable

_Entry = BookingEntry | InvitationEntry


@dataclass(frozen=True, kw_only=True, slots=True)
class Wear:
    seeded_on: date | None
    """When the first of the bookings was made; None when not one of them is known by its id."""
    used_up: tuple[str, ...]
    """Of each booking that no longer shows what the folder says, its id and why."""


def wear_of(timetable: Timetable, folder: Path, now: datetime) -> Wear | None:
    """None for a timetable that has no unit of the folder; raises BadSeed when the folder has faults in it."""
    findings = Findings()
    content = read_folder(folder, findings)
    findings.refuse()
    if not any(timetable.unit(unit.key) for unit in content.units):
        return None
    entries: tuple[_Entry, ...] = (*content.bookings, *content.invitations)
    found = [(entry, timetable.booking(entry.id)) for entry in entries]
    reasons = [(entry.id, _why_used_up(entry, booking, now)) for entry, booking in found]
    return Wear(
        seeded_on=min((booking.made_at.date() for _, booking in found if booking), default=None),
        used_up=tuple(f"{public_id} {reason}" for public_id, reason in reasons if reason),
    )


def _why_used_up(entry: _Entry, booking: Booking | None, now: datetime) -> str | None:
    if booking is None:
        return "is gone"
    return next((reason for is_so, reason in _REASONS if is_so(entry, booking, now)), None)


def _is_past(_entry: _Entry, booking: Booking, now: datetime) -> bool:
    """One that was past from the beginning is as it was."""
    return booking.starts is not None and booking.made_at < booking.starts <= now


def _has_expired(_entry: _Entry, booking: Booking, now: datetime) -> bool:
    return booking.is_open_invitation and invitation_has_expired(booking, now.date())


def _is_answered(entry: _Entry, booking: Booking, _now: datetime) -> bool:
    """An open invitation was booked, or a timed one rebooked (rule 67)."""
    return isinstance(entry, InvitationEntry) and not booking.is_invitation


_REASONS: tuple[tuple[Callable[[_Entry, Booking, datetime], bool], str], ...] = (
    (lambda _entry, booking, _now: booking.state is BookingState.CANCELLED, "is cancelled"),
    (lambda _entry, booking, _now: booking.state is BookingState.WITHDRAWN, "is withdrawn"),
    (_is_past, "is past"),
    (_has_expired, "has expired"),
    (_is_answered, "is an invitation no more"),
)
