"""Why somebody on the list may not want an invitation: she has one, or could not use it."""

from dataclasses import dataclass
from datetime import datetime

from producer.domain.model import Booking, CareUnit
from producer.domain.rules import WELCOME_TO_USE_INVITATION
from producer.domain.staff import Period, Sentence
from producer.services.choices import is_welcome
from producer.services.staff.invitation_drafts import Request, places_for
from producer.store.invitations import invitations_held
from producer.store.timetable import Timetable


@dataclass(frozen=True, kw_only=True, slots=True)
class Reservation:
    """Somebody who is left out unless staff say otherwise, and why."""

    patient: str
    sentence: Sentence


def reservations(
    timetable: Timetable, unit: CareUnit, request: Request, now: datetime, *, is_open: bool
) -> list[Reservation]:
    """At most one for each patient, in the order of the list."""
    held = invitations_held(timetable, unit.id, request.time_type.code, request.patients, now)
    usable = _places_to_book(timetable, unit, request) if is_open else [request.place]
    found = []
    for patient in request.patients:
        why = _held(held[patient]) if patient in held else None
        why = why or (_cannot_book if is_open else _is_not_listed)(timetable, usable, request, patient, now)
        if why is not None:
            found.append(Reservation(patient=patient, sentence=why))
    return found


def _held(invitation: Booking) -> Sentence:
    if invitation.starts is None or invitation.ends is None:
        return Sentence("har redan en öppen kallelse, skickad %(at)s", {"at": invitation.made_at})
    time = {"time": Period(invitation.starts, invitation.ends)}
    if invitation.is_invitation:
        return Sentence("har redan en kallelse till %(time)s", time)
    return Sentence("har redan en bokad tid efter kallelse: %(time)s", time)


def _places_to_book(timetable: Timetable, unit: CareUnit, request: Request) -> list[CareUnit]:
    """The units with times of the kind, as rule 47 has it."""
    places = places_for(timetable, unit)
    if not unit.rules.other_unit_allowed:
        places = [place for place in places if place.id == unit.id]
    return [place for place in places if _kind_ids(timetable, place, request)]


def _kind_ids(timetable: Timetable, place: CareUnit, request: Request) -> set[int]:
    return {kind.id for kind in timetable.time_types(place.id) if kind.code == request.time_type.code}


def _cannot_book(
    timetable: Timetable, places: list[CareUnit], request: Request, patient: str, now: datetime
) -> Sentence | None:
    if any(_may_book(timetable, place, request, patient, now) for place in places):
        return None
    return Sentence("kan inte boka en sådan tid på nätet")


def _may_book(timetable: Timetable, place: CareUnit, request: Request, patient: str, now: datetime) -> bool:
    barred = timetable.standing(place.id, patient).barred_time_type_ids
    return not _kind_ids(timetable, place, request) <= barred and is_welcome(
        timetable, place, WELCOME_TO_USE_INVITATION, patient, now
    )


def _is_not_listed(
    timetable: Timetable, places: list[CareUnit], _request: Request, patient: str, _now: datetime
) -> Sentence | None:
    """Where only the listed are met: they are invited by mistake more often than by will."""
    for place in places:
        if place.rules.listed_patients_only and not timetable.standing(place.id, patient).listed:
            return Sentence("är inte listad på %(unit)s", {"unit": place.name})
    return None
