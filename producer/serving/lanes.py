"""The lanes that requests wait in for a thread, each bounded, so that a crowd in one holds up nobody in another."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from producer.serving.kinds import Kind

WAIT_SECONDS: Final = 5.0
"""How long a request may wait for its thread; who has waited longer is turned away undone. The platform waits 29."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Width:
    """How many requests a lane answers at a time, and how many more wait there."""

    threads: int
    room: int


WIDTHS: Final[Mapping[Kind, Width]] = MappingProxyType(
    {
        # More threads make each other wait for the interpreter: with 32, one call in a hundred took ten times as long.
        Kind.CALL: Width(threads=8, room=128),
        Kind.STAFF: Width(threads=4, room=64),
        Kind.PAGE: Width(threads=2, room=32),
        Kind.OPERATION: Width(threads=1, room=16),
    }
)


class Lane:
    """The requests of one kind; all but the threads are for the event loop alone."""

    def __init__(self, kind: Kind) -> None:
        width = WIDTHS[kind]
        self._most = width.threads + width.room
        self._inside = 0
        self._threads = ThreadPoolExecutor(max_workers=width.threads, thread_name_prefix=kind)

    @property
    def is_full(self) -> bool:
        return self._inside >= self._most

    def enter(self, work: Callable[[], None]) -> None:
        self._inside += 1
        self._threads.submit(work)

    def leave(self) -> None:
        self._inside -= 1

    def close(self) -> None:
        self._threads.shutdown()
