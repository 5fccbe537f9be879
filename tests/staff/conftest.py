"""What the tests of the staff pages start from: on SQLite, or on PostgreSQL where that is asked for."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from staff.on_postgresql import DemoOnPostgresql, StaffOnPostgresql
from staff.test_sweep import DemoWorld
from staff.world import StaffWorld


@pytest.fixture(scope="session")
def is_on_postgresql() -> bool:
    return os.environ.get("TIDBOK_STAFF_TESTS_ON") == "postgresql"


@pytest.fixture(scope="session")
def staff_on_postgresql(postgresql_server: Any) -> Iterator[StaffWorld]:
    world = StaffOnPostgresql(postgresql_server.new_database())
    yield world
    world.close()


@pytest.fixture
def postgresql_world(staff_on_postgresql: StaffWorld) -> StaffWorld:
    """The world below, on PostgreSQL whatever was asked for."""
    staff_on_postgresql.reset()
    return staff_on_postgresql


@pytest.fixture(scope="session")
def staff_world(request: pytest.FixtureRequest, is_on_postgresql: bool) -> Iterator[StaffWorld]:
    if is_on_postgresql:
        yield request.getfixturevalue("staff_on_postgresql")
        return
    world = StaffWorld()
    yield world
    world.close()


@pytest.fixture
def world(staff_world: StaffWorld) -> StaffWorld:
    """As it was in the morning."""
    staff_world.reset()
    return staff_world


@pytest.fixture
def shared_world(world: StaffWorld, is_on_postgresql: bool, tmp_path: Path) -> Iterator[StaffWorld]:
    """The same where callers have a connection each: for races."""
    if is_on_postgresql:
        yield world
        return
    file = tmp_path / "shared.db"
    file.write_bytes(world.content)
    shared = StaffWorld(f"sqlite:///{file}", world.content)
    yield shared
    shared.close()


@pytest.fixture(scope="module")
def demo_once(request: pytest.FixtureRequest, is_on_postgresql: bool) -> Iterator[DemoWorld]:
    if is_on_postgresql:
        world: DemoWorld = DemoOnPostgresql(request.getfixturevalue("postgresql_server").new_database())
    else:
        world = DemoWorld()
    yield world
    world.close()
