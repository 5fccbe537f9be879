"""Who is away has no free times meanwhile, what is booked is listed, and afterwards all is as it was."""

from datetime import date, datetime
from typing import Any

import pytest
from lxml import html
from rules.world import EKEN, GUNILLA, HAKAN, VAST
from sqlalchemy import select

from producer.store import tables as t
from producer.store.base_schedules import lay_out_further
from producer.store.changes import changes_of
from staff.test_base_schedules import hidden, ids, lay_out, made, starts
from staff.world import Browser, StaffWorld, text_of

LIST = f"/staff/{EKEN}/absences"


def absent(world: StaffWorld, browser: Browser, **changes: Any) -> str:
    """The path of an absence of Anna, on Monday a week ahead unless told otherwise."""
    form = {"performer": ids(world)["ANNA"], "first": "2026-11-30", "last": "", **changes}
    answer = browser.post(LIST, form)
    assert answer.status_code == 302, text_of(html.fromstring(answer.text))
    return str(answer.location)


def anna(world: StaffWorld, first: str, last: str = "") -> list[str]:
    return starts(world, first, last, performer=("SE2321000016-ANNA",))


def bo(world: StaffWorld, first: str) -> list[str]:
    return starts(world, first, performer=("SE2321000016-BO",))


def test_who_may_see_and_who_may_change(world: StaffWorld) -> None:
    path = absent(world, world.browser("erik"))
    for page in (LIST, path):
        assert [world.browser(name).get(page).status_code for name in ("admin", "erik", "rut")] == [200, 200, 200]
        assert world.browser(None).get(page).status_code == 302
    assert world.browser("erik").get(f"/staff/{VAST}/absences").status_code == 403
    rut = world.browser("rut")
    for page in (LIST, path, f"{path}/delete"):
        form = {"performer": ids(world)["ANNA"], "first": "2026-12-01", "seen": "x"}
        assert rut.post(page, form).status_code == 403
    assert rut.page(path).xpath("//main//form") == []
    assert rut.page(LIST).xpath("//main//form") == []


def test_an_absence_of_another_unit_is_not_there(world: StaffWorld) -> None:
    path = absent(world, world.browser("erik"))
    elsewhere = path.replace(EKEN, VAST)
    assert world.browser("admin").get(elsewhere).status_code == 404
    assert world.browser("admin").post(f"{elsewhere}/delete", seen="").status_code == 404


def test_the_same_absence_is_added_once(world: StaffWorld) -> None:
    browser = world.browser("erik")
    absent(world, browser)
    again = browser.post(LIST, {"performer": ids(world)["ANNA"], "first": "2026-11-30", "last": ""})
    assert again.status_code == 400
    assert "redan inlagd som borta just den tiden" in again.text
    absent(world, browser, first="2026-12-01")


def test_free_times_are_blocked_booked_ones_listed_and_others_left_alone(world: StaffWorld) -> None:
    """Gunilla is booked with Anna at nine on that day."""
    browser = world.browser("erik")
    bos = bo(world, "20261130")
    assert anna(world, "20261130") != []
    path = absent(world, browser)
    assert anna(world, "20261130") == []
    assert anna(world, "20261201") != []
    assert bo(world, "20261130") == bos
    page = browser.page(path)
    assert "Måndag 30 november 09:00–09:30" in text_of(page)
    assert page.xpath("//a[contains(@href, '/bookings/BOKAD-1')]")
    assert GUNILLA not in text_of(page)
    assert [each.startTimeInclusive for each in world.patient(GUNILLA).schedule(EKEN)] == ["20261130090000"]


def test_the_change_is_one_sentence(world: StaffWorld) -> None:
    path = absent(world, world.browser("erik"), last="2026-12-01", reason="Kurs")
    with world.timetable() as timetable:
        unit = timetable.unit(EKEN)
        change = changes_of(timetable, unit and unit.id)[0]
    assert change.sentence.text == "Frånvaro för %(who)s: %(when)s. Spärrade tider: %(blocked)s."
    assert change.can_be_undone
    page = text_of(world.browser("rut").page(path))
    assert "2026-11-30 till 2026-12-01: Kurs." in page


