"""The pages of times: what they show, what each role gets, and that the next SOAP call answers what they changed."""

import re
from pathlib import Path
from time import process_time

import pytest
from lxml import html
from rules.world import EKEN, GUNILLA, LINDEN, UNITS, VAST

from producer.domain.weeks import Lane, lanes
from producer.web.staff.week_columns import MOST_LANES, ROW
from staff.finding import found
from staff.world import Browser, StaffWorld, text_of

WEEK = f"/staff/{EKEN}/week"
SEEN = {"date": "2026-11-24"}


def blocks(page: html.HtmlElement, state: str = "slot") -> list[html.HtmlElement]:
    return [each for each in found(page, "li.slot") if state in each.get("class").split()]


def pick(page: html.HtmlElement, *texts: str) -> str:
    """The value of the check box of the first time in which all of the texts stand."""
    for block in blocks(page, "free") + blocks(page, "blocked"):
        if all(text in text_of(block) + column_of(block) for text in texts):
            return str(found(block, "input.pick")[0].get("value"))
    raise AssertionError(f"no time with {texts}")


def column_of(block: html.HtmlElement) -> str:
    return str(block.getparent().getparent().get("data-day"))


def offered(world: StaffWorld, day: str = "20261124") -> set[tuple[str, str]]:
    """When and what GetAvailableTimeslots offers."""
    return {(slot.startTimeInclusive[8:12], slot.timeTypeName) for slot in world.patient(GUNILLA).times(EKEN, day, day)}


def flashed(browser: Browser, **query: str) -> str:
    return text_of(found(browser.page(WEEK, **(query or SEEN)), "#said")[0])


def test_the_week_shows_every_day_and_time_in_words_and_names_today(world: StaffWorld) -> None:
    page = world.browser().page(WEEK, **SEEN)
    assert text_of(found(page, "h1")[0]) == "Vecka 48, 23–29 november 2026"
    days = [text_of(heading) for heading in found(page, ".week h2")]
    assert days == [
        "Måndag 23 november idag",
        "Tisdag 24 november",
        "Onsdag 25 november",
        "Torsdag 26 november",
        "Fredag 27 november",
    ]
    texts = {text_of(block) for block in blocks(page)}
    assert "08:00–08:30 Nybesök läkare Anna Exempelsson Rum 1 ledig" in texts


def test_a_red_day_is_named_and_a_sunday_shown_when_it_is_asked_for(world: StaffWorld) -> None:
    page = world.browser().page(WEEK, date="2026-12-27")
    headings = [text_of(heading) for heading in found(page, ".week h2")]
    assert headings[3:] == ["Torsdag 24 december Julafton", "Fredag 25 december Juldagen", "Söndag 27 december"]


def test_booked_times_link_to_the_booking_and_hide_what_overlaps_them(world: StaffWorld) -> None:
    """What a booking hides is busy: GetAvailableTimeslots does not offer it."""
    page = world.browser().page(WEEK, date="2026-11-30", view="day")
    (booked,) = blocks(page, "booked")
    assert "09:00–09:30" in text_of(booked)
    assert not found(booked, "input")
    assert GUNILLA not in page.text_content()
    busy = {text_of(block)[:5] for block in blocks(page, "busy")}
    assert {"09:00", "09:20"} <= busy
    free = {(text_of(block)[:5].replace(":", "") + "00", "") for block in blocks(page, "free")}
    assert {starts for starts, _ in free} == {starts + "00" for starts, _ in offered(world, "20261130")}


def test_times_of_today_that_have_begun_are_past_and_now_is_marked(world: StaffWorld) -> None:
    world.later(hours=2, minutes=5)
    page = world.browser().page(WEEK, view="day")
    assert all(text_of(block)[:5] <= "09:05" for block in blocks(page, "past"))
    assert all(text_of(block)[:5] > "09:05" for block in blocks(page, "free"))
    assert text_of(found(page, "li.now")[0]) == "nu 09:05"


