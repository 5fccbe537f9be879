"""The region that the index is tested in: made once on each kind of database, put back before each test."""

from collections.abc import Callable
from typing import Any

import pytest

from index.world import IndexWorld


@pytest.fixture
def world(worlds: Callable[[Any, str], IndexWorld], database_kind: str) -> IndexWorld:
    world = worlds(IndexWorld, database_kind)
    world.reset()
    return world
