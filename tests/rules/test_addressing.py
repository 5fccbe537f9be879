"""Group B: headers, addressing and who acts."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from producer.soap import messages as m
from producer.soap.client import SoapFault
from rules.calls import CONTRACT_NAMES, OF_BOOKING, QUERIES, REQUESTS, SIX_QUERIES, to, written
from rules.consumer import Caller, post
from rules.world import (
    ANNA,
    ANYBODY,
    BARRED,
    BO,
    CLEARED_CONSUMER,
    EKEN,
    GUNILLA,
    HAKAN,
    IDA,
    INVITED,
    INVITED_IN_TIME,
    KANSLI,
    LINDEN,
    LISTED,
    LISTED_WITH_FILIP,
    LUGNET,
    NOT_FOR_TALKS,
    OST,
    TEST,
    UNITS,
    VAST,
    World,
)

ACTOR_BLOCK = '<a:Actor xmlns:a="urn:riv:interoperability:headers:1">{}</a:Actor>'
NOBODY_THERE = "SE2321000016-NOBODY"


def fault_of(world: World, body: str) -> SoapFault:
    """The fault that the call gets; it must leave nothing behind."""
    before = world.dump()
    with pytest.raises(SoapFault) as fault:
        _ = post(world.app, body.encode()).message
    assert world.dump() == before
    return fault.value


@pytest.mark.parametrize("contract", CONTRACT_NAMES)
def test_a_call_without_a_logical_address_is_a_client_fault(world: World, contract: str) -> None:
    """Rule 16: absent, empty or blank, in every contract."""
    whole = written(contract)
    block = whole[whole.index("<h:LogicalAddress") : whole.index("</h:LogicalAddress>") + len("</h:LogicalAddress>")]
    for instead in ("", block.replace(EKEN, ""), block.replace(EKEN, "  "), block.replace("registry:1", "registry:2")):
        fault = fault_of(world, whole.replace(block, instead))
        assert fault.code == "Client"
        assert "LogicalAddress" in fault.text


SPELLINGS = [str.upper, str.lower, str.swapcase]


@pytest.mark.parametrize("spelled", SPELLINGS)
@pytest.mark.parametrize("unit", [EKEN, LINDEN])
@pytest.mark.parametrize("contract", QUERIES)
def test_hsa_ids_are_the_same_in_any_letter_case(world: World, contract: str, unit: str, spelled: Any) -> None:
    """Rules 17 and 39: address, unit and performers; the answer has the spelling that is stored, byte for byte."""
    patient = GUNILLA if unit == EKEN else HAKAN
    changes: dict[str, Any] = {}
    if contract == "GetBookingDetails":
        changes["bookingId"] = "BOKAD-1" if unit == EKEN else "BOKAD-2"
    else:
        changes["subject_of_care"] = patient
    performers = [ANNA] if unit == EKEN else ["SE2321000016-DAN"]
    filtered = "performer" in REQUESTS[contract].__slots__
    if contract == "GetAllCareTypes":
        world.set_rules(unit, lookups=frozenset({"care_types", "performers", "units"}))
    usual = to(unit, contract, **changes, **({"performer": tuple(performers)} if filtered else {}))
    other = to(
        spelled(unit), contract, **changes, **({"performer": tuple(map(spelled, performers))} if filtered else {})
    )
    caller = world.patient(patient)
    answer = caller.reply(unit, usual)
    assert len(answer.element) > 0
    assert caller.reply(spelled(unit), other).body == answer.body
    assert spelled(unit) == unit or spelled(unit).encode() not in answer.body


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_acts_take_hsa_ids_in_any_letter_case_and_keep_the_stored_spelling(world: World, spelled: Any) -> None:
    """Rules 17 and 39: a booking made, moved and cancelled under other spellings of unit and performer."""
    patient = world.patient(ANYBODY, to=spelled(EKEN))
    slot, later = patient.time(EKEN, "20261125080000"), patient.time(EKEN, "20261125090000", performer=(BO,))
    id_ = patient.book(slot, healthcare_facility=spelled(EKEN), performer=spelled(slot.performer))
    assert patient.details(spelled(EKEN), id_).healthcare_facility == EKEN
    assert patient.details(EKEN, id_).performer == slot.performer
    assert patient.update(id_, later, healthcare_facility=spelled(EKEN), performer=spelled(BO)).resultCode == "OK"
    assert [row.performer for row in patient.schedule(spelled(EKEN))] == [BO]
    assert patient.cancel(spelled(EKEN), id_).resultCode == "OK"


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_a_cleared_consumer_is_known_in_any_letter_case(world: World, spelled: Any) -> None:
    """Rules 17 and 21: the consumer's id is an HSA-id like the others."""
    agent = world.agent(GUNILLA, headers={"x-rivta-original-serviceconsumer-hsaid": spelled(CLEARED_CONSUMER)})
    assert agent.details(EKEN, "BOKAD-1").bookingId == "BOKAD-1"


