"""The staff's browser: who is signed in, in which light and width, and what it must never do meanwhile."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from staff.places import PASSWORD

from browser.clinic import Clinic

# The browser itself writes so in its console when a form is refused, which is as it should be.
_REFUSED_FORM = re.compile(r"the server responded with a status of 4\d\d")
PATIENCE = 30_000.0
"""Milliseconds that a page may take on a machine that has much else to do."""


@dataclass(kw_only=True)
class Reception:
    """Opens browsers at one clinic; an account signs in once, and its later browsers have its cookie."""

    browser: Browser
    clinic: Clinic
    _cookies: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def page(self, name: str | None = "admin", **how: Any) -> Iterator[Page]:
        """A page of somebody signed in, at the units' list; afterwards nothing may have gone wrong in it."""
        if name is not None and name not in self._cookies:
            self._cookies[name] = self._signed_in(name)
        state = self._cookies.get(name) if name is not None else None
        with _context(self.browser, base_url=self.clinic.address, storage_state=state, **how) as context:
            wrongs = _watched(context, self.clinic.address)
            page = context.new_page()
            page.goto("/staff/")
            yield page
        assert wrongs == []

    def _signed_in(self, name: str) -> Any:
        with _context(self.browser, base_url=self.clinic.address) as context:
            page = context.new_page()
            sign_in(page, name)
            return context.storage_state()


def sign_in(page: Page, name: str) -> None:
    page.goto("/staff/sign-in")
    page.get_by_label("Namn").fill(name)
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Logga in").click()
    page.get_by_role("button", name="Logga ut").wait_for()


@contextmanager
def _context(browser: Browser, **how: Any) -> Iterator[BrowserContext]:
    size = {"width": how.pop("width", 1280), "height": 900}
    still: dict[str, Any] = {"reduced_motion": "reduce"}  # so that nothing is looked at while it fades
    context = browser.new_context(viewport=size, locale="sv-SE", timezone_id="Europe/Stockholm", **still, **how)
    context.set_default_timeout(PATIENCE)
    try:
        yield context
    finally:
        context.close()


def _watched(context: BrowserContext, address: str) -> list[str]:
    """Fills with what no page may do: write an error in the console, break a script, ask another host."""
    wrongs: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not _REFUSED_FORM.search(message.text):
            wrongs.append(f"console: {message.text}")

    def see(url: str) -> None:
        if urlsplit(url).scheme not in ("data", "blob") and not url.startswith(f"{address}/"):
            wrongs.append(f"asked elsewhere: {url}")

    context.on("console", hear)
    context.on("weberror", lambda error: wrongs.append(f"script: {error.error}"))
    context.on("request", lambda request: see(request.url))
    return wrongs
