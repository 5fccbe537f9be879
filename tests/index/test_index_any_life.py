"""Whatever happens, in whatever order: the posts are those of the bookings, and what was told leads to them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from rules.world import ANYBODY, EKEN, GUNILLA, IDA, INVITED, KANSLI, OST, VAST
from sqlalchemy import select

from index.world import SETTINGS, IndexWorld
from producer.domain.booking_rules import CancelledInvitation, Flow
from producer.domain.model import Actor, ActorType, Booking, BookingState, Contact, Origin, Slot
from producer.services import engagements
from producer.store import tables as t
from producer.store.bookings import BOOKINGS, booking_in
from producer.store.errors import Collision
from producer.store.timetable import Timetable
from producer.store.unit_rules import change_rules

PATIENTS = (GUNILLA, IDA, INVITED, ANYBODY, "991981000010", "20000101T238")
UNITS = (EKEN, VAST, OST, KANSLI)
ORIGIN = Origin(actor=Actor(type=ActorType.STAFF, id="erik"))
CONTACT = Contact(first_name="Ture", last_name="Test")
OTHER_SETTINGS = (
    SETTINGS,
    replace(SETTINGS, source_system="SE2321000016-NYTT"),
    replace(SETTINGS, data_controller="SE5565594230"),
    replace(SETTINGS, categories_by_kind=True),
)
pick = st.integers(0, 10_000)


class AnyLife(RuleBasedStateMachine):
    """Acts of everybody by the store itself, where every act of the product ends; switches; and the clock."""

    world: IndexWorld

    def __init__(self) -> None:
        super().__init__()
        self.world.reset()
        self.settings = SETTINGS

    @contextmanager
    def _writing(self) -> Iterator[Timetable]:
        """An act that was refused by the database leaves nothing, not in the outbox either."""
        try:
            with self.world.database.writing() as timetable:
                yield timetable
        except Collision:
            pass

    def _slot(self, timetable: Timetable, number: int) -> Slot | None:
        """A free one of the nearest, so that some begin while others are made."""
        free = select(t.slots.c.public_id).where(
            t.slots.c.starts > self.world.now,
            t.slots.c.starts < self.world.now + timedelta(days=6),
            t.slots.c.booking_id.is_(None),
        )
        ids = timetable.connection.scalars(free.order_by(t.slots.c.id)).all()
        return timetable.slot_by_public_id(ids[number % len(ids)]) if ids else None

    def _held(self, timetable: Timetable, number: int, *, is_open: bool | None = None) -> Booking | None:
        live = [
            each
            for each in map(booking_in, timetable.connection.execute(BOOKINGS.order_by(t.bookings.c.id)).all())
            if each.state is BookingState.LIVE and (is_open is None or each.is_open_invitation is is_open)
        ]
        return timetable.booking(live[number % len(live)].public_id) if live else None

    @rule(number=pick, patient=st.sampled_from(PATIENTS), shown=st.sampled_from([True, True, False]))
    def book(self, number: int, patient: str, shown: bool) -> None:
        with self._writing() as timetable:
            if slot := self._slot(timetable, number):
                how: dict[str, Any] = {"reason": None, "care_type": None, "shown_to_patient": shown}
                timetable.book(slot, patient, CONTACT, **how, origin=ORIGIN, now=self.world.now)

    @rule(number=pick, patient=st.sampled_from(PATIENTS), days=st.one_of(st.none(), st.integers(-1, 4)))
    def invite_openly(self, number: int, patient: str, days: int | None) -> None:
        with self._writing() as timetable:
            unit = timetable.unit(UNITS[number % len(UNITS)])
            assert unit is not None
            valid_to = None if days is None else (self.world.now + timedelta(days=days)).date()
            timetable.invite(unit.id, patient, "Välkommen", valid_to=valid_to, origin=ORIGIN, now=self.world.now)

    @rule(number=pick, patient=st.sampled_from(PATIENTS))
    def invite_to_a_time(self, number: int, patient: str) -> None:
        with self._writing() as timetable:
            if slot := self._slot(timetable, number):
                timetable.invite(slot.unit_id, patient, "Välkommen", slot=slot, origin=ORIGIN, now=self.world.now)

    @rule(number=pick, other=pick)
    def answer(self, number: int, other: int) -> None:
        with self._writing() as timetable:
            held, slot = self._held(timetable, number, is_open=True), self._slot(timetable, other)
            if held and slot:
                timetable.book_invitation(
                    held, slot, CONTACT, reason=None, care_type=None, origin=ORIGIN, now=self.world.now
                )

    @rule(number=pick, other=pick, new_id=st.booleans())
    def move(self, number: int, other: int, new_id: bool) -> None:
        with self._writing() as timetable:
            held, slot = self._held(timetable, number, is_open=False), self._slot(timetable, other)
            if held and slot:
                timetable.move(
                    held,
                    slot,
                    contact=None,
                    reason="Ny",
                    new_public_id=new_id,
                    origin=ORIGIN,
                    now=self.world.now,
                )

    @rule(number=pick, act=st.sampled_from(["cancel", "withdraw"]))
    def end(self, number: int, act: str) -> None:
        with self._writing() as timetable:
            if held := self._held(timetable, number):
                getattr(timetable, act)(held, None, origin=ORIGIN, now=self.world.now)

    @rule(number=pick, patient=st.sampled_from(PATIENTS))
    def identify(self, number: int, patient: str) -> None:
        with self._writing() as timetable:
            if held := self._held(timetable, number):
                timetable.identify(held, patient, origin=ORIGIN, now=self.world.now)

    @rule(number=pick)
    def begin_and_give_up(self, number: int) -> None:
        """What is undone was never told."""
        with self._writing() as timetable:
            if held := self._held(timetable, number):
                timetable.cancel(held, None, origin=ORIGIN, now=self.world.now)
                raise Collision("somebody was first")

    @rule(unit=st.sampled_from(UNITS), flows=st.sampled_from([frozenset(Flow), frozenset({Flow.BOOK})]))
    def switch(self, unit: str, flows: frozenset[Flow]) -> None:
        with self._writing() as timetable:
            known = timetable.unit(unit)
            assert known is not None
            open_again = CancelledInvitation.OPEN_INVITATION
            rules = replace(known.rules, flows=flows, lookups=frozenset(), cancelled_invitation_becomes=open_again)
            change_rules(timetable.connection, known.id, rules)
            timetable.tell_index_of_unit(known.id, self.world.now)

    @rule(settings=st.sampled_from(OTHER_SETTINGS))
    def settle(self, settings: Any) -> None:
        engagements.settle(self.world.database, settings, self.world.now)
        self.settings = settings

    @rule(hours=st.integers(1, 60))
    def let_time_pass(self, hours: int) -> None:
        self.world.now += timedelta(hours=hours)
        engagements.expire(self.world.database, self.world.now)

    @rule()
    def look_again(self) -> None:
        assert engagements.expire(self.world.database, self.world.now) == 0
        assert engagements.settle(self.world.database, self.settings, self.world.now) == 0

    @invariant()
    def posts_are_true(self) -> None:
        """Rules 82 to 85, 87, 89, 91 to 93."""
        self.world.check(self.settings)


@pytest.mark.only_on("sqlite", "PostgreSQL has the same acts in the use cases, at a tenth of the speed")
def test_posts_are_true_whatever_happens(world: IndexWorld) -> None:
    """Rules 82-93: forty lives of thirty events each; the posts are compared after every event."""
    kind = type("AnyLifeHere", (AnyLife,), {"world": world})
    run_state_machine_as_test(
        kind,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
