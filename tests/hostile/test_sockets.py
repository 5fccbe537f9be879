import json
import select
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from hostile.letters import PATIENTS
from hostile.oddities import PLAIN
from hostile.verdicts import answer_of, fault_of
from hostile.wire import Server, post, post_in_chunks, replies_in

BODY = PLAIN.encode()
SIZE = len(BODY)
CHUNKED = post_in_chunks(BODY, 100)
SLOW_CALLERS = 100
QUICK_SECONDS = 15.0  # a call takes two milliseconds; a caller in a queue behind the slow ones would wait for a minute


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real process, which must still run at the end, stop when it is asked to, and have had nothing to complain of."""
    with Server(tmp_path_factory.mktemp("hostile")) as running:
        yield running
        assert running.process.poll() is None
    assert running.process.returncode == 0
    told = running.log.read_text().splitlines()
    welcome = [line for line in told if line.startswith("The staff pages are at /staff/")]
    assert len(welcome) == 1
    lines = [json.loads(line) for line in told if line not in welcome]
    assert [line for line in lines if line["level"] not in ("info", "warning") or "traceback" in line] == []
    assert not [patient for patient in PATIENTS if patient in running.log.read_text()]


@pytest.fixture(autouse=True)
def alive(server: Server) -> Iterator[None]:
    """After whatever was sent, the next caller is answered."""
    yield
    (reply,) = replies_in(server.say(post(BODY)))
    assert len(answer_of(reply))


ANSWERED = {
    "as usual": post(BODY),
    "a length with noughts before": post(BODY, length=f"{'0' * 30}{SIZE}"),
    "the same length twice": post(BODY, f"Content-Length: {SIZE}"),
    "chunks of one byte": post_in_chunks(BODY, 1),
    "chunks of a hundred bytes": CHUNKED,
    "one chunk": post_in_chunks(BODY, SIZE),
    "chunks with extensions": CHUNKED.replace(b"64\r\n", b"64;a=b\r\n"),
    "chunks with sizes in capitals and noughts": post_in_chunks(BODY, 0xAB).replace(b"\r\nab\r\n", b"\r\n00AB\r\n"),
    "chunks with a trailer": post_in_chunks(BODY, 100, ending=b"0\r\nX-Trailer: a\r\n\r\n"),
    "HTTP 1.0": post(BODY).replace(b"HTTP/1.1", b"HTTP/1.0"),
    "Connection: close": post(BODY, "Connection: close"),
    "no Host": post(BODY).replace(b"Host: 127.0.0.1\r\n", b""),
    "header names in capitals": post(BODY).replace(b"Content-Type", b"CONTENT-TYPE"),
    "no blank after the colons": post(BODY).replace(b": ", b":", 3),
    "a header of 100,000 letters": post(BODY, f"X-Long: {'a' * 100_000}"),
    "fifty headers": post(BODY, *(f"X-{number}: a" for number in range(50))),
    "a correlation id of other letters": post(BODY, "x-skltp-correlation-id: \xe5\xe4\xf6"),
    "a header that would pass for another": post(BODY, "Content_Length: 1", "Content_Type: application/json"),
    "escaped bytes in the path": post(BODY, path="/soap/%2f%00%ff%e5%0d%0a"),
    "half an escape in the path": post(BODY, path="/soap/%zz%"),
    "dots in the path": post(BODY, path="/crm/../../x"),
    "the whole address as path": post(BODY, path="http://elsewhere.example/soap"),
    "a query": post(BODY, path="/soap?wsdl&a=%00%ff"),
    "an unknown expectation": post(BODY, "Expect: 200-ok"),
    "an upgrade to HTTP 2": post(
        BODY, "Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABk"
    ),
}


@pytest.mark.parametrize("content", ANSWERED.values(), ids=ANSWERED)
def test_odd_http_is_answered_like_any_other(server: Server, content: bytes) -> None:
    """Rules 5 and 12."""
    (reply,) = replies_in(server.say(content))
    (plain,) = replies_in(server.say(post(BODY)))
    answer_of(reply)
    assert reply.body == plain.body


FAULTS = {
    "20 MB": (post(b" " * 20_000_000), "larger than"),
    "20 MB in chunks": (post_in_chunks(b" " * 20_000_000, 1 << 16), "larger than"),
    "70 MB": (post(b" " * 70_000_000), "larger than"),
    "a length that is too short": (post(BODY, length=SIZE - 10), "not well-formed"),
    "neither length nor chunks": (post(BODY).partition(b"Content-Length")[0] + b"\r\n", "no body"),
    "a length of nought": (post(b""), "no body"),
    "compressed": (post(BODY, "Content-Encoding: gzip"), "Content-Encoding"),
    "half the message": (post(BODY[: SIZE // 2]), "not well-formed"),
    "half the message in chunks": (post_in_chunks(BODY[: SIZE // 2], 10), "not well-formed"),
    "JSON": (post(b"{}").replace(b"text/xml", b"application/json"), "Content-Type"),
    "no content type, and no XML": (post(b"{}").replace(b"Content-Type: text/xml\r\n", b""), "not well-formed"),
}


@pytest.mark.parametrize(("content", "says"), FAULTS.values(), ids=FAULTS)
def test_a_body_that_cannot_be_is_told_so_in_soap(server: Server, content: bytes, says: str) -> None:
    """Rules 1, 2, 3 and 14."""
    reply = replies_in(server.say(content))[0]
    fault = fault_of(reply)
    assert fault.code == "Client"
    assert says in fault.text


NO_HTTP = {
    "a word for a length": post(BODY, length="abc"),
    "a negative length": post(BODY, length="-1"),
    "a signed length": post(BODY, length=f"+{SIZE}"),
    "a length beyond numbers": post(BODY, length="9" * 30),
    "two different lengths": post(BODY, f"Content-Length: {SIZE - 3}"),
    "an unknown transfer encoding": post(BODY, "Transfer-Encoding: xchunked"),
    "a compressed transfer": post(BODY, "Transfer-Encoding: gzip"),
    "HTTP 0.9": b"GET /\r\n\r\n",
    "TLS": bytes.fromhex("16030100a5010000a10303") + b"\x8f" * 160,
    "noise": b"\x8f\x00\xff" * 300 + b"\r\n\r\n",
    "a folded header": post(BODY, "X-Folded: a\r\n b"),
    "a blank before a colon": post(BODY, "X-Blank : a"),
    "a NUL in a header": post(BODY, "X-Nul: a\0b"),
    "a carriage return in a header": post(BODY, "X-Return: a\rb"),
    "a header without name": post(BODY, ": a"),
    "a header without colon": post(BODY, "nothing"),
    "five thousand headers": post(BODY, *(f"X-{number}: a" for number in range(5000))),
    "a path of 100,000 letters": post(BODY, path="/soap/" + "a" * 100_000),
    "a path with a blank": post(BODY, path="/soap a"),
    "a path of raw bytes": post(BODY, path="/soap/\xe5\xff"),
    "a method of raw bytes": post(BODY).replace(b"POST", b"P\xe5ST"),
}


@pytest.mark.parametrize("content", NO_HTTP.values(), ids=NO_HTTP)
def test_what_is_no_http_is_refused_before_it_is_read_as_soap(server: Server, content: bytes) -> None:
    (reply,) = replies_in(server.say(content))
    assert 400 <= reply.status < 500
    assert reply.body == b""


BROKEN_OFF = {
    "a message that is shorter than its length": post(BODY, length=SIZE + 10),
    "a message cut in half": post(BODY)[:-300],
    "headers cut in half": post(BODY)[:60],
    "one byte": b"P",
    "nothing": b"",
    "a chunk cut in half": CHUNKED[:-200],
    "HTTP 2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}


@pytest.mark.parametrize("content", BROKEN_OFF.values(), ids=BROKEN_OFF)
def test_a_caller_who_breaks_off_is_let_go_at_once(server: Server, content: bytes) -> None:
    begun = time.monotonic()
    assert [reply for reply in replies_in(server.say(content, closing=True)) if reply.status < 400] == []
    assert time.monotonic() - begun < QUICK_SECONDS


BROKEN_CHUNKS = {
    "a size that is no number": CHUNKED.replace(b"64\r\n", b"zz\r\n", 1),
    "a size beyond numbers": CHUNKED.replace(b"64\r\n", b"F" * 20 + b"\r\n", 1),
    "a negative size": CHUNKED.replace(b"64\r\n", b"-64\r\n", 1),
    "a size that is too small": CHUNKED.replace(b"64\r\n", b"10\r\n", 1),
    "chunks that are none": post(BODY, "Transfer-Encoding: chunked"),
}


@pytest.mark.parametrize("content", BROKEN_CHUNKS.values(), ids=BROKEN_CHUNKS)
def test_chunks_that_do_not_fit_are_no_request(server: Server, content: bytes) -> None:
    replies = replies_in(server.say(content))
    assert len(replies) <= 1
    assert [reply.status for reply in replies if reply.status < 400] == []


def test_pipelined_requests_are_answered_in_their_order(server: Server) -> None:
    """Rule 6: faults among them too, on one connection."""
    bodies = [BODY, b"x", b"", BODY[:100]] * 25
    asked = b"".join(post(body, f"x-skltp-correlation-id: {place}") for place, body in enumerate(bodies))
    replies = replies_in(server.say(asked, answers=len(bodies)))
    assert [reply.headers["x-skltp-correlation-id"] for reply in replies] == [
        str(place) for place in range(len(bodies))
    ]
    assert [reply.status for reply in replies] == [200, 500, 500, 500] * 25


def test_a_connection_outlives_a_fault(server: Server) -> None:
    """Rule 6."""
    with server.connect() as connection:
        for body in (b"<a", BODY, b" " * 20_000_000, BODY):
            connection.sendall(post(body))
            heard = b""
            while not replies_in(heard):
                heard += connection.recv(1 << 16)
        assert answer_of(replies_in(heard)[0]) is not None


def test_a_caller_who_waits_for_leave_gets_it(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(post(b"", "Expect: 100-continue", length=SIZE))
        assert select.select([connection], [], [], QUICK_SECONDS)[0]
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 100 ")
        connection.sendall(BODY)
        (reply,) = replies_in(connection.recv(1 << 16))
        assert len(answer_of(reply))


def test_a_body_may_come_byte_by_byte(server: Server) -> None:
    content = post(BODY)
    (reply,) = replies_in(server.say(*(content[at : at + 1] for at in range(len(content))), pause=0.001))
    assert len(answer_of(reply))


SLOW = {
    "bodies": post(BODY)[:-300],
    "chunks": CHUNKED[:-200],
    "headers": b"POST /soap HTTP/1.1\r\nHost: 127.0.0.1\r\nX-",
    "to begin": b"",
    "large bodies": post(b" " * 200_000, length=15_000_000),
    "to listen": post(BODY) * 200,
}


@pytest.mark.parametrize("beginning", SLOW.values(), ids=SLOW)
def test_a_hundred_slow_callers_do_not_hold_up_a_quick_one(server: Server, beginning: bytes) -> None:
    with ExitStack() as slow:
        for _ in range(SLOW_CALLERS):
            connection = slow.enter_context(server.connect())
            connection.settimeout(0.05)
            try:
                connection.sendall(beginning)
            except TimeoutError:  # the server does not take more from one who does not listen
                continue
        for _ in range(5):
            begun = time.monotonic()
            assert b" 200 " in _first_of(server)
            assert time.monotonic() - begun < QUICK_SECONDS


def _first_of(server: Server) -> bytes:
    with server.connect() as connection:
        connection.sendall(post(BODY))
        return connection.recv(1 << 16)


def test_callers_who_slam_the_door_leave_nothing_behind(server: Server) -> None:
    for content in (post(BODY), post(BODY)[:-300], CHUNKED[:-20], b"POST /so"):
        for _ in range(25):
            server.say_and_slam(content)
