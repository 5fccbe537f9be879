"""`tidbok serve` as a process: it starts, answers over connections that last, and stops without losing a call."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from producer.soap import messages as m
from producer.store.engine import open_database
from producer.store.schema import schema_version, upgrade
from server.calling import ADDRESS, PATIENT, UNIT, letter

PING = letter(m.PingForConfiguration(serviceContractNamespace="urn:x", logicalAddress=UNIT), ADDRESS)
SEEN = letter(m.GetSubjectOfCareSchedule(healthcare_facility=UNIT, subject_of_care=PATIENT))
WELCOME = "The staff pages are at /staff/"
"""How the one line begins that a first start tells among its log."""
SECONDS = 30
SOON = 10
"""Seconds that a stop may take after the last answer: one at most where a processor is free, more where tests share it."""
HALF = b"POST /soap HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(PING) + PING[:100]
REST = PING[100:]
on_posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without a signal")


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

    def eventually(self, path: str) -> int:
        """What a server that is starting answers once it answers."""
        until = time.monotonic() + SECONDS
        while True:
            try:
                return self.ask("GET", path)[0]
            except OSError:
                assert time.monotonic() < until, "nobody answers"
                time.sleep(0.1)

    def log(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.said() if not line.startswith(WELCOME)]

    def said(self) -> list[str]:
        """What the operator reads: the log, and sentences among it."""
        return (self.folder / "log").read_text("utf-8").splitlines()

    def ends_well(self, seconds: float = SOON) -> None:
        """Soon, without an error code, with nothing worse than information in the log, and no process left."""
        assert self.process.wait(seconds) == 0
        assert self.process.stdout.read() == ""
        assert [line for line in self.log() if line["level"] != "info"] == []
        until = time.monotonic() + SOON
        while is_there(self.process.pid):
            assert time.monotonic() < until
            time.sleep(0.01)


def is_there(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "producer", *arguments]


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TIDBOK_", "PROMETHEUS_"))}
    return {**kept, "PYTHONPATH": str(Path(__file__).parents[2]), **more}


def start(folder: Path, *words: str, stdout: int = subprocess.PIPE) -> "subprocess.Popen[str]":
    """A process of its own session, as a terminal has it; who starts the tests in the background ignores Ctrl-C."""
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    with (folder / "log").open("w") as log, ExitStack() as after:
        after.callback(signal.signal, signal.SIGINT, usual)
        return subprocess.Popen(
            words,
            cwd=folder,
            env=environment(TMPDIR=str(folder), PYTHONWARNINGS="error"),
            stdout=stdout,
            stderr=log,
            text=True,
            start_new_session=True,
        )


@contextmanager
def serving(folder: Path, *arguments: str, program: list[str] | None = None) -> Iterator[Served]:
    process = start(folder, *(program or command()), "serve", "--port", "0", *arguments)
    try:
        yield Served(process, process.stdout.readline(), folder)
    finally:
        process.terminate()
        process.communicate(timeout=SECONDS)


def altered(statement: str) -> list[str]:
    """The program, after a statement that changes what would take long or happen elsewhere."""
    return [sys.executable, "-c", f"{statement}; from producer.cli import main; main(prog_name='tidbok')"]


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory,
    copy_of: Callable[[Callable[[str], object], str], AbstractContextManager[str]],
    database_kind: str,
) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with copy_of(upgrade, database_kind) as url, serving(folder, "--demo", "--database", url) as served:
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


@on_posix
def test_the_first_start_tells_how_to_sign_in_and_the_second_does_not(tmp_path: Path, new_database: str) -> None:
    with serving(tmp_path, "--database", new_database) as first:
        until = time.monotonic() + SECONDS
        while not (told := sentences(first)):
            assert time.monotonic() < until, "nothing is told"
            time.sleep(0.02)
    assert len(told) == 1
    assert "sign in as admin with the password" in told[0]
    with serving(tmp_path, "--database", new_database) as second:
        assert second.ask("GET", "/staff/sign-in")[0] == 200
        assert sentences(second) == []


def sentences(served: Served) -> list[str]:
    return [line for line in served.said() if line.startswith(WELCOME)]


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


def terminate(process: "subprocess.Popen[str]") -> None:
    process.terminate()


def interrupt(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGINT)


def press_ctrl_c(process: "subprocess.Popen[str]") -> None:
    """A terminal tells every process that was started from it; so does an impatient person, several times."""
    for _ in range(3):
        os.killpg(process.pid, signal.SIGINT)


def terminate_all(process: "subprocess.Popen[str]") -> None:
    """As systemd does with a service."""
    os.killpg(process.pid, signal.SIGTERM)


EVERY_WAY = pytest.mark.parametrize("stop", [terminate, interrupt, press_ctrl_c, terminate_all])


@on_posix
@EVERY_WAY
@pytest.mark.parametrize("workers", ["1", "3"])
def test_calls_under_way_when_the_server_is_stopped_are_answered(
    tmp_path: Path, stop: Callable[["subprocess.Popen[str]"], None], workers: str
) -> None:
    """rule 6; and nobody who has a connection open but asks for nothing delays the stop."""
    with serving(tmp_path, "--workers", workers) as served, ExitStack() as opened:
        idle, silent, slow, *halves = [
            opened.enter_context(socket.create_connection(("127.0.0.1", served.port), timeout=SECONDS))
            for _ in range(9)
        ]
        idle.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(100).startswith(b"HTTP/1.1 200")
        slow.sendall(HALF[:30])
        for half in halves:
            half.sendall(HALF)
        time.sleep(0.3)
        stop(served.process)
        time.sleep(0.5)
        for half in halves:
            half.sendall(REST)
            assert half.recv(100).startswith(b"HTTP/1.1 200 OK")
        served.ends_well()
        assert silent.recv(1) == b""


@on_posix
@EVERY_WAY
def test_it_stops_soon_at_any_moment(tmp_path: Path, stop: Callable[["subprocess.Popen[str]"], None]) -> None:
    """It is told so again and again: when some workers have not started yet, when they just have, and later."""
    for seconds in (0, 0, 0.02, 0.1, 0.3):
        with serving(tmp_path, "--workers", "2") as served:
            time.sleep(seconds)
            stop(served.process)
            served.ends_well()


@on_posix
def test_ctrl_c_pressed_until_it_has_left_changes_nothing_of_how_it_leaves(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "2") as served:
        until = time.monotonic() + SECONDS
        while served.process.poll() is None:
            assert time.monotonic() < until
            served.process.send_signal(signal.SIGINT)
            time.sleep(0.001)
        served.ends_well()


@on_posix
def test_it_stops_soon_though_it_is_asked_all_the_time(tmp_path: Path, new_database: str) -> None:
    """What a caller gets is a whole answer, or a connection that was closed before any."""
    got: list[int | str] = []

    def ask_on(port: int) -> None:
        with suppress(ConnectionError, http.client.RemoteDisconnected):
            while True:
                with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)) as connection:
                    for _ in range(20):
                        connection.request("POST", "/soap", PING, {"Content-Type": "text/xml"})
                        reply = connection.getresponse()
                        got.append(reply.status if reply.read().endswith(b"Envelope>") else "half an answer")

    with serving(tmp_path, "--database", new_database, "--workers", "2") as served:
        callers = [threading.Thread(target=ask_on, args=(served.port,)) for _ in range(4)]
        for caller in callers:
            caller.start()
        time.sleep(1)
        served.process.terminate()
        served.ends_well()
        for caller in callers:
            caller.join(SECONDS)
    assert len(got) > 20
    assert set(got) == {200}


@on_posix
def test_a_call_that_never_comes_whole_does_not_keep_the_server_for_ever(tmp_path: Path) -> None:
    hurried = altered("from producer.serving import worker; worker.STOP_SECONDS = 1")
    with (
        serving(tmp_path, program=hurried) as served,
        socket.create_connection(("127.0.0.1", served.port), timeout=SECONDS) as half,
    ):
        half.sendall(HALF)
        time.sleep(0.3)
        served.process.terminate()
        served.ends_well(1 + SOON)
        assert half.recv(100) == b""


@on_posix
@pytest.mark.parametrize("stop", [terminate, press_ctrl_c])
def test_workers_that_are_started_anew_rather_than_forked_serve_and_stop_alike(
    tmp_path: Path, new_database: str, stop: Callable[["subprocess.Popen[str]"], None]
) -> None:
    """As on macOS and Windows."""
    spawning = altered("from producer.serving import supervisor; supervisor.START_METHOD = 'spawn'")
    with serving(tmp_path, "--database", new_database, "--workers", "2", program=spawning) as served:
        assert served.ask("POST", "/soap", PING)[0] == 200
        stop(served.process)
        served.ends_well()


def test_workers_that_cannot_start_are_told_in_a_sentence_and_their_reason_is_logged(tmp_path: Path) -> None:
    broken = altered("from producer import app; app.create_app = None")
    process = start(tmp_path, *broken, "serve", "--port", "0", "--workers", "2")
    assert process.communicate(timeout=SECONDS) == ("", None)
    assert process.returncode == 1
    *logged, told = (tmp_path / "log").read_text("utf-8").splitlines()
    assert told == "A worker process did not start; the log has the reason"
    assert all("TypeError" in json.loads(line)["traceback"] for line in logged)
    assert len(logged) in (1, 2), "the second may be told to stop before it comes so far"


def is_opened(url: str) -> bool:
    """Whether anybody has begun with it: the file is there, or somebody else is connected."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return Path(str(address.database)).exists()
    others = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with closing(psycopg.connect(url)) as connection:
        return connection.execute(others).fetchone() is not None


