"""A balancer as operators put before several hosts: connections in turn to those who take them."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from threading import Thread
from urllib.parse import urlsplit

_PIECE = 1 << 16
_CONNECT_SECONDS = 2


class Balancer:
    """Passes bytes on; a connection whose host goes away ends, and its caller asks again."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._hosts = [(str(urlsplit(each).hostname), urlsplit(each).port or 80) for each in addresses]
        self._turns = count()
        self._door = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.address = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        Thread(target=self._attend, daemon=True).start()

    def close(self) -> None:
        self._door.close()

    def _attend(self) -> None:
        with suppress(OSError):  # the door is closed
            while True:
                caller, _ = self._door.accept()
                Thread(target=self._pass_on, args=(caller,), daemon=True).start()

    def _pass_on(self, caller: socket.socket) -> None:
        with caller:
            host = self._next_host()
            if host is None:
                return
            with host:
                back = Thread(target=_pump, args=(host, caller), daemon=True)
                back.start()
                _pump(caller, host)
                back.join()

    def _next_host(self) -> socket.socket | None:
        first = next(self._turns)
        for place in range(len(self._hosts)):
            with suppress(OSError):
                found = socket.create_connection(self._hosts[(first + place) % len(self._hosts)], _CONNECT_SECONDS)
                found.settimeout(None)
                return found
        return None


def _pump(giver: socket.socket, taker: socket.socket) -> None:
    with suppress(OSError):
        while piece := giver.recv(_PIECE):
            taker.sendall(piece)
    for each in (taker, giver):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


@contextmanager
def balanced(*addresses: str) -> Iterator[str]:
    """The one address of several hosts."""
    balancer = Balancer(addresses)
    try:
        yield balancer.address
    finally:
        balancer.close()
