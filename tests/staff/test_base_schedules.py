"""Base schedules are made, changed, given exceptions, ended and deleted by those who may, and residents see what comes of it."""

from datetime import date, datetime
from typing import Any

import pytest
from lxml import html
from rules.world import EKEN, GUNILLA, VAST
from sqlalchemy import select

from producer.domain.schedule import UnitSchedule
from producer.store import tables as t
from producer.store.base_schedules import lay_out_further
from producer.store.changes import changes_of
from producer.store.schedule_register import unit_schedules
from staff.world import Browser, StaffWorld, text_of

LIST = f"/staff/{EKEN}/base-schedules"
NEW = f"{LIST}/new"
FRIDAY_AFTERNOON = {
    "weekdays": ["5"],
    "opens": "13:00",
    "closes": "15:00",
    "length": "30",
    "pause": "10",
    "every_weeks": "1",
    "valid_from": "2026-11-23",
    "valid_to": "",
    "name": "Bo fredag",
    "resource": "",
}


def ids(world: StaffWorld, unit: str = EKEN) -> dict[str, str]:
    """The keys that the forms name, by code."""
    with world.timetable() as timetable:
        known = timetable.unit(unit)
        assert known
        found = {each.code: str(each.id) for each in timetable.time_types(known.id)}
        found |= {each.hsa_id.rpartition("-")[2]: str(each.id) for each in timetable.performers(known.id)}
        return found | {each.code: str(each.id) for each in timetable.resources(known.id)}


def filled(world: StaffWorld, **changes: Any) -> dict[str, Any]:
    known = ids(world)
    return {**FRIDAY_AFTERNOON, "time_types": [known["NYBESOK"]], "performer": known["BO"], **changes}


def schedules(world: StaffWorld, unit: str = EKEN) -> dict[str, UnitSchedule]:
    with world.timetable() as timetable:
        known = timetable.unit(unit)
        assert known
        return {each.name: each for each in unit_schedules(timetable, known.id)}


def made(world: StaffWorld, browser: Browser, **changes: Any) -> str:
    """The path of a schedule that is made and not laid out."""
    answer = browser.post(NEW, filled(world, **changes))
    assert answer.status_code == 302, text_of(html.fromstring(answer.text))
    return answer.location.removesuffix("/layout")


def hidden(page: html.HtmlElement, name: str) -> str:
    return str(page.xpath(f"(//input[@name='{name}'])[1]/@value")[0])


def lay_out(browser: Browser, path: str, first: str = "2026-11-23", last: str = "2026-12-31") -> html.HtmlElement:
    """What the preview was that is confirmed."""
    page = browser.page(f"{path}/layout", first=first, last=last)
    answer = browser.post(f"{path}/layout", first=first, last=last, seen=hidden(page, "seen"))
    assert answer.status_code == 302, text_of(html.fromstring(answer.text))
    return page


def starts(world: StaffWorld, first: str, last: str = "", **filters: Any) -> list[str]:
    return [slot.startTimeInclusive for slot in world.patient(GUNILLA).times(EKEN, first, last or first, **filters)]


def bo(world: StaffWorld, first: str, last: str = "") -> list[str]:
    return starts(world, first, last, performer=("SE2321000016-BO",), timeTypeID="NYBESOK")


@pytest.mark.parametrize("path", ["base-schedules", "base-schedules/new", "base-schedules/1", "base-schedules/1/layout", "base-schedules/1/delete", "copy"])  # fmt: skip
def test_who_may_see_and_who_may_change(world: StaffWorld, path: str) -> None:
    is_to_change = path.endswith(("new", "delete"))
    first = min(each.id for each in schedules(world).values())
    path = path.replace("/1", f"/{first}")
    codes = {
        name: world.browser(name).get(f"/staff/{unit}/{path}").status_code
        for name, unit in (("admin", EKEN), ("erik", EKEN), ("rut", EKEN))
    }
    assert codes == {"admin": 200, "erik": 200, "rut": 403 if is_to_change else 200}
    assert world.browser("erik").get(f"/staff/{VAST}/{path}").status_code == 403
    assert world.browser(None).get(f"/staff/{EKEN}/{path}").status_code == 302


