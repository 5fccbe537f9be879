"""Group E: the query services."""

from datetime import datetime, timedelta
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from producer.app import assembled
from producer.domain.booking_rules import Window
from producer.soap import messages as m
from producer.soap.client import SoapFault
from producer.soap.handlers import handlers
from producer.store.engine import open_database
from rules.calls import CONTRACT_NAMES, QUERIES, REQUESTS, to, written
from rules.consumer import Caller, post
from rules.world import (
    ANNA,
    ANYBODY,
    BARRED,
    BO,
    CILLA,
    EKEN,
    EVA,
    GUNILLA,
    HAKAN,
    IDA,
    INVITED,
    INVITED_AT_EKEN,
    INVITED_IN_TIME,
    KANSLI,
    LINDEN,
    LISTED,
    LISTED_WITH_FILIP,
    LUGNET,
    MORNING,
    NOT_FOR_TALKS,
    OST,
    TEST,
    UNITS,
    VAST,
    World,
)

NOBODY_THERE = "SE2321000016-NOBODY"
LISTS = tuple(name for name in QUERIES if name != "GetBookingDetails")


@pytest.mark.parametrize("contract", LISTS)
def test_an_unknown_unit_has_nothing(world: World, contract: str) -> None:
    """Rule 41: an empty list and no fault; there is no result code to say more with."""
    reply = world.patient(GUNILLA).reply(NOBODY_THERE, to(NOBODY_THERE, contract))
    assert reply.status == 200
    assert len(reply.element) == 0


@pytest.mark.parametrize(
    ("contract", "filters"),
    [
        ("GetAllTimeTypes", {"careTypeIDs": ("NONE",)}),
        ("GetAllCareTypes", {"timeTypeIDs": ("NONE",)}),
        ("GetAllCareTypes", {"performer": (NOBODY_THERE,)}),
        ("GetAllPerformers", {"timeTypeIDs": ("NONE",)}),
        ("GetAllPerformers", {"careTypeIDs": ("NONE",)}),
        *(
            (contract, filters)
            for contract in ("GetAvailableDates", "GetAvailableTimeslots")
            for filters in (
                {"performer": (NOBODY_THERE,)},
                {"performer": (EVA,)},
                {"timeTypeID": "NONE"},
                {"timeTypeID": "nybesok"},
                {"timeTypeName": "None"},
                {"careTypeID": "NONE"},
                {"careTypeName": "None"},
                {"bookingId": "NONE"},
            )
        ),
    ],
)
def test_an_unknown_filter_finds_nothing(world: World, contract: str, filters: dict[str, Any]) -> None:
    """Rule 41: unknown time types, care types, performers and bookings give an empty list; ids are compared exactly."""
    reply = world.patient(GUNILLA).reply(EKEN, to(EKEN, contract, **filters))
    assert reply.status == 200
    assert len(reply.element) == 0


@pytest.mark.parametrize("contract", CONTRACT_NAMES)
def test_technical_trouble_is_a_fault(world: World, contract: str, gone_database: str) -> None:
    """Rules 41 and 94: with the database gone every contract answers a Server fault, for system managers."""
    database = open_database(gone_database)
    app = assembled(world.config, handlers(database, world.config), database)
    with pytest.raises(SoapFault) as fault:
        _ = post(app, written(contract).encode()).message
    assert fault.value.code == "Server"
    assert "gone.db" not in fault.value.text
    app.close()


def subsets(things: list[str]) -> list[tuple[str, ...]]:
    return [some for size in range(1, len(things) + 1) for some in combinations(things, size)]


def test_without_a_filter_everything_is_listed(world: World) -> None:
    """Rule 42."""
    patient = world.patient(ANYBODY)
    assert set(patient.time_types(EKEN)) == {"NYBESOK", "KONTROLL", "PROV", "SAMTAL"}
    assert set(patient.care_types(EKEN)) == {"ALLMAN", "SSK"}
    assert set(patient.performers(EKEN)) == {ANNA, BO, CILLA}


