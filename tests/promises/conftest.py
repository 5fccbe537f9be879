"""What the tests of what the product promises start from: a database of either kind, with nothing in it."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that nothing was ever made in."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'tidbok.db'}"
    server: Any = request.getfixturevalue("postgresql_server")
    return str(server.new_database())