@pytest.mark.parametrize("path", ["base-schedules/new", "base-schedules/1", "base-schedules/1/days", "base-schedules/1/end", "base-schedules/1/delete", "base-schedules/1/layout"])  # fmt: skip
def test_a_reader_changes_nothing(world: StaffWorld, path: str) -> None:
    first = min(each.id for each in schedules(world).values())
    before = world.dump()
    browser = world.browser("rut")
    form = filled(world, last="2026-12-01", first="2026-11-23", days="2026-12-01", kind="off")
    assert browser.post(f"/staff/{EKEN}/{path.replace('/1', f'/{first}')}", form).status_code == 403
    assert [line for line in world.dump() if line not in before and "sign_ins" not in line] == []
    assert "Spara" not in text_of(browser.page(f"{LIST}/{first}"))


def test_a_schedule_of_another_unit_is_not_there(world: StaffWorld) -> None:
    elsewhere = min(each.id for each in schedules(world, VAST).values())
    assert world.browser("erik").get(f"{LIST}/{elsewhere}").status_code == 404
    assert world.browser("erik").post(f"{LIST}/{elsewhere}/delete", seen="x").status_code == 404


def test_from_an_empty_form_to_times_that_residents_can_book(world: StaffWorld) -> None:
    browser = world.browser("erik")
    assert bo(world, "20261127") == []
    answer = browser.post(NEW, filled(world))
    assert answer.status_code == 302
    assert answer.location.endswith("/layout")
    assert bo(world, "20261127") == []
    page = browser.page(answer.location)
    assert "Lägg ut 18 tider" in text_of(page)
    assert "Fredag 25 december" in text_of(page)
    assert "Röd dag: Juldagen" in text_of(page)
    lay_out(browser, answer.location.removesuffix("/layout"))
    assert bo(world, "20261127") == [f"20261127{at}00" for at in ("1300", "1340", "1420")]
    days = world.patient(GUNILLA).days(EKEN, "20261127", "20261127", performer=("SE2321000016-BO",))
    assert [each.date for each in days] == ["20261127"]
    assert bo(world, "20261225") == []


def test_the_change_is_told_in_one_sentence_that_can_be_undone(world: StaffWorld) -> None:
    browser = world.browser("erik")
    lay_out(browser, made(world, browser), last="2026-11-29")
    with world.timetable() as timetable:
        unit = timetable.unit(EKEN)
        change = changes_of(timetable, unit and unit.id)[0]
    assert change.sentence.text.startswith("Grundschemat %(name)s utlagt %(first)s till %(last)s.")
    assert (change.sentence.values["added"], change.can_be_undone) == (3, True)
    browser.post(f"/staff/{EKEN}/changes/{change.id}/undo")
    assert bo(world, "20261127") == []


def test_without_a_name_it_is_called_by_whose_it_is_and_what_for(world: StaffWorld) -> None:
    browser = world.browser("erik")
    made(world, browser, name="")
    made(world, browser, name=" ")
    assert {"Bo Påhittsson, Nybesök läkare", "Bo Påhittsson, Nybesök läkare 2"} <= set(schedules(world))


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"opens": "25:00"}, "opens", "Ange ett klockslag"),
        ({"closes": ""}, "closes", "Ange ett klockslag"),
        ({"closes": "13:00"}, "closes", "Sluttiden ska vara efter starttiden."),
        ({"length": "0"}, "length", "mellan 1 och 720"),
        ({"length": "121"}, "length", "Inte en enda tid får plats"),
        ({"length": "٣٠"}, "length", "mellan 1 och 720"),
        ({"pause": "-5"}, "pause", "mellan 0 och 720"),
        ({"every_weeks": "99"}, "every_weeks", "mellan 1 och 52"),
        ({"weekdays": []}, "weekdays", "Välj minst en veckodag."),
        ({"weekdays": ["8"]}, "weekdays", "Välj minst en veckodag."),
        ({"valid_from": "2026-02-31"}, "valid_from", "Ange en dag"),
        ({"valid_from": "0001-01-01"}, "valid_from", "Ange en dag"),
        ({"valid_to": "2026-11-22"}, "valid_to", "inte vara före den första"),
        ({"time_types": []}, "time_types", "Välj minst en tidtyp."),
        ({"time_types": ["999999"]}, "time_types", "Tidtypen finns inte på enheten."),
        ({"performer": "999999"}, "performer", "Utföraren finns inte på enheten."),
        ({"resource": "x"}, "resource", "Resursen finns inte på enheten."),
        ({"name": "a" * 101}, "name", "Högst 100"),
        ({"name": "anna, NYBESÖK"}, "name", "Ett annat grundschema heter redan så."),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_the_rest_kept(
    world: StaffWorld, changes: dict[str, Any], field: str, told: str
) -> None:
    browser = world.browser("erik")
    form = filled(world, **{"name": "Behålls", **changes})
    answer = browser.post(NEW, form)
    assert answer.status_code == 400
    page = html.fromstring(answer.text)
    [fault] = page.xpath(f"//*[@id='{field}-fault']")
    assert told in text_of(fault)
    assert page.xpath(f"//*[@role='alert']//a[@href='#{field}']")
    assert f"{field}-fault" in page.xpath(f"//*[@id='{field}']/@aria-describedby")[0]
    if field != "name":
        assert page.xpath("//input[@id='name']/@value") == ["Behålls"]
    assert set(schedules(world)) & {"Behålls", "anna, NYBESÖK"} == set()