# Who does what, and what is of which kind, at EKEN.
PERFORMS = {ANNA: {"NYBESOK", "KONTROLL"}, BO: {"NYBESOK"}, CILLA: {"PROV", "SAMTAL"}}
IS_OF = {"NYBESOK": {"ALLMAN"}, "KONTROLL": {"ALLMAN"}, "PROV": {"SSK"}, "SAMTAL": {"SSK", "ALLMAN"}}


@pytest.mark.parametrize("asked", subsets(["ALLMAN", "SSK", "NONE"]))
def test_repeated_filters_are_alternatives_for_time_types(world: World, asked: tuple[str, ...]) -> None:
    """Rule 42: any of the care types will do."""
    expected = {kind for kind, of in IS_OF.items() if of & set(asked)}
    found = world.patient(ANYBODY).time_types(EKEN, careTypeIDs=asked)
    assert set(found) == expected
    assert len(found) == len(expected)


@pytest.mark.parametrize("kinds", [(), *subsets(["NYBESOK", "PROV", "SAMTAL", "NONE"])])
@pytest.mark.parametrize("performers", [(), (ANNA,), (BO, CILLA), (CILLA.lower(),), (NOBODY_THERE, ANNA)])
def test_repeated_filters_are_alternatives_for_care_types(
    world: World, kinds: tuple[str, ...], performers: tuple[str, ...]
) -> None:
    """Rule 42: of any of the time types that any of the performers has; the two filters narrow each other."""
    asked = {one for one in PERFORMS if not performers or one.upper() in map(str.upper, performers)}
    done = set(IS_OF) if not performers else {kind for one in asked for kind in PERFORMS[one]}
    expected = {care for kind in done if not kinds or kind in kinds for care in IS_OF[kind]}
    found = world.patient(ANYBODY).care_types(EKEN, timeTypeIDs=kinds, performer=performers)
    assert set(found) == expected
    assert len(found) == len(expected)


@pytest.mark.parametrize("kinds", [(), *subsets(["NYBESOK", "PROV", "SAMTAL", "NONE"])])
@pytest.mark.parametrize("cares", [(), ("ALLMAN",), ("SSK",), ("ALLMAN", "SSK"), ("NONE",)])
def test_repeated_filters_are_alternatives_for_performers(
    world: World, kinds: tuple[str, ...], cares: tuple[str, ...]
) -> None:
    """Rule 42."""
    wanted = {k for k in IS_OF if (not kinds or k in kinds) and (not cares or IS_OF[k] & set(cares))}
    expected = {one for one, done in PERFORMS.items() if done & wanted}
    found = world.patient(ANYBODY).performers(EKEN, timeTypeIDs=kinds, careTypeIDs=cares)
    assert set(found) == expected
    assert len(found) == len(expected)


@pytest.mark.parametrize(
    ("unit", "patient"), [(EKEN, ANYBODY), (TEST, ANYBODY), (VAST, ANYBODY), (LUGNET, LISTED), (EKEN, NOT_FOR_TALKS)]
)
def test_a_care_type_that_is_listed_is_taken_everywhere(world: World, unit: str, patient: str) -> None:
    """Rule 43: by every contract that has one, at the unit and at every unit that can be chosen instead."""
    caller = world.patient(patient)
    cares = caller.care_types(unit)
    assert cares
    for care, chosen in product(cares, caller.units(unit)):
        kinds = caller.time_types(chosen, careTypeIDs=(care,))
        assert kinds
        if chosen not in (VAST, OST):  # which do without performers
            assert caller.performers(chosen, careTypeIDs=(care,))
        assert care in caller.care_types(chosen, timeTypeIDs=tuple(kinds))
        assert {row.careTypeID for row in caller.days(chosen, careTypeID=care)} == {care}
        slots = caller.times(chosen, careTypeID=care)
        assert {slot.careTypeID for slot in slots} == {care}
        free = next(slot for slot in slots if slot.startTimeInclusive > "20261124")
        id_ = caller.book(free)
        assert caller.details(chosen, id_).careTypeID == care
        other = next(
            slot
            for slot in slots
            if slot.startTimeInclusive > free.endTimeExclusive and slot.timeTypeID == free.timeTypeID
        )
        assert caller.update(id_, other, careTypeID=care).resultCode in ("OK", "INFO")
        assert caller.cancel(chosen, id_).resultCode == "OK"