@pytest.mark.parametrize("view", ["day", "week"])
@pytest.mark.parametrize("by", ["day", "performer", "resource"])
def test_every_time_stands_once_whatever_the_columns(world: StaffWorld, view: str, by: str) -> None:
    browser = world.browser()
    usual = {each.get("id") for each in blocks(browser.page(WEEK, **SEEN, view=view))}
    shown = [each.get("id") for each in blocks(browser.page(WEEK, **SEEN, view=view, by=by))]
    assert len(shown) == len(set(shown))
    assert set(shown) == usual


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(
    "query", [{}, {"by": "performer"}, {"by": "resource", "view": "day"}, {"view": "month"}], ids=str
)
def test_every_unit_has_its_pages_even_if_it_has_no_times(world: StaffWorld, unit: str, query: dict[str, str]) -> None:
    browser = world.browser()
    assert browser.get(f"/staff/{unit}/week", date="2027-08-02", **query).status_code == 200
    assert browser.get(f"/staff/{unit.lower()}/week", **query).status_code == 200  # rule 17


def test_columns_are_performers_and_times_without_one_have_their_own(world: StaffWorld) -> None:
    page = world.browser().page(WEEK, date="2026-11-23", view="day", by="performer")
    headings = [text_of(heading) for heading in found(page, ".week h2")]
    assert [heading.partition(" Måndag")[0] for heading in headings] == [
        "Anna Exempelsson", "Cilla Modellström", "Bo Påhittsson", "Utan utförare",
    ]  # fmt: skip


def test_the_times_of_one_performer_or_of_one_kind_are_asked_for(world: StaffWorld) -> None:
    browser = world.browser()
    page = browser.page(WEEK, **SEEN)
    kinds = {each.text: each.get("value") for each in found(page, "#by-time-type option")}
    chosen = browser.page(WEEK, **SEEN, time_type=kinds["Provtagning"])
    assert {"Provtagning" in text_of(block) for block in blocks(chosen)} == {True}
    people = {each.text: each.get("value") for each in found(page, "#by-performer option")}
    chosen = browser.page(WEEK, **SEEN, performer=people["Bo Påhittsson"])
    assert {"Bo Påhittsson" in text_of(block) for block in blocks(chosen)} == {True}


@pytest.mark.parametrize(
    "query",
    [
        {"date": "igår"},
        {"date": "9999-12-31"},
        {"date": "0001-01-01"},
        {"view": "år"},
        {"by": "x"},
        {"performer": "9" * 30},
        {"time_type": "-1"},
    ],
    ids=str,
)
def test_an_address_that_makes_no_sense_still_shows_a_page(world: StaffWorld, query: dict[str, str]) -> None:
    assert world.browser().get(WEEK, **query).status_code == 200


def test_a_month_counts_each_day_and_holds_its_times(world: StaffWorld) -> None:
    page = world.browser().page(WEEK, date="2026-11-24", view="month")
    assert text_of(found(page, "h1")[0]) == "November 2026"
    cell = next(cell for cell in found(page, "td") if found(cell, "a.day") and found(cell, "a.day")[0].text == "30")
    text = text_of(cell)
    assert "1 bokad" in text
    assert re.search(r"\d+ upptag", text)
    assert "09:00–09:30 Nybesök läkare, bokad" in text
    assert "Vecka 48" in text_of(page)


def test_times_are_added_and_the_next_call_offers_them(world: StaffWorld) -> None:
    browser = world.browser("erik")
    form = new_times(browser, opens="15:00", closes="16:00", length="25", pause="5")
    answer = browser.post(f"{WEEK}/add?date=2026-11-24&view=day", form)
    assert answer.status_code == 302
    assert flashed(browser, date="2026-11-24", view="day") == "Tisdag 24 november: 2 tider tillagda."
    assert {("1500", "Hälsosamtal"), ("1530", "Hälsosamtal")} <= offered(world)


