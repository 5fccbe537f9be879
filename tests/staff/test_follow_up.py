import re
from typing import Any

import pytest
from rules.world import EKEN, GUNILLA, IDA, OST, VAST

from producer.domain.model import ActorType
from producer.store.access_log import accesses
from staff.world import Browser, StaffWorld, text_of

PATH = f"/staff/{EKEN}/follow-up"


def events(browser: Browser, path: str = PATH, **sought: Any) -> list[str]:
    """The numbers of the events that can be marked."""
    return re.findall(r'name="event" value="(\d+)"', browser.get(path, **sought).text)


@pytest.fixture
def busy(world: StaffWorld) -> StaffWorld:
    """The patients have booked, moved and cancelled, and staff too."""
    gunilla, ida = world.patient(GUNILLA), world.patient(IDA)
    world.later(minutes=1)
    gunilla.update("BOKAD-1", gunilla.time(EKEN, "20261125093000", timeTypeID="NYBESOK"))
    world.later(minutes=1)
    booked = ida.book(ida.time(EKEN, "20261124080000", timeTypeID="PROV"))
    world.later(minutes=1)
    ida.cancel(EKEN, booked, "Jag är <frisk>")
    world.later(minutes=1)
    return world


def test_what_residents_did_is_listed_the_newest_first_with_their_messages(busy: StaffWorld) -> None:
    """Rule 74, TKB 6 and 16."""
    page = text_of(busy.browser("rut").page(PATH))
    told = ["Avbokad: Tisdag 24 november 08:00–08:10", "Bokad: Tisdag 24 november", "Flyttad från Måndag 30 november"]
    assert [page.index(each) for each in told] == sorted(page.index(each) for each in told)
    assert "Meddelande: Jag är <frisk>" in page
    assert "Inläst" not in page


def test_what_staff_did_themselves_is_not_there_to_follow_up(busy: StaffWorld) -> None:
    erik = busy.browser("erik")
    before = events(erik)
    path = f"/staff/{EKEN}/bookings/BOKAD-1/withdraw"
    (seen,) = erik.page(path).xpath("//input[@name='seen']/@value")
    assert erik.post(path, seen=seen).status_code == 302
    assert events(erik) == before


def test_the_list_is_of_the_acts_and_days_asked_for(busy: StaffWorld) -> None:
    erik = busy.browser("erik")
    assert len(events(erik)) == 3
    assert [len(events(erik, act=act)) for act in ("booked", "rebooked", "cancelled", "withdrawn")] == [1, 1, 1, 3]
    assert events(erik, first="2026-11-01", last="2026-11-22") == []
    busy.later(days=8)
    assert "Inget att följa upp" in text_of(busy.browser("rut").page(PATH))


def test_what_is_marked_is_looked_to_by_whom_and_when_and_can_be_undone(busy: StaffWorld) -> None:
    erik = busy.browser("erik")
    first, second, third = events(erik)
    answer = erik.post(PATH + "?act=&show=all", {"event": [first, second]})
    assert (answer.status_code, answer.location) == (302, f"{PATH}?act=&show=all")
    page = text_of(erik.page(PATH, show="all"))
    assert "Markerade som hanterade: 2." in page
    assert page.count("2026-11-23 07:04 erik") == 2
    assert events(erik) == [third]
    assert erik.post(PATH, undo=first).status_code == 302
    assert events(erik) == [first, third]


def test_what_a_colleague_marked_meanwhile_stays_hers(busy: StaffWorld) -> None:
    erik, admin = busy.browser("erik"), busy.browser()
    first, second, _ = events(erik)
    admin.post(PATH, event=first)
    assert erik.post(PATH, {"event": [first, second]}).status_code == 302
    page = text_of(erik.page(PATH, show="all"))
    assert "07:04 admin" in page
    assert page.count("07:04 erik") == 1


def test_marking_nothing_or_what_is_not_there_is_told(busy: StaffWorld) -> None:
    erik = busy.browser("erik")
    answer = erik.post(PATH)
    assert answer.status_code == 400
    assert "Kryssa för minst en händelse" in answer.text
    for wrong in ("0", "999999", "1"):  # the first is what was read from a file
        assert erik.post(PATH, event=wrong).status_code == 404
    assert erik.post(PATH, event="x").status_code == 400
    assert erik.post(PATH, undo="999999").status_code == 404


def test_a_reader_sees_but_does_not_mark_and_others_see_nothing(busy: StaffWorld) -> None:
    rut, event = busy.browser("rut"), events(busy.browser("erik"))[0]
    assert events(rut) == []
    assert "Avbokad" in text_of(rut.page(PATH))
    assert rut.post(PATH, event=event).status_code == 403
    for account in ("rut", "erik"):
        assert busy.browser(account).get(f"/staff/{VAST}/follow-up").status_code == 403
    assert busy.browser().post(f"/staff/{VAST}/follow-up", event=event).status_code == 404


def test_each_patient_in_the_list_is_noted_once(busy: StaffWorld) -> None:
    busy.browser("rut").page(PATH)
    with busy.database.reading() as timetable:
        noted = accesses(timetable)
    by_staff = [(each.action, each.patient) for each in noted if each.origin.actor.type is ActorType.STAFF]
    assert sorted(by_staff) == [("follow_up_listed", GUNILLA), ("follow_up_listed", IDA)]


def test_a_booking_moved_away_is_followed_up_where_it_was_and_where_it_went(world: StaffWorld) -> None:
    """Rule 64."""
    ida = world.patient(IDA)
    ida.update("BOKAD-3", ida.times(OST, "20261201", "20261215", bookingId="BOKAD-3")[0])
    for unit in (VAST, OST):
        assert len(events(world.browser(), f"/staff/{unit}/follow-up")) == 1


def test_an_address_with_anything_in_it_is_answered(busy: StaffWorld) -> None:
    erik = busy.browser("erik")
    answer = erik.get(PATH, unit="x", _external="1", page="-1", act="'", show="x", first="x")
    assert answer.status_code == 400
    event = events(erik)[0]
    assert erik.post(f"{PATH}?unit=x&_external=1&_scheme=y", event=event).location == PATH