ACTORS = {
    "absent": "",
    "of an unknown type": "<a:actorId>197001239297</a:actorId><a:actorType>staff</a:actorType>",
    "of a type in capitals": "<a:actorId>197001239297</a:actorId><a:actorType>SUBJECT_OF_CARE</a:actorType>",
    "without type": "<a:actorId>197001239297</a:actorId>",
    "without id": "<a:actorType>subject_of_care</a:actorType>",
    "with an empty id": "<a:actorId/><a:actorType>subject_of_care</a:actorType>",
}


@pytest.mark.parametrize("what", ACTORS)
@pytest.mark.parametrize("contract", OF_BOOKING)
def test_an_actor_is_wanted_by_every_contract_of_the_domain(world: World, contract: str, what: str) -> None:
    """Rule 18: missing, or of another type than the two, is a Client fault that changes nothing."""
    whole = written(contract, actor=None)
    block = ACTOR_BLOCK.format(ACTORS[what]) if ACTORS[what] else ""
    fault = fault_of(world, whole.replace("</s:Header>", f"{block}</s:Header>"))
    assert fault.code == "Client"
    assert "actor" in fault.text.lower()


@pytest.mark.parametrize("contract", OF_BOOKING)
def test_a_lenient_unit_takes_calls_without_an_actor(world: World, contract: str) -> None:
    """Rule 18: with `actor_required` off the patient herself is meant; a wrong actor stays a fault."""
    world.set_rules(EKEN, actor_required=False)
    reply = post(world.app, written(contract, actor=None).encode())
    assert reply.status == 200
    assert getattr(reply.message, "resultCode", "OK") == "OK"
    wrong = written(contract, actor=None).replace(
        "</s:Header>", ACTOR_BLOCK.format(ACTORS["of an unknown type"]) + "</s:Header>"
    )
    assert fault_of(world, wrong).code == "Client"


def test_leniency_of_one_unit_is_not_leniency_of_another(world: World) -> None:
    """Rule 18: the switch is the unit's, and an unknown unit is strict."""
    world.set_rules(EKEN, actor_required=False)
    for unit in (LINDEN, NOBODY_THERE):
        with pytest.raises(SoapFault, match="Actor"):
            world.nobody(HAKAN).times(unit)


def test_the_ping_has_no_actor_and_minds_none(world: World) -> None:
    """Rules 18 and 94: PingForConfiguration has only the logical address."""
    ping = written("PingForConfiguration")
    assert "Actor" not in ping
    assert post(world.app, ping.encode()).status == 200
    odd = ping.replace("</s:Header>", ACTOR_BLOCK.format(ACTORS["of an unknown type"]) + "</s:Header>")
    assert post(world.app, odd.encode()).status == 200


@pytest.mark.parametrize("contract", OF_BOOKING)
def test_header_blocks_stand_in_any_order_among_others(world: World, contract: str) -> None:
    """Rule 19: the Actor may come first, and blocks that we do not know are ignored."""
    usual = post(world.app, written(contract).encode())
    whole = written(contract)
    start, middle, end = whole.index("<h:Logical"), whole.index("</s:Header>"), len("</h:LogicalAddress>")
    address_end = whole.index("</h:LogicalAddress>") + end
    address, actor = whole[start:address_end], whole[address_end:middle]
    extra = '<x:Trace xmlns:x="urn:x"><x:Deep a="1"/></x:Trace><y:T xmlns:y="urn:y" s:mustUnderstand="0"/>'
    world.reset()
    turned = post(world.app, (whole[:start] + extra + actor + address + extra + whole[middle:]).encode())
    assert turned.status == usual.status == 200
    if contract != "MakeBooking":  # its id is drawn anew
        assert turned.body == usual.body