def new_times(browser: Browser, **fields: str) -> dict[str, str | list[str]]:
    page = browser.page(WEEK, **SEEN)
    kinds = {
        found(each.getparent(), "label")[0].text: each.get("value") for each in found(page, "input[name=time_types]")
    }
    usual = {"day": "2026-11-24", "opens": "15:00", "closes": "15:30", "length": "30", "pause": "0"}
    return {"time_types": kinds["Hälsosamtal"], **usual, **fields}


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("day", "i morgon", "Ange en dag"),
        ("day", "2026-11-22", "Dagen har redan varit"),
        ("day", "2098-12-31", "för långt fram"),
        ("opens", "25:00", "Ange ett klockslag"),
        ("opens", "15:30", "Sluttiden ska vara efter starttiden"),
        ("length", "en halvtimme", "Ange ett antal minuter"),
        ("length", "0", "minst en minut"),
        ("length", "45", "Inte en enda tid"),
        ("pause", "-5", "kortare än noll"),
        ("time_types", "", "Välj minst en tidtyp"),
        ("time_types", "999999", "Tidtypen finns inte på enheten"),
        ("performer", "999999", "Utföraren finns inte på enheten"),
        ("resource", "999999", "Resursen finns inte på enheten"),
    ],
)  # fmt: skip
def test_what_cannot_be_added_is_explained_and_what_was_typed_is_kept(
    world: StaffWorld, field: str, typed: str, told: str
) -> None:
    browser = world.browser("erik")
    before = world.dump()
    form = new_times(browser, **{"length": "20", "pause": "10", field: typed})
    answer = browser.post(f"{WEEK}/add", form)
    page = html.fromstring(answer.text)
    assert answer.status_code == 400
    assert told in text_of(found(page, "[role=alert]")[0])
    assert found(page, "#add")[0].get("open") is not None
    if field not in ("time_types", "performer", "resource"):
        assert found(page, f"#{field}")[0].get("value") == typed
    assert found(page, "#closes")[0].get("value") == "15:30"
    assert world.dump() == before


def test_no_more_than_can_be_looked_over_is_added_at_once(world: StaffWorld) -> None:
    browser = world.browser("erik")
    form = new_times(browser, opens="00:00", closes="23:59", length="1")
    assert "fler än 500" in text_of(html.fromstring(browser.post(f"{WEEK}/add", form).text))


def test_picked_times_are_blocked_opened_and_the_last_change_undone(world: StaffWorld) -> None:
    browser = world.browser("erik")
    page = browser.page(WEEK, **SEEN)
    picked = [pick(page, "08:00–", "Nybesök", "2026-11-24"), pick(page, "08:30–", "Nybesök", "2026-11-24")]
    assert {("0800", "Nybesök läkare"), ("0830", "Nybesök läkare")} <= offered(world)
    assert act(browser, "block", picked).status_code == 302
    assert flashed(browser) == "Tisdag 24 november: 2 tider spärrade."
    assert not {("0800", "Nybesök läkare"), ("0830", "Nybesök läkare")} & offered(world)
    again = [pick(browser.page(WEEK, **SEEN), "08:00–", "Nybesök", "spärrad")]
    act(browser, "open", again)
    assert flashed(browser) == "Tisdag 24 november 08:00–08:30, Nybesök läkare, öppnad."
    assert ("0800", "Nybesök läkare") in offered(world)
    for told in ("öppnad.", "2 tider spärrade."):
        undo = found(browser.page(WEEK, **SEEN), ".week-undo form")[0]
        assert told in text_of(undo)
        browser.post(undo.get("action"))
        assert flashed(browser).startswith("Ångrat: Tisdag 24 november")
    assert {("0800", "Nybesök läkare"), ("0830", "Nybesök läkare")} <= offered(world)
    assert not found(browser.page(WEEK, **SEEN), ".week-undo form")


