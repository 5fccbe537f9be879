"""XML written by hand: elements as indented text, for files that people read."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import indent
from xml.sax.saxutils import escape, quoteattr

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def node(name: str, attributes: Mapping[str, str] | None = None, *children: str) -> str:
    """An element with element children; attributes without value are left out."""
    opening = f"<{name}" + "".join(f" {key}={quoteattr(value)}" for key, value in (attributes or {}).items() if value)
    if not children:
        return f"{opening}/>"
    return "\n".join((f"{opening}>", *(indent(child, "  ") for child in children), f"</{name}>"))


def leaf(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def document(root: str) -> bytes:
    return f"{DECLARATION}{root}\n".encode()
