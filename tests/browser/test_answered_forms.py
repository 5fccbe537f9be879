"""Axe on the pages that answer a form, and so have no address of their own, and on the page of the small index."""

from collections.abc import Callable
from pathlib import Path

import pytest
from index_receiver.calling import new_booking, receiving, transaction
from playwright.sync_api import Browser, Page

from browser.axe import faults_of
from browser.reception import Reception

PATIENT = "19700123-9297"
NOBODY = "20000101-2384"


def _send(page: Page, path: str, patient: str, button: str) -> None:
    page.goto(path)
    page.get_by_label("Patientens personnummer").fill(patient)
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_role("heading", level=1).wait_for()


def _all_about(page: Page) -> None:
    _send(page, "/staff/patients", PATIENT, "Visa allt")
    page.get_by_text("Påhittsdotter").wait_for()


def _nothing_known(page: Page) -> None:
    _send(page, "/staff/patients", NOBODY, "Visa allt")
    page.get_by_text("Här finns inga bokningar").wait_for()


def _erasing(page: Page) -> None:
    _all_about(page)
    page.get_by_role("button", name="Radera …").click()
    page.get_by_text("Det här gäller fortfarande").wait_for()


def _extract(page: Page) -> None:
    _send(page, "/staff/patients", PATIENT, "Utdrag ur åtkomstloggen")
    page.get_by_text("patientdatalagen").wait_for()


def _no_number(page: Page) -> None:
    _send(page, "/staff/patients", "Gunilla", "Visa allt")
    page.get_by_text("Skriv personnumret med tio eller tolv siffror").first.wait_for()


def _log(page: Page) -> None:
    _send(page, "/staff/access", PATIENT, "Sök")
    page.get_by_text("Sökte i åtkomstloggen").first.wait_for()


@pytest.mark.parametrize("answer", [_all_about, _nothing_known, _erasing, _extract, _no_number, _log])
def test_nothing_is_wrong_with_an_answer(front_desk: Reception, answer: Callable[[Page], None]) -> None:
    with front_desk.page("admin") as page:
        answer(page)
        assert faults_of(page) == []


def test_nothing_is_wrong_with_asking_to_erase(reception: Reception) -> None:
    """When nothing lies ahead any more."""
    with reception.page("admin") as page:
        page.goto(f"/staff/{reception.clinic.examples['unit']}/bookings/DEMO-BOOKING-1/withdraw")
        page.get_by_role("main").get_by_role("button").first.click()
        _all_about(page)
        page.get_by_role("button", name="Radera …").click()
        page.get_by_text("Det går inte att ångra").wait_for()
        assert faults_of(page) == []
        page.get_by_label("Skriv personnumret en gång till").fill(NOBODY)
        page.get_by_role("button", name="Radera", exact=True).click()
        page.get_by_text("Inget är raderat").wait_for()
        assert faults_of(page) == []


def test_nothing_is_wrong_with_the_page_of_the_small_index(chromium: Browser, tmp_path: Path) -> None:
    with receiving(tmp_path) as index:
        page = chromium.new_page()
        page.goto(index.url)
        assert faults_of(page, has_theme=False) == []
        assert (
            index.update(*(transaction(businessObjectInstanceIdentifier=new_booking()) for _ in range(3))).result
            == "OK"
        )
        page.goto(f"{index.url}/?reload")
        assert faults_of(page, has_theme=False) == []
        page.context.close()
