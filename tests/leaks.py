"""Looks through all that the suite produces for patients where none belongs: logs, numbers, faults, error pages, addresses.

Answers, pages and files carry patients by right and are not looked at. What is: every record of the log as it would be
written, every answer that is a fault or an error, `/metrics`, every address that a page leads on to, and whatever the
servers of the tests wrote on stderr.
"""

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from producer.app import App
from producer.domain.persons import OFFICIAL_TEST_IDENTITIES
from producer.serving.log import JsonLines

_ERRORS = ("403", "404", "405", "413", "429", "5")
_LOG_FILES = ("log*", "*log", "stderr*", "*.err")
_MOST_BYTES = 50_000_000


def _ways_to_write(identity: str) -> Iterable[str]:
    """With or without a century and a hyphen."""
    yield from (identity, f"{identity[:8]}-{identity[8:]}", f"{identity[2:8]}-{identity[8:]}")


_PATIENTS = re.compile("|".join(way for one in sorted(OFFICIAL_TEST_IDENTITIES) for way in _ways_to_write(one)))


def patients_in(text: str) -> list[str]:
    return sorted(set(_PATIENTS.findall(text)))


class Leaks(logging.Handler):
    """What was found since it was last asked for, each with where it was."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self._found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("producer"):
            self.look(f"{record.pathname}:{record.lineno} logged", self.format(record))

    def look(self, where: str, text: str) -> None:
        for patient in patients_in(text):
            at = max(text.find(patient) - 60, 0)
            self._found.append(f"{where}: ...{text[at : at + 140]!r}")

    def taken(self) -> list[str]:
        found, self._found = self._found, []
        return found


def watched(app_call: Callable[..., Iterable[bytes]], leaks: Leaks) -> Callable[..., Iterable[bytes]]:
    """The application, whose errors are looked through on their way out."""

    def call(app: App, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        started: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            started.append(status)
            for name, value in headers:
                if name == "Location":
                    leaks.look(f"the address that {environ['PATH_INFO']} leads on to", value)
            return start_response(status, headers, *more)

        answer = app_call(app, environ, start)
        status = started[-1] if started else ""
        if not status.startswith(_ERRORS) and environ["PATH_INFO"] != "/metrics":
            return answer
        body = _whole(answer)
        leaks.look(
            f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} answered {status}", body.decode("utf-8", "replace")
        )
        return [body]

    return call


def _whole(answer: Any) -> bytes:
    try:
        return b"".join(answer)
    finally:
        getattr(answer, "close", lambda: None)()


@pytest.fixture(scope="session", autouse=True)
def leaks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Leaks]:
    found = Leaks()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(App, "__call__", watched(App.__call__, found))
        logging.getLogger().addHandler(found)
        yield found
        logging.getLogger().removeHandler(found)
    for file in _log_files(tmp_path_factory.getbasetemp()):
        for number, line in enumerate(file.read_text("utf-8", "replace").splitlines(), 1):
            found.look(f"{file.name}, line {number}", line)
    assert found.taken() == []


def _log_files(folder: Path) -> Iterator[Path]:
    for pattern in _LOG_FILES:
        yield from (file for file in folder.rglob(pattern) if file.is_file() and file.stat().st_size < _MOST_BYTES)


@pytest.fixture(autouse=True)
def nothing_leaks(leaks: Leaks) -> Iterator[None]:
    """Told by the very test that it happened in."""
    yield
    assert leaks.taken() == []
