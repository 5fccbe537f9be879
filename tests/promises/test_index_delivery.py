"""What happens to a booking arrives at Engagemangsindex, whoever dies, and no booking waits for it."""

import socket
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from index_delivery.posts import fill, row
from index_receiver.calling import Index, receiving

from producer.soap import messages as m
from producer.store.engine import open_database
from producer.store.schema import upgrade
from promises import bookers
from promises.authorities import CLIENT, SERVER, Authority
from promises.servers import serving, start, tidbok

SOON = 150
"""Seconds for what takes two, on a machine that others share; who was killed may have had its lease for one minute."""
BOOKINGS = 100


def eventually(is_so: Callable[[], object], seconds: float = SOON) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    folder = tmp_path / "index"
    folder.mkdir()
    with receiving(folder) as index:
        yield index


def booked(address: str, wishes: Sequence[bookers.Wish]) -> list[str]:
    def one(wish: bookers.Wish) -> str:
        answer = bookers.book(address, wish)
        assert answer.booking_id is not None, answer
        return answer.booking_id

    with ThreadPoolExecutor(max_workers=8) as residents:
        return list(residents.map(one, wishes))


def move(address: str, booking_id: str, held: bookers.Wish, to: bookers.Wish) -> None:
    names = ("startTimeInclusive", "endTimeExclusive", "healthcare_facility", "timeTypeID")
    wanted = m.TimeslotType(
        **{name: getattr(to.time, name) for name in names}, bookingId=booking_id, subject_of_care=held.patient
    )
    message = m.UpdateBooking(requestedTimeslot=wanted)
    answer = bookers.call(address, message, held.patient)
    assert answer.resultCode == m.ResultCode.OK, answer.resultText


def cancel(address: str, booking_id: str, patient: str) -> None:
    message = m.CancelBooking(healthcare_facility=bookers.UNIT, bookingId=booking_id)
    answer = bookers.call(address, message, patient)
    assert answer.resultCode == m.ResultCode.OK, answer.resultText


def told_of(index: Index) -> dict[str, list[tuple[str, str | None]]]:
    """What the index was told of each booking, in order: the effect, and the date it had then."""
    told = defaultdict(list)
    for entry in index.data()["journal"]:
        post = entry["post"]
        told[post["businessObjectInstanceIdentifier"]].append((entry["effect"], post.get("mostRecentContent")))
    return told


def test_a_booking_appears_in_the_index_moves_there_and_goes(new_database: str, tmp_path: Path, index: Index) -> None:
    """rules 85 and 88"""
    with serving(tmp_path, new_database, "--demo", "--index-url", index.url) as server:
        first, second = bookers.wishes(server.address, 2)
        began = time.monotonic()
        (booking,) = booked(server.address, [first])
        eventually(lambda: index.held(booking))
        assert time.monotonic() - began < 20
        assert [post["mostRecentContent"] for post in index.held(booking)] == [first.starts]
        move(server.address, booking, first, second)
        eventually(lambda: index.held(booking)[0]["mostRecentContent"] == second.starts)
        cancel(server.address, booking, first.patient)
        eventually(lambda: not index.held(booking))
        assert index.effects(booking) == ["created", "updated", "deleted"]
        eventually(lambda: 'tidbok_index_posts{state="waiting"} 0.0' in numbers(server.address))
        assert "tidbok_index_failures_in_a_row 0.0" in numbers(server.address)
    shown = tidbok(tmp_path, "index", "deliver", "--database", new_database, "--index-url", index.url)
    assert (shown.returncode, shown.stdout) == (0, "Sent 0, refused 0, waiting 0\n")


def numbers(address: str) -> str:
    with urllib.request.urlopen(f"{address}/metrics", timeout=30) as answer:
        return answer.read().decode()


def three_hundred_wait(folder: Path, database: str) -> dict[str, list[tuple[str, str]]]:
    """A hundred bookings, moved and cancelled where nobody delivers; what each is to be told as."""
    with serving(folder, database, "--demo", "--index-pull") as server:
        wishes = bookers.wishes(server.address, 2 * BOOKINGS)
        here, there = wishes[:BOOKINGS], wishes[BOOKINGS:]
        ids = booked(server.address, here)

        def moved_and_cancelled(one: tuple[str, bookers.Wish, bookers.Wish]) -> None:
            move(server.address, *one)
            cancel(server.address, one[0], one[1].patient)

        with ThreadPoolExecutor(max_workers=8) as residents:
            list(residents.map(moved_and_cancelled, zip(ids, here, there, strict=True)))
        return {
            booking: [("created", one.starts), ("updated", other.starts), ("deleted", other.starts)]
            for booking, one, other in zip(ids, here, there, strict=True)
        }


