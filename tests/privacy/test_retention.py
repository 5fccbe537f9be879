"""Whose booking it was is forgotten when the operator says so; that it was, and what was done, stays."""

import threading
from datetime import timedelta

import pytest
from rules.world import EKEN, GUNILLA, IDA, INVITED, INVITED_AT_EKEN, SOMEBODY, VAST, World

from producer.domain import persons
from producer.services.retention import tidy
from producer.soap.client import SoapFault
from producer.store import tables as t

CONTACT = "first_name middle_name last_name phone email address coaddress reason purpose".split()


def rows(world: World, table: str) -> list[dict[str, object]]:
    with world.database.reading() as timetable:
        known = t.metadata.tables[table]
        return [dict(row) for row in timetable.connection.execute(known.select().order_by("id")).mappings()]


def booking(world: World, public_id: str) -> dict[str, object]:
    (found,) = [row for row in rows(world, "bookings") if row["public_id"] == public_id]
    return found


def stripped(world: World) -> set[str]:
    return {str(row["public_id"]) for row in rows(world, "bookings") if persons.is_nobody(str(row["patient"]))}


def later(world: World, days: int) -> None:
    world.now += timedelta(days=days)


def test_by_default_nothing_is_forgotten(world: World) -> None:
    later(world, 1000)
    tidy(world.database, world.now, keep_bookings_days=0)
    assert stripped(world) == set()


def test_a_booking_is_nobodys_when_it_has_been_over_for_so_many_days(world: World) -> None:
    """BOKAD-1 ends on the 30th of November, BOKAD-3 on the 2nd of December."""
    before = booking(world, "BOKAD-1")
    world.now = before["ends"] + timedelta(days=90)  # type: ignore[operator,assignment]
    tidy(world.database, world.now, keep_bookings_days=90)
    assert "BOKAD-1" not in stripped(world)
    world.later(minutes=1)
    assert tidy(world.database, world.now, keep_bookings_days=90).bookings == 1
    after = booking(world, "BOKAD-1")
    assert stripped(world) == {"BOKAD-1"}
    assert {name: after[name] for name in CONTACT} == dict.fromkeys(CONTACT)
    kept = set(after) - {*CONTACT, "patient"}
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert tidy(world.database, world.now, keep_bookings_days=90).bookings == 0


def test_no_table_but_the_log_knows_who_it_was(world: World) -> None:
    patient = world.patient(SOMEBODY)
    made = patient.book(patient.time(EKEN, "20261124080000"), reason="ont i Ryggraden")
    patient.cancel(EKEN, made, "hälsar Snöflingan")
    assert any(SOMEBODY in line for line in world.dump())
    later(world, 40)
    tidy(world.database, world.now, keep_bookings_days=30)
    for trace in (SOMEBODY, "Ryggraden", "Snöflingan", "Exempelqvist", "070-174 06 05"):
        assert [line for line in world.dump() if trace in line and made in line] == []
        assert [line for line in world.dump() if trace in line and '"booking' in line and "BOKAD" not in line] == []
    events = [row for row in rows(world, "booking_events") if row["after"]["public_id"] == made]  # type: ignore[index]
    assert [row["act"] for row in events] == ["booked", "cancelled"]


@pytest.mark.parametrize(
    ("booking_id", "days", "is_over"),
    [
        ("KALLAD-OPPEN-1", 38 + 30, False),  # valid to the 31st of December
        ("KALLAD-OPPEN-1", 39 + 30, True),
        ("KALLAD-OPPEN-3", 10_000, False),  # valid for good
    ],
)
def test_an_open_invitation_is_over_when_it_is_valid_no_more(
    world: World, booking_id: str, days: int, is_over: bool
) -> None:
    later(world, days)
    tidy(world.database, world.now, keep_bookings_days=30)
    assert (booking_id in stripped(world)) is is_over


def test_a_cancelled_booking_is_over_since_it_was_cancelled(world: World) -> None:
    world.patient(GUNILLA).cancel(EKEN, "BOKAD-1")
    later(world, 31)
    tidy(world.database, world.now, keep_bookings_days=30)
    assert "BOKAD-1" in stripped(world)


