from datetime import timedelta

import pytest
from rules.world import EKEN, MORNING

from producer.services.staff.signing_in import IDLE_AFTER, make_first_account, staff_signed_in
from producer.store.engine import new_database
from staff.world import PASSWORD, StaffWorld, text_of


def test_who_is_not_signed_in_is_sent_to_sign_in_and_comes_back(world: StaffWorld) -> None:
    browser = world.browser(None)
    answer = browser.get("/staff/?a=1")
    assert (answer.status_code, answer.location) == (302, "/staff/sign-in?next=/staff/?a%3D1")
    answer = browser.post("/staff/sign-in", name="admin", password=PASSWORD, next="/staff/accessibility")
    assert (answer.status_code, answer.location) == (302, "/staff/accessibility")


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example/", "https://evil.example/", "/staff/\\evil", "/soap", "/staff//x"]
)
def test_signing_in_leads_nowhere_else(world: StaffWorld, elsewhere: str) -> None:
    answer = world.browser(None).post("/staff/sign-in", name="admin", password=PASSWORD, next=elsewhere)
    assert answer.location == "/staff/"


@pytest.mark.parametrize(("name", "password"), [("admin", "fel"), ("ingen", PASSWORD), ("", "")])
def test_a_wrong_name_or_password_is_refused_and_the_name_kept(world: StaffWorld, name: str, password: str) -> None:
    answer = world.browser(None).post("/staff/sign-in", name=name, password=password)
    assert answer.status_code == 400
    assert "hör inte ihop" in answer.text


def test_what_is_no_text_is_refused_wherever_it_stands(world: StaffWorld) -> None:
    """PostgreSQL takes no NUL, and nobody can have typed one."""
    assert world.browser(None).post("/staff/sign-in", name="admin\0", password=PASSWORD).status_code == 400
    browser = world.browser()
    for path in (f"/staff/{EKEN}%00/week", f"/staff/{EKEN}/bookings/%00", "/staff/static/%00"):
        assert browser.get(path).status_code == 404
    answer = browser.get(f"/staff/{EKEN}/week?time_type=%00")
    assert answer.status_code == 400
    assert "gick inte att förstå" in answer.text
    assert browser.post(f"/staff/{EKEN}/bookings", words="A\0").status_code == 400


def test_after_five_failures_not_even_the_right_password_is_tried_for_a_while(world: StaffWorld) -> None:
    browser = world.browser(None)
    for _ in range(5):
        assert browser.post("/staff/sign-in", name="Erik ", password="fel").status_code == 400
    assert browser.post("/staff/sign-in", name="erik", password=PASSWORD).status_code == 429
    assert browser.post("/staff/sign-in", name="admin", password=PASSWORD).status_code == 302
    world.later(minutes=16)
    assert browser.post("/staff/sign-in", name="erik", password=PASSWORD).status_code == 302


def test_who_is_idle_for_half_an_hour_is_signed_out(world: StaffWorld) -> None:
    browser = world.browser()
    for _ in range(3):
        world.now += IDLE_AFTER - timedelta(minutes=1)
        assert browser.get("/staff/").status_code == 200
    world.now += IDLE_AFTER + timedelta(minutes=1)
    assert browser.get("/staff/").status_code == 302


def test_signed_out_the_cookie_is_worth_nothing(world: StaffWorld) -> None:
    browser = world.browser()
    with browser.client.session_transaction("/staff/") as session:
        token = session["token"]
    assert staff_signed_in(world.database, token, world.now) is not None
    assert browser.post("/staff/sign-out").status_code == 302
    assert staff_signed_in(world.database, token, world.now) is None
    assert browser.get("/staff/").status_code == 302


def test_the_cookie_is_closed_to_scripts_and_other_sites_and_secure_under_tls(world: StaffWorld) -> None:
    pages = world.app.staff.pages
    plain = pages.test_client().get("/staff/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    assert "Secure" not in plain
    assert "Secure" in pages.test_client().get("/staff/sign-in", base_url="https://localhost").headers["Set-Cookie"]


def test_a_change_without_the_token_of_its_page_is_refused(world: StaffWorld) -> None:
    client = world.browser().client
    assert client.post("/staff/sign-out").status_code == 400
    assert client.get("/staff/").status_code == 200


def test_no_script_or_style_is_let_in_from_elsewhere_or_written_in_the_page(world: StaffWorld) -> None:
    answer = world.browser().get("/staff/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_first_start_makes_one_administrator_with_a_password_of_its_own(database_url: str) -> None:
    database = new_database(database_url)
    password = make_first_account(database, MORNING)
    assert password is not None
    assert len(password) >= 16
    assert make_first_account(database, MORNING) is None
    database.close()


def test_an_administrator_sees_every_unit_and_others_their_own(world: StaffWorld) -> None:
    assert "SE2321000016-VAST" in text_of(world.browser().page("/staff/"))
    own = text_of(world.browser("erik").page("/staff/"))
    assert EKEN in own
    assert "SE2321000016-VAST" not in own


def test_the_pages_speak_english_when_asked(world: StaffWorld) -> None:
    browser = world.browser()
    browser.post("/staff/language", language="en")
    assert "Sign out" in text_of(browser.page("/staff/"))
    browser.post("/staff/language", language="sv")
    assert "Logga ut" in text_of(browser.page("/staff/"))