@pytest.mark.parametrize("contract", CONTRACT_NAMES)
@pytest.mark.parametrize("value", ["1", "true"])
def test_a_block_that_must_be_understood_and_is_not_is_a_fault(world: World, contract: str, value: str) -> None:
    """Rule 19: MustUnderstand, unless the block is for somebody further on; what we do understand may say so too."""
    block = f'<x:Sign xmlns:x="urn:x" s:mustUnderstand="{value}"/>'
    whole = written(contract)
    assert fault_of(world, whole.replace("<s:Header>", f"<s:Header>{block}")).code == "MustUnderstand"
    onwards = block.replace("/>", ' s:actor="urn:somebody:else"/>')
    known = whole.replace("<h:LogicalAddress", f'<h:LogicalAddress s:mustUnderstand="{value}"')
    assert post(world.app, known.replace("<s:Header>", f"<s:Header>{onwards}").encode()).status == 200


PATIENTS = [
    GUNILLA,
    HAKAN,
    LISTED,
    LISTED_WITH_FILIP,
    NOT_FOR_TALKS,
    BARRED,
    INVITED,
    INVITED_IN_TIME,
    "198000602394",
    "991981000010",
    "19121212T212",
]
BOOKING_IDS = [
    None,
    None,
    "BOKAD-1",
    "BOKAD-3",
    "KALLAD-OPPEN-1",
    "KALLAD-OPPEN-2",
    "KALLAD-OPPEN-3",
    "KALLAD-TID-1",
    "X",
]


@pytest.mark.parametrize("contract", SIX_QUERIES)
def test_an_agent_gets_the_same_bytes_whoever_the_patient_is(world: World, contract: str) -> None:
    """Rule 20: patients with other listings and restrictions, at units where they make a difference to the patient."""
    told_apart = 0
    for unit in (EKEN, LUGNET, VAST):
        if contract == "GetAllPerformers" and unit == VAST:
            continue
        replies = {
            patient: world.agent(patient).reply(unit, to(unit, contract, subject_of_care=patient))
            for patient in PATIENTS
        }
        assert len({reply.body for reply in replies.values()}) == 1
        assert len(replies[GUNILLA].element) > 0
        own = {world.patient(p).reply(unit, to(unit, contract, subject_of_care=p)).body for p in PATIENTS}
        told_apart += len(own) > 1
    assert told_apart > 0, "the restrictions of the region make no difference to anybody, so the test cannot fail"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_an_agent_gets_the_same_bytes_with_any_filters(world: World, data: st.DataObject) -> None:
    """Rule 20: two patients, one question with filters and perhaps a booking that is one of theirs."""
    unit = data.draw(st.sampled_from([EKEN, LINDEN, VAST, OST, KANSLI, LUGNET, TEST]))
    contract = data.draw(st.sampled_from(SIX_QUERIES))
    fields = REQUESTS[contract].__slots__
    some: dict[str, Any] = {
        "performer": st.lists(st.sampled_from([ANNA, BO, "SE2321000016-EVA"]), max_size=2).map(tuple),
        "timeTypeIDs": st.lists(st.sampled_from(["NYBESOK", "SAMTAL", "X"]), max_size=2).map(tuple),
        "careTypeIDs": st.lists(st.sampled_from(["ALLMAN", "PSYK", "X"]), max_size=2).map(tuple),
        "timeTypeID": st.sampled_from([None, "NYBESOK", "MAMMOGRAFI"]),
        "careTypeID": st.sampled_from([None, "ALLMAN", "BILD"]),
        "bookingId": st.sampled_from(BOOKING_IDS),
    }
    filters = {name: data.draw(values) for name, values in some.items() if name in fields}
    bodies = set()
    for patient in data.draw(st.lists(st.sampled_from(PATIENTS), min_size=2, max_size=3, unique=True)):
        reply = world.agent(patient).reply(unit, to(unit, contract, subject_of_care=patient, **filters))
        bodies.add(reply.body if reply.status == 200 else b"fault")
    assert len(bodies) == 1


def test_an_agent_sees_a_booking_as_a_filter_whoever_it_belongs_to(world: World) -> None:
    """Rule 20: with a bookingId the two id-bound queries do not look at the patient either."""
    for patient in (IDA, HAKAN):
        agent = world.agent(patient)
        assert agent.units(VAST, "BOKAD-3") == [OST, VAST]
        assert agent.times(VAST, "20261124", "20261124", bookingId="BOKAD-3")


