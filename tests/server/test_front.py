"""The front of a worker takes in whole requests before a thread is spent on them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

from producer.serving import arrivals, environ
from producer.serving.front import Front

LIMIT = 15_728_640


@dataclass
class Headers:
    values: list[tuple[str, str]]

    def get(self, name: str, default: str = "") -> str:
        return dict(self.values).get(name, default)

    def __contains__(self, name: str) -> bool:
        return name in dict(self.values)

    def items(self) -> list[tuple[str, str]]:
        return self.values


@dataclass
class Scope:
    headers: Headers
    method: str = "POST"
    path: str = "/soap/å"
    query_string: str = "a=b"
    server: str = "127.0.0.1:8080"
    client: str = "127.0.0.1:50000"
    scheme: str = "http"
    http_version: str = "1.1"
    authority: str | None = None


@dataclass
class Caller:
    """A connection as granian gives it; its pieces come one by one."""

    pieces: list[bytes]
    is_stalled: bool = False
    taken: int = 0
    answers: list[tuple[int, list[tuple[str, str]], bytes]] = field(default_factory=list)

    async def __call__(self) -> bytes:
        return b"".join([piece async for piece in self])

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            self.taken += len(piece)
            yield piece
            await asyncio.sleep(0)
        if self.is_stalled:
            await asyncio.Event().wait()

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.answers.append((status, headers, body))


def tell(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Answers with what it was given."""
    start("200 OK", [("Content-Type", "text/plain")])
    try:
        body = environ["wsgi.input"].read()
    except OSError as reason:
        body = str(reason).encode()
    length = environ.get("CONTENT_LENGTH", "")
    return [environ["PATH_INFO"].encode("latin-1"), b" ", length.encode(), b" ", body[:100]]


def serve(*callers: Caller, app: Any = tell, headers: list[tuple[str, str]] | None = None) -> None:
    async def all_at_once() -> None:
        served = Front(app, lambda: None)
        scopes = [Scope(Headers([("content-length", str(sum(map(len, each.pieces))))])) for each in callers]
        for scope in scopes:
            scope.headers = scope.headers if headers is None else Headers(headers)
        await asyncio.gather(*(served(scope, each) for scope, each in zip(scopes, callers, strict=True)))
        served.close()

    asyncio.run(all_at_once())


def test_a_request_reaches_the_application_whole() -> None:
    caller = Caller([b"ab", b"c"])
    serve(caller)
    assert caller.answers == [(200, [("content-type", "text/plain")], "/soap/å 3 abc".encode())]


def test_a_chunked_request_gets_the_length_that_it_had() -> None:
    caller = Caller([b"ab", b"c"])
    serve(caller, headers=[("transfer-encoding", "chunked")])
    assert caller.answers[0][2] == "/soap/å 3 abc".encode()


def test_a_body_that_is_too_large_is_counted_and_thrown_away() -> None:
    """rule 14"""
    caller = Caller([b"x" * 1_000_000] * 20)
    serve(caller)
    assert caller.answers[0][2] == "/soap/å 20000000 ".encode()


def test_a_body_without_end_is_not_read_to_its_end() -> None:
    """rule 14"""
    caller = Caller([b"x" * 4_000_000] * 100)
    serve(caller, headers=[("transfer-encoding", "chunked")])
    assert len(caller.answers) == 1
    assert caller.taken < 5 * LIMIT


def test_a_caller_that_stalls_is_told_so_and_delays_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "PATIENCE_SECONDS", 0.2)
    stalled = [Caller([b"a"], is_stalled=True) for _ in range(100)]
    quick = Caller([b"abc"])
    serve(*stalled, quick)
    assert quick.answers[0][2].endswith(b"3 abc")
    assert all(b"not complete after" in caller.answers[0][2] for caller in stalled)


def test_large_bodies_that_stall_do_not_delay_small_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "PATIENCE_SECONDS", 0.2)
    stalled = [Caller([b"x" * 100_000], is_stalled=True) for _ in range(100)]
    quick = Caller([b"abc"])
    serve(*stalled, quick, headers=[("transfer-encoding", "chunked")])
    assert quick.answers[0][2].endswith(b"3 abc")
    assert len([caller for caller in stalled if caller.answers]) == 100


def test_an_application_that_breaks_is_answered_for() -> None:
    def broken(_environ: object, _start: object) -> Iterable[bytes]:
        raise MemoryError

    caller = Caller([b"a"])
    serve(caller, app=broken)
    assert caller.answers[0][0] == 500


def test_a_header_with_underscores_does_not_pass_for_the_one_with_dashes() -> None:
    told = environ.environ_of(
        Scope(Headers([("x_forwarded_host", "evil"), ("cookie", "a"), ("x-a", "1"), ("x-a", "2")])), environ.Body()
    )
    assert "HTTP_X_FORWARDED_HOST" not in told
    assert told["HTTP_X_A"] == "1,2"
