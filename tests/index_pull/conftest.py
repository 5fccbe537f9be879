"""The region of the index's tests, whose posts are fetched."""

from collections.abc import Callable
from typing import Any

import pytest

from index_pull.world import PullWorld


@pytest.fixture
def world(worlds: Callable[[Any, str], PullWorld], database_kind: str) -> PullWorld:
    world = worlds(PullWorld, database_kind)
    world.reset()
    return world
