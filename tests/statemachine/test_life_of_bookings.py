"""Rules 35, 48, 49, 57-60, 62-69, 72-75, 77 and 79-81 hold in whatever order things happen."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from statemachine.machine import LifeOfBookings
from statemachine.world import World

USUAL = settings(
    max_examples=45,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@pytest.fixture(scope="module")
def life() -> Iterator[type[LifeOfBookings]]:
    world = World()
    yield type("Life", (LifeOfBookings,), {"world": world})
    world.close()


def test_whatever_happens_the_product_answers_as_the_paper_does(life: type[LifeOfBookings]) -> None:
    run_state_machine_as_test(life, settings=USUAL)


@pytest.mark.slow
def test_however_long_it_goes_on(life: type[LifeOfBookings]) -> None:
    run_state_machine_as_test(life, settings=settings(USUAL, max_examples=120, stateful_step_count=16))
