"""The serving process's memory while it answers ten thousand calls of every kind."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

from benchmarks import calls
from benchmarks.calls import Request
from benchmarks.load import Bounds, load
from benchmarks.region import Region
from benchmarks.report import Figure, Table, Target
from benchmarks.serving import serving

_CALLERS = 4
_WARM_UP = Bounds(calls=2_000, seconds=60)
_CALLS = Bounds(calls=10_000, seconds=120)
_FLAT = Target(limit=1.05)
_PROC = Path("/proc")


def memory(region: Region, folder: Path) -> Table:
    title = "Memory of the serving process"
    if not (_PROC / "self" / "statm").exists():
        return Table(title=title, notes=("Not measured: this system has no /proc.",))
    with serving(region.copied("memory.db").url, folder / "memory.log") as server:
        requests = _mixed(region)
        load(server, requests, _CALLERS, _WARM_UP)
        before = _resident(server.pid)
        answered = len(load(server, requests, _CALLERS, _CALLS).each)
        after = _resident(server.pid)
    row = (
        Figure(value=before, unit="MB"),
        Figure(value=after, unit="MB"),
        Figure(value=after / before, unit="x", target=_FLAT),
    )
    return Table(
        title=title,
        columns=(f"after {_WARM_UP.calls:,} calls", f"{answered:,} calls later", "growth"),
        rows=(("resident, all its processes", row),),
        notes=("Every contract's small calls, every tenth a booking, every hundredth an answer of 2,000 slots.",),
    )


def _mixed(region: Region) -> Iterator[Request]:
    """Small calls in turn; when every patient has booked everywhere, no more is booked."""
    _, _, many, *booked = region.units
    small = tuple(calls.small(region).values())
    bookings = calls.bookings(region, booked)
    for place in count():
        if place % 100 == 0:
            yield calls.timeslots(region, many)
        elif place % 10 == 0:
            yield next(bookings, small[0])
        else:
            yield small[place % len(small)]


def _resident(pid: int) -> float:
    """Megabytes in use by the process and those that it started."""
    family = [pid]
    for parent in family:
        for children in (_PROC / str(parent) / "task").glob("*/children"):
            family += [int(child) for child in children.read_text("ascii").split()]
    return sum(map(_resident_alone, family))


def _resident_alone(pid: int) -> float:
    status = (_PROC / str(pid) / "status").read_text("ascii", errors="replace")
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024