def act(browser: Browser, name: str, picked: list[str], **fields: str) -> object:
    return browser.post(f"{WEEK}/picked?date=2026-11-24&view=week", {"slot": picked, "act": name, **fields})


@pytest.mark.parametrize(
    ("name", "fields", "told", "after"),
    [
        ("remove", {}, "Tisdag 24 november 08:30–09:00, Nybesök läkare, borttagen.", None),
        ("move", {"minutes": "480"}, "Tisdag 24 november 08:30–09:00, Nybesök läkare, är nu 16:30–17:00.", ("1630", "Nybesök läkare")),
        ("move", {"minutes": "−120"}, "Tisdag 24 november 08:30–09:00, Nybesök läkare, är nu 06:30–07:00.", ("0630", "Nybesök läkare")),
        ("length", {"new_length": "45"}, "Tisdag 24 november 08:30–09:00, Nybesök läkare, är nu 08:30–09:15.", ("0830", "Nybesök läkare")),
        ("time_type", {"new_time_type": "Hälsosamtal"}, "Tisdag 24 november 08:30–09:00, Nybesök läkare, är nu Hälsosamtal.", ("0830", "Hälsosamtal")),
        ("performer", {"new_performer": "Bo Påhittsson"}, "Tisdag 24 november 08:30–09:00, Nybesök läkare, har fått en annan utförare.", ("0830", "Nybesök läkare")),
    ],
)  # fmt: skip
def test_each_act_is_told_in_one_sentence_and_answered_by_the_next_call(
    world: StaffWorld, name: str, fields: dict[str, str], told: str, after: tuple[str, str] | None
) -> None:
    browser = world.browser("erik")
    page = browser.page(WEEK, **SEEN)
    keys = {each.text: each.get("value") for each in found(page, "#picked option")}
    before = offered(world)
    picked = [pick(page, "08:30–", "Nybesök", "2026-11-24")]
    assert (
        act(browser, name, picked, **{field: keys.get(value, value) for field, value in fields.items()}).status_code
        == 302
    )
    assert flashed(browser) == told
    expected = before - {("0830", "Nybesök läkare")} | ({after} if after else set())
    assert offered(world) == expected


def test_one_time_that_is_moved_to_another_day_tells_both_days(world: StaffWorld) -> None:
    browser = world.browser("erik")
    act(browser, "day", [pick(browser.page(WEEK, **SEEN), "08:30–", "Nybesök", "2026-11-24")], to_day="2026-11-28")
    assert flashed(browser) == (
        "Tisdag 24 november 08:30–09:00, Nybesök läkare, flyttad. Ny tid: Lördag 28 november 08:30–09:00."
    )


def test_a_timed_invitation_is_told_from_a_booking(world: StaffWorld) -> None:
    page = world.browser().page(WEEK.replace(EKEN, VAST), date="2026-12-02")
    assert [text_of(block)[:11] for block in blocks(page, "invitation")] == ["08:40–08:50"]
    assert text_of(blocks(page, "invitation")[0]).endswith("kallelse")
    assert text_of(blocks(page, "booked")[0]).endswith("bokad")


def test_times_are_moved_to_another_day(world: StaffWorld) -> None:
    browser = world.browser("erik")
    page = browser.page(WEEK, **SEEN)
    assert offered(world, "20261128") == set()
    act(browser, "day", [pick(page, "08:00–", "2026-11-24"), pick(page, "08:30–", "2026-11-24")], to_day="2026-11-28")
    assert flashed(browser) == "Lördag 28 november: 2 tider flyttade."
    assert {starts for starts, _ in offered(world, "20261128")} == {"0800", "0830"}


