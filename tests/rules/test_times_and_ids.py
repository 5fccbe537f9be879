"""Group D: dates, times and ids."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from producer.app import swedish_time
from producer.soap import messages as m
from producer.soap.client import SoapFault
from producer.store.engine import open_database
from producer.store.seeding import BadSeed, seed
from rules.calls import to, written
from rules.consumer import post
from rules.world import ANNA, ANYBODY, EKEN, GUNILLA, LINDEN, REGION, SOMEBODY, TEST, TODAY, UNITS, World


def starts(slots: tuple[m.TimeslotType, ...]) -> list[str]:
    return [slot.startTimeInclusive for slot in slots]


def days_of(world: World, first: str, last: str) -> set[str]:
    """The days that both queries tell of, which must be the same."""
    patient = world.patient(ANYBODY)
    days = {row.date for row in patient.days(LINDEN, first, last)}
    assert days == {start[:8] for start in starts(patient.times(LINDEN, first, last))}
    return days


def test_both_ends_of_a_range_of_days_count(world: World) -> None:
    """Rule 33: from Tuesday to Thursday is three days; one day is a range."""
    assert days_of(world, "20261124", "20261126") == {"20261124", "20261125", "20261126"}
    assert days_of(world, "20261124", "20261124") == {"20261124"}
    assert days_of(world, "20261128", "20261129") == set()


def test_the_last_time_of_the_last_day_is_there(world: World) -> None:
    """Rule 33: inclusive to the end of the day."""
    assert starts(world.patient(ANYBODY).times(LINDEN, "20261124", "20261124")) == [
        "20261124090000",
        "20261124093000",
        "20261124100000",
        "20261124103000",
    ]


@pytest.mark.parametrize(
    ("first", "last"), [("10000101", "99991231"), ("20261123", "99991231"), ("19000101", "20361123")]
)
def test_a_range_may_be_of_any_length(world: World, first: str, last: str) -> None:
    """Rule 33: nobody says how much a consumer asks for at a time."""
    assert len(days_of(world, first, last)) == 15


@pytest.mark.parametrize(
    ("first", "last"), [("20261125", "20261124"), ("99991231", "10000101"), ("20261201", "20261123")]
)
def test_a_reversed_range_is_an_empty_list(world: World, first: str, last: str) -> None:
    """Rule 33: the choice; not a fault."""
    assert days_of(world, first, last) == set()


def test_a_range_partly_in_the_past_is_clipped(world: World) -> None:
    """Rule 33: and one wholly in the past is empty."""
    world.now = datetime(2026, 11, 25, 9, 30)
    assert days_of(world, "20261101", "20261125") == {"20261125"}
    assert starts(world.patient(ANYBODY).times(LINDEN, "20261101", "20261125")) == ["20261125100000", "20261125103000"]
    assert days_of(world, "20261101", "20261124") == set()


@pytest.fixture(params=["UTC", "Pacific/Auckland", "America/Los_Angeles", "Europe/Stockholm"])
def host_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if not hasattr(time, "tzset"):
        pytest.skip("this system cannot change its zone in a process")
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def test_now_is_what_clocks_in_sweden_show(host_zone: str) -> None:
    """Rule 34: whatever the zone of the host."""
    in_sweden = datetime.now(UTC).astimezone(ZoneInfo("Europe/Stockholm")).replace(tzinfo=None)
    assert abs(swedish_time() - in_sweden) < timedelta(seconds=5)


def test_a_host_far_away_serves_swedish_time(new_database: str) -> None:
    """Rules 34 and 94: the whole application on a host in another zone, asked by a ping."""
    script = (
        "import sys\n"
        "from producer.app import create_app\n"
        "from producer.config import Config\n"
        "from producer.store.schema import upgrade\n"
        "from rules.calls import written\n"
        "from rules.consumer import post\n"
        "upgrade(sys.argv[1])\n"
        "app = create_app(Config(database=sys.argv[1]))\n"
        "print(post(app, written('PingForConfiguration').encode()).message.pingDateTime)\n"
        "app.close()\n"
    )
    environment = {**os.environ, "TZ": "Pacific/Auckland", "PYTHONPATH": str(Path(__file__).parents[1])}
    ran = subprocess.run(
        [sys.executable, "-c", script, new_database], env=environment, capture_output=True, text=True, check=True
    )
    told = datetime.strptime(ran.stdout.strip(), "%Y%m%d%H%M%S")
    in_sweden = datetime.now(UTC).astimezone(ZoneInfo("Europe/Stockholm")).replace(tzinfo=None)
    assert abs(told - in_sweden) < timedelta(seconds=60)


def test_the_hour_that_comes_twice_in_october_is_one_hour_on_the_wall(world: World) -> None:
    """Rule 34: a time in it can be booked, is told as it was booked, and is over when the clock first passes it."""
    patient = world.patient(ANYBODY)
    assert starts(patient.times(TEST, "20271031", "20271031")) == ["20271031020000", "20271031024500", "20271031033000"]
    id_ = patient.book(patient.time(TEST, "20271031024500"))
    told = patient.details(TEST, id_)
    assert (told.startTimeInclusive, told.endTimeExclusive) == ("20271031024500", "20271031030000")
    world.now = datetime(2027, 10, 31, 2, 30)
    assert starts(patient.schedule(TEST)) == ["20271031024500"]
    assert starts(patient.times(TEST, "20271031", "20271031")) == ["20271031033000"]
    world.now = datetime(2027, 10, 31, 2, 50)
    assert patient.schedule(TEST) == ()
    assert patient.cancel(TEST, id_).resultCode == "ERROR"


def test_the_hour_that_is_lost_in_march_has_no_times(world: World) -> None:
    """Rule 34: neighbours of it are there, a time in it cannot be booked."""
    patient = world.patient(ANYBODY)
    before, after = patient.times(TEST, "20280326", "20280326")
    assert (before.endTimeExclusive, after.startTimeInclusive) == ("20280326014500", "20280326031500")
    lost = patient.make(before, startTimeInclusive="20280326021500", endTimeExclusive="20280326023000", bookingId=None)
    assert lost.resultCode == "ERROR"


@pytest.mark.parametrize("moment", ["2028-03-26 02:00", "2028-03-26 02:30", "2028-03-26 01:50", "2028-03-26 02:59"])
def test_a_time_in_the_lost_hour_is_refused_when_it_is_made(moment: str, tmp_path: Path, database_url: str) -> None:
    """Rule 34: also one of 20 minutes that would reach into it."""
    for part in ("units", "texts"):
        (tmp_path / part).mkdir()
    (tmp_path / "units" / "t.toml").write_text((REGION / "units/testenheten.toml").read_text("utf-8"), "utf-8")
    row = f"{TEST},{moment},20min,TEST,TSTNMT2321000156-10K6,,no"
    (tmp_path / "slots.csv").write_text(f"unit,starts,length,time_type,performer,resource,blocked\n{row}\n", "utf-8")
    database = open_database(database_url)
    with pytest.raises(BadSeed) as refused:
        seed(database, tmp_path, TODAY)
    assert [fault.file for fault in refused.value.faults] == ["slots.csv"]
    database.close()


def test_neighbouring_times_do_not_collide(world: World) -> None:
    """Rule 35: 08:00-08:30 and 08:30-09:00 of one performer, for one patient."""
    patient = world.patient(ANYBODY)
    first, second = patient.time(EKEN, "20261124080000"), patient.time(EKEN, "20261124083000")
    assert first.endTimeExclusive == second.startTimeInclusive
    patient.book(first)
    assert patient.is_free(second)
    patient.book(second)
    assert len(patient.schedule(EKEN)) == 2


def test_times_that_share_a_minute_do_collide(world: World) -> None:
    """Rule 35: 08:00-08:30 hides 08:00-08:20 and 08:20-08:40 of the same performer, and 08:40 stays."""
    patient = world.patient(ANYBODY)
    patient.book(patient.time(EKEN, "20261124080000", timeTypeID="NYBESOK"))
    left = patient.times(EKEN, "20261124", "20261124", timeTypeID="KONTROLL")
    assert starts(left) == ["20261124084000", "20261124090000", "20261124092000", "20261124094000"]


def test_a_performer_who_is_booked_at_one_unit_is_so_at_another(world: World) -> None:
    """Rule 35: nobody is in two places at once; the times before and after are free."""
    patient = world.patient(ANYBODY)
    assert len(patient.times(LINDEN, "20261127", "20261127", performer=(ANNA,))) == 4
    patient.book(patient.time(EKEN, "20261127093000"))
    left = patient.times(LINDEN, "20261127", "20261127", performer=(ANNA,))
    assert starts(left) == ["20261127090000", "20261127100000", "20261127103000"]


IMPOSSIBLE = ["20260231", "20260431", "20261100", "20270229", "20261131"]


@pytest.mark.parametrize("day", IMPOSSIBLE)
@pytest.mark.parametrize("contract", ["GetAvailableDates", "GetAvailableTimeslots"])
@pytest.mark.parametrize("end", ["startDateInclusive", "endDateInclusive"])
def test_an_impossible_day_in_a_query_is_a_client_fault(world: World, contract: str, day: str, end: str) -> None:
    """Rule 36: the pattern lets it through, the calendar does not; the fault says where it stands."""
    with pytest.raises(SoapFault, match=end) as fault:
        world.patient(GUNILLA).ask(EKEN, to(EKEN, contract, **{end: day}))
    assert fault.value.code == "Client"


@pytest.mark.parametrize("day", IMPOSSIBLE)
@pytest.mark.parametrize("end", ["startTimeInclusive", "endTimeExclusive"])
def test_an_impossible_moment_in_an_act_is_an_error(world: World, day: str, end: str) -> None:
    """Rule 36: ERROR with a sentence, in MakeBooking and in UpdateBooking, and everything as it was."""
    patient = world.patient(GUNILLA)
    slot = patient.time(EKEN, "20261124080000")
    before = world.dump()
    made = patient.make(slot, **{end: f"{day}080000"})
    moved = patient.update("BOKAD-1", slot, **{end: f"{day}080000"})
    assert (made.resultCode, moved.resultCode) == ("ERROR", "ERROR")
    assert made.resultText
    assert moved.resultText
    assert world.dump() == before


@pytest.mark.parametrize(
    "moment", ["20261124240000", "20261124086000", "20261301080000", "2026112408000", "2026112408000x"]
)
def test_what_the_pattern_stops_is_a_client_fault(world: World, moment: str) -> None:
    """Rule 36: a moment that is none by its form never reaches the timetable."""
    with pytest.raises(SoapFault, match="startTimeInclusive"):
        _ = post(world.app, written("MakeBooking").replace("20261124080000", moment).encode()).message


RESERVE = ["991981000010", "19121212T212", "19121212p212", "19121212F212", "194800000001", "194808069887"]
COORDINATION = ["195506842391", "199000702390", "198000602394", "191711602399", "191500722390"]


@pytest.mark.parametrize("patient", [*RESERVE, *COORDINATION, "121212121212"])
def test_any_identity_that_the_schema_takes_is_a_patient(world: World, patient: str) -> None:
    """Rules 37 and 98: reserve ids, coordination numbers with day 60 or month 00, and the TKB's own example."""
    caller = world.patient(patient)
    id_ = caller.book(caller.time(EKEN, "20261124080000"))
    assert caller.details(EKEN, id_).subject_of_care.upper() == patient.upper()
    assert [row.bookingId for row in caller.schedule(EKEN)] == [id_]
    assert caller.update(id_, caller.time(EKEN, "20261125080000")).resultCode == "OK"
    assert caller.cancel(EKEN, id_).resultCode == "OK"


