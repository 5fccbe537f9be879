"""The SOAP 1.1 envelope: what is in it, whom it is for and who acts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from lxml import etree

from producer.soap.faults import ClientFault
from producer.soap.messages import ACTOR, LOGICAL_ADDRESS, Actor
from producer.soap.reading import XML_SPACE, read

SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_ENVELOPE, _HEADER, _BODY = (f"{{{SOAP}}}{name}" for name in ("Envelope", "Header", "Body"))
_MUST_UNDERSTAND, _FOR_ACTOR = f"{{{SOAP}}}mustUnderstand", f"{{{SOAP}}}actor"
_FOR_US: Final = frozenset({"", "http://schemas.xmlsoap.org/soap/actor/next"})
_MANDATORY: Final = {"1": True, "true": True, "0": False, "false": False}


class VersionMismatch(ClientFault):
    """The envelope is of another SOAP version."""

    code = "VersionMismatch"


class MustUnderstand(ClientFault):
    """The caller insists on a header block that is unknown here (rule 19)."""

    code = "MustUnderstand"


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    blocks: list[etree._Element]
    body: etree._Element


def opened(root: etree._Element) -> Envelope:
    """The header blocks and the one element of the body."""
    _check_version(root)
    parts = list(root)
    tags = [part.tag for part in parts]
    if tags not in ([_BODY], [_HEADER, _BODY]):
        raise ClientFault(f"The Envelope must hold one Header at most and then one Body, not {_listed(tags)}")
    for element in (root, *parts):
        _check_no_text(element)
    if len(parts[-1]) != 1:
        raise ClientFault(f"The Body must hold exactly one element, the request; it holds {len(parts[-1])}")
    return Envelope(blocks=list(parts[0]) if len(parts) == 2 else [], body=parts[-1][0])


def _check_version(root: etree._Element) -> None:
    if root.tag == _ENVELOPE:
        return
    name = etree.QName(root)
    if name.localname == "Envelope":
        raise VersionMismatch(f"The Envelope is not of SOAP 1.1, whose namespace is {SOAP}")
    raise ClientFault(f"The root element is {name.localname[:60]}, not a SOAP 1.1 Envelope")


def _listed(tags: Iterable[object]) -> str:
    return ", ".join(str(tag).rpartition("}")[2][:40] for tag in list(tags)[:5]) or "nothing"


def _check_no_text(element: etree._Element) -> None:
    texts = [element.text, *(child.tail for child in element)]
    if any(text and text.strip(XML_SPACE) for text in texts):
        raise ClientFault(f"The {etree.QName(element).localname} holds text (line {element.sourceline})")


def check_understood(blocks: Iterable[etree._Element]) -> None:
    """Unknown blocks are ignored, unless they are for us and must be understood (rule 19)."""
    for block in blocks:
        if block.tag in (LOGICAL_ADDRESS, ACTOR) or block.get(_FOR_ACTOR, "") not in _FOR_US:
            continue
        mandatory = _MANDATORY.get(block.get(_MUST_UNDERSTAND, "0").strip())
        if mandatory is None:
            raise ClientFault(f"mustUnderstand must be 0 or 1 (line {block.sourceline})")
        if mandatory:
            name = etree.QName(block)
            raise MustUnderstand(f"The header {name.text[:200]} is not understood here (line {block.sourceline})")


def logical_address(blocks: Iterable[etree._Element]) -> str:
    """The address of the care unit, mandatory and alone (rule 16)."""
    block = _only(blocks, LOGICAL_ADDRESS)
    if block is None:
        raise ClientFault(f"The header {LOGICAL_ADDRESS} is missing; it names the care unit that is called")
    return _text(block)


def actor(blocks: Iterable[etree._Element]) -> Actor | None:
    """Who acts; whether nobody may is for the care unit to say (rule 18)."""
    block = _only(blocks, ACTOR)
    if block is None:
        return None
    return read(Actor, block).message


def _only(blocks: Iterable[etree._Element], tag: str) -> etree._Element | None:
    found = [block for block in blocks if block.tag == tag]
    if len(found) > 1:
        raise ClientFault(f"The header {etree.QName(found[1]).localname} is there {len(found)} times, once is enough")
    return found[0] if found else None


def _text(element: etree._Element) -> str:
    name = etree.QName(element).localname
    text = element.text or ""
    if len(element) or not text.strip():
        raise ClientFault(f"The header's {name} is empty or holds elements (line {element.sourceline})")
    if text != text.strip():
        raise ClientFault(f"The header's {name} has white space around it (line {element.sourceline})")
    return text
