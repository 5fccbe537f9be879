"""The rules to book, rebook and cancel: each a sentence that is silent or answers with its refusal."""

from datetime import date

from producer.domain import persons
from producer.domain.attempts import Attempt
from producer.domain.booking_rules import Flow
from producer.domain.model import ActorType, Booking, BookingState, Slot
from producer.domain.refusals import Refusal

# Who acts, and for whom.


def actor_acts_for_the_patient(attempt: Attempt) -> Refusal | None:
    """Rule 22: a patient acts for herself, unless the unit lets guardians act."""
    actor = attempt.actor
    if actor.type is not ActorType.PATIENT or actor.id is None or attempt.held_rules.guardians_may_act:
        return None
    return None if persons.normal(actor.id) == attempt.patient else Refusal.ACTOR_IS_NOT_THE_PATIENT


def booking_is_the_patients(attempt: Attempt) -> Refusal | None:
    held = attempt.held
    return Refusal.APPOINTMENT_DOES_NOT_EXIST if held and held.patient != attempt.patient else None


def identity_is_accepted(attempt: Attempt) -> Refusal | None:
    """Rules 37 and 98: any well-formed id, unless the unit takes only national or only test identities.

    Without a patient it is an agent's question, which is about anybody (rule 20).
    """
    accepted = not attempt.patient or (
        persons.is_well_formed(attempt.patient)
        and (attempt.rules.reserve_ids_accepted or persons.is_national(attempt.patient))
        and (not attempt.rules.test_identities_only or attempt.patient in persons.OFFICIAL_TEST_IDENTITIES)
    )
    return None if accepted else Refusal.IDENTITY_IS_NOT_ACCEPTED


def patient_is_listed_where_it_matters(attempt: Attempt) -> Refusal | None:
    missing = attempt.rules.listed_patients_only and not attempt.standing.listed
    return Refusal.PATIENT_IS_NOT_LISTED if missing else None


def patient_is_not_barred(attempt: Attempt) -> Refusal | None:
    return Refusal.APPOINTMENT_IS_NOT_ALLOWED if attempt.standing.barred_entirely else None


# What the unit has switched on.


def new_booking_is_allowed(attempt: Attempt) -> Refusal | None:
    allowed = Flow.BOOK in attempt.rules.flows and attempt.rules.new_booking_allowed and not attempt.unit.retired
    return None if allowed else Refusal.APPOINTMENT_IS_NOT_ALLOWED


def invitations_are_booked_here(attempt: Attempt) -> Refusal | None:
    allowed = Flow.BOOK in attempt.rules.flows and not attempt.unit.retired
    return None if allowed else Refusal.APPOINTMENT_IS_NOT_ALLOWED


def rebookings_are_received_here(attempt: Attempt) -> Refusal | None:
    allowed = Flow.REBOOK in attempt.rules.flows and not attempt.unit.retired
    return None if allowed else Refusal.UPDATE_APPOINTMENT_IS_NOT_ALLOWED


def rebooking_is_allowed(attempt: Attempt) -> Refusal | None:
    """Rule 69."""
    allowed = Flow.REBOOK in attempt.held_rules.flows and attempt.held_rules.rebooking_allowed
    return None if allowed else Refusal.UPDATE_APPOINTMENT_IS_NOT_ALLOWED


def cancelling_is_allowed(attempt: Attempt) -> Refusal | None:
    """Rule 69."""
    allowed = Flow.CANCEL in attempt.held_rules.flows and attempt.held_rules.cancelling_allowed
    return None if allowed else Refusal.CANCEL_IS_NOT_ALLOWED


def unit_is_a_choice(attempt: Attempt) -> Refusal | None:
    """Rule 64: only a unit that the lookup of units names for this booking."""
    return None if attempt.unit.id in attempt.choices else Refusal.CARE_UNIT_IS_NOT_A_CHOICE


# The booking or invitation that one has.


def booking_is_not_cancelled(attempt: Attempt) -> Refusal | None:
    """Rule 73."""
    gone = attempt.held is not None and attempt.held.state is not BookingState.LIVE
    return Refusal.APPOINTMENT_IS_ALREADY_CANCELED if gone else None


