"""The region that the rules are tested in: seeded once, put back before each test."""

from collections.abc import Iterator

import pytest

from rules.world import World


@pytest.fixture(scope="session")
def seeded() -> Iterator[World]:
    world = World()
    yield world
    world.close()


@pytest.fixture
def world(seeded: World) -> World:
    seeded.reset()
    return seeded


@pytest.fixture
def world_on_file(seeded: World, tmp_path: object) -> Iterator[World]:
    """The same in a file, where callers have a connection each: for races."""
    file = tmp_path / "region.db"
    file.write_bytes(seeded.content)
    world = World(f"sqlite:///{file}", seeded.content)
    yield world
    world.close()
