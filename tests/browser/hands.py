"""What a hand does with a page, by mouse or by keyboard, and what the page says to it."""

import re

from playwright.sync_api import Page

# The button inside of a date field, which shows its focus by itself, is no element of the page.
_SHOWS_FOCUS = """() => {
    const focused = document.activeElement;
    return !focused.matches(":focus") || getComputedStyle(focused).outlineStyle !== "none";
}"""


def press(page: Page, name: str) -> None:
    """A button that leads to another page, which is there afterwards."""
    button = page.get_by_role("button", name=re.compile(rf"^{name}\b")).filter(visible=True)
    with page.expect_navigation():
        button.first.click()


def said(page: Page) -> str:
    """The sentence that tells what was done."""
    return page.locator("#said").inner_text().strip()


def tab_to(page: Page, selector: str, *, most: int = 60) -> None:
    """Goes on by the tabulator, and sees where the focus is all the way."""
    for _ in range(most):
        page.keyboard.press("Tab")
        assert page.evaluate(_SHOWS_FOCUS), page.evaluate("document.activeElement.outerHTML")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by {most} tabs")
