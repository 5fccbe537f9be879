"""One thing to send, and what must come back."""

from collections.abc import Callable
from dataclasses import dataclass, field

from hostile.letters import LETTERS, UNIT, envelope, message

Headers = tuple[tuple[str, str], ...]

XML: Headers = (("Content-Type", "text/xml; charset=utf-8"),)
ANY = "/soap"
VALID = message("MakeBooking")
"""A message that books a time, so that a producer that takes a spoilt copy of it does something that is seen."""


@dataclass(frozen=True, kw_only=True)
class Probe:
    """A bad request; the fault has this code, each of these fragments in any letter case, and nothing of what it hides."""

    name: str
    body: bytes | Callable[[], bytes] = field(repr=False)
    says: tuple[str, ...]
    hides: tuple[str, ...] = ("Gunilla", "Exempelqvist", "knät")
    code: str = "Client"
    status: int = 500
    method: str = "POST"
    path: str = ANY
    query: str = ""
    headers: Headers = XML

    def bytes(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else self.body()


def probe(
    name: str,
    body: str | bytes | Callable[[], bytes],
    *says: str,
    code: str = "Client",
    path: str = ANY,
    headers: Headers = XML,
) -> Probe:
    """A POST; text is sent as UTF-8."""
    content = body.encode() if isinstance(body, str) else body
    return Probe(name=name, body=content, says=says, code=code, path=path, headers=headers)


def of_type(content_type: str) -> Headers:
    return (("Content-Type", content_type),)


def swapped(text: str, old: str, new: str) -> str:
    """The text with its first `old` replaced; one that is not there would make an idle probe."""
    if old not in text:
        raise ValueError(f"{old!r} is not in the text")
    return text.replace(old, new, 1)


__all__ = [
    "ANY",
    "LETTERS",
    "UNIT",
    "VALID",
    "XML",
    "Headers",
    "Probe",
    "envelope",
    "message",
    "of_type",
    "probe",
    "swapped",
]