def test_a_server_that_is_killed_while_it_delivers_loses_and_swaps_nothing(
    new_database: str, tmp_path: Path, index: Index, figure: Callable[[str], None]
) -> None:
    """rules 88 and 89: what was under way is told once more, which changes nothing (Engagemangsindex pR5)."""
    wanted = three_hundred_wait(tmp_path, new_database)
    delivering = ("--index-url", index.url, "--index-batch", "4")
    server = start(tmp_path, new_database, *delivering)
    eventually(lambda: len(index.data()["journal"]) >= 40)
    server.kill()
    arrived = len(index.data()["journal"])
    assert arrived < 3 * BOOKINGS, "all had arrived before the server was killed"
    began = time.monotonic()
    with serving(tmp_path, new_database, *delivering) as server:
        eventually(lambda: 'tidbok_index_posts{state="waiting"} 0.0' in numbers(server.address))
    told = told_of(index)
    again = sum(effect in ("unchanged", "was gone") for entries in told.values() for effect, _ in entries)
    for booking, steps in wanted.items():
        new = [(effect, date) for effect, date in told[booking] if effect not in ("unchanged", "was gone")]
        assert [effect for effect, _ in new] == [effect for effect, _ in steps]
        assert [date for effect, date in new[:2]] == [date for effect, date in steps[:2]]
    assert again <= 4, "more was told again than one call holds"
    figure(
        f"killed when {arrived} of {3 * BOOKINGS} posts had arrived: the others came within "
        f"{time.monotonic() - began:.0f} s of the restart, in order, {again} told twice"
    )


def test_of_several_servers_one_delivers_and_each_post_is_told_once(
    new_database: str, tmp_path: Path, index: Index, figure: Callable[[str], None]
) -> None:
    """rule 89: two servers of two processes each have one outbox."""
    options = ("--demo", "--workers", "2", "--index-url", index.url)
    with serving(tmp_path, new_database, *options) as one, serving(tmp_path, new_database, *options) as other:
        wishes = bookers.wishes(one.address, BOOKINGS)
        ids = booked(one.address, wishes[::2]) + booked(other.address, wishes[1::2])
        eventually(lambda: 'tidbok_index_posts{state="waiting"} 0.0' in numbers(other.address))
        assert 'tidbok_index_posts{state="waiting"} 0.0' in numbers(one.address)
    told = told_of(index)
    assert {booking: [effect for effect, _ in told[booking]] for booking in ids} == {each: ["created"] for each in ids}
    figure(f"{BOOKINGS} bookings at two servers of two processes: each told to the index once")


def test_posts_go_over_tls_and_each_side_shows_who_it_is(tmp_path: Path) -> None:
    """Without the index's authority, or without a certificate of its own, nothing is sent, and what waits stays."""
    theirs, ours = Authority(tmp_path, "index"), Authority(tmp_path, "producers")
    own = ours.issue(SERVER, CLIENT)
    database = f"sqlite:///{tmp_path / 'tidbok.db'}"
    upgrade(database)
    opened = open_database(database)
    fill(opened, map(row, range(3)))
    opened.close()
    with receiving(tmp_path, *theirs.issue(SERVER).options, "--client-ca", ours.path) as index:
        assert index.url.startswith("https://")
        deliver = ("index", "deliver", "--database", database, "--index-url", index.url)
        for told in ((), own.options, ("--index-ca", theirs.path)):
            refused = tidbok(tmp_path, *deliver, *told)
            assert (refused.returncode, refused.stdout) == (1, "Sent 0, refused 0, waiting 3\n"), refused.stderr
        sent = tidbok(tmp_path, *deliver, *own.options, "--index-ca", theirs.path)
        assert (sent.stderr, sent.stdout) == ("", "Sent 3, refused 0, waiting 0\n")


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_an_authority_that_cannot_be_read_is_told_in_a_sentence(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "authority.pem"
    if content is not None:
        file.write_bytes(content)
    options = ("--port", "0", "--index-url", "https://127.0.0.1:9/", "--index-ca", str(file))
    done = tidbok(tmp_path, "serve", "--database", f"sqlite:///{tmp_path / 'tidbok.db'}", *options)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert str(file) in done.stderr


@contextmanager
def hanging() -> Iterator[str]:
    """An index that takes every call and answers none."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=64)) as ear:
        yield f"http://127.0.0.1:{ear.getsockname()[1]}/"


def milliseconds(address: str, wish: bookers.Wish) -> float:
    began = time.perf_counter()
    assert bookers.book(address, wish).is_ok
    return 1000 * (time.perf_counter() - began)


def test_an_index_that_hangs_slows_no_booking_and_no_stop(tmp_path: Path, figure: Callable[[str], None]) -> None:
    """rule 88: both servers keep an outbox; one of them has a call under way that is never answered."""
    folders: Any = [tmp_path / name for name in ("with", "without")]
    for folder in folders:
        folder.mkdir()
    addresses = [f"sqlite:///{folder / 'tidbok.db'}" for folder in folders]
    with (
        hanging() as url,
        serving(folders[0], addresses[0], "--demo", "--index-url", url) as slow,
        serving(folders[1], addresses[1], "--demo", "--index-pull") as free,
    ):
        pairs = [bookers.wishes(server.address, 60) for server in (slow, free)]
        took: list[tuple[float, float]] = [
            (milliseconds(slow.address, one), milliseconds(free.address, other))
            for one, other in zip(*pairs, strict=True)
        ]
        with_it, without = (median(each) for each in zip(*took, strict=True))
        began = time.monotonic()
        slow.stop()
        stopped = time.monotonic() - began
    figure(
        f"MakeBooking takes {with_it:.1f} ms while the index hangs, {without:.1f} ms when there is none to call; "
        f"the server stops in {stopped:.1f} s"
    )
    assert with_it < 1.5 * without + 10
    assert stopped < 8
