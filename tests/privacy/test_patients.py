"""One patient's data, told whole, fetched and erased by an administrator."""

import json

import pytest
from rules.world import EKEN, GUNILLA, INVITED, KANSLI, SOMEBODY, VAST
from staff.world import StaffWorld

from producer.domain.model import Actor, ActorType
from producer.store.access_log import accesses

PATH = "/staff/patients"
WRITTEN = "700123-9297"


def noted(world: StaffWorld) -> list[tuple[str, str]]:
    with world.database.reading() as timetable:
        return [(each.action, each.patient) for each in accesses(timetable)][::-1]


@pytest.fixture
def known(world: StaffWorld) -> str:
    """The id of a booking that Somebody has made, moved and cancelled, with something to say about it."""
    patient = world.patient(SOMEBODY)
    first, second = patient.times(EKEN, "20261124", "20261124", timeTypeID="NYBESOK")[:2]
    made = patient.book(first, reason="ont i Ryggraden")
    assert patient.update(made, second).resultCode == "OK"
    assert patient.cancel(EKEN, made, "hälsar Snöflingan").resultCode == "OK"
    return made


def test_all_that_is_known_is_shown(world: StaffWorld) -> None:
    text = world.browser().post(PATH, patient=WRITTEN).text
    for told in ("19700123-9297", "BOKAD-1", "Påhittsdotter", "070-174 06 05", "Ont i knäet", "Listad"):
        assert told in text, told
    assert noted(world) == [("patient_shown", GUNILLA)]


def test_the_file_has_bookings_contact_trail_notes_and_log(world: StaffWorld, known: str) -> None:
    answer = world.browser().post(f"{PATH}/file", patient=SOMEBODY)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="patient.json"'
    told = json.loads(answer.data)
    (booking,) = told["bookings"]
    assert (booking["id"], booking["state"], booking["reason"]) == (known, "cancelled", "ont i Ryggraden")
    assert booking["contact"]["last_name"] == "Exempelqvist"
    assert [entry["act"] for entry in booking["trail"]] == ["booked", "rebooked", "cancelled"]
    assert booking["trail"][2]["message"] == "hälsar Snöflingan"
    log = [line["action"] for line in told["access_log"]]
    assert log == ["patient_exported", "CancelBooking", "UpdateBooking", "MakeBooking"]
    assert json.loads(world.browser().post(f"{PATH}/file", patient=GUNILLA).data)["listings"] == [
        {"unit": EKEN, "performer": "SE2321000016-ANNA"}
    ]


def test_nobody_of_the_staff_is_named_in_the_file(world: StaffWorld) -> None:
    world.browser("rut").page(f"/staff/{EKEN}/bookings/BOKAD-1")
    answer = world.browser().post(f"{PATH}/file", patient=GUNILLA)
    assert b'"staff"' in answer.data
    assert b'"rut"' not in answer.data
    assert b'"admin"' not in answer.data


def test_an_extract_tells_from_where_and_when_and_not_who(world: StaffWorld) -> None:
    """Patient data act 8:5."""
    world.browser("rut").page(f"/staff/{EKEN}/bookings/BOKAD-1")
    world.later(minutes=5)
    page = world.browser().post(f"{PATH}/extract", patient=GUNILLA).text
    assert "2026-11-23 07:00" in page
    assert EKEN in page
    assert "Vårdcentralen Eken" in page
    assert "rut" not in page.split("<main")[1]
    rows = world.browser().post(f"{PATH}/extract/file", patient=GUNILLA).data.decode("utf-8-sig").splitlines()
    assert rows[0] == "Tid;Enhet"
    assert rows[-1] == f"2026-11-23 07:00;{EKEN}"
    assert noted(world)[-2:] == [("log_extracted", GUNILLA)] * 2


def test_what_is_erased_is_nowhere_but_in_the_access_log(world: StaffWorld, known: str) -> None:
    before = len(noted(world))
    answer = world.browser().post(f"{PATH}/erased", patient=SOMEBODY, again=SOMEBODY)
    assert answer.status_code == 302
    for trace in (SOMEBODY, "Ryggraden", "Snöflingan"):
        assert [line for line in world.dump() if trace in line] == []
    about = [line for line in world.dump() if known in line and "access_log" not in line]
    assert about
    assert not any("Exempelqvist" in line for line in about)
    assert noted(world)[before:] == [("patient_erased", SOMEBODY)]
    assert [who for _, who in noted(world)] == [SOMEBODY] * len(noted(world))
    assert "är raderade: 1 bokningar" in world.browser().get("/staff/changes").text


