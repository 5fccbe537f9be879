"""XML to messages and back: everything that a server or a client needs of the wire's grammar."""

from __future__ import annotations

from lxml import etree

from producer.soap.contracts import Contract
from producer.soap.messages import Fragment, Message
from producer.soap.reading import Invalid, Manner, Reading, masked, read
from producer.soap.times import ImpossibleDate, as_dt, as_ts, day, wall_time
from producer.soap.validation import schema_errors
from producer.soap.writing import Incomplete, encode, template

__all__ = [
    "Fragment",
    "ImpossibleDate",
    "Incomplete",
    "Invalid",
    "Reading",
    "as_dt",
    "as_ts",
    "day",
    "decode",
    "encode",
    "masked",
    "read",
    "schema_errors",
    "template",
    "wall_time",
]


def decode(contract: Contract, element: etree._Element) -> Reading[Message]:
    """The contract's request that the element holds; takes the empty optional elements out of the tree (rule 28)."""
    manner = Manner(absent="" if contract.may_be_bare else None)
    reading = read(contract.request, element, manner)
    for node in manner.empty:
        _take_out(node)
    strict = not contract.may_be_bare  # a bare request has no place in its schema, and reading looked at all of it
    if strict and (wrong := schema_errors(contract, element)) is not None:
        raise Invalid(contract.name, wrong)
    return reading


def _take_out(node: etree._Element) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)
