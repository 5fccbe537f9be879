"""What axe finds wrong with a page, in lines that say where."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

import axe_playwright_python
from playwright.sync_api import Page

_ALL = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
_OF_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
_OF_SIZES = {"runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable", "color-contrast"]}}

_TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.querySelectorAll('body *')]
        .filter(each => each.getBoundingClientRect().right > innerWidth && !each.closest('.scroll, .wide, .visually-hidden'))
        .map(each => each.outerHTML.slice(0, 120)).slice(0, 5).concat(['wider than the window'])"""


def faults_of(page: Page, *, has_theme: bool = True) -> list[str]:
    """Of the page as it is, then in the dark, then on a screen of 320 pixels; it is left as it was.

    A page of the staff says itself which light it is drawn for.
    """
    light = _light if has_theme else _plain_light
    page.evaluate(_script())  # as the browser's own tools do it, outside of what the page's policy binds
    found = [f"light: {line}" for line in _run(page, _ALL)]
    light(page, "dark")
    found += [f"dark: {line}" for line in _run(page, _OF_COLOURS)]
    light(page, "light")
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 900})
    found += [f"narrow: {line}" for line in (*_run(page, _OF_SIZES), *page.evaluate(_TOO_WIDE))]
    page.set_viewport_size(size)
    return found


def _plain_light(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)


def _light(page: Page, scheme: Literal["light", "dark"]) -> None:
    _plain_light(page, scheme)
    page.wait_for_function("scheme => document.documentElement.dataset.bsTheme === scheme", arg=scheme)


def _run(page: Page, options: dict[str, Any]) -> list[str]:
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{violation['id']}: {node['html'][:160]}: {node.get('failureSummary', '')[:200]}"
        for violation in found["violations"]
        for node in violation["nodes"][:4]
    ]


@cache
def _script() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
