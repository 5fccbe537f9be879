"""A whole race: the arena built, the producer served, callers in processes of their own, and the verdict."""

import asyncio
import multiprocessing
import re
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from random import Random
from time import monotonic, monotonic_ns, perf_counter

from benchmarks.races.arena import UNIT, Arena, arena, build, patients
from benchmarks.races.callers import Caller, Tally, Wire, race
from benchmarks.races.history import Answer, Deed, Event, events_in
from benchmarks.races.verdict import Verdict, verdict
from benchmarks.serving import Server, serving
from producer.clock import swedish_time
from producer.store.engine import Database, open_database

_RETRIES = re.compile(r'^tidbok_store_retries_total\{reason="([a-z]+)"\} ([0-9.]+)$', re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How many attempts in how many seconds at most, by whom, from where, and against how many worker processes."""

    attempts: int
    seconds: float = 3600
    patients: int = 200
    processes: int = 2
    workers: int = 2
    seed: int = 57


@dataclass(frozen=True, kw_only=True, slots=True)
class Raced:
    """What came of it; `told` is what `tidbok db check` said afterwards."""

    tally: Tally
    retries: Counter[str]
    seconds: float
    verdict: Verdict
    told: str
    is_sound: bool

    @property
    def is_well(self) -> bool:
        return (
            self.is_sound
            and not self.verdict.impossible
            and not self.tally.of(Answer.FAULT, Deed)
            and not self.tally.of(Answer.NONE, Deed)
        )

    def __str__(self) -> str:
        tally = self.tally
        retries = ", ".join(f"{count} {reason}" for reason, count in sorted(self.retries.items())) or "none"
        done, taken, refused = (tally.of(answer) for answer in (Answer.DONE, Answer.TAKEN, Answer.REFUSED))
        odd = tally.of(Answer.FAULT, Deed), tally.of(Answer.NONE, Deed)
        return "\n".join(
            (
                f"{tally.attempts:,} attempts in {self.seconds:,.0f} s",
                f"{done:,} done, {taken:,} taken already, {refused:,} refused otherwise",
                f"{odd[0]} faults, {odd[1]} unanswered",
                f"done anew inside: {retries}",
                str(self.verdict),
                self.told,
            )
        )


def run(url: str, folder: Path, plan: Plan) -> Raced:
    """On a database with nothing in it; everything recorded stays in the folder."""
    laid_out = arena(date.today())
    build(url, laid_out)
    started = perf_counter()
    with serving(url, folder / "race.log", "--workers", str(plan.workers)) as server:
        tally = _raced(server, folder, plan)
        seconds = perf_counter() - started
        retries = _retries(server)
    checked = subprocess.run(
        [sys.executable, "-m", "producer", "db", "check", "--database", url],
        capture_output=True,
        text=True,
        check=False,
    )
    events = _with_the_end(events_in(sorted(folder.glob("history-*"))), url, laid_out)
    return Raced(
        tally=tally,
        retries=retries,
        seconds=seconds,
        verdict=verdict(events, laid_out.places, folder),
        told=(checked.stdout + checked.stderr).strip(),
        is_sound=checked.returncode == 0,
    )


def _raced(server: Server, folder: Path, plan: Plan) -> Tally:
    everybody = patients(plan.patients)
    shares = [everybody[number :: plan.processes] for number in range(plan.processes)]
    together = Tally()
    with ProcessPoolExecutor(plan.processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        part = replace(plan, attempts=plan.attempts // plan.processes)
        racing = [
            pool.submit(_call, server, share, folder / f"history-{number:02}", replace(part, seed=plan.seed + number))
            for number, share in enumerate(shares)
        ]
        for each in racing:
            together.add(each.result())
    return together


def _call(server: Server, share: Sequence[str], file: Path, plan: Plan) -> Tally:
    """What one process of callers does."""
    laid_out, tally, random = arena(date.today()), Tally(), Random(plan.seed)
    with file.open("w", encoding="utf-8") as history:
        callers = [
            Caller(
                arena=laid_out,
                patient=patient,
                wire=Wire(server.host, server.port),
                history=history,
                tally=tally,
                random=Random(random.random()),
            )
            for patient in share
        ]
        asyncio.run(race(callers, plan.attempts, monotonic() + plan.seconds))
    return tally


def _retries(server: Server) -> Counter[str]:
    with urllib.request.urlopen(f"http://{server.host}:{server.port}/metrics", timeout=30) as answer:
        text = answer.read().decode()
    return Counter({reason: int(float(count)) for reason, count in _RETRIES.findall(text)})


def _with_the_end(events: Iterator[Event], url: str, laid_out: Arena) -> Iterator[Event]:
    """And last what the database says when nobody calls any longer."""
    yield from events
    database = open_database(url)
    try:
        yield from _what_is_there(database, laid_out)
    finally:
        database.close()


def _what_is_there(database: Database, laid_out: Arena) -> Iterator[Event]:
    now, opens = monotonic_ns(), datetime.combine(laid_out.day, time())
    with database.reading() as timetable:
        unit = timetable.unit(UNIT)
        free = timetable.free_slots(unit.id, opens, datetime.combine(laid_out.day, time.max)) if unit else []
        booked = timetable.coming_bookings(unit.id, swedish_time()) if unit else ()
    slots = {(slot.starts, slot.performer_hsa_id): name for name, slot in laid_out.slots.items()}
    yield Event(
        began=now,
        ended=now,
        who="-",
        deed=Deed.LOOK,
        answer=Answer.DONE,
        seen=tuple(slot.public_id for slot in free),
    )
    for booking in booked:
        place = booking.starts, booking.performer.hsa_id if booking.performer else ""
        yield Event(
            began=now,
            ended=now,
            who=booking.patient,
            deed=Deed.MINE,
            answer=Answer.DONE,
            seen=(slots[place],),  # type: ignore[index]  # a booking that has no start is found by the check
        )
