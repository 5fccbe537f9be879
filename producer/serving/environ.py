"""A request that has come whole, as WSGI tells it."""

import io
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from wsgiref.types import WSGIEnvironment

_WITHOUT_PREFIX: Final = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    """A request's body; one that was too large has its size only, one that did not arrive says why."""

    content: bytes = b""
    size: int = 0
    missing: str = ""


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
        "wsgi.input": _Missing(body.missing) if body.missing else io.BytesIO(body.content),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    environ |= _headers(scope.headers.items(), scope.authority)
    if not body.missing:
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


class _Missing(io.RawIOBase):
    """A body that did not arrive."""

    def __init__(self, why: str) -> None:
        self._why = why

    def readable(self) -> bool:
        return True

    def read(self, _size: int = -1) -> bytes:
        raise TimeoutError(self._why)
