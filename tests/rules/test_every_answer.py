"""What holds for every answer whatever is asked: each one these tests get is looked into by `answers.check`."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from producer.app import assembled
from producer.config import Config
from producer.soap.client import envelope
from producer.soap.contracts import CONTRACTS
from producer.soap.handlers import handlers
from producer.store.engine import new_database
from producer.store.schema import upgrade_open
from producer.store.seeding import seed
from rules.answers import LOG_ID, check, check_message
from rules.calls import CONTRACT_NAMES, OF_BOOKING, REQUESTS, to, written
from rules.consumer import Caller, patient_actor, post
from rules.world import EKEN, GUNILLA, HAKAN, IDA, INVITED, INVITED_IN_TIME, LISTED, MORNING, UNITS, World

DEMO = Path(__file__).parents[2] / "seed_data"
PEOPLE = [GUNILLA, HAKAN, IDA, INVITED, INVITED_IN_TIME, LISTED, "202001012398", "201501012395", "991981000010"]
IDS = ["BOKAD-1", "BOKAD-2", "BOKAD-3", "KALLAD-OPPEN-1", "KALLAD-OPPEN-2", "KALLAD-OPPEN-3", "KALLAD-TID-1", "NONE"]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_every_answer_is_sound_whoever_asks_what_of_which_unit(world: World, data: st.DataObject) -> None:
    """Rules 1-3, 8, 9, 26, 27, 29-31, 51, 54-56, 75, 77 and 79: all of them, at random, acts too and one after another."""
    world.reset()
    for _ in range(6):
        world.now += timedelta(minutes=data.draw(st.sampled_from([0, 1, 60, 24 * 60])))
        unit = data.draw(st.sampled_from([*UNITS, "SE2321000016-NONE"]))
        patient = data.draw(st.sampled_from(PEOPLE))
        make = data.draw(st.sampled_from([world.patient, world.agent, world.nobody]))
        caller = make(patient, to=data.draw(st.sampled_from([None, None, None, EKEN, "5565594230"])))
        contract = data.draw(st.sampled_from(OF_BOOKING))
        fields = REQUESTS[contract].__slots__
        changes: dict[str, Any] = {"subject_of_care": patient} if "subject_of_care" in fields else {}
        if "bookingId" in fields:
            changes["bookingId"] = data.draw(st.sampled_from(IDS))
        reply = _act(world, caller, contract, unit, data) or caller.reply(unit, to(unit, contract, **changes))
        assert reply.status in (200, 500)  # the caller has looked at the rest
    assert world.now >= MORNING


def _act(world: World, caller: Caller, contract: str, unit: str, data: st.DataObject) -> Any:
    """A booking or a move to a time that is free there, where there is one."""
    free = world.agent(GUNILLA).times(unit) if contract in ("MakeBooking", "UpdateBooking") and unit in UNITS else ()
    if not free:
        return None
    slot = data.draw(st.sampled_from(free))
    booking = data.draw(st.sampled_from([*IDS, slot.bookingId]))
    order: Any = caller.order(slot, bookingId=booking)
    if contract == "UpdateBooking":
        order = type(REQUESTS["UpdateBooking"])(requestedTimeslot=order.requestedTimeslot)
    return caller.reply(unit, order)


class Demo:
    """Only looked at, so that it is never put back."""

    def __init__(self, url: str) -> None:
        database = new_database(url)
        upgrade_open(database)
        seed(database, DEMO, date(2026, 11, 23))
        config = Config()
        self.app = assembled(config, handlers(database, config), database, now=lambda: datetime(2026, 11, 23, 8))

    def close(self) -> None:
        self.app.close()


@pytest.fixture
def demo_app(worlds: Callable[[Any, str], Demo], database_kind: str) -> Any:
    return worlds(Demo, database_kind).app


DEMO_UNITS = [*(f"SE2321000016-DEMO{number}" for number in range(1, 8)), "TSTNMT2321000156-TIDB"]
DEMO_BOOKINGS = [
    ("197001239297", "SE2321000016-DEMO1", "DEMO-BOOKING-1"),
    ("198101079294", "SE2321000016-DEMO2", "DEMO-BOOKING-2"),
    ("195501142284", "SE2321000016-DEMO5", "DEMO-OPEN-1"),
    ("196201082697", "SE2321000016-DEMO3", "DEMO-TIMED-1"),
]


@pytest.mark.parametrize("unit", DEMO_UNITS)
@pytest.mark.parametrize("contract", [name for name in OF_BOOKING if name.startswith("Get")])
def test_every_answer_about_the_demo_region_is_sound(demo_app: Any, contract: str, unit: str) -> None:
    """Rules 26, 27, 29 and 30 over the region that comes with the product."""
    person = "194001079120"
    changes = {} if contract == "GetBookingDetails" else {"subject_of_care": person}
    message = to(unit, contract, **changes)
    reply = post(demo_app, envelope(message, unit, patient_actor(person)))
    assert reply.status == 200 or reply.element.findtext("faultcode").endswith(":Client")


@pytest.mark.parametrize(("patient", "unit", "booking"), DEMO_BOOKINGS)
def test_the_bookings_of_the_demo_region_are_told(demo_app: Any, patient: str, unit: str, booking: str) -> None:
    """Rules 75 to 78."""
    caller = Caller(app=demo_app, patient=patient, actor=patient_actor(patient))
    told = caller.details(unit, booking)
    assert (told.bookingId, told.subject_of_care, bool(told.isInvitation)) == (
        booking,
        patient,
        "BOOKING" not in booking,
    )


# That the looking finds something is shown by answers that are spoilt.


def _spoilt(contract: str, old: str, new: str, world: World) -> bytes:
    body = post(world.app, written(contract).encode()).body
    assert old.encode() in body
    return body.replace(old.encode(), new.encode(), 1)


@pytest.mark.parametrize(
    ("contract", "old", "new"),
    [
        ("GetAvailableTimeslots", "<c:resourceName>Rum 1</c:resourceName>", "<c:resourceName></c:resourceName>"),
        ("GetAvailableTimeslots", "<c:resourceName>Rum 1</c:resourceName>", "<c:resourceName/>"),
        ("GetAvailableTimeslots", "<c:resourceName>Rum 1</c:resourceName>", "<c:resourceName> </c:resourceName>"),
        ("GetAvailableTimeslots", "</c:bookingId>", f"</c:bookingId><c:subject_of_care>{GUNILLA}</c:subject_of_care>"),
        ("GetAvailableTimeslots", "<c:startTimeInclusive>20261124080000</c:startTimeInclusive>", ""),
        ("GetAvailableDates", "<r:date>20261124</r:date>", "<r:date>2026-11-24</r:date>"),
        ("GetBookingDetails", f"<c:subject_of_care>{GUNILLA}</c:subject_of_care>", ""),
        ("GetBookingDetails", "<c:message_allowed>true</c:message_allowed>", ""),
        ("GetBookingDetails", "x:isInvitation>false", "x:isInvitation>true"),
        ("GetSubjectOfCareSchedule", "<c:bookingId>BOKAD-1</c:bookingId>", ""),
        ("GetSubjectOfCareSchedule", "<c:timeTypeID>NYBESOK</c:timeTypeID>", ""),
        ("CancelBooking", "<r:resultCode>OK</r:resultCode>", "<r:resultCode>INFO</r:resultCode>"),
        ("CancelBooking", "<r:resultCode>OK</r:resultCode>", "<r:resultCode>Ok</r:resultCode>"),
    ],
)
def test_a_spoilt_answer_is_found_out(world: World, contract: str, old: str, new: str) -> None:
    """The check that all answers go through is not blind."""
    spoilt = _spoilt(contract, old, new, world)
    with pytest.raises(AssertionError):
        check(200, {"content-type": "text/xml; charset=utf-8", "content-length": str(len(spoilt))}, spoilt)


def test_a_fault_in_the_wrong_clothes_is_found_out(world: World) -> None:
    """Rules 1, 2, 8 and 9, as the check sees them."""
    reply = post(world.app, b"not XML")
    body = reply.body
    spoilt = [
        (200, body),
        (400, body),
        (503, body),
        (500, b""),
        (500, body.replace(b"</faultstring>", b"</faultstring><detail>x</detail>")),
        (500, LOG_ID.sub("none", body.decode()).encode()),
        (500, body.replace(b"The ", GUNILLA.encode() + b" ", 1)),
        (500, body.replace(b"Client", b"Caller")),
    ]
    for status, content in spoilt:
        with pytest.raises((AssertionError, etree.XMLSyntaxError, KeyError)):
            check(status, {"content-type": "text/xml; charset=utf-8", "content-length": str(len(content))}, content)
    check(500, {"content-type": "text/xml; charset=utf-8", "content-length": str(len(body))}, body)


def test_the_check_knows_every_contract() -> None:
    """No answer goes by unseen because its contract is not in a table."""
    assert {contract.name for contract in CONTRACTS} == set(CONTRACT_NAMES)
    with pytest.raises(KeyError):
        check_message(etree.fromstring("<unknown/>"))
