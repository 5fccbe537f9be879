"""Patients who race: each sends her next call when the last is answered, and notes what she asked and was told."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from time import monotonic, monotonic_ns
from typing import TextIO

from benchmarks.calls import Request
from benchmarks.races.arena import Arena, Slot
from benchmarks.races.calls import Calls, answer_in, booking_id_in
from benchmarks.races.history import ACTS, Answer, Deed, Event

_PATIENCE_SECONDS = 60
_SIZE = b"content-length:"
_TOO_BUSY = b"is too busy and has done nothing"
_BUSY_SECONDS = 0.2


class Unanswered(Exception):
    """The connection broke; whether the call had an effect is unknown."""


class Wire:
    """One connection kept alive, and a new one when that breaks."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def open(self) -> None:
        self._streams = await asyncio.open_connection(self._host, self._port)

    async def ask(self, request: Request) -> tuple[int, bytes]:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await self._ask(request)
        except (OSError, EOFError, TimeoutError) as reason:
            self.close()
            raise Unanswered(f"{type(reason).__name__}: {reason}") from reason

    async def _ask(self, request: Request) -> tuple[int, bytes]:
        if self._streams is None:
            await self.open()
        reader, writer = self._streams
        head = (
            f"POST {request.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml; charset=utf-8\r\n"
            f"Content-Length: {len(request.body)}\r\n\r\n"
        )
        writer.write(head.encode() + request.body)
        lines = (await reader.readuntil(b"\r\n\r\n")).lower().split(b"\r\n")
        size = next(int(line[len(_SIZE) :]) for line in lines if line.startswith(_SIZE))
        return int(lines[0].split()[1]), await reader.readexactly(size)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None


@dataclass(kw_only=True, slots=True)
class Tally:
    """What became of the calls, and the words of what should not have come."""

    answers: Counter[tuple[Deed, Answer]] = field(default_factory=Counter)
    texts: Counter[str] = field(default_factory=Counter)

    @property
    def attempts(self) -> int:
        return sum(self.answers[deed, answer] for deed in ACTS for answer in Answer)

    def of(self, answer: Answer, deeds: Iterable[Deed] = ACTS) -> int:
        return sum(self.answers[deed, answer] for deed in deeds)

    def add(self, other: "Tally") -> None:
        self.answers.update(other.answers)
        self.texts.update(other.texts)


@dataclass(eq=False, kw_only=True)
class Caller:
    """One patient: she has at most one booking, and knows where."""

    arena: Arena
    patient: str
    wire: Wire
    history: TextIO
    tally: Tally
    random: Random
    booking_id: str = ""
    at: str = ""
    is_lost: bool = False
    """She was not answered, and so no longer knows what she has."""

    def __post_init__(self) -> None:
        self._calls = Calls(self.arena, self.patient)
        self._slots = list(self.arena.slots.values())

    async def act(self) -> None:
        """What she feels like next."""
        feels = self.random.random()
        if feels < _LOOKS:
            await self.look()
        elif not self.booking_id:
            await self.make(self.random.choice(self._slots))
        elif feels < _CANCELS:
            await self.cancel()
        else:
            await self.move(self.random.choice(self._slots))

    async def make(self, slot: Slot) -> Answer:
        answer, body = await self._ask(Deed.MAKE, self._calls.make(slot), to=slot.name)
        if answer is Answer.DONE:
            self.booking_id, self.at = booking_id_in(body), slot.name
        return answer

    async def move(self, slot: Slot) -> Answer:
        if slot.name == self.at:  # no move at all
            return Answer.REFUSED
        answer, _ = await self._ask(Deed.MOVE, self._calls.move(slot, self.booking_id), to=slot.name, left=self.at)
        if answer is Answer.DONE:
            self.at = slot.name
        return answer

    async def cancel(self) -> Answer:
        answer, _ = await self._ask(Deed.CANCEL, self._calls.cancel(self.booking_id), left=self.at)
        if answer is Answer.DONE:
            self.booking_id = self.at = ""
        return answer

    async def look(self) -> None:
        """At the free times, at all of hers, or at the one that she has."""
        deed = self.random.choice([Deed.LOOK, Deed.MINE, Deed.DETAILS] if self.booking_id else [Deed.LOOK, Deed.MINE])
        asked = {
            Deed.LOOK: lambda: self._calls.free,
            Deed.MINE: lambda: self._calls.mine,
            Deed.DETAILS: lambda: self._calls.details(self.booking_id),
        }
        await self._ask(deed, asked[deed]())

    async def _ask(self, deed: Deed, request: Request, *, to: str = "", left: str = "") -> tuple[Answer, bytes]:
        began = monotonic_ns()
        try:
            status, body = await self._insist(request)
            answer, text = answer_in(status, body)
        except Unanswered as reason:
            body, answer, text = b"", Answer.NONE, str(reason)
        ended = monotonic_ns()
        seen = () if deed in ACTS or answer is not Answer.DONE else self._calls.slots_in(body)
        event = Event(began=began, ended=ended, who=self.patient, deed=deed, answer=answer, to=to, left=left, seen=seen)
        self.history.write(f"{event}\n")
        self.is_lost = self.is_lost or answer is Answer.NONE
        self.tally.answers[deed, answer] += 1
        if text:
            self.tally.texts[text.partition(" (log id")[0]] += 1
        return answer, body

    async def _insist(self, request: Request) -> tuple[int, bytes]:
        """Asks again, as callers do, when nothing was done because there was no time for it."""
        until = monotonic() + _PATIENCE_SECONDS
        while True:
            status, body = await self.wire.ask(request)
            if _TOO_BUSY not in body or monotonic() > until:
                return status, body
            await asyncio.sleep(_BUSY_SECONDS)


_LOOKS = 0.03
_CANCELS = 0.3


async def race(callers: list[Caller], attempts: int, until: float) -> None:
    """All at once, until so many acts have been tried by them together or it is time; who is lost stands aside."""
    together = callers[0].tally

    async def go_on(caller: Caller) -> None:
        while together.attempts < attempts and monotonic() < until and not caller.is_lost:
            await caller.act()
        caller.wire.close()

    await asyncio.gather(*map(go_on, callers))
