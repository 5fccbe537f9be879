"""A patient who was booked under a reserve id turns out to have a national one, and is booked under that (rule 92)."""

from dataclasses import dataclass

from producer.domain import persons
from producer.domain.attempts import Attempt, first_refusal
from producer.domain.model import Booking, BookingState, CareUnit
from producer.domain.rules import identity_is_accepted
from producer.domain.staff import ChangedMeanwhile, Fault, Invalid, Sentence
from producer.domain.written_identities import Doubt, identity_in
from producer.services.staff import acts_sentences as told
from producer.services.staff.accesses import note_read
from producer.services.staff.acts import Acted, unit_there
from producer.services.staff.admission import Visit, changing
from producer.services.staff.fingerprints import fingerprint
from producer.services.staff.found_bookings import booking_of
from producer.store.changes import add_change
from producer.store.engine import Database
from producer.store.timetable import Timetable


@dataclass(frozen=True, kw_only=True, slots=True)
class Unidentified:
    """All that is ahead for the reserve id at one unit; `seen` is what the form to change it carries."""

    unit: CareUnit
    held: Booking
    bookings: tuple[Booking, ...]
    seen: str


def to_identify(database: Database, visit: Visit, unit_hsa_id: str, booking_id: str) -> Unidentified:
    """Raises NotThere, ChangedMeanwhile."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        found = _unidentified(timetable, visit, unit, booking_id)
        note_read(timetable, visit, unit, "booking_shown", ((each.patient, each.public_id) for each in found.bookings))
        return found


def identify(database: Database, visit: Visit, unit_hsa_id: str, booking_id: str, *, seen: str, written: str) -> Acted:
    """Every booking and invitation ahead that the id has at the unit: it is one person, who is not to be two.

    What has been stays as it was, as it may be written so in the records too. Raises Invalid, ChangedMeanwhile.
    """
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        found = _unidentified(timetable, visit, unit, booking_id)
        if found.seen != seen:
            raise ChangedMeanwhile(Sentence("Patientens bokningar har ändrats. Se efter igen."))
        patient = _national_id_in(visit, found, written)
        for name in sorted((found.held.patient, patient)):
            timetable.take_turn(name)
        made = [timetable.identify(each, patient, origin=visit.origin, now=visit.now) for each in found.bookings]
        sentence = told.identified(len(made))
        add_change(timetable, visit.staff, sentence, unit_id=found.unit.id, now=visit.now)
        known_by = [(each.patient, each.public_id) for each in (*found.bookings, *made)]
        note_read(timetable, visit, found.unit, "booking_identified", known_by)
        return Acted(booking=next(each for each in made if each.id == found.held.id), sentence=sentence)


def _unidentified(timetable: Timetable, visit: Visit, unit: CareUnit, booking_id: str) -> Unidentified:
    held = booking_of(timetable, unit, booking_id)
    if held.state is not BookingState.LIVE:
        raise ChangedMeanwhile(told.as_it_is_now(held))
    if held.starts is not None and held.starts <= visit.now:
        raise ChangedMeanwhile(Sentence("Tiden har börjat eller passerat och går inte att ändra."))
    if persons.is_national(held.patient):
        raise ChangedMeanwhile(Sentence("Bokningen har redan ett personnummer."))
    home = unit_there(timetable, visit, held.unit_id, held)
    for each in sorted(timetable.live_bookings(held.patient, home.id), key=lambda booking: booking.id):
        timetable.booking(each.public_id)  # read to be changed, so that it stays as it is found below
    ahead = tuple(
        each
        for each in timetable.live_bookings(held.patient, home.id)
        if each.starts is None or each.starts > visit.now
    )
    return Unidentified(unit=home, held=held, bookings=ahead, seen=fingerprint(*ahead))


def _national_id_in(visit: Visit, found: Unidentified, written: str) -> str:
    patient = identity_in(written, visit.now.date())
    if isinstance(patient, Doubt) or not persons.is_national(patient):
        raise Invalid(Fault("patient", Sentence("Skriv ett personnummer eller samordningsnummer som stämmer.")))
    attempt = Attempt(now=visit.now, actor=visit.origin.actor, patient=patient, unit=found.unit)
    if refusal := first_refusal((identity_is_accepted,), attempt):
        raise Invalid(Fault("patient", Sentence(refusal.value)))
    return patient
