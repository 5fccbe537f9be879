"""The supervisor: starts the workers, puts a fresh one where one ended, and lets all finish when it is told to stop.

Each worker holds one end of a line. There it says that it listens, or that it wants to be replaced; its word to stop is
that the other end closes. A signal can be lost on a process that is just starting, and a supervisor that was killed
sends none; the end of a line closes whatever happens.
"""

import logging
import math
import multiprocessing
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Final

from producer.serving.signals import signals_held, told_by_signals

Work = Callable[[Connection, tuple[Connection, ...]], None]
"""What a worker runs: with its end of the line, and with the ends of the supervisor that it must not keep open."""

_LOG = logging.getLogger(__name__)
LISTENS: Final = b"listens"
WORN: Final = b"worn"
STOP_SECONDS: Final = 15
"""How long a call that is under way when the server stops may still take."""
_MARGIN_SECONDS: Final = 2
"""How much longer a worker may take to end by itself."""
_LOOK_EVERY_SECONDS: Final = 1
START_METHOD: Final = "fork" if sys.platform == "linux" else "spawn"
"""Forking is quick, and safe in a process that has one thread; elsewhere the system's own libraries have more."""


class CannotServe(Exception):
    """Nothing can be served; the text says why."""


@dataclass(eq=False, kw_only=True, slots=True)
class _Worker:
    process: BaseProcess
    line: Connection
    elder: "_Worker | None"
    """The worker whose place this one takes once it listens."""
    listens: bool = False
    ends_at: float | None = None
    """When it is ended if it has not gone by itself; only one that was told to go has such a time."""


class Supervisor:
    """Keeps a number of workers at work until a signal says stop."""

    def __init__(self, work: Work, wanted: int, when_listening: Callable[[], None]) -> None:
        self._work = work
        self._wanted = wanted
        self._when_listening = when_listening
        self._workers: list[_Worker] = []
        self._is_told = False
        self._is_open = False
        self._processes: Any = multiprocessing.get_context(START_METHOD)
        self._ear, self._bell = self._processes.Pipe(duplex=False)

    def run(self) -> None:
        """Returns when all workers have gone."""
        with told_by_signals(self._hear_signal):
            try:
                for _ in range(self._wanted):
                    self._start()
                while not self._is_told:
                    self._attend()
            finally:
                for worker in self._workers:
                    _let_go(worker)
                while self._workers:
                    self._attend()

    def _hear_signal(self, *_: object) -> None:
        if not self._is_told:
            self._is_told = True
            self._bell.send_bytes(b"!")  # a wait goes on after a signal unless there is something to hear

    def _start(self, elder: _Worker | None = None) -> None:
        line, end = self._processes.Pipe()
        kept = (line, self._ear, self._bell, *(each.line for each in self._workers if not each.line.closed))
        inherited = kept if START_METHOD == "fork" else ()
        process = self._processes.Process(target=self._work, args=(end, inherited), name="tidbok-worker")
        with signals_held():
            process.start()
        end.close()
        self._workers.append(_Worker(process=process, line=line, elder=elder))

    def _attend(self) -> None:
        """Waits for something to happen and does what it asks for."""
        lines = [each.line for each in self._workers if not each.line.closed]
        heard = wait([self._ear, *lines, *(each.process.sentinel for each in self._workers)], _LOOK_EVERY_SECONDS)
        if self._ear in heard:
            self._ear.recv_bytes()
        for worker in [each for each in self._workers if each.line in heard]:
            self._listen_to(worker)
        for worker in [each for each in self._workers if each.process.sentinel in heard]:
            self._miss(worker)
        for worker in self._workers:
            if worker.ends_at is not None and time.monotonic() > worker.ends_at:
                _end(worker)

    def _listen_to(self, worker: _Worker) -> None:
        try:
            word = worker.line.recv_bytes()
        except (EOFError, OSError):  # it is about to end, which is heard too
            worker.line.close()
            return
        if word == LISTENS:
            worker.listens = True
            self._open()
            if worker.elder is not None:
                _let_go(worker.elder)
        elif word == WORN and worker.ends_at is None:
            self._start(elder=worker)

    def _open(self) -> None:
        if not self._is_open and not self._is_told:
            self._is_open = True
            self._when_listening()

    def _miss(self, worker: _Worker) -> None:
        worker.process.join()
        worker.line.close()
        self._workers.remove(worker)
        if worker.ends_at is not None or self._is_told:
            return
        if not worker.listens:
            raise CannotServe("A worker process did not start; the log has the reason")
        _LOG.error("A worker process ended unexpectedly, with exit code %s", worker.process.exitcode)
        if not any(each.elder is worker for each in self._workers):
            self._start()


def _let_go(worker: _Worker) -> None:
    worker.line.close()
    if worker.ends_at is None:
        worker.ends_at = time.monotonic() + STOP_SECONDS + _MARGIN_SECONDS


def _end(worker: _Worker) -> None:
    _LOG.warning("A worker process did not stop in %s seconds and is ended", STOP_SECONDS + _MARGIN_SECONDS)
    worker.process.kill()
    worker.ends_at = math.inf
