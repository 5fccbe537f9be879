from collections.abc import Iterator

import pytest

from statemachine.world import World


@pytest.fixture(scope="session")
def one_world() -> Iterator[World]:
    world = World()
    yield world
    world.close()


@pytest.fixture
def world(one_world: World) -> World:
    """The region as it was seeded; many tests share it, for a producer takes longer to put together than to ask."""
    one_world.begin()
    return one_world
