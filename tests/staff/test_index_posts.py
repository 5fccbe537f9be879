"""The page of Engagemangsindex: what waits, what was refused and why, and how that is sent again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from rules.world import EKEN, GUNILLA, MORNING

from producer.domain.engagements import IndexSettings
from producer.store import outbox
from producer.store import tables as t
from producer.store.index_settings import keep_index_settings
from producer.web.staff.index_posts import _shown
from producer.web.staff.office import Office
from producer.web.staff.pages import create_staff_pages
from staff.world import Browser, StaffWorld, text_of

PATH = "/staff/index-posts"
REASON = "EI004: the logicalAddress in EngagementTransaction 1 is longer than 64 characters"
Wait = Callable[..., int]


@pytest.fixture
def recorded(world: StaffWorld) -> StaffWorld:
    """The index is told of what happens."""
    with world.database.writing() as timetable:
        keep_index_settings(timetable, IndexSettings(source_system="SE2321000016-SYS"))
    return world


@pytest.fixture
def wait(recorded: StaffWorld) -> Wait:
    """Puts a post in the outbox and answers its id."""

    def put(booking: str = "BOKAD-1", **more: Any) -> int:
        row = {
            "booking_id": 1,
            "patient": GUNILLA,
            "categorization": "NA",
            "logical_address": EKEN,
            "business_id": booking,
            "source_system": "SE2321000016-SYS",
            "data_controller": "SE2321000016",
            "most_recent": None if more.get("deleted") else MORNING,
            "deleted": False,
            "made_at": MORNING,
            "state": "waiting",
            **more,
        }
        with recorded.database.writing() as timetable:
            added: Any = timetable.connection.execute(t.index_outbox.insert(), row).inserted_primary_key
            return int(added.id)

    return put


@pytest.fixture
def refuse(recorded: StaffWorld, wait: Wait) -> Wait:
    def put(booking: str = "BOKAD-1", **more: Any) -> int:
        post = wait(booking, **more)
        with recorded.database.writing() as timetable:
            outbox.keep_refused(timetable, post, REASON, recorded.now)
        return post

    return put


def state(world: StaffWorld, post: int) -> str:
    with world.database.reading() as timetable:
        return str(
            timetable.connection.scalar(
                t.index_outbox.select().with_only_columns(t.index_outbox.c.state).where(t.index_outbox.c.id == post)
            )
        )


def shown(world: StaffWorld) -> str:
    return text_of(world.browser().page(PATH).get_element_by_id("content"))


def with_address(world: StaffWorld, url: str) -> Browser:
    office = Office(database=world.database, now=lambda: world.now, index_url=url)
    browser = Browser(create_staff_pages(office).test_client())
    assert browser.post("/staff/sign-in", name="admin", password="en lagom lång mening").status_code == 302
    return browser


def test_the_page_says_that_the_index_is_off(world: StaffWorld) -> None:
    assert "Avstängt: ingen adress till indexet är inställd" in shown(world)


def test_the_page_says_that_what_happens_waits_while_no_address_is_set(recorded: StaffWorld, wait: Wait) -> None:
    wait()
    text = shown(recorded)
    assert "Inget skickas, för ingen adress till indexet är inställd" in text
    assert "Väntar 1 sedan 2026-11-23" in text
    assert "Källsystem SE2321000016-SYS" in text


def test_the_page_tells_where_posts_go_how_many_went_and_when(recorded: StaffWorld, wait: Wait) -> None:
    post = wait()
    with recorded.database.writing() as timetable:
        outbox.keep_sent(timetable, [post], recorded.now)
    page = text_of(with_address(recorded, "https://index.example/").page(PATH))
    for words in (
        "Skickas till https://index.example/",
        "Väntar 0",
        "Skickade senaste dygnet 1",
        f"Senast mottaget {recorded.now:%Y-%m-%d %H:%M}",
    ):
        assert words in page
    recorded.later(hours=25)
    assert "Skickade senaste dygnet 0" in text_of(with_address(recorded, "https://index.example/").page(PATH))


def test_a_name_and_password_in_the_address_are_not_shown() -> None:
    assert _shown("https://anna:hemligt@index.example:8443/x?y=z") == "https://index.example:8443/x?y=z"
    assert _shown("") == ""


def test_the_page_tells_that_the_index_fails_why_and_when_it_is_tried_again(recorded: StaffWorld, wait: Wait) -> None:
    post = wait()
    now = 1_795_417_200  # 2026-11-23 08:00 in Sweden
    with recorded.database.writing() as timetable:
        outbox.keep_failed(timetable, [post], failures=4, not_before=now + 120, reason="TimeoutError: timed out")
    page = text_of(with_address(recorded, "https://index.example/").page(PATH))
    assert "Indexet tar inte emot. Försök i rad: 4. Nästa försök: 2026-11-23 08:02." in page
    assert "Skäl: TimeoutError: timed out" in page
    recorded.later(hours=3)
    assert "Nästa försök är strax." in text_of(with_address(recorded, "https://index.example/").page(PATH))


def test_a_refused_post_is_shown_by_unit_and_booking_with_its_reason_and_never_by_patient(
    recorded: StaffWorld, refuse: Wait
) -> None:
    refuse()
    answer = recorded.browser().get(PATH)
    text = text_of(html.fromstring(answer.text))
    assert "Vårdcentralen Eken BOKAD-1 Ny eller ändrad EI004: the logicalAddress" in text
    assert GUNILLA not in answer.text
    assert GUNILLA[2:8] not in answer.text


def test_one_refused_post_is_sent_again(recorded: StaffWorld, refuse: Wait) -> None:
    """And nobody waits for the pause that a failure made."""
    one, other = refuse("BOKAD-1"), refuse("BOKAD-2")
    with recorded.database.writing() as timetable:
        outbox.keep_failed(timetable, [], failures=9, not_before=2**40, reason="gone")
    browser = recorded.browser()
    assert browser.post(PATH, post=str(one)).status_code == 302
    assert "Besked till Engagemangsindex som skickas om: 1." in text_of(browser.page(PATH))
    assert (state(recorded, one), state(recorded, other)) == ("waiting", "refused")
    with recorded.database.reading() as timetable:
        assert outbox.course(timetable).not_before == 0


def test_all_that_was_refused_is_sent_again_but_what_a_later_one_has_replaced(
    recorded: StaffWorld, wait: Wait, refuse: Wait
) -> None:
    replaced, one, other = refuse("BOKAD-1"), refuse("BOKAD-2"), refuse("BOKAD-3")
    wait("BOKAD-1", deleted=True)
    assert "Ersatt av ett senare" in shown(recorded)
    recorded.browser().post(PATH, post="all")
    assert [state(recorded, each) for each in (replaced, one, other)] == ["refused", "waiting", "waiting"]


@pytest.mark.parametrize("typed", ["", "x", "-1", "0", "999999999999999999999", "1;2"])
def test_what_is_no_refused_post_changes_nothing(recorded: StaffWorld, refuse: Wait, typed: str) -> None:
    post = refuse()
    browser = recorded.browser()
    assert browser.post(PATH, post=typed).status_code == 302
    assert "Inget skickas om" in text_of(browser.page(PATH))
    assert state(recorded, post) == "refused"


def test_the_same_form_sent_twice_sends_the_post_again_once(recorded: StaffWorld, refuse: Wait) -> None:
    post = refuse()
    browser = recorded.browser()
    for _ in range(2):
        assert browser.post(PATH, post=str(post)).status_code == 302
    assert "Inget skickas om: det har redan skickats om" in text_of(browser.page(PATH))


@pytest.mark.parametrize("name", ["erik", "rut"])
def test_only_administrators_see_and_send(recorded: StaffWorld, refuse: Wait, name: str) -> None:
    post = refuse()
    browser = recorded.browser(name)
    assert browser.get(PATH).status_code == 403
    assert browser.post(PATH, post=str(post)).status_code == 403
    assert state(recorded, post) == "refused"


def test_many_refused_posts_come_in_pages(recorded: StaffWorld, refuse: Wait) -> None:
    for number in range(51):
        refuse(f"B-{number}")
        recorded.now += timedelta(seconds=1)
    page = recorded.browser().page(PATH)
    assert len(page.xpath("//tbody/tr")) == 50
    assert "B-50" in text_of(page)
    assert len(recorded.browser().page(PATH, page="2").xpath("//tbody/tr")) == 1