def test_nobody_who_cannot_book_is_told_of_care_types(world: World) -> None:
    """Rule 43: a type that leads to no time for this patient is not listed for her."""
    assert world.patient(BARRED).care_types(EKEN) == []
    assert world.patient(ANYBODY).care_types(LUGNET) == []
    assert world.patient(LISTED).care_types(LUGNET) == ["PSYK"]


def test_a_unit_that_does_not_tell_of_care_types_does_not_consider_them(world: World) -> None:
    """Rule 44: not in lists, slots, days or bookings; what a consumer sends of them is not heeded."""
    for unit, patient in ((LINDEN, HAKAN), (EKEN, GUNILLA)):
        world.set_rules(unit, lookups=frozenset({"performers", "units"}))
        caller = world.patient(patient)
        with pytest.raises(SoapFault, match="GetAllCareTypes"):
            caller.care_types(unit)
        sent: dict[str, Any] = {"careTypeID": "NONE", "careTypeName": "Ingen"}
        slots, days = caller.times(unit, **sent), caller.days(unit, **sent)
        assert slots == caller.times(unit)
        assert days == caller.days(unit)
        assert len(slots) > 10
        made = caller.book(slots[-1], **sent)
        other = caller.times(unit, "20261124", bookingId=made)[0]
        assert caller.update(made, other, **sent).resultCode == "OK"
        for row in (*slots, *days, *caller.schedule(unit), caller.details(unit, made)):
            assert (row.careTypeID, row.careTypeName) == (None, None)
        assert set(caller.time_types(unit, careTypeIDs=("NONE",))) == set(caller.time_types(unit))
        assert set(caller.performers(unit, careTypeIDs=("NONE",))) == set(caller.performers(unit))


def test_a_unit_that_tells_of_care_types_does_so_everywhere(world: World) -> None:
    """Rule 44: the other way round, id and name both."""
    caller = world.patient(GUNILLA)
    for row in (*caller.times(EKEN), *caller.days(EKEN), *caller.schedule(EKEN), caller.details(EKEN, "BOKAD-1")):
        assert (row.careTypeID, row.careTypeName) in (("ALLMAN", "Allmänmedicin"), ("SSK", "Sjuksköterskemottagning"))


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("booking", ["NONE", "bokad-1", "BOKAD-1 X"])
def test_an_unknown_booking_can_be_moved_nowhere(world: World, unit: str, booking: str) -> None:
    """Rule 45: an empty list and not a fault."""
    if unit == LINDEN:
        world.set_rules(LINDEN, lookups=frozenset({"units"}))
    assert world.patient(GUNILLA).units(unit, booking) == []


def test_another_patients_booking_is_as_good_as_unknown(world: World) -> None:
    """Rules 22 and 45: its id tells nobody else where it could be moved, and of no free times."""
    assert world.patient(IDA).units(VAST, "BOKAD-3") == [OST, VAST]
    assert world.patient(GUNILLA).units(VAST, "BOKAD-3") == []
    assert world.patient(GUNILLA).times(VAST, bookingId="BOKAD-3") == ()
    assert world.patient(GUNILLA).days(VAST, bookingId="BOKAD-3") == ()


def test_a_unit_lists_itself_only_if_it_offers_the_care_itself(world: World) -> None:
    """Rule 46: the office that sends invitations lists the units where they are booked, never itself."""
    patient = world.patient(INVITED)
    assert patient.units(KANSLI) == [OST, VAST]
    assert patient.units(KANSLI, "KALLAD-OPPEN-1") == [OST, VAST]
    assert patient.units(VAST) == [OST, VAST]
    assert patient.units(EKEN) == [EKEN]
    assert patient.units(TEST) == [TEST]


