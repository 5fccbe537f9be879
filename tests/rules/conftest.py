"""The region that the rules are tested in: seeded once on each kind of database, put back before each test."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rules.world import World


@pytest.fixture
def world(worlds: Callable[[Any, str], World], database_kind: str) -> World:
    world = worlds(World, database_kind)
    world.reset()
    return world


@pytest.fixture
def world_of_many(world: World, database_kind: str, tmp_path: Path) -> Iterator[World]:
    """The same where callers have a connection each: for races."""
    if database_kind == "postgresql":
        yield world
        return
    file = tmp_path / "region.db"
    file.write_bytes(world.kept.content)
    shared = World(f"sqlite:///{file}", is_filled=True)
    yield shared
    shared.close()
