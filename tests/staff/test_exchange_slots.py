"""Times read in from sheets: looked at first, then all or nothing, and what residents are then offered."""

import io
import re
import zipfile
from contextlib import suppress
from datetime import date, datetime, time
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from rules.world import ANNA, BO, EKEN, GUNILLA, VAST

from producer.domain.staff import Invalid
from producer.services.staff.sheets_read import lines_of
from producer.store.changes import changes_of
from staff.sheets_made import SLOT_COLUMNS, csv_file, rows_in, send, xlsx_file
from staff.world import Browser, StaffWorld, text_of

PAGE = f"/staff/{EKEN}/exchange"
SATURDAY = ["2026-12-05", "09:00", "09:30", "NYBESOK", ANNA, "RUM1", "nej"]
ANOTHER = ["2026-12-05", "09:30", "10:00", "Nybesök läkare", BO.lower(), "Rum 2", "ja"]


def look(browser: Browser, content: bytes | None, kind: str = "slots", page: str = PAGE) -> Any:
    return send(browser, f"{page}/import", content, kind=kind)


def rows_carried(answer: Any) -> str:
    found = re.search(r'name="rows" value="([^"]*)"', answer.text)
    assert found, answer.text
    return unescape(found[1])


def confirm(browser: Browser, answer: Any, kind: str = "slots") -> Any:
    return send(browser, f"{PAGE}/import/confirm", None, kind=kind, rows=rows_carried(answer))


def offered(world: StaffWorld, day: str = "20261205") -> list[tuple[str, str]]:
    """What GetAvailableTimeslots answers for the day."""
    return sorted((slot.startTimeInclusive, slot.timeTypeID) for slot in world.patient(GUNILLA).times(EKEN, day, day))


def slot_count(world: StaffWorld) -> int:
    return sum('INSERT INTO "slots"' in line for line in world.dump())


