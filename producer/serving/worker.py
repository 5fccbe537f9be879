"""A worker process: answers calls until its line to the supervisor closes, and then those that are under way."""

import asyncio
import gc
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, Protocol
from wsgiref.types import StartResponse, WSGIEnvironment

from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server

from producer.config import Config
from producer.serving.certificates import Renewal
from producer.serving.connections import Connections
from producer.serving.front import Front
from producer.serving.log import start_logging
from producer.serving.signals import heed_no_signals
from producer.serving.supervisor import LISTENS, STOP_SECONDS, WORN

_LOG = logging.getLogger(__name__)
_CALLERS: Final = 4096
"""How many callers a worker talks to at a time; those who only wait cost next to nothing."""
_WAITING: Final = 1024
"""How many more the system lets wait at the door."""
_IDLE_MILLISECONDS: Final = 75_000
_OBJECTS_BETWEEN_LOOKS: Final = 50_000
"""How many objects may come to life before the garbage collector looks; an answer of 2,000 slots makes some 10,000."""
_MOST_MEGABYTES: Final = 1024
"""When a worker holds more, a fresh one takes its place: libxml2 never forgets a name that it has read."""
_LOOKED_AT_EVERY_SECONDS: Final = 5
_GRACE_SECONDS: Final = 0.2
"""How long a caller has at a stop to finish the head of its request."""
_NO_LOG_OF_ITS_OWN: Final = {"handlers": {}, "loggers": {"_granian": {"handlers": [], "propagate": True}}}


class Application(Protocol):
    """What a worker serves."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]: ...
    def close(self) -> None: ...
    def count_shed(self, reason: str, /) -> None: ...


Make = Callable[[Config], Application]
"""Makes the application, in the process that serves it."""


def make_producer(config: Config) -> Application:
    from producer.app import create_app  # prometheus-client looks for its folder when it is imported

    return create_app(config)


def work(config: Config, make: Make, line: Connection, inherited: tuple[Connection, ...]) -> None:
    """All that a worker process does."""
    heed_no_signals()
    for each in inherited:  # whoever holds the supervisor's end of a line keeps it from closing
        each.close()
    orders = _Orders(line)
    start_logging()
    _allow_open_files(2 * _CALLERS)
    code = 0
    try:
        asyncio.run(_answer_calls(config, make, line, orders))
    except Exception:  # noqa: BLE001 - whatever it is, it belongs in the log
        _LOG.exception("A worker process cannot go on")
        code = 1
    logging.shutdown()
    os._exit(code)  # granian's threads may still be waiting for the interpreter, and panic when it goes before them


class _Orders:
    """The supervisor's word to stop, which is that the line closes."""

    def __init__(self, line: Connection) -> None:
        self._line = line
        self.obey: Callable[[], object] = partial(os._exit, 0)  # before the first call nothing is under way
        threading.Thread(target=self._wait, name="orders", daemon=True).start()

    def _wait(self) -> None:
        with suppress(EOFError, OSError):
            self._line.recv_bytes()
        self.obey()


async def _answer_calls(config: Config, make: Make, line: Connection, orders: _Orders) -> None:
    app = make(config)
    connections = Connections(config.port)
    front = Front(
        app,
        app.close,
        when_listening=partial(_say, line, LISTENS),
        heard=connections.note,
        count_shed=app.count_shed,
    )
    server = _granian(front, config)
    start_logging()  # granian's constructor takes the handlers away
    _spare_the_collector()
    told = asyncio.Event()
    orders.obey = partial(asyncio.get_running_loop().call_soon_threadsafe, told.set)
    serving, scales = asyncio.create_task(server.serve()), asyncio.create_task(_wear(config, line))
    await asyncio.wait([serving, asyncio.create_task(told.wait())], return_when=asyncio.FIRST_COMPLETED)
    scales.cancel()
    server.stop()  # type: ignore[no-untyped-call]  # it has no types
    await _finished(serving, connections)


def _granian(front: Front, config: Config) -> Server:
    """Granian as a part of this process; as the owner of all processes it loses signals and kills what has ended."""
    return Server(
        front,
        address=config.host,
        port=config.port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        websockets=False,
        backlog=_WAITING,
        backpressure=_CALLERS,
        http1_settings=HTTP1Settings(header_read_timeout=_IDLE_MILLISECONDS),
        ssl_cert=Path(config.tls_cert) if config.tls_cert else None,
        ssl_key=Path(config.tls_key) if config.tls_key else None,
        ssl_ca=Path(config.client_ca) if config.client_ca else None,
        ssl_client_verify=bool(config.client_ca),
        ssl_protocol_min=SSLProtocols.tls12,  # what the national platform speaks is 1.2 and 1.3
        log_level=LogLevels.error,  # at every start it warns that being a part is new
        log_dictconfig=_NO_LOG_OF_ITS_OWN,
    )


async def _finished(serving: "asyncio.Task[None]", connections: Connections) -> None:
    """Granian has been told to stop, and waits for every connection."""
    now = asyncio.get_running_loop().time
    late = now() + STOP_SECONDS
    while not (await asyncio.wait([serving], timeout=_GRACE_SECONDS))[0]:
        if now() < late:
            connections.end_silent()
        else:
            connections.end_all()
    await serving


async def _wear(config: Config, line: Connection) -> None:
    """Asks to be replaced once this process has grown too large, or its certificates have been renewed."""
    renewal = Renewal(config)
    while True:
        await asyncio.sleep(_LOOKED_AT_EVERY_SECONDS)
        if _megabytes() > _MOST_MEGABYTES or renewal.has_come():
            return _say(line, WORN)


def _megabytes() -> float:
    """The most memory that this process has held, where the system tells."""
    if sys.platform == "win32":
        return 0.0
    import resource

    units_in_a_megabyte = 1 << (20 if sys.platform == "darwin" else 10)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / units_in_a_megabyte


def _say(line: Connection, word: bytes) -> None:
    with suppress(OSError):  # a supervisor that is gone is noticed by other means
        line.send_bytes(word)


def _spare_the_collector() -> None:
    """The application stays for good and an answer makes no cycles, so looking for garbage is left for seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS, 10, 10)


def _allow_open_files(wanted: int) -> None:
    """Every connection is a file to the operating system, which may allow fewer than it could."""
    if sys.platform == "win32":
        return
    import resource

    allowed, possible = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed < wanted:
        granted = wanted if possible == resource.RLIM_INFINITY else min(wanted, possible)
        resource.setrlimit(resource.RLIMIT_NOFILE, (granted, possible))
