"""`tidbok serve` as a process: it starts, answers over connections that last, and stops without losing a call."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from producer.soap import messages as m
from server.calling import ADDRESS, UNIT, letter

PING = letter(m.PingForConfiguration(serviceContractNamespace="urn:x", logicalAddress=UNIT), ADDRESS)
SECONDS = 30


@dataclass(frozen=True)
class Served:
    process: subprocess.Popen[str]
    ready_line: str
    folder: Path

    @property
    def port(self) -> int:
        return int(self.ready_line.split()[3].rpartition(":")[2])

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        with closing(self.connect()) as connection:
            connection.request(method, path, body, {"Content-Type": "text/xml; charset=utf-8"})
            reply = connection.getresponse()
            return reply.status, reply.read()

    def log(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in (self.folder / "log").read_text("utf-8").splitlines()]


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "producer", *arguments]


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TIDBOK_", "PROMETHEUS_"))}
    return {**kept, "PYTHONPATH": str(Path(__file__).parents[2]), **more}


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[Served]:
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            command("serve", "--port", "0", *arguments),
            cwd=folder,
            env=environment(TMPDIR=str(folder)),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        yield Served(process, process.stdout.readline(), folder)
    finally:
        process.terminate()
        process.communicate(timeout=SECONDS)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("served"), "--demo") as served:
        yield served


def run(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        cwd=folder,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def test_the_ready_line_gives_the_address_and_the_first_call_is_answered(served: Served) -> None:
    assert served.ready_line.startswith(f"Serving Tidbokning at http://127.0.0.1:{served.port}")
    status, body = served.ask("POST", "/soap", PING)
    assert (status, b"PingForConfigurationResponse" in body) == (200, True)


def test_one_connection_carries_call_after_call(served: Served) -> None:
    """rule 6"""
    with closing(served.connect()) as connection:
        ends = set()
        for body in (PING, b"<a/>", PING, b"", PING):
            connection.request("POST", "/soap", body, {"Content-Type": "text/xml"})
            reply = connection.getresponse()
            assert (reply.status, reply.read()[:5]) == (200 if body == PING else 500, b"<?xml")
            ends.add(connection.sock.getsockname())
    assert len(ends) == 1


def test_a_chunked_call_is_answered(served: Served) -> None:
    with closing(served.connect()) as connection:
        pieces = [PING[i : i + 50] for i in range(0, len(PING), 50)]
        connection.request("POST", "/soap", iter(pieces), {"Content-Type": "text/xml"}, encode_chunked=True)
        assert connection.getresponse().status == 200


def test_callers_that_never_finish_do_not_delay_others(served: Served) -> None:
    head = b"POST /soap HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n<"
    slow = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(200)]
    for each in slow:
        each.sendall(head)
    began = time.monotonic()
    assert served.ask("POST", "/soap", PING)[0] == 200
    assert time.monotonic() - began < 15
    for each in slow:
        each.close()


def test_twenty_megabytes_get_a_fault_and_the_connection_lives_on(served: Served) -> None:
    """rule 14"""
    with closing(served.connect()) as connection:
        connection.request("POST", "/soap", b"x" * 20_000_000, {"Content-Type": "text/xml"})
        reply = connection.getresponse()
        assert (reply.status, b"larger than" in reply.read()) == (500, True)
        connection.request("POST", "/soap", PING, {"Content-Type": "text/xml"})
        assert connection.getresponse().status == 200


def test_the_pages_are_served_beside_the_calls(served: Served) -> None:
    for path in ("/", "/health/live", "/health/ready", "/metrics", "/crm/scheduling/MakeBooking/1/rivtabp21?wsdl"):
        assert served.ask("GET", path)[0] == 200
    assert served.ask("GET", "/soap")[0] == 405


def test_a_path_is_decoded_once(served: Served) -> None:
    assert served.ask("GET", "/health%2Flive")[0] in (200, 404)
    assert served.ask("GET", "/schemas/%252e%252e/pyproject.toml")[0] == 404


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without a signal")
@pytest.mark.parametrize("word", [signal.SIGTERM, signal.SIGINT])
def test_a_call_under_way_when_the_server_is_stopped_is_answered(tmp_path: Path, word: signal.Signals) -> None:
    """rule 6"""
    with serving(tmp_path, "--demo") as served:
        idle = served.connect()
        idle.request("GET", "/health/live")
        idle.getresponse().read()
        with socket.create_connection(("127.0.0.1", served.port), timeout=SECONDS) as half:
            half.sendall(b"POST /soap HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(PING) + PING[:100])
            time.sleep(0.3)
            served.process.send_signal(word)
            time.sleep(0.3)
            half.sendall(PING[100:])
            assert half.recv(100).startswith(b"HTTP/1.1 200 OK")
        assert served.process.wait(SECONDS) == 0
        assert served.process.stdout.read() == ""
        assert [line for line in served.log() if line["level"] != "info"] == []
        idle.close()


def test_several_workers_share_one_database_and_one_set_of_numbers(tmp_path: Path) -> None:
    with serving(tmp_path, "--demo", "--workers", "3") as served:
        for _ in range(30):
            assert served.ask("POST", "/soap", PING)[0] == 200
        counted = [
            line
            for _ in range(5)
            for line in served.ask("GET", "/metrics")[1].decode().splitlines()
            if line.startswith("tidbok_calls_total")
        ]
        served.process.terminate()
        assert served.process.wait(SECONDS) == 0
    assert set(counted) == {'tidbok_calls_total{contract="PingForConfiguration",result="OK"} 30.0'}


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="this system does not list a process's children as files")
def test_a_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    with serving(tmp_path, "--demo") as served:
        parent = served.process.pid
        (worker,) = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        os.kill(int(worker), signal.SIGKILL)
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            try:
                assert served.ask("GET", "/health/ready")[0] == 200
                break
            except OSError:
                time.sleep(0.1)
        else:
            pytest.fail("nobody answers any more")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell a process that its parent has gone")
def test_workers_do_not_outlive_a_parent_that_is_killed(tmp_path: Path) -> None:
    with serving(tmp_path, "--demo", "--workers", "2") as served:
        served.process.kill()
        served.process.wait(SECONDS)
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", served.port)):
                    break
            time.sleep(0.1)
        else:
            pytest.fail("a worker still listens")


def test_a_port_that_is_taken_is_named_and_nothing_is_served(served: Served, tmp_path: Path) -> None:
    done = run(tmp_path, "serve", "--port", str(served.port))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Cannot listen at 127.0.0.1, port {served.port}: Address already in use\n"


def test_settings_come_from_the_environment_too(tmp_path: Path) -> None:
    done = run(tmp_path, "db", "upgrade", TIDBOK_DATABASE="sqlite:///other.db")
    assert done.returncode == 0
    assert (tmp_path / "other.db").exists()
    assert not (tmp_path / "tidbok.db").exists()


def test_a_second_start_on_a_seeded_database_is_answered_at_once(tmp_path: Path) -> None:
    with serving(tmp_path, "--demo"):
        pass
    began = time.monotonic()
    with serving(tmp_path, "--demo") as served:
        status, _ = served.ask("POST", "/soap", PING)
        taken = time.monotonic() - began
    assert status == 200
    assert taken < 20, "`make bench` measures it; the tests may share their machine with others"