def test_a_guardian_is_told_of_and_erased_from_what_she_did_for_others(world: StaffWorld) -> None:
    """Rule 22: her number stands in the trail of a booking that is not hers, which else stays as it is."""
    world.set_rules(EKEN, guardians_may_act=True)
    assert world.relative(GUNILLA, actor=SOMEBODY).cancel(EKEN, "BOKAD-1").resultCode == "OK"
    told = json.loads(world.browser().post(f"{PATH}/file", patient=SOMEBODY).data)
    assert told["bookings"] == []
    assert told["acts_for_others"] == [{"at": "2026-11-23T07:00:00", "act": "cancelled", "unit": EKEN}]
    page = world.browser().post(PATH, patient=SOMEBODY).text
    assert "Gjort för andra" in page
    assert GUNILLA not in page
    assert world.browser().post(f"{PATH}/erased", patient=SOMEBODY, again=SOMEBODY).status_code == 302
    assert [line for line in world.dump() if SOMEBODY in line] == []
    with world.database.reading() as timetable:
        held = timetable.booking("BOKAD-1")
        assert held is not None
        assert held.patient == GUNILLA
        assert timetable.trail(held.id)[-1].origin.actor == Actor(type=ActorType.PATIENT, id=None)


def test_listings_and_bars_go_too(world: StaffWorld) -> None:
    world.patient(GUNILLA).cancel(EKEN, "BOKAD-1")
    world.browser().post(f"{PATH}/erased", patient=GUNILLA, again=WRITTEN)
    assert [line for line in world.dump() if GUNILLA in line] == []


@pytest.mark.parametrize(("patient", "unit"), [(GUNILLA, EKEN), (INVITED, KANSLI)])
def test_what_lies_ahead_is_ended_first(world: StaffWorld, patient: str, unit: str) -> None:
    """An open invitation too; the page leads to each."""
    before = world.dump()
    asked = world.browser().post(f"{PATH}/erase", patient=patient)
    assert f"/staff/{unit}/bookings/" in asked.text
    assert "Skriv personnumret en gång till" not in asked.text
    answer = world.browser().post(f"{PATH}/erased", patient=patient, again=patient)
    assert answer.status_code == 400
    assert _kept(world.dump()) == _kept(before)


def test_what_is_past_does_not_stand_in_the_way(world: StaffWorld) -> None:
    world.later(days=30)
    assert world.browser().post(f"{PATH}/erased", patient=GUNILLA, again=GUNILLA).status_code == 302


@pytest.mark.parametrize("again", ["", "200001012384", "x"])
def test_it_takes_the_number_twice(world: StaffWorld, known: str, again: str) -> None:
    before = world.dump()
    answer = world.browser().post(f"{PATH}/erased", patient=SOMEBODY, again=again)
    assert answer.status_code == 400
    assert "Skriv samma personnummer en gång till" in answer.text
    assert _kept(world.dump()) == _kept(before)


@pytest.mark.parametrize("path", ["", "/file", "/extract", "/extract/file", "/erase", "/erased"])
def test_who_it_is_about_is_never_in_an_address_and_only_for_administrators(world: StaffWorld, path: str) -> None:
    assert world.browser("erik").post(PATH + path, patient=GUNILLA, again=GUNILLA).status_code == 403
    assert noted(world) == []
    answer = world.browser().post(PATH + path, patient="Gunilla")
    assert answer.status_code == 400
    assert "Skriv personnumret" in answer.text
    assert GUNILLA not in (answer.location or "")


def test_the_log_is_searched_by_kind_of_actor_and_by_consumer(world: StaffWorld) -> None:
    world.patient(
        GUNILLA, headers={"x-rivta-original-serviceconsumer-hsaid": "SE-C", "Content-Type": "text/xml"}
    ).details(EKEN, "BOKAD-1")
    world.patient(SOMEBODY).schedule(VAST)
    world.browser("rut").page(f"/staff/{EKEN}/bookings/BOKAD-1")

    def found(**fields: str) -> list[bool]:
        text = world.browser().post("/staff/access", fields).text
        return [each in text for each in ("GetBookingDetails", "GetSubjectOfCareSchedule", "Såg en bokning")]

    assert found() == [True, True, True]
    assert found(kind="patient") == [True, True, False]
    assert found(kind="staff") == [False, False, True]
    assert found(consumer="SE-C") == [True, False, False]
    assert found(kind="nonsense") == [True, True, True]


def _kept(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("INSERT") and "sign_ins" not in line and "secrets" not in line]
