"""Producers as processes of their own, started and stopped by the tests of what the product promises."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SECONDS_TO_STOP = 30
_ROOT = Path(__file__).parents[2]


@dataclass(eq=False, kw_only=True)
class Server:
    """A `tidbok serve` that has said that it listens."""

    process: subprocess.Popen[str]
    address: str
    log: Path

    def kill(self) -> None:
        """As when the power goes: the supervisor and its workers at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()

    def stop(self) -> None:
        """As an operator does; whoever does not end then is killed."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.communicate(timeout=SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.kill()
            raise


def start(folder: Path, database: str, *options: str, port: int = 0) -> Server:
    """A server whose log is in the folder; the options are those of `tidbok serve`."""
    log = folder / f"log-{len(list(folder.glob('log-*')))}"
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "producer", "serve", "--port", str(port), "--database", database, *options],
            cwd=folder,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            start_new_session=True,
        )
    ready = process.stdout.readline() if process.stdout else ""
    if not ready.startswith("Serving Tidbokning at http"):
        process.kill()
        process.communicate()
        raise AssertionError(log.read_text("utf-8"))
    return Server(process=process, address=ready.split()[3], log=log)


@contextmanager
def serving(folder: Path, database: str, *options: str, port: int = 0) -> Iterator[Server]:
    server = start(folder, database, *options, port=port)
    try:
        yield server
    finally:
        server.stop()


def tidbok(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Another command of the product, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "producer", *words],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TIDBOK_", "PROMETHEUS_"))}
    return {**kept, "PYTHONPATH": str(_ROOT)}