def test_all_faults_are_told_at_once(world: StaffWorld) -> None:
    answer = world.browser("erik").post(NEW, filled(world, opens="x", length="x", time_types=[]))
    assert len(html.fromstring(answer.text).xpath("//*[@id='faults']//li")) == 3


def test_a_time_type_of_another_unit_is_no_choice(world: StaffWorld) -> None:
    answer = world.browser("admin").post(NEW, filled(world, time_types=[ids(world, VAST)["MAMMOGRAFI"]]))
    assert answer.status_code == 400


def test_a_pattern_is_copied_to_another_performer_by_a_form_that_is_filled_in(world: StaffWorld) -> None:
    browser = world.browser("erik")
    anna = schedules(world)["Anna, nybesök"]
    page = browser.page(NEW, copy=str(anna.id))
    assert page.xpath("//input[@name='weekdays'][@checked]/@value") == ["1", "2", "3", "4", "5"]
    assert hidden(page, "opens") == "08:00"
    assert page.xpath("//select[@name='performer']/option[@selected]/@value") == [ids(world)["ANNA"]]
    assert hidden(page, "name") == ""


def test_what_is_laid_out_is_exchanged_when_the_pattern_has_changed(world: StaffWorld) -> None:
    browser = world.browser("erik")
    path = made(world, browser)
    lay_out(browser, path)
    booked = world.patient(GUNILLA).book(world.patient(GUNILLA).time(EKEN, "20261127134000", timeTypeID="NYBESOK"))
    seen = hidden(browser.page(path), "seen")
    answer = browser.post(path, filled(world, length="45", pause="0", opens="12:30", seen=seen))
    assert answer.location.endswith("/layout")
    assert bo(world, "20261204") == ["20261204130000", "20261204134000", "20261204142000"]
    page = browser.page(f"{path}/layout")
    assert "Tas bort" in text_of(page)
    assert "Krockar med bokat" in text_of(page)
    lay_out(browser, path, last="2027-01-15")
    assert bo(world, "20261204") == ["20261204123000", "20261204131500", "20261204140000"]
    assert bo(world, "20261127") == ["20261127123000"]  # what would overlap the booking is left out
    assert world.patient(GUNILLA).details(EKEN, booked).startTimeInclusive == "20261127134000"
    assert schedules(world)["Bo fredag"].former == ()


def test_a_blocked_time_is_nobodys_to_exchange(world: StaffWorld) -> None:
    browser = world.browser("erik")
    path = made(world, browser)
    lay_out(browser, path)
    with world.timetable() as timetable:
        at = datetime(2026, 11, 27, 13, 40)
        timetable.connection.execute(t.slots.update().where(t.slots.c.starts == at).values(blocked=True))
    browser.post(path, filled(world, opens="12:50", seen=hidden(browser.page(path), "seen")))
    page = lay_out(browser, path)
    assert "Krockar med spärrat" in text_of(page)
    with world.timetable() as timetable:
        assert timetable.connection.scalar(select(t.slots.c.blocked).where(t.slots.c.starts == at))


def test_a_schedule_ends_and_its_free_times_after_that_go(world: StaffWorld) -> None:
    browser = world.browser("erik")
    path = made(world, browser)
    lay_out(browser, path)
    answer = browser.post(f"{path}/end", last="2026-12-04", seen=hidden(browser.page(path), "seen"))
    assert answer.location.endswith("/layout")
    lay_out(browser, path)
    assert bo(world, "20261204") != []
    assert [each for each in bo(world, "20261205", "20261231") if each[8:10] == "13"] == []
    assert "Avslutat" not in text_of(browser.page(LIST))
    world.later(days=14)
    assert "Avslutat" in text_of(world.browser("erik").page(LIST))


