"""The pages that people and operators open: the front page, the schemas, the health and the numbers."""

import posixpath
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, abort, render_template, request

from producer.soap import schemas
from producer.soap.addresses import base_address
from producer.soap.contracts import CONTRACTS, Contract


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """What the pages ask of the running producer."""

    trouble: Callable[[], str | None]
    numbers: Callable[[], bytes]
    numbers_type: str
    behind_proxy: bool
    contracts: tuple[Contract, ...] = CONTRACTS


def create_site(operation: Operation) -> Flask:
    site = Flask(__name__)
    site.add_url_rule("/", "front", lambda: _front(operation))
    site.add_url_rule("/schemas/<path:path>", "schema", _schema)
    site.add_url_rule("/health/live", "live", lambda: _plain("live\n"))
    site.add_url_rule("/health/ready", "ready", lambda: _ready(operation))
    site.add_url_rule("/metrics", "metrics", lambda: Response(operation.numbers(), content_type=operation.numbers_type))
    return site


def _front(operation: Operation) -> str:
    address = base_address(request.environ, operation.behind_proxy)
    return render_template("front.html", address=address, contracts=operation.contracts)


def _schema(path: str) -> Response:
    content = schemas.files().get(posixpath.normpath(path))
    if content is None:
        abort(404)
    return Response(content, content_type="text/xml; charset=utf-8")


def _ready(operation: Operation) -> Response:
    trouble = operation.trouble()
    return _plain("ready\n") if trouble is None else _plain(f"{trouble}\n", status=503)


def _plain(text: str, status: int = 200) -> Response:
    return Response(text, status=status, content_type="text/plain; charset=utf-8")
