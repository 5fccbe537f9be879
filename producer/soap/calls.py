"""What the SOAP server hands to a handler, and what it gets back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from producer.soap.contracts import Contract
from producer.soap.messages import Actor, Message


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One request that the contract's schema accepts.

    The actor is None when the header was left out: whether that is a fault is the care unit's choice (rule 18).
    `now` is Swedish wall time (rule 34).
    """

    contract: Contract
    message: Any  # of the contract's request type
    logical_address: str
    actor: Actor | None
    consumer: str | None
    correlation_id: str
    now: datetime
    empty_elements: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The response message, with the code of the refusal that it tells the resident about in words."""

    message: Message
    refusal: str | None = None


Handler = Callable[[Call], Answer]