@pytest.mark.parametrize("contract", ["GetBookingDetails", "GetSubjectOfCareSchedule"])
def test_an_agent_may_not_ask_what_is_booked(world: World, contract: str) -> None:
    """Rule 21: refused by default, also to a consumer with another id; the operator clears consumers."""
    for headers in ({}, {"x-rivta-original-serviceconsumer-hsaid": "SE2321000016-OTHER"}):
        with pytest.raises(SoapFault, match="subject_of_care_agent") as fault:
            world.agent(GUNILLA, headers=headers).ask(EKEN, REQUESTS[contract])
        assert fault.value.code == "Client"
    cleared = world.agent(GUNILLA, headers={"x-rivta-original-serviceconsumer-hsaid": CLEARED_CONSUMER})
    answer = cleared.ask(EKEN, REQUESTS[contract])
    assert "BOKAD-1" in repr(answer)


@pytest.mark.parametrize("contract", ["GetBookingDetails", "GetSubjectOfCareSchedule"])
@pytest.mark.parametrize("unit", [NOBODY_THERE, "5565594230"])
def test_an_agent_learns_nothing_of_bookings_by_another_address_either(world: World, contract: str, unit: str) -> None:
    """Rules 21 and 24: nor at an unknown unit, nor nationally."""
    with pytest.raises(SoapFault, match="subject_of_care_agent"):
        world.agent(GUNILLA, to=unit).ask(unit, to(unit if unit == NOBODY_THERE else EKEN, contract))


def test_an_agent_books_for_any_patient(world: World) -> None:
    """Rule 21: flow 1, to book, is what agents are for."""
    agent = world.agent(ANYBODY)
    id_ = agent.book(agent.time(EKEN, "20261124080000"))
    assert [row.bookingId for row in world.patient(ANYBODY).schedule(EKEN)] == [id_]


class Acts:
    """The four contracts of rule 22, by a caller who is to act for Gunilla at EKEN."""

    @staticmethod
    def make(world: World, caller: Caller) -> m.ResultCode:
        return caller.make(world.agent(GUNILLA).time(EKEN, "20261124080000")).resultCode

    @staticmethod
    def update(world: World, caller: Caller) -> m.ResultCode:
        return caller.update("BOKAD-1", world.agent(GUNILLA).time(EKEN, "20261124080000")).resultCode

    @staticmethod
    def cancel(_: World, caller: Caller) -> m.ResultCode:
        return caller.cancel(EKEN, "BOKAD-1").resultCode


@pytest.mark.parametrize("act", [Acts.make, Acts.update, Acts.cancel])
def test_somebody_else_than_the_patient_is_refused(world: World, act: Any) -> None:
    """Rule 22: ERROR in the three updating contracts, and everything as it was."""
    before = world.dump()
    assert act(world, world.relative(GUNILLA, actor=IDA)) == "ERROR"
    assert world.dump() == before
    assert act(world, world.patient(GUNILLA)) == "OK"


@pytest.mark.parametrize("act", [Acts.make, Acts.update, Acts.cancel])
def test_a_unit_may_let_guardians_act(world: World, act: Any) -> None:
    """Rule 22: the switch `guardians_may_act`."""
    world.set_rules(EKEN, guardians_may_act=True)
    assert act(world, world.relative(GUNILLA, actor=IDA)) == "OK"


def test_a_booking_is_moved_for_its_own_patient_only(world: World) -> None:
    """Rule 22: neither the actor's nor the message's other patient makes another's booking theirs, guardian or not."""
    before = world.dump()
    slot = world.agent(GUNILLA).time(EKEN, "20261124080000")
    assert world.patient(IDA).update("BOKAD-1", slot).resultCode == "ERROR"
    assert world.relative(IDA, actor=GUNILLA).update("BOKAD-1", slot).resultCode == "ERROR"
    assert world.agent(IDA).update("BOKAD-1", slot).resultCode == "ERROR"
    assert world.dump() == before
    world.set_rules(EKEN, guardians_may_act=True)
    assert world.patient(IDA).update("BOKAD-1", slot).resultCode == "ERROR"


@pytest.mark.parametrize("booking", ["KALLAD-OPPEN-2"])
def test_an_invitation_is_booked_for_its_own_patient_only(world: World, booking: str) -> None:
    """Rules 22 and 62: another patient who knows the id gets ERROR."""
    before = world.dump()
    slot = world.agent(GUNILLA).time(EKEN, "20261124080000")
    assert world.patient(GUNILLA).make(slot, bookingId=booking).resultCode == "ERROR"
    assert world.dump() == before


