"""What the tests of personal data start from: the region of the rules with its staff."""

from collections.abc import Callable
from typing import Any

import pytest
from staff.test_sweep import DemoWorld
from staff.world import StaffWorld


@pytest.fixture
def world(worlds: Callable[[Any, str], StaffWorld], database_kind: str) -> StaffWorld:
    """As it was in the morning."""
    world = worlds(StaffWorld, database_kind)
    world.reset()
    return world


@pytest.fixture
def demo(worlds: Callable[[Any, str], DemoWorld], database_kind: str) -> DemoWorld:
    """The demo, as it was in the morning."""
    demo = worlds(DemoWorld, database_kind)
    demo.reset()
    return demo
