"""A day or a week is copied to other days, weeks and performers as the preview shows it."""

from datetime import datetime
from typing import Any

import pytest
from lxml import html
from rules.world import EKEN, HAKAN
from sqlalchemy import func, select

from producer.store import tables as t
from staff.test_base_schedules import hidden, ids, starts
from staff.world import Browser, StaffWorld, text_of

COPY = f"/staff/{EKEN}/copy"
FRIDAY = {"span": "day", "source": "2026-11-27", "targets": "2027-01-08", "whose": "", "performer": "", "resource": ""}


def copied(browser: Browser, **changes: Any) -> html.HtmlElement:
    """The preview that was confirmed."""
    order = {**FRIDAY, **changes}
    page = browser.page(COPY, **order)
    answer = browser.post(COPY, order, seen=hidden(page, "seen"))
    assert answer.status_code == 302, text_of(html.fromstring(answer.text))
    return page


def clock_times(world: StaffWorld, day: str, **filters: Any) -> list[str]:
    return [each[8:12] for each in starts(world, day, **filters)]


def number_of_slots(world: StaffWorld) -> int:
    with world.timetable() as timetable:
        return int(timetable.connection.scalar(select(func.count()).select_from(t.slots)) or 0)


def test_a_day_is_copied_to_several_days(world: StaffWorld) -> None:
    wanted = clock_times(world, "20261127")
    assert clock_times(world, "20270108") == []
    page = copied(world.browser("erik"), targets="2027-01-08, 2027-01-11 till 2027-01-12")
    assert f"Lägg till {3 * len(wanted)} tider" in text_of(page)
    assert [clock_times(world, day) for day in ("20270108", "20270111", "20270112")] == [wanted] * 3


def test_a_week_is_copied_by_any_day_in_it_and_red_days_are_skipped_by_name(world: StaffWorld) -> None:
    """6 January is a red Wednesday."""
    page = copied(world.browser("erik"), span="week", source="2026-12-03", targets="2027-01-08")
    assert "Röd dag: Trettondedag jul." in text_of(page)
    for there, here in (("20261201", "20270105"), ("20261204", "20270108")):
        assert clock_times(world, here) == clock_times(world, there)
    assert clock_times(world, "20270106") == []


def test_one_performers_day_is_given_to_another_in_another_room(world: StaffWorld) -> None:
    known = ids(world)
    copied(
        world.browser("erik"),
        source="2026-12-01",
        targets="2026-12-01",
        whose=known["ANNA"],
        performer=known["BO"],
        resource=known["RUM2"],
    )
    annas = clock_times(world, "20261201", performer=("SE2321000016-ANNA",))
    assert clock_times(world, "20261201", performer=("SE2321000016-BO",)) == annas != []


def test_booked_times_are_copied_as_free_and_blocked_ones_not_at_all(world: StaffWorld) -> None:
    with world.timetable() as timetable:
        at = datetime(2026, 11, 30, 9, 30)
        timetable.connection.execute(t.slots.update().where(t.slots.c.starts == at).values(blocked=True))
    copied(world.browser("erik"), source="2026-11-30", targets="2027-01-11", whose=ids(world)["ANNA"])
    found = clock_times(world, "20270111", timeTypeID="NYBESOK")
    assert found == ["0800", "0830", "0900"]


def test_copying_twice_adds_nothing(world: StaffWorld) -> None:
    browser = world.browser("erik")
    copied(browser)
    before = number_of_slots(world)
    assert "inget att lägga till" in text_of(copied(browser))
    assert number_of_slots(world) == before


def test_what_is_in_the_way_is_told(world: StaffWorld) -> None:
    known = ids(world)
    order = {
        **FRIDAY,
        "source": "2026-12-01",
        "targets": "2026-12-02",
        "whose": known["ANNA"],
        "performer": known["BO"],
    }
    page = world.browser("erik").page(COPY, **order)
    assert "Krockar med lediga tider: Nybesök läkare, Leg. läkare Anna Maria Exempelsson, Rum 1." in text_of(page)


def test_if_the_times_change_between_there_is_a_new_preview(world: StaffWorld) -> None:
    browser = world.browser("erik")
    order = {**FRIDAY, "source": "2026-11-27", "targets": "2026-12-04, 2027-01-08"}
    seen = hidden(browser.page(COPY, **order), "seen")
    world.patient(HAKAN).book(world.patient(HAKAN).time(EKEN, "20261204080000"))
    before = number_of_slots(world)
    answer = browser.post(COPY, order, seen=seen)
    assert answer.status_code == 409
    assert "bokad" in text_of(html.fromstring(answer.text))
    assert number_of_slots(world) == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"source": ""}, "source"),
        ({"targets": ""}, "targets"),
        ({"targets": "nästa vecka"}, "targets"),
        ({"targets": "2027-01-01 till 2028-12-31"}, "targets"),
        ({"span": "month"}, "span"),
        ({"whose": "99999"}, "whose"),
        ({"performer": "99999"}, "performer"),
        ({"resource": "99999"}, "resource"),
    ],
)
def test_what_cannot_be_is_told_and_kept(world: StaffWorld, changes: dict[str, str], field: str) -> None:
    order = {**FRIDAY, **changes}
    browser = world.browser("erik")
    for answer in (browser.get(COPY, **order), browser.post(COPY, order, seen="x")):
        assert answer.status_code == 400
        page = html.fromstring(answer.text)
        assert page.xpath(f"//*[@id='{field}-fault']")
        assert hidden(page, "targets") == order["targets"]


def test_a_reader_may_look_but_not_copy(world: StaffWorld) -> None:
    rut = world.browser("rut")
    page = rut.page(COPY, **FRIDAY)
    assert "Lägg till" not in text_of(page).partition("Läggs till")[0]
    before = number_of_slots(world)
    assert rut.post(COPY, FRIDAY, seen=hidden(page, "seen")).status_code == 403
    assert number_of_slots(world) == before
