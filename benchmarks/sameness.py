"""Whether contenders give the same answer: the same elements and texts, whatever prefixes and order of rows."""

from lxml import etree

Content = tuple[str, str, tuple["Content", ...]]

_OWN = frozenset({"{urn:riv:crm:scheduling:MakeBookingResponder:1}bookingId"})
"""Elements that differ between two answers to the same question, since ids are random."""


def content_of(answer: bytes) -> Content:
    """The answer's body element; rows are put in an order of their own."""
    (element,) = etree.fromstring(answer)[-1]
    tag, text, children = _content(element)
    return tag, text, tuple(sorted(children))


def _content(element: etree._Element) -> Content:
    text = "" if element.tag in _OWN else (element.text or "").strip()
    return element.tag, text, tuple(_content(child) for child in element)
