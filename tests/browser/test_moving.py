"""A time is moved by mouse, by keyboard or by its form, and residents are offered it where it now is."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page
from rules.world import ANYBODY
from staff.places import NORR

from browser.clinic import Resident, next_day
from browser.hands import press, said
from browser.reception import Reception
from producer.soap import messages as m

WIRE = "%Y%m%d%H%M%S"


def by_mouse(page: Page, slot: Locator) -> None:
    """Down by as much as it is long."""
    box = slot.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] - 8, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + box["height"] / 2)
    page.mouse.move(x, y + box["height"] + 2)
    with page.expect_navigation():
        page.mouse.up()


def by_keyboard(page: Page, slot: Locator) -> None:
    slot.locator("a").focus()
    for _ in range(9):
        page.keyboard.press("Alt+ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def by_form(page: Page, slot: Locator) -> None:
    with page.expect_navigation():
        slot.locator("a").click()
    for field in ("opens", "closes"):
        found = page.locator(f"#{field}")
        moved = datetime.strptime(found.input_value(), "%H:%M") + timedelta(minutes=45)
        found.fill(f"{moved:%H:%M}")
    press(page, "Spara")


@pytest.mark.parametrize("move", [by_mouse, by_keyboard, by_form])
def test_a_time_is_moved_and_offered_where_it_now_is(
    reception: Reception, move: Callable[[Page, Locator], None]
) -> None:
    resident = reception.clinic.resident(ANYBODY)
    last = last_talk(resident)
    then = datetime.strptime(last.startTimeInclusive, WIRE)
    with reception.page("erik") as page:
        few = reception.clinic.examples["few"]
        page.goto(f"/staff/{NORR}/week?view=day&date={then.date()}&time_type={few}")
        slot = page.locator(".slot.free").last
        slot.scroll_into_view_if_needed()
        move(page, slot)
        assert f"{then + timedelta(minutes=45):%H:%M}" in said(page)
    later = last_talk(resident)
    assert later.startTimeInclusive == f"{then + timedelta(minutes=45):{WIRE}}"
    assert later.performer == last.performer


def last_talk(resident: Resident) -> m.TimeslotType:
    """The last Hälsosamtal of the first day that has any, some days from now; they are 45 minutes long."""
    after = f"{next_day(1, 2, 3, 4, 5):%Y%m%d}"
    times = resident.times(NORR, after, timeTypeID="HALSOSAMTAL")
    first = times[0].startTimeInclusive[:8]
    return max(
        (time for time in times if time.startTimeInclusive[:8] == first), key=lambda time: time.startTimeInclusive
    )
