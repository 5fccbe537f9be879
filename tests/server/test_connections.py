"""A stop ends the connections that never asked for anything, and no others."""

import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from producer.serving import connections
from producer.serving.connections import Connections

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows does not list open files as files")


@pytest.fixture(params=["127.0.0.1", "::1"])
def listener(request: pytest.FixtureRequest) -> Iterator[socket.socket]:
    try:
        listening = socket.create_server(
            (request.param, 0), family=socket.AF_INET6 if ":" in request.param else socket.AF_INET
        )
    except OSError:
        pytest.skip(f"this machine does not answer at {request.param}")
    with listening:
        listening.settimeout(5)
        yield listening


class Pair:
    """Both ends of a connection."""

    def __init__(self, listener: socket.socket, opened: ExitStack) -> None:
        self.caller = opened.enter_context(socket.create_connection(listener.getsockname()[:2], timeout=5))
        accepted, address = listener.accept()
        self.accepted = opened.enter_context(accepted)
        self.accepted.settimeout(0.2)
        host, port = address[:2]
        self.address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def test_only_what_has_carried_no_call_is_ended(listener: socket.socket) -> None:
    known = Connections(listener.getsockname()[1])
    with ExitStack() as opened:
        heard, silent, whole = (Pair(listener, opened) for _ in range(3))
        whole.caller.sendall(b"a request that nobody has seen yet")
        known.note(heard.address)
        known.end_silent()
        assert silent.accepted.recv(10) == b""
        assert whole.accepted.recv(100) == b"a request that nobody has seen yet"
        with pytest.raises(TimeoutError):
            heard.accepted.recv(10)
        heard.accepted.sendall(b"an answer")
        assert heard.caller.recv(10) == b"an answer"


def test_in_the_end_everything_is_ended_but_not_at_other_ports(listener: socket.socket) -> None:
    known = Connections(listener.getsockname()[1])
    with ExitStack() as opened:
        elsewhere = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
        heard, other = Pair(listener, opened), Pair(elsewhere, opened)
        known.note(heard.address)
        known.end_all()
        assert heard.caller.recv(10) == b""
        with pytest.raises(TimeoutError):
            other.accepted.recv(10)


def test_callers_that_are_gone_are_forgotten(listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_FORGET_AT", 3)
    known = Connections(listener.getsockname()[1])
    with ExitStack() as opened:
        here = Pair(listener, opened)
        for caller in (here.address, "192.0.2.1:1", "192.0.2.2:2"):
            known.note(caller)
        assert known._heard == {here.address}


def test_an_address_is_the_same_whatever_its_network_card_is_named() -> None:
    known = Connections(1)
    known.note("[fe80::1%2]:80")
    assert known._heard == {connections._address("fe80::1%eth0", 80)}
