"""A real Chromium for the tests, and clinics to use it at."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from postgresql_servers import PostgresqlServer

from browser.clinic import Clinic, open_clinic, open_copy, seed_demo
from browser.reception import PATIENCE, Reception

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# Nothing that a browser does of its own accord; no sandbox and no shared memory, of which a container has too little.
FLAGS = (
    "--no-sandbox --disable-dev-shm-usage --disable-background-networking --disable-component-update --disable-gpu "
    "--disable-sync --no-first-run"
).split()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """For one module: while Playwright is there, an event loop runs, and other modules' tests run their own."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        missing = "Chromium is not installed here, so no page was tried in a browser"
        if os.environ.get("CI", "").casefold() not in ("", "0", "false"):
            pytest.fail(missing)
        pytest.skip(missing)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The demo as a file, which is copied for each clinic, and what is in it."""
    path = tmp_path_factory.mktemp("seeded") / "demo.db"
    return path, seed_demo(f"sqlite:///{path}")


@pytest.fixture
def clinic(seeded: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[Clinic]:
    """One for a test that changes something."""
    with open_copy(*seeded, tmp_path) as opened:
        yield opened


@pytest.fixture
def reception(chromium: Browser, clinic: Clinic) -> Reception:
    return Reception(browser=chromium, clinic=clinic)


@pytest.fixture
def reception_on_server(chromium: Browser, postgresql_server: PostgresqlServer, tmp_path: Path) -> Iterator[Reception]:
    """One whose clinic keeps everything in PostgreSQL."""
    url = postgresql_server.new_database()
    with open_clinic(url, seed_demo(url), tmp_path) as clinic:
        yield Reception(browser=chromium, clinic=clinic)
    postgresql_server.drop(url)


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """For what must be possible in a browser that runs none."""
    return bool(request.param)


@pytest.fixture(scope="module")
def front_desk(
    chromium: Browser, seeded: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Reception]:
    """One for tests that only look."""
    with open_copy(*seeded, tmp_path_factory.mktemp("clinic")) as opened:
        yield Reception(browser=chromium, clinic=opened)
