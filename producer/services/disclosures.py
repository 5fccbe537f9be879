"""Whose data a call reads or changes is noted under the name of its contract (HSLF-FS 2016:40 chapter 4)."""

from collections.abc import Iterator
from contextlib import contextmanager

from producer.domain.model import Booking, CareUnit
from producer.domain.refusals import Refused
from producer.services.choices import booking_in_sight
from producer.services.reception import Asking
from producer.store.access_log import Access, note_access
from producer.store.engine import Database
from producer.store.timetable import Timetable


def access(
    asking: Asking, unit_hsa_id: str | None, patient: str, booking_id: str | None = None, *, refused: bool = False
) -> Access:
    """One line, at no unit in particular when the question went to all."""
    return Access(
        at=asking.now,
        unit=unit_hsa_id,
        origin=asking.origin,
        action=asking.service.value,
        patient=patient,
        booking=booking_id,
        refused=refused,
    )


def note_asked_about(
    database: Database, asking: Asking, unit: CareUnit, booking: Booking | None, seen_by: str | None
) -> None:
    """A question about free times or units that named a booking: its answer tells what was booked and where.

    `seen_by` is the patient who asks, None for an agent; to another patient the booking is as good as unknown, and
    what is noted is that she tried.
    """
    if booking is not None:
        refused = seen_by not in (None, booking.patient)
        database.note(access(asking, unit.hsa_id, booking.patient, booking.public_id, refused=refused))


def note_act(timetable: Timetable, asking: Asking, booking: Booking) -> None:
    """In the transaction of the act."""
    note_access(timetable, access(asking, booking.unit_hsa_id, booking.patient, booking.public_id))


@contextmanager
def noting_refusal(database: Database, asking: Asking, patient: str | None, booking_id: str | None) -> Iterator[None]:
    """An act that is refused has changed nothing, but its sentence is about what is known of the patient."""
    try:
        yield
    except Refused:
        database.note(*_refused(database, asking, patient, booking_id))
        raise


def _refused(database: Database, asking: Asking, patient: str | None, booking_id: str | None) -> Iterator[Access]:
    """Of the one whose booking it is, or for whom a time was sought; at an unknown unit nothing was looked up."""
    with database.reading() as timetable:
        unit = timetable.unit(asking.unit_hsa_id)
        booking = booking_in_sight(timetable, booking_id)
    whose, known_as = (booking.patient, booking.public_id) if booking else (patient, None)
    if unit is not None and whose is not None:
        yield access(asking, unit.hsa_id, whose, known_as, refused=True)