BOOKED = [
    (GUNILLA, EKEN, "BOKAD-1"),
    (HAKAN, LINDEN, "BOKAD-2"),
    (IDA, VAST, "BOKAD-3"),
    (INVITED, KANSLI, "KALLAD-OPPEN-1"),
    (INVITED_AT_EKEN, EKEN, "KALLAD-OPPEN-2"),
    (LISTED, LUGNET, "KALLAD-OPPEN-3"),
    (INVITED_IN_TIME, VAST, "KALLAD-TID-1"),
]
SETTINGS: list[dict[str, dict[str, Any]]] = [
    {},
    {VAST: {"other_unit_allowed": False}},
    {OST: {"rebooking_allowed": False}},
    {OST: {"flows": frozenset({"book", "see"})}},
    {OST: {"flows": frozenset({"see", "rebook"}), "lookups": frozenset({"units"})}},
    {VAST: {"rebooking_allowed": False}, EKEN: {"rebooking_allowed": False}},
    {OST: {"listed_patients_only": True}},
    {EKEN: {"new_booking_allowed": False}, VAST: {"new_booking_allowed": False}},
    {KANSLI: {"other_unit_allowed": False}},
]


@pytest.mark.parametrize("changed", SETTINGS, ids=range(len(SETTINGS)))
@pytest.mark.parametrize(("patient", "home", "booking"), BOOKED)
def test_exactly_the_units_that_are_listed_take_the_booking(
    world: World, patient: str, home: str, booking: str, changed: dict[str, dict[str, Any]]
) -> None:
    """Rules 47 and 64: where one is listed the act succeeds, at every other unit it is ERROR or no contract at all."""
    for unit, rules in changed.items():
        world.set_rules(unit, **rules)
    listed = world.patient(patient).units(home, booking)
    for unit in UNITS:
        outcome = _moved_to(world, world.patient(patient), unit, booking)
        assert (outcome in ("OK", "INFO")) == (unit in listed), f"{unit}: {outcome}, listed are {listed}"
        world.reset()
        for name, rules in changed.items():
            world.set_rules(name, **rules)


@pytest.mark.parametrize("closed", [{}, {"new_booking_allowed": False}, {"listed_patients_only": True}])
def test_each_unit_that_is_listed_for_a_new_booking_takes_one(world: World, closed: dict[str, Any]) -> None:
    """Rules 46 and 47: asked at any unit of the group, the same units, and there are times to book at each."""
    world.set_rules(OST, **closed)
    patient = world.patient(ANYBODY)
    listed = [VAST] if closed else [OST, VAST]
    for asked in (KANSLI, VAST, OST):
        assert patient.units(asked) == listed
    for number, unit in enumerate(listed):
        slot = patient.time(unit, f"2026112{4 + number}080000")
        assert patient.make(slot).resultCode == "OK"


def _moved_to(world: World, patient: Caller, unit: str, booking: str) -> str:
    """What becomes of the act at that unit, with a time of the right kind for it: the patient's own or an agent's view."""
    slots = [*patient.times(unit, "20261124", bookingId=booking)] or [*_any_times(world, unit)]
    if not slots:
        return "no times"
    try:
        if booking.startswith("KALLAD-OPPEN"):
            return patient.make(slots[0], bookingId=booking).resultCode
        return patient.update(booking, slots[0]).resultCode
    except SoapFault as fault:
        return fault.code


def _any_times(world: World, unit: str) -> tuple[m.TimeslotType, ...]:
    return world.agent(ANYBODY).times(unit, "20261124")


FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "performer": st.lists(st.sampled_from([ANNA, BO, CILLA.lower(), EVA, NOBODY_THERE]), max_size=3).map(tuple),
        "timeTypeID": st.sampled_from(["NYBESOK", "KONTROLL", "PROV", "SAMTAL", "MAMMOGRAFI", "TEST", "NONE"]),
        "timeTypeName": st.sampled_from(["Nybesök läkare", "Provtagning", "Mammografi", "None"]),
        "careTypeID": st.sampled_from(["ALLMAN", "SSK", "BILD", "PSYK", "NONE"]),
        "careTypeName": st.sampled_from(["Allmänmedicin", "Sjuksköterskemottagning", "None"]),
        "bookingId": st.sampled_from([booking for _, _, booking in BOOKED]),
    },
)
EVERYBODY = [
    GUNILLA,
    HAKAN,
    IDA,
    INVITED,
    INVITED_AT_EKEN,
    INVITED_IN_TIME,
    LISTED,
    LISTED_WITH_FILIP,
    NOT_FOR_TALKS,
    BARRED,
]
WINDOWS = st.sampled_from([(0, None), (0, 60), (120, None), (24 * 60, 7 * 24 * 60), (0, 0), (10 * 24 * 60, None)])


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_day_is_listed_if_and_only_if_the_same_question_finds_a_time_that_day(
    world: World, data: st.DataObject
) -> None:
    """Rules 48 and 50: for random units, patients, filters, ranges, clocks and windows; row for row, none twice."""
    world.reset()
    unit, patient = data.draw(st.sampled_from(UNITS)), data.draw(st.sampled_from(EVERYBODY))
    filters = data.draw(FILTERS)
    notice, horizon = data.draw(WINDOWS)
    window = Window(notice=timedelta(minutes=notice), horizon=None if horizon is None else timedelta(minutes=horizon))
    if window.is_possible:
        world.set_rules(unit, booking_window=window, rebooking_window=window)
    world.now = MORNING + timedelta(minutes=data.draw(st.integers(0, 15 * 24 * 60)))
    first = datetime(2026, 11, 20) + timedelta(days=data.draw(st.integers(0, 20)))
    last = first + timedelta(days=data.draw(st.integers(-2, 20)))
    caller = data.draw(st.sampled_from([world.patient(patient), world.agent(patient)]))
    asked = (unit, f"{first:%Y%m%d}", f"{last:%Y%m%d}")
    days, slots = caller.days(*asked, **filters), caller.times(*asked, **filters)
    found = [_row(row, row.date) for row in days]
    assert len(set(found)) == len(found)
    assert set(found) == {_row(slot, slot.startTimeInclusive[:8]) for slot in slots}
    now = f"{world.now:%Y%m%d%H%M%S}"
    assert all(slot.startTimeInclusive > now for slot in slots)
    assert all(asked[1] <= slot.startTimeInclusive[:8] <= asked[2] for slot in slots)
    assert [slot.startTimeInclusive for slot in slots] == sorted(slot.startTimeInclusive for slot in slots)
    assert len({slot.bookingId for slot in slots}) == len(slots)


def _row(row: Any, day: str) -> tuple[Any, ...]:
    return (
        row.healthcare_facility,
        day,
        row.timeTypeID,
        row.timeTypeName,
        row.careTypeID,
        row.careTypeName,
        row.performer,
        row.resourceID,
        row.resourceName,
    )


def test_there_are_no_times_of_earlier_today(world: World) -> None:
    """Rule 48: a time that begins this second is over, one that begins the next is not."""
    patient = world.patient(ANYBODY)
    for moment, left in (("08:59:59", 4), ("09:00:00", 3), ("10:29:59", 1), ("10:30:00", 0)):
        world.now = datetime.fromisoformat(f"2026-11-24 {moment}")
        assert len(patient.times(LINDEN, "20261124", "20261124")) == left
        assert len(patient.days(LINDEN, "20261124", "20261124")) == (1 if left else 0)


@pytest.mark.parametrize(
    "filters", [{}, {"timeTypeID": "PROV"}, {"timeTypeName": "Provtagning"}, {"careTypeID": "SSK"}]
)
def test_the_time_type_of_the_booking_governs_when_it_is_moved(world: World, filters: dict[str, Any]) -> None:
    """Rule 49: whatever other type the request names, or none."""
    patient = world.patient(GUNILLA)
    slots = patient.times(EKEN, bookingId="BOKAD-1", **filters)
    assert {slot.timeTypeID for slot in slots} == {"NYBESOK"}
    assert {slot.performer for slot in slots} == {ANNA, BO}
    assert {row.timeTypeID for row in patient.days(EKEN, bookingId="BOKAD-1", **filters)} == {"NYBESOK"}
    slot = patient.time(EKEN, "20261124080000", bookingId="BOKAD-1")
    assert patient.update("BOKAD-1", slot, timeTypeID="PROV").resultCode == "OK"
    assert patient.details(EKEN, "BOKAD-1").timeTypeID == "NYBESOK"


