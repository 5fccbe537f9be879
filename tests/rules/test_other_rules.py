"""The ping (rule 94), and of group I what the contracts' own behaviour decides (rules 98 to 100)."""

import re
from datetime import datetime
from itertools import chain, combinations
from time import perf_counter
from typing import Any

import pytest
from sqlalchemy import event

from producer.app import create_app
from producer.config import Config
from producer.domain.booking_rules import Flow, Lookup
from producer.soap import messages as m
from producer.soap.client import SoapFault
from producer.store.engine import open_database
from rules.calls import OF_BOOKING, QUERIES, REQUESTS, to, written
from rules.consumer import post
from rules.world import ANYBODY, EKEN, GUNILLA, World

RESPONDER = "urn:riv:itintegration:monitoring:PingForConfigurationResponder:1"


def test_a_ping_tells_version_time_and_configuration(world: World, database_kind: str) -> None:
    """Rule 94: 14 digits of Swedish time, the moment when it is answered."""
    world.now = datetime(2026, 7, 1, 13, 14, 15)
    answer = post(world.app, written("PingForConfiguration").encode()).message
    assert answer.pingDateTime == "20260701131415"
    assert re.search(r"\d+\.\d+", answer.version)
    told = {each.name: each.value for each in answer.configuration}
    assert told["careUnits"] == "7"
    assert told["database"] == database_kind


def test_a_ping_touches_the_data_store(world: World) -> None:
    """Rule 94: at least one question reaches the database, for each ping anew."""
    asked: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        asked.append(statement)

    event.listen(world.database.engine, "before_cursor_execute", note)
    try:
        for number in (1, 2):
            post(world.app, written("PingForConfiguration").encode())
            assert len([statement for statement in asked if "care_units" in statement]) >= number
    finally:
        event.remove(world.database.engine, "before_cursor_execute", note)


def test_a_ping_is_quick(world: World) -> None:
    """Rule 94: within 500 ms; here the median of ten is far below."""
    seconds = []
    for _ in range(10):
        started = perf_counter()
        post(world.app, written("PingForConfiguration").encode())
        seconds.append(perf_counter() - started)
    assert sorted(seconds)[5] < 0.5


BODIES = {
    "empty": f'<PingForConfiguration xmlns="{RESPONDER}"/>',
    "with an end": f'<p:PingForConfiguration xmlns:p="{RESPONDER}"></p:PingForConfiguration>',
    "with empty elements": (
        f'<p:PingForConfiguration xmlns:p="{RESPONDER}"><p:serviceContractNamespace/><p:logicalAddress/>'
        "</p:PingForConfiguration>"
    ),
    "with an address only": (
        f'<p:PingForConfiguration xmlns:p="{RESPONDER}"><p:logicalAddress>x</p:logicalAddress></p:PingForConfiguration>'
    ),
}


@pytest.mark.parametrize("what", BODIES)
@pytest.mark.parametrize("address", [EKEN, "SE165565594230-1000", "nobody"])
def test_a_ping_may_be_empty_and_addressed_to_anybody(world: World, what: str, address: str) -> None:
    """Rule 94: as the platform's own suite sends it; the example's address is the platform's."""
    whole = written("PingForConfiguration", address=address)
    body = re.sub(r"<s:Body>.*</s:Body>", f"<s:Body>{BODIES[what]}</s:Body>", whole)
    assert BODIES[what] in body
    assert post(world.app, body.encode()).message.version


def test_a_ping_is_a_fault_when_the_store_is_down(database_url: str) -> None:
    """Rule 94: HTTP 500, and an answer again when the store is back."""
    behind = open_database(database_url)
    app = create_app(Config(database=database_url))
    ping = written("PingForConfiguration").encode()
    assert post(app, ping).status == 200
    with behind.writing() as timetable:
        timetable.connection.exec_driver_sql("ALTER TABLE care_units RENAME TO elsewhere")
    with pytest.raises(SoapFault) as fault:
        _ = post(app, ping).message
    assert (fault.value.code, fault.value.status) == ("Server", 500)
    with behind.writing() as timetable:
        timetable.connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO care_units")
    behind.close()
    assert post(app, ping).status == 200
    app.close()


