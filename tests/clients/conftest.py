"""Servers with the demo of today, on a database of each kind."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from clients.serving import serving
from producer.clock import swedish_time
from producer.serving.readiness import keep_demo, make_ready

SEED_DATA = Path(__file__).parents[2] / "seed_data"
Served = Callable[..., AbstractContextManager[str]]


def todays_demo(url: str) -> None:
    make_ready(url)
    assert keep_demo(url, SEED_DATA, swedish_time()) is None


@pytest.fixture(scope="session")
def served(copy_of: Callable[[Any, str], AbstractContextManager[str]], database_kind: str) -> Served:
    """Gives the address of a server in a folder, over a copy of the demo."""

    @contextmanager
    def served(folder: Path, *options: str) -> Iterator[str]:
        with (
            copy_of(todays_demo, database_kind) as database,
            serving(folder, "--demo", "--database", database, *options) as address,
        ):
            yield address

    return served
