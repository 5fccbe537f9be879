"""Rules 35, 48, 49, 57-60, 62-69, 72-75, 77 and 79-81 hold in whatever order things happen."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from statemachine.machine import LifeOfBookings
from statemachine.world import World

USUAL = settings(
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


# The paper is the same and what differs is what the databases make of it, so that fewer stories tell; and a step takes
# four times as long on a server.
STORIES = {"sqlite": 45, "postgresql": 5}
LONG_STORIES = {"sqlite": 120, "postgresql": 8}


@pytest.fixture
def life(world: World) -> type[LifeOfBookings]:
    return type("Life", (LifeOfBookings,), {"world": world})


def test_whatever_happens_the_product_answers_as_the_paper_does(life: type[LifeOfBookings], database_kind: str) -> None:
    run_state_machine_as_test(life, settings=settings(USUAL, max_examples=STORIES[database_kind]))


@pytest.mark.slow
def test_however_long_it_goes_on(life: type[LifeOfBookings], database_kind: str) -> None:
    longer = settings(USUAL, max_examples=LONG_STORIES[database_kind], stateful_step_count=16)
    run_state_machine_as_test(life, settings=longer)