def test_another_type_of_time_is_not_what_a_booking_is_moved_to(world: World) -> None:
    """Rule 49: UpdateBooking to the time of a slot of another type is ERROR, even if the slot is free."""
    patient = world.patient(GUNILLA)
    test_time = patient.time(EKEN, "20261124081000", timeTypeID="PROV")
    assert patient.update("BOKAD-1", test_time).resultCode == "ERROR"
    assert patient.details(EKEN, "BOKAD-1").startTimeInclusive == "20261130090000"


@pytest.mark.parametrize(("is_kept", "machines"), [(True, {"MAMMO1"}), (False, {"MAMMO1", "MAMMO2"})])
def test_the_resource_of_the_booking_governs_at_its_own_unit(world: World, is_kept: bool, machines: set[str]) -> None:
    """Rule 49: the switch `rebooking_keeps_resource`; another unit has other machines."""
    world.set_rules(VAST, rebooking_keeps_resource=is_kept)
    patient = world.patient(IDA)
    assert {slot.resourceID for slot in patient.times(VAST, bookingId="BOKAD-3")} == machines
    assert {row.resourceID for row in patient.days(VAST, bookingId="BOKAD-3")} == machines
    assert {slot.resourceID for slot in patient.times(OST, bookingId="BOKAD-3")} == {"MAMMO1", "MAMMO2"}
    other = next(slot for slot in world.agent(IDA).times(VAST, "20261124") if slot.resourceID == "MAMMO2")
    assert (patient.update("BOKAD-3", other).resultCode == "OK") is not is_kept


@pytest.mark.parametrize(("is_kept", "performers"), [(True, {ANNA}), (False, {ANNA, BO})])
def test_a_unit_may_keep_the_performer_too(world: World, is_kept: bool, performers: set[str]) -> None:
    """Rule 49: the switch `rebooking_keeps_performer`."""
    world.set_rules(EKEN, rebooking_keeps_performer=is_kept)
    patient = world.patient(GUNILLA)
    assert {slot.performer for slot in patient.times(EKEN, bookingId="BOKAD-1")} == performers
    other = world.agent(GUNILLA).time(EKEN, "20261125080000", performer=(BO,))
    assert (patient.update("BOKAD-1", other).resultCode == "OK") is not is_kept


def test_a_booking_can_be_moved_to_a_time_that_it_hides_itself(world: World) -> None:
    """Rules 48, 49 and 66: 09:00-09:30 hides 09:15-09:45 of the same performer from everybody but itself."""
    patient, other = world.patient(ANYBODY), world.patient(HAKAN)
    day = ("20261127", "20261127")
    first, second, third = patient.times(TEST, *day)
    id_ = patient.book(first)
    assert other.times(TEST, *day) == patient.times(TEST, *day) == (third,)
    assert patient.times(TEST, *day, bookingId=id_) == (second, third)
    assert patient.update(id_, second).resultCode == "OK"
    assert other.times(TEST, *day) == ()
    assert patient.times(TEST, *day, bookingId=id_) == (first, third)


def test_there_is_one_row_per_day_type_and_performer_or_resource(world: World) -> None:
    """Rule 50: of a Monday at EKEN exactly these, though there are many slots of each."""
    rows = world.patient(ANYBODY).days(EKEN, "20261130", "20261130")
    assert {(row.timeTypeID, row.performer, row.resourceID) for row in rows} == {
        ("KONTROLL", ANNA, "RUM1"),
        ("NYBESOK", ANNA, "RUM1"),
        ("NYBESOK", BO, "RUM2"),
        ("PROV", None, "LAB"),
    }
    assert len(rows) == 4


@pytest.mark.parametrize(("patient", "home", "booking"), BOOKED)
def test_time_type_id_and_name_are_on_all_slots_days_and_bookings(
    world: World, patient: str, home: str, booking: str
) -> None:
    """Rule 51: 1177 cannot handle a booking without, open invitations included."""
    caller = world.patient(patient)
    told = caller.details(home, booking)
    rows = [told, *caller.schedule(home), *caller.times(home), *caller.days(home)]
    assert all(row.timeTypeID and row.timeTypeName for row in rows)
    assert (
        told.timeTypeName
        == {"NYBESOK": "Nybesök läkare", "MAMMOGRAFI": "Mammografi", "SAMTAL": "Samtal"}[told.timeTypeID]
    )


