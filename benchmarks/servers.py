"""WSGI servers with a trivial handler: how many calls each can carry at most; those that are installed take part."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

from benchmarks.calls import Request
from benchmarks.report import Table, figure
from benchmarks.serving import Line, NotServed

_APP, _FRONTED = "benchmarks.trivial:app", "benchmarks.trivial:fronted"
_THREADS = "8"
_CALLERS = 3
_LINES_OF_A_CALLER = 3  # cheroot keeps no more than ten alive
_SECONDS = 1.5
_REQUEST = Request(path="/", body=b"x" * 1000)

# Each as one process with the same number of threads; {} is the port.
_COMMANDS = {
    "granian": f"granian --interface wsgi --blocking-threads {_THREADS} --host 127.0.0.1 --port {{}} --no-log {_APP}",
    "granian, our front": f"granian --interface rsgi --factory --host 127.0.0.1 --port {{}} --no-log {_FRONTED}",
    "cheroot": f"cheroot --threads {_THREADS} --bind 127.0.0.1:{{}} {_APP}",
    "gunicorn, threads": f"gunicorn --threads {_THREADS} --bind 127.0.0.1:{{}} --log-level error {_APP}",
    "waitress": f"waitress --threads {_THREADS} --listen 127.0.0.1:{{}} {_APP}",
}


def servers(folder: Path, rounds: int) -> Table:
    commands = {name: command for name, command in _COMMANDS.items() if find_spec(command.split()[0])}
    missing = sorted({command.split()[0] for name, command in _COMMANDS.items() if name not in commands})
    taken: dict[str, list[float]] = {name: [] for name in commands}
    with ProcessPoolExecutor(_CALLERS, mp_context=get_context("spawn")) as callers:
        for _ in range(rounds):
            for name, command in commands.items():
                taken[name].append(_calls_per_second(command, folder / "server.log", callers))
    return Table(
        title="WSGI servers, one process with eight threads and a trivial handler",
        columns=("calls per second",),
        rows=tuple((name, (figure(each, "/s"),)) for name, each in taken.items()),
        notes=(
            f"{_CALLERS} callers with {_LINES_OF_A_CALLER} connections each, kept alive; medians of {rounds} rounds.",
            *(("Not installed: " + ", ".join(missing),) if missing else ()),
        ),
    )


def _calls_per_second(command: str, log: Path, callers: ProcessPoolExecutor) -> float:
    with _served(command, log) as port:
        ends = time.time() + 0.3 + _SECONDS  # the clock that processes have in common
        counts = list(callers.map(_converse, [port] * _CALLERS, [ends] * _CALLERS))
    return sum(counts) / _SECONDS


def _converse(port: int, ends: float) -> int:
    """The calls answered in the last seconds before the end; all connections at once, then all their answers."""
    lines = [Line("127.0.0.1", port) for _ in range(_LINES_OF_A_CALLER)]
    answered = 0
    while (now := time.time()) < ends:
        for line in lines:
            line.send(_REQUEST)
        for line in lines:
            line.receive()
        answered += len(lines) if now >= ends - _SECONDS else 0
    for line in lines:
        line.close()
    return answered


@contextmanager
def _served(command: str, log: Path) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", *command.format(port).split()]
    with log.open("wb") as output, subprocess.Popen(words, stdout=output, stderr=output) as process:
        try:
            _wait_for(port, log)
            yield port
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_for(port: int, log: Path) -> None:
    ends = perf_counter() + 15
    while perf_counter() < ends:
        try:
            with Line("127.0.0.1", port) as line:
                line(_REQUEST)
                return
        except (OSError, NotServed):
            time.sleep(0.05)
    raise NotServed(log.read_text("utf-8", errors="replace")[-1000:])
