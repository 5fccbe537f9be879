"""Messages and documents made by hypothesis from the message declarations, valid and broken."""

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from random import Random

from hypothesis import strategies as st
from lxml import etree

from producer.soap.grammar import BOOLEAN, URI, Element, Message, SimpleType, elements_of

_XML_CHARACTERS = st.one_of(
    st.sampled_from("aB5 åÖé&<>\"'-_.,:;#%{}[]\t\n\r]]>\u00a0\u2028😀"),
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
)
TEXT = st.text(_XML_CHARACTERS, min_size=1, max_size=12).filter(lambda text: bool(text.strip()))
_ID = TEXT.map(str.strip)
_URI = st.from_regex(r"urn(:[a-zA-Z0-9]{1,8}){1,3}", fullmatch=True)


@cache
def values(kind: SimpleType | type[Message]) -> st.SearchStrategy[object]:
    """Proper values of one type, such as the contract description wants them: neither empty nor padded."""
    if isinstance(kind, type):
        return messages(kind)
    if kind is BOOLEAN:
        return st.booleans()
    if kind is URI:
        return _URI
    if kind.enum is not None:
        return st.sampled_from(kind.enum)
    if kind.pattern is not None:
        return st.from_regex(kind.pattern, fullmatch=True)
    return TEXT if kind.is_free_text else _ID


def _field(element: Element) -> st.SearchStrategy[object]:
    one = values(element.type)
    if element.repeated:
        return st.lists(one, min_size=int(element.mandatory), max_size=3).map(tuple)
    return one if element.mandatory else st.none() | one


@cache
def messages(message_type: type[Message]) -> st.SearchStrategy[Message]:
    return st.builds(message_type, **{element.name: _field(element) for element in elements_of(message_type)})


def broken(root: etree._Element, random: Random) -> etree._Element:
    """A copy of the document with one thing changed, mostly for the worse."""
    copy = deepcopy(root)
    nodes = [node for node in copy.iter() if isinstance(node.tag, str)]
    random.choice(_CHANGES)(random.choice(nodes), random)
    return copy


def _remove(node: etree._Element, random: Random) -> None:
    if (parent := node.getparent()) is not None:
        parent.remove(node)


def _repeat(node: etree._Element, random: Random) -> None:
    if node.getparent() is not None:
        node.addnext(deepcopy(node))


def _move(node: etree._Element, random: Random) -> None:
    if (parent := node.getparent()) is not None:
        parent.insert(random.randrange(len(parent) + 1), node)


def _rename(node: etree._Element, random: Random) -> None:
    name = etree.QName(node)
    wrong = (
        "performer",
        "perfomer",
        "timeTypeID",
        "timeTypeId",
        "timeTypeIDs",
        "isInvitation",
        "firstName",
        "bookingId",
    )
    node.tag = etree.QName(name.namespace, random.choice(wrong)).text


def _move_to_another_namespace(node: etree._Element, random: Random) -> None:
    name = etree.QName(node)
    others = (
        None,
        "urn:riv:crm:scheduling:1",
        "urn:riv:crm:scheduling:1.1",
        "urn:riv:crm:scheduling:MakeBookingResponder:1",
        f"{name.namespace}.1",
        "urn:elsewhere",
    )
    node.tag = etree.QName(random.choice(others), name.localname).text


def _add_foreign(node: etree._Element, random: Random) -> None:
    foreign = etree.Element(f"{{urn:elsewhere}}{random.choice(('later', 'bookingId'))}")
    node.insert(random.choice((0, len(node), random.randrange(len(node) + 1))), foreign)


def _add_known(node: etree._Element, random: Random) -> None:
    """An element that the schema knows, at the end, where only foreign ones may stand."""
    child = etree.SubElement(
        node, random.choice(("{urn:riv:crm:scheduling:1.1}isInvitation", "{urn:riv:crm:scheduling:1}performer"))
    )
    child.text = random.choice(("true", "perhaps", ""))


_TEXTS = ["", " ", "x", "1", " true ", "OK", "Ok", "20260231", "20261301", "2026083108000", "20260831080000"]
_PERSONS = [
    "199001012385",
    "19900101T385",
    "19900101K385",
    " 199001012385",
    "199001012385\n",
    "19900101238",
    "^199001012385$",
]


def _write_something(node: etree._Element, random: Random) -> None:
    node.text = random.choice(_TEXTS + _PERSONS)


def _add_attribute(node: etree._Element, random: Random) -> None:
    nil = "{http://www.w3.org/2001/XMLSchema-instance}nil"
    node.set(random.choice(("id", "{urn:elsewhere}id", nil)), random.choice(("true", "0")))


def _add_loose_text(node: etree._Element, random: Random) -> None:
    node.tail = random.choice(("loose", " \n ")) if node.getparent() is not None else None


def _add_comment(node: etree._Element, random: Random) -> None:
    node.append(random.choice((etree.Comment("remark"), etree.ProcessingInstruction("go"))))


_CHANGES: tuple[Callable[[etree._Element, Random], None], ...] = (
    _remove,
    _repeat,
    _move,
    _rename,
    _move_to_another_namespace,
    _add_foreign,
    _add_known,
    _write_something,
    _write_something,
    _add_attribute,
    _add_loose_text,
    _add_comment,
)
