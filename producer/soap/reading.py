"""XML to messages: strict about what the schema says, and about what the contract description adds to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Generic, TypeVar

from lxml import etree

from producer.soap.faults import ClientFault
from producer.soap.grammar import BOOLEAN, URI, Element, Message, SimpleType, elements_of, once_per_type

R = TypeVar("R", bound=Message)

_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
_SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
_REMARKS: tuple[object, ...] = (etree.Comment, etree.ProcessingInstruction)
_PERSON_ID = re.compile(r"[0-9]{8}[0-9pPtTfF][0-9]{3}")
_BOOLEANS: Mapping[str, bool] = MappingProxyType({"true": True, "1": True, "false": False, "0": False})
XML_SPACE = " \t\r\n"


class Invalid(ClientFault):
    """The request is no valid message; the text says what is wrong and where, never what was submitted (rule 9)."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(masked(f"{where}: {what}"))


def masked(text: str) -> str:
    """The text with anything that looks like a personal id hidden."""
    return _PERSON_ID.sub("************", text)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading(Generic[R]):
    """A message, and the optional elements that came empty and were taken for absent (rule 28)."""

    message: R
    empty_elements: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Manner:
    """How to read: what stands in for a mandatory value that is missing, if anything; and the empty nodes met."""

    absent: str | None = None
    empty: dict[etree._Element, str] = field(default_factory=dict)


def read(message_type: type[R], element: etree._Element, manner: Manner | None = None) -> Reading[R]:
    """The message that the element holds; Invalid unless every element is in its place with a proper value."""
    manner = manner or Manner()
    name = message_type.__name__
    if element.tag != f"{{{message_type.namespace}}}{name}":
        raise Invalid("Body", f"the element is not {name} of the namespace {message_type.namespace}")
    _check_attributes(element, name, (_INSTANCE, _SOAP))  # a header block may say who must understand it
    message = _read(message_type, element, name, manner)
    return Reading(message=message, empty_elements=tuple(manner.empty.values()))


def _read(message_type: type[R], node: etree._Element, path: str, manner: Manner) -> R:
    walk = _Walk(message_type, path)
    values: dict[str, list[object]] = {}
    _check_no_text(node.text, path)
    for child in node:
        _check_no_text(child.tail, path)
        if child.tag is etree.Entity:
            raise Invalid(path, "an entity is not allowed")
        if child.tag not in _REMARKS and (element := walk.place_of(child)) is not None:
            _take(element, child, f"{path}/{element.name}", values.setdefault(element.name, []), manner)
    return message_type(**dict(_arguments(message_type, values, path, manner)))


def _take(element: Element, node: etree._Element, path: str, values: list[object], manner: Manner) -> None:
    """Reads one element into its values; an empty optional one counts as absent."""
    _check_attributes(node, path)
    if not _is_empty(node):
        values.append(_value(element, node, path, manner))
    elif not element.mandatory:
        manner.empty[node] = path
    elif manner.absent is None:
        raise Invalid(path, "is empty")


def _value(element: Element, node: etree._Element, path: str, manner: Manner) -> object:
    if isinstance(element.type, type):
        return _read(element.type, node, path, manner)
    return _simple_value(element.type, _text(node, path), path)


def _arguments(
    message_type: type[Message], values: dict[str, list[object]], path: str, manner: Manner
) -> Iterator[tuple[str, object]]:
    for element in elements_of(message_type):
        found = values.get(element.name, [])
        if found:
            yield element.name, tuple(found) if element.repeated else found[0]
        elif element.repeated and not element.mandatory:
            yield element.name, ()
        elif element.mandatory:
            if manner.absent is None:
                raise Invalid(path, f"{element.name} is missing")
            yield element.name, manner.absent


class _Walk:
    """Where in its message the next child belongs: elements come in schema order, foreign ones last."""

    __slots__ = ("elements", "message_type", "path", "places", "position", "seen")

    def __init__(self, message_type: type[Message], path: str) -> None:
        self.message_type = message_type
        self.elements = elements_of(message_type)
        self.places = _places(message_type)
        self.path = path
        self.position = 0
        self.seen = False  # whether the element at this position was met

    def place_of(self, child: etree._Element) -> Element | None:
        """The element that the child is, None for a foreign one at the end, Invalid for any other."""
        place = self.places.get(child.tag)
        if place is None:
            self._check_foreign(child)
            self.position, self.seen = len(self.elements), True
            return None
        element = self.elements[place]
        if place < self.position:
            raise Invalid(self.path, f"{element.name} comes too late; the order is fixed")
        if place == self.position and self.seen and not element.repeated:
            raise Invalid(self.path, f"{element.name} may be there once only")
        self.position, self.seen = place, True
        return element

    def _check_foreign(self, child: etree._Element) -> None:
        name = etree.QName(child)
        if not self.message_type.is_open or name.namespace in (None, self.message_type.namespace):
            namespace = f"of the namespace {name.namespace}" if name.namespace else "without namespace"
            raise Invalid(self.path, f"the element {name.localname} {namespace} has no place here")


@once_per_type
def _places(message_type: type[Message]) -> Mapping[str, int]:
    return MappingProxyType({element.tag: place for place, element in enumerate(elements_of(message_type))})


def _check_attributes(node: etree._Element, path: str, allowed: tuple[str, ...] = (_INSTANCE,)) -> None:
    for name in node.attrib:
        if not str(name).startswith(allowed):
            raise Invalid(path, "an attribute is not allowed")


def _check_no_text(text: str | None, path: str) -> None:
    if text and text.strip(XML_SPACE):
        raise Invalid(path, "text is not allowed between the elements")


def _is_empty(node: etree._Element) -> bool:
    if node.text and not node.text.isspace():
        return False
    return all(child.tag in _REMARKS and not (child.tail and child.tail.strip()) for child in node)


def _text(node: etree._Element, path: str) -> str:
    """The text of a simple element, around any comments in it."""
    texts = [node.text or ""]
    for child in node:
        if child.tag not in _REMARKS:
            raise Invalid(path, "holds an element where a value should be")
        texts.append(child.tail or "")
    return "".join(texts)


def _simple_value(kind: SimpleType, text: str, path: str) -> object:
    if kind.is_free_text:
        return text
    if kind is BOOLEAN:
        if (flag := _BOOLEANS.get(text.strip(XML_SPACE))) is None:
            raise Invalid(path, "is neither true nor false")
        return flag
    if kind is URI:
        return " ".join(text.split())
    if text != text.strip():
        raise Invalid(path, "has white space around its value")
    return _worded(kind, text, path)


def _worded(kind: SimpleType, text: str, path: str) -> object:
    """A value of a named type: one of its closed list, or text of its pattern."""
    if kind.enum is not None:
        if text not in kind.values:
            raise Invalid(path, f"is not one of {', '.join(kind.values)}")
        return kind.enum(text)
    if kind.pattern is not None and not re.fullmatch(kind.pattern, text):
        raise Invalid(path, f"is not {kind.meaning}")
    return text
