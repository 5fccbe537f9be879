"""The communication test: each contract of a unit is asked something harmless at the address given.

The call goes out from the computer of the producer, to any address that it reaches: who may change a unit may knock
there, but of what answers no more is shown than the text of a fault. Redirections are not followed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from ssl import SSLContext, create_default_context
from threading import Event, Lock, Thread
from time import perf_counter
from typing import Final

from producer.domain.connection import Service
from producer.domain.staff import Sentence
from producer.services.staff.connections import PLACE_OF_CONTRACT, Trial
from producer.soap import messages as m
from producer.soap.client import Client, SoapFault, Unanswered
from producer.soap.codec import masked
from producer.web.staff.connecting_advice import advice_on_fault, advice_on_routing, advice_on_silence
from producer.web.staff.connecting_questions import PATIENT, question

SECONDS_EACH: Final = 5.0
SECONDS_IN_ALL: Final = 20.0
_CONSUMER: Final = "x-rivta-original-serviceconsumer-hsaid"
_LONGEST_FAULT: Final = 500
_ACTOR: Final = m.Actor(actorId=PATIENT, actorType=m.ActorType.SUBJECT_OF_CARE)


class State(StrEnum):
    ANSWERED = "answered"
    FAULT = "fault"
    SILENT = "silent"
    ALARMING = "alarming"
    NOT_TRIED = "not_tried"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """How one contract fared; `heard` is the text of a fault, or why there was no answer."""

    service: Service
    state: State
    told: Sentence
    milliseconds: int | None = None
    heard: str | None = None
    advice: Sentence | None = None


class Busy(Exception):
    """Another test is under way in this process."""


class Trials:
    """One at a time, so that tests never take all the threads that answer calls, of which they may be waiting."""

    def __init__(
        self,
        each: float = SECONDS_EACH,
        in_all: float = SECONDS_IN_ALL,
        outgoing: Callable[[], SSLContext] = create_default_context,
    ) -> None:
        self._turn = Lock()
        self._outgoing = outgoing
        self._each = each
        self._in_all = in_all

    def run(self, trial: Trial, today: date) -> list[Outcome]:
        """Raises Busy."""
        if not self._turn.acquire(blocking=False):
            raise Busy
        try:
            with Client(timeout=self._each, ssl_context=self._outgoing()) as client:
                return self._run(client, trial, today)
        finally:
            self._turn.release()

    def _run(self, client: Client, trial: Trial, today: date) -> list[Outcome]:
        """Each wait for the network is bounded, and so is all of it: an answer may come a byte at a time."""
        made: list[Outcome] = []
        stop = Event()
        asking = Thread(target=_ask_all, args=(client, trial, today, made, stop), name="trial", daemon=True)
        asking.start()
        asking.join(self._in_all)
        stop.set()
        client.abort()
        asking.join(1)
        done = {outcome.service: outcome for outcome in tuple(made)}
        return [done.get(service) or _not_tried(service) for service in trial.services]


def _ask_all(client: Client, trial: Trial, today: date, made: list[Outcome], stop: Event) -> None:
    for outcome in _outcomes(client, trial, today):
        if stop.is_set():
            break
        made.append(outcome)


def _outcomes(client: Client, trial: Trial, today: date) -> Iterator[Outcome]:
    return (_ask(client, trial, service, today) for service in trial.services)


def _not_tried(service: Service) -> Outcome:
    return Outcome(
        service=service,
        state=State.NOT_TRIED,
        told=Sentence("Inte prövat: tiden för provet tog slut."),
    )


def _ask(client: Client, trial: Trial, service: Service, today: date) -> Outcome:
    unit = trial.unit.hsa_id
    headers = {_CONSUMER: trial.consumer} if trial.consumer else {}
    url = trial.address.replace(PLACE_OF_CONTRACT, service)
    started = perf_counter()
    try:
        answer = client.call(url, question(service, unit, today), logical_address=unit, actor=_ACTOR, headers=headers)
    except SoapFault as fault:
        return _of_fault(service, fault, _since(started))
    except (Unanswered, UnicodeError) as silence:
        return _of_silence(service, silence, _since(started))
    return _of_answer(service, answer, _since(started))


def _since(started: float) -> int:
    return round((perf_counter() - started) * 1000)


def _of_answer(service: Service, answer: m.Message, milliseconds: int) -> Outcome:
    code = getattr(answer, "resultCode", None)
    if code is None:
        return Outcome(service=service, state=State.ANSWERED, told=Sentence("Svarade."), milliseconds=milliseconds)
    if code == m.ResultCode.ERROR:
        told = Sentence("Svarade nej på något som inte går, som väntat.")
        return Outcome(service=service, state=State.ANSWERED, told=told, milliseconds=milliseconds)
    return Outcome(
        service=service,
        state=State.ALARMING,
        told=Sentence("Svarade ja på något som inte går."),
        milliseconds=milliseconds,
        advice=Sentence(
            "Frågan gällde en bokning som inte finns. Kontrollera hos producenten att inget har bokats eller avbokats."
        ),
    )


def _of_fault(service: Service, fault: SoapFault, milliseconds: int) -> Outcome:
    heard = _shown(f"{fault.code}: {fault.text}")
    if service is Service.DETAILS and advice_on_routing(heard) is None:
        told = Sentence("Svarade att bokningen inte finns, som väntat.")
        return Outcome(service=service, state=State.ANSWERED, told=told, milliseconds=milliseconds, heard=heard)
    return Outcome(
        service=service,
        state=State.FAULT,
        told=Sentence("Svarade med ett SOAP-fel."),
        milliseconds=milliseconds,
        heard=heard,
        advice=advice_on_fault(heard),
    )


def _of_silence(service: Service, silence: Unanswered | UnicodeError, milliseconds: int) -> Outcome:
    reason = silence.reason if isinstance(silence, Unanswered) else "UnicodeError"
    if "well-formed" in reason:
        reason = reason.partition(":")[0]  # the rest is about what was answered, which may be anything
    came = reason.startswith("HTTP ")
    return Outcome(
        service=service,
        state=State.FAULT if came else State.SILENT,
        told=Sentence("Svarade, men inte som ett kontrakt gör.") if came else Sentence("Svarade inte."),
        milliseconds=milliseconds,
        heard=_shown(reason),
        advice=advice_on_silence(reason),
    )


def _shown(text: str) -> str:
    """Short, on one line, and with nothing that looks like a personal id."""
    return masked(" ".join("".join(letter if letter.isprintable() else " " for letter in text).split()))[
        :_LONGEST_FAULT
    ]
