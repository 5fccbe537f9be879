"""Finding what stands on a page by a selector of the simple kinds: tags, #ids, .classes, [attributes] and descent."""

import re

from lxml import html

_PART = re.compile(r"#([\w-]+)|\.([\w-]+)|\[([\w-]+)(?:=([^\]]+))?\]|([\w]+)")


def found(page: html.HtmlElement, selector: str) -> list[html.HtmlElement]:
    """All that match, in the order of the page."""
    paths = ("." + "".join(f"//*{_conditions(step)}" for step in choice.split()) for choice in selector.split(","))
    return list(page.xpath(" | ".join(paths)))


def one(page: html.HtmlElement, selector: str) -> html.HtmlElement:
    (element,) = found(page, selector)
    return element


def _conditions(step: str) -> str:
    return "".join(map(_condition, _PART.findall(step)))


def _condition(part: tuple[str, ...]) -> str:
    name, kind, attribute, value, tag = part
    if name:
        return f"[@id='{name}']"
    if kind:
        return f"[contains(concat(' ', normalize-space(@class), ' '), ' {kind} ')]"
    if attribute:
        return f"[@{attribute}='{value}']" if value else f"[@{attribute}]"
    return f"[self::{tag}]"
