"""`python -m benchmarks`: measures and prints; nothing is left behind but the file that --json names."""

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from types import MappingProxyType

from benchmarks.capacity import capacity
from benchmarks.comparison import comparison
from benchmarks.growth import growth
from benchmarks.memory import memory
from benchmarks.over_http import over_http
from benchmarks.races import __main__ as races
from benchmarks.region import Region, usual
from benchmarks.report import Table, write_json
from benchmarks.servers import servers
from benchmarks.small_calls import small_calls
from benchmarks.start import start

_ROUNDS = 9
_MANY_UNITS = 1000

_EVERYTHING: Mapping[str, Callable[["Run"], Table]] = MappingProxyType(
    {
        "comparison": lambda run: comparison(run.region, run.rounds),
        "small": lambda run: small_calls(run.region, run.rounds),
        "http": lambda run: over_http(run.region, run.folder, run.workers),
        "memory": lambda run: memory(run.region, run.folder),
        "growth": lambda run: growth(run.folder, run.rounds, run.units),
        "start": lambda run: start(run.folder),
        "capacity": lambda run: capacity(run.region, run.folder),
        "servers": lambda run: servers(run.folder, run.rounds),
    }
)
_UNLESS_ASKED = frozenset({"servers"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """What the measurements of one run share."""

    folder: Path
    region: Region
    rounds: int
    units: int
    workers: int


def main(words: list[str] | None = None) -> None:
    words = sys.argv[1:] if words is None else words
    if words[:1] == ["races"]:  # a trial and no measurement: it has words of its own
        sys.exit(races.main(words[1:]))
    asked = _parser().parse_args(words)
    chosen = asked.what or [name for name in _EVERYTHING if name not in _UNLESS_ASKED]
    started = perf_counter()
    tables = []
    with TemporaryDirectory(prefix="tidbok-bench-") as name:
        folder = Path(name)
        run = Run(folder=folder, region=usual(folder), rounds=asked.rounds, units=asked.units, workers=asked.workers)
        for what in chosen:
            tables.append(_EVERYTHING[what](run))
            print(tables[-1], end="\n\n", flush=True)
    if asked.json:
        write_json(asked.json, tables)
    print(f"Measured in {perf_counter() - started:.0f} s.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        epilog="`python -m benchmarks races --help` tells of races for the same times, which are no measurement.",
    )
    known = ", ".join(_EVERYTHING)
    parser.add_argument(
        "what", nargs="*", type=_known, metavar="WHAT", help=f"{known}; all but servers if none is named"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there as well")
    parser.add_argument("--rounds", type=_within(1, 40), default=_ROUNDS, help="how often contenders take turns")
    parser.add_argument("--units", type=_within(20, 10_000), default=_MANY_UNITS, help="of the larger database")
    parser.add_argument("--workers", type=_within(1, 64), default=1, help="worker processes of the server over HTTP")
    return parser


def _known(name: str) -> str:
    if name not in _EVERYTHING:
        raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(_EVERYTHING)}")
    return name


def _within(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isdigit() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text} is not a number from {least} to {most}")
        return int(text)

    return number


if __name__ == "__main__":
    main()
