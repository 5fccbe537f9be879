"""The calendar behind a secret address: its times, whose they are not, and who may open and close it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from lxml import html
from rules.world import ANNA, EKEN, GUNILLA, HAKAN, TEST, VAST

from producer.services.staff.calendars_written import written
from producer.store.calendars import CalendarTime
from producer.store.changes import changes_of
from staff.world import Browser, StaffWorld, text_of

PAGE = f"/staff/{EKEN}/exchange"


def seen(browser: Browser, page: str = PAGE) -> str:
    return str(browser.page(page).xpath('//input[@name="seen"]/@value')[0])


def opened(browser: Browser, page: str = PAGE) -> str:
    answer = browser.post(f"{page}/calendar", seen=seen(browser, page))
    assert answer.status_code == 200, answer.text
    return str(html.fromstring(answer.text).xpath('//input[@id="address"]/@value')[0])


def fetched(world: StaffWorld, address: str) -> Any:
    """By a calendar, which is signed in nowhere."""
    return world.browser(None).get(address.removeprefix("http://localhost"))


def events(answer: Any) -> list[Any]:
    assert answer.status_code == 200, answer.text
    return list(Calendar.from_ical(answer.data).walk("VEVENT"))


def test_who_has_the_address_sees_free_and_booked_times_and_no_patient(world: StaffWorld) -> None:
    address = opened(world.browser("erik"))
    answer = fetched(world, address)
    assert answer.mimetype == "text/calendar"
    told = {(event.start, str(event["summary"]), event.get("transp")) for event in events(answer)}
    stockholm = ZoneInfo("Europe/Stockholm")
    assert (datetime(2026, 11, 30, 9, tzinfo=stockholm), "Bokad: Nybesök läkare", "OPAQUE") in told
    assert (datetime(2026, 11, 30, 8, tzinfo=stockholm), "Ledig: Nybesök läkare", "TRANSPARENT") in told
    text = answer.text
    for private in (GUNILLA, "Gunilla", "Påhittsdotter", "BOKAD-1", "knäet", "070-174"):
        assert private not in text


def test_a_time_that_a_booking_hides_is_neither_free_nor_booked(world: StaffWorld) -> None:
    at_nine = [
        event
        for event in events(fetched(world, opened(world.browser())))
        if f"{event.start:%d%H%M}" in ("300900", "300920")
    ]
    assert [(event["summary"], event["description"]) for event in at_nine if "Anna" in event["description"]] == [
        ("Bokad: Nybesök läkare", "Leg. läkare Anna Maria Exempelsson")
    ]


def test_the_next_fetch_shows_what_was_booked_meanwhile_and_else_there_is_nothing_to_fetch(world: StaffWorld) -> None:
    """Rule 59."""
    address = opened(world.browser("erik"))
    first = fetched(world, address)
    path = address.removeprefix("http://localhost")
    same = world.browser(None).client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    patient = world.patient(HAKAN)
    slot = patient.times(EKEN, "20261201", "20261201", timeTypeID="NYBESOK", performer=(ANNA,))[0]
    patient.book(slot)
    again = world.browser(None).client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert sum(event["transp"] == "OPAQUE" for event in events(again)) == 1 + sum(
        event["transp"] == "OPAQUE" for event in events(first)
    )


def test_a_new_address_ends_the_old_and_a_closed_calendar_has_none(world: StaffWorld) -> None:
    browser = world.browser("erik")
    first = opened(browser)
    assert "Kalendern har en adress, gjord 2026-11-23 07:00." in text_of(browser.page(PAGE))
    second = opened(browser)
    assert fetched(world, first).status_code == 404
    assert fetched(world, second).status_code == 200
    assert browser.post(f"{PAGE}/calendar/close", seen=seen(browser)).status_code == 302
    assert fetched(world, second).status_code == 404
    assert "Kalendern har ingen adress." in text_of(browser.page(PAGE))
    with world.timetable() as timetable:
        told = [change.sentence.text for change in changes_of(timetable, timetable.unit(EKEN).id)]
    assert told == [
        "Kalendern är stängd; adressen gäller inte längre.",
        "Kalendern har fått en ny adress; den gamla gäller inte längre.",
        "Kalendern kan nu hämtas från en hemlig adress.",
    ]


def test_the_secret_itself_is_not_kept_or_shown_again(world: StaffWorld) -> None:
    browser = world.browser("erik")
    secret = opened(browser).rpartition("/")[2].removesuffix(".ics")
    assert len(secret) >= 43
    assert not any(secret in line for line in world.dump())
    assert secret not in browser.get(PAGE).text


@pytest.mark.parametrize("secret", ["x", "../etc", "%00", "a" * 500])
def test_an_address_that_nobody_made_leads_nowhere(world: StaffWorld, secret: str) -> None:
    assert world.browser(None).get(f"/staff/calendar/{secret}.ics").status_code in (302, 404)
    assert world.browser(None).get(f"/staff/calendar/{'a' * 43}.ics").status_code == 404


def test_the_second_of_two_who_change_the_address_is_told(world: StaffWorld) -> None:
    erik, admin = world.browser("erik"), world.browser()
    as_erik_saw = seen(erik)
    address = opened(admin)
    for act in ("calendar", "calendar/close"):
        answer = erik.post(f"{PAGE}/{act}", seen=as_erik_saw)
        assert answer.status_code == 409
        assert "Kalendern fick en ny adress 2026-11-23 07:00." in answer.text
    assert fetched(world, address).status_code == 200


@pytest.mark.parametrize(("name", "unit", "code"), [("rut", EKEN, 403), ("erik", VAST, 403), (None, EKEN, 302)])
def test_only_who_may_change_the_unit_opens_and_closes_its_calendar(
    world: StaffWorld, name: str | None, unit: str, code: int
) -> None:
    browser = world.browser(name)
    for act in ("calendar", "calendar/close"):
        assert browser.post(f"/staff/{unit}/exchange/{act}", seen="x").status_code == code


def test_a_calendar_has_a_week_back_and_eight_ahead(world: StaffWorld) -> None:
    days = [event.start.date() for event in events(fetched(world, opened(world.browser(), f"/staff/{TEST}/exchange")))]
    assert min(days) >= world.now.date() - timedelta(days=7)
    assert max(days) < world.now.date() + timedelta(days=56)


def test_times_are_right_on_both_sides_of_the_change_to_summer_time(world: StaffWorld) -> None:
    """Rule 34."""
    starts = [datetime(2026, 12, 5, 9), datetime(2027, 3, 27, 9), datetime(2027, 3, 28, 9), datetime(2027, 10, 31, 9)]
    times = [
        CalendarTime(
            public_id=f"{at:%m%d}",
            starts=at,
            ends=at + timedelta(hours=1),
            time_type="Provtagning",
            performer=None,
            resource=None,
            is_booked=False,
        )
        for at in starts
    ]
    with world.timetable() as timetable:
        unit = timetable.unit(EKEN)
    content = written(unit, times, world.now).content()
    assert [event.start.astimezone(UTC).hour for event in Calendar.from_ical(content).walk("VEVENT")] == [8, 8, 7, 8]
    text = content.decode().replace("\r\n", "\n")
    assert "BEGIN:DAYLIGHT\nDTSTART:19960331T020000\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\n" in text
    assert "BEGIN:STANDARD\nDTSTART:19961027T030000\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\n" in text
    assert "TZOFFSETFROM:+0100\nTZOFFSETTO:+0200" in text
