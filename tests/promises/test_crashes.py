import os
import random
from collections.abc import Callable
from pathlib import Path
from threading import Thread

from promises import bookers
from promises.servers import Server, start, tidbok
from promises.wholeness import INDEX_ON, Booked

ROUNDS, RESIDENTS = (20, 500) if os.environ.get("TIDBOK_LONG") else (3, 120)
OPTIONS = ("--workers", "2", *INDEX_ON)
WHOLE = (1, 1, 1)
"""One slot, one event in the trail, one post told to the index."""


class Fate:
    """Kills the server, from a thread of its own, when so many have got their OK."""

    def __init__(self, server: Server, after: int) -> None:
        self._server = server
        self._after = after
        self._killer: Thread | None = None

    def heard(self, number: int) -> None:
        if self._killer is None and number >= self._after:
            self._killer = Thread(target=self._server.kill)
            self._killer.start()

    def fulfilled(self) -> None:
        assert self._killer is not None, "the server answered everybody before it was to be killed"
        self._killer.join()


def test_a_server_that_is_killed_while_many_book_forgets_and_halves_nothing(
    new_database: str, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    """Who was answered OK has the booking; whoever was not has it wholly or not at all, and asks again (rule 58)."""
    server = start(tmp_path, new_database, "--demo", *OPTIONS)
    port = int(server.address.rpartition(":")[2])
    chance = random.Random()
    answered = there = absent = 0
    try:
        for _ in range(ROUNDS):
            wanted = bookers.wishes(server.address, RESIDENTS)
            fate = Fate(server, chance.randrange(RESIDENTS // 10, RESIDENTS // 2))
            answers = bookers.book_at_once([server.address], wanted, fate.heard)
            fate.fulfilled()
            booked = Booked(new_database, bookers.UNIT)
            assert booked.broken == {}
            server = start(tmp_path, new_database, *OPTIONS, port=port)
            lost = [answer for answer in answers if not answer.is_ok]
            assert lost, "nothing was under way when the server was killed"
            hold_answered(booked, answers)
            there += sum(_key(answer) in booked.ids for answer in lost)
            absent += sum(_key(answer) not in booked.ids for answer in lost)
            answered += len(answers) - len(lost)
            ask_again(server.address, booked, lost)
            booked = Booked(new_database, bookers.UNIT)
            hold_once(booked, answers)
            bookers.cancel_all(server.address, [(answer.wish.patient, *booked.ids[_key(answer)]) for answer in answers])
    finally:
        server.stop()
    checked = tidbok(tmp_path, "db", "check", "--database", new_database)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    figure(
        f"{ROUNDS} kills among {RESIDENTS} who book: {answered} answered OK, all there; of {there + absent} unanswered "
        f"{there} wholly there and {absent} wholly absent; asked again, each has one booking"
    )


def hold_answered(booked: Booked, answers: list[bookers.Answer]) -> None:
    for answer in answers:
        found = booked.ids.get(_key(answer), [])
        assert len(found) <= 1
        if answer.is_ok:
            assert found == [answer.booking_id]
        if answer.fault is not None:
            assert bookers.TOO_BUSY in answer.fault
            assert found == [], "who was told that nothing was done"
        assert all(booked.parts[each][:3] == WHOLE for each in found)
    assert len({booked.parts[each][3] for ids in booked.ids.values() for each in ids}) == 1, "some are noted, some not"


def ask_again(address: str, before: Booked, lost: list[bookers.Answer]) -> None:
    """A booking that was there is answered with its own id."""
    for answer in bookers.book_one_after_another(address, [each.wish for each in lost]):
        assert answer.is_ok, (answer.refusal, answer.fault)
        assert before.ids.get(_key(answer), [answer.booking_id]) == [answer.booking_id]


def hold_once(booked: Booked, answers: list[bookers.Answer]) -> None:
    assert booked.broken == {}
    for answer in answers:
        (found,) = booked.ids[_key(answer)]
        assert booked.parts[found][:3] == WHOLE


def _key(answer: bookers.Answer) -> tuple[str, str]:
    return answer.wish.patient, answer.wish.starts
