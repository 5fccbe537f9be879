"""What the README tells a newcomer to paste works as it stands, only at another port."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clients.conftest import Served
from clients.serving import SECONDS

README = Path(__file__).parents[2] / "README.md"
WRITTEN = "http://127.0.0.1:8080"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, served: Served) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("readme")) as address:
        yield address


def snippet(language: str) -> str:
    """The first block of that language in the chapter "A first call"."""
    (chapter,) = re.findall(r"^## A first call$(.*?)^## ", README.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    code = re.search(rf"^```{language}\n(.*?)^```$", chapter, re.DOTALL | re.MULTILINE)
    assert code is not None
    assert WRITTEN in code[1]
    return code[1]


def test_the_first_call_with_curl_works_as_pasted(address: str) -> None:
    """Rules 7, 16 and 31: a whole envelope by hand, and Vårdcentralen Norr's time types come back."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed here, so the README's first call was not tried")
    done = subprocess.run(
        ["sh", "-ec", snippet("sh").replace(WRITTEN, address)], capture_output=True, timeout=SECONDS, check=True
    )
    answer = done.stdout.decode("utf-8")
    assert re.search(r"GetAllTimeTypesResponse\b.*<(\w+:)?timeTypeName>Nybesök läkare</", answer, re.DOTALL)
    assert "Fault" not in answer


def test_the_call_with_zeep_works_as_pasted(address: str) -> None:
    """Rule 10: the demo's booking is printed, read from the WSDL and its imports."""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", snippet("python").replace(WRITTEN, address)],
        capture_output=True,
        timeout=SECONDS,
        check=True,
    )
    printed = done.stdout.decode("utf-8")
    assert "'bookingId': 'DEMO-BOOKING-1'" in printed
    assert "'reason': 'Ont i knäet sedan två veckor'" in printed
    assert done.stderr == b""
