"""Work that goes on beside the calls: each job in a thread of its own, and done by one of all processes at a time."""

import logging
import math
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from producer.store import leases
from producer.store.engine import Database
from producer.store.errors import StoreError

_LOG = logging.getLogger(__name__)
LEASE_SECONDS: Final = 60
"""How long others keep away from a job that its holder does not speak of; one that takes longer renews its hold."""
_LOOK_SECONDS: Final = 60
"""How long at most until a job is looked to again: it may have failed, or its holder may have been killed."""
_STOP_SECONDS: Final = 2
"""How long a stop waits for what is under way; it is undone or done again by the next, as after a kill."""

Done = TypeVar("Done")


class Busy(Exception):
    """Somebody else does the work; the text says so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """What a job that runs has in hand."""

    renew: Callable[[int], bool]
    """Keeps the others away for so many seconds more; False when one of them has it already, and this must end."""
    is_over: Callable[[], bool]
    """Whether the process is about to end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """Work that is looked to every so often, and done if it is due and nobody else does it."""

    name: str
    every_seconds: float
    run: Callable[[Hold], object]
    is_due: Callable[[], bool] = lambda: True
    """A cheap look, so that nothing is written while there is nothing to do."""
    interrupt: Callable[[], object] = lambda: None
    """Ends at once what a run may be waiting for."""


class Background:
    """The jobs of one process. Each has its thread, so that one which waits for somebody's answer delays no other."""

    def __init__(self, database: Database, jobs: Iterable[Job]) -> None:
        self._database = database
        self._jobs = tuple(jobs)
        self._holder = secrets.token_hex(8)
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._attend, args=(job,), name=f"job {job.name}", daemon=True)
            for job in self._jobs
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """What is under way is interrupted; returns soon, whether or not it has ended."""
        self._stopping.set()
        for job in self._jobs:
            job.interrupt()
        until = time.monotonic() + _STOP_SECONDS
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, until - time.monotonic()))

    def _attend(self, job: Job) -> None:
        pause, told = min(1.0, job.every_seconds), ""
        while not self._stopping.wait(pause):
            trouble = self._trouble_with(job)
            pause = min(job.every_seconds, _LOOK_SECONDS)
            if str(trouble or "") != told and not self._stopping.is_set():  # said once, however long it lasts
                told = str(trouble or "")
                _say(job, trouble)

    def _trouble_with(self, job: Job) -> Exception | None:
        try:
            if job.is_due() and self._is_ours(job):
                self._run(job)
        except Exception as trouble:  # noqa: BLE001 - whatever it is, the next try may succeed
            return trouble
        return None

    def _is_ours(self, job: Job) -> bool:
        """SQLite has one writer at a time, so that somebody else's job is only read of."""
        lease = self._lease(job)
        return lease.is_free() and lease.take(LEASE_SECONDS)

    def _run(self, job: Job) -> None:
        """Once it is done nobody does it again before its time; one that failed is anybody's at once."""
        lease, kept = self._lease(job), 0
        try:
            job.run(Hold(renew=lease.take, is_over=self._stopping.is_set))
            kept = 0 if self._stopping.is_set() else math.ceil(job.every_seconds)
        finally:
            lease.leave(kept)

    def _lease(self, job: Job) -> "_Lease":
        return _Lease(database=self._database, name=job.name, holder=self._holder)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Lease:
    """What one holder has of the work of that name; each step is a short transaction."""

    database: Database
    name: str
    holder: str

    def is_free(self) -> bool:
        with self.database.reading() as timetable:
            return leases.is_free(timetable, self.name, self.holder)

    def take(self, seconds: int) -> bool:
        with self.database.writing() as timetable:
            return leases.take(timetable, self.name, self.holder, seconds)

    def leave(self, seconds: int) -> None:
        with self.database.writing() as timetable:
            leases.leave(timetable, self.name, self.holder, seconds)


def do_once(database: Database, name: str, run: Callable[[Hold], Done]) -> Done:
    """The work of a job by hand, now; raises Busy when another process is at it."""
    lease = _Lease(database=database, name=name, holder=secrets.token_hex(8))
    if not lease.take(LEASE_SECONDS):
        raise Busy(f"Another process does the {name} just now; try again in a moment")
    try:
        return run(Hold(renew=lease.take, is_over=lambda: False))
    finally:
        lease.leave(0)


def _say(job: Job, trouble: Exception | None) -> None:
    if trouble is None:
        _LOG.info("The job %s is done again", job.name)
    elif isinstance(trouble, StoreError):
        _LOG.warning("The job %s could not be done and is tried again: %s", job.name, trouble)
    else:
        _LOG.error("The job %s failed and is tried again", job.name, exc_info=trouble)
