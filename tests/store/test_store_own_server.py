"""The PostgreSQL that the tests start for themselves leaves nothing behind, however they end."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from postgresql_servers import GIVEN

SECONDS = 60
START = """
import sys
from postgresql_servers import postgresql_server
with postgresql_server() as server:
    print(*server.ask("SELECT setting FROM pg_settings WHERE name = 'data_directory'")[0], flush=True)
    sys.stdin.read()
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="only there somebody watches")
@pytest.mark.parametrize("is_killed", [True, False])
def test_a_server_ends_with_who_started_it(is_killed: bool) -> None:
    kept = {name: value for name, value in os.environ.items() if name != GIVEN}
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", START],
        env={**kept, "PYTHONPATH": os.pathsep.join(str(Path(__file__).parents[place]) for place in (1, 2))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        if not (told := process.stdout.readline()):
            pytest.skip("PostgreSQL cannot start here")
        data = Path(told.strip())
        first = int((data / "postmaster.pid").read_text("utf-8").split()[0])
        if is_killed:
            process.kill()
    until = time.monotonic() + SECONDS
    while is_running(first) or data.exists():
        assert time.monotonic() < until, "the server still runs"
        time.sleep(0.1)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