def test_only_the_hours_that_are_told(world: StaffWorld) -> None:
    """An end is not included (rule 35)."""
    absent(world, world.browser("erik"), first="2026-12-01", first_at="08:30", last="2026-12-01", last_at="9.20")
    left = {each[8:12] for each in anna(world, "20261201")}
    assert left == {"0800", "0930", "0920", "0940"}


def test_when_it_is_deleted_what_it_blocked_is_free_again_and_nothing_else(world: StaffWorld) -> None:
    browser = world.browser("erik")
    with world.timetable() as timetable:
        at = datetime(2026, 12, 1, 9, 30)
        timetable.connection.execute(t.slots.update().where(t.slots.c.starts == at).values(blocked=True))
    before = anna(world, "20261201")
    path = absent(world, browser, first="2026-12-01")
    assert anna(world, "20261201") == []
    answer = browser.post(f"{path}/delete", seen=hidden(browser.page(path), "seen"))
    assert answer.location == LIST
    assert anna(world, "20261201") == before
    assert browser.get(path).status_code == 404


def test_a_new_period_opens_what_falls_out_of_it_and_blocks_what_falls_in(world: StaffWorld) -> None:
    browser = world.browser("erik")
    path = absent(world, browser, first="2026-12-01", last="2026-12-02")
    form = {"first": "2026-12-02", "last": "2026-12-03", "seen": hidden(browser.page(path), "seen")}
    assert browser.post(path, form).status_code == 302
    assert [bool(anna(world, day)) for day in ("20261201", "20261202", "20261203")] == [True, False, False]


def test_two_absences_at_once_hold_the_times_until_both_have_gone(world: StaffWorld) -> None:
    browser = world.browser("erik")
    first = absent(world, browser, first="2026-12-01", last="2026-12-02")
    second = absent(world, browser, first="2026-12-02", last="2026-12-03")
    browser.post(f"{first}/delete", seen=hidden(browser.page(first), "seen"))
    assert [bool(anna(world, day)) for day in ("20261201", "20261202", "20261203")] == [True, False, False]
    browser.post(f"{second}/delete", seen=hidden(browser.page(second), "seen"))
    assert [bool(anna(world, day)) for day in ("20261201", "20261202", "20261203")] == [True, True, True]


def test_a_time_that_is_freed_by_a_cancelling_is_shown_and_can_be_blocked_too(world: StaffWorld) -> None:
    """Rule 59: a cancelled time is free at once."""
    browser = world.browser("erik")
    path = absent(world, browser)
    world.patient(GUNILLA).cancel(EKEN, "BOKAD-1")
    assert anna(world, "20261130") == ["20261130090000"]
    page = browser.page(path)
    assert "Lediga tider som inte är spärrade: 1." in text_of(page)
    browser.post(path, first="2026-11-30", last="2026-11-30", seen=hidden(page, "seen"))
    assert anna(world, "20261130") == []


def test_the_blocking_can_be_undone_from_the_list_of_changes(world: StaffWorld) -> None:
    browser = world.browser("erik")
    before = anna(world, "20261201")
    path = absent(world, browser, first="2026-12-01")
    with world.timetable() as timetable:
        unit = timetable.unit(EKEN)
        change = changes_of(timetable, unit and unit.id)[0]
    browser.post(f"/staff/{EKEN}/changes/{change.id}/undo")
    assert anna(world, "20261201") == before
    browser.post(f"{path}/delete", seen=hidden(browser.page(path), "seen"))
    assert anna(world, "20261201") == before


def test_what_was_opened_by_hand_can_be_blocked_again(world: StaffWorld) -> None:
    browser = world.browser("erik")
    path = absent(world, browser, first="2026-12-01")
    with world.timetable() as timetable:
        timetable.connection.execute(t.slots.update().values(blocked=False))
    page = browser.page(path)
    assert "Spärrade tider: 0." in text_of(page)
    assert browser.post(path, first="2026-12-01", seen=hidden(page, "seen")).status_code == 302
    assert anna(world, "20261201") == []