def test_nobody_is_found_under_the_name_that_stands_for_nobody(world: World) -> None:
    """It is like no identity, is another for each booking, and no contract answers with it."""
    later(world, 40)
    tidy(world.database, world.now, keep_bookings_days=30)
    names = [str(row["patient"]) for row in rows(world, "bookings") if persons.is_nobody(str(row["patient"]))]
    assert len(set(names)) == len(names) > 2
    assert not any(persons.is_well_formed(name) for name in names)
    world.set_rules(EKEN, guardians_may_act=True, past_bookings_shown=True)
    with pytest.raises(SoapFault):
        world.patient(GUNILLA).details(EKEN, "BOKAD-1")
    assert world.patient(GUNILLA).schedule(EKEN) == ()
    assert world.patient(GUNILLA).cancel(EKEN, "BOKAD-1").resultCode == "ERROR"


def test_the_index_is_told_before_the_name_is_gone(world: World) -> None:
    """rule 87: should the clock's own job not have come to it."""
    with world.timetable() as timetable:
        timetable.connection.execute(
            t.index_settings.insert(), {"id": 1, "source_system": "SE-US", "categories_by_kind": False}
        )
    with world.timetable() as timetable:
        held = timetable.booking("BOKAD-1")
        assert held is not None
        timetable.tell_index(held, world.now)
    later(world, 40)
    tidy(world.database, world.now, keep_bookings_days=30)
    assert [(row["patient"], row["deleted"]) for row in rows(world, "index_outbox")] == [
        (GUNILLA, False),
        (GUNILLA, True),
    ]
    with world.database.reading() as timetable:
        assert timetable.connection.execute(t.index_posts.select()).all() == []


def test_pages_and_files_show_it_as_erased_and_note_nobody(world: World) -> None:
    later(world, 40)
    tidy(world.database, world.now, keep_bookings_days=30)
    browser = world.browser()  # type: ignore[attr-defined]
    page = browser.get(f"/staff/{EKEN}/bookings/BOKAD-1")
    assert "Raderad" in page.text
    assert "Exempelqvist" not in page.text
    browser.get(f"/staff/{EKEN}/bookings?first=2026-11-01&last=2026-12-31")
    assert browser.get(f"/staff/{EKEN}/exchange/unit.zip").status_code in (200, 404)
    assert [row for row in rows(world, "access_log") if persons.is_nobody(str(row["patient"]))] == []


def test_a_pass_that_is_told_to_stop_stops_between_two_batches(world: World) -> None:
    later(world, 400)
    assert tidy(world.database, world.now, keep_bookings_days=30, goes_on=lambda: False).bookings == 0
    assert stripped(world) == set()


def test_it_goes_on_beside_those_who_book(world: World) -> None:
    """A pass over what is past disturbs nobody, and nobody's booking of now is touched."""
    patient = world.patient(IDA)
    done = threading.Event()
    trouble: list[BaseException] = []

    def tidying() -> None:
        try:
            while not done.is_set():
                tidy(world.database, world.now + timedelta(days=9), keep_bookings_days=1)
        except BaseException as reason:  # noqa: BLE001 - told by the test
            trouble.append(reason)

    thread = threading.Thread(target=tidying)
    thread.start()
    try:
        for slot in world.agent(IDA).times(VAST, "20261210", "20261215")[:5]:
            made = patient.book(slot)
            assert patient.details(VAST, made).subject_of_care == IDA
            assert patient.cancel(VAST, made).resultCode == "OK"
    finally:
        done.set()
        thread.join()
    assert trouble == []
    assert "BOKAD-1" in stripped(world)
    assert booking(world, "BOKAD-3")["patient"] == IDA
    assert booking(world, "KALLAD-OPPEN-1")["patient"] == INVITED
    assert booking(world, "KALLAD-OPPEN-2")["patient"] == INVITED_AT_EKEN
