"""Messages to XML: templates compiled once per message, joined strings per call, no tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from operator import attrgetter
from typing import Any, cast

from producer.soap.grammar import BOOLEAN, Element, Fragment, Message, elements_of, once_per_type, parts_of

# What XML 1.0 cannot carry at all, and what it cannot carry as it stands.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNSAFE = re.compile("[^\t\n\x20-%'-;=?-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# One prefix per kind of namespace, so that a fragment fits wherever its part may stand.
_PREFIXES = {("Responder", "1"): "r", ("Responder", "1.1"): "e", ("", "1"): "c", ("", "1.1"): "x"}


class _Texts(dict[str, str]):
    """The texts of one message as XML has them, each worked out once; "" where nothing would be left.

    One character stands for one byte of UTF-8: Python then writes a long answer out at the speed of copying,
    which it does not do for a text with a single å in it.
    """

    def __missing__(self, text: str) -> str:
        self[text] = ready = _escaped(text)
        return ready


_Write = Callable[[Any, _Texts, list[str]], None]


class Incomplete(ValueError):
    """A message that lacks a value the schema demands: no valid XML can be made of it."""


def encode(message: Message) -> bytes:
    """The message as the body element, in schema order, without an empty optional element (rules 27, 30)."""
    opening, content, closing = _document(type(message))
    out = [opening]
    content(message, _Texts(), out)
    out.append(closing)
    return "".join(out).encode("latin-1")


def _escaped(text: str) -> str:
    """Characters that XML 1.0 cannot carry are dropped; a carriage return survives as a reference."""
    if not _is_plain(text) and _UNSAFE.search(text):
        text = _ILLEGAL.sub("", text)
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    if not text.strip():
        return ""
    return text if text.isascii() else text.encode().decode("latin-1")


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
    tagged = _pieces(prototype, varying, with_tags=True)

    @cache
    def bare() -> list[str]:
        """Hardly ever needed: most values are plain and there."""
        return _pieces(prototype, varying, with_tags=False)

    def fill(*values: str) -> Fragment:
        if len(values) != count:
            raise TypeError(f"the template takes {', '.join(varying)}")
        if not is_in_order:
            values = tuple([values[index] for index in in_order])
        together = "".join(values)
        if together.isascii() and _is_plain(together) and " " not in together and all(values):
            pieces = tagged.copy()
            pieces[1::2] = values
        else:
            texts = _Texts()
            pieces = bare().copy()
            pieces[1::2] = [row.written(value, texts) for row, value in zip(changing, values, strict=True)]
        return Fragment(pieces)

    count = len(varying)
    is_in_order = in_order == tuple(range(count))
    return fill


def _pieces(prototype: Message, varying: tuple[str, ...], *, with_tags: bool) -> list[str]:
    """The prototype's XML in pieces: at the odd places stand the varying fields, or their bare values."""
    pieces: list[str] = []
    out: list[str] = []
    texts = _Texts()
    for row in _rows(type(prototype)):
        if row.name in varying:
            opening, closing = (row.opening, row.closing) if with_tags else ("", "")
            pieces += ["".join((*out, opening)), ""]
            out = [closing]
        else:
            out.append(row.written(getattr(prototype, row.name), texts))
    return [*pieces, "".join(out)]


class _Row:
    """How one element of a message is written."""

    __slots__ = ("closing", "mandatory", "name", "opening", "write")

    def __init__(self, element: Element) -> None:
        qualified = f"{_prefix(element.namespace)}:{element.name}"
        self.name = element.name
        self.mandatory = element.mandatory
        self.opening = f"<{qualified}>"
        self.closing = f"</{qualified}>"
        self.write = _writer(element, self.opening, self.closing)

    def written(self, value: object, texts: _Texts) -> str:
        if value.__class__ is str and (text := texts[value]):
            return f"{self.opening}{text}{self.closing}"
        out: list[str] = []
        if value is not None or self.mandatory:
            self.write(value, texts, out)
        return "".join(out)


def _prefix(namespace: str) -> str:
    kind, _, version = namespace.rpartition(":")
    return _PREFIXES["Responder" if kind.endswith("Responder") else "", version]


def _writer(element: Element, opening: str, closing: str) -> _Write:
    if isinstance(element.type, type):
        write_one = _part_writer(element, opening, closing)
    elif element.type is BOOLEAN:
        write_one = _flag_writer(element, opening, closing)
    else:
        write_one = _text_writer(element, opening, closing)

    def write_each(values: tuple[Any, ...], texts: _Texts, out: list[str]) -> None:
        if element.mandatory and not values:
            raise Incomplete(f"{element.name} is mandatory and missing")
        for value in values:
            write_one(value, texts, out)

    return write_each if element.repeated else write_one


def _part_writer(element: Element, opening: str, closing: str) -> _Write:
    content = _content(cast("type[Message]", element.type))

    def write_part(value: Message | Fragment | None, texts: _Texts, out: list[str]) -> None:
        if value is None:
            raise Incomplete(f"{element.name} is mandatory and missing")
        out.append(opening)
        if isinstance(value, Fragment):
            out += value
        else:
            content(value, texts, out)
        out.append(closing)

    return write_part


def _flag_writer(element: Element, opening: str, closing: str) -> _Write:
    yes, no = f"{opening}true{closing}", f"{opening}false{closing}"

    def write_flag(value: bool | None, _: _Texts, out: list[str]) -> None:
        if value is None:
            raise Incomplete(f"{element.name} is mandatory and missing")
        out.append(yes if value else no)

    return write_flag


def _text_writer(element: Element, opening: str, closing: str) -> _Write:
    def write_text(value: str | None, texts: _Texts, out: list[str]) -> None:
        if value is not None and (text := texts[value]):
            out.append(f"{opening}{text}{closing}")
        elif element.mandatory:
            raise Incomplete(f"{element.name} is mandatory and empty")

    return write_text


@once_per_type
def _rows(message_type: type[Message]) -> tuple[_Row, ...]:
    return tuple(_Row(element) for element in elements_of(message_type))


@once_per_type
def _content(message_type: type[Message]) -> _Write:
    plan = tuple((row.opening, row.closing, row.write, row.mandatory) for row in _rows(message_type))
    values_of = _values_of(tuple(element.name for element in elements_of(message_type)))

    def content(message: Message, texts: _Texts, out: list[str]) -> None:
        for value, (opening, closing, write, mandatory) in zip(values_of(message), plan, strict=True):
            if value.__class__ is str and (text := texts[value]):  # what most values are, without a further call
                out.append(f"{opening}{text}{closing}")
            elif value is not None or mandatory:
                write(value, texts, out)

    return content


def _values_of(names: tuple[str, ...]) -> Callable[[Message], tuple[Any, ...]]:
    getter = attrgetter(*names)
    return getter if len(names) > 1 else lambda message: (getter(message),)


@once_per_type
def _document(message_type: type[Message]) -> tuple[str, _Write, str]:
    name = f"{_prefix(message_type.namespace)}:{message_type.__name__}"
    declared = " ".join(f'xmlns:{_prefix(space)}="{space}"' for space in dict.fromkeys(_namespaces(message_type)))
    return f"<{name} {declared}>", _content(message_type), f"</{name}>"


def _namespaces(message_type: type[Message]) -> Iterator[str]:
    yield message_type.namespace
    for part in parts_of(message_type):
        yield from (element.namespace for element in elements_of(part))
