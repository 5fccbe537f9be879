"""Raw bytes to a real server process and back, where a client library would be too polite."""

import re
import select
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from hostile.world import CLINIC, Reply

_READY = re.compile(r"Serving Tidbokning at http://([0-9.]+):(\d+)")
PATIENCE = 20.0


@dataclass
class Server:
    """A `tidbok serve` of its own on a database of its own; ended by its own process id."""

    folder: Path
    port: int = 0
    process: subprocess.Popen[str] = field(init=False)

    def __enter__(self) -> Self:
        database = ["--database", f"sqlite:///{self.folder / 'hostile.db'}"]
        subprocess.run([sys.executable, "-m", "producer", "seed", str(CLINIC), *database], check=True, timeout=60)
        with self.log.open("w") as log:
            command = [sys.executable, "-m", "producer", "serve", "--port", "0", *database]
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        assert self.process.stdout is not None
        ready = _READY.match(self.process.stdout.readline())
        if ready is None:
            self.process.kill()
            raise AssertionError(self.log.read_text())
        self.port = int(ready[2])
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        assert self.process.stdout is not None
        self.process.stdout.close()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE)

    def say(self, *pieces: bytes, pause: float = 0.0, closing: bool = False, answers: int = 1) -> bytes:
        """All that comes back until the server closes, or falls silent after so many whole answers."""
        with self.connect() as connection:
            _send(connection, pieces, pause)
            if closing:
                connection.shutdown(socket.SHUT_WR)
            return _all_of(connection, answers)

    def say_and_slam(self, content: bytes) -> None:
        """Sends and resets the connection without waiting for anything."""
        with self.connect() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.sendall(content)


def _send(connection: socket.socket, pieces: Iterable[bytes], pause: float) -> None:
    try:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)
    except (BrokenPipeError, ConnectionResetError):
        return  # the server has heard enough; what it said is still to be read


def _all_of(connection: socket.socket, answers: int) -> bytes:
    heard = bytearray()
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        quiet = 0.05 if len(replies_in(bytes(heard))) >= answers else PATIENCE
        if not select.select([connection], [], [], quiet)[0]:
            break
        try:
            piece = connection.recv(1 << 16)
        except ConnectionResetError:
            break
        if not piece:
            break
        heard += piece
    return bytes(heard)


def replies_in(heard: bytes) -> list[Reply]:
    """The whole answers among the bytes, in order."""
    replies: list[Reply] = []
    while heard.startswith(b"HTTP/1."):
        head, ended, rest = heard.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", "0"))
        status = int(first.split()[1])
        if not ended or len(rest) < length:
            break
        if status >= 200:
            replies.append(Reply(status=status, headers=headers, body=rest[:length]))
            heard = rest[length:]
        else:
            heard = rest
    return replies


def post(body: bytes, *headers: str, path: str = "/soap", length: int | str | None = None) -> bytes:
    """A POST as it goes over the wire."""
    size = len(body) if length is None else length
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: text/xml", f"Content-Length: {size}", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def post_in_chunks(body: bytes, size: int, *headers: str, ending: bytes = b"0\r\n\r\n") -> bytes:
    chunks = (body[start : start + size] for start in range(0, len(body), size))
    lines = ["POST /soap HTTP/1.1", "Host: 127.0.0.1", "Content-Type: text/xml", "Transfer-Encoding: chunked", *headers]
    content = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + content + ending
