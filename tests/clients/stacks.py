"""What the story of a booking asks of a client stack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

WsdlStyle = Literal["wsdl", "singleWsdl"]
STYLES: tuple[WsdlStyle, ...] = ("wsdl", "singleWsdl")


class Faulted(Exception):
    """What the stack itself makes of a SOAP fault, in words that all stacks share."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text


@dataclass(frozen=True, kw_only=True)
class Headers:
    """The blocks of the SOAP header in the order that they are sent; a ping has no actor."""

    address: str
    actor: str | None = None
    actor_first: bool = False

    @property
    def blocks(self) -> tuple[tuple[str, Any], ...]:
        address = ("LogicalAddress", self.address)
        if self.actor is None:
            return (address,)
        actor = ("Actor", {"actorId": self.actor, "actorType": "subject_of_care"})
        return (actor, address) if self.actor_first else (address, actor)


class Stack(Protocol):
    def call(self, contract: str, headers: Headers, **body: Any) -> Mapping[str, Any]:
        """The fields of the answer as the stack gives them; raises Faulted."""


def path_of(contract: str) -> str:
    folder = "itintegration/monitoring" if contract == "PingForConfiguration" else "crm/scheduling"
    return f"/{folder}/{contract}/1/rivtabp21"


def rows(answer: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    """The rows of a list that may be empty, which some stacks say by leaving it out."""
    return answer.get(name) or []
