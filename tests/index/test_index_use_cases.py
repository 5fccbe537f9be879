"""The events of a booking, and what the index is told of each: the use cases of its guide (domain.md 4.2)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import pytest
from rules.world import ANNA, ANYBODY, BO, EKEN, GUNILLA, KANSLI, VAST

from index import hands as do
from index.world import SETTINGS, IndexWorld
from producer.domain.booking_rules import CancelledInvitation
from producer.services import engagements


@dataclass(frozen=True, kw_only=True)
class UseCase:
    """What is done, the lines it puts in the outbox, and those for an index that tells invitations apart (rule 83).

    `{new}` stands for the id that the act made.
    """

    number: str
    title: str
    act: Callable[[IndexWorld], str | int | None]
    told: tuple[str, ...]
    told_by_kind: tuple[str, ...] | None = None


CASES = (
    UseCase(
        number="3.1",
        title="staff send an open invitation",
        act=lambda world: do.invite(world, do.OPEN),
        told=("+ {new} at EKEN 2026-11-23 07:00",),
    ),
    UseCase(
        number="3.1",
        title="staff send a timed invitation",
        act=lambda world: do.invite(world, do.TIMED),
        told=("+ {new} at EKEN 2026-11-24 08:00",),
    ),
    UseCase(
        number="3.2",
        title="an open invitation is booked at the unit that sent it",
        act=do.answer_at_home,
        told=("+ KALLAD-OPPEN-2 at EKEN 2026-11-24 08:00",),
        told_by_kind=("- KALLAD-OPPEN-2 at EKEN", "+ KALLAD-OPPEN-2 at EKEN 2026-11-24 08:00"),
    ),
    UseCase(
        number="3.2",
        title="an open invitation is booked at another unit",
        act=do.answer_elsewhere,
        told=("- KALLAD-OPPEN-1 at KANSLI", "+ KALLAD-OPPEN-1 at OST 2026-11-24 08:00"),
    ),
    UseCase(
        number="3.2",
        title="staff book an open invitation",
        act=lambda world: do.move_by_staff(world, "/staff/SE2321000016-EKEN/bookings/KALLAD-OPPEN-2"),
        told=("+ KALLAD-OPPEN-2 at EKEN 2026-11-24 08:00",),
        told_by_kind=("- KALLAD-OPPEN-2 at EKEN", "+ KALLAD-OPPEN-2 at EKEN 2026-11-24 08:00"),
    ),
    UseCase(number="3.3", title="a resident books", act=do.make, told=("+ {new} at EKEN 2026-11-24 08:00",)),
    UseCase(number="3.3", title="staff book", act=do.book_by_staff, told=("+ {new} at EKEN 2026-11-24 08:00",)),
    UseCase(
        number="3.3",
        title="staff take in a sheet of bookings",
        act=do.take_in_sheet,
        told=("+ {new} at EKEN 2026-12-02 08:00",),
    ),
    UseCase(number="3.4", title="a resident cancels", act=do.cancel, told=("- BOKAD-1 at EKEN",)),
    UseCase(
        number="3.4",
        title="a resident cancels a timed invitation, of which nothing is left",
        act=do.cancel_invitation,
        told=("- KALLAD-TID-1 at VAST",),
    ),
    UseCase(
        number="3.5",
        title="staff cancel for the patient",
        act=lambda world: do.end(world, do.BOOKED, "cancel"),
        told=("- BOKAD-1 at EKEN",),
    ),
    UseCase(
        number="3.5",
        title="the unit takes a time back",
        act=lambda world: do.end(world, do.BOOKED, "withdraw"),
        told=("- BOKAD-1 at EKEN",),
    ),
    UseCase(
        number="3.6",
        title="staff withdraw an invitation",
        act=lambda world: do.end(world, do.IN_TIME, "withdraw"),
        told=("- KALLAD-TID-1 at VAST",),
    ),
    UseCase(
        number="3.6",
        title="staff withdraw those they chose in a list",
        act=do.withdraw_several,
        told=("- KALLAD-OPPEN-2 at EKEN",),
    ),
    UseCase(
        number="3.7",
        title="a resident moves a booking",
        act=do.update,
        told=("+ BOKAD-1 at EKEN 2026-11-25 09:30",),
    ),
    UseCase(
        number="3.8",
        title="a resident moves a booking, which gets a new id",
        act=do.update_with_new_id,
        told=("- BOKAD-1 at EKEN", "+ {new} at EKEN 2026-11-25 09:30"),
    ),
    UseCase(
        number="3.8",
        title="a resident moves a booking to another unit",
        act=do.update_elsewhere,
        told=("- BOKAD-3 at VAST", "+ BOKAD-3 at OST 2026-11-25 08:30"),
    ),
    UseCase(
        number="3.9",
        title="a resident moves a timed invitation",
        act=do.update_invitation,
        told=("+ KALLAD-TID-1 at VAST 2026-11-25 08:30",),
        told_by_kind=("- KALLAD-TID-1 at VAST", "+ KALLAD-TID-1 at VAST 2026-11-25 08:30"),
    ),
    UseCase(
        number="3.10",
        title="staff move a booking",
        act=do.move_by_staff,
        told=("+ BOKAD-1 at EKEN 2026-11-24 08:00",),
    ),
    UseCase(
        number="3.11",
        title="staff move a booking to another unit",
        act=lambda world: do.move_by_staff(world, f"/staff/{VAST}/bookings/BOKAD-3", at="SE2321000016-OST"),
        told=("- BOKAD-3 at VAST", "+ BOKAD-3 at OST 2026-11-24 08:00"),
    ),
    UseCase(
        number="3.12",
        title="staff move a timed invitation",
        act=lambda world: do.move_by_staff(world, do.IN_TIME),
        told=("+ KALLAD-TID-1 at VAST 2026-11-24 08:00",),
        told_by_kind=("- KALLAD-TID-1 at VAST", "+ KALLAD-TID-1 at VAST 2026-11-24 08:00"),
    ),
    UseCase(
        number="3.13",
        title="a start time passes",
        act=lambda world: do.wait_until(world, datetime(2026, 11, 30, 9, 0)),
        told=("- BOKAD-1 at EKEN",),
    ),
    UseCase(
        number="3.14",
        title="an invitation is no longer valid",
        act=lambda world: do.wait_until(world, datetime(2026, 12, 5, 0, 0)),
        told=(
            "- BOKAD-1 at EKEN",
            "- BOKAD-2 at 1hz5",
            "- BOKAD-3 at VAST",
            "- KALLAD-OPPEN-2 at EKEN",
            "- KALLAD-TID-1 at VAST",
        ),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.number}, {case.title}")
def test_each_event_is_told_as_the_guide_says(world: IndexWorld, case: UseCase) -> None:
    """Rules 84 to 87 and 89."""
    new = case.act(world)
    assert world.told() == [line.format(new=new) for line in case.told]
    world.check()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.number}, {case.title}")
def test_an_index_of_before_112_is_told_invitations_and_bookings_apart(world: IndexWorld, case: UseCase) -> None:
    """Rule 83: only as an option."""
    settings = replace(SETTINGS, categories_by_kind=True)
    engagements.settle(world.database, settings, world.now)
    world.told()
    new = case.act(world)
    assert world.told() == [line.format(new=new) for line in case.told_by_kind or case.told]
    world.check(settings)


def test_a_cancelled_invitation_becomes_an_open_one_which_is_told_too(world: IndexWorld) -> None:
    """Rule 72: the timed one goes and the open one comes, at the unit that invites."""
    world.set_rules(VAST, cancelled_invitation_becomes=CancelledInvitation.OPEN_INVITATION)
    world.later(minutes=5)
    do.cancel_invitation(world)
    gone, come = world.lines()
    assert str(gone) == "- KALLAD-TID-1 at VAST"
    assert (come.told, come.unit, come.at) == ("+", "VAST", world.now)
    world.check()


@pytest.mark.parametrize(("kind", "who"), [("NYBESOK", BO), ("KONTROLL", ANNA)])
def test_another_end_text_or_performer_is_not_told(world: IndexWorld, kind: str, who: str) -> None:
    """Rule 85: with Bo instead of Anna, or for twenty minutes instead of thirty."""
    slot_id = do.slot_id(world, datetime(2026, 11, 30, 9, 0), kind, who)
    do.move_to(world, f"{do.BOOKED}/times/{slot_id}", reason="Mår bättre", override="Önskemål")
    moved = world.patient(GUNILLA).details(EKEN, "BOKAD-1")
    assert (moved.timeTypeID, moved.performer, moved.reason) == (kind, who, "Mår bättre")
    assert world.told() == []
    world.check()


def test_what_is_refused_or_done_again_is_not_told(world: IndexWorld) -> None:
    """Rules 58, 66, 73 and 85."""
    gunilla, anybody = world.patient(GUNILLA), world.patient(ANYBODY)
    slot = anybody.time(EKEN, "20261124080000", timeTypeID="NYBESOK")
    new, later = anybody.book(slot), gunilla.time(EKEN, "20261125093000", timeTypeID="NYBESOK")
    gunilla.update("BOKAD-1", later)
    assert len(world.told()) == 2
    assert anybody.book(slot) == new
    assert gunilla.update("BOKAD-1", later).resultCode == "OK"
    assert world.told() == []
    do.cancel(world)
    world.told()
    assert gunilla.cancel(EKEN, "BOKAD-1").resultCode == "ERROR"
    slot = anybody.time(EKEN, "20261124090000", timeTypeID="NYBESOK")
    assert anybody.make(slot, startTimeInclusive="20261124090100").resultCode == "ERROR"
    world.set_rules(EKEN, rebooking_allowed=False)
    assert anybody.update(new, slot).resultCode == "ERROR"
    assert world.told() == []
    world.check()


def test_the_virtual_unit_that_is_not_reached_for_details_sends_nothing(world: IndexWorld) -> None:
    """Rule 93."""
    do.change_rules(world, KANSLI, flows=[])
    assert world.told() == ["- KALLAD-OPPEN-1 at KANSLI"]
    world.check()
