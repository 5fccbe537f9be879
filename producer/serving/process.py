"""The server process: workers of granian on one port, a line when they answer, a graceful stop."""

import gc
import http.client
import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import MPServer

from producer.config import Config, name_metrics_folder
from producer.serving.front import Front
from producer.serving.log import start_logging

_CONNECTIONS: Final = 4096
"""How many callers a worker talks to at a time; those who only wait cost next to nothing."""
_MOST_MEGABYTES: Final = 1024
"""When a worker holds more, a fresh one takes its place: libxml2 never forgets a name that it has read."""
_STOP_SECONDS: Final = 15
"""How long a call that is under way when the server stops may still take."""
_OBJECTS_BETWEEN_LOOKS: Final = 50_000
"""How many objects may come to life before the garbage collector looks; an answer of 2,000 slots makes some 10,000."""
_IDLE_MILLISECONDS: Final = 75_000
_NO_LOG_OF_ITS_OWN: Final = {"loggers": {"_granian": {"handlers": [], "propagate": True}}}


class CannotListen(Exception):
    """The address or the port cannot be used."""


def run(config: Config, announce: Callable[[str], None]) -> None:
    """Serves until it is told to stop; `announce` gets the address once a call would be answered."""
    port = _free_port(config.host, config.port)
    start_logging()
    with _metrics_folder(config.workers) as folder:
        settled = replace(config, port=port, metrics_folder=folder)
        server = MPServer(
            "producer",
            address=config.host,
            port=port,
            interface=Interfaces.RSGI,
            workers=config.workers,
            http=HTTPModes.http1,
            websockets=False,
            backpressure=_CONNECTIONS,
            http1_settings=HTTP1Settings(header_read_timeout=_IDLE_MILLISECONDS),
            respawn_failed_workers=True,
            workers_max_rss=_MOST_MEGABYTES,
            workers_kill_timeout=_STOP_SECONDS,
            log_level=LogLevels.warning,
            log_dictconfig=_NO_LOG_OF_ITS_OWN,
        )
        waiting = threading.Thread(target=_announce_when_ready, args=(config.host, port, announce), daemon=True)
        server.on_startup(waiting.start)
        try:
            server.serve(target_loader=partial(_worker, settled, os.getpid()), wrap_loader=False)
        except SystemExit:
            if not server.interrupt_signal:  # a worker that goes first when all are told to is no failure
                raise


def _worker(config: Config, parent: int) -> Front:
    """What each worker process serves; imported there, since prometheus-client must find the folder's name first."""
    from producer.app import create_app

    start_logging()
    _allow_open_files(2 * _CONNECTIONS)
    app = create_app(config)
    _spare_the_collector()
    return Front(app, app.close, parent)


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


def _free_port(host: str, port: int) -> int:
    """The port, or a free one for 0. The workers share it among themselves, so this looks for others at it."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
            0
        ]
        with socket.socket(family, kind) as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
            found: int = probe.getsockname()[1]
            return found
    except OSError as reason:
        raise CannotListen(f"Cannot listen at {host}, port {port}: {reason.strerror or reason}") from reason


@contextmanager
def _metrics_folder(workers: int) -> Iterator[Path | None]:
    """Where several workers add up their numbers; one alone needs no such place."""
    if workers == 1:
        name_metrics_folder(None)
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="tidbok-metrics-", ignore_cleanup_errors=True) as folder:
        name_metrics_folder(Path(folder))
        yield Path(folder)


def _announce_when_ready(host: str, port: int, announce: Callable[[str], None]) -> None:
    while not _is_live(host, port):
        time.sleep(0.02)
    announce(f"http://{f'[{host}]' if ':' in host else host}:{port}")


def _is_live(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
