"""A small Engagemangsindex for tests and demos: takes Update as the national one does, and shows what it has."""

import logging
import posixpath
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, abort, jsonify, render_template, request
from lxml import etree

from producer.clock import swedish_time
from producer.config import Config
from producer.index.judgement import Code, Judge, Refused
from producer.index.posts import Effect, Entry, Posts, fields_of
from producer.soap import envelope, schemas
from producer.soap.addresses import base_address
from producer.soap.bodies import body_of
from producer.soap.codec import encode, masked, wall_time
from producer.soap.contracts import UPDATE
from producer.soap.document import root_of
from producer.soap.engine import Engine
from producer.soap.faults import ClientFault
from producer.soap.index_messages import EngagementTransactionType, UpdateResponse
from producer.soap.messages import ResultCode

_LOG = logging.getLogger(__name__)
_SHOWN: Final = 200
_RELOAD_SECONDS: Final = 5
_XML: Final = "text/xml; charset=utf-8"
_STATUS: Final = {False: "200 OK", True: "500 Internal Server Error"}
_POLICY: Final = "default-src 'none'; style-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'"
_EFFECTS: Final = {
    Effect.CREATED: "Ny",
    Effect.UPDATED: "Ändrad",
    Effect.UNCHANGED: "Redan så",
    Effect.DELETED: "Borttagen",
    Effect.WAS_GONE: "Fanns inte",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Receiver:
    """The WSGI application: a POST is a call whatever its path, all else a page."""

    soap: WSGIApplication
    site: WSGIApplication

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return (self.soap if environ["REQUEST_METHOD"] == "POST" else self.site)(environ, start_response)

    def close(self) -> None:
        """Nothing outlives the process."""

    def count_shed(self, reason: str, /) -> None:
        """It keeps no numbers."""


def create_receiver(config: Config, now: Callable[[], datetime] = swedish_time) -> Receiver:
    """An index without posts, which is called by the address that producers are told to call."""
    posts = Posts(config.index_address)
    return Receiver(
        soap=_Soap(Judge(address=config.index_address), posts, now), site=_site(config.index_address, posts)
    )


class _Soap:
    def __init__(self, judge: Judge, posts: Posts, now: Callable[[], datetime]) -> None:
        self._judge = judge
        self._posts = posts
        self._now = now
        self._engine = Engine([UPDATE])

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        call = _Call(judge=self._judge, posts=self._posts, now=self._now)
        try:
            call.open(environ)
            parts = self._engine.run(call)
        except Exception as reason:  # noqa: BLE001 - whatever it is, the caller gets a fault and the log the rest
            parts = self._engine.fault(*call.blame(reason))
        body = b"".join(parts)
        start_response(_STATUS[call.fault is not None], [("Content-Type", _XML), ("Content-Length", str(len(body)))])
        _LOG.info("Update with %s posts: %s", call.count, call.fault or "OK")
        return [body]


@dataclass(slots=True, kw_only=True)
class _Call:
    """One call on its way through the engine."""

    judge: Judge
    posts: Posts
    now: Callable[[], datetime]
    blocks: list[etree._Element] = field(default_factory=list)
    body: Any = None
    count: int = 0
    fault: str | None = None

    def open(self, environ: WSGIEnvironment) -> None:
        opened = envelope.opened(root_of(body_of(environ), environ.get("CONTENT_TYPE", "")))
        self.blocks, self.body = opened.blocks, opened.body
        self.count = len(self.body)
        if self.body.tag != UPDATE.request_qname:
            raise Refused(Code.SCHEMA, f"the body is not {UPDATE.request_qname}")

    def read(self) -> tuple[EngagementTransactionType, ...]:
        envelope.check_understood(self.blocks)
        return self.judge.transactions(self.body, _address_in(self.blocks))

    def perform(self, call: tuple[EngagementTransactionType, ...]) -> bytes:
        self.posts.take(call, self.now())
        return encode(UpdateResponse(ResultCode=ResultCode.OK))

    def blame(self, reason: Exception) -> tuple[str, str]:
        """Whatever is wrong is a fault of the server, as the national index has it."""
        if isinstance(reason, Refused):
            self.fault = str(reason)
        elif isinstance(reason, ClientFault):
            self.fault = f"{Code.TECHNICAL}: {masked(reason.text)}"
        else:
            _LOG.error("An Update failed", exc_info=reason)
            self.fault = f"{Code.TECHNICAL}: the index failed to answer; its log tells why"
        return "Server", self.fault


def _address_in(blocks: list[etree._Element]) -> str:
    try:
        return envelope.logical_address(blocks)
    except ClientFault as reason:
        raise Refused(Code.WRONG_INDEX, masked(reason.text)) from reason


def _site(address: str, posts: Posts) -> Flask:
    site = Flask(__name__)
    site.add_url_rule("/", "posts", lambda: _page(address, posts))
    site.add_url_rule("/posts.json", "posts_as_data", lambda: jsonify(_as_data(posts)))
    site.add_url_rule(UPDATE.path, "wsdl", _wsdl)
    site.add_url_rule("/schemas/<path:path>", "schema", _schema)
    site.add_template_filter(_written, "moment")
    site.after_request(_guarded)
    return site


def _written(ts: str | None) -> str:
    return "" if ts is None else wall_time(ts).strftime("%Y-%m-%d %H:%M")


def _page(address: str, posts: Posts) -> Response:
    held, journal = posts.held(), posts.journal()
    reloads = "reload" in request.args
    page = Response(
        render_template(
            "posts.html",
            address=address,
            url=f"{base_address(request.environ, behind_proxy=False)}{UPDATE.path}",
            posts=held[:_SHOWN],
            count=len(held),
            journal=journal[: -_SHOWN - 1 : -1],
            effects=_EFFECTS,
            reloads=reloads,
            seconds=_RELOAD_SECONDS,
        )
    )
    if reloads:
        page.headers["Refresh"] = str(_RELOAD_SECONDS)
    return page


def _as_data(posts: Posts) -> dict[str, list[dict[str, Any]]]:
    return {
        "posts": [dict(fields_of(post)) for post in posts.held()],
        "journal": [_entry_as_data(entry) for entry in posts.journal()],
    }


def _entry_as_data(entry: Entry) -> dict[str, Any]:
    return {
        "call": entry.call,
        "at": entry.at.isoformat(timespec="seconds"),
        "effect": entry.effect,
        "post": dict(fields_of(entry.post)),
    }


def _wsdl() -> Response:
    query = request.query_string.decode("latin-1").lower()
    if query not in ("wsdl", "singlewsdl"):
        return Response("POST an Update to this address; ?wsdl gives its WSDL.\n", 405, {"Allow": "POST"}, "text/plain")
    write = schemas.wsdl if query == "wsdl" else schemas.single_wsdl
    address = f"{base_address(request.environ, behind_proxy=False)}{UPDATE.path}"
    return Response(write(UPDATE, address), content_type=_XML)


def _schema(path: str) -> Response:
    content = schemas.files().get(posixpath.normpath(path))
    if content is None:
        abort(404)
    return Response(content, content_type=_XML)


def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