def test_a_slot_that_was_deleted_meanwhile_is_no_hindrance(world: StaffWorld) -> None:
    browser = world.browser("erik")
    path = absent(world, browser, first="2026-12-01")
    with world.timetable() as timetable:
        timetable.connection.execute(t.slots.delete().where(t.slots.c.starts == datetime(2026, 12, 1, 9, 30)))
    assert browser.post(f"{path}/delete", seen=hidden(browser.page(path), "seen")).status_code == 302
    assert "0930" not in {each[8:12] for each in anna(world, "20261201")}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"performer": ""}, "performer"),
        ({"performer": "99999"}, "performer"),
        ({"first": ""}, "first"),
        ({"last": "2026-11-01"}, "last"),
        ({"last": "2036-11-01"}, "last"),
        ({"first_at": "x"}, "first_at"),
        ({"last_at": "24:00"}, "last_at"),
        ({"first_at": "09:00", "last_at": "09:00"}, "last"),
        ({"reason": "a" * 201}, "reason"),
    ],
)
def test_what_cannot_be_is_told_and_kept(world: StaffWorld, changes: dict[str, str], field: str) -> None:
    form = {"performer": ids(world)["ANNA"], "first": "2026-11-30", "reason": "Kurs", **changes}
    answer = world.browser("erik").post(LIST, form)
    assert answer.status_code == 400
    page = html.fromstring(answer.text)
    assert page.xpath(f"//*[@id='{field}-fault']")
    assert hidden(page, "reason") == form["reason"]
    with world.timetable() as timetable:
        assert timetable.connection.execute(select(t.absences)).all() == []


def test_the_second_of_two_is_told_what_it_is_now(world: StaffWorld) -> None:
    erik, admin = world.browser("erik"), world.browser("admin")
    path = absent(world, erik, first="2026-12-01")
    seen = hidden(erik.page(path), "seen")
    assert admin.post(path, first="2026-12-02", seen=seen).status_code == 302
    answer = erik.post(path, first="2026-12-03", reason="Behålls", seen=seen)
    assert answer.status_code == 409
    assert "Nu är frånvaron: Onsdag 2 december." in text_of(html.fromstring(answer.text))
    assert hidden(html.fromstring(answer.text), "reason") == "Behålls"
    assert erik.post(f"{path}/delete", seen=seen).status_code == 409
    assert anna(world, "20261202") == []


def test_nothing_is_laid_out_for_who_is_away(world: StaffWorld) -> None:
    browser = world.browser("erik")
    absent(world, browser, performer=ids(world)["BO"], first="2026-12-04", first_at="13:30", last="2026-12-04")
    page = lay_out(browser, made(world, browser))
    assert "Bo Påhittsson är frånvarande: Fredag 4 december 13:30–2026-12-05 00:00." in text_of(page)
    assert {each[8:12] for each in bo(world, "20261204")} == {"1300"}


def test_nor_do_times_go_on_by_themselves(world: StaffWorld) -> None:
    """Three weeks of Anna's times are laid out in the seed; the days of her absence come after those."""
    absent(world, world.browser("erik"), first="2026-12-15", last="2026-12-15")
    with world.timetable() as timetable:
        lay_out_further(timetable, date(2026, 11, 30))
    assert [bool(anna(world, day)) for day in ("20261214", "20261215", "20261216")] == [True, False, True]


def test_a_resident_cannot_book_who_is_away(world: StaffWorld) -> None:
    """Rule 60."""
    slot = world.patient(HAKAN).time(EKEN, "20261201080000", performer=("SE2321000016-ANNA",), timeTypeID="NYBESOK")
    absent(world, world.browser("erik"), first="2026-12-01")
    assert world.patient(HAKAN).make(slot).resultCode == "ERROR"
