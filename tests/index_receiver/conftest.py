"""An index as a process of its own, that the tests of a folder share; each test has posts of its own."""

from collections.abc import Iterator

import pytest

from index_receiver.calling import Index, receiving


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with receiving(tmp_path_factory.mktemp("index")) as found:
        yield found
