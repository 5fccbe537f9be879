"""The forms of the staff pages as they are shown: where each leads, and what stands in its fields."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from lxml import html
from werkzeug.datastructures import MultiDict

Fields = dict[str, list[str]]
FILE = "(a file)"
_SHEET = "datum;från;till;tidtyp\n2027-01-13;09:00;09:30;PROV\n".encode()


@dataclass(frozen=True, kw_only=True)
class Form:
    path: str
    fields: Fields
    buttons: tuple[tuple[str, str], ...]

    def pressed(self) -> Iterator[Fields]:
        """What is sent, by each of its buttons that says something."""
        for name, value in self.buttons:
            yield {**self.fields, name: [value]}
        if not self.buttons:
            yield self.fields


def forms_on(text: str, address: str) -> list[Form]:
    """The forms of a page that are posted, but for the token."""
    if "<form" not in text:
        return []
    page = html.fromstring(text)
    return [_form(page, form, address) for form in page.xpath("//form[@method='post']")]


def sent(fields: Fields) -> MultiDict[str, Any]:
    data: MultiDict[str, Any] = MultiDict()
    for name, values in fields.items():
        for value in values:
            data.add(name, (BytesIO(_SHEET), "tider.csv") if value == FILE else value)
    return data


def _form(page: html.HtmlElement, form: html.HtmlElement, address: str) -> Form:
    elsewhere = page.xpath("//*[@form=$id]", id=form.get("id")) if form.get("id") else []
    parts = [*form.iter("input", "select", "textarea", "button"), *elsewhere]
    fields: Fields = {}
    buttons = []
    for part in parts:
        name = part.get("name")
        if name and part.tag == "button":
            buttons.append((name, part.get("value") or ""))
        elif name and name != "csrf_token":
            fields.setdefault(name, []).extend(_values(part, is_first=not fields.get(name)))
    path = urlsplit(form.get("action") or address)
    return Form(path=f"{path.path}?{path.query}".rstrip("?"), fields=fields, buttons=tuple(dict.fromkeys(buttons)))


def _values(part: html.HtmlElement, *, is_first: bool) -> list[str]:
    """Of boxes those that are checked, and always one."""
    if part.tag == "textarea":
        return [(part.text or "").removeprefix("\n")]
    if part.tag == "select":
        options = part.xpath(".//option[@selected]") or part.xpath(".//option")
        return [option.get("value") or "" for option in options[:1]]
    if part.get("type") == "file":
        return [FILE]
    if part.get("type") in ("checkbox", "radio") and part.get("checked") is None and not is_first:
        return []
    return [part.get("value") or ""]