FILES = {
    "CSV as Swedish Excel saves it": csv_file(SLOT_COLUMNS, SATURDAY, ANOTHER),
    "CSV with commas in plain UTF-8": csv_file(SLOT_COLUMNS, SATURDAY, ANOTHER, separator=",", encoding="utf-8"),
    "CSV of old Windows": csv_file(SLOT_COLUMNS, SATURDAY, ANOTHER, encoding="cp1252"),
    "Unicode text with tabs": csv_file(SLOT_COLUMNS, SATURDAY, ANOTHER, separator="\t", encoding="utf-16"),
    "XLSX of texts": xlsx_file(SLOT_COLUMNS, SATURDAY, ANOTHER),
    "XLSX of days and times": xlsx_file(
        SLOT_COLUMNS,
        [date(2026, 12, 5), time(9), time(9, 30), "NYBESOK", ANNA, "RUM1", False],
        [datetime(2026, 12, 5), 0.395833333333333, time(10), "nybesok", BO, "rum2", True],
    ),
    "columns in another order, and notes": csv_file(
        SLOT_COLUMNS[::-1], ["# exempel"], SATURDAY[::-1], [], ANOTHER[::-1]
    ),
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_a_file_is_looked_at_then_read_in_and_offered_at_once(world: StaffWorld, content: bytes) -> None:
    """Rule 59."""
    browser = world.browser("erik")
    assert offered(world) == []
    answer = look(browser, content)
    assert answer.status_code == 200, answer.text
    assert "Läs in 2 tider" in answer.text
    assert offered(world) == []
    answer = confirm(browser, answer)
    assert (answer.status_code, answer.location) == (302, PAGE)
    assert "2 tider inlästa från fil, Lördag 5 december till Lördag 5 december." in text_of(browser.page(PAGE))
    assert offered(world) == [("20261205090000", "NYBESOK")]


def test_the_same_file_twice_adds_nothing(world: StaffWorld) -> None:
    browser, content = world.browser("erik"), csv_file(SLOT_COLUMNS, SATURDAY, ANOTHER)
    first = look(browser, content)
    confirm(browser, first)
    count = slot_count(world)
    again = look(browser, content)
    assert "Läggs till0 Finns redan2" in text_of(html.fromstring(again.text))
    assert 'name="rows"' not in again.text
    late = confirm(browser, first)
    assert late.status_code == 302
    assert "Alla tider i filen finns redan." in text_of(browser.page(PAGE))
    assert slot_count(world) == count


def test_a_time_that_is_there_is_not_changed(world: StaffWorld) -> None:
    browser = world.browser("erik")
    there = ["2026-11-30", "08:00", "08:30", "NYBESOK", ANNA, "RUM1", "ja"]
    answer = look(browser, csv_file(SLOT_COLUMNS, there, SATURDAY))
    assert "Läs in 1 tid" in answer.text
    confirm(browser, answer)
    assert ("20261130080000", "NYBESOK") in offered(world, "20261130")


def test_what_was_read_in_can_be_undone(world: StaffWorld) -> None:
    browser = world.browser("erik")
    confirm(browser, look(browser, csv_file(SLOT_COLUMNS, SATURDAY)))
    assert offered(world) != []
    with world.timetable() as timetable:
        change = changes_of(timetable, timetable.unit(EKEN).id)[0]
    assert browser.post(f"/staff/{EKEN}/changes/{change.id}/undo").status_code == 302
    assert offered(world) == []


FAULTY = {
    "2026-02-30;09:00;09:30;NYBESOK;;;": ("datum", "Skriv dagen som 2027-01-13."),
    ";09:00;09:30;NYBESOK;;;": ("datum", "Fyll i."),
    "2026-12-05;25:00;09:30;NYBESOK;;;": ("från", "Skriv klockslaget som 08:30."),
    "2026-12-05;09:00;;NYBESOK;;;": ("till", "Fyll i."),
    "2026-12-05;09:00;09:00;NYBESOK;;;": ("till", "Tiden ska sluta efter att den börjar."),
    "2026-12-05;09:00;09:30;;;;": ("tidtyp", "Fyll i."),
    "2026-12-05;09:00;09:30;NYBESÖK;;;": ("tidtyp", "”NYBESÖK” finns inte på enheten. Menar du NYBESOK?"),
    "2026-12-05;09:00;09:30;NYBESOK;SE2321000016-EVA;;": ("utförare", "”SE2321000016-EVA” finns inte på enheten."),
    "2026-12-05;09:00;09:30;NYBESOK;;MAMMO1;": ("resurs", "”MAMMO1” finns inte på enheten."),
    "2026-12-05;09:00;09:30;NYBESOK;;;kanske": ("spärrad", "Skriv ja eller nej."),
    "2027-03-28;01:30;02:30;NYBESOK;;;": ("från", "Då ställs klockan om till sommartid, och tiden finns inte."),
    "2026-11-23;06:30;07:00;NYBESOK;;;": ("datum", "Tiden har passerat."),
}


@pytest.mark.parametrize("row", FAULTY)
def test_every_fault_is_told_by_row_and_column(world: StaffWorld, row: str) -> None:
    """Rules 34 and 36 among them."""
    content = csv_file(SLOT_COLUMNS, SATURDAY) + f"{row}\r\n".encode()
    answer = look(world.browser("erik"), content)
    assert answer.status_code == 400
    column, sentence = FAULTY[row]
    cells = re.findall(r"<tr><td>(\d+)</td><td>([^<]*)</td><td>([^<]*)</td>", answer.text)
    assert [(number, where, unescape(said)) for number, where, said in cells] == [("3", column, sentence)]


def test_all_faults_are_told_and_nothing_is_read_in(world: StaffWorld) -> None:
    browser, before = world.browser("erik"), slot_count(world)
    faulty = [row.split(";") for row in FAULTY]
    answer = look(browser, csv_file(SLOT_COLUMNS, SATURDAY, *faulty, SATURDAY))
    assert answer.status_code == 400
    assert "13 fel i filen." in answer.text
    assert "Samma tid som på rad 2." in answer.text
    assert slot_count(world) == before


def test_a_fault_that_came_after_the_preview_is_told_and_nothing_is_read_in(world: StaffWorld) -> None:
    browser = world.browser("erik")
    soon = ["2026-11-23", "07:30", "07:45", "NYBESOK", ANNA, "", ""]
    answer = look(browser, csv_file(SLOT_COLUMNS, soon, SATURDAY))
    world.later(hours=1)
    browser = world.browser("erik")
    answer = confirm(browser, answer)
    assert answer.status_code == 400
    assert "Tiden har passerat." in answer.text
    assert offered(world) == []


HEADERS = {
    "datum;från;tidtyp\n1;2;3\n": "Kolumnen till saknas.",
    "datum;från;till;tidtyp;utforar\n1;2;3;4;5\n": "Kolumnen ”utforar” finns inte. Menar du utförare?",
    "datum;från;till;tidtyp;datum\n1;2;3;4;5\n": "Kolumnen datum finns två gånger.",
    "datum;från;till;tidtyp\n": "Filen har en rubrikrad men inga rader under den.",
    "datum;från;till;tidtyp\n1;2;3;4;5\n": "Rad 2 har fler värden än rubrikraden.",
    'datum;från;till;tidtyp\n1;2;3;"4\n': "Rad 2 går inte att läsa som CSV.",
    "# bara\n": "Filen är tom.",
    "": "Välj en fil.",
}


@pytest.mark.parametrize("text", HEADERS)
def test_a_file_that_cannot_be_understood_is_refused_beside_its_field(world: StaffWorld, text: str) -> None:
    answer = look(world.browser("erik"), text.encode())
    assert answer.status_code == 400
    assert HEADERS[text] in unescape(answer.text)
    assert 'id="file-fault"' in answer.text


def packed(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return content.getvalue()


BAD_FILES = {
    "an old Excel file": (b"\xd0\xcf\x11\xe0" + bytes(100), "gammalt Excelformat"),
    "a picture": (b"\x89PNG\x81\x00" + bytes(range(256)), "CSV"),
    "a file too large": (b"a" * (5 * 1024 * 1024 + 1), "för stor"),
    "a zip of nothing": (packed(a=b"b"), "XLSX"),
    "a broken zip": (xlsx_file(SLOT_COLUMNS, SATURDAY)[:-50], "XLSX"),
    "a bomb": (packed(xl__workbook_dot_xml=bytes(61 * 1024 * 1024)), "packas upp"),
    "an entity": (
        packed(xl__workbook_dot_xml=b'<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>'),
        "XLSX",
    ),
    "an entity in UTF-16": (packed(xl__workbook_dot_xml="<!DOCTYPE x>".encode("utf-16")), "XLSX"),
    "a control character": (b"datum;fr\xc3\xa5n;till;tidtyp\n\x01;2;3;4\n", "tecken"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_no_sheet_or_hides_something_is_refused(world: StaffWorld, name: str) -> None:
    content, told = BAD_FILES[name]
    answer = look(world.browser("erik"), content)
    assert answer.status_code == 400
    assert told in answer.text


def test_a_formula_is_not_worked_out() -> None:
    content = xlsx_file(["datum", "från"], ["=1+1", '=HYPERLINK("http://evil.example")'], ["2026-12-05", "x"])
    assert [line.cells[0] for line in lines_of(content)] == ["datum", "2026-12-05"]


def test_a_time_may_end_at_midnight(world: StaffWorld) -> None:
    browser, late = world.browser("erik"), ["2026-12-05", "23:30", "00:00", "NYBESOK", ANNA, "RUM1", ""]
    confirm(browser, look(browser, csv_file(SLOT_COLUMNS, late)))
    assert offered(world) == [("20261205233000", "NYBESOK")]
    query = {"kind": "slots", "from": "2026-12-05", "to": "2026-12-05"}
    for format_ in ("csv", "xlsx"):
        content = browser.get(f"{PAGE}/export", format=format_, **query).data
        assert "Läggs till0 Finns redan1" in text_of(html.fromstring(look(browser, content).text))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60) | st.text(st.sampled_from('a;,"\n\r\t\x00å#\ufeff='), max_size=40).map(str.encode))
def test_any_bytes_are_lines_or_refused(content: bytes) -> None:
    with suppress(Invalid):
        lines_of(content)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 4000), st.binary(min_size=1, max_size=8))
