"""Administrators see to the accounts; everybody changes a password of their own."""

import re

import pytest
from rules.world import EKEN

from producer.store import accounts
from staff.world import PASSWORD, Browser, StaffWorld, text_of

NEW = "en annan lagom lång mening"


def account_id(world: StaffWorld, name: str) -> int:
    with world.database.reading() as timetable:
        found = accounts.account_named(timetable, name)
        assert found is not None
        return found.id


def seen_on(browser: Browser, path: str) -> str:
    return str(browser.page(path).xpath("string(//input[@name='seen']/@value)"))


def path_of(world: StaffWorld, name: str) -> str:
    return f"/staff/accounts/{account_id(world, name)}"


def unit_ids(world: StaffWorld, *hsa_ids: str) -> list[int]:
    with world.database.reading() as timetable:
        return [unit.id for unit in map(timetable.unit, hsa_ids) if unit]


@pytest.mark.parametrize("name", ["erik", "rut"])
def test_accounts_are_for_administrators_alone(world: StaffWorld, name: str) -> None:
    browser = world.browser(name)
    one = path_of(world, "rut")
    for path in ("/staff/accounts", one):
        assert browser.get(path).status_code == 403
        assert browser.post(path).status_code == 403
    assert browser.post(f"{one}/password").status_code == 403


def test_an_account_with_a_password_made_up_is_shown_it_once_and_signs_in(world: StaffWorld) -> None:
    browser = world.browser()
    answer = browser.post("/staff/accounts", name="Nina  Ny", role="editor", units=unit_ids(world, EKEN))
    assert answer.status_code == 200
    password = re.search(r"<code>([^<]+)</code>", answer.text)
    assert password
    assert len(password[1]) >= 16
    page = text_of(browser.page("/staff/accounts"))
    assert "Nina Ny" in page
    assert password[1] not in page
    assert "Kontot Nina Ny har lagts till (redaktör)" in text_of(browser.page("/staff/changes"))
    other = world.browser(None)
    assert other.post("/staff/sign-in", name="nina ny", password=password[1]).status_code == 302
    assert other.get(f"/staff/{EKEN}/lists").status_code == 200


def test_a_password_that_was_typed_is_never_shown(world: StaffWorld) -> None:
    answer = world.browser().post("/staff/accounts", name="nina", role="reader", password=NEW)
    assert answer.location == "/staff/accounts"
    assert NEW not in answer.text
    assert world.browser(None).post("/staff/sign-in", name="nina", password=NEW).status_code == 302


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"name": " ", "role": "reader"}, "Ange ett namn."),
        ({"name": "ERIK", "role": "reader"}, "Namnet är upptaget."),
        ({"name": "nina", "role": "reader", "password": "kort"}, "minst 12 tecken"),
        ({"name": "nina", "role": "chef"}, "Välj en roll."),
        ({"name": "nina", "role": "reader", "units": "99"}, "finns inte längre"),
        ({"name": "ß" * 51, "role": "reader"}, "Namnet är för långt"),
    ],
)
def test_an_account_that_cannot_be_is_refused_and_what_was_typed_kept(
    world: StaffWorld, form: dict[str, str], sentence: str
) -> None:
    browser = world.browser()
    answer = browser.post("/staff/accounts", form)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert f'value="{form["name"].strip()}"' in answer.text
    assert "kort" not in answer.text
    assert "nina" not in text_of(browser.page("/staff/accounts"))


def test_a_changed_account_is_signed_out_and_has_its_new_role(world: StaffWorld) -> None:
    erik, browser = world.browser("erik"), world.browser()
    path = path_of(world, "erik")
    answer = browser.post(path, role="reader", active="yes", units=unit_ids(world, EKEN), seen=seen_on(browser, path))
    assert answer.status_code == 302
    assert erik.get("/staff/").status_code == 302
    again = world.browser("erik")
    assert again.get(f"/staff/{EKEN}/lists").status_code == 200
    assert again.post(f"/staff/{EKEN}/lists/resources", name="Rum 9").status_code == 403


