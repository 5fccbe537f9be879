"""The signals that mean stop, and who heeds them when."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

STOPPING: Final = tuple(
    signal.Signals[name] for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)
"""Ctrl-C in a terminal sends the first to every process of it."""


@contextmanager
def leaving_at_once() -> Iterator[None]:
    """While there is nothing to finish Ctrl-C ends the process; a callback or an import could swallow an exception."""
    is_usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_usual:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        if is_usual and signal.getsignal(signal.SIGINT) == signal.SIG_DFL:
            signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def told_by_signals(hear: Callable[..., None]) -> Iterator[None]:
    """Calls `hear` at each; but who starts a process so that it outlives its terminal (nohup) is obeyed."""
    heeded = [each for each in STOPPING if each.name != "SIGHUP" or signal.getsignal(each) != signal.SIG_IGN]
    before = {each: signal.signal(each, hear) for each in heeded}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def stop_once() -> None:
    """From here on whoever is told to stop is told by `told_by_signals`; one more Ctrl-C while it leaves is nothing."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)


@contextmanager
def signals_held() -> Iterator[None]:
    """What comes while a process starts waits until that process knows what to do with it."""
    if os.name != "posix":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def heed_no_signals() -> None:
    """For a worker: who stops the server tells its supervisor, or everyone; the supervisor alone passes it on."""
    for each in STOPPING:
        signal.signal(each, signal.SIG_IGN)
    if os.name == "posix":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
