"""What docs/index.md tells a newcomer to paste works as it stands, only at other ports."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from shlex import split
from typing import Any
from urllib.request import urlopen

import pytest
from index_receiver.calling import receiving

from clients.serving import SECONDS, serving

ROOT = Path(__file__).parents[2]
PAGE, README = ROOT / "docs" / "index.md", ROOT / "README.md"
PRODUCER, INDEX = "http://127.0.0.1:8080", "http://127.0.0.1:8081"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The first command of the page."""
    words = words_of(blocks()[0], "index", "receive", "--port", INDEX.rpartition(":")[2])
    assert words == []
    with receiving(tmp_path_factory.mktemp("index")) as receiver:
        yield receiver.url


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, index: str) -> Iterator[str]:
    """The second command, which tells the index of the first."""
    words = words_of(blocks()[1], "serve")
    assert INDEX in words
    told = [index if word == INDEX else word for word in words]
    with serving(tmp_path_factory.mktemp("producer"), *told) as address:
        yield address


def blocks() -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def words_of(line: str, *beginning: str) -> list[str]:
    """What follows the command that the line is to begin with."""
    expected = [".venv/bin/tidbok", *beginning]
    words = split(line)
    assert words[: len(expected)] == expected
    return words[len(expected) :]


def posts(index: str) -> dict[str, dict[str, Any]]:
    with urlopen(f"{index}/posts.json", timeout=SECONDS) as answer:
        return {post["businessObjectInstanceIdentifier"]: post for post in json.load(answer)["posts"]}


def awaited(index: str, booking: str) -> dict[str, Any]:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if found := posts(index).get(booking):
            return found
        time.sleep(0.1)
    raise AssertionError(f"no post of {booking} came: {sorted(posts(index))}")


def test_the_demo_is_told_when_the_producer_starts(index: str, address: str) -> None:
    """Rules 83 and 86."""
    assert awaited(index, "DEMO-BOOKING-1")["registeredResidentIdentification"] == "197001239297"


def test_the_booking_by_curl_appears_as_pasted(index: str, address: str) -> None:
    """Rules 84 and 88: the whole of it, from a shell to the page of the index."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed here, so the booking of docs/index.md was not tried")
    pasted = blocks()[2]
    assert PRODUCER in pasted
    done = subprocess.run(
        ["sh", "-ec", pasted.replace(PRODUCER, address)], capture_output=True, timeout=SECONDS, check=True, text=True
    )
    booked = re.search(r"<r:bookingId>(.+?)</r:bookingId><r:resultCode>OK</r:resultCode>", done.stdout)
    assert booked is not None, done.stdout
    post = awaited(index, booked[1])
    assert (post["registeredResidentIdentification"], post["logicalAddress"]) == ("199001012385", "SE2321000016-DEMO1")


def test_the_readme_begins_with_the_same_two_commands() -> None:
    (chapter,) = re.findall(r"^## Engagemangsindex$(.*?)^## ", README.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    (both,) = re.findall(r"^```sh\n(.*?)^```$", chapter, re.DOTALL | re.MULTILINE)
    assert both == "".join(blocks()[:2])
