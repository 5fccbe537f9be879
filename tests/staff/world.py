"""The region of the rules' tests with a staff: who signs in, what they fill in, and what they are shown."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from lxml import html
from rules.world import EKEN, World
from werkzeug.test import TestResponse

from producer.domain.staff import Role
from producer.services.staff.signing_in import add_account

PASSWORD = "en lagom lång mening"
ACCOUNTS = {"admin": (Role.ADMINISTRATOR, ()), "erik": (Role.EDITOR, (EKEN,)), "rut": (Role.READER, (EKEN,))}


class StaffWorld(World):
    """A world in which accounts are made once, since a password takes long to hash."""

    def _fill(self) -> None:
        super()._fill()
        with self.database.writing() as timetable:
            for name, (role, units) in ACCOUNTS.items():
                add_account(timetable, name, PASSWORD, role, units, now=self.now)

    def browser(self, name: str | None = "admin") -> "Browser":
        """A browser in which the named account is signed in; nobody if it is None."""
        browser = Browser(self.app.staff.pages.test_client())
        if name is not None:
            answer = browser.post("/staff/sign-in", name=name, password=PASSWORD)
            assert answer.status_code == 302, answer.text
        return browser


class Browser:
    """Opens pages and sends forms as a browser does, with the token that the page before had."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.client.get(path, query_string=query or None)

    def page(self, path: str, **query: Any) -> html.HtmlElement:
        """A page that is there, as a document."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, f"{answer.status_code} {answer.location}: {answer.text[:2000]}"
        return html.fromstring(answer.text)

    def post(self, path: str, form: Mapping[str, Any] | None = None, **fields: Any) -> TestResponse:
        return self.client.post(path, data={**(form or {}), **fields, "csrf_token": self.token()})

    def token(self) -> str:
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.client.get("/staff/accessibility").text)
        assert found
        return unescape(found[1])


def text_of(page: html.HtmlElement) -> str:
    return " ".join(page.text_content().split())
