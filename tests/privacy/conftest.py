"""What the tests of personal data start from: the region of the rules with its staff."""

from collections.abc import Callable
from typing import Any

import pytest
from staff.world import StaffWorld


@pytest.fixture
def world(worlds: Callable[[Any, str], StaffWorld], database_kind: str) -> StaffWorld:
    """As it was in the morning."""
    world = worlds(StaffWorld, database_kind)
    world.reset()
    return world
