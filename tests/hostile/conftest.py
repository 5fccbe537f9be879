import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hostile.letters import PATIENTS
from hostile.world import World
from producer.serving.log import JsonLines


@pytest.fixture(scope="session")
def shared_world(worlds: Callable[[Any, str], World], database_kind: str) -> World:
    """As those before have left it."""
    return worlds(World, database_kind)


@pytest.fixture
def world(shared_world: World, caplog: pytest.LogCaptureFixture) -> Iterator[World]:
    """A producer as it was in the beginning; its log must come to hold no error, and nobody's id (rule 9)."""
    shared_world.restore()
    with caplog.at_level(logging.INFO):
        yield shared_world
    assert [record.getMessage() for record in caplog.records if record.levelno > logging.INFO] == []
    lines = map(JsonLines().format, caplog.records)
    assert [line for line in lines if any(patient in line for patient in PATIENTS)] == []