def has_tables(url: str) -> bool:
    if not is_opened(url):
        return False
    database = open_database(url)
    try:
        return schema_version(database) is not None
    finally:
        database.close()


@on_posix
@pytest.mark.parametrize("has_begun", [is_opened, has_tables], ids=["tables", "rows"])
def test_ctrl_c_while_the_demo_is_made_ends_it_at_once_and_a_later_start_makes_it_whole(
    tmp_path: Path, new_database: str, has_begun: Callable[[str], bool]
) -> None:
    """First while its tables are made, then while its rows are."""
    process = start(tmp_path, *command("serve", "--port", "0", "--demo", "--database", new_database))
    until = time.monotonic() + SECONDS
    while not has_begun(new_database):
        assert time.monotonic() < until
        time.sleep(0.01)
    press_ctrl_c(process)
    process.communicate(timeout=SOON)
    assert (tmp_path / "log").read_text("utf-8") == ""
    with serving(tmp_path, "--demo", "--database", new_database) as served:
        assert served.ask("GET", "/health/ready")[0] == 200
        assert b"DEMO-BOOKING-1" in served.ask("POST", "/soap", SEEN)[1]


@on_posix
@pytest.mark.parametrize(
    ("how", "told"),
    [
        ([], "Broken pipe"),
        (["sh", "-c", 'exec "$@" >&-', "sh"], None),
        pytest.param(
            ["sh", "-c", 'exec "$@" >/dev/full', "sh"],
            "No space left on device",
            marks=pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full"),
        ),
    ],
    ids=["broken", "closed", "full"],
)
def test_a_server_whose_words_nobody_reads_serves_all_the_same(
    tmp_path: Path, how: list[str], told: str | None
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    nobody, stdout = os.pipe()
    os.close(nobody)
    process = start(tmp_path, *how, *command("serve", "--port", str(port)), stdout=stdout)
    os.close(stdout)
    served = Served(process, f"Serving Tidbokning at http://127.0.0.1:{port}", tmp_path)
    try:
        assert served.eventually("/health/live") == 200
        late = time.monotonic() + SECONDS
        while told is not None and not served_warnings(served) and time.monotonic() < late:
            time.sleep(0.05)  # a worker may answer before the supervisor has tried to tell
    finally:
        process.terminate()
        assert process.wait(SECONDS) == 0
    words = f"Serving at port {port}, which could not be told on stdout: {told}"
    assert served_warnings(served) == ([] if told is None else [words])


def served_warnings(served: Served) -> list[str]:
    return [line["message"] for line in served.log() if line["level"] != "info"]


def test_several_workers_share_one_database_and_one_set_of_numbers(tmp_path: Path, new_database: str) -> None:
    with serving(tmp_path, "--demo", "--workers", "3", "--database", new_database) as served:
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
def test_a_worker_that_dies_is_replaced(tmp_path: Path, new_database: str) -> None:
    with serving(tmp_path, "--demo", "--database", new_database) as served:
        parent = served.process.pid
        (worker,) = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        os.kill(int(worker), signal.SIGKILL)
        assert served.eventually("/health/ready") == 200
        served.process.terminate()
        assert served.process.wait(SECONDS) == 0
        assert served.process.stdout.read() == "", "it is told once where it serves"
        assert [line["level"] for line in served.log()] == ["error"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell a process that its parent has gone")
def test_workers_do_not_outlive_a_parent_that_is_killed(tmp_path: Path) -> None:
    with serving(tmp_path, "--demo", "--workers", "2") as served:
        served.process.kill()
        served.process.wait(SECONDS)
        until = time.monotonic() + SECONDS
        while is_there(served.process.pid):
            assert time.monotonic() < until, "a worker still runs"
            time.sleep(0.1)


def test_a_port_that_is_taken_is_named_and_nothing_is_served(served: Served, tmp_path: Path) -> None:
    done = run(tmp_path, "serve", "--port", str(served.port))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Cannot listen at 127.0.0.1, port {served.port}: Address already in use\n"


def test_settings_come_from_the_environment_too(tmp_path: Path) -> None:
    done = run(tmp_path, "db", "upgrade", TIDBOK_DATABASE="sqlite:///other.db")
    assert done.returncode == 0
    assert (tmp_path / "other.db").exists()
    assert not (tmp_path / "tidbok.db").exists()


def test_a_second_start_on_a_seeded_database_is_answered_at_once(tmp_path: Path, new_database: str) -> None:
    with serving(tmp_path, "--demo", "--database", new_database):
        pass
    began = time.monotonic()
    with serving(tmp_path, "--demo", "--database", new_database) as served:
        status, _ = served.ask("POST", "/soap", PING)
        taken = time.monotonic() - began
    assert status == 200
    assert taken < 20, "`make bench` measures it; the tests may share their machine with others"