def test_a_schedule_that_begins_later_gives_up_what_it_had_before_that(world: StaffWorld) -> None:
    browser = world.browser("erik")
    path = made(world, browser)
    lay_out(browser, path)
    browser.post(path, filled(world, valid_from="2026-12-07", seen=hidden(browser.page(path), "seen")))
    page = browser.page(f"{path}/layout")
    period = {name: hidden(page, name) for name in ("first", "last", "seen")}
    assert (period["first"], period["last"]) == ("2026-11-23", "2027-01-31")
    browser.post(f"{path}/layout", period)
    assert bo(world, "20261127") == bo(world, "20261204") == []
    assert bo(world, "20261211") != [] != bo(world, "20270129")


def test_changing_back_and_forth_before_laying_out_changes_nothing(world: StaffWorld) -> None:
    browser = world.browser("erik")
    path = made(world, browser)
    lay_out(browser, path)
    for opens in ("12:00", "13:00", "12:00", "13:00"):
        browser.post(path, filled(world, opens=opens, seen=hidden(browser.page(path), "seen")))
    page = browser.page(f"{path}/layout", first="2026-11-23", last="2026-12-31")
    assert "inget att lägga till eller ta bort" in text_of(page)
    assert len(schedules(world)["Bo fredag"].former) <= 2


@pytest.mark.parametrize("last", ["", "i morgon", "2026-11-01"])
def test_an_end_that_cannot_be_is_told(world: StaffWorld, last: str) -> None:
    browser = world.browser("erik")
    path = made(world, browser)
    answer = browser.post(f"{path}/end", last=last, seen=hidden(browser.page(path), "seen"))
    assert answer.status_code == 400
    assert html.fromstring(answer.text).xpath("//*[@id='last-fault']")


def test_days_off_and_extra_days_are_laid_out_so(world: StaffWorld) -> None:
    browser = world.browser("erik")
    path = made(world, browser)
    lay_out(browser, path)
    for days, kind in (("2026-12-04, 2026-12-11", "off"), ("2026-12-07 till 2026-12-08; 2026-12-25", "extra")):
        answer = browser.post(f"{path}/days", days=days, kind=kind, seen=hidden(browser.page(path), "seen"))
        assert answer.status_code == 302, answer.text
    page = lay_out(browser, path)
    assert "Ledig dag i grundschemat." in text_of(page)
    found = {each[:8] for each in bo(world, "20261123", "20261231")}
    bos_own = {"20261123", "20261125", "20261130", "20261202", "20261207", "20261209"}
    assert found - bos_own == {"20261127", "20261208", "20261218", "20261225"}
    assert "20261207130000" in bo(world, "20261207")  # an extra day of the pattern too
    answer = browser.post(f"{path}/days", days="2026-12-04", kind="usual", seen=hidden(browser.page(path), "seen"))
    lay_out(browser, path)
    assert bo(world, "20261204") != []


@pytest.mark.parametrize(
    ("days", "kind", "field"),
    [
        ("", "off", "days"),
        ("i morgon", "off", "days"),
        ("2026-12-31 till 2026-12-01", "off", "days"),
        ("2026-01-01 till 2028-01-01", "off", "days"),
        ("2026-11-20", "extra", "days"),
        ("2026-12-04", "annars", "kind"),
    ],
)
def test_exceptions_that_cannot_be_are_told_and_kept(world: StaffWorld, days: str, kind: str, field: str) -> None:
    browser = world.browser("erik")
    path = made(world, browser)
    answer = browser.post(f"{path}/days", days=days, kind=kind, seen=hidden(browser.page(path), "seen"))
    assert answer.status_code == 400
    page = html.fromstring(answer.text)
    assert page.xpath(f"//*[@id='{field}-fault']")
    assert hidden(page, "days") == days


def test_a_deleted_schedule_leaves_its_times_unless_told_otherwise(world: StaffWorld) -> None:
    browser = world.browser("erik")
    path = made(world, browser)
    lay_out(browser, path)
    booked = world.patient(GUNILLA).book(world.patient(GUNILLA).time(EKEN, "20261204130000", timeTypeID="NYBESOK"))
    page = browser.page(f"{path}/delete")
    assert "1 bokade" in text_of(page)
    browser.post(f"{path}/delete", slots="keep", seen=hidden(page, "seen"))
    assert "Bo fredag" not in schedules(world)
    assert bo(world, "20261127") != []
    path = made(world, browser)
    browser.post(f"{path}/delete", slots="remove", seen=hidden(browser.page(f"{path}/delete"), "seen"))
    assert bo(world, "20261127") == []
    assert world.patient(GUNILLA).details(EKEN, booked)
    assert browser.get(path).status_code == 404