def test_any_damage_to_an_xlsx_leaves_lines_or_is_refused(where: int, damage: bytes) -> None:
    whole = FILES["XLSX of texts"]
    with suppress(Invalid):
        lines_of(whole[:where] + damage + whole[where + len(damage) :])


def test_a_red_day_is_worth_a_second_look(world: StaffWorld) -> None:
    answer = look(world.browser("erik"), csv_file(SLOT_COLUMNS, ["2026-12-25", *SATURDAY[1:]]))
    assert "Fredag 25 december är en röd dag (Juldagen)." in answer.text


@pytest.mark.parametrize(
    "rows", ["", "[]", "x", "[[1,{}", '[["a",{}]]', '[[1,{"annat":"x"}]]', "[1]", "{}", "[" * 9999]
)
def test_a_form_that_was_tampered_with_is_refused(world: StaffWorld, rows: str) -> None:
    answer = send(world.browser("erik"), f"{PAGE}/import/confirm", None, kind="slots", rows=rows)
    assert answer.status_code == 400
    assert "Välj filen en gång till." in answer.text


@pytest.mark.parametrize("kind", ["", "annat"])
def test_another_kind_is_not_there(world: StaffWorld, kind: str) -> None:
    assert look(world.browser("erik"), FILES["XLSX of texts"], kind=kind).status_code == 404


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_what_is_taken_out_can_be_read_in_and_adds_nothing(world: StaffWorld, format_: str) -> None:
    browser, before = world.browser("erik"), slot_count(world)
    query = {"kind": "slots", "from": "2026-11-23", "to": "2026-12-13", "format": format_}
    answer = browser.get(f"{PAGE}/export", **query)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f"attachment; filename=tider-2026-11-23-2026-12-13.{format_}"
    header, *rows = rows_in(answer.data)
    assert header == [*SLOT_COLUMNS, "läge"]
    assert len(rows) > 100
    assert {row[7] for row in rows} == {"ledig", "bokad"}
    look_again = look(browser, answer.data)
    assert look_again.status_code == 200
    assert 'name="rows"' not in look_again.text
    assert slot_count(world) == before