@pytest.mark.parametrize("asked", [(ANNA,), (BO,), (ANNA, BO), (ANNA, CILLA, NOBODY_THERE), (NOBODY_THERE,)])
def test_several_performers_are_alternatives(world: World, asked: tuple[str, ...]) -> None:
    """Rule 52: times without a performer are not among them."""
    patient = world.patient(ANYBODY)
    everything = patient.times(EKEN)
    assert list(patient.times(EKEN, performer=asked)) == [slot for slot in everything if slot.performer in asked]
    days = patient.days(EKEN)
    assert list(patient.days(EKEN, performer=asked)) == [row for row in days if row.performer in asked]


@pytest.mark.parametrize(
    ("filters", "kinds"),
    [
        ({"timeTypeName": "Nybesök läkare"}, {"NYBESOK"}),
        ({"careTypeName": "Allmänmedicin"}, {"NYBESOK", "KONTROLL", "SAMTAL"}),
        ({"careTypeName": "Sjuksköterskemottagning"}, {"PROV", "SAMTAL"}),
        ({"careTypeName": "Sjuksköterskemottagning", "timeTypeName": "Hälsosamtal"}, {"SAMTAL"}),
        ({"careTypeID": "SSK", "timeTypeName": "Nybesök läkare"}, set()),
        ({"timeTypeID": "PROV", "timeTypeName": "ett annat namn"}, {"PROV"}),
        ({"careTypeID": "SSK", "careTypeName": "ett annat namn"}, {"PROV", "SAMTAL"}),
    ],
)
def test_a_name_filters_when_there_is_no_id(world: World, filters: dict[str, Any], kinds: set[str]) -> None:
    """Rule 52: the choice; with the id too, the id alone decides."""
    patient = world.patient(ANYBODY)
    assert {slot.timeTypeID for slot in patient.times(EKEN, **filters)} == kinds
    assert {row.timeTypeID for row in patient.days(EKEN, **filters)} == kinds


def test_a_name_decides_in_a_booking_too(world: World) -> None:
    """Rule 52: of two free slots at one time the named type is booked."""
    patient = world.patient(ANYBODY)
    slot = patient.time(EKEN, "20261124080000", timeTypeID="PROV")
    patient.time(EKEN, "20261124080000", timeTypeID="KONTROLL")
    bare = {
        "performer": None,
        "bookingId": None,
        "timeTypeID": None,
        "careTypeID": None,
        "careTypeName": None,
        "resourceID": None,
    }
    id_ = patient.book(slot, **bare, timeTypeName="Provtagning")
    assert patient.details(EKEN, id_).timeTypeID == "PROV"


@pytest.mark.parametrize(
    ("performer", "name"),
    [
        (ANNA, "Leg. läkare Anna Maria Exempelsson"),
        (BO, "Bo Påhittsson"),
        (CILLA, "Leg. sjuksköterska Cilla Modellström"),
    ],
)
def test_a_performers_name_is_title_first_middle_last(world: World, performer: str, name: str) -> None:
    """Rule 53: single spaces, no comma, nothing for what is missing; in slots and in bookings."""
    patient = world.patient(ANYBODY)
    slot = patient.times(EKEN, "20261124", performer=(performer,))[0]
    assert slot.performerName == name
    id_ = patient.book(slot)
    assert patient.details(EKEN, id_).performerName == name
    assert [row.performerName for row in patient.schedule(EKEN)] == [name]


def test_performers_are_told_with_their_names_apart(world: World) -> None:
    """Rules 31 and 53: in GetAllPerformers names and title are elements of their own."""
    answer = world.patient(ANYBODY).ask(EKEN, REQUESTS["GetAllPerformers"])
    assert {(one.perfomer, one.title, one.firstName, one.lastName) for one in answer.performerInfos} == {
        (ANNA, "Leg. läkare", "Anna", "Exempelsson"),
        (BO, None, "Bo", "Påhittsson"),
        (CILLA, "Leg. sjuksköterska", "Cilla", "Modellström"),
    }
