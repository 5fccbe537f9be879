"""Whose data staff read or change is noted, in the transaction where they do."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from producer.domain import persons
from producer.domain.model import Booking, CareUnit
from producer.domain.staff import Invalid
from producer.services.staff.admission import Visit
from producer.store.access_log import Access, note_access
from producer.store.engine import Database
from producer.store.timetable import Timetable

Read = tuple[str, str | None]
"""A patient, and the id of the booking that it is about."""


def note_patients(timetable: Timetable, visit: Visit, unit: CareUnit, action: str, patients: Iterable[str]) -> None:
    """Each patient of a list once."""
    note_read(timetable, visit, unit, action, ((patient, None) for patient in dict.fromkeys(patients)))


def note_bookings(timetable: Timetable, visit: Visit, unit: CareUnit, action: str, bookings: Iterable[Booking]) -> None:
    note_read(timetable, visit, unit, action, ((each.patient, each.public_id) for each in bookings))


def note_read(timetable: Timetable, visit: Visit, unit: CareUnit, action: str, read: Iterable[Read]) -> None:
    """What is nobody's any more tells of nobody."""
    accesses = (
        access(visit, unit, action, patient, booking) for patient, booking in read if not persons.is_nobody(patient)
    )
    note_access(timetable, *accesses)


def access(
    visit: Visit, unit: CareUnit, action: str, patient: str, booking: str | None = None, *, refused: bool = False
) -> Access:
    return Access(
        at=visit.now,
        unit=unit.hsa_id,
        origin=visit.origin,
        action=action,
        patient=patient,
        booking=booking,
        refused=refused,
    )


@contextmanager
def noting_refusal(database: Database) -> Iterator[list[Access]]:
    """What was tried, when it is refused: nothing of it is kept, but the reason is about what is known of a patient."""
    tried: list[Access] = []
    try:
        yield tried
    except Invalid:
        database.note(*tried)
        raise