@pytest.mark.parametrize(
    ("name", "fields", "told"),
    [
        ("", {}, "Välj vad som ska göras"),
        ("explode", {}, "Välj vad som ska göras"),
        ("time_type", {"new_time_type": ""}, "Välj en tidtyp"),
        ("time_type", {"new_time_type": "999999"}, "Tidtypen finns inte"),
        ("performer", {"new_performer": ""}, "Välj en utförare"),
        ("move", {"minutes": "lite"}, "hur många minuter"),
        ("move", {"minutes": "0"}, "hur många minuter"),
        ("day", {"to_day": "sen"}, "Ange den dag"),
        ("length", {"new_length": "-5"}, "hur många minuter långa"),
        ("open", {}, "Inget har ändrats"),
        ("move", {"minutes": "30"}, "finns redan"),
    ],
)
def test_an_act_that_cannot_be_done_is_explained_and_the_choice_kept(
    world: StaffWorld, name: str, fields: dict[str, str], told: str
) -> None:
    browser = world.browser("erik")
    before = world.dump()
    picked = [pick(browser.page(WEEK, **SEEN), "08:30–", "Nybesök", "2026-11-24")]
    answer = act(browser, name, picked, **fields)
    page = html.fromstring(answer.text)
    assert answer.status_code == 400
    assert told in text_of(found(page, "[role=alert]")[0])
    assert [each.get("value") for each in found(page, "input.pick[checked]")] == picked
    for field, typed in fields.items():
        if field in ("minutes", "to_day", "new_length"):
            assert found(page, f"#{field}")[0].get("value") == typed
    assert world.dump() == before


def test_nothing_picked_is_told(world: StaffWorld) -> None:
    assert "Välj först" in act(world.browser("erik"), "block", []).text


def test_who_comes_second_is_told_what_the_time_is_now(world: StaffWorld) -> None:
    first, second = world.browser("erik"), world.browser("admin")
    picked = pick(second.page(WEEK, **SEEN), "08:30–", "Nybesök", "2026-11-24")
    removed = pick(second.page(WEEK, **SEEN), "08:00–", "Nybesök", "2026-11-24")
    act(first, "block", [picked])
    act(first, "remove", [removed])
    before = world.dump()
    answer = act(second, "move", [picked, removed], minutes="5")
    told = text_of(found(html.fromstring(answer.text), "[role=alert]")[0])
    assert answer.status_code == 409
    assert "Någon annan har ändrat detta" in told
    assert "Tisdag 24 november 08:30–09:00, Nybesök läkare: så är tiden nu, och den är spärrad." in told
    assert "En av tiderna finns inte längre." in told
    assert world.dump() == before


def test_a_time_that_was_booked_meanwhile_is_not_touched(world: StaffWorld) -> None:
    """Rule 57: whoever was first has it."""
    browser = world.browser("erik")
    picked = pick(browser.page(WEEK, **SEEN), "08:30–", "Nybesök", "2026-11-24")
    patient = world.patient(GUNILLA)
    slot = patient.time(EKEN, "20261124083000")
    assert patient.book(slot)
    answer = act(browser, "remove", [picked])
    assert answer.status_code == 409
    assert "tiden är bokad" in answer.text


def test_one_time_has_a_page_where_it_is_moved_stretched_and_altered(world: StaffWorld) -> None:
    browser = world.browser("erik")
    address = link(browser.page(WEEK, **SEEN), "08:30–", "Nybesök")
    form = fields_of(browser.page(address))
    answer = browser.post(address, {**form, "opens": "14:05", "closes": "15.05"})
    assert answer.status_code == 302
    assert flashed(browser) == "Tisdag 24 november 08:30–09:00, Nybesök läkare, är nu 14:05–15:05."
    assert ("1405", "Nybesök läkare") in offered(world)
    form = fields_of(browser.page(address))
    browser.post(address, {**form, "blocked": "on"})
    assert flashed(browser) == "Tisdag 24 november 14:05–15:05, Nybesök läkare, spärrad."
    form = fields_of(browser.page(address))
    assert form["blocked"] == "on"
    assert browser.post(address, {**form, "act": "remove"}).status_code == 302
    assert browser.get(address).status_code == 404


