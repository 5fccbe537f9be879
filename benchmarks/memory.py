"""The serving process's memory while it answers ten thousand calls of every kind."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

from benchmarks import calls
from benchmarks.calls import Request
from benchmarks.load import Bounds, load
from benchmarks.region import Region
from benchmarks.report import Figure, Table, Target, figure
from benchmarks.serving import Server, serving

_CALLERS = 4
_WARM_UP = Bounds(calls=4_000, seconds=60)
_STEP = Bounds(calls=1_000, seconds=15)
_STEPS = 10
_FLAT = Target(limit=1.05)
_PROC = Path("/proc")


def memory(region: Region, folder: Path) -> Table:
    title = "Memory of the serving process"
    if not (_PROC / "self" / "statm").exists():
        return Table(title=title, notes=("Not measured: this system has no /proc.",))
    with serving(region.copied("memory.db").url, folder / "memory.log") as server:
        requests = _mixed(region)
        warm = load(server, requests, _CALLERS, _WARM_UP)
        steps = [_step(server, requests) for _ in range(_STEPS)]
    sizes = [size for _, size in steps]
    first, last = figure(sizes[: _STEPS // 2], "MB"), figure(sizes[_STEPS // 2 :], "MB")
    growth = Figure(value=last.value / first.value, unit="x", target=_FLAT)
    answered = sum(count for count, _ in steps)
    return Table(
        title=title,
        columns=("first half of the calls", "second half", "growth"),
        rows=(("resident, all its processes", (first, last, growth)),),
        notes=(
            f"{answered:,} calls after {len(warm.each):,} to warm up: small ones of every query, every tenth",
            "a booking, every hundredth an answer of 2,000 slots; medians of five looks.",
        ),
    )


def _step(server: Server, requests: Iterator[Request]) -> tuple[int, float]:
    """Calls that were answered, and the memory that is in use then."""
    answered = len(load(server, requests, _CALLERS, _STEP).each)
    return answered, _resident(server.pid)


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