@pytest.mark.parametrize("contract", ["GetBookingDetails", "GetSubjectOfCareSchedule"])
def test_what_is_booked_is_told_to_the_patient_alone(world: World, contract: str) -> None:
    """Rule 22: another actor gets a fault, unless the unit lets guardians act."""
    relative = world.relative(GUNILLA, actor=IDA)
    with pytest.raises(SoapFault) as fault:
        relative.ask(EKEN, REQUESTS[contract])
    assert fault.value.code == "Client"
    world.set_rules(EKEN, guardians_may_act=True)
    assert "BOKAD-1" in repr(relative.ask(EKEN, REQUESTS[contract]))


@pytest.mark.parametrize("contract", OF_BOOKING)
def test_an_address_of_an_unrelated_unit_is_a_client_fault(world: World, contract: str) -> None:
    """Rule 23: a message gone astray changes nothing and tells nothing."""
    for address in (LINDEN, VAST, TEST.lower()):
        fault = fault_of(world, written(contract, address=address))
        assert fault.code == "Client"
        assert "LogicalAddress" in fault.text


@pytest.mark.parametrize("address", [EKEN, "5565594230", "SE165565594230-1000", "01", "SE2321000016-PLATTFORM"])
@pytest.mark.parametrize("contract", OF_BOOKING)
def test_an_address_that_no_unit_has_does_not_matter(world: World, contract: str, address: str) -> None:
    """Rules 23 and 40: the body decides; a platform's own address or a county's code is no other unit's."""
    reply = post(world.app, written(contract, address=address).encode())
    assert reply.status == 200
    assert getattr(reply.message, "resultCode", "OK") == "OK"


@pytest.mark.parametrize("address", [VAST, OST])
def test_a_booking_goes_to_another_unit_of_the_group_under_either_address(world: World, address: str) -> None:
    """Rule 23: whether UpdateBooking is addressed to the old unit or the new one is nowhere said, so both will do."""
    patient = world.patient(IDA, to=address)
    assert patient.days(OST, bookingId="BOKAD-3")
    slot = patient.time(OST, "20261124080000", bookingId="BOKAD-3")
    assert patient.update("BOKAD-3", slot).resultCode == "OK"
    assert [row.bookingId for row in patient.schedule(OST)] == ["BOKAD-3"]


@pytest.mark.parametrize("address", [KANSLI, VAST])
def test_an_invitation_is_booked_at_another_unit_under_either_address(world: World, address: str) -> None:
    """Rule 23: MakeBooking against an open invitation of a unit that offers no times."""
    patient = world.patient(INVITED, to=address)
    slot = patient.time(VAST, "20261124080000", bookingId="KALLAD-OPPEN-1")
    assert patient.make(slot, bookingId="KALLAD-OPPEN-1").resultCode == "OK"


def test_a_schedule_asked_for_nationally_is_that_of_every_unit(world: World) -> None:
    """Rule 24: addressed to 5565594230 the healthcare_facility of the body is ignored."""
    patient = world.patient(GUNILLA)
    other = patient.book(patient.time(LINDEN, "20261124090000"))
    for unit in (LINDEN, "5565594230", NOBODY_THERE, KANSLI):
        rows = world.patient(GUNILLA, to="5565594230").schedule(unit)
        assert {(row.healthcare_facility, row.bookingId) for row in rows} == {(EKEN, "BOKAD-1"), (LINDEN, other)}
    with pytest.raises(SoapFault):
        world.relative(GUNILLA, actor=IDA, to="5565594230").schedule(EKEN)


@pytest.mark.parametrize("med", [LINDEN, VAST, NOBODY_THERE, "0000000000", EKEN.lower()])
def test_what_healthcare_facility_med_says_does_not_matter(world: World, med: str) -> None:
    """Rule 25: the booking is made at the requested timeslot's unit."""
    patient = world.patient(ANYBODY)
    order = replace(patient.order(patient.time(EKEN, "20261124080000")), healthcare_facility_med=med)
    made = patient.ask(EKEN, order)
    assert made.resultCode == "OK"
    assert patient.details(EKEN, made.bookingId).healthcare_facility == EKEN
    assert [unit for unit in UNITS if world.patient(ANYBODY).schedule(unit)] == [EKEN]
