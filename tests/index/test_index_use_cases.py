"""The events of a booking, and what the index is told of each: the use cases of its guide (domain.md 4.2)."""

from rules.world import ANYBODY, EKEN

from index.world import IndexWorld


def test_a_new_booking_is_a_new_post(world: IndexWorld) -> None:
    """Use case 3.3; rules 83, 84 and 86."""
    anybody = world.patient(ANYBODY)
    booking_id = anybody.book(anybody.time(EKEN, "20261124080000", timeTypeID="PROV"))
    assert world.told() == [f"+ {booking_id} at EKEN 2026-11-24 08:00"]
    world.check()
