"""Where a patient can go: the units that a new booking, an invitation or a rebooking can be made at."""

from datetime import datetime

from producer.domain import persons
from producer.domain.attempts import Attempt, Rule, allows
from producer.domain.model import Actor, ActorType, Booking, CareUnit, Standing
from producer.domain.rules import (
    MAY_REBOOK,
    WELCOME_TO_BOOK,
    WELCOME_TO_REBOOK,
    WELCOME_TO_USE_INVITATION,
    invitation_is_still_open,
)
from producer.store.timetable import Timetable

ANYBODY = Standing(listed=True)
SELF = Actor(type=ActorType.PATIENT)


def booking_in_sight(timetable: Timetable, booking_id: str | None) -> Booking | None:
    """Rule 82: what is not for the patient to see is as good as unknown, whatever one wants with its id."""
    booking = None if booking_id is None else timetable.booking(booking_id)
    is_seen = booking is not None and booking.shown_to_patient and not persons.is_nobody(booking.patient)
    return booking if is_seen else None


def units_for_new_booking(
    timetable: Timetable, unit: CareUnit, patient: str | None, now: datetime
) -> tuple[CareUnit, ...]:
    """The unit itself if it offers care (rule 46), and its group's where the unit lets one choose."""
    return _welcoming(timetable, unit, WELCOME_TO_BOOK, patient, now)


def units_for_booking(
    timetable: Timetable, booking: Booking, patient: str | None, now: datetime
) -> tuple[CareUnit, ...]:
    """Rule 47: the units where this booking can be moved to, or this open invitation booked."""
    home = timetable.unit_by_id(booking.unit_id)
    if home is None or not is_open_for_change(booking, home, now):
        return ()
    welcome = WELCOME_TO_USE_INVITATION if booking.is_open_invitation else WELCOME_TO_REBOOK
    units = _welcoming(timetable, home, welcome, patient, now)
    return tuple(unit for unit in units if _has_such_times(timetable, unit, booking, patient))


def has_somewhere_to_go(timetable: Timetable, booking: Booking, home: CareUnit, now: datetime) -> bool:
    """Whether any unit would take the booking if it were moved; its own is asked first, for mostly it would."""
    patient, kind = booking.patient, booking.time_type
    standing = timetable.standing(home.id, patient)
    at_home = Attempt(now=now, actor=SELF, patient=patient, unit=home, standing=standing)
    is_closed = kind is not None and (kind.retired or kind.id in standing.barred_time_type_ids)
    stays = home.offers_care and not is_closed and allows(WELCOME_TO_REBOOK, at_home)
    return stays or bool(units_for_booking(timetable, booking, patient, now))


def is_open_for_change(booking: Booking, home: CareUnit, now: datetime) -> bool:
    rules = (invitation_is_still_open,) if booking.is_open_invitation else MAY_REBOOK
    patient = booking.patient
    return allows(rules, Attempt(now=now, actor=SELF, patient=patient, unit=home, held=booking, held_unit=home))


def standing_of(timetable: Timetable, unit: CareUnit, patient: str | None) -> Standing:
    """What the unit has noted about the patient; an agent asks for anybody (rule 20)."""
    return ANYBODY if patient is None else timetable.standing(unit.id, patient)


def is_welcome(
    timetable: Timetable, unit: CareUnit, welcome: tuple[Rule, ...], patient: str | None, now: datetime
) -> bool:
    standing = standing_of(timetable, unit, patient)
    return allows(welcome, Attempt(now=now, actor=SELF, patient=patient or "", unit=unit, standing=standing))


def _welcoming(
    timetable: Timetable, home: CareUnit, welcome: tuple[Rule, ...], patient: str | None, now: datetime
) -> tuple[CareUnit, ...]:
    with_group = home.group is not None and home.rules.other_unit_allowed
    units = timetable.units_of_group(home.group) if home.group is not None and with_group else (home,)
    return tuple(unit for unit in units if unit.offers_care and is_welcome(timetable, unit, welcome, patient, now))


def _has_such_times(timetable: Timetable, unit: CareUnit, booking: Booking, patient: str | None) -> bool:
    """Whether the unit has times of the booking's kind, open to the patient."""
    wanted = booking.time_type
    barred = standing_of(timetable, unit, patient).barred_time_type_ids
    kinds = timetable.time_types(unit.id)
    return wanted is None or any(kind.code == wanted.code and kind.id not in barred for kind in kinds)
