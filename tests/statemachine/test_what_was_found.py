"""What the machine found, each as its shortest story."""

from dataclasses import replace
from datetime import datetime, timedelta

from statemachine.paper import Order
from statemachine.plainly import PATIENTS, Rules, Time
from statemachine.world import Reply, World

NORR, SODER, OFFICE = "SE2321000016-NORR", "SE2321000016-SODER", "SE2321000016-KANSLI"
ANNA, BO, CILLA = "SE2321000016-ANNA", "SE2321000016-BO", "SE2321000016-CILLA"
ASA, OLLE = PATIENTS[:2]
NINE, TUESDAY = datetime(2026, 3, 2, 9, 0), datetime(2026, 3, 3, 9, 30)


def order(time: Time, booking_id: str | None = None, patient: str = ASA) -> Order:
    return Order(
        actor=patient,
        patient=patient,
        unit=time.unit,
        starts=time.starts,
        ends=time.ends,
        kind=time.kind,
        performer=time.performer,
        booking_id=booking_id,
    )


def time_with(world: World, performer: str, unit: str = NORR, starts: datetime = NINE, kind: str = "NY") -> Time:
    wanted = (unit, starts, performer, kind)
    (found,) = (each for each in world.time_ids.values() if _is(each) == wanted)
    return found


def _is(time: Time) -> tuple[str, datetime, str | None, str]:
    return (time.unit, time.starts, time.performer, time.kind)


def booked(world: World, time: Time, booking_id: str | None = None) -> str:
    reply = world.make(order(time, booking_id))
    assert reply.is_done
    return str(reply.message.bookingId)


def invited(world: World, unit: str = OFFICE) -> str:
    return world.invite(unit, ASA, "Dags för ett besök.", time=None, kind="NY", valid_to=None)


def is_refused(reply: Reply, *codes: str) -> bool:
    return reply.message is not None and reply.refusal in codes


def test_an_order_with_the_id_of_a_booking_is_refused_also_just_after_it_was_made(world: World) -> None:
    """Rule 62: to name a timed booking is no repetition of the order that made it."""
    time = time_with(world, ANNA)
    booking_id = booked(world, time)
    assert is_refused(world.make(order(time, booking_id)), "APPOINTMENT_HAS_A_TIME")


def test_an_order_for_an_invitation_is_no_repetition_of_another_order(world: World) -> None:
    """Rules 58 and 62: with the id of an invitation one asks for that invitation, whatever one booked just now."""
    world.set_rules(NORR, Rules(simultaneous_bookings_allowed=True))
    invitation, first = invited(world), booked(world, time_with(world, ANNA))
    asked = replace(order(time_with(world, ANNA), invitation), performer=None)
    answer = world.make(asked)
    assert (answer.is_done, answer.message.bookingId) == (True, invitation)
    assert set(world.held_times().values()) == {first, invitation}


def test_a_used_invitation_is_answered_as_before_when_the_order_comes_again(world: World) -> None:
    """Rules 58 and 63: the same time is a repetition, another time a second use."""
    invitation = invited(world)
    world.now += timedelta(days=1, hours=1)
    there = time_with(world, BO, NORR, TUESDAY)
    assert booked(world, there, invitation) == invitation
    assert booked(world, there, invitation) == invitation
    second = order(time_with(world, CILLA, SODER, TUESDAY), invitation)
    assert is_refused(world.make(second), "INVITATION_IS_ALREADY_USED")


def test_an_invitation_whose_booking_is_cancelled_is_not_booked_anew(world: World) -> None:
    """Rule 63: a second MakeBooking against the same invitation is refused, also when the first is cancelled."""
    invitation = invited(world)
    booked(world, time_with(world, ANNA), invitation)
    assert world.cancel(NORR, invitation, ASA).is_done
    again = world.make(order(time_with(world, BO), invitation))
    assert is_refused(again, "INVITATION_IS_NO_LONGER_OPEN")


def test_a_booking_that_was_moved_is_no_answer_to_an_order(world: World) -> None:
    """Rule 60: only the order that made a booking is repeated; to ask anew for a time that one moved to is refused."""
    booking_id = booked(world, time_with(world, ANNA))
    moved_to = time_with(world, BO, NORR, TUESDAY)
    assert world.update(order(moved_to, booking_id)).is_done
    assert is_refused(world.make(order(moved_to)), "REQUESTED_TIME_IS_ALREADY_RESERVED")


def test_moving_to_somebody_else_at_the_same_time_moves(world: World) -> None:
    """Rules 58 and 66: it is no repetition of the rebooking before it, for that was to another person."""
    booking_id = booked(world, time_with(world, ANNA))
    for performer in (BO, CILLA):
        assert world.update(order(time_with(world, performer, SODER, TUESDAY), booking_id)).is_done
        (held,) = world.held_times()
        assert world.time_ids[held].performer == performer


def test_a_booking_can_move_within_its_unit_whatever_the_limit_has_become(world: World) -> None:
    """To move a booking is not to have one more: the flag says that it may, and so it may."""
    wednesday = datetime(2026, 3, 4, 10, 0)
    booking_id = booked(world, time_with(world, ANNA))
    booked(world, time_with(world, BO, NORR, TUESDAY))
    world.set_rules(NORR, Rules(most_live_bookings=1))
    assert world.details(NORR, booking_id, ASA).message.timeslotDetail.rebooking_allowed
    assert world.update(order(time_with(world, ANNA, NORR, wednesday), booking_id)).is_done
    assert is_refused(world.make(order(time_with(world, BO))), "TOO_MANY_APPOINTMENTS")
