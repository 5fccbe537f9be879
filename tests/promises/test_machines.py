import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

from promises import bookers
from promises.balancer import balanced
from promises.servers import Server, environment, serving, tidbok
from promises.wholeness import Booked

BEFORE, AFTER = 60, 120
HAD = frozenset({"created", "updated", "unchanged"})
"""What the index did with a post that it was told there is."""
SECONDS_TO_DELIVER = 150
"""The host that is killed may have had the lease of the delivery for one minute."""
PASSWORD = "en-lång-fras-för-två-värdar"


@contextmanager
def receiving(folder: Path) -> Iterator[str]:
    """The address of a small Engagemangsindex."""
    with (folder / "index-log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "producer", "index", "receive", "--port", "0"],
            cwd=folder,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        told = process.stdout.readline() if process.stdout else ""
        assert told.startswith("Receiving posts for Engagemangsindex at "), told
        yield told.split()[5]
    finally:
        process.terminate()
        process.communicate(timeout=30)


@contextmanager
def two_hosts(folder: Path, url: str, index: str) -> Iterator[tuple[Server, Server]]:
    """Two servers of two workers each, which share nothing but the database."""
    options = ("--workers", "2", "--index-url", f"{index}/itintegration/engagementindex/Update/1/rivtabp21")
    with ExitStack() as stack:
        first = stack.enter_context(serving(folder, url, "--demo", *options))
        other = folder / "other"
        other.mkdir()
        yield first, stack.enter_context(serving(other, url, *options))


def creations(index: str, booking_ids: set[str | None]) -> Counter[str]:
    """How often the index was told of each of the bookings that there is one."""
    with urlopen(f"{index}/posts.json") as answer:
        journal: list[dict[str, Any]] = json.load(answer)["journal"]
    told = (str(entry["post"]["businessObjectInstanceIdentifier"]) for entry in journal if entry["effect"] in HAD)
    return Counter(each for each in told if each in booking_ids)


def delivered(index: str, booking_ids: set[str | None]) -> Counter[str]:
    give_up = monotonic() + SECONDS_TO_DELIVER
    while len(told := creations(index, booking_ids)) < len(booking_ids):
        assert monotonic() < give_up, f"of {len(booking_ids)} bookings the index knows {len(told)}"
        sleep(0.2)
    sleep(2)  # for what would come twice
    return creations(index, booking_ids)


def test_two_hosts_share_one_database_and_when_one_is_killed_the_other_goes_on(
    postgresql_server: Any, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    """Behind a balancer: every booking answered OK is there, who was cut off asks again, and the index is told once."""
    url = postgresql_server.new_database()
    with (
        receiving(tmp_path) as index,
        two_hosts(tmp_path, url, index) as (first, second),
        balanced(first.address, second.address) as address,
    ):
        wanted = bookers.wishes(address, BEFORE + 10 * AFTER)  # more than are booked
        early = bookers.book_at_once([address], wanted[:BEFORE])
        assert all(answer.is_ok for answer in early), early
        assert set(delivered(index, {answer.booking_id for answer in early}).values()) == {1}, "told by one host alone"
        with bookers.Crowd([address], wanted[BEFORE:], residents=8) as crowd:
            crowd.wait_for(AFTER // 2)
            first.kill()
            killed = monotonic()
            crowd.wait_for(AFTER // 2)
        answers = [each.answer for each in crowd.heard]
        lost = [answer for answer in answers if not answer.is_ok]
        assert all(answer.fault is answer.refusal is None for answer in lost), "cut off, and nothing else"
        again = [bookers.book(address, answer.wish) for answer in lost]
        assert all(answer.is_ok for answer in again), again
        good = [*early, *(answer for answer in answers if answer.is_ok), *again]
        hold_booked(url, good)
        assert len(delivered(index, {answer.booking_id for answer in good})) == len(good)
        pause = min(each.heard for each in crowd.heard if each.asked > killed and each.answer.is_ok) - killed
        checked = tidbok(tmp_path, "db", "check", "--database", url)
        assert checked.returncode == 0, checked.stdout + checked.stderr
    figure(
        f"two hosts, one killed: {len(good)} booked, all there and told to the index, {len(lost)} cut off and booked "
        f"when they asked again; the next OK {pause * 1000:.0f} ms after the kill"
    )


def hold_booked(url: str, good: list[bookers.Answer]) -> None:
    booked = Booked(url, bookers.UNIT)
    assert booked.broken == {}
    assert sorted(booked.parts) == sorted(str(answer.booking_id) for answer in good)
    for answer in good:
        assert booked.ids[answer.wish.patient, answer.wish.starts] == [answer.booking_id]


def test_who_signs_in_at_one_host_is_known_at_the_other(postgresql_server: Any, tmp_path: Path) -> None:
    """And each host's WSDL tells the address that it was asked at."""
    url = postgresql_server.new_database()
    with serving(tmp_path, url, "--demo") as first:
        words = ("user", "add", "Vera", "--role", "administrator", "--password", PASSWORD)
        assert tidbok(tmp_path, *words, "--database", url).returncode == 0
        with serving(tmp_path, url) as second, balanced(first.address, second.address) as address:
            browser = build_opener(HTTPCookieProcessor(CookieJar()))
            token = _token(browser.open(f"{address}/staff/sign-in").read().decode())
            form = urlencode({"csrf_token": token, "name": "Vera", "password": PASSWORD}).encode()
            browser.open(f"{address}/staff/sign-in", form)
            for _ in range(6):  # each connection goes to the next host
                page = browser.open(f"{address}/staff/").read().decode()
                assert "Vera" in page
                assert "Vaccinationen" in page
            for host in (first, second):
                path = "/crm/scheduling/MakeBooking/1/rivtabp21"
                with urlopen(f"{host.address}{path}?wsdl") as wsdl:
                    assert f'location="{host.address}{path}"' in wsdl.read().decode()


def _token(page: str) -> str:
    return page.partition('name="csrf-token" content="')[2].partition('"')[0]