def link(page: html.HtmlElement, *texts: str) -> str:
    block = next(
        block
        for block in blocks(page, "free")
        if all(text in text_of(block) for text in texts) and column_of(block) == "2026-11-24"
    )
    return str(found(block, "a")[0].get("href"))


def fields_of(page: html.HtmlElement) -> dict[str, str]:
    (form,) = found(page, "main form")
    return {name: value for name, value in form.form_values() if name != "csrf_token"}


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("day", "", "Ange en dag"),
        ("opens", "åtta", "Ange ett klockslag"),
        ("closes", "08:00", "Sluttiden ska vara efter"),
        ("time_type", "", "Välj en tidtyp"),
        ("performer", "999999", "Utföraren finns inte"),
    ],
)
def test_what_a_time_cannot_be_is_explained_beside_the_field(
    world: StaffWorld, field: str, typed: str, told: str
) -> None:
    browser = world.browser("erik")
    address = link(browser.page(WEEK, **SEEN), "08:30–", "Nybesök")
    form = {**fields_of(browser.page(address)), field: typed}
    answer = browser.post(address, form)
    page = html.fromstring(answer.text)
    assert answer.status_code == 400
    assert told in text_of(found(page, "[role=alert]")[0])
    if field in ("day", "opens", "closes"):
        assert found(page, f"#{field}")[0].get("value") == typed
        assert found(page, f"#{field}-fault")


def test_a_time_that_changed_while_its_page_was_open_is_not_overwritten(world: StaffWorld) -> None:
    browser = world.browser("erik")
    address = link(browser.page(WEEK, **SEEN), "08:30–", "Nybesök")
    form = fields_of(browser.page(address))
    browser.post(address, {**form, "closes": "09:15"})
    answer = browser.post(address, {**form, "closes": "08:45"})
    assert answer.status_code == 409
    assert "08:30–09:15, Nybesök läkare: så är tiden nu" in text_of(html.fromstring(answer.text))


def test_the_changes_are_listed_and_undone_one_by_one(world: StaffWorld) -> None:
    browser = world.browser("erik")
    page = browser.page(WEEK, **SEEN)
    act(browser, "block", [pick(page, "08:00–", "Nybesök", "2026-11-24")])
    act(browser, "block", [pick(page, "08:30–", "Nybesök", "2026-11-24")])
    changes = browser.page(f"/staff/{EKEN}/changes")
    rows = [text_of(row) for row in found(changes, "tbody tr")]
    assert rows[0] == "2026-11-23 07:00 erik Tisdag 24 november 08:30–09:00, Nybesök läkare, spärrad. Ångra"
    older = found(changes, "tbody form")[1].get("action")
    assert browser.post(older, list="1").location.endswith("/changes")
    rows = [text_of(row) for row in found(browser.page(f"/staff/{EKEN}/changes"), "tbody tr")]
    assert rows[0].endswith("Ångrat: Tisdag 24 november 08:00–08:30, Nybesök läkare, spärrad.")
    assert rows[2].endswith("ångrad")
    assert browser.post(older).status_code == 302
    assert flashed(browser) == "Det går inte att ångra: Ändringen är redan ångrad."
    assert browser.post(f"/staff/{EKEN}/changes/{'9' * 30}/undo").status_code == 404


def test_times_of_what_is_retired_are_told_from_busy_ones(world: StaffWorld) -> None:
    with world.timetable() as timetable:
        timetable.connection.exec_driver_sql("UPDATE time_types SET retired = true WHERE name = 'Provtagning'")
    browser = world.browser()
    page = browser.page(WEEK, **SEEN)
    assert {"Provtagning" in text_of(block) for block in blocks(page, "closed")} == {True}
    assert "används inte längre" in text_of(page)
    assert "utgångna" in text_of(browser.page(WEEK, **SEEN, view="month"))
    assert not any(kind == "Provtagning" for _, kind in offered(world))