@pytest.mark.parametrize(
    ("patient", "is_accepted"), [*((p, False) for p in RESERVE), *((p, True) for p in COORDINATION)]
)
def test_a_unit_may_take_national_identities_only(world: World, patient: str, is_accepted: bool) -> None:
    """Rule 37: the switch `reserve_ids_accepted`; odd but official coordination numbers are national."""
    caller = world.patient(patient)
    slot = caller.time(EKEN, "20261124080000")
    world.set_rules(EKEN, reserve_ids_accepted=False)
    assert (caller.make(slot).resultCode == "OK") is is_accepted


def test_letters_of_a_reserve_id_are_the_same_in_either_case(world: World) -> None:
    """Rule 37: 19121212T212 and 19121212t212 are one patient, with one schedule."""
    upper, lower = world.patient("19121212T212"), world.patient("19121212t212")
    id_ = upper.book(upper.time(EKEN, "20261124080000"))
    assert [row.bookingId for row in lower.schedule(EKEN)] == [id_]
    assert world.relative("19121212T212", actor="19121212t212").cancel(EKEN, id_).resultCode == "OK"


def test_booking_ids_are_opaque(world: World) -> None:
    """Rule 38: no sequence, at most 128 characters, no white space; the same of slots."""
    ids = []
    for slot in world.agent(ANYBODY).times(LINDEN)[:12]:
        assert 8 <= len(slot.bookingId) <= 128
        patient = world.patient(ANYBODY)
        ids.append(patient.book(slot))
    assert len(set(ids)) == 12
    assert all(16 <= len(id_) <= 128 and id_.split() == [id_] for id_ in ids)
    assert ids != sorted(ids)
    beginnings = {id_[:8] for id_ in ids}
    endings = {id_[-8:] for id_ in ids}
    assert len(beginnings) == len(endings) == 12


