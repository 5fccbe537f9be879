"""Work beside the calls is done by one of all processes at a time, and goes on when that one is gone."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import pytest

from producer.serving import background
from producer.serving.background import Background, Hold, Job
from producer.store import leases
from producer.store import tables as t
from producer.store.engine import Database
from producer.store.errors import StoreUnavailable

SOON = 30


def taken(database: Database, holder: str, seconds: int = 60, name: str = "work") -> bool:
    with database.writing() as timetable:
        return leases.take(timetable, name, holder, seconds)


def free(database: Database, holder: str) -> bool:
    with database.reading() as timetable:
        return leases.is_free(timetable, "work", holder)


def left(database: Database, holder: str, seconds: int = 0) -> None:
    with database.writing() as timetable:
        leases.leave(timetable, "work", holder, seconds)


def run_out(database: Database) -> None:
    with database.writing() as timetable:
        timetable.connection.execute(t.leases.update().values(until=0))


def test_one_has_a_lease_until_it_is_left(database: Database) -> None:
    assert free(database, "b")
    assert taken(database, "a")
    assert taken(database, "a")
    assert not free(database, "b")
    assert not taken(database, "b")
    left(database, "b")
    assert not taken(database, "b")
    left(database, "a")
    assert free(database, "b")
    assert taken(database, "b")
    assert not taken(database, "a")


def test_a_lease_is_of_one_piece_of_work(database: Database) -> None:
    assert taken(database, "a")
    assert taken(database, "b", name="other work")


def test_the_lease_of_a_holder_that_was_killed_runs_out(database: Database) -> None:
    taken(database, "a", seconds=5)  # its clock counts whole seconds, and a busy machine takes some of them
    assert not taken(database, "b")
    until = time.monotonic() + SOON
    while not taken(database, "b"):
        assert time.monotonic() < until
        time.sleep(0.1)
    assert not taken(database, "a")


def test_a_lease_that_was_left_for_later_is_free_then_and_not_before(database: Database) -> None:
    taken(database, "a")
    left(database, "a", seconds=50)
    assert not taken(database, "b")
    assert not taken(database, "a")
    run_out(database)
    assert taken(database, "b")


def test_of_many_who_want_it_at_once_one_has_it(database: Database) -> None:
    start = threading.Barrier(8)
    got: list[bool] = []

    def want(holder: str) -> None:
        start.wait()
        got.append(taken(database, holder))

    threads = [threading.Thread(target=want, args=(str(number),)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(got) == [False] * 7 + [True]


def job(run: Callable[[Hold], object], **more: object) -> Job:
    return Job(name="work", every_seconds=0.02, run=run, **more)


@contextmanager
def going_on(database: Database, *jobs: Iterable[Job]) -> Iterator[list[Background]]:
    all_of_them = [Background(database, each) for each in jobs]
    for each in all_of_them:
        each.start()
    try:
        yield all_of_them
    finally:
        for each in all_of_them:
            each.stop()


def eventually(is_so: Callable[[], object]) -> None:
    until = time.monotonic() + SOON
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_of_several_processes_one_works_at_a_time(database: Database) -> None:
    at_work, most, runs = 0, 0, 0
    lock = threading.Lock()

    def run(_hold: Hold) -> None:
        nonlocal at_work, most, runs
        with lock:
            at_work += 1
            most, runs = max(most, at_work), runs + 1
        time.sleep(0.05)
        with lock:
            at_work -= 1

    with going_on(database, *([job(run)] for _ in range(4))):
        eventually(lambda: runs >= 3)
    assert most == 1


def test_what_is_done_is_not_done_again_before_its_time_by_anybody(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "_LOOK_SECONDS", 0.02)
    looks, runs = 0, 0

    def is_due() -> bool:
        nonlocal looks
        looks += 1
        return True

    def run(_hold: Hold) -> None:
        nonlocal runs
        runs += 1

    hourly = Job(name="work", every_seconds=3600, run=run, is_due=is_due)
    with going_on(database, [hourly], [hourly]):
        eventually(lambda: looks >= 20)
        assert runs == 1
        run_out(database)
        eventually(lambda: runs == 2)


def test_the_work_of_one_that_was_killed_is_done_as_soon_as_its_lease_is_out(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "_LOOK_SECONDS", 0.02)
    taken(database, "killed")
    done = threading.Event()
    with going_on(database, [Job(name="work", every_seconds=3600, run=lambda _hold: done.set())]):
        assert not done.wait(1.5)
        run_out(database)
        assert done.wait(SOON)


def test_what_is_not_due_writes_nothing(database: Database) -> None:
    looked = threading.Event()

    def is_due() -> bool:
        looked.set()
        return False

    with going_on(database, [job(lambda _hold: pytest.fail("it is not due"), is_due=is_due)]):
        assert looked.wait(SOON)
    with database.reading() as timetable:
        assert timetable.connection.execute(t.leases.select()).all() == []


def test_a_job_that_failed_is_tried_again_and_its_failure_told_once(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    runs = 0

    def run(_hold: Hold) -> None:
        nonlocal runs
        runs += 1
        if runs < 4:
            raise StoreUnavailable("gone")

    with going_on(database, [job(run)]):
        eventually(lambda: runs >= 6)
    said = [(each.levelname, each.getMessage()) for each in caplog.records if "job" in each.getMessage()]
    assert said == [
        ("WARNING", "The job work could not be done and is tried again: gone"),
        ("INFO", "The job work is done again"),
    ]


def test_a_job_that_waits_for_somebody_delays_no_other_and_is_interrupted_at_a_stop(database: Database) -> None:
    answer, waiting, done = threading.Event(), threading.Event(), threading.Event()

    def wait(_hold: Hold) -> None:
        waiting.set()
        answer.wait(60)

    slow = job(wait, interrupt=answer.set)
    quick = Job(name="quick", every_seconds=0.02, run=lambda _hold: done.set())
    with going_on(database, [slow, quick]) as (one,):
        assert waiting.wait(SOON)
        done.clear()
        assert done.wait(SOON)
        began = time.monotonic()
        one.stop()
        assert time.monotonic() - began < 1.5


def test_a_stop_does_not_wait_for_what_cannot_be_interrupted(database: Database) -> None:
    waiting, answer = threading.Event(), threading.Event()

    def wait(_hold: Hold) -> None:
        waiting.set()
        answer.wait(60)

    with going_on(database, [job(wait)]) as (one,):
        assert waiting.wait(SOON)
        began = time.monotonic()
        one.stop()
        assert time.monotonic() - began < 4
        answer.set()


def test_who_has_lost_its_hold_is_told_so(database: Database) -> None:
    heard: list[bool] = []

    def run(hold: Hold) -> None:
        heard.append(hold.renew(30))
        run_out(database)
        taken(database, "another")
        heard.append(hold.renew(30))

    with going_on(database, [job(run)]):
        eventually(lambda: len(heard) == 2)
    assert heard == [True, False]
    assert not free(database, "b")
