"""What the tests of the staff pages start from."""

from collections.abc import Callable, Iterator
from pathlib import Path
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
def world_of_many(world: StaffWorld, database_kind: str, tmp_path: Path) -> Iterator[StaffWorld]:
    """The same where callers have a connection each: for races."""
    if database_kind == "postgresql":
        yield world
        return
    file = tmp_path / "shared.db"
    file.write_bytes(world.kept.content)
    shared = StaffWorld(f"sqlite:///{file}", is_filled=True)
    yield shared
    shared.close()


@pytest.fixture
def demo(worlds: Callable[[Any, str], DemoWorld], database_kind: str) -> DemoWorld:
    """The demo, as it was in the morning."""
    demo = worlds(DemoWorld, database_kind)
    demo.reset()
    return demo
