"""Messages to XML: templates compiled once per message, joined strings per call, no tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any

from producer.soap.grammar import BOOLEAN, Element, Fragment, Message, elements_of, once_per_type, parts_of

# What XML 1.0 cannot carry at all, and what it cannot carry as it stands.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNSAFE = re.compile("[^\t\n\x20-%'-;=?-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# One prefix per kind of namespace, so that a fragment fits wherever its part may stand.
_PREFIXES = {("Responder", "1"): "r", ("Responder", "1.1"): "e", ("", "1"): "c", ("", "1.1"): "x"}


class _Texts(dict[str, str]):
    """The texts of one message as XML has them, each worked out once; "" where nothing would be left."""

    def __missing__(self, text: str) -> str:
        ready = _escaped(text)
        self[text] = ready = "" if ready.isspace() else ready
        return ready


_Render = Callable[[Any, _Texts], str]


class Incomplete(ValueError):
    """A message that lacks a value the schema demands: no valid XML can be made of it."""


def encode(message: Message) -> bytes:
    """The message as the body element, in schema order, without an empty optional element (rules 27, 30)."""
    opening, content, closing = _document(type(message))
    return f"{opening}{content(message, _Texts())}{closing}".encode()


def _escaped(text: str) -> str:
    """Characters that XML 1.0 cannot carry are dropped; a carriage return survives as a reference."""
    if _is_plain(text) or not _UNSAFE.search(text):
        return text
    legal = _ILLEGAL.sub("", text)
    return legal.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def _is_plain(text: str) -> bool:
    """Quick and cautious: true only of text that XML takes as it stands."""
    return text.isprintable() and "&" not in text and "<" not in text and ">" not in text


def template(prototype: Message, varying: tuple[str, ...]) -> Callable[..., Fragment]:
    """Renders the prototype once; the result takes the varying text fields as strings, in the order named."""
    rows = _rows(type(prototype))
    if unknown := set(varying) - {row.name for row in rows}:
        raise ValueError(f"{type(prototype).__name__} has no {', '.join(sorted(unknown))}")
    changing = [row for row in rows if row.name in varying]
    in_order = tuple(varying.index(row.name) for row in changing)
    bare = _pieces(prototype, varying, with_tags=False)
    tagged = _pieces(prototype, varying, with_tags=True)

    def fill(*values: str) -> Fragment:
        if len(values) != len(in_order):
            raise TypeError(f"the template takes {', '.join(varying)}")
        ordered = tuple([values[index] for index in in_order])
        together = "".join(ordered)
        if all(ordered) and _is_plain(together) and " " not in together:
            pieces = tagged.copy()
            pieces[1::2] = ordered
        else:
            pieces = bare.copy()
            pieces[1::2] = [row.render(value, _Texts()) for row, value in zip(changing, ordered, strict=True)]
        return Fragment("".join(pieces))

    return fill


def _pieces(prototype: Message, varying: tuple[str, ...], *, with_tags: bool) -> list[str]:
    """The prototype's XML in pieces: at the odd places stand the varying fields, or their bare values."""
    pieces = [""]
    for row in _rows(type(prototype)):
        if row.name not in varying:
            pieces[-1] += row.render(getattr(prototype, row.name), _Texts())
        elif with_tags:
            pieces[-1] += row.opening
            pieces += ["", row.closing]
        else:
            pieces += ["", ""]
    return pieces


class _Row:
    """How one element of a message is written."""

    __slots__ = ("closing", "mandatory", "name", "opening", "render")

    def __init__(self, element: Element) -> None:
        qualified = f"{_prefix(element.namespace)}:{element.name}"
        self.name = element.name
        self.mandatory = element.mandatory
        self.opening = f"<{qualified}>"
        self.closing = f"</{qualified}>"
        self.render = _renderer(element, self.opening, self.closing)


def _prefix(namespace: str) -> str:
    kind, _, version = namespace.rpartition(":")
    return _PREFIXES["Responder" if kind.endswith("Responder") else "", version]


def _renderer(element: Element, opening: str, closing: str) -> _Render:
    inner = _inner(element)
    between = closing + opening

    def render_one(value: Any, texts: _Texts) -> str:
        text = "" if value is None else inner(value, texts)
        if text:
            return f"{opening}{text}{closing}"
        if element.mandatory:
            raise Incomplete(f"{element.name} is mandatory and empty")
        return ""

    def render_many(values: tuple[Any, ...], texts: _Texts) -> str:
        rendered = [text for value in values if (text := inner(value, texts))]
        return f"{opening}{between.join(rendered)}{closing}" if rendered else ""

    return render_many if element.repeated else render_one


def _inner(element: Element) -> _Render:
    if isinstance(element.type, type):
        content = _content(element.type)
        return lambda value, texts: value if value.__class__ is Fragment else content(value, texts)
    if element.type is BOOLEAN:
        return lambda value, _: "true" if value else "false"
    return lambda value, texts: texts[value]


@once_per_type
def _rows(message_type: type[Message]) -> tuple[_Row, ...]:
    return tuple(_Row(element) for element in elements_of(message_type))


@once_per_type
def _content(message_type: type[Message]) -> _Render:
    plan = tuple((row.opening, row.closing, row.render, row.mandatory) for row in _rows(message_type))
    values_of = _values_of(tuple(element.name for element in elements_of(message_type)))

    def content(message: Message, texts: _Texts) -> str:
        out = []
        for value, (opening, closing, render, mandatory) in zip(values_of(message), plan, strict=True):
            if value.__class__ is str and (text := texts[value]):  # what most values are, without a further call
                out.append(f"{opening}{text}{closing}")
            elif value is not None or mandatory:
                out.append(render(value, texts))
        return "".join(out)

    return content


def _values_of(names: tuple[str, ...]) -> Callable[[Message], tuple[Any, ...]]:
    getter = attrgetter(*names)
    return getter if len(names) > 1 else lambda message: (getter(message),)


@once_per_type
def _document(message_type: type[Message]) -> tuple[str, _Render, str]:
    name = f"{_prefix(message_type.namespace)}:{message_type.__name__}"
    declared = " ".join(f'xmlns:{_prefix(space)}="{space}"' for space in dict.fromkeys(_namespaces(message_type)))
    return f"<{name} {declared}>", _content(message_type), f"</{name}>"


def _namespaces(message_type: type[Message]) -> Iterator[str]:
    yield message_type.namespace
    for part in parts_of(message_type):
        yield from (element.namespace for element in elements_of(part))
