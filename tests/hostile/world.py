"""A whole producer in memory, and a way to see whether a request has left anything behind."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from keeping import kept

from hostile.probe import Headers
from producer.app import assembled
from producer.config import Config
from producer.services.staff.signing_in import cookie_key
from producer.soap.handlers import handlers
from producer.store.engine import new_database
from producer.store.schema import upgrade_open
from producer.store.seeding import seed

CLINIC = Path(__file__).with_name("clinic")
CLEARED_CONSUMER = "SE2321000016-1077"
TODAY = date(2026, 3, 2)
_SPECIAL = ("CONTENT_TYPE", "CONTENT_LENGTH")


@dataclass(frozen=True, kw_only=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class World:
    """The application over its own database; what is in the database can be told and put back."""

    def __init__(self, url: str) -> None:
        config = Config(agent_consumers=frozenset({CLEARED_CONSUMER}))
        self._database = new_database(url)
        upgrade_open(self._database)
        seed(self._database, CLINIC, TODAY)
        cookie_key(self._database)  # which the first staff page would make
        self.app = assembled(config, handlers(self._database, config), self._database)
        self._kept = kept(self._database)
        self._content = self._dump()

    def close(self) -> None:
        self.app.close()

    def send(
        self,
        body: bytes,
        *,
        method: str = "POST",
        path: str = "/soap",
        query: str = "",
        headers: Headers = (),
        more: Mapping[str, Any] | None = None,
    ) -> Reply:
        """A request as the server hands it to the application; `more` is laid over its environment."""
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, given: list[tuple[str, str]], _: object = None) -> object:
            started.append((status, given))
            return None

        environ = {**_environ(body, method, path, query, headers), **(more or {})}
        parts = b"".join(self.app(environ, start_response))
        ((status, given),) = started
        assert len({name.lower() for name, _ in given}) == len(given)
        return Reply(status=int(status[:3]), headers={name.lower(): value for name, value in given}, body=parts)

    def changes(self) -> list[str]:
        """What differs from the beginning but the log of who looked; it is read only if anything was written at all."""
        if not self._kept.is_touched():
            return []
        now, then = self._dump(), self._content
        return [f"- {row}" for row in then if row not in now] + [f"+ {row}" for row in now if row not in then]

    def restore(self) -> None:
        """Back to the beginning, if anything was written."""
        self._kept.restore()

    def _dump(self) -> list[str]:
        return [line for line in self._kept.dump() if not line.startswith('INSERT INTO "access_log"')]

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        return self._kept.rows(statement)


def _environ(body: bytes, method: str, path: str, query: str, headers: Headers) -> dict[str, Any]:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8080",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers:
        key = name.upper().replace("-", "_")
        environ[key if key in _SPECIAL else f"HTTP_{key}"] = value
    return environ
