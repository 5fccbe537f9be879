"""The serving process: a port, a line when calls there are answered, and a supervisor of workers."""

import logging
import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from producer.config import Config, name_metrics_folder
from producer.serving.log import start_logging
from producer.serving.signals import stop_once
from producer.serving.supervisor import CannotServe, Supervisor
from producer.serving.worker import Make, make_producer, work

__all__ = ["CannotServe", "run"]
_LOG = logging.getLogger(__name__)
_SHARES_PORTS: Final = sys.platform == "linux"
"""Elsewhere a socket that only has the port may be given the callers too."""


def run(config: Config, announce: Callable[[str], None], make: Make = make_producer) -> None:
    """Serves until it is told to stop; `announce` gets the address once a call would be answered."""
    with _place(config.host, config.port) as (host, port):
        start_logging()
        workers = 1 if sys.platform == "win32" else config.workers  # Windows has no port that processes share
        with _metrics_folder(workers) as folder:
            settled = replace(config, host=host, port=port, workers=workers, metrics_folder=folder)
            tell = partial(_tell, announce, _address(config, port))
            supervisor = Supervisor(partial(work, settled, make), workers, tell)
            stop_once()
            supervisor.run()


@contextmanager
def _place(host: str, port: int) -> Iterator[tuple[str, int]]:
    """The address in numbers, and the port, or a free one for 0; the port is kept from everybody else meanwhile.

    The workers share the port among themselves, so that nobody else is there must be found out here.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
            0
        ]
        with socket.socket(family, kind) as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
            found = probe.getsockname()
        keeper = _keeper(family, kind, address if port == 0 else found)
    except (OSError, UnicodeError) as reason:
        why = getattr(reason, "strerror", None) or reason
        raise CannotServe(f"Cannot listen at {host}, port {port}: {why}") from reason
    with keeper:
        place = keeper.getsockname() if _SHARES_PORTS else found
        yield place[0], place[1]


def _keeper(family: int, kind: int, address: Any) -> socket.socket:
    """Has the port without listening there, so that a start that takes any free port does not get this one."""
    keeper = socket.socket(family, kind)
    if _SHARES_PORTS:
        try:
            keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            keeper.bind(address)
        except OSError:
            keeper.close()
            raise
    return keeper


def _address(config: Config, port: int) -> str:
    host = f"[{config.host}]" if ":" in config.host else config.host
    return f"{'https' if config.tls_cert else 'http'}://{host}:{port}"


def _tell(announce: Callable[[str], None], address: str) -> None:
    """A server is of use though nobody reads where it is."""
    try:
        announce(address)
    except OSError as reason:
        port = address.rpartition(":")[2]
        _LOG.warning("Serving at port %s, which could not be told on stdout: %s", port, reason.strerror)
        _send_stdout_nowhere()


def _send_stdout_nowhere() -> None:
    """What could not be written stays in its buffer, and would be tried again and fail at the end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


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
