import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings

from hostile.fuzz import Shot, broken_shots, mislabelled_shots, spoilt_shots, valid_shots
from hostile.letters import LETTERS
from hostile.probe import VALID, XML
from hostile.verdicts import answer_of, fault_of
from hostile.world import World

IN_PASSING = settings(
    max_examples=400,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
AT_LENGTH = settings(IN_PASSING, max_examples=6000)
RESPONSES = {f"{{{letter.namespace}}}{letter.contract}Response" for letter in LETTERS}
UPDATING = {f"{{{letter.namespace}}}{letter.contract}Response" for letter in LETTERS if letter.updates}


class Complaints(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))


@contextmanager
def nothing_uncaught() -> Iterator[None]:
    complaints = Complaints()
    logging.getLogger().addHandler(complaints)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(complaints)
    assert complaints.said == []


def check(world: World, shot: Shot) -> None:
    """An answer or the caller's fault, never ours; what was not done has changed nothing."""
    with nothing_uncaught():
        reply = world.send(shot.body, path=shot.path, query=shot.query, headers=shot.headers)
    if reply.status == 500:
        assert fault_of(reply).code in ("Client", "MustUnderstand", "VersionMismatch")
        assert world.changes() == []
        return
    answer = answer_of(reply)
    assert answer.tag in RESPONSES
    if answer.tag not in UPDATING or answer.findtext("{*}resultCode") == "ERROR":
        assert world.changes() == []
    world.restore()


def still_answers(world: World) -> None:
    assert answer_of(world.send(VALID.encode(), headers=XML)).findtext("{*}resultCode") == "OK"
    world.restore()


@IN_PASSING
@given(shot=valid_shots())
def test_any_values_get_an_answer_or_a_clear_no(shared_world: World, shot: Shot) -> None:
    check(shared_world, shot)


@IN_PASSING
@given(shot=spoilt_shots())
def test_any_tree_gets_an_answer_or_a_clear_no(shared_world: World, shot: Shot) -> None:
    check(shared_world, shot)


@IN_PASSING
@given(shot=mislabelled_shots())
def test_any_encoding_gets_an_answer_or_a_clear_no(shared_world: World, shot: Shot) -> None:
    check(shared_world, shot)


@IN_PASSING
@given(shot=broken_shots())
def test_any_bytes_get_an_answer_or_a_clear_no(shared_world: World, shot: Shot) -> None:
    check(shared_world, shot)


@pytest.mark.slow
@AT_LENGTH
@given(shot=valid_shots() | spoilt_shots() | mislabelled_shots() | broken_shots())
def test_a_long_series_of_chance_requests_gets_answers_or_clear_noes(shared_world: World, shot: Shot) -> None:
    check(shared_world, shot)


@pytest.fixture(autouse=True)
def alive(shared_world: World) -> Iterator[None]:
    """After whatever was sent, the producer books as before."""
    shared_world.restore()
    yield
    shared_world.restore()
    still_answers(shared_world)
