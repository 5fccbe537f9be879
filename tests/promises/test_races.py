"""One truth under load: many at once want what there is one of, from two server processes on one database."""

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

import pytest

from benchmarks.calls import Request
from benchmarks.races.arena import Arena, Slot, arena, build, patients
from benchmarks.races.callers import Caller, Tally, Wire
from benchmarks.races.calls import Calls, answer_in, booking_id_in
from benchmarks.races.history import Answer, Deed, events_in
from benchmarks.races.running import Plan, run
from benchmarks.races.verdict import verdict
from benchmarks.serving import Server, serving
from producer.clock import swedish_time
from producer.domain import persons
from producer.domain.model import Actor, ActorType, Origin
from producer.domain.refusals import Refusal
from producer.store import tables as t
from producer.store.engine import Database, open_database
from producer.store.invariants import wrongs

ATTEMPTS = int(os.environ.get("RACED_ATTEMPTS", "2000"))
"""More of them take longer: some two hundred a second."""
ROUNDS = 4
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Course:
    """An arena that is served."""

    url: str
    folder: Path
    server: Server
    arena: Arena
    database: Database

    def calls(self, patient: str) -> Calls:
        return Calls(self.arena, patient)

    def at_once(self, requests: Sequence[Request]) -> list[tuple[Answer, str, str]]:
        """What each is answered, its text, and the id of a booking, when all are sent at the same moment."""
        return asyncio.run(_at_once(self.server, requests))

    def holders(self) -> dict[str, str]:
        """Who has which slot, as the database says."""
        query = (
            t.slots.select()
            .with_only_columns(t.slots.c.public_id, t.bookings.c.patient)
            .join(t.bookings, t.bookings.c.id == t.slots.c.booking_id)
        )
        with self.database.reading() as timetable:
            return {row.public_id: row.patient for row in timetable.connection.execute(query)}

    def count(self, table: str) -> int:
        with self.database.reading() as timetable:
            return int(timetable.connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


async def _at_once(server: Server, requests: Sequence[Request]) -> list[tuple[Answer, str, str]]:
    ready = asyncio.Barrier(len(requests))

    async def ask(request: Request) -> tuple[Answer, str, str]:
        wire = Wire(server.host, server.port)
        await wire.open()
        await ready.wait()
        status, body = await wire.ask(request)
        wire.close()
        return *answer_in(status, body), booking_id_in(body)

    return await asyncio.gather(*map(ask, requests))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    folder, laid_out = tmp_path_factory.mktemp("course"), arena(date.today())
    url = f"sqlite:///{folder / 'races.db'}"
    if request.param == "postgresql":
        url = str(request.getfixturevalue("postgresql_server").new_database())
    build(url, laid_out)
    database = open_database(url)
    with serving(url, folder / "log", "--workers", "2") as server:
        yield Course(url=url, folder=folder, server=server, arena=laid_out, database=database)
    database.close()


@pytest.fixture
def course(opened: Course) -> Iterator[Course]:
    """With all its times free; afterwards nothing is wrong in the database, and the log knows of no fault."""
    set_free(opened)
    yield opened
    with opened.database.reading() as timetable:
        assert list(map(str, wrongs(timetable, swedish_time()))) == []
    log = (opened.folder / "log").read_text("utf-8")
    assert "A call failed" not in log
    assert "deadlock" not in log


def set_free(course: Course) -> None:
    with course.database.writing() as timetable:
        for booking in timetable.coming_bookings(1, swedish_time()):
            timetable.withdraw(booking, origin=_STAFF, now=swedish_time())


def test_of_sixty_four_who_race_for_a_time_one_gets_it(course: Course, figure: Callable[[str], None]) -> None:
    """Rules 57 and 88: one OK and 63 ERROR, one row, one line in the trail and one post for the index."""
    everybody = patients(64)
    told = 0
    for slot in course.arena.alone[:ROUNDS]:
        before = {table: course.count(table) for table in _TABLES}
        answers = course.at_once([course.calls(patient).make(slot) for patient in everybody])
        assert Counter((answer, text) for answer, text, _ in answers) == {
            (Answer.DONE, ""): 1,
            (Answer.TAKEN, Refusal.REQUESTED_TIME_IS_ALREADY_RESERVED.value): 63,
        }
        winner = course.holders()[slot.name]
        assert [booking_id for *_, booking_id in answers if booking_id] == [answers[everybody.index(winner)][2]]
        posts = persons.is_national(winner)  # the index knows no others (rule 92)
        more = [course.count(table) - before[table] for table in _TABLES]
        assert more == [1, 1, posts, posts]
        told += posts
    figure(f"64 clients, {ROUNDS} rounds: 1 OK and 63 refused in each, {told} of the winners told to the index")


_TABLES = ("bookings", "booking_events", "index_outbox", "index_posts")


def test_a_race_for_times_that_overlap_is_possible_in_the_eyes_of_the_judge(
    new_database: str, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    """Rules 57-60 and 66: 200 patients book, move and cancel at will; what all were answered can have been true.

    No performer and no room is in two bookings, what is cancelled is free, and every answer after another knows of it.
    """
    raced = run(new_database, tmp_path, Plan(attempts=ATTEMPTS))
    assert raced.is_well, str(raced)
    assert min(raced.tally.answers[deed, Answer.DONE] for deed in Deed) > 0
    assert raced.tally.of(Answer.TAKEN) > raced.tally.of(Answer.DONE)  # it was a race
    figure(str(raced).replace("\n", "; "))


@pytest.mark.parametrize("size", [2, 5])
def test_who_want_each_others_times_lose_none(course: Course, size: int, figure: Callable[[str], None]) -> None:
    """Rule 66: round and round; each keeps the time she has or gets the next, and no fault reaches anybody."""
    history = course.folder / "history"
    tally = Tally()
    with history.open("w", encoding="utf-8") as file:
        asyncio.run(_round_and_round(course, size, tally, file))
    held = course.holders()
    assert sorted(held.values()) == sorted(patients(size))
    judged = verdict(events_in([history]), course.arena.places, course.folder)
    assert not judged.impossible, str(judged)
    assert tally.of(Answer.FAULT) == tally.of(Answer.NONE) == tally.of(Answer.REFUSED) == 0
    figure(f"a ring of {size}: {tally.of(Answer.DONE, [Deed.MOVE])} moved, {tally.of(Answer.TAKEN)} refused, none lost")


async def _round_and_round(course: Course, size: int, tally: Tally, file: object) -> None:
    """Of one more time than there are patients, each wants the one that is after hers."""
    ring = course.arena.alone[:: len(course.arena.alone) // (size + 1)][: size + 1]
    callers = [
        Caller(
            arena=course.arena,
            patient=patient,
            wire=Wire(course.server.host, course.server.port),
            history=file,
            tally=tally,
            random=Random(0),
        )
        for patient in patients(size)
    ]
    for caller, slot in zip(callers, ring, strict=False):
        assert await caller.make(slot) is Answer.DONE
    for _ in range(20):
        await asyncio.gather(*(caller.move(_next(ring, caller.at)) for caller in callers))
    for caller in callers:
        caller.wire.close()


def _next(ring: list[Slot], name: str) -> Slot:
    names = [slot.name for slot in ring]
    return ring[(names.index(name) + 1) % len(ring)]


def test_two_who_swap_times_at_once_lose_neither(course: Course) -> None:
    """Rule 66: both want what the other has, with no third time to step aside to."""
    one, other = course.arena.alone[0], course.arena.alone[-1]
    ids = [answer[2] for answer in course.at_once([calls.make(slot) for calls, slot in _pairs(course, one, other)])]
    assert all(ids)
    for _ in range(5):
        answers = course.at_once(
            [calls.move(slot, id_) for (calls, slot), id_ in zip(_pairs(course, other, one), ids, strict=True)]
        )
        assert {answer for answer, *_ in answers} == {Answer.TAKEN}
    assert course.holders() == dict(zip((one.name, other.name), patients(2), strict=True))


def _pairs(course: Course, *slots: Slot) -> list[tuple[Calls, Slot]]:
    return [(course.calls(patient), slot) for patient, slot in zip(patients(2), slots, strict=True)]


def test_the_same_order_twice_is_one_booking(course: Course) -> None:
    """Rule 58: at once, and again within seconds."""
    for slot, patient in zip(course.arena.crossing[:25:5], patients(5), strict=True):
        order = course.calls(patient).make(slot)
        answers = course.at_once([order, order]) + course.at_once([order])
        assert {answer for answer, *_ in answers} == {Answer.DONE}
        assert len({booking_id for *_, booking_id in answers}) == 1
    with course.database.reading() as timetable:
        booked = timetable.coming_bookings(1, swedish_time())
    assert len(booked) == len(course.holders()) == 5


def test_cancelling_and_rebooking_one_booking_at_once(course: Course, figure: Callable[[str], None]) -> None:
    """Rules 59, 66 and 73: in either order; it ends cancelled, both times are free, and the trail tells which."""
    before, after = course.arena.alone[0], course.arena.crossing[0]
    told: Counter[str] = Counter()
    for patient in patients(12):
        calls = course.calls(patient)
        ((made, _, booking_id),) = course.at_once([calls.make(before)])
        assert made is Answer.DONE
        cancelled, moved = course.at_once([calls.cancel(booking_id), calls.move(after, booking_id)])
        assert cancelled[0] is Answer.DONE
        assert moved[:2] in ((Answer.DONE, ""), (Answer.REFUSED, Refusal.APPOINTMENT_IS_ALREADY_CANCELED.value))
        assert course.holders() == {}
        expected = ["booked", "rebooked", "cancelled"] if moved[0] is Answer.DONE else ["booked", "cancelled"]
        assert acts_of(course, booking_id) == expected
        told[expected[1]] += 1
    figure(f"cancel against rebook: {told['rebooked']} times rebooked first, {told['cancelled']} times cancelled first")


def test_whose_id_changes_is_told_that_the_booking_has_changed(course: Course) -> None:
    """Rules 66 and 68: where ids change, who cancels by the old one hears that it has changed, not that it is taken."""
    with course.database.writing() as timetable:
        timetable.connection.execute(t.booking_rules.update().values(rebooking_changes_id=True))
    before, after = course.arena.alone[0], course.arena.crossing[0]
    for patient in patients(8):
        set_free(course)
        calls = course.calls(patient)
        ((_, _, booking_id),) = course.at_once([calls.make(before)])
        cancelled, moved = course.at_once([calls.cancel(booking_id), calls.move(after, booking_id)])
        assert [cancelled[:2], moved[:2]] in (
            [(Answer.DONE, ""), (Answer.REFUSED, Refusal.APPOINTMENT_IS_ALREADY_CANCELED.value)],
            [(Answer.REFUSED, Refusal.APPOINTMENT_IS_ALREADY_UPDATED.value), (Answer.DONE, "")],
        )
        assert list(course.holders()) == ([] if cancelled[0] is Answer.DONE else [after.name])
    with course.database.writing() as timetable:
        timetable.connection.execute(t.booking_rules.update().values(rebooking_changes_id=False))


def test_an_invitation_is_booked_once(course: Course) -> None:
    """Rule 63: two free times at once for one invitation; one is booked, and the other is told why not."""
    for patient in patients(6):
        with course.database.writing() as timetable:
            invited = timetable.invite(1, patient, "Välkommen", origin=_STAFF, now=swedish_time())
        calls = course.calls(patient)
        slots = [slot for slot in course.arena.alone if slot.name not in course.holders()][::7][:2]
        answers = course.at_once([calls.make(slot, invited.public_id) for slot in slots])
        assert sorted(answer[:2] for answer in answers) == [
            (Answer.DONE, ""),
            (Answer.REFUSED, Refusal.INVITATION_IS_ALREADY_USED.value),
        ]
        assert {booking_id for *_, booking_id in answers} == {invited.public_id, ""}
        assert acts_of(course, invited.public_id) == ["invited", "booked"]


def acts_of(course: Course, public_id: str) -> list[str]:
    with course.database.reading() as timetable:
        booking = timetable.booking(public_id)
        assert booking is not None
        return [entry.act.value for entry in timetable.trail(booking.id)]


_STAFF = Origin(actor=Actor(type=ActorType.STAFF, id="anna"))


# What a store that keeps its promise less well would do; each server begins with one of these.
_SABOTAGE = {
    "a time is taken though it is no longer free": (
        (
            "from producer.store import desk, tables as t\n"
            "from sqlalchemy import bindparam\n"
            "desk._TAKE = t.slots.update().where(t.slots.c.id == bindparam('slot_id'))\n"
        ),
        ["ALTER TABLE bookings DROP CONSTRAINT ex_bookings_performer"],
    ),
    "a booking that is cancelled keeps its time": (
        (
            "from producer.store import desk, tables as t\n"
            "from sqlalchemy import bindparam\n"
            "desk._LET_GO = t.slots.update().where(t.slots.c.id == -1, bindparam('holder') == 0).values(blocked=True)\n"
        ),
        [],
    ),
    "an old picture of the free times is shown": (
        (
            "from producer.services import times\n"
            "looked = times.free_times\n"
            "kept = []\n"
            "def free_times(*asked):\n"
            "    kept.append(looked(*asked))\n"
            "    return kept[max(0, len(kept) - 6)]\n"
            "times.free_times = free_times\n"
        ),
        [],
    ),
}


@pytest.mark.parametrize("harm", _SABOTAGE)
def test_a_store_that_breaks_its_promise_is_caught(
    harm: str, postgresql_server: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the verdict of the races would mean nothing."""
    code, statements = _SABOTAGE[harm]
    (tmp_path / "sitecustomize.py").write_text(code, "utf-8")
    url = str(postgresql_server.new_database())
    laid_out = arena(date.today())
    build(url, laid_out)
    for statement in [*statements, *_without_triggers(url)]:
        run_sql(url, statement)
    monkeypatch.setattr("benchmarks.races.running.build", lambda *_: None)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    raced = run(url, tmp_path, Plan(attempts=1000))
    assert raced.verdict.impossible, str(raced)


def run_sql(url: str, statement: str) -> list[tuple[object, ...]]:
    database = open_database(url)
    with database.writing() as timetable:
        found = timetable.connection.exec_driver_sql(statement)
        rows = [tuple(row) for row in found] if found.returns_rows else []
    database.close()
    return rows


def _without_triggers(url: str) -> list[str]:
    found = run_sql(url, "SELECT tgname, tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal")
    return [f"DROP TRIGGER {name} ON {table}" for name, table in found]
