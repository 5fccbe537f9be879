"""What the database itself promises: raw SQL, past all that the product's own code asks, cannot break it."""

from datetime import timedelta
from typing import Any

import pytest
from store.conftest import MORNING, QUARTER, Region

from producer.domain.model import Actor, ActorType, Booking, Contact, Origin, Slot
from producer.store import tables as t
from producer.store.engine import Database
from producer.store.errors import Collision

PATIENTS = ("199001012385", "200001012384")
CONTACT = Contact(first_name="Åsa", last_name="Öberg")
ACT: dict[str, Any] = {
    "origin": Origin(actor=Actor(type=ActorType.PATIENT, id=PATIENTS[0])),
    "now": MORNING - timedelta(days=1),
}


@pytest.fixture
def slots(region: Region) -> list[Slot]:
    """One after another, of one doctor in one room."""
    unit = region.unit()
    doctor, room, kind = region.performer(unit), region.resource(unit), region.time_type(unit)
    return [
        region.slot(unit, MORNING + number * QUARTER, time_type=kind, performer=doctor, resource=room)
        for number in range(3)
    ]


def booked(database: Database, slot: Slot, patient: str = PATIENTS[0]) -> Booking:
    with database.writing() as timetable:
        return timetable.book(slot, patient, CONTACT, reason=None, care_type=None, **ACT)


def holders(database: Database) -> list[int | None]:
    with database.reading() as timetable:
        return list(
            timetable.connection.scalars(
                t.slots.select().with_only_columns(t.slots.c.booking_id).order_by(t.slots.c.id)
            )
        )


def give(database: Database, slot: Slot, booking_id: int) -> None:
    with database.writing() as timetable:
        timetable.connection.execute(t.slots.update().where(t.slots.c.id == slot.id).values(booking_id=booking_id))


def copy(database: Database, slot: Slot, **changed: Any) -> None:
    """Another row of the same place."""
    with database.writing() as timetable:
        row = timetable.connection.execute(t.slots.select().where(t.slots.c.id == slot.id)).mappings().one()
        more = {name: value for name, value in row.items() if name != "id"}
        timetable.connection.execute(t.slots.insert(), {**more, "public_id": "copy", **changed})


def test_a_time_that_is_held_is_not_given_to_another(slots: list[Slot], database: Database) -> None:
    """Rule 57: not even to a booking of the very same place, as who did not look would make one."""
    first, second = booked(database, slots[0]), booked(database, slots[1], PATIENTS[1])
    with pytest.raises(Collision):
        give(database, slots[0], second.id)
    assert holders(database) == [first.id, second.id, None]


def test_a_time_is_not_given_to_a_booking_of_another_place(slots: list[Slot], database: Database) -> None:
    """Rule 60."""
    booking = booked(database, slots[0])
    with database.writing() as timetable:
        timetable.connection.execute(t.slots.update().values(booking_id=None))
    with pytest.raises(Collision):
        give(database, slots[2], booking.id)
    give(database, slots[0], booking.id)
    assert holders(database) == [booking.id, None, None]


def test_a_time_is_not_given_to_a_booking_that_has_ended(slots: list[Slot], database: Database) -> None:
    """Rule 59."""
    booking = booked(database, slots[0])
    with database.writing() as timetable:
        timetable.cancel(booking, None, **ACT)
    with pytest.raises(Collision):
        give(database, slots[0], booking.id)
    assert holders(database) == [None, None, None]


def test_a_time_that_is_made_anew_belongs_to_no_booking_of_another_place(slots: list[Slot], database: Database) -> None:
    booking = booked(database, slots[0])
    with database.writing() as timetable:
        timetable.connection.execute(t.slots.update().values(booking_id=None))
    with pytest.raises(Collision):
        copy(database, slots[1], booking_id=booking.id)
    copy(database, slots[0], booking_id=booking.id)


def test_a_booking_has_one_time(slots: list[Slot], database: Database) -> None:
    """Rule 66: it cannot keep the old one when it has the new one."""
    booking = booked(database, slots[0])
    with pytest.raises(Collision):
        copy(database, slots[0])
    assert holders(database) == [booking.id, None, None]


@pytest.mark.parametrize("who_or_what", ["performer_id", "resource_id"])
def test_nobody_and_nothing_is_in_two_places(slots: list[Slot], database: Database, who_or_what: str) -> None:
    """Rule 57."""
    first, second = booked(database, slots[0]), booked(database, slots[1], PATIENTS[1])
    other = "resource_id" if who_or_what == "performer_id" else "performer_id"
    with pytest.raises(Collision), database.writing() as timetable:
        timetable.connection.execute(
            t.bookings.update()
            .where(t.bookings.c.id == second.id)
            .values(**{other: None}, starts=first.starts, ends=first.ends)
        )


def test_two_bookings_have_not_one_id(slots: list[Slot], database: Database) -> None:
    first, second = booked(database, slots[0]), booked(database, slots[1], PATIENTS[1])
    with pytest.raises(Collision), database.writing() as timetable:
        timetable.connection.execute(
            t.bookings.update().where(t.bookings.c.id == second.id).values(public_id=first.public_id)
        )
