"""One patient's data: told whole to an administrator, fetched as a file, and erased when she asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from producer.domain.model import Booking, BookingState
from producer.domain.rules import invitation_has_expired
from producer.domain.staff import Fault, Invalid, NotAllowed, Sentence
from producer.domain.written_identities import any_identity_in
from producer.services.staff.admission import Visit, administering
from producer.services.staff.patients_told import Dossier, KnownBooking, file_of
from producer.services.staff.trail_names import with_names
from producer.store import privacy
from producer.store.access_log import Access, accesses, note_access
from producer.store.changes import add_change
from producer.store.engine import Database
from producer.store.timetable import Timetable

MOST_LINES = 50_000
"""So much of the access log goes in a file or on a page; the newest."""

_AHEAD = Sentence("Det finns bokningar eller kallelser som gäller. Avsluta dem först.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Extract:
    """From which units and when a patient's data was read, for herself to read; nobody of the staff is named in it."""

    patient: str
    lines: tuple[Access, ...]
    unit_names: Mapping[str, str]
    """By the id that a line has."""


def check_may_ask(visit: Visit) -> None:
    """Raises NotAllowed."""
    if not visit.staff.is_administrator:
        raise NotAllowed


def look(database: Database, visit: Visit, typed: str) -> Dossier:
    """All that there is about her; raises Invalid, NotAllowed."""
    return _dossier(database, visit, typed, "patient_shown")


def file(database: Database, visit: Visit, typed: str) -> bytes:
    """The same as JSON; raises Invalid, NotAllowed."""
    return file_of(_dossier(database, visit, typed, "patient_exported"), visit.now)


def extract(database: Database, visit: Visit, typed: str) -> Extract:
    """What she has a right to know of who has seen her data (patient data act 8:5); raises Invalid, NotAllowed."""
    patient = _patient_asked(visit, typed)
    with administering(database, visit) as timetable:
        _note(timetable, visit, patient, "log_extracted")
        return Extract(
            patient=patient,
            lines=tuple(accesses(timetable, patient=patient, limit=MOST_LINES)),
            unit_names={unit.hsa_id: unit.name for unit in timetable.units()},
        )


def erase(database: Database, visit: Visit, typed: str, typed_again: str) -> Sentence:
    """Her bookings become nobody's and the notes about her go; the access log stays, as the law has it.

    What lies ahead is to be cancelled first, by one who tells her: an erased booking could not be found at the desk.
    Raises Invalid, NotAllowed.
    """
    patient = _patient_asked(visit, typed)
    if any_identity_in(typed_again, visit.now.date()) != patient:
        raise Invalid(Fault("again", Sentence("Skriv samma personnummer en gång till.")))
    with administering(database, visit) as timetable:
        timetable.take_turn(patient)
        bookings = privacy.bookings_of_patient(timetable, patient)
        if any(is_ahead(booking, visit.now) for booking in bookings):
            raise Invalid(Fault("again", _AHEAD))
        notes = privacy.remove_notes(timetable, patient)
        for start in range(0, len(bookings), privacy.AT_ONCE):
            batch = bookings[start : start + privacy.AT_ONCE]
            privacy.strip(timetable, [booking.id for booking in batch], visit.now)
        privacy.forget_actor(timetable, patient)
        _note(timetable, visit, patient, "patient_erased")
        sentence = Sentence(
            "Uppgifterna om en patient är raderade: %(bookings)s bokningar och kallelser, %(notes)s noteringar.",
            {"bookings": len(bookings), "notes": notes},
        )
        add_change(timetable, visit.staff, sentence, unit_id=None, now=visit.now)
        return sentence


def is_ahead(booking: Booking, now: datetime) -> bool:
    """Whether anybody still counts on it."""
    if booking.state is not BookingState.LIVE:
        return False
    return not invitation_has_expired(booking, now.date()) if booking.ends is None else booking.ends > now


def _patient_asked(visit: Visit, typed: str) -> str:
    check_may_ask(visit)
    if patient := any_identity_in(typed, visit.now.date()):
        return patient
    raise Invalid(Fault("patient", Sentence("Skriv personnumret med tio eller tolv siffror, som 19700123-9297.")))


def _dossier(database: Database, visit: Visit, typed: str, action: str) -> Dossier:
    patient = _patient_asked(visit, typed)
    with administering(database, visit) as timetable:
        _note(timetable, visit, patient, action)
        bookings = privacy.bookings_of_patient(timetable, patient)
        return Dossier(
            patient=patient,
            bookings=tuple(_known(timetable, booking, visit.now) for booking in bookings),
            elsewhere=privacy.rows_of_patient(timetable, patient),
            accesses=tuple(accesses(timetable, patient=patient, limit=MOST_LINES)),
        )


def _known(timetable: Timetable, booking: Booking, now: datetime) -> KnownBooking:
    return KnownBooking(
        booking=booking,
        contact=timetable.contact(booking.id),
        trail=with_names(timetable, timetable.trail(booking.id)),
        is_ahead=is_ahead(booking, now),
    )


def _note(timetable: Timetable, visit: Visit, patient: str, action: str) -> None:
    """Before anything is read; that there was nothing to see is noted too."""
    note_access(timetable, Access(at=visit.now, unit=None, origin=visit.origin, action=action, patient=patient))