def booking_has_a_time(attempt: Attempt) -> Refusal | None:
    """Rule 65: an open invitation is booked, not moved or cancelled."""
    return Refusal.INVITATION_HAS_NO_TIME if attempt.leaves_at is None else None


def invitation_is_not_used(attempt: Attempt) -> Refusal | None:
    """Rules 62 and 63."""
    held = attempt.held
    if held is None or held.is_open_invitation or held.state is not BookingState.LIVE:
        return None
    return Refusal.INVITATION_IS_ALREADY_USED if held.invited_by_unit_id else Refusal.APPOINTMENT_HAS_A_TIME


def invitation_is_still_open(attempt: Attempt) -> Refusal | None:
    held = attempt.held
    still = held is None or (held.state is BookingState.LIVE and not invitation_has_expired(held, attempt.now.date()))
    return None if still else Refusal.INVITATION_IS_NO_LONGER_OPEN


def invitation_has_expired(invitation: Booking, today: date) -> bool:
    return invitation.invitation_valid_to is not None and invitation.invitation_valid_to < today


def not_too_late_to_leave(attempt: Attempt) -> Refusal | None:
    held = attempt.leaves_at
    too_late = held is not None and (
        held <= attempt.now or held < attempt.held_rules.rebooking_window.opens(attempt.now)
    )
    return Refusal.TOO_LATE_TO_UPDATE_APPOINTMENT if too_late else None


def not_too_late_to_cancel(attempt: Attempt) -> Refusal | None:
    held = attempt.leaves_at
    too_late = held is not None and (
        held <= attempt.now or held < attempt.held_rules.cancelling_window.opens(attempt.now)
    )
    return Refusal.TOO_LATE_TO_CANCEL_APPOINTMENT if too_late else None


def not_too_early_to_cancel(attempt: Attempt) -> Refusal | None:
    held = attempt.leaves_at
    too_early = held is not None and held > attempt.held_rules.cancelling_window.closes(attempt.now)
    return Refusal.TOO_EARLY_TO_CANCEL_APPOINTMENT if too_early else None


# The time that one wants.


def time_has_not_passed(attempt: Attempt) -> Refusal | None:
    """Rule 60."""
    passed = attempt.starts is not None and attempt.starts <= attempt.now
    return Refusal.REQUESTED_TIME_HAS_ALREADY_PASSED if passed else None


def not_too_late_to_book(attempt: Attempt) -> Refusal | None:
    too_late = attempt.starts is not None and attempt.starts < attempt.rules.booking_window.opens(attempt.now)
    return Refusal.TOO_LATE_TO_MAKE_APPOINTMENT if too_late else None


def not_too_early_to_book(attempt: Attempt) -> Refusal | None:
    too_early = attempt.starts is not None and attempt.starts > attempt.rules.booking_window.closes(attempt.now)
    return Refusal.TOO_EARLY_TO_MAKE_APPOINTMENT if too_early else None


def new_time_is_not_too_soon(attempt: Attempt) -> Refusal | None:
    too_soon = attempt.starts is not None and attempt.starts < attempt.rules.rebooking_window.opens(attempt.now)
    return Refusal.REQUESTED_TIME_IS_TOO_SOON_TO_UPDATE if too_soon else None


def new_time_is_not_too_far(attempt: Attempt) -> Refusal | None:
    too_far = attempt.starts is not None and attempt.starts > attempt.rules.rebooking_window.closes(attempt.now)
    return Refusal.REQUESTED_TIME_IS_TOO_FAR_TO_UPDATE if too_far else None


def slot_is_free(attempt: Attempt) -> Refusal | None:
    """Rules 57 and 60: the requested time is that of a free slot, to the second."""
    return attempt.slot_is_missing if attempt.slot is None else None


def time_type_is_open_to_the_patient(attempt: Attempt) -> Refusal | None:
    slot = attempt.slot
    barred = slot is not None and slot.offer.time_type.id in attempt.standing.barred_time_type_ids
    return Refusal.TIME_TYPE_IS_NOT_OPEN_TO_PATIENT if barred else None


