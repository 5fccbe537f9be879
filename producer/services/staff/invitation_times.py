"""Which of the free times each of the invited gets."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from producer.domain.attempts import Attempt, allows
from producer.domain.model import Actor, ActorType, CareUnit, Slot
from producer.domain.rules import patient_is_not_occupied, performer_is_the_patients_own
from producer.domain.staff import Fault, Invalid, Sentence
from producer.services.orders import A_DAY
from producer.services.staff.invitation_drafts import Request
from producer.store.timetable import Timetable

_FITS = (patient_is_not_occupied,)
_FITS_WITH_OWN_PERFORMER = (patient_is_not_occupied, performer_is_the_patients_own)


def free_times(timetable: Timetable, request: Request, now: datetime) -> list[Slot]:
    """Those of the kind that have not begun, the last day included, in order."""
    last = request.last or request.first
    starts = max(datetime.combine(request.first, time()), now + timedelta(seconds=1))
    ends = datetime.combine(last, time()) + timedelta(days=1)
    return timetable.free_slots(request.place.id, starts, ends, time_type_ids=[request.time_type.id])


def assigned(
    timetable: Timetable, unit: CareUnit, slots: Sequence[Slot], patients: Sequence[str], now: datetime
) -> list[tuple[str, Slot]]:
    """To each patient the first time that is left and fits; raises Invalid when somebody would be without."""
    if len(slots) < len(patients):
        known = {"free": len(slots), "people": len(patients)}
        told = Sentence("Det finns %(free)s lediga tider i perioden men %(people)s personer ska ha en.", known)
        raise Invalid(Fault("last", told))
    left, given, without = list(slots), [], []
    for patient in patients:
        slot = _first_that_fits(timetable, unit, left, patient, now)
        if slot is None:
            without.append(patient)
        else:
            given.append((patient, slot))
            left = [other for other in left if not _in_each_others_way(slot, other)]
    if without:
        raise Invalid(*map(_no_time_for, without))
    return given


def _no_time_for(patient: str) -> Fault:
    return Fault(
        "people",
        Sentence(
            "Ingen av de lediga tiderna passar %(patient)s: välj en längre period, eller kalla personen för sig.",
            {"patient": patient},
        ),
    )


def _first_that_fits(
    timetable: Timetable, unit: CareUnit, slots: Iterable[Slot], patient: str, now: datetime
) -> Slot | None:
    """Not when the patient is elsewhere at the unit; with the own performer where patients meet no other."""
    standing = timetable.standing(unit.id, patient)
    attempt = Attempt(
        now=now,
        actor=Actor(type=ActorType.STAFF),
        patient=patient,
        unit=unit,
        standing=standing,
        others=timetable.bookings_of(patient, unit.id, from_time=now - A_DAY),
    )
    rules = _FITS_WITH_OWN_PERFORMER if standing.own_performer_ids else _FITS
    return next((slot for slot in slots if allows(rules, replace(attempt, slot=slot))), None)


def _in_each_others_way(one: Slot, other: Slot) -> bool:
    """The same time, or times of one person or thing that overlap."""
    if other.starts >= one.ends or one.starts >= other.ends:
        return False
    who, whom = one.offer.performer, other.offer.performer
    what, which = one.offer.resource, other.offer.resource
    return (
        one.id == other.id
        or (who is not None and whom is not None and who.id == whom.id)
        or (what is not None and which is not None and what.id == which.id)
    )
