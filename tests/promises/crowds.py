"""Callers who send as many calls a second as they are told to, whatever becomes of them, from processes of their own."""

import os
import re
import selectors
import socket
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from statistics import quantiles

_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_PATIENCE_SECONDS = 30.0
_BUSY = b"too busy and has done nothing"


@dataclass(frozen=True, kw_only=True)
class Load:
    """So many calls a second over so many connections; without a number, each as soon as the last is answered."""

    place: tuple[str, int]
    requests: Sequence[bytes]
    connections: int
    begins: float
    seconds: float
    per_second: float | None = None


@dataclass(kw_only=True)
class Heard:
    """How long each call took, by what became of it."""

    answered: list[float] = field(default_factory=list)
    turned_away: list[float] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    unsent: int = 0

    @property
    def sent(self) -> int:
        return len(self.answered) + len(self.turned_away) + len(self.odd)

    def add(self, other: "Heard") -> None:
        self.answered += other.answered
        self.turned_away += other.turned_away
        self.odd += other.odd
        self.unsent += other.unsent


def percentile(seconds: Sequence[float], percent: int) -> float:
    return quantiles(seconds, n=100)[percent - 1] if len(seconds) > 1 else sum(seconds)


class Crowd:
    """Processes that make loads, started once."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_step_back)
        list(self._pool.map(abs, range(processes)))

    def press(
        self,
        place: tuple[str, int],
        requests: Sequence[bytes],
        *,
        connections: int,
        seconds: float,
        per_second: float | None = None,
    ) -> Heard:
        """All of the load together, each process its share."""
        begins = time.monotonic() + 0.2  # the clock that processes have in common
        loads = [
            Load(
                place=place,
                requests=requests[number :: self._processes],
                connections=connections // self._processes,
                begins=begins,
                seconds=seconds,
                per_second=per_second / self._processes if per_second else None,
            )
            for number in range(self._processes)
        ]
        heard = Heard()
        for each in self._pool.map(press, loads):
            heard.add(each)
        return heard

    def close(self) -> None:
        self._pool.shutdown()


def _step_back() -> None:
    """As if on a machine of their own, callers leave the processor to the server."""
    os.nice(5)


class _Line:
    """One connection, and what is under way there."""

    def __init__(self, place: tuple[str, int]) -> None:
        self.socket = socket.create_connection(place)
        self.socket.settimeout(_PATIENCE_SECONDS)
        self.sent = 0.0
        self._heard = b""

    def send(self, request: bytes) -> None:
        self._heard, self.sent = b"", time.monotonic()
        self.socket.sendall(request)

    def is_done(self) -> bool:
        piece = self.socket.recv(1 << 18)
        if not piece:
            raise ConnectionError("the server closed the connection")
        self._heard += piece
        head, found, body = self._heard.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        return bool(found and length and len(body) >= int(length[1]))

    @property
    def heard(self) -> bytes:
        return self._heard


def press(load: Load) -> Heard:
    """One process's share of a load."""
    heard = Heard()
    lines = [_Line(load.place) for _ in range(load.connections)]
    time.sleep(max(0.0, load.begins - time.monotonic()))
    _Presser(load, lines, heard).run()
    for line in lines:
        line.socket.close()
    return heard


class _Presser:
    def __init__(self, load: Load, lines: list[_Line], heard: Heard) -> None:
        self._load, self._heard = load, heard
        self._idle = deque(lines)
        self._busy = selectors.DefaultSelector()
        self._ends = load.begins + load.seconds
        self._sent = 0

    def run(self) -> None:
        while (now := time.monotonic()) < self._ends:
            due = self._due(now)
            while due > 0 and self._idle:
                self._send()
                due -= 1
            if due > 0 and self._load.per_second:
                self._heard.unsent += due
                self._sent += due
            self._listen(0.002)
        while self._busy.get_map() and time.monotonic() < self._ends + _PATIENCE_SECONDS:
            self._listen(0.1)
        self._heard.odd += ["no answer"] * len(self._busy.get_map())

    def _due(self, now: float) -> int:
        if self._load.per_second is None:
            return len(self._idle)
        return int((now - self._load.begins) * self._load.per_second) - self._sent

    def _send(self) -> None:
        line = self._idle.popleft()
        line.send(self._load.requests[self._sent % len(self._load.requests)])
        self._sent += 1
        self._busy.register(line.socket, selectors.EVENT_READ, line)

    def _listen(self, seconds: float) -> None:
        for key, _ in self._busy.select(seconds):
            line: _Line = key.data
            try:
                if not line.is_done():
                    continue
                self._note(line)
            except OSError as reason:
                self._heard.odd.append(f"{type(reason).__name__}: {reason}")
                self._busy.unregister(line.socket)
                line.socket.close()
                self._idle.append(_Line(self._load.place))
                continue
            self._busy.unregister(line.socket)
            self._idle.append(line)

    def _note(self, line: _Line) -> None:
        took, said = time.monotonic() - line.sent, line.heard
        if said.startswith(b"HTTP/1.1 200 "):
            self._heard.answered.append(took)
        elif said.startswith(b"HTTP/1.1 500 ") and _BUSY in said:
            self._heard.turned_away.append(took)
        else:
            self._heard.odd.append(said[-300:].decode("utf-8", errors="replace"))
