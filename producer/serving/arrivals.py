"""How the bodies of requests are taken in: with patience for slow callers, but not with memory that others may need."""

import asyncio
from contextlib import ExitStack
from typing import Any, Final, Protocol

from producer.config import LARGEST_REQUEST
from producer.serving.environ import Body

PATIENCE_SECONDS: Final = 60
"""How long a body may take to arrive."""
STALL_SECONDS: Final = 5
"""How long one that is not small may take for its next part of the size of a small one."""
HELD_AT_MOST: Final = 16 * LARGEST_REQUEST
"""How many bytes of bodies that are not small are held at a time, so that memory stays bounded whoever sends."""
_BRIEF: Final = 1 << 14
_SMALL: Final = 1 << 16
_READ_AT_MOST: Final = 4 * LARGEST_REQUEST
"""How far the body of a refused request is read, so that its sender hears the refusal and not a broken pipe."""


class Connection(Protocol):
    """What granian gives for a request, as far as it is used here."""

    async def __call__(self) -> bytes: ...
    def __aiter__(self) -> Any: ...
    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...


class NoMemory(Exception):
    """The bodies of others fill what there is for those that are not small."""


class Arrivals:
    """The bodies that are on their way, or held until their requests are answered; for the event loop alone."""

    def __init__(self) -> None:
        self._held = 0

    async def body(self, scope: Any, connection: Connection, held: ExitStack) -> Body:
        """What it holds is given back when `held` closes. Raises NoMemory when the body has come and was not kept."""
        length = _length(scope)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS) as patience:
                if length is not None and length <= _SMALL:
                    content = await connection()
                    return Body(content=content, size=len(content))
                return await self._in_pieces(connection, held, patience)
        except TimeoutError:
            return Body(missing=f"it was not complete after {PATIENCE_SECONDS} seconds, or came too slowly")

    async def _in_pieces(self, connection: Connection, held: ExitStack, patience: asyncio.Timeout) -> Body:
        share, pace = _Share(self), _Pace(patience)
        held.callback(share.give_back)
        pieces: list[bytes] = []
        size, is_kept = 0, True
        async for piece in connection:
            size += len(piece)
            pace.note(size)
            is_kept = is_kept and size <= LARGEST_REQUEST and (size <= _SMALL or share.grows_to(size))
            if is_kept:
                pieces.append(piece)
            else:
                pieces.clear()
                share.give_back()
            if size > _READ_AT_MOST:
                break
        if not is_kept and size <= LARGEST_REQUEST:
            raise NoMemory
        return Body(content=b"".join(pieces), size=size)

    def take(self, size: int) -> bool:
        """Holds so many bytes more, unless that would be too many."""
        fits = self._held + size <= HELD_AT_MOST
        self._held += size if fits else 0
        return fits

    def give_back(self, size: int) -> None:
        self._held -= size


class _Share:
    """What one body holds of the memory for all."""

    def __init__(self, arrivals: Arrivals) -> None:
        self._arrivals = arrivals
        self._size = 0

    def grows_to(self, size: int) -> bool:
        if not self._arrivals.take(size - self._size):
            return False
        self._size = size
        return True

    def give_back(self) -> None:
        self._arrivals.give_back(self._size)
        self._size = 0


class _Pace:
    """Shortens the patience with a body that is not small while it does not come on."""

    def __init__(self, patience: asyncio.Timeout) -> None:
        self._patience = patience
        self._ends = patience.when()
        self._next = _SMALL

    def note(self, size: int) -> None:
        if size > self._next and self._ends is not None:
            self._next = size + _SMALL
            self._patience.reschedule(min(self._ends, asyncio.get_running_loop().time() + STALL_SECONDS))


def is_brief(scope: Any) -> bool:
    """Whether the body, if any, is so short that it comes together with its head."""
    length = _length(scope)
    return length is not None and length <= _BRIEF


def _length(scope: Any) -> int | None:
    """What Content-Length says, 0 for a request without a body, None for a chunked one."""
    given: str = scope.headers.get("content-length", "")
    if given.isascii() and given.isdigit():
        return int(given[:20])
    return None if "transfer-encoding" in scope.headers else 0
