"""The async front of a worker: takes in whole requests, however slowly they come, before a thread is spent on them.

A WSGI server that hands the open connection to its threads is stopped by as many slow callers as it has threads.
Here a slow caller costs a waiting coroutine, and a body that is too large is thrown away as it comes.
"""

import asyncio
import io
import logging
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from wsgiref.types import WSGIApplication, WSGIEnvironment

from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]  # it is re-exported without saying so

from producer.config import LARGEST_REQUEST

_LOG = logging.getLogger(__name__)
THREADS: Final = 8
"""More of them make each other wait for the interpreter: with 32, one call in a hundred took ten times as long."""
PATIENCE_SECONDS: Final = 60
"""How long a body may take to arrive."""
_SMALL: Final = 1 << 16
_LARGE_AT_A_TIME: Final = 16
"""How many bodies that are not small are held at a time, so that memory stays bounded whoever sends."""
_READ_AT_MOST: Final = 4 * LARGEST_REQUEST
"""How far the body of a refused request is read, so that its sender hears the refusal and not a broken pipe."""
_WITHOUT_PREFIX: Final = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


class Connection(Protocol):
    """What granian gives for a request, as far as it is used here."""

    async def __call__(self) -> bytes: ...
    def __aiter__(self) -> Any: ...
    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    """A request's body; one that was too large has its size only, one that did not arrive has nothing."""

    content: bytes = b""
    size: int = 0
    is_late: bool = False


@dataclass(slots=True)
class _Started:
    status: int = 500
    headers: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> Callable[..., object]:
        self.status = int(status.partition(" ")[0])
        self.headers = [(name.lower(), value) for name, value in headers]
        return _no_writing


class Front:
    """An RSGI application that runs a WSGI application in threads."""

    def __init__(
        self,
        app: WSGIApplication,
        close: Callable[[], object],
        *,
        when_listening: Callable[[], object] = lambda: None,
        heard: Callable[[str], object] = lambda _caller: None,
    ) -> None:
        self._app = app
        self._close = close
        self._when_listening = when_listening
        self._heard = heard
        self._threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="call")
        self._turns = asyncio.Semaphore(_LARGE_AT_A_TIME)

    async def __call__(self, scope: Any, connection: Connection) -> None:
        self._heard(scope.client)
        try:
            async with AsyncExitStack() as held:
                body = await self._arrived(scope, connection, held)
                await self._answered(scope, connection, body)
        except ProtocolClosed:
            _LOG.info("A caller left before its request was complete")

    async def _arrived(self, scope: Any, connection: Connection, held: AsyncExitStack) -> Body:
        length = _length(scope)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                if length is not None and length <= _SMALL:
                    content = await connection()
                    return Body(content=content, size=len(content))
                return await self._arrived_in_pieces(connection, held)
        except TimeoutError:
            return Body(is_late=True)

    async def _arrived_in_pieces(self, connection: Connection, held: AsyncExitStack) -> Body:
        pieces: list[bytes] = []
        size = 0
        async for piece in connection:
            if size <= _SMALL < size + len(piece):
                await held.enter_async_context(self._turns)
            size += len(piece)
            if size > LARGEST_REQUEST:
                pieces.clear()
            else:
                pieces.append(piece)
            if size > _READ_AT_MOST:
                break
        return Body(content=b"".join(pieces), size=size)

    async def _answered(self, scope: Any, connection: Connection, body: Body) -> None:
        """The thread answers by itself; this only waits for it to be done."""
        loop = asyncio.get_running_loop()
        answered = loop.create_future()

        def serve() -> None:
            try:
                connection.response_bytes(*self._answer(environ_of(scope, body)))
            except Exception:  # noqa: BLE001 - a caller that got no answer at all would wait for it
                _LOG.exception("A request was not answered by the application")
                connection.response_bytes(500, [("content-type", "text/plain")], b"The log has the reason\n")
            finally:
                loop.call_soon_threadsafe(answered.set_result, None)

        self._threads.submit(serve)
        await answered

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.call_soon(self._when_listening)  # granian calls this right before it listens

    def __rsgi_del__(self, _loop: object) -> None:
        self._threads.shutdown()
        self._close()

    def _answer(self, environ: WSGIEnvironment) -> tuple[int, list[tuple[str, str]], bytes]:
        started = _Started()
        parts = self._app(environ, started)
        try:
            answer = b"".join(parts)
        finally:
            if (close := getattr(parts, "close", None)) is not None:
                close()
        return started.status, started.headers, answer


def _length(scope: Any) -> int | None:
    """What Content-Length says, 0 for a request without a body, None for a chunked one."""
    given: str = scope.headers.get("content-length", "")
    if given.isascii() and given.isdigit():
        return int(given[:20])
    return None if "transfer-encoding" in scope.headers else 0


def environ_of(scope: Any, body: Body) -> WSGIEnvironment:
    """The request as WSGI tells it, its body in memory."""
    host, _, port = scope.server.rpartition(":")
    environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": _Late() if body.is_late else io.BytesIO(body.content),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    environ |= _headers(scope.headers.items(), scope.authority)
    if not body.is_late:
        environ["CONTENT_LENGTH"] = str(body.size)
    return environ


def _headers(items: list[tuple[str, str]], authority: str | None) -> Mapping[str, str]:
    headers = {"HTTP_HOST": authority} if authority else {}
    for name, value in items:
        if "_" in name:  # it would pass for the header with dashes, which a proxy may have taken away
            continue
        key = _WITHOUT_PREFIX.get(name) or f"HTTP_{name.upper().replace('-', '_')}"
        headers[key] = f"{headers[key]},{value}" if key in headers and key != "HTTP_HOST" else value
    return headers


class _Late(io.RawIOBase):
    """A body that did not arrive in time."""

    def readable(self) -> bool:
        return True

    def read(self, _size: int = -1) -> bytes:
        raise TimeoutError(f"it was not complete after {PATIENCE_SECONDS} seconds")


def _no_writing(_data: bytes) -> object:
    raise RuntimeError("the applications behind this front return their answers")
