"""What a receptionist does in the browser, and what residents are answered by the next SOAP call."""

import re

import pytest
from playwright.sync_api import expect
from rules.world import ANYBODY, GUNILLA
from staff.places import NORR

from browser.axe import faults_of
from browser.clinic import next_day
from browser.hands import press, said, tab_to
from browser.reception import Reception

WEEK = f"/staff/{NORR}/week"


def test_a_base_schedule_is_laid_out_as_its_preview_says_and_offered(reception: Reception, scripts: bool) -> None:
    with reception.page("erik", java_script_enabled=scripts) as page:
        page.goto(f"/staff/{NORR}/base-schedules/new")
        page.get_by_label("Provtagning").check()
        for day in ("Måndag", "Tisdag", "Onsdag", "Torsdag", "Fredag"):
            page.get_by_label(day).uncheck()
        page.get_by_label("Lördag").check()
        page.get_by_label("Från klockan").fill("09:00")
        page.get_by_label("Till klockan").fill("11:00")
        page.get_by_label("Minuter per tid").fill("20")
        if scripts:
            expect(page.locator("#sum")).to_contain_text("6 tider om dagen")
        press(page, "Spara och se vilka tider det blir")
        assert not scripts or faults_of(page) == []
        first, last = (
            page.get_by_label(name).input_value().replace("-", "") for name in ("Från och med", "Till och med")
        )
        lay_out = page.get_by_role("button", name="Lägg ut")
        number = int(re.findall(r"\d+", lay_out.inner_text())[0])
        resident = reception.clinic.resident(ANYBODY)
        before = resident.times(NORR, first, last, timeTypeID="PROV")
        press(page, "Lägg ut")
        assert str(number) in said(page)
        after = resident.times(NORR, first, last, timeTypeID="PROV")
        assert len(after) - len(before) == number > 0
        page.goto(WEEK)
        press(page, "Ångra")
        assert said(page).startswith("Ångrat")
    assert len(resident.times(NORR, first, last, timeTypeID="PROV")) == len(before)


def test_rebooking_is_forbidden_and_flag_and_refusal_follow(reception: Reception, scripts: bool) -> None:
    """Rules 66 and 77: what the flag says is what the act answers."""
    resident = reception.clinic.resident(GUNILLA)
    booked = resident.details(NORR, "DEMO-BOOKING-1")
    assert booked.rebooking_allowed is True
    with reception.page("erik", java_script_enabled=scripts) as page:
        page.goto(f"/staff/{NORR}/rules")
        page.get_by_label("Ombokning är tillåten").uncheck()
        press(page, "Förhandsgranska ändringen")
        expect(page.locator("#effects")).to_contain_text("omboka")
        assert not scripts or faults_of(page) == []
        assert resident.details(NORR, "DEMO-BOOKING-1").rebooking_allowed is True
        press(page, "Spara ändringen")
        assert "Ombokning" in said(page)
    assert resident.details(NORR, "DEMO-BOOKING-1").rebooking_allowed is False
    elsewhen = resident.times(NORR, timeTypeID="NYBESOK")[0]
    refused = resident.update("DEMO-BOOKING-1", elsewhen)
    assert refused.resultCode == "ERROR"
    assert refused.resultText


def test_a_day_is_blocked_and_opened_again_by_undoing(reception: Reception, scripts: bool) -> None:
    day = next_day(1, 2, 3, 4, 5)
    date = f"{day:%Y%m%d}"
    resident = reception.clinic.resident(ANYBODY)
    offered = resident.times(NORR, date, date)
    assert offered
    with reception.page("erik", java_script_enabled=scripts) as page:
        page.goto(f"{WEEK}?view=day&date={day}")
        boxes = page.locator(".slot.free input.pick")
        if scripts:
            boxes.first.click()
            boxes.last.click(modifiers=["Shift"])
        for box in boxes.all():
            box.check()
        press(page, "Spärra")
        assert "spärra" in said(page)
        assert resident.times(NORR, date, date) == ()
        press(page, "Ångra")
        assert said(page).startswith("Ångrat")
    assert resident.times(NORR, date, date) == offered


def test_a_slot_is_blocked_by_keyboard_alone(reception: Reception) -> None:
    day = next_day(1, 2, 3, 4, 5)
    date = f"{day:%Y%m%d}"
    resident = reception.clinic.resident(ANYBODY)
    before = resident.times(NORR, date, date)
    with reception.page("erik") as page:
        page.goto(f"{WEEK}?view=day&date={day}")
        tab_to(page, ".slot.free *")
        page.keyboard.press("Space")
        expect(page.locator("input.pick:checked")).to_have_count(1)
        tab_to(page, "button[value=block]")
        page.keyboard.press("Enter")
        expect(page.locator("#said")).to_contain_text("spärrad")
    after = resident.times(NORR, date, date)
    assert len(before) - len(after) == 1


def test_an_open_invitation_is_sent_and_booked_by_the_resident(reception: Reception, scripts: bool) -> None:
    """Rules 61, 75 and 78."""
    send_and_book(reception, scripts)


@pytest.mark.postgresql
def test_over_postgresql_the_pages_do_the_same(reception_on_server: Reception) -> None:
    """One journey tells it: `tests/staff` asks every page over both databases."""
    send_and_book(reception_on_server, scripts=True)


def send_and_book(reception: Reception, scripts: bool) -> None:
    resident = reception.clinic.resident(ANYBODY)
    with reception.page("erik", java_script_enabled=scripts) as page:
        page.goto(f"/staff/{NORR}/invitations")
        page.get_by_role("link", name="Ny öppen kallelse").click()
        page.get_by_label("Personnummer").fill(f"{ANYBODY[2:8]}-{ANYBODY[8:]}")
        page.get_by_label("Tidtyp").select_option(label="Hälsosamtal")
        page.get_by_label("Rubrik", exact=True).fill("Dags för hälsosamtal")
        page.get_by_label("Text", exact=True).fill("Välkommen att boka.\n\n# Inför besöket\n\nÄt som vanligt.")
        press(page, "Granska")
        expect(page.get_by_role("region", name="Så ser invånaren kallelsen")).to_contain_text("Inför besöket")
        assert not scripts or faults_of(page) == []
        press(page, "Skicka kallelsen")
        assert "kallelse" in said(page).casefold()
        page.goto(f"/staff/{NORR}/invitations")
        page.locator("main table a").first.click()
        invitation = page.url.rpartition("/")[2].partition("?")[0]
        shown = resident.details(NORR, invitation)
        assert shown.isInvitation is True
        assert "Ät som vanligt." in shown.purpose
        slot = resident.times(NORR, timeTypeID="HALSOSAMTAL", bookingId=invitation)[0]
        resident.book(slot, bookingId=invitation)
        page.reload()
        expect(page.locator("main")).to_contain_text("Bokad")