def test_one_spelling_of_each_unit_is_in_all_answers(world: World) -> None:
    """Rules 39 and 40: aggregating platforms group by the exact string; ids need not start with SE."""
    assert max(map(len, UNITS)) <= 64
    for unit in (EKEN, LINDEN, TEST):
        patient = world.patient(SOMEBODY)
        slot = patient.times(unit.lower(), "20261124", "20261124")[0]
        id_ = patient.book(slot, healthcare_facility=unit.upper())
        rows = [
            slot,
            patient.details(unit.upper(), id_),
            *patient.schedule(unit.lower()),
            *patient.days(unit.upper(), "20261125"),
        ]
        assert {row.healthcare_facility for row in rows} == {unit}
        assert patient.units(unit.swapcase()) == [unit]


@pytest.mark.parametrize(("hsa_id", "is_fit"), [("S" * 64, True), ("S" * 65, False), ("SE2321000016 EKEN", False)])
def test_an_hsa_id_has_64_characters_at_most(tmp_path: Path, database_url: str, hsa_id: str, is_fit: bool) -> None:
    """Rule 39: a longer one could not be told to the index, so no unit gets it."""
    (tmp_path / "units").mkdir()
    unit = f'[unit]\nhsa_id = "{hsa_id}"\nname = "Lång"\ncounty = "Län"\n'
    (tmp_path / "units" / "t.toml").write_text(unit, "utf-8")
    database = open_database(database_url)
    if is_fit:
        assert seed(database, tmp_path, TODAY).care_units == 1
    else:
        with pytest.raises(BadSeed):
            seed(database, tmp_path, TODAY)
    database.close()


@pytest.mark.parametrize("address", [TEST, TEST.lower(), "5565594230"])
def test_a_unit_whose_id_does_not_start_with_se_is_a_unit(world: World, address: str) -> None:
    """Rule 40: the whole life of a booking at TSTNMT2321000156-10K5, performers of its kind too."""
    patient = world.patient(ANYBODY, to=address)
    assert patient.time_types(TEST) == ["TEST"]
    assert patient.performers(TEST) == ["TSTNMT2321000156-10K6"]
    first, second = patient.times(TEST, "20261124", "20261124", performer=("TSTNMT2321000156-10K6",))
    id_ = patient.book(first)
    assert patient.details(TEST, id_).healthcare_facility == TEST
    assert patient.update(id_, second).resultCode == "OK"
    if address != "5565594230":
        assert [row.healthcare_facility for row in patient.schedule(TEST)] == [TEST]
    assert patient.cancel(TEST, id_).resultCode == "OK"
