"""Invitations before they are sent: who would get what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from producer.domain.model import Booking, CareUnit, Slot, TimeType
from producer.domain.staff import Fault, Invalid, Sentence
from producer.services.staff.fingerprints import fingerprint
from producer.services.staff.invitation_cards import Card, card_of
from producer.services.staff.invitation_drafts import Draft, Request, request_in
from producer.services.staff.invitation_reservations import Reservation, reservations
from producer.services.staff.invitation_times import assigned, free_times
from producer.store.timetable import Timetable

MOST_TO_CHOOSE_AMONG = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Exactly what would be sent; `place` is the unit where the invitations will be.

    `slots` are the times that there are to choose among where one person is invited.
    """

    unit: CareUnit
    place: CareUnit
    draft: Draft
    time_type: TimeType
    valid_to: date | None
    purpose: str
    invited: Sequence[tuple[str, Slot | None]]
    reservations: Sequence[Reservation]
    slots: Sequence[Slot]
    card: Card

    @property
    def seen(self) -> str:
        """Equal when the same would be sent to the same, for the same reasons."""
        return fingerprint(
            self.purpose,
            self.place.id,
            self.time_type.code,
            self.valid_to,
            [(patient, slot and slot.id) for patient, slot in self.invited],
            [each.patient for each in self.reservations],
        )


def plan_of(timetable: Timetable, unit: CareUnit, draft: Draft, now: datetime) -> Plan:
    """Raises Invalid with all that is wrong."""
    request = request_in(timetable, unit, draft, now)
    told = reservations(timetable, unit, request, now, is_open=draft.is_open)
    left_out = {each.patient for each in told} - draft.anyway
    patients = [patient for patient in request.patients if patient not in left_out]
    slots = [] if draft.is_open else _slots(timetable, draft, request, len(patients) == 1, now)
    invited = _invited(timetable, draft, request, slots, patients=patients, now=now)
    some_slot = next((slot for _, slot in invited), slots[0] if slots else None)
    shown = _invitation(unit, request, (patients or request.patients)[0], some_slot, now)
    return Plan(
        unit=unit,
        place=request.place,
        draft=draft,
        time_type=request.time_type,
        valid_to=request.last if draft.is_open else None,
        purpose=request.purpose,
        invited=invited,
        reservations=told,
        slots=slots[:MOST_TO_CHOOSE_AMONG] if len(patients) == 1 else (),
        card=card_of(timetable, shown, request.place, now),
    )


def _slots(timetable: Timetable, draft: Draft, request: Request, is_for_one: bool, now: datetime) -> list[Slot]:
    """Of one person's the chosen one comes first."""
    slots = free_times(timetable, request, now)
    if not slots:
        raise Invalid(Fault("last", Sentence("Det finns inga lediga tider av den typen i perioden.")))
    if not draft.slot or not is_for_one or any(slot.public_id == draft.slot for slot in slots):
        return slots
    chosen = timetable.slot_by_public_id(draft.slot)
    if chosen is not None and _was_asked_for(chosen, request):
        raise Invalid(Fault("slot", Sentence("Tiden är inte längre ledig. Välj en annan.")))
    return slots


def _was_asked_for(chosen: Slot, request: Request) -> bool:
    """A time that was chosen before place, kind or days were changed means nothing any more."""
    is_of_the_kind = chosen.unit_id == request.place.id and chosen.offer.time_type.id == request.time_type.id
    return is_of_the_kind and request.first <= chosen.starts.date() <= (request.last or request.first)


def _invited(
    timetable: Timetable, draft: Draft, request: Request, slots: Sequence[Slot], *, patients: list[str], now: datetime
) -> list[tuple[str, Slot | None]]:
    if draft.is_open:
        return [(patient, None) for patient in patients]
    wanted = [slot for slot in slots if slot.public_id == draft.slot] if len(patients) == 1 else []
    return [*assigned(timetable, request.place, wanted or slots, patients, now)]


def _invitation(unit: CareUnit, request: Request, patient: str, slot: Slot | None, now: datetime) -> Booking:
    """As it will be, to be shown before it is sent."""
    return Booking(
        id=0,
        public_id="",
        unit_id=request.place.id,
        unit_hsa_id=request.place.hsa_id,
        unit_name=request.place.name,
        patient=patient,
        starts=slot and slot.starts,
        ends=slot and slot.ends,
        time_type=request.time_type,
        performer=slot and slot.offer.performer,
        resource=slot and slot.offer.resource,
        purpose=request.purpose,
        is_invitation=True,
        invited_by_unit_id=unit.id,
        made_at=now,
        changed_at=now,
    )