def test_in_xlsx_days_and_times_are_days_and_times(world: StaffWorld) -> None:
    query = {"kind": "slots", "from": "2026-11-24", "to": "2026-11-24", "format": "xlsx"}
    rows = rows_in(world.browser("rut").get(f"{PAGE}/export", **query).data)
    assert [datetime(2026, 11, 24), time(8), time(8, 10), "PROV"] in [row[:4] for row in rows]


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (("2026-12-01", "2026-11-30"), "Perioden ska sluta"),
        (("2026-01-01", "2027-12-31"), "högst 400"),
        (("", "2026-12-31"), "Ange en dag"),
        (("0001-01-01", "9999-12-31"), "Ange en dag"),
    ],
)
def test_a_period_that_is_none_is_refused_with_what_was_typed(
    world: StaffWorld, days: tuple[str, str], told: str
) -> None:
    answer = world.browser("rut").get(f"{PAGE}/export", kind="slots", to=days[1], **{"from": days[0]})
    assert answer.status_code == 400
    assert told in answer.text
    assert f'value="{days[1]}"' in answer.text


@pytest.mark.parametrize("name", ["tider.csv", "tider.xlsx", "bokningar.csv", "bokningar.xlsx"])
def test_a_template_filled_in_with_its_example_alone_adds_nothing(world: StaffWorld, name: str) -> None:
    browser = world.browser("erik")
    content = browser.get(f"{PAGE}/template/{name}").data
    assert len(rows_in(content)) == 2
    answer = look(browser, content, kind="slots" if name.startswith("tider") else "bookings")
    assert "inga rader under den" in answer.text


def test_an_xlsx_template_explains_every_column(world: StaffWorld) -> None:
    from openpyxl import load_workbook

    content = world.browser("rut").get(f"{PAGE}/template/tider.xlsx").data
    explained = [row[0] for row in load_workbook(io.BytesIO(content)).worksheets[1].values]
    assert explained == ["kolumn", *SLOT_COLUMNS, "läge"]


@pytest.mark.parametrize(
    ("name", "unit", "codes"),
    [
        ("admin", EKEN, (200, 200)),
        ("erik", EKEN, (200, 200)),
        ("rut", EKEN, (200, 403)),
        ("erik", VAST, (403, 403)),
        (None, EKEN, (302, 302)),
    ],
)
def test_who_may_read_takes_out_and_who_may_change_reads_in(
    world: StaffWorld, name: str | None, unit: str, codes: tuple[int, int]
) -> None:
    browser, page = world.browser(name), f"/staff/{unit}/exchange"
    for path in (page, f"{page}/template/tider.csv", f"{page}/export?kind=slots&from=2026-12-01&to=2026-12-02"):
        assert browser.get(path).status_code == codes[0]
    content = csv_file(SLOT_COLUMNS, SATURDAY)
    expected = {200: 200 if unit == EKEN else 400}.get(codes[1], codes[1])
    assert look(browser, content, page=page).status_code == expected
    assert ('type="file"' in browser.get(page).text) == (codes[1] == 200)


def test_an_administrator_is_told_of_a_unit_that_is_not_there(world: StaffWorld) -> None:
    assert world.browser().get("/staff/SE2321000016-INGEN/exchange").status_code == 404
    assert world.browser().get(f"{PAGE}/template/annat.csv").status_code == 404


def test_many_times_are_read_in_quickly(world: StaffWorld) -> None:
    from time import process_time

    rows = [
        [f"2026-12-{day:02}", f"{hour:02}:{minute:02}", f"{hour:02}:{minute + 4:02}", "PROV", "", f"RUM{room}", ""]
        for day in range(1, 32) for hour in range(12, 20) for minute in range(0, 50, 5) for room in (1, 2)
    ]  # fmt: skip
    browser, began = world.browser("erik"), process_time()
    answer = look(browser, csv_file(SLOT_COLUMNS, *rows))
    assert f"Läs in {len(rows)} tider" in answer.text
    assert confirm(browser, answer).status_code == 302
    assert process_time() - began < 10
