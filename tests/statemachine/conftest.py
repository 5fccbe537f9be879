from collections.abc import Callable
from typing import Any

import pytest

from statemachine.world import World


@pytest.fixture
def world(worlds: Callable[[Any, str], World], database_kind: str) -> World:
    """The region as it was seeded; many tests share it, for a producer takes longer to put together than to ask."""
    world = worlds(World, database_kind)
    world.begin()
    return world
