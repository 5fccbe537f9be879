"""The async front of a worker: takes in whole requests, however slowly they come, before a thread is spent on them.

A WSGI server that hands the open connection to its threads is stopped by as many slow callers as it has threads.
Here a slow caller costs a waiting coroutine, and a body that is too large is thrown away as it comes. When more come
than can be answered, those who would wait long are turned away at once, by what was made beforehand.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from wsgiref.types import WSGIApplication, WSGIEnvironment

from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]  # it is re-exported without saying so

from producer.serving.arrivals import Arrivals, Connection, NoMemory, is_brief
from producer.serving.environ import Body, environ_of
from producer.serving.kinds import Kind, kind_of
from producer.serving.lanes import WAIT_SECONDS, Lane
from producer.serving.shedding import Reason, Response, Shedding

_LOG = logging.getLogger(__name__)


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
        count_shed: Callable[[str], object] = lambda _reason: None,
    ) -> None:
        self._app = app
        self._close = close
        self._when_listening = when_listening
        self._heard = heard
        self._lanes = {kind: Lane(kind) for kind in Kind}
        self._shedding = Shedding(count_shed)
        self._arrivals = Arrivals()

    async def __call__(self, scope: Any, connection: Connection) -> None:
        self._heard(scope.client)
        kind = kind_of(scope.method, scope.path)
        if self._lanes[kind].is_full and is_brief(scope):  # its body need not be waited for, and has mostly come
            return self._turn_away(scope, connection, kind, Reason.FULL)
        try:
            with ExitStack() as held:
                body = await self._arrivals.body(scope, connection, held)
                if not self._lanes[kind].is_full:
                    return await self._answered(scope, connection, body, kind)
            self._turn_away(scope, connection, kind, Reason.FULL)
        except NoMemory:
            self._turn_away(scope, connection, kind, Reason.MEMORY)
        except ProtocolClosed:
            _LOG.info("A caller left before its request was complete")

    def _turn_away(self, scope: Any, connection: Connection, kind: Kind, reason: Reason) -> None:
        connection.response_bytes(*self._refusal(scope, kind, reason))

    def _refusal(self, scope: Any, kind: Kind, reason: Reason) -> Response:
        return self._shedding.response(kind, reason, scope.headers.get("x-skltp-correlation-id", ""))

    async def _answered(self, scope: Any, connection: Connection, body: Body, kind: Kind) -> None:
        """The thread answers by itself; this only waits for it to be done."""
        loop, lane, came = asyncio.get_running_loop(), self._lanes[kind], time.monotonic()
        answered = loop.create_future()

        def leave() -> None:
            lane.leave()
            if not answered.done():
                answered.set_result(None)

        def serve() -> None:
            try:
                is_late = time.monotonic() - came > WAIT_SECONDS
                response = self._refusal(scope, kind, Reason.LATE) if is_late else self._answer(environ_of(scope, body))
                connection.response_bytes(*response)
            except Exception:  # noqa: BLE001 - a caller that got no answer at all would wait for it
                _LOG.exception("A request was not answered by the application")
                connection.response_bytes(500, [("content-type", "text/plain")], b"The log has the reason\n")
            finally:
                loop.call_soon_threadsafe(leave)

        lane.enter(serve)
        await answered

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.call_soon(self._when_listening)  # granian calls this right before it listens

    def __rsgi_del__(self, _loop: object) -> None:
        self.close()

    def close(self) -> None:
        for lane in self._lanes.values():
            lane.close()
        self._close()

    def _answer(self, environ: WSGIEnvironment) -> Response:
        started = _Started()
        parts = self._app(environ, started)
        try:
            answer = b"".join(parts)
        finally:
            if (close := getattr(parts, "close", None)) is not None:
                close()
        return started.status, started.headers, answer


def _no_writing(_data: bytes) -> object:
    raise RuntimeError("the applications behind this front return their answers")