def test_a_time_lasts_until_midnight(world: StaffWorld) -> None:
    browser = world.browser("erik")
    address = link(browser.page(WEEK, **SEEN), "08:30–", "Nybesök")
    browser.post(address, {**fields_of(browser.page(address)), "opens": "23:30", "closes": "00:00"})
    assert flashed(browser).endswith("är nu 23:30–00:00.")
    assert browser.post(address, fields_of(browser.page(address))).status_code == 400
    assert found(browser.page(WEEK, **SEEN, view="day"), "li.slot")


def test_an_id_that_cannot_be_is_not_there(world: StaffWorld) -> None:
    browser = world.browser()
    assert browser.get(f"/staff/{EKEN}/slots/a%00b").status_code == 404
    assert act(browser, "block", [":", "x"]).status_code == 409


def test_what_cannot_be_undone_any_more_says_why(world: StaffWorld) -> None:
    browser = world.browser("erik")
    page = browser.page(WEEK, **SEEN)
    act(browser, "block", [pick(page, "08:30–", "Nybesök", "2026-11-24")])
    undo = found(browser.page(WEEK, **SEEN), ".week-undo form")[0].get("action")
    act(browser, "remove", [pick(browser.page(WEEK, **SEEN), "08:30–", "Nybesök", "spärrad")])
    browser.post(undo)
    assert (
        flashed(browser)
        == "Det går inte att ångra: Tisdag 24 november 08:30–09:00, Nybesök läkare: tiden finns inte längre."
    )


PAGES = (WEEK, f"{WEEK}?view=month", f"/staff/{EKEN}/changes")
CHANGES = (f"{WEEK}/add", f"{WEEK}/picked", f"/staff/{EKEN}/changes/1/undo")


@pytest.mark.parametrize("path", PAGES)
def test_a_reader_sees_the_times_and_nothing_to_change_them_with(world: StaffWorld, path: str) -> None:
    page = world.browser("rut").page(path)
    assert not found(page, "main form[method=post],main input[type=checkbox]")


def test_a_reader_opens_a_time_but_cannot_change_it(world: StaffWorld) -> None:
    browser = world.browser("rut")
    address = link(browser.page(WEEK, **SEEN), "08:30–", "Nybesök")
    assert not found(browser.page(address), "main form")
    form = fields_of(world.browser("erik").page(address))
    assert browser.post(address, form).status_code == 403
    assert browser.post(address, {**form, "act": "remove"}).status_code == 403


@pytest.mark.parametrize("path", CHANGES)
def test_a_reader_changes_nothing_whatever_is_sent(world: StaffWorld, path: str) -> None:
    browser = world.browser("rut")
    picked = pick(world.browser("erik").page(WEEK, **SEEN), "08:30–", "Nybesök")
    form = {**new_times(world.browser("erik")), "slot": picked, "act": "block"}
    before = world.dump()
    assert browser.post(path, form).status_code == 403
    assert world.dump() == before


@pytest.mark.parametrize("path", [*PAGES, f"/staff/{EKEN}/slots/x"])
def test_nobody_sees_times_of_units_that_are_not_theirs(world: StaffWorld, path: str) -> None:
    assert world.browser("erik").get(path.replace(EKEN, LINDEN)).status_code == 403
    assert world.browser(None).get(path).status_code == 302
    assert world.browser("admin").get(path.replace(EKEN, "SE0")).status_code == 404


@pytest.mark.parametrize("path", CHANGES)
def test_nobody_changes_times_of_units_that_are_not_theirs(world: StaffWorld, path: str) -> None:
    assert (
        world.browser("erik")
        .post(path.replace(EKEN, LINDEN), act="block", slot="x:y", **new_times(world.browser("erik")))
        .status_code
        == 403
    )


