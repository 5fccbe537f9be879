"""`python -m benchmarks races`: a race of as many attempts as are asked for, judged; 1 when it cannot have been so."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.races.running import Plan, run


def main(words: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(words)
    plan = Plan(attempts=asked.attempts, seconds=asked.seconds, workers=asked.workers, processes=asked.processes)
    with TemporaryDirectory(prefix="tidbok-races-") as name:
        folder = asked.folder or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        raced = run(asked.database or f"sqlite:///{folder / 'races.db'}", folder, plan)
    print(raced)
    return 0 if raced.is_well else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks races", description=__doc__)
    parser.add_argument("--attempts", type=int, default=10_000, help="to book, rebook and cancel, all together")
    parser.add_argument("--seconds", type=float, default=3600, help="when to stop if they take longer")
    parser.add_argument("--database", help="with nothing in it; a SQLite file of its own if none is named")
    parser.add_argument("--folder", type=Path, help="where what is recorded is kept; nowhere if none is named")
    parser.add_argument("--workers", type=int, default=2, help="worker processes of the server")
    parser.add_argument("--processes", type=int, default=2, help="that the callers are spread over")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
