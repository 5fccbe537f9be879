"""The index is turned on, and a unit's flows are switched, while others book: nobody falls between."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rules.world import ANYBODY, EKEN, GUNILLA, IDA, World

from index.world import SETTINGS, posts_in, replayed, wanted_in
from producer.domain.booking_rules import Flow
from producer.domain.engagements import IndexSettings
from producer.domain.model import Actor, ActorType, Origin
from producer.services import engagements
from producer.soap.client import SoapFault
from producer.store.timetable import Timetable
from producer.store.unit_rules import change_rules

PATIENTS = (ANYBODY, GUNILLA, IDA)
SECONDS = 60


@pytest.fixture
def shared(worlds: Callable[[Any, str], World], database_kind: str, tmp_path: Path) -> Iterator[World]:
    """A world where callers have a connection each, and the index is off."""
    world = worlds(World, database_kind)
    world.reset()
    if database_kind == "postgresql":
        yield world
        return
    file = tmp_path / "shared.db"
    file.write_bytes(world.kept.content)
    shared = World(f"sqlite:///{file}", is_filled=True)
    yield shared
    shared.close()


def check(world: World, settings: IndexSettings) -> None:
    with world.database.reading() as timetable:
        held = posts_in(timetable)
        assert held == wanted_in(timetable, settings, world.now)
        assert replayed(timetable) == {post.key: post.most_recent for post in held.values()}


def book_and_cancel(world: World, patient: str, until: threading.Event) -> int:
    """Calls that go on until told to end, and at least some; how many bookings were made."""
    caller, made = world.patient(patient), 0
    while made < 5 or not until.is_set():
        slot = next(iter(caller.times(EKEN, "20261124", "20261211")))
        answer = caller.make(slot)
        if answer.bookingId:
            made += 1
            if made % 3 == 0:
                with suppress(SoapFault):  # the unit may have cancelling off just then
                    caller.cancel(EKEN, answer.bookingId)
    return made


def beside_bookings(world: World, act: Callable[[], object]) -> int:
    """The act is done again and again while residents book; how many bookings they made."""
    over = threading.Event()
    world.set_rules(EKEN, simultaneous_bookings_allowed=True)
    with ThreadPoolExecutor(len(PATIENTS)) as pool:
        booking: list[Future[int]] = [pool.submit(book_and_cancel, world, patient, over) for patient in PATIENTS]
        try:
            act()
        finally:
            over.set()
        return sum(each.result(SECONDS) for each in booking)


def test_who_books_while_the_index_is_turned_on_is_told(shared: World) -> None:
    """Rules 85 and 88: by the one settings or the other, and by the last in the end."""
    others = replace(SETTINGS, source_system="SE2321000016-NYTT")

    def switch() -> None:
        for settings in (SETTINGS, others, SETTINGS, others):
            engagements.settle(shared.database, settings, shared.now)

    assert beside_bookings(shared, switch) >= 15
    check(shared, others)


def test_who_books_while_the_unit_hides_and_shows_what_is_booked_is_told(shared: World) -> None:
    """Rule 93."""
    engagements.settle(shared.database, SETTINGS, shared.now)

    def switch() -> None:
        for flows in (frozenset({Flow.BOOK}), frozenset(Flow)) * 4:
            with shared.database.writing() as timetable:
                _switch(timetable, flows, shared)

    assert beside_bookings(shared, switch) >= 15
    check(shared, SETTINGS)


def _switch(timetable: Timetable, flows: frozenset[Flow], world: World) -> None:
    unit = timetable.unit(EKEN)
    assert unit is not None
    change_rules(timetable.connection, unit.id, replace(unit.rules, flows=flows))
    timetable.tell_index_of_unit(unit.id, world.now)


@pytest.mark.only_on("postgresql", "in SQLite nobody else writes meanwhile")
def test_a_booking_that_is_under_way_when_the_index_is_turned_on_is_waited_for(shared: World) -> None:
    """Rule 88: it began when there was no index and ends when there is one."""
    order = shared.patient(ANYBODY).time(EKEN, "20261124080000", timeTypeID="NYBESOK")
    settling = threading.Thread(target=engagements.settle, args=(shared.database, SETTINGS, shared.now))
    with shared.database.writing() as timetable:
        slot = timetable.slot_by_public_id(str(order.bookingId))
        held = timetable.booking("BOKAD-1")
        assert slot is not None
        assert held is not None
        settling.start()
        settling.join(0.5)
        assert settling.is_alive(), "it waits for who has read a booking to change it"
        _move(timetable, held, slot, shared)
    settling.join(SECONDS)
    assert not settling.is_alive()
    check(shared, SETTINGS)


def _move(timetable: Timetable, held: Any, slot: Any, world: World) -> None:
    origin = Origin(actor=Actor(type=ActorType.PATIENT, id=GUNILLA))
    timetable.move(held, slot, contact=None, reason=None, new_public_id=False, origin=origin, now=world.now)


def test_several_processes_that_start_at_once_settle_once(shared: World) -> None:
    """Rule 89: nothing is told twice, by whichever of them."""
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: engagements.settle(shared.database, SETTINGS, shared.now), range(4)))
    assert sum(told) == 7
    check(shared, SETTINGS)
    shared.now = shared.now.replace(month=12, day=3)
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: engagements.expire(shared.database, shared.now), range(4)))
    assert sum(told) == 4
    check(shared, SETTINGS)
