"""Times and bookings of a period told as sheets, in the columns that can be read in again."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from producer.domain.model import CareUnit
from producer.domain.staff import Fault, Invalid, Sentence
from producer.services.staff.accesses import note_read
from producer.services.staff.admission import Visit, noting, reading
from producer.services.staff.sheets import Kind
from producer.services.staff.sheets_written import Cell, Format, sheet_of
from producer.store.engine import Database
from producer.store.sheets import Thing, Things, bookings_between, things_of
from producer.store.slot_rows import SlotRow, slots_between
from producer.store.timetable import Timetable

_LONGEST = timedelta(days=400)
_DAY = timedelta(days=1)


def exported(
    database: Database, visit: Visit, unit_hsa_id: str, *, kind: Kind, first: date, last: date, format_: Format
) -> bytes:
    """From the first of the days to the last, both included; raises Invalid."""
    if last < first:
        raise Invalid(Fault("to", Sentence("Perioden ska sluta efter att den börjar.")))
    if last - first > _LONGEST:
        raise Invalid(Fault("to", Sentence("Välj högst 400 dagar.")))
    starts, ends = datetime.combine(first, time()), datetime.combine(last, time()) + _DAY
    if kind is Kind.SLOTS:
        with reading(database, visit, unit_hsa_id) as (timetable, unit):
            rows = list(_slots(timetable, unit, starts, ends))
    else:
        with noting(database, visit, unit_hsa_id) as (timetable, unit):
            rows = list(_bookings(timetable, visit, unit, starts, ends))
    return sheet_of(kind, rows, format_)


def _slots(timetable: Timetable, unit: CareUnit, starts: datetime, ends: datetime) -> Iterator[list[Cell]]:
    things = things_of(timetable, unit.id)
    for slot in slots_between(timetable, unit.id, starts, ends):
        face = slot.face
        if face.starts >= starts:
            here = _when_and_what(
                things, face.starts, face.ends, (face.time_type_id, face.performer_id, face.resource_id)
            )
            yield [*here, "ja" if face.blocked else "nej", _state(slot)]


def _bookings(
    timetable: Timetable, visit: Visit, unit: CareUnit, starts: datetime, ends: datetime
) -> Iterator[list[Cell]]:
    things = things_of(timetable, unit.id)
    booked = bookings_between(timetable, unit.id, starts, ends)
    note_read(timetable, visit, unit, "booking_exported", ((each.patient, each.public_id) for each in booked))
    for each in booked:
        here = _when_and_what(things, each.starts, each.ends, (each.time_type_id, each.performer_id, each.resource_id))
        names = [each.patient, each.first_name, each.last_name]
        yield [*names, *here, each.public_id, each.reason, each.phone, each.email]


def _when_and_what(
    things: Things, starts: datetime, ends: datetime, ids: tuple[int | None, int | None, int | None]
) -> list[Cell]:
    listed = (things.time_types, things.performers, things.resources)
    codes = [_code(known.get(id_)) if id_ is not None else None for known, id_ in zip(listed, ids, strict=True)]
    return [starts.date(), starts.time(), ends.time(), *codes]


def _code(thing: Thing | None) -> str | None:
    return None if thing is None else thing.code


def _state(slot: SlotRow) -> str:
    if slot.booking_id is not None:
        return "bokad"
    return "spärrad" if slot.face.blocked else "ledig"
