"""The handler that does next to nothing, so that what is measured is its server."""

from collections.abc import Callable, Iterable
from typing import Any

_ANSWER = b"x" * 1000


def app(environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], object]) -> Iterable[bytes]:
    """Reads the body and answers a kilobyte."""
    environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start_response("200 OK", [("Content-Type", "text/xml; charset=utf-8"), ("Content-Length", str(len(_ANSWER)))])
    return [_ANSWER]


def fronted() -> object:
    """The same handler behind the producer's own front."""
    from producer.serving.front import Front

    return Front(app, lambda: None)
