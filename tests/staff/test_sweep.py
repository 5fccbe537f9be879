"""Goes through every place of the staff pages as everybody, and holds that each gets what is theirs."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest
from rules.world import MORNING
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from producer.store.schema import upgrade_open
from staff.places import ACCOUNTS, FORMS, PASSWORD, PLACES, QUERIES, What, Who, address, make_demo
from staff.world import Browser, StaffWorld

ALLOWED: dict[Who, frozenset[str | None]] = {
    Who.ANYBODY: frozenset({None, *ACCOUNTS}),
    Who.SIGNED_IN: frozenset(ACCOUNTS),
    Who.READER: frozenset({"admin", "erik", "rut"}),
    Who.EDITOR: frozenset({"admin", "erik"}),
    Who.ADMINISTRATOR: frozenset({"admin"}),
}


class DemoWorld(StaffWorld):
    """The demo in the morning; its accounts have signed in beforehand, so that being reset does not sign them out."""

    def __init__(self, url: str = "sqlite://") -> None:
        super().__init__(url)
        self._cookies = {name: self._cookie_of(name) for name in ACCOUNTS}
        self.kept.keep()

    def _fill(self) -> None:
        upgrade_open(self.database)
        self.examples = make_demo(self.database, MORNING)

    def _cookie_of(self, name: str) -> str:
        browser = Browser(self.app.staff.pages.test_client())
        assert browser.post("/staff/sign-in", name=name, password=PASSWORD).status_code == 302
        cookie = browser.client.get_cookie("tidbok", path="/staff")
        assert cookie is not None
        return cookie.value

    def browser(self, name: str | None = "admin") -> Browser:
        """In which the account has signed in already."""
        client = self.app.staff.pages.test_client()
        if name is not None:
            client.set_cookie("tidbok", self._cookies[name], path="/staff")
        return Browser(client)

    def rules_of(self, endpoint: str) -> list[tuple[str, Rule, str]]:
        """Each method of the endpoint with its address."""
        site = self.app.staff.pages
        adapter = site.url_map.bind("localhost")
        return [
            (method, rule, address(adapter, rule, self.examples))
            for rule in site.url_map.iter_rules(endpoint)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        ]


def test_every_place_is_known_here(demo: DemoWorld) -> None:
    """Whoever adds a page says in places.py what it is and whose; all that follows goes by that table."""
    assert {rule.endpoint for rule in demo.app.staff.pages.url_map.iter_rules()} == set(PLACES)


@pytest.mark.parametrize("endpoint", PLACES)
def test_each_gets_what_is_theirs(demo: DemoWorld, endpoint: str) -> None:
    place = PLACES[endpoint]
    for method, _, path in demo.rules_of(endpoint):
        for name in (None, *ACCOUNTS):
            demo.reset()
            query = QUERIES.get(endpoint, ("",))[0].format(**demo.examples) if method == "GET" else ""
            answer = _asked(demo.browser(name), method, path + query, FORMS.get(endpoint))
            story = f"{method} {path} as {name}: {answer.status_code}"
            assert answer.status_code < 500, story
            if name in ALLOWED[place.who]:
                assert answer.status_code not in (401, 403), story
                assert not (answer.location or "").startswith("/staff/sign-in?next"), story
            elif name is None:
                assert answer.status_code == 302, story
                assert answer.location.startswith("/staff/sign-in"), story
            else:
                assert answer.status_code == 403, story
                assert demo.kept.is_as_it_was(), f"{story}, and yet something was written"


@pytest.mark.parametrize("endpoint", [name for name, place in PLACES.items() if place.what is not What.ACT])
def test_whoever_may_look_sees_it(demo: DemoWorld, endpoint: str) -> None:
    place = PLACES[endpoint]
    wanted = {What.PAGE: 200, What.FILE: 200, What.ONWARDS: 302}[place.what]
    for method, _, path in demo.rules_of(endpoint):
        for name in ALLOWED[place.who]:
            demo.reset()
            for query in QUERIES.get(endpoint, ("",)) if method == "GET" else ():
                answer = _asked(demo.browser(name), method, path + query.format(**demo.examples))
                is_home = endpoint == "signing_in.form" and name is not None  # who is signed in is sent on
                assert answer.status_code == (302 if is_home else wanted), f"{path}{query} as {name}: {answer.text}"


@pytest.mark.parametrize("endpoint", PLACES)
def test_no_change_is_made_without_the_token_of_its_page(demo: DemoWorld, endpoint: str) -> None:
    for method, _, path in demo.rules_of(endpoint):
        if method != "GET":
            answer = demo.browser().client.open(path, method=method)
            assert answer.status_code == 400, f"{method} {path}: {answer.status_code}"
            assert demo.kept.is_as_it_was()


@pytest.mark.parametrize("endpoint", PLACES)
def test_a_reader_is_shown_no_form_that_would_be_refused(demo: DemoWorld, endpoint: str) -> None:
    """Every form that a reader's page has leads where a reader may go."""
    place = PLACES[endpoint]
    if place.what is not What.PAGE or "rut" not in ALLOWED[place.who]:
        return
    for method, _, path in demo.rules_of(endpoint):
        if method == "GET" and endpoint != "signing_in.form":
            page = demo.browser("rut").page(path)
            leads = {_endpoint(demo, form) for form in page.xpath("//form") if form.get("action") or form.get("method")}
            assert [lead for lead in leads if "rut" not in ALLOWED[PLACES[lead].who]] == []


def _endpoint(demo: DemoWorld, form: Any) -> str:
    adapter = demo.app.staff.pages.url_map.bind("localhost")
    path = (form.get("action") or "/staff/").partition("?")[0]
    endpoint, _ = adapter.match(path, method=form.get("method", "get").upper())
    return str(endpoint)


def _asked(browser: Browser, method: str, path: str, fields: Mapping[str, str | bytes] | None = None) -> TestResponse:
    form: dict[str, Any] | None = None
    if method != "GET":
        form = {
            name: (BytesIO(value), "file.csv") if isinstance(value, bytes) else value
            for name, value in (fields or {}).items()
        }
        form["csrf_token"] = browser.token()
    answer = browser.client.open(path, method=method, data=form)
    answer.get_data()
    answer.close()  # a file that is sent stays open until then
    return answer
