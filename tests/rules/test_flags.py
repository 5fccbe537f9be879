"""The flags in answers tell the truth: what they allow succeeds, what they forbid is refused."""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from producer.domain.booking_rules import BookingRules, Flow, Window, contradictions
from producer.domain.connection import Service, has_service
from producer.soap import messages as m
from producer.soap.client import SoapFault
from producer.store import tables as t
from rules.consumer import Caller
from rules.world import (
    ANYBODY,
    EKEN,
    GUNILLA,
    HAKAN,
    IDA,
    INVITED_IN_TIME,
    LINDEN,
    MORNING,
    OST,
    VAST,
    World,
)

BOOKED = [
    (GUNILLA, EKEN, "BOKAD-1"),
    (HAKAN, LINDEN, "BOKAD-2"),
    (IDA, VAST, "BOKAD-3"),
    (INVITED_IN_TIME, VAST, "KALLAD-TID-1"),
]
WINDOWS = st.builds(
    Window,
    notice=st.sampled_from([timedelta(0), timedelta(hours=2), timedelta(days=1), timedelta(days=8)]),
    horizon=st.sampled_from([None, None, timedelta(days=8), timedelta(days=30)]),
)
FLOWS = st.sampled_from(
    [frozenset(words.split()) for words in ("book see", "see rebook", "see cancel", "book see rebook cancel")]
).map(lambda words: frozenset(map(Flow, words)))
RULES = st.fixed_dictionaries(
    {},
    optional={
        "flows": FLOWS,
        "new_booking_allowed": st.booleans(),
        "rebooking_allowed": st.booleans(),
        "cancelling_allowed": st.booleans(),
        "message_allowed": st.booleans(),
        "rebooking_window": WINDOWS,
        "cancelling_window": WINDOWS,
        "other_unit_allowed": st.booleans(),
        "listed_patients_only": st.booleans(),
        "reserve_ids_accepted": st.booleans(),
        "text_to_read": st.sampled_from([None, "Kom i tid."]),
    },
).filter(lambda rules: not contradictions(BookingRules(**rules)))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rules=st.fixed_dictionaries({EKEN: RULES, VAST: RULES, OST: RULES}), data=st.data())
def test_what_a_flag_allows_succeeds_and_what_it_forbids_is_refused(
    world: World, rules: dict[str, dict[str, Any]], data: st.DataObject
) -> None:
    """Rules 47, 69 and 71: under random rules at the units, at a random time, for a patient of any standing."""
    patient, unit, booking = data.draw(st.sampled_from(BOOKED))
    identity = data.draw(st.sampled_from([patient, patient, "991981000010"]))
    standing = data.draw(st.sampled_from(["none", "none", "listed", "barred", "barred from the type"]))
    now = MORNING + timedelta(hours=data.draw(st.integers(0, 10 * 24)))

    def begin() -> Caller:
        world.reset()
        world.change_booking(booking, patient=identity)
        for one, changes in rules.items():
            world.set_rules(one, **changes)
        _note(world, unit, identity, standing)
        world.now = now
        return world.patient(identity)

    caller = begin()
    told = caller.details(unit, booking)
    offered = _offered(world, caller, unit, booking)
    if _tells_units(world, unit):
        assert bool(caller.units(unit, booking)) is told.rebooking_allowed
    assert told.rebooking_allowed or not offered
    assert _is_done(lambda: caller.cancel(unit, booking)) is told.cancel_booking_allowed
    for slot in offered:
        caller = begin()
        assert _is_done(lambda c=caller, s=slot: c.update(booking, s))
    if told.rebooking_allowed:
        return
    caller = begin()
    for one in _where_times_are_told(world, unit):
        for slot in world.agent(ANYBODY).times(one)[:3]:
            assert not _is_done(lambda s=slot: caller.update(booking, s))


def _note(world: World, unit: str, patient: str, standing: str) -> None:
    """What the unit has noted about the patient."""
    with world.timetable() as timetable:
        row = {"unit_id": timetable.unit(unit).id, "patient": patient}
        if standing == "listed":
            timetable.connection.execute(t.listings.delete().where(t.listings.c.patient == patient))
            timetable.connection.execute(t.listings.insert(), row)
        if standing.startswith("barred"):
            type_ids = [kind.id for kind in timetable.time_types(row["unit_id"])] if "type" in standing else [None]
            for type_id in type_ids:
                timetable.connection.execute(t.restrictions.insert(), {**row, "time_type_id": type_id})


def _tells_units(world: World, unit: str) -> bool:
    with world.timetable() as timetable:
        return has_service(timetable.unit(unit).rules, Service.UNITS)


def _where_times_are_told(world: World, unit: str) -> list[str]:
    """The unit and the other one of its group, if they answer GetAvailableTimeslots."""
    with world.timetable() as timetable:
        units = [timetable.unit(one) for one in ([unit, OST] if unit == VAST else [unit])]
    return [one.hsa_id for one in units if has_service(one.rules, Service.TIMESLOTS)]


def _offered(world: World, caller: Caller, unit: str, booking: str) -> list[m.TimeslotType]:
    """The last time that the patient is offered for moving the booking, at each unit."""
    found = [caller.times(one, bookingId=booking) for one in _where_times_are_told(world, unit)]
    return [slot for slots in found for slot in slots[-1:]]


def _is_done(act: Any) -> bool:
    try:
        return act().resultCode in ("OK", "INFO")
    except SoapFault as fault:
        if "does not have" not in fault.text:
            raise
        return False