def performer_is_the_patients_own(attempt: Attempt) -> Refusal | None:
    if attempt.slot is None or not attempt.rules.own_performer_only:
        return None
    performer = attempt.slot.offer.performer
    own = performer is not None and performer.id in attempt.standing.own_performer_ids
    return None if own else Refusal.PERFORMER_IS_NOT_THE_PATIENTS_OWN


def patient_is_not_occupied(attempt: Attempt) -> Refusal | None:
    """The patient has no other time at that moment at the unit, where the unit minds (domain.md 2.1)."""
    if attempt.slot is None or attempt.rules.simultaneous_bookings_allowed:
        return None
    occupied = any(overlap(attempt.slot, other) for other in _others_than_held(attempt))
    return Refusal.USER_IS_ALREADY_OCCUPIED if occupied else None


def patient_has_bookings_left(attempt: Attempt) -> Refusal | None:
    """To move a booking within its unit is not to have one more."""
    held, most = attempt.held, attempt.rules.most_live_bookings
    if held is not None and held.starts is not None and held.unit_id == attempt.unit.id:
        return None
    live = [other for other in _others_than_held(attempt) if other.starts is not None and other.starts > attempt.now]
    full = most is not None and len(live) >= most
    return Refusal.TOO_MANY_APPOINTMENTS if full else None


def _others_than_held(attempt: Attempt) -> list[Booking]:
    return [other for other in attempt.others if attempt.held is None or other.id != attempt.held.id]


def overlap(slot: Slot, booking: Booking) -> bool:
    """Rule 35: an end is not included, so neighbours do not overlap."""
    if booking.starts is None or booking.ends is None:
        return False
    return slot.starts < booking.ends and booking.starts < slot.ends


TO_BE_HEARD = (actor_acts_for_the_patient, booking_is_the_patients, identity_is_accepted)
_WELCOME = (identity_is_accepted, patient_is_not_barred, patient_is_listed_where_it_matters)
_SLOT = (slot_is_free, time_type_is_open_to_the_patient, performer_is_the_patients_own)
_PATIENTS_DAY = (patient_is_not_occupied, patient_has_bookings_left)
_BOOKING_TIME = (time_has_not_passed, not_too_late_to_book, not_too_early_to_book)

# What a unit must be for a patient before any time is looked at; the lookups of units and types ask these too.
WELCOME_TO_BOOK = (new_booking_is_allowed, *_WELCOME)
WELCOME_TO_USE_INVITATION = (invitations_are_booked_here, *_WELCOME)
WELCOME_TO_REBOOK = (rebookings_are_received_here, *_WELCOME)

# What the flags in answers ask beforehand.
MAY_CANCEL = (
    booking_is_not_cancelled,
    cancelling_is_allowed,
    booking_has_a_time,
    not_too_late_to_cancel,
    not_too_early_to_cancel,
)
MAY_REBOOK = (booking_is_not_cancelled, booking_has_a_time, rebooking_is_allowed, not_too_late_to_leave)

TO_BOOK = (*TO_BE_HEARD, *WELCOME_TO_BOOK, *_BOOKING_TIME, *_SLOT, *_PATIENTS_DAY)
TO_USE_INVITATION = (
    *TO_BE_HEARD,
    invitation_is_not_used,
    invitation_is_still_open,
    unit_is_a_choice,
    *WELCOME_TO_USE_INVITATION,
    *_BOOKING_TIME,
    *_SLOT,
    *_PATIENTS_DAY,
)
TO_REBOOK = (
    *TO_BE_HEARD,
    *MAY_REBOOK,
    unit_is_a_choice,
    *WELCOME_TO_REBOOK,
    time_has_not_passed,
    new_time_is_not_too_soon,
    new_time_is_not_too_far,
    *_SLOT,
    *_PATIENTS_DAY,
)
TO_CANCEL = (actor_acts_for_the_patient, booking_is_the_patients, *MAY_CANCEL)
