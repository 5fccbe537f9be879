"""What every answer must be, whatever was asked."""

import re
import unicodedata
from dataclasses import dataclass

from lxml import etree

from hostile.letters import PATIENTS, SOAP
from hostile.world import Reply

_LOG_ID = re.compile(r"\(log id ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)$")
_PERSON_ID = re.compile(r"[0-9]{8}[0-9pPtTfF][0-9]{3}")
_INSIDES = re.compile(
    r"\bTraceback\b|\bFile \"|\.py\b|site-packages|\bproducer\.|\b(lxml|libxml|spyne|sqlalchemy|sqlite|psycopg)\b"
    r"|\b(SELECT|INSERT) |Exception\b|Error:|\b0x[0-9a-f]{6}|\bobject at\b|_PARSE_HUGE",
    re.IGNORECASE,
)
_CODES = {"Client", "Server", "MustUnderstand", "VersionMismatch"}


@dataclass(frozen=True, kw_only=True)
class Fault:
    code: str
    text: str
    log_id: str


def fault_of(reply: Reply) -> Fault:
    """The fault, which must be a sound one (rules 1, 2, 3, 4, 5, 8 and 9)."""
    assert reply.status == 500
    fault = only_child(soap_body(reply))
    assert fault.tag == f"{{{SOAP}}}Fault"
    assert [child.tag for child in fault] == ["faultcode", "faultstring"]
    prefix, _, code = (fault[0].text or "").partition(":")
    assert fault[0].nsmap[prefix] == SOAP
    assert code in _CODES
    text = fault[1].text or ""
    log_id = _LOG_ID.search(text)
    assert log_id is not None, text
    said = text[: log_id.start()]
    assert said.strip()
    assert len(said) <= 600
    assert not [letter for letter in said if unicodedata.category(letter) == "Cc"], said
    no_insides(said)
    no_patient(reply.text.replace(log_id[1], ""))
    return Fault(code=code, text=said, log_id=log_id[1])


def answer_of(reply: Reply) -> etree._Element:
    """The response message of a call that was answered."""
    assert reply.status == 200, reply.text[-600:]
    return only_child(soap_body(reply))


def soap_body(reply: Reply) -> etree._Element:
    """The body of a SOAP 1.1 answer over HTTP, none of whose optional elements is empty (rules 1, 3, 4, 5 and 27)."""
    assert reply.headers["content-type"] == "text/xml; charset=utf-8"
    assert reply.headers["content-length"] == str(len(reply.body))
    assert "content-encoding" not in reply.headers
    assert re.fullmatch(r"[\x21-\x7e]{1,128}", reply.headers["x-skltp-correlation-id"])
    assert b"http://schemas.xmlsoap.org/soap/envelope/" in reply.body
    root = etree.fromstring(reply.body, etree.XMLParser(resolve_entities=False, no_network=True))
    assert root.tag == f"{{{SOAP}}}Envelope"
    assert [child.tag for child in root] == [f"{{{SOAP}}}Body"]
    assert [element for element in root.iter() if not element.text and not len(element)] in ([], [root[0][0]])
    return root[0]


def only_child(element: etree._Element) -> etree._Element:
    (child,) = element
    return child


def no_insides(text: str) -> None:
    """No traceback, no name of a module, nothing of how the product is made."""
    assert _INSIDES.search(text) is None, text


def no_patient(text: str) -> None:
    """Nobody's id, nor anything that could be one (rule 9)."""
    assert not [patient for patient in PATIENTS if patient in text]
    assert _PERSON_ID.search(text) is None
