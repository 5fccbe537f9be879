"""What the tests of the server start from."""

from collections.abc import Iterator

import pytest

from server.calling import Desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.app.close()
