"""How a message is declared: namespaces, simple types and the elements that a dataclass stands for."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import Enum
from functools import cache
from typing import ClassVar, TypeVar

XSD = "http://www.w3.org/2001/XMLSchema"
SCHEDULING = "urn:riv:crm:scheduling"
MONITORING = "urn:riv:itintegration:monitoring"
ENGAGEMENTS = "urn:riv:itintegration:engagementindex"
HEADERS = "urn:riv:interoperability:headers:1"
REGISTRY = "urn:riv:itintegration:registry:1"


def core(domain: str) -> str:
    return f"{domain}:1"


def responder(contract: str, domain: str = SCHEDULING) -> str:
    return f"{domain}:{contract}Responder:1"


@dataclass(frozen=True, kw_only=True, slots=True)
class SimpleType:
    """A named type of the schemas; XSD's own types have neither pattern nor values here."""

    name: str
    meaning: str
    pattern: str | None = None
    enum: type[Enum] | None = None
    built_in: bool = False
    is_free_text: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        """The closed list of an enumeration."""
        return () if self.enum is None else tuple(str(member.value) for member in self.enum)


@dataclass(frozen=True, slots=True)
class Extension:
    """Marks an element that version 1.1 added, in a namespace of its own beside the message's (rule 30)."""


EXTENSION = Extension()


@dataclass(frozen=True, slots=True)
class AtLeastOne:
    """Marks a repeated element that must be there once."""


AT_LEAST_ONE = AtLeastOne()


class Fragment(tuple[str, ...]):
    """The ready-made content of one part of a message, in pieces; `encode` takes it where the part would stand."""

    __slots__ = ()


class Message:
    """A message or a part of one: elements in a fixed order, all of one namespace unless marked."""

    __slots__ = ()
    namespace: ClassVar[str]
    is_open: ClassVar[bool]


M = TypeVar("M", bound=Message)
T = TypeVar("T")


def once_per_type(work: Callable[[type[Message]], T]) -> Callable[[type[Message]], T]:
    """Remembers what was worked out for each message type; functools.cache, as mypy lets it take a class."""
    return typing.cast("Callable[[type[Message]], T]", cache(work))


@typing.dataclass_transform(frozen_default=True, kw_only_default=True)
def message(namespace: str, *, is_open: bool = True) -> Callable[[type[M]], type[M]]:
    """Declares a message whose elements live in `namespace`; an open one may end with foreign elements (rule 32)."""

    def declare(cls: type[M]) -> type[M]:
        made = dataclass(frozen=True, kw_only=True, slots=True)(cls)
        made.namespace = namespace
        made.is_open = is_open
        return made

    return declare


@dataclass(frozen=True, kw_only=True, slots=True)
class Element:
    """One element of a message, as its field declares it."""

    name: str
    namespace: str
    type: SimpleType | type[Message]
    mandatory: bool
    repeated: bool
    is_extension: bool

    @property
    def tag(self) -> str:
        return f"{{{self.namespace}}}{self.name}"


@once_per_type
def elements_of(message_type: type[Message]) -> tuple[Element, ...]:
    """The elements of a message in schema order, read off its annotations."""
    hints = typing.get_type_hints(message_type, include_extras=True)
    return tuple(_element(message_type, field.name, hints[field.name]) for field in fields(message_type))  # type: ignore[arg-type]  # every Message is a dataclass


def parts_of(message_type: type[Message]) -> tuple[type[Message], ...]:
    """The message and every message inside it, outermost first, each once."""
    found = [message_type]
    for element in elements_of(message_type):
        if isinstance(element.type, type):
            found += parts_of(element.type)
    return tuple(dict.fromkeys(found))


def _element(message_type: type[Message], name: str, hint: object) -> Element:
    hint, notes = _unwrapped(hint)
    repeated = typing.get_origin(hint) is tuple
    optional = (repeated and AT_LEAST_ONE not in notes) or types.NoneType in typing.get_args(hint)
    if repeated or optional:
        candidates = typing.get_args(hint)
        chosen = next(one for one in candidates if one not in (types.NoneType, Ellipsis))
        hint, inner = _unwrapped(chosen)
        notes += inner
    is_extension = any(isinstance(note, Extension) for note in notes)
    return Element(
        name=name,
        namespace=f"{message_type.namespace}.1" if is_extension else message_type.namespace,
        type=_type(hint, notes),
        mandatory=not optional,
        repeated=repeated,
        is_extension=is_extension,
    )


def _unwrapped(hint: object) -> tuple[object, tuple[object, ...]]:
    """A hint without its Annotated shell, and without the Fragment that may stand in for it."""
    if isinstance(hint, types.UnionType) and Fragment in typing.get_args(hint):
        (hint,) = (one for one in typing.get_args(hint) if one is not Fragment)
    if typing.get_origin(hint) is typing.Annotated:
        inner, *notes = typing.get_args(hint)
        return inner, tuple(notes)
    return hint, ()


def _type(hint: object, notes: tuple[object, ...]) -> SimpleType | type[Message]:
    for note in notes:
        if isinstance(note, SimpleType):
            return note
    if isinstance(hint, type) and issubclass(hint, Message):
        return hint
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _enumeration(hint)
    if hint is bool:
        return BOOLEAN
    raise TypeError(f"{hint!r} is no type of the wire")


@cache
def _enumeration(kind: type[Enum]) -> SimpleType:
    return SimpleType(name=f"{kind.__name__}Enum", meaning=(kind.__doc__ or "").strip(), enum=kind)


BOOLEAN = SimpleType(name="boolean", meaning="true or false", built_in=True)
STRING = SimpleType(name="string", meaning="text", built_in=True, is_free_text=True)
URI = SimpleType(name="anyURI", meaning="a URI", built_in=True)