def test_the_actor_of_the_contract_descriptions_example_is_accepted(world: World) -> None:
    """Rule 98: 121212121212 is a well-formed identity."""
    caller = world.patient("121212121212")
    assert caller.schedule(EKEN) == ()
    assert caller.time_types(EKEN)
    relative = world.relative(GUNILLA, actor="121212121212")
    assert relative.times(EKEN, "20261124", "20261124")


@pytest.mark.parametrize("contract", [name for name in QUERIES if "subject_of_care" in REQUESTS[name].__slots__])
def test_a_message_of_version_1_0_is_told_that_it_is_one(world: World, contract: str) -> None:
    """Rule 99: without Actor and without patient it cannot be answered; the fault says why."""
    text = re.sub(r"<(\w+):subject_of_care>.*?</\1:subject_of_care>", "", written(contract, actor=None))
    with pytest.raises(SoapFault, match=r"1\.0") as fault:
        _ = post(world.app, text.encode()).message
    assert fault.value.code == "Client"


@pytest.mark.parametrize("contract", ["GetBookingDetails", "MakeBooking", "UpdateBooking", "CancelBooking"])
def test_a_call_without_actor_is_told_of_version_1_0_as_well(world: World, contract: str) -> None:
    """Rule 99: contracts that had no patient to miss are told about the Actor."""
    with pytest.raises(SoapFault, match=r"Actor.*1\.0") as fault:
        _ = post(world.app, written(contract, actor=None).encode()).message
    assert fault.value.code == "Client"


# Chapter 0: the contracts of each flow. Those that a flow only may have come with the lookup of the unit.
FLOWS = {
    "book": "GetAllTimeTypes GetAvailableDates GetAvailableTimeslots MakeBooking",
    "see": "GetSubjectOfCareSchedule GetBookingDetails",
    "rebook": "GetSubjectOfCareSchedule GetBookingDetails GetAvailableDates GetAvailableTimeslots UpdateBooking",
    "cancel": "GetSubjectOfCareSchedule GetBookingDetails CancelBooking",
}
LOOKUPS = {
    "care_types": ("GetAllCareTypes", {"book"}),
    "performers": ("GetAllPerformers", {"book", "rebook"}),
    "units": ("GetAllHealthcareFacilities", {"book", "rebook"}),
}
SETS = [
    set(flows)
    for flows in chain.from_iterable(combinations(FLOWS, size) for size in range(5))
    if "see" in flows or not {"rebook", "cancel"} & set(flows)
]


@pytest.mark.parametrize("with_lookups", [True, False])
@pytest.mark.parametrize("flows", SETS, ids=lambda flows: "+".join(sorted(flows)) or "none")
def test_a_unit_has_the_contracts_of_its_flows_and_no_others(world: World, flows: set[str], with_lookups: bool) -> None:
    """Rule 100: a contract that the unit does not support is a Client fault and changes nothing, not an empty answer."""
    lookups = LOOKUPS if with_lookups else {}
    expected = set(" ".join(FLOWS[flow] for flow in flows).split())
    expected |= {contract for contract, of in lookups.values() if of & flows}
    for contract in OF_BOOKING:
        world.reset()
        world.set_rules(EKEN, flows=frozenset(map(Flow, flows)), lookups=frozenset(map(Lookup, lookups)))
        changed = world.dump()
        if contract in expected:
            world.patient(GUNILLA).ask(EKEN, to(EKEN, contract))
            continue
        with pytest.raises(SoapFault, match=contract) as fault:
            world.patient(GUNILLA).ask(EKEN, to(EKEN, contract))
        assert fault.value.code == "Client"
        assert world.dump() == changed


def test_a_unit_without_flows_is_still_there_for_the_ping(world: World) -> None:
    """Rules 94 and 100: PingForConfiguration is no unit's contract."""
    world.set_rules(EKEN, flows=frozenset())
    assert post(world.app, written("PingForConfiguration").encode()).status == 200
    with pytest.raises(SoapFault):
        world.patient(ANYBODY).ask(EKEN, m.GetSubjectOfCareSchedule(healthcare_facility=EKEN, subject_of_care=ANYBODY))
