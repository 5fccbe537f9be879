"""The producer as a process of its own, as an operator starts it, and a client that costs little."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Self

from benchmarks.calls import Request

_READY = "Serving Tidbokning at http://"
_PATIENCE_SECONDS = 60
_SECONDS_TO_STOP = 15
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)


class NotServed(Exception):
    """The producer did not start, or what came back was not an answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A producer that accepts connections."""

    host: str
    port: int
    pid: int


@contextmanager
def serving(url: str, log: Path, *more: str) -> Iterator[Server]:
    """`tidbok serve` on a free port until the block ends; what it logs goes to the file."""
    command = [sys.executable, "-m", "producer", "serve", "--port", "0", "--database", url, *more]
    with log.open("wb") as stderr, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr) as process:
        patience = Timer(_PATIENCE_SECONDS, process.kill)
        patience.start()
        try:
            host, port = _address(process, log)
            patience.cancel()
            yield Server(host=host, port=port, pid=process.pid)
        finally:
            patience.cancel()
            _stop(process)


def _address(process: "subprocess.Popen[bytes]", log: Path) -> tuple[str, int]:
    if process.stdout is None:
        raise NotServed("the process has no standard output")
    for line in map(bytes.decode, process.stdout):
        if line.startswith(_READY):
            host, _, port = line.removeprefix(_READY).split()[0].partition(":")
            return host, int(port)
    raise NotServed(log.read_text("utf-8", errors="replace")[-1000:])


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()


class Line:
    """One connection kept alive, for requests whose bytes are ready."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port), timeout=_PATIENCE_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __call__(self, request: Request) -> bytes:
        """The body of a 200; raises NotServed for anything else."""
        self.send(request)
        return self.receive()

    def send(self, request: Request) -> None:
        self._socket.sendall(
            f"POST {request.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml; charset=utf-8\r\n"
            f"Content-Length: {len(request.body)}\r\n\r\n".encode()
            + request.body
        )

    def receive(self) -> bytes:
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._piece(1 << 16)
        head, _, body = received.partition(b"\r\n\r\n")
        size = _LENGTH.search(head)
        if size is None or not head.startswith(b"HTTP/1.1 200"):
            raise NotServed(received[:1000].decode("utf-8", "replace"))
        pieces, missing = [body], int(size[1]) - len(body)
        while missing > 0:
            pieces.append(self._piece(min(missing, 1 << 20)))
            missing -= len(pieces[-1])
        return b"".join(pieces)

    def _piece(self, most: int) -> bytes:
        piece = self._socket.recv(most)
        if not piece:
            raise NotServed("the connection was closed before the whole answer")
        return piece

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
