"""One SOAP call from the bytes of the request to the bytes of the answer, and what the log may say about it."""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from typing import Any, Final
from uuid import uuid4

from lxml import etree

from producer.soap import envelope
from producer.soap.calls import Answer, Call, Handler
from producer.soap.codec import Invalid, decode, encode, masked
from producer.soap.consumers import NOT_ALLOWED, Consumers
from producer.soap.contracts import EVERY_CONTRACT, Contract
from producer.soap.document import root_of
from producer.soap.engine import Engine
from producer.soap.faults import ClientFault
from producer.soap.messages import Actor

_LOG = logging.getLogger(__name__)
# What a fault shows: letters of XML, none that steers a terminal or breaks a line.
_NOT_SHOWN = re.compile("[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST_TEXT: Final = 500
_PATIENT: Final = "subject_of_care"


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A POST that asks for a contract; `body` raises ClientFault if it could not be taken in."""

    body: Callable[[], bytes]
    content_type: str
    correlation_id: str
    consumer: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of a call; the result is a resultCode, or the code of the fault."""

    contract: str | None
    result: str
    is_fault: bool
    correlation_id: str
    consumer: str | None
    logical_address: str | None
    refusal: str | None
    log_id: str | None
    fault: str | None
    empty_elements: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    parts: tuple[bytes, ...]
    outcome: Outcome


class SoapServer:
    """Answers every contract that it has a handler for; anything that goes wrong becomes a fault."""

    def __init__(
        self,
        handlers: Mapping[str, Handler],
        now: Callable[[], datetime],
        consumers: Consumers | None = None,
    ) -> None:
        self._handlers = handlers
        self._now = now
        self._consumers = consumers or Consumers()
        served = [row for row in EVERY_CONTRACT if row.name in handlers]
        self._contracts = {row.request_qname: row for row in served}
        self._engine = Engine(served)

    def answer(self, request: Request) -> Reply:
        started = perf_counter()
        exchange = _Exchange(request, self._handlers, self._now, self._consumers)
        try:
            exchange.open(self._contracts)
            parts = self._engine.run(exchange)
        except Exception as reason:  # noqa: BLE001 - no request of any kind makes a traceback reach the caller
            parts = self._engine.fault(*exchange.blame(reason))
        return Reply(parts=parts, outcome=exchange.outcome(perf_counter() - started))


@dataclass(slots=True)
class _Exchange:
    """One call on its way through the engine, which takes the steps in order; any step may end in a fault."""

    request: Request
    handlers: Mapping[str, Handler]
    now: Callable[[], datetime]
    consumers: Consumers
    contract: Contract | None = None
    address: str | None = None
    blocks: list[etree._Element] = field(default_factory=list)
    body: Any = None
    answer: Answer | None = None
    empty_elements: tuple[str, ...] = ()
    fault: tuple[str, str] | None = None
    refusal: str | None = None
    log_id: str | None = None

    def open(self, contracts: Mapping[str, Contract]) -> None:
        """Finds the contract by the qualified name of the request alone (rule 7)."""
        opened = envelope.opened(root_of(self.request.body(), self.request.content_type))
        self.blocks, self.body = opened.blocks, opened.body
        self.contract = _contract_of(self.body, contracts)

    def read(self) -> Call:
        contract = self._found()
        self._admit(contract)
        envelope.check_understood(self.blocks)
        self.address = envelope.logical_address(self.blocks)
        actor = envelope.actor(self.blocks) if contract.has_actor else None
        try:
            reading = decode(contract, self.body)
        except Invalid as reason:
            raise _of_version_1_0(contract, self.body, actor) or reason from None
        self.empty_elements = reading.empty_elements
        return Call(
            contract=contract,
            message=reading.message,
            logical_address=self.address,
            actor=actor,
            consumer=self.request.consumer,
            correlation_id=self.request.correlation_id,
            now=self.now(),
            empty_elements=reading.empty_elements,
        )

    def _admit(self, contract: Contract) -> None:
        consumer = self.request.consumer
        if not self.consumers.allow(consumer, contract.name):
            self.refusal = NOT_ALLOWED
            who = f"The consumer {consumer}" if consumer else "A call that no trusted proxy has named the consumer of"
            raise ClientFault(f"{who} may not call {contract.name} here")

    def _found(self) -> Contract:
        if self.contract is None:
            raise RuntimeError("the engine runs exchanges that have been opened")
        return self.contract

    def perform(self, call: Call) -> bytes:
        self.answer = self.handlers[call.contract.name](call)
        return encode(self.answer.message)

    def blame(self, reason: Exception) -> tuple[str, str]:
        """Code and text of the fault: the one place where an error becomes words for the caller (rules 8, 9)."""
        self.log_id = str(uuid4())
        if isinstance(reason, ClientFault):
            self.fault = reason.code, _sentence(reason.text)
        else:
            _LOG.error("A call failed, log id %s", self.log_id, exc_info=reason)
            self.fault = "Server", "The producer failed to answer; its log tells why"
        code, text = self.fault
        return code, f"{text} (log id {self.log_id})"

    def outcome(self, seconds: float) -> Outcome:
        code, text = self.fault or (None, None)
        answer = None if self.fault else self.answer
        return Outcome(
            contract=self.contract.name if self.contract else None,
            result=code or str(getattr(answer and answer.message, "resultCode", "OK")),
            is_fault=code is not None,
            correlation_id=self.request.correlation_id,
            consumer=self.request.consumer,
            logical_address=self.address,
            refusal=answer.refusal if answer else self.refusal,
            log_id=self.log_id,
            fault=text,
            empty_elements=self.empty_elements,
            seconds=seconds,
        )


def _contract_of(body: etree._Element, contracts: Mapping[str, Contract]) -> Contract:
    found = contracts.get(body.tag)
    if found is not None:
        return found
    name = etree.QName(body)
    alike = next((row for row in contracts.values() if row.name == name.localname), None)
    if alike is not None:
        raise ClientFault(
            f"{alike.name} is of the namespace {alike.request.namespace}, not of {name.namespace or 'none'}"
        )
    raise ClientFault(f"No contract here has the request {name.text} (line {body.sourceline})")


def _of_version_1_0(contract: Contract, body: etree._Element, actor: Actor | None) -> ClientFault | None:
    """A query without Actor and without patient is a message of version 1.0, which cannot be answered (rule 99)."""
    if not contract.has_actor or actor is not None or not hasattr(contract.request, _PATIENT):
        return None
    if any(etree.QName(child).localname == _PATIENT for child in body.iterchildren(tag=etree.Element)):
        return None
    return ClientFault(
        f"{contract.name} came without Actor and without {_PATIENT}, as in version 1.0; only version 1.1 is answered"
    )


def _sentence(text: str) -> str:
    """Fit for a fault: short, one line of characters that are seen, no patient id (rule 9)."""
    return masked(_NOT_SHOWN.sub("?", text))[:_LONGEST_TEXT]
