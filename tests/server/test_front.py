"""The front of a worker takes in whole requests before a thread is spent on them."""

import asyncio
import re
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

from producer.serving import arrivals, environ, front, kinds, lanes
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


# Too many.


FAULT = b"<faultcode>soap:Server</faultcode>"
HELD_UP_SECONDS = 10


def crowded(scope: Scope, callers: list[Caller], *, first: int, pause: float = 0.05) -> list[str]:
    """The first callers hold up the application until the others have come and waited; returns what was counted."""
    counted: list[str] = []
    go_on = threading.Event()

    def held_up(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        assert go_on.wait(HELD_UP_SECONDS)
        return tell(environ, start)

    async def all_at_once() -> None:
        served = Front(held_up, lambda: None, count_shed=counted.append)
        begun = [asyncio.create_task(served(scope, caller)) for caller in callers[:first]]
        await asyncio.sleep(0.05)
        begun += [asyncio.create_task(served(scope, caller)) for caller in callers[first:]]
        await asyncio.sleep(pause)
        go_on.set()
        await asyncio.gather(*begun)
        served.close()

    asyncio.run(all_at_once())
    return counted


def posted(length: int = 1, **more: Any) -> Scope:
    return Scope(Headers([("content-length", str(length)), ("x-skltp-correlation-id", "abc")]), **more)


def test_more_calls_than_can_wait_are_turned_away_with_a_fault() -> None:
    """Rules 1, 2, 3 and 9."""
    width = lanes.WIDTHS[kinds.Kind.CALL]
    most = width.threads + width.room
    callers = [Caller([b"a"]) for _ in range(most + 20)]
    counted = crowded(posted(), callers, first=most)
    answers = [caller.answers[0] for caller in callers]
    assert [status for status, _, _ in answers] == [200] * most + [500] * 20
    for _, headers, body in answers[most:]:
        assert FAULT in body
        assert b"http://schemas.xmlsoap.org/soap/envelope/" in body
        assert re.search(rb"\(log id [0-9a-f-]{36}\)", body)
        assert ("x-skltp-correlation-id", "abc") in headers
        assert ("content-type", "text/xml; charset=utf-8") in headers
    assert counted == ["full"] * 20


def test_staff_for_whom_there_is_no_time_get_a_sentence() -> None:
    width = lanes.WIDTHS[kinds.Kind.STAFF]
    callers = [Caller([b"a"]) for _ in range(width.threads + width.room + 1)]
    crowded(posted(path="/staff/units"), callers, first=len(callers) - 1)
    status, headers, body = callers[-1].answers[0]
    assert (status, "Försök igen" in body.decode()) == (503, True)
    assert ("retry-after", "5") in headers


@pytest.mark.parametrize(
    ("path", "method"), [("/health/live", "GET"), ("/metrics", "GET"), ("/staff/units", "POST"), ("/", "GET")]
)
def test_calls_that_wait_keep_nobody_else_waiting(path: str, method: str) -> None:
    width = lanes.WIDTHS[kinds.Kind.CALL]
    go_on = threading.Event()

    def held_up(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        assert environ["PATH_INFO"] == path or go_on.wait(HELD_UP_SECONDS)
        return tell(environ, start)

    async def operate() -> Caller:
        served, other = Front(held_up, lambda: None), Caller([])
        waiting = [Caller([b"a"]) for _ in range(width.threads + width.room)]
        tasks = [asyncio.create_task(served(posted(), caller)) for caller in waiting]
        await asyncio.sleep(0.05)
        await asyncio.wait_for(served(posted(0, path=path, method=method), other), 5)
        assert not any(caller.answers for caller in waiting)
        go_on.set()
        await asyncio.gather(*tasks)
        served.close()
        return other

    assert asyncio.run(operate()).answers[0][0] == 200


def test_a_call_that_has_waited_too_long_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "WAIT_SECONDS", 0.5)
    threads = lanes.WIDTHS[kinds.Kind.CALL].threads
    callers = [Caller([b"a"]) for _ in range(threads + 5)]
    counted = crowded(posted(), callers, first=threads, pause=1.0)
    assert [caller.answers[0][0] for caller in callers] == [200] * threads + [500] * 5
    assert counted == ["late"] * 5


def test_places_are_free_again_when_their_calls_are_answered() -> None:
    width = lanes.WIDTHS[kinds.Kind.CALL]
    for_two_rounds = 2 * (width.threads + width.room)

    async def rounds() -> list[Caller]:
        served, callers = Front(tell, lambda: None), [Caller([b"a"]) for _ in range(for_two_rounds)]
        for half in (callers[: for_two_rounds // 2], callers[for_two_rounds // 2 :]):
            await asyncio.gather(*(served(posted(), caller) for caller in half))
        served.close()
        return callers

    assert {caller.answers[0][0] for caller in asyncio.run(rounds())} == {200}


def test_bodies_that_no_memory_is_left_for_are_turned_away_and_small_ones_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """rule 14"""
    monkeypatch.setattr(arrivals, "HELD_AT_MOST", 1_000_000)
    monkeypatch.setattr(arrivals, "PATIENCE_SECONDS", 0.5)
    holding = [Caller([b"x" * 100_000], is_stalled=True) for _ in range(10)]
    large, small = Caller([b"x" * 100_000] * 2), Caller([b"abc"])
    serve(*holding, large, small, headers=[("transfer-encoding", "chunked")])
    assert (large.answers[0][0], FAULT in large.answers[0][2]) == (500, True)
    assert small.answers[0][0] == 200
    assert large.taken == 200_000  # it was heard to its end


def test_memory_is_given_back() -> None:
    async def one_after_another() -> list[Caller]:
        served, callers = Front(tell, lambda: None), [Caller([b"x" * 5_000_000] * 3) for _ in range(40)]
        for caller in callers:
            await served(Scope(Headers([("transfer-encoding", "chunked")])), caller)
        served.close()
        return callers

    assert {caller.answers[0][0] for caller in asyncio.run(one_after_another())} == {200}


def test_a_large_body_must_keep_coming(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others may need the memory that it holds; a small one holds next to none."""
    monkeypatch.setattr(arrivals, "STALL_SECONDS", 0.1)
    monkeypatch.setattr(arrivals, "PATIENCE_SECONDS", 3)
    large, small = Caller([b"x" * 70_000], is_stalled=True), Caller([b"x" * 60_000], is_stalled=True)

    async def both() -> float:
        served = Front(tell, lambda: None)
        scope = Scope(Headers([("transfer-encoding", "chunked")]))
        begun = time.monotonic()
        slow = asyncio.create_task(served(scope, small))
        await served(scope, large)
        took = time.monotonic() - begun
        assert not small.answers
        slow.cancel()
        served.close()
        return took

    assert asyncio.run(both()) < 2
    assert b"too slowly" in large.answers[0][2]
