"""The supervisor keeps as many workers as it should, whatever becomes of each."""

import logging
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from producer.serving import supervisor
from producer.serving.signals import heed_no_signals
from producer.serving.supervisor import LISTENS, WORN, CannotServe, Supervisor, Work

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="these tests stop it with a signal")
Inherited = tuple[Connection, ...]
StopWhen = Callable[[Callable[[], object]], None]


@pytest.fixture(autouse=True)
def workers_started_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that runs the tests has several threads, so forking it would not be safe."""
    monkeypatch.setattr(supervisor, "START_METHOD", "spawn")


def obey(line: Connection, _inherited: Inherited) -> None:
    heed_no_signals()
    line.send_bytes(LISTENS)
    with suppress(EOFError):
        line.recv_bytes()


def obey_and_tell(folder: Path, name: str, line: Connection, inherited: Inherited) -> None:
    obey(line, inherited)
    (folder / name).touch()


def refuse(line: Connection, _inherited: Inherited) -> None:
    heed_no_signals()
    line.send_bytes(LISTENS)
    time.sleep(60)


def never_listen(folder: Path, line: Connection, inherited: Inherited) -> None:
    """The first fails; the others would serve."""
    heed_no_signals()
    try:
        (folder / "failed").touch(exist_ok=False)
    except FileExistsError:
        obey_and_tell(folder, f"gone-{time.monotonic_ns()}", line, inherited)
    else:
        sys.exit(3)


def fall_once(folder: Path, line: Connection, inherited: Inherited) -> None:
    try:
        (folder / "fell").touch(exist_ok=False)
    except FileExistsError:
        (folder / "stands").touch()
        obey(line, inherited)
    else:
        line.send_bytes(LISTENS)


def wear_out_once(folder: Path, line: Connection, inherited: Inherited) -> None:
    heed_no_signals()
    try:
        (folder / "worn").touch(exist_ok=False)
    except FileExistsError:
        time.sleep(0.3)
        assert not (folder / "gone").exists(), "the worn one stays until the fresh one listens"
        (folder / "fresh").touch()
        obey(line, inherited)
    else:
        line.send_bytes(LISTENS)
        line.send_bytes(WORN)
        with suppress(EOFError):
            line.recv_bytes()
        (folder / "gone").touch()


def stop(*_: object) -> None:
    signal.raise_signal(signal.SIGTERM)


def run(work: Work, wanted: int = 1, when_listening: Callable[[], None] = stop) -> float:
    """How long it took."""
    began = time.monotonic()
    Supervisor(work, wanted, when_listening).run()
    return time.monotonic() - began


@pytest.fixture
def stop_when() -> Iterator[StopWhen]:
    """Has the supervisor told to stop by the clock, since it holds the only thread that hears signals."""
    unheard, usual = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGALRM)

    def look_for(is_time: Callable[[], object]) -> None:
        def look(*_: object) -> None:
            if signal.getsignal(signal.SIGTERM) is not unheard and is_time():
                signal.setitimer(signal.ITIMER_REAL, 0)
                stop()

        signal.signal(signal.SIGALRM, look)
        signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)

    yield look_for
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, usual)


def test_it_returns_when_it_is_told_and_every_worker_has_finished(tmp_path: Path) -> None:
    usual = signal.getsignal(signal.SIGTERM)
    run(partial(obey_and_tell, tmp_path, "finished"))
    assert (tmp_path / "finished").exists()
    assert signal.getsignal(signal.SIGTERM) is usual


def test_told_before_anyone_listens_it_announces_nothing(stop_when: StopWhen) -> None:
    stop_when(lambda: True)
    run(obey, 2, lambda: pytest.fail("it is about to stop"))


def test_a_worker_that_does_not_stop_is_ended_and_the_log_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0)
    monkeypatch.setattr(supervisor, "_MARGIN_SECONDS", 0.3)
    assert run(refuse) < 30
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_worker_that_cannot_start_ends_all(tmp_path: Path) -> None:
    with pytest.raises(CannotServe):
        run(partial(never_listen, tmp_path), 2, lambda: None)


def test_a_worker_that_falls_is_replaced_and_where_it_serves_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, stop_when: StopWhen
) -> None:
    told: list[None] = []
    stop_when((tmp_path / "stands").exists)
    with caplog.at_level(logging.INFO):
        run(partial(fall_once, tmp_path), when_listening=lambda: told.append(None))
    assert len(told) == 1
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_a_worn_worker_goes_when_a_fresh_one_listens(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, stop_when: StopWhen
) -> None:
    stop_when((tmp_path / "gone").exists)
    run(partial(wear_out_once, tmp_path), when_listening=lambda: None)
    assert (tmp_path / "fresh").exists()
    assert caplog.records == []
