"""What the tests of the delivery start from: a database of either kind with the tables of this version."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from producer.store.engine import Database, open_database
from producer.store.schema import upgrade


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'tidbok.db'}"
    else:
        server: Any = request.getfixturevalue("postgresql_server")
        url = str(server.new_database())
    upgrade(url)
    return url


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    database = open_database(address)
    yield database
    database.close()