def test_the_second_of_two_who_change_a_schedule_is_told_what_it_is_now(world: StaffWorld) -> None:
    erik, admin = world.browser("erik"), world.browser("admin")
    path = made(world, erik)
    seen = hidden(erik.page(path), "seen")
    assert admin.post(path, filled(world, opens="09:00", seen=seen)).status_code == 302
    for act, form in (
        ("", filled(world, closes="16:00")),
        ("/days", {"days": "2026-12-04", "kind": "off"}),
        ("/end", {"last": "2026-12-04"}),
    ):
        answer = erik.post(path + act, form, seen=seen)
        assert answer.status_code == 409
        assert "klockan 09:00 till 15:00" in text_of(html.fromstring(answer.text))
    assert erik.post(f"{path}/delete", seen=seen).status_code == 409
    pattern = schedules(world)["Bo fredag"].pattern
    assert (f"{pattern.opens:%H:%M}", f"{pattern.closes:%H:%M}") == ("09:00", "15:00")


def test_what_the_second_typed_is_kept_and_can_be_saved_over_what_is_there_now(world: StaffWorld) -> None:
    erik, admin = world.browser("erik"), world.browser("admin")
    path = made(world, erik)
    seen = hidden(erik.page(path), "seen")
    admin.post(path, filled(world, opens="09:00", seen=seen))
    page = html.fromstring(erik.post(path, filled(world, closes="16:00", seen=seen)).text)
    assert hidden(page, "closes") == "16:00"
    assert erik.post(path, filled(world, closes="16:00", seen=hidden(page, "seen"))).status_code == 302


def test_times_go_on_by_themselves_only_of_what_staff_have_laid_out_and_with_its_exceptions(world: StaffWorld) -> None:
    browser = world.browser("erik")
    path = made(world, browser)
    waiting = made(world, browser, name="Bo lördag", weekdays=["6"])
    lay_out(browser, path, last="2026-12-06")
    browser.post(f"{path}/days", days="2026-12-18", kind="off", seen=hidden(browser.page(path), "seen"))
    with world.timetable() as timetable:
        lay_out_further(timetable, date(2026, 12, 7))
    fridays = {each[:8] for each in bo(world, "20261211", "20261220") if each[8:10] == "13"}
    assert fridays == {"20261211"}
    assert not starts(world, "20261212")
    assert "Inte utlagt än" in text_of(browser.page(waiting))


def test_a_schedule_keeps_what_is_retired_and_the_pages_still_name_it(world: StaffWorld) -> None:
    browser = world.browser("erik")
    path = made(world, browser)
    with world.timetable() as timetable:
        for table in (t.performers, t.time_types, t.resources):
            timetable.connection.execute(table.update().values(retired=True))
    assert "Bo Påhittsson" in text_of(browser.page(LIST))
    page = browser.page(path)
    assert page.xpath("//select[@name='performer']/option[@selected]/text()") == ["Bo Påhittsson"]
    assert page.xpath("//input[@name='time_types'][@checked]")
    assert browser.post(path, filled_kept(page, opens="12:30")).status_code == 302
    assert schedules(world)["Bo fredag"].performer_id is not None


def filled_kept(page: html.HtmlElement, **changes: Any) -> dict[str, Any]:
    """The form as the page has it."""
    [form] = page.xpath("//form[.//input[@name='opens']]")
    kept = form.form_values()
    lists = {name: [value for key, value in kept if key == name] for name in ("weekdays", "time_types")}
    return {**dict(kept), **lists, **changes}


def test_a_unit_without_time_types_is_told_what_it_lacks(world: StaffWorld) -> None:
    with world.timetable() as timetable:
        timetable.connection.execute(t.time_types.update().values(retired=True))
    assert "ingen tidtyp än" in text_of(world.browser("erik").page(NEW))


def test_the_pages_speak_english(world: StaffWorld) -> None:
    browser = world.browser("erik")
    path = made(world, browser)
    browser.post("/staff/language", language="en")
    for page in (LIST, NEW, path, f"{path}/layout", f"{path}/delete"):
        told = text_of(browser.page(page))
        assert "Base schedule" in told
        assert "tidtyp" not in told.casefold()
