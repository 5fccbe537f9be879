"""Times from a spreadsheet: first with faults, each told by row and column, then without, and taken back."""

from datetime import date
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook
from playwright.sync_api import Page, expect
from rules.world import ANYBODY
from staff.places import NORR

from browser.axe import faults_of
from browser.clinic import next_day
from browser.hands import press, said
from browser.reception import Reception

COLUMNS = ("datum", "från", "till", "tidtyp", "utförare", "resurs")


def spreadsheet(path: Path, *rows: tuple[object, ...]) -> Path:
    book = Workbook()
    sheet = book.active
    for row in (COLUMNS, *rows):
        sheet.append(row)
    content = BytesIO()
    book.save(content)
    book.close()
    path.write_bytes(content.getvalue())
    return path


def send(page: Page, path: Path) -> None:
    page.goto(f"/staff/{NORR}/exchange")
    page.get_by_label("Fil (.xlsx eller .csv)").set_input_files(path)
    press(page, "Granska filen")


def test_a_spreadsheet_is_refused_whole_until_it_has_no_fault_and_can_be_undone(
    reception: Reception, scripts: bool, tmp_path: Path
) -> None:
    day: date = next_day(6)
    on = f"{day:%Y%m%d}"
    resident = reception.clinic.resident(ANYBODY)
    good = (day, "09:00", "09:30", "HALSOSAMTAL", "SE2321000016-DEMOP2", None)
    bad = (day, "09:00", "08:30", "FINNS-INTE", "SE2321000016-DEMOP2", None)
    with reception.page("erik", java_script_enabled=scripts) as page:
        send(page, spreadsheet(tmp_path / "fel.xlsx", good, bad))
        faults = page.get_by_role("region", name="Fel i filen")
        expect(faults.get_by_role("row").filter(has_text="FINNS-INTE")).to_contain_text("3")
        assert not scripts or faults_of(page) == []
        assert resident.times(NORR, on, on) == ()
        later = (day, "09:30", "10:00", "HALSOSAMTAL", "SE2321000016-DEMOP2", None)
        send(page, spreadsheet(tmp_path / "bra.xlsx", good, later))
        assert not scripts or faults_of(page) == []
        assert resident.times(NORR, on, on) == ()
        press(page, "Läs in")
        assert "2" in said(page)
        assert [slot.startTimeInclusive[8:12] for slot in resident.times(NORR, on, on)] == ["0900", "0930"]
        page.goto(f"/staff/{NORR}/changes")
        press(page, "Ångra")
        assert said(page).startswith("Ångrat")
    assert resident.times(NORR, on, on) == ()
