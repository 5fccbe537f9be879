"""A server process of its own for a test, as a vendor would start it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SECONDS = 30
_ROOT = Path(__file__).parents[2]


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[str]:
    """The address of a `tidbok serve` in that folder; it must end well when it is told to, after the block."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "producer", "serve", "--port", "0", *options],
            cwd=folder,
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
    try:
        ready = process.stdout.readline() if process.stdout else ""
        assert ready.startswith("Serving Tidbokning at http://127.0.0.1:"), (folder / "log").read_text("utf-8")
        yield ready.split()[3]
    finally:
        _end(process)
    assert process.returncode == 0, (folder / "log").read_text("utf-8")


def _end(process: subprocess.Popen[str]) -> None:
    """With the workers too, if it does not end by itself: they would outlive it."""
    process.terminate()
    try:
        process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TIDBOK_", "PROMETHEUS_"))}
    return {**kept, "PYTHONPATH": str(_ROOT)}