def test_a_closed_account_cannot_sign_in(world: StaffWorld) -> None:
    browser, rut = world.browser(), world.browser("rut")
    path = path_of(world, "rut")
    browser.post(path, role="reader", seen=seen_on(browser, path))
    assert rut.get("/staff/").status_code == 302
    assert world.browser(None).post("/staff/sign-in", name="rut", password=PASSWORD).status_code == 400
    assert "Kontot rut är stängt" in text_of(browser.page("/staff/changes"))


@pytest.mark.parametrize("form", [{"role": "editor", "active": "yes"}, {"role": "administrator"}])
def test_the_last_administrator_stays_one(world: StaffWorld, form: dict[str, str]) -> None:
    browser = world.browser()
    path = path_of(world, "admin")
    answer = browser.post(path, form, seen=seen_on(browser, path))
    assert answer.status_code == 400
    assert "den enda aktiva administratören" in answer.text
    assert browser.get("/staff/accounts").status_code == 200


def test_an_administrator_who_is_not_the_last_may_go(world: StaffWorld) -> None:
    browser = world.browser()
    browser.post("/staff/accounts", name="nina", role="administrator", password=NEW)
    path = path_of(world, "admin")
    assert browser.post(path, role="reader", active="yes", seen=seen_on(browser, path)).status_code == 302
    assert browser.get("/staff/accounts").status_code == 302  # signed out


def test_an_account_changed_meanwhile_is_not_overwritten(world: StaffWorld) -> None:
    browser = world.browser()
    path = path_of(world, "rut")
    seen = seen_on(browser, path)
    assert browser.post(path, role="editor", active="yes", seen=seen).status_code == 302
    answer = browser.post(path, role="reader", active="yes", seen=seen)
    assert answer.status_code == 409
    assert "Nu: rut, redaktör" in answer.text


def test_a_new_password_given_ends_what_was_signed_in(world: StaffWorld) -> None:
    browser, erik = world.browser(), world.browser("erik")
    answer = browser.post(f"{path_of(world, 'erik')}/password", password="")
    password = re.search(r"<code>([^<]+)</code>", answer.text)
    assert password
    assert erik.get("/staff/").status_code == 302
    sign_in = world.browser(None).post
    assert sign_in("/staff/sign-in", name="erik", password=PASSWORD).status_code == 400
    assert sign_in("/staff/sign-in", name="erik", password=password[1]).status_code == 302
    assert browser.post(f"{path_of(world, 'erik')}/password", password="kort").status_code == 400


def test_everybody_changes_a_password_of_their_own_and_is_signed_out_elsewhere(world: StaffWorld) -> None:
    here, there = world.browser("rut"), world.browser("rut")
    assert here.get("/staff/password").status_code == 200
    answer = here.post("/staff/password", old=PASSWORD, password=NEW, again=NEW)
    assert answer.location == "/staff/"
    assert here.get("/staff/").status_code == 200
    assert there.get("/staff/").status_code == 302
    assert world.browser(None).post("/staff/sign-in", name="rut", password=NEW).status_code == 302


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"old": "fel", "password": NEW, "again": NEW}, "nuvarande lösenordet är fel"),
        ({"old": PASSWORD, "password": NEW, "again": f"{NEW}!"}, "två nya lösenorden är olika"),
        ({"old": PASSWORD, "password": "kort", "again": "kort"}, "minst 12 tecken"),
        ({"old": PASSWORD, "password": PASSWORD, "again": PASSWORD}, "samma som det gamla"),
        ({}, "nuvarande lösenordet är fel"),
    ],
)
def test_a_password_of_ones_own_is_refused_with_the_reason(
    world: StaffWorld, form: dict[str, str], sentence: str
) -> None:
    browser = world.browser("rut")
    answer = browser.post("/staff/password", form)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert NEW not in answer.text
    assert world.browser("rut").get("/staff/").status_code == 200


def test_guesses_at_the_old_password_are_limited(world: StaffWorld) -> None:
    browser = world.browser("rut")
    for _ in range(5):
        assert browser.post("/staff/password", old="fel", password=NEW, again=NEW).status_code == 400
    answer = browser.post("/staff/password", old=PASSWORD, password=NEW, again=NEW)
    assert answer.status_code == 429
    assert "För många försök" in answer.text


def test_an_account_that_is_not_there_is_no_page(world: StaffWorld) -> None:
    assert world.browser().get("/staff/accounts/999").status_code == 404
