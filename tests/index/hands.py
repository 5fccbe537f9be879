"""What residents, staff and the clock do to bookings in the tests of the index, each answering the ids it made."""

from datetime import datetime
from typing import Any

from rules.consumer import Caller
from rules.world import ANYBODY, EKEN, GUNILLA, IDA, INVITED, INVITED_AT_EKEN, INVITED_IN_TIME, OST, VAST, World
from sqlalchemy import select
from staff import test_exchange_bookings, test_invitations, test_rules
from staff.sheets_made import BOOKING_COLUMNS, csv_file
from staff.test_bookings_acts import free, seen
from staff.test_units import form_on

from index.world import IndexWorld
from producer.store import tables as t

PERSON = {"first_name": "Ture", "last_name": "Test"}
BOOKED = f"/staff/{EKEN}/bookings/BOKAD-1"
IN_TIME = f"/staff/{VAST}/bookings/KALLAD-TID-1"
TUESDAY = {"first": "2026-11-24", "last": "2026-11-24"}
OPEN, TIMED = test_invitations.OPEN, test_invitations.TIMED


SHEET = ["198101079294", "Håkan", "Test", "2026-12-02", "08:00", "08:30", "NYBESOK", "", "", "GAMMAL-17", "", "", ""]


# Residents.


def make(world: World, starts: str = "20261124080000", unit: str = EKEN, patient: str = ANYBODY, **more: Any) -> str:
    caller = world.patient(patient)
    kind = "NYBESOK" if unit == EKEN else "MAMMOGRAFI"
    return caller.book(caller.time(unit, starts, timeTypeID=kind), **more)


def in_room(caller: Caller, unit: str, room: str) -> Any:
    found = caller.times(unit, "20261125", "20261125", timeTypeID="MAMMOGRAFI")
    return next(slot for slot in found if (slot.startTimeInclusive, slot.resourceID) == ("20261125083000", room))


def answer_at_home(world: IndexWorld) -> None:
    make(world, patient=INVITED_AT_EKEN, bookingId="KALLAD-OPPEN-2")


def answer_elsewhere(world: IndexWorld) -> None:
    make(world, unit=OST, patient=INVITED, bookingId="KALLAD-OPPEN-1")


def update(world: IndexWorld) -> None:
    gunilla = world.patient(GUNILLA)
    done = gunilla.update("BOKAD-1", gunilla.time(EKEN, "20261125093000", timeTypeID="NYBESOK"))
    assert done.resultCode == "OK", done.resultText


def update_elsewhere(world: IndexWorld) -> None:
    ida = world.patient(IDA)
    done = ida.update("BOKAD-3", in_room(ida, OST, "MAMMO1"))
    assert done.resultCode == "OK", done.resultText


def update_with_new_id(world: IndexWorld) -> str:
    world.set_rules(EKEN, rebooking_changes_id=True)
    update(world)
    (booking,) = world.patient(GUNILLA).schedule(EKEN)
    return str(booking.bookingId)


def update_invitation(world: IndexWorld) -> None:
    invited = world.patient(INVITED_IN_TIME)
    done = invited.update("KALLAD-TID-1", in_room(invited, VAST, "MAMMO1"))
    assert done.resultCode == "OK", done.resultText


def cancel(world: IndexWorld) -> None:
    assert world.patient(GUNILLA).cancel(EKEN, "BOKAD-1").resultCode == "OK"


def cancel_invitation(world: IndexWorld) -> None:
    assert world.patient(INVITED_IN_TIME).cancel(VAST, "KALLAD-TID-1").resultCode == "OK"


# Staff.


def slot_id(world: IndexWorld, starts: datetime, kind: str, performer: str) -> str:
    """A slot that may be free to one who leaves another, which no contract tells of."""
    query = (
        select(t.slots.c.public_id)
        .join(t.time_types, t.time_types.c.id == t.slots.c.time_type_id)
        .join(t.performers, t.performers.c.id == t.slots.c.performer_id)
        .where(t.slots.c.starts == starts, t.time_types.c.code == kind, t.performers.c.hsa_id == performer)
    )
    with world.database.reading() as timetable:
        return str(timetable.connection.execute(query).scalar_one())


def end(world: IndexWorld, path: str, act: str, **fields: Any) -> None:
    admin = world.browser()
    answer = admin.post(f"{path}/{act}", seen=seen(admin, f"{path}/{act}"), **fields)
    assert answer.status_code == 302, answer.text


def book_by_staff(world: IndexWorld, patient: str = ANYBODY, **more: Any) -> str:
    erik = world.browser("erik")
    path = free(erik, f"/staff/{EKEN}/book", **TUESDAY, time_type="NYBESOK")[0]
    answer = erik.post(path, {**PERSON, "patient": patient, **more})
    assert answer.status_code == 302, answer.text
    return str(answer.location.rpartition("/")[2])


def move_by_staff(world: IndexWorld, path: str = BOOKED, **more: Any) -> None:
    move_to(world, free(world.browser(), f"{path}/times", **TUESDAY, **more)[0])


def move_to(world: IndexWorld, path: str, **more: Any) -> None:
    admin = world.browser()
    answer = admin.post(path, {**PERSON, "seen": seen(admin, path), **more})
    assert answer.status_code == 302, answer.text


def invite(world: IndexWorld, form: dict[str, Any], unit: str = EKEN) -> str:
    assert test_invitations.send(world.browser(), unit, form).status_code == 302
    return world.lines()[-1].booking


def withdraw_several(world: IndexWorld) -> None:
    admin, path = world.browser(), f"/staff/{EKEN}/invitations"
    chosen = [box.get("value") for box in admin.page(path).xpath('//input[@name="chosen"]')]
    assert admin.post(f"{path}/withdrawn", {"chosen": chosen}).status_code == 302


def take_in_sheet(world: IndexWorld) -> str:
    assert test_exchange_bookings.take_in(world.browser("erik"), csv_file(BOOKING_COLUMNS, SHEET)).status_code == 302
    return "GAMMAL-17"


def change_rules(world: IndexWorld, unit: str = EKEN, **fields: Any) -> None:
    """As the form of the rules does it."""
    admin, page = world.browser(), f"/staff/{unit}/rules"
    test_rules.save(admin, test_rules.preview_of(admin, page, **fields), page)


# The clock.


def wait_until(world: IndexWorld, moment: datetime) -> int:
    world.now = moment
    return world.expire()


__all__ = ["form_on", "free", "seen"]