def test_a_time_of_another_unit_is_not_there(world: StaffWorld) -> None:
    address = link(world.browser().page(WEEK, **SEEN), "08:30–", "Nybesök")
    assert world.browser().get(address.replace(EKEN, LINDEN)).status_code == 404
    picked = pick(world.browser().page(WEEK, **SEEN), "08:30–", "Nybesök")
    before = world.dump()
    answer = world.browser().post(f"/staff/{LINDEN}/week/picked", {"slot": picked, "act": "remove"})
    assert answer.status_code == 409
    assert "En av tiderna finns inte längre." in answer.text
    assert [line for line in world.dump() if 'INSERT INTO "slots"' in line] == [
        line for line in before if 'INSERT INTO "slots"' in line
    ]


def test_a_whole_day_is_blocked_at_once(world: StaffWorld) -> None:
    browser = world.browser("erik")
    before = offered(world)
    column = next(each for each in found(browser.page(WEEK, **SEEN), ".column") if each.get("data-day") == "2026-11-24")
    answer = browser.post(
        f"{WEEK}/picked?date=2026-11-24", column=found(column, ".pick-all input")[0].get("value"), act="block"
    )
    assert answer.status_code == 302
    assert offered(world) == set()
    assert re.match(r"Tisdag 24 november: \d+ tider spärrade\.", flashed(browser))
    browser.post(found(browser.page(WEEK, **SEEN), ".week-undo form")[0].get("action"))
    assert offered(world) == before


def test_a_time_that_somebody_removed_while_its_page_was_open_is_told(world: StaffWorld) -> None:
    browser = world.browser("erik")
    address = link(browser.page(WEEK, **SEEN), "08:30–", "Nybesök")
    form = fields_of(browser.page(address))
    browser.post(address, {**form, "act": "remove"})
    answer = browser.post(address, {**form, "closes": "09:15"})
    assert answer.status_code == 409
    assert "En av tiderna finns inte längre." in answer.text


def test_the_page_speaks_english(world: StaffWorld) -> None:
    browser = world.browser()
    browser.post("/staff/language", language="en")
    act(browser, "block", [pick_english(browser.page(WEEK, **SEEN))])
    text = text_of(browser.page(WEEK, **SEEN))
    assert "Week 48" in text
    assert "Tuesday 24 November 08:30–09:00, Nybesök läkare, blocked." in text
    assert not re.search(r"\b(ledig|spärrad|Ångra|Tidtyp|Utförare|Lägg till)\b", text)


def pick_english(page: html.HtmlElement) -> str:
    return pick(page, "08:30–", "Nybesök", "2026-11-24")


def test_two_thousand_times_of_a_month_are_shown_within_a_second(world: StaffWorld) -> None:
    browser = world.browser("erik")
    for opens, closes, length, day in (("06:00", "14:00", "1", f"2026-12-{day:02}") for day in (1, 2, 3, 4)):
        answer = browser.post(f"{WEEK}/add", new_times(browser, opens=opens, closes=closes, length=length, day=day))
        assert answer.status_code == 302
    began = process_time()
    page = browser.get(WEEK, date="2026-12-01", view="month")
    assert page.text.count("<li class") > 1900
    assert process_time() - began < 1


def test_overlapping_times_lie_side_by_side() -> None:
    assert lanes([(0, 30), (0, 20), (20, 40), (40, 60)]) == [
        Lane(number=0, of=2), Lane(number=1, of=2), Lane(number=1, of=2), Lane(number=0, of=1),
    ]  # fmt: skip


def test_the_style_sheet_has_every_place_a_time_can_have() -> None:
    sheet = (Path(__file__).parents[2] / "producer/web/static/staff/week-rows.css").read_text("utf-8")
    rows = 24 * 60 // ROW
    places = [f".f{row}{{" for row in range(1, rows + 1)] + [f".s{row}{{" for row in range(1, rows + 1)]
    places += [f".a{lane}{{" for lane in range(1, MOST_LANES + 1)] + [
        f".b{lane}{{" for lane in range(2, MOST_LANES + 2)
    ]
    places += [f".lanes-{lane} " for lane in range(1, MOST_LANES + 1)]
    assert [place for place in places if place not in sheet] == []
