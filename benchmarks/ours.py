"""The producer in this process: the bytes of a request through its WSGI callable to the bytes of the answer."""

import logging
import os
from collections.abc import Callable
from io import BytesIO
from typing import Any

from benchmarks.calls import Request
from benchmarks.region import Region
from producer.app import create_app
from producer.config import Config
from producer.serving.log import JsonLines


class Refusal(Exception):
    """The answer was not 200."""


class Ours:
    """Everything that `tidbok serve` does for a call, its line in the log too, but for HTTP."""

    def __init__(self, region: Region) -> None:
        self._app = create_app(Config(database=region.url))
        self._log = logging.FileHandler(os.devnull, encoding="utf-8")
        self._log.setFormatter(JsonLines())
        self._logger = logging.getLogger("producer")
        self._logger.addHandler(self._log)
        self._logger.setLevel(logging.INFO)

    def __call__(self, request: Request) -> bytes:
        started = _Started()
        answer = b"".join(self._app(_environ(request), started))
        if started.status != "200 OK":
            raise Refusal(answer[:1000].decode("utf-8", "replace"))
        return answer

    def close(self) -> None:
        self._logger.removeHandler(self._log)
        self._logger.setLevel(logging.NOTSET)
        self._log.close()
        self._app.close()


class _Started:
    """What the application says before it answers."""

    status = ""

    def __call__(self, status: str, _headers: list[tuple[str, str]], _failure: object = None) -> Callable[..., object]:
        self.status = status
        return lambda _data: None


def _environ(request: Request) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": request.path,
        "QUERY_STRING": "",
        "CONTENT_TYPE": "text/xml; charset=utf-8",
        "CONTENT_LENGTH": str(len(request.body)),
        "HTTP_HOST": "127.0.0.1",
        "HTTP_X_RIVTA_ORIGINAL_SERVICECONSUMER_HSAID": "SE2321000016-BENCHC",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(request.body),
    }
