"""Bookings read in from sheets, and taken out: what the patient then sees, and what is written about it."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from rules.world import ANNA, ANYBODY, BO, EKEN, GUNILLA, HAKAN, IDA

from producer.domain.model import ActorType
from producer.store.access_log import accesses
from producer.store.changes import changes_of
from staff.sheets_made import BOOKING_COLUMNS, csv_file, rows_in, send, xlsx_file
from staff.test_exchange_slots import PAGE, look, rows_carried
from staff.world import Browser, StaffWorld, text_of

FIRST = [
    "19810107-9294",
    "Håkan",
    "Exempelqvist",
    "2026-12-02",
    "08:00",
    "08:30",
    "NYBESOK",
    ANNA,
    "RUM1",
    "",
    "Ont",
    "'+46701740605",
    "",
]
SECOND = [
    "199001012385",
    "Ida",
    "Testman",
    "2026-12-02",
    "08:30",
    "09:00",
    "NYBESOK",
    "",
    "",
    "GAMMAL-17",
    "'=1+1",
    "",
    "ida@example.com",
]


def take_in(browser: Browser, content: bytes) -> Any:
    answer = look(browser, content, kind="bookings")
    assert answer.status_code == 200, answer.text
    return send(browser, f"{PAGE}/import/confirm", None, kind="bookings", rows=rows_carried(answer))


def booking_count(world: StaffWorld) -> int:
    return sum('INSERT INTO "bookings"' in line for line in world.dump())


@pytest.mark.parametrize("make", [csv_file, xlsx_file])
def test_a_booking_that_was_read_in_is_the_patients_and_its_time_is_gone(world: StaffWorld, make: Any) -> None:
    """Rules 59 and 79."""
    browser = world.browser("erik")
    before = {
        slot.startTimeInclusive
        for slot in world.patient(ANYBODY).times(EKEN, "20261202", "20261202", timeTypeID="NYBESOK", performer=(ANNA,))
    }
    assert "20261202080000" in before
    assert take_in(browser, make(BOOKING_COLUMNS, FIRST, SECOND)).status_code == 302
    assert "2 bokningar inlästa från fil." in text_of(browser.page(PAGE))
    (seen,) = [row for row in world.patient(HAKAN).schedule(EKEN) if row.startTimeInclusive == "20261202080000"]
    assert (seen.timeTypeID, seen.performer, seen.reason) == ("NYBESOK", ANNA, "Ont")
    assert world.patient(IDA).details(EKEN, "GAMMAL-17").reason == "=1+1"
    after = {
        slot.startTimeInclusive
        for slot in world.patient(ANYBODY).times(EKEN, "20261202", "20261202", timeTypeID="NYBESOK", performer=(ANNA,))
    }
    assert "20261202080000" not in after
    with world.timetable() as timetable:
        booking = timetable.booking("GAMMAL-17")
        assert timetable.contact(booking.id).email == "ida@example.com"


def test_who_read_it_in_is_in_the_trail_the_changes_and_the_access_log(world: StaffWorld) -> None:
    """Rule 74."""
    take_in(world.browser("erik"), csv_file(BOOKING_COLUMNS, FIRST, SECOND))
    with world.timetable() as timetable:
        (made,) = timetable.trail(timetable.booking("GAMMAL-17").id)
        assert (made.origin.actor.type, made.origin.actor.id) == (ActorType.STAFF, "erik")
        assert (
            changes_of(timetable, timetable.unit(EKEN).id)[0].sentence.text == "%(count)s bokningar inlästa från fil."
        )
        noted = {(each.patient, each.action, each.origin.actor.id) for each in accesses(timetable)}
    assert noted == {(HAKAN, "booking_imported", "erik"), (IDA, "booking_imported", "erik")}


def test_the_same_file_twice_adds_nothing(world: StaffWorld) -> None:
    browser, content = world.browser("erik"), csv_file(BOOKING_COLUMNS, FIRST, SECOND)
    first = look(browser, content, kind="bookings")
    rows = rows_carried(first)
    send(browser, f"{PAGE}/import/confirm", None, kind="bookings", rows=rows)
    count = booking_count(world)
    assert 'name="rows"' not in look(browser, content, kind="bookings").text
    send(browser, f"{PAGE}/import/confirm", None, kind="bookings", rows=rows)
    assert "Alla bokningar i filen finns redan." in text_of(browser.page(PAGE))
    assert booking_count(world) == count


def changed(row: list[str], **cells: str) -> list[str]:
    return [cells.get(name.replace("-", "_"), cell) for name, cell in zip(BOOKING_COLUMNS, row, strict=True)]


FAULTY = {
    "no id": (changed(FIRST, person_id=""), "person-id", "Fyll i."),
    "a wrong digit": (changed(FIRST, person_id="19810107-9295"), "person-id", "Personnumret stämmer inte, och enheten tar inte emot reservnummer."),
    "no id at all": (changed(FIRST, person_id="Håkan"), "person-id", "Skriv personnumret med tolv siffror, som 19700123-9297."),
    "no name": (changed(FIRST, förnamn=""), "förnamn", "Fyll i."),
    "a long reason": (changed(FIRST, anledning="a" * 2001), "anledning", "Skriv högst 2000 tecken."),
    "an id of two words": (changed(FIRST, bokning_id="A 1"), "bokning-id", "Ett id har inga blanksteg."),
    "an id of another's": (changed(FIRST, bokning_id="BOKAD-1"), "bokning-id", "En annan bokning har detta id, eller så är den ändrad eller avbokad."),
    "a time nobody has": (changed(FIRST, från="08:05"), "från", "Det finns ingen ledig sådan tid. Lägg in tiden först."),
    "a time that is taken": (changed(FIRST, datum="2026-11-30", från="09:00", till="09:30"), "från", "Tiden är redan bokad."),
    "another performer's": (changed(FIRST, utförare=BO, resurs="RUM1"), "från", "Det finns ingen ledig sådan tid. Lägg in tiden först."),
    "a time that is past": (changed(FIRST, datum="2026-11-20"), "datum", "Tiden har passerat."),
    "a patient who is elsewhere": (changed(FIRST, person_id=GUNILLA, datum="2026-11-30", från="09:00", till="09:30", utförare=BO, resurs="RUM2"), "från", "Patienten har redan en bokad tid som krockar med den här."),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTY)
def test_every_fault_is_told_and_nothing_is_booked(world: StaffWorld, name: str) -> None:
    """Rules 35, 37, 57 and 60."""
    row, column, sentence = FAULTY[name]
    if name in ("a wrong digit", "no id"):
        world.set_rules(EKEN, reserve_ids_accepted=False)
    before = booking_count(world)
    answer = look(world.browser("erik"), csv_file(BOOKING_COLUMNS, SECOND, row), kind="bookings")
    assert answer.status_code == 400
    assert f"<tr><td>3</td><td>{column}</td>" in answer.text
    assert f"<td>{sentence}</td>" in answer.text
    assert "1 fel i filen" in answer.text
    assert booking_count(world) == before


def test_two_rows_do_not_get_one_time(world: StaffWorld) -> None:
    """Rule 57, within one file."""
    second = changed(FIRST, person_id=IDA)
    answer = look(world.browser("erik"), csv_file(BOOKING_COLUMNS, FIRST, second), kind="bookings")
    assert answer.status_code == 400
    assert "Tiden är redan bokad." in answer.text


def test_what_was_booked_meanwhile_is_told_and_nothing_is_read_in(world: StaffWorld) -> None:
    browser = world.browser("erik")
    answer = look(browser, csv_file(BOOKING_COLUMNS, SECOND, FIRST), kind="bookings")
    patient = world.patient(ANYBODY)
    (slot,) = [
        each
        for each in patient.times(EKEN, "20261202", "20261202", timeTypeID="NYBESOK", performer=(ANNA,))
        if each.startTimeInclusive.endswith("080000")
    ]
    patient.book(slot)
    before = booking_count(world)
    answer = send(browser, f"{PAGE}/import/confirm", None, kind="bookings", rows=rows_carried(answer))
    assert answer.status_code == 400
    assert "Tiden är redan bokad." in answer.text
    assert booking_count(world) == before


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_what_is_taken_out_can_be_read_in_and_adds_nothing_and_is_noted(world: StaffWorld, format_: str) -> None:
    browser = world.browser("rut")
    take_in(world.browser("erik"), csv_file(BOOKING_COLUMNS, FIRST, SECOND))
    query = {"kind": "bookings", "from": "2026-11-23", "to": "2026-12-31", "format": format_}
    answer = browser.get(f"{PAGE}/export", **query)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=bokningar-2026-11-23")
    header, *rows = rows_in(answer.data)
    assert header == BOOKING_COLUMNS
    assert [row[0] for row in rows] == [GUNILLA, HAKAN, IDA]
    assert 'name="rows"' not in look(world.browser("erik"), answer.data, kind="bookings").text
    with world.timetable() as timetable:
        noted = [(each.patient, each.booking) for each in accesses(timetable) if each.action == "booking_exported"]
        assert {each.origin.actor.id for each in accesses(timetable, actor_id="rut")} == {"rut"}
    assert len(noted) == 3
    assert (GUNILLA, "BOKAD-1") in noted


def test_no_text_of_a_patients_is_taken_for_a_formula(world: StaffWorld) -> None:
    take_in(world.browser("erik"), csv_file(BOOKING_COLUMNS, SECOND))
    browser = world.browser("rut")
    query = {"kind": "bookings", "from": "2026-12-02", "to": "2026-12-02"}
    plain = browser.get(f"{PAGE}/export", format="csv", **query).data.decode("utf-8-sig")
    assert ";'=1+1;" in plain
    book = browser.get(f"{PAGE}/export", format="xlsx", **query).data
    assert rows_in(book)[1][10] == "=1+1"
    assert load_workbook(BytesIO(book)).worksheets[0]["K2"].data_type == "s"


@pytest.mark.parametrize(("name", "code"), [("rut", 403), (None, 302)])
def test_who_may_not_change_reads_nothing_in(world: StaffWorld, name: str | None, code: int) -> None:
    browser = world.browser(name)
    assert look(browser, csv_file(BOOKING_COLUMNS, FIRST), kind="bookings").status_code == code
    assert send(browser, f"{PAGE}/import/confirm", None, kind="bookings", rows="[]").status_code in (400, code)
