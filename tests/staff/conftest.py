"""What the tests of the staff pages start from."""

from collections.abc import Iterator

import pytest

from staff.world import StaffWorld


@pytest.fixture(scope="session")
def staff_world() -> Iterator[StaffWorld]:
    world = StaffWorld()
    yield world
    world.close()


@pytest.fixture
def world(staff_world: StaffWorld) -> StaffWorld:
    """As it was in the morning."""
    staff_world.reset()
    return staff_world
