"""An invitation as its patient will see it at 1177 (domain.md 1.2)."""

from dataclasses import dataclass
from datetime import datetime

from producer.domain.availability import Flags, flags_of_booking
from producer.domain.booking_rules import Flow
from producer.domain.docbook import Article, article_in
from producer.domain.model import Booking, CareUnit
from producer.domain.staff import Sentence
from producer.services.choices import has_somewhere_to_go, units_for_booking
from producer.store.timetable import Timetable


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """What is shown of each field; the end of the time, ids and codes never are.

    `bookable_at` are the units where an open invitation can be booked: with none there is no button to book.
    """

    heading: str | None
    unit_name: str
    time_type: str | None
    starts: datetime | None
    text: Article
    bookable_at: tuple[str, ...] = ()
    may_rebook: bool = False
    may_cancel: bool = False
    may_write: bool = False
    warnings: tuple[Sentence, ...] = ()


def card_of(timetable: Timetable, invitation: Booking, unit: CareUnit, now: datetime) -> Card:
    """`unit` is the one where the invitation is, whose rules decide which buttons there are."""
    choices = units_for_booking(timetable, invitation, invitation.patient, now) if invitation.starts is None else ()
    flags = flags_of_booking(invitation, unit, now)
    return Card(
        heading=_heading(invitation),
        unit_name=unit.name,
        time_type=invitation.time_type.name if invitation.time_type else None,
        starts=invitation.starts,
        text=article_in(invitation.purpose or ""),
        bookable_at=tuple(unit.name for unit in choices),
        may_rebook=flags.rebooking and has_somewhere_to_go(timetable, invitation, unit, now),
        may_cancel=flags.cancelling,
        may_write=flags.cancelling and flags.message,
        warnings=_warnings(invitation, unit, flags),
    )


def _heading(invitation: Booking) -> str | None:
    """The first that there is of performer, resource and care type."""
    if invitation.performer:
        return invitation.performer.full_name
    named = invitation.resource or invitation.care_type
    return None if named is None else named.name


def _warnings(invitation: Booking, unit: CareUnit, flags: Flags) -> tuple[Sentence, ...]:
    told = []
    if Flow.SEE not in unit.rules.flows:
        told.append(
            Sentence("%(unit)s visar inte bokade tider på nätet, så kallelsen syns inte på 1177.", {"unit": unit.name})
        )
    if invitation.starts is not None and not flags.cancelling and not flags.rebooking:
        told.append(Sentence("Tiden går varken att boka om eller avboka på nätet."))
    return tuple(told)
