"""The pictures of the README, taken of the pages as they are: `make screenshots` puts them in docs/."""

import os
import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from clients.serving import SECONDS, serving
from index_receiver.calling import receiving
from playwright.sync_api import Browser, Page
from rules.world import ANYBODY
from staff.places import NORR

from browser.hands import press
from browser.reception import Reception
from producer.clock import swedish_time

ROOT = Path(__file__).parents[2]
UNIT = f"/staff/{NORR}"


def week(page: Page) -> None:
    """Of one performer, with a booking, and some times blocked."""
    page.goto(f"{UNIT}/week?date={swedish_time().date() + timedelta(days=7)}")
    page.locator("#by-performer").select_option(label="Leg. läkare Anna Exempelsson")
    press(page, "Visa")
    for box in page.locator("input.pick").all()[4:8]:
        box.check()
    press(page, "Spärra")
    page.goto(page.url)


def base_schedule(page: Page) -> None:
    page.goto(f"{UNIT}/base-schedules/new")
    page.get_by_label("Hälsosamtal").check()
    page.get_by_label("Utförare").select_option(label="Leg. läkare Cecilia Modellström")
    page.get_by_label("Från klockan").fill("13:00")
    page.get_by_label("Till klockan").fill("16:00")
    page.get_by_label("Minuter per tid").fill("45")
    press(page, "Spara och se vilka tider det blir")


def rules(page: Page) -> None:
    page.goto(f"{UNIT}/rules")
    page.get_by_label("Ombokning är tillåten").uncheck()
    press(page, "Förhandsgranska ändringen")


def booking(page: Page) -> None:
    page.goto(f"{UNIT}/bookings/DEMO-BOOKING-1")


def invitation(page: Page) -> None:
    page.goto(f"{UNIT}/invitations/new?kind=open")
    page.get_by_label("Personnummer").fill(ANYBODY)
    page.get_by_label("Tidtyp").select_option(label="Hälsosamtal")
    page.get_by_label("Rubrik", exact=True).fill("Välkommen till ett hälsosamtal")
    page.get_by_label("Text", exact=True).fill(
        "Vi vill gärna träffa dig. Samtalet tar omkring 45 minuter.\n\n"
        "# Inför besöket\n\nÄt som vanligt. [Läs mer om hälsosamtal](https://www.1177.se)."
    )
    press(page, "Granska")


def connecting(page: Page) -> None:
    page.goto(f"{UNIT}/connecting")


PICTURES: dict[str, tuple[Callable[[Page], None], int]] = {
    "week": (week, 900),
    "base-schedule": (base_schedule, 820),
    "rules": (rules, 480),
    "booking": (booking, 620),
    "invitation": (invitation, 700),
    "connecting": (connecting, 800),
}


def take_index(chromium: Browser, folder: Path, picture: Path) -> None:
    """The posts of the demo, as the small index shows them who was told by a producer."""
    told, telling = folder / "told", folder / "telling"
    told.mkdir()
    telling.mkdir()
    with receiving(told) as index, serving(telling, "--demo", "--index-url", index.url):
        until = time.monotonic() + SECONDS
        while not index.held("DEMO-TIMED-1") and time.monotonic() < until:
            time.sleep(0.1)
        page = chromium.new_page(viewport={"width": 1280, "height": 760}, locale="sv-SE")
        page.goto(index.url)
        page.get_by_text("DEMO-TIMED-1").first.wait_for()
        page.screenshot(path=picture)
        page.close()


def test_the_readme_has_a_picture_of_each_main_page(reception: Reception, chromium: Browser, tmp_path: Path) -> None:
    """Taken whenever the tests run, so that it can be done when it is asked for."""
    folder = ROOT / "docs" if os.environ.get("SCREENSHOTS") else tmp_path
    with reception.page("erik") as page:
        for name, (make, height) in PICTURES.items():
            page.set_viewport_size({"width": 1280, "height": height})
            make(page)
            page.evaluate("scrollTo(0, 0)")
            page.screenshot(path=folder / f"{name}.png")
    take_index(chromium, tmp_path, folder / "index.png")
    assert {path.stem for path in folder.glob("*.png")} == {*PICTURES, "index"}
    shown = set(re.findall(r"\]\(docs/([\w-]+)\.png\)", (ROOT / "README.md").read_text("utf-8")))
    assert shown == {*PICTURES, "index"}
