"""The connections that callers have open to this process, and which of them have asked for anything.

When granian stops, it ends a connection that has carried a call, but waits for one that never has; browsers and
platforms open such ones beforehand. Its connections are no objects of Python's, so they are found among the open files.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

_OPEN_FILES: Final = Path("/dev/fd")
_FORGET_AT: Final = 1024


class Connections:
    """The connections accepted at a port."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._heard: set[str] = set()
        self._forget_at = _FORGET_AT

    def note(self, caller: str) -> None:
        """A call has come from this address. It is forgotten some time after its connection has ended."""
        self._heard.add(_without_zone(caller))
        if len(self._heard) >= self._forget_at:
            self._heard &= {caller for caller, _ in self._accepted()}
            self._forget_at = max(_FORGET_AT, 2 * len(self._heard))

    def end_silent(self) -> None:
        """Ends what has carried no call; a request that has come whole, but was not seen yet, can still be read."""
        for caller, connection in self._accepted():
            if caller not in self._heard:
                _end(connection, socket.SHUT_RD)

    def end_all(self) -> None:
        """Ends every connection, whatever is under way there."""
        for _, connection in self._accepted():
            _end(connection, socket.SHUT_RDWR)

    def _accepted(self) -> Iterator[tuple[str, socket.socket]]:
        for found in _sockets():
            with suppress(OSError):  # it leads nowhere, or no longer
                if found.getsockname()[1:2] == (self._port,):
                    yield _address(*found.getpeername()[:2]), found


def _sockets() -> Iterator[socket.socket]:
    """Every socket among the open files, where the system lists these as files."""
    if not _OPEN_FILES.is_dir():
        return
    for each in list(_OPEN_FILES.iterdir()):
        with suppress(OSError), _socket(int(each.name)) as found:
            yield found


def _socket(number: int) -> socket.socket:
    """Another handle of an open file that is a socket, so that the first can be closed meanwhile."""
    copied = os.dup(number)
    try:
        return socket.socket(fileno=copied)
    except OSError:
        os.close(copied)
        raise


def _end(connection: socket.socket, ways: int) -> None:
    with suppress(OSError):  # its caller was faster
        connection.shutdown(ways)


def _address(host: str, port: int) -> str:
    """As granian writes it."""
    return _without_zone(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")


def _without_zone(address: str) -> str:
    """Whom a network card is named for differs between the two."""
    host, zone, rest = address.partition("%")
    return f"{host}]{rest.rpartition(']')[2]}" if zone else address
