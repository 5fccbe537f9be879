"""How soon `tidbok serve --demo` answers its first call when the demo region is there already."""

from pathlib import Path
from time import perf_counter

from benchmarks.calls import Request, request
from benchmarks.region import PATIENT
from benchmarks.report import Table, Target, figure
from benchmarks.serving import Line, serving
from producer.soap import messages as m

_TIMES = 5
_DEMO_UNIT = "SE2321000016-DEMO1"


def start(folder: Path) -> Table:
    url = f"sqlite:///{folder / 'demo.db'}"
    _first_answer(url, folder)  # which seeds
    ready, answered = zip(*(_first_answer(url, folder) for _ in range(_TIMES)), strict=True)
    return Table(
        title="From starting `tidbok serve --demo` on a seeded database",
        columns=("to its ready line", "to its first answer"),
        rows=(("producer", (figure(ready, "s"), figure(answered, "s", target=Target(limit=2.0)))),),
        notes=(f"Medians of {_TIMES} starts.",),
    )


def _first_answer(url: str, folder: Path) -> tuple[float, float]:
    started = perf_counter()
    with serving(url, folder / "start.log", "--demo") as server:
        ready = perf_counter() - started
        with Line(server.host, server.port) as line:
            line(_types_of_time())
        return ready, perf_counter() - started


def _types_of_time() -> Request:
    message = m.GetAllTimeTypes(healthcare_facility=_DEMO_UNIT, subject_of_care=PATIENT)
    return request(message, _DEMO_UNIT)
