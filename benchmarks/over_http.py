"""The serving process over HTTP: how long one caller waits, and how many calls four get answered."""

from pathlib import Path
from statistics import median, quantiles

from benchmarks.comparison import Question, questions
from benchmarks.load import Bounds, load
from benchmarks.region import Region
from benchmarks.report import Figure, Table
from benchmarks.serving import Server, serving

_CALLERS = 4
_MS = 1000.0
_WARM_UP = Bounds(calls=20, seconds=1)
_ALONE = Bounds(calls=300, seconds=1.5)
_TOGETHER = Bounds(calls=600, seconds=2.5)
_PERCENT = 100


def over_http(region: Region, folder: Path, workers: int) -> Table:
    with serving(region.copied("http.db").url, folder / "http.log", "--workers", str(workers)) as server:
        rows = tuple(_row(server, question) for question in questions(region))
    return Table(
        title=f"Over HTTP, `tidbok serve --workers {workers}` on this machine",
        columns=("median, 1 caller", "99 of 100 within", f"calls per second, {_CALLERS} callers", "median then"),
        rows=rows,
        notes=("The callers share the machine with the server and log lines go to a file.",),
    )


def _row(server: Server, question: Question) -> tuple[str, tuple[Figure, ...]]:
    requests = question.requests()
    load(server, requests, 1, _WARM_UP)
    alone = load(server, requests, 1, _ALONE)
    together = load(server, requests, _CALLERS, _TOGETHER)
    return question.name, (
        Figure(value=median(alone.each) * _MS, unit="ms"),
        Figure(value=quantiles(alone.each, n=_PERCENT)[-1] * _MS, unit="ms"),
        Figure(value=together.per_second, unit="/s"),
        Figure(value=median(together.each) * _MS, unit="ms"),
    )
