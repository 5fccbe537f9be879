"""One unit's slots, in a database with ten units and in one with a hundred times as many."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from itertools import cycle
from pathlib import Path

from benchmarks import calls
from benchmarks.calls import Request
from benchmarks.ours import Ours
from benchmarks.region import Region, Unit, build
from benchmarks.report import Figure, Table, Target, figure
from benchmarks.timing import by_turns

_FEW = 10
_SLOTS = 2000
_MS = 1000.0


def growth(folder: Path, rounds: int, many: int) -> Table:
    regions = {_FEW: _region(folder, _FEW), many: _region(folder, many)}
    with ExitStack() as stack:
        contenders = {str(count): stack.enter_context(closing(Ours(region))) for count, region in regions.items()}
        times = by_turns(contenders, {str(count): _requests(region) for count, region in regions.items()}, rounds)
    megabytes = regions[many].file.stat().st_size / 1e6
    small, large = times[str(_FEW)], times[str(many)]
    return Table(
        title=f"GetAvailableTimeslots, {_SLOTS:,} slots of one unit, as the database grows",
        columns=(*(f"{count:,} units, {count * _SLOTS:,} slots" for count in regions), "growth"),
        rows=(
            (
                "producer",
                (
                    Figure(value=small.median * _MS, unit="ms"),
                    Figure(value=large.median * _MS, unit="ms"),
                    figure(large.ratios(small), "x", target=Target(limit=1.3)),
                ),
            ),
        ),
        notes=(f"The larger database is a file of {megabytes:,.0f} MB; ten units of it are asked in turn.",),
    )


def _region(folder: Path, count: int) -> Region:
    return build(
        folder / f"{count}-units.db", [Unit(number=number, free_slots=_SLOTS) for number in range(1, count + 1)]
    )


def _requests(region: Region) -> Iterator[Request]:
    """Of ten units that lie far apart in the file."""
    return cycle([calls.timeslots(region, unit) for unit in region.units[:: len(region.units) // _FEW]])
