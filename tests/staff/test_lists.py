"""What a unit has is added, changed and retired by its staff, and is so in the next call."""

from typing import Any

import pytest
from rules.world import ANNA, ANYBODY, BO, CILLA, EKEN, GUNILLA, LINDEN, VAST

from producer.services.staff.listed_entries import code_of
from producer.store import tables as t
from staff.world import Browser, StaffWorld, text_of

LISTS = f"/staff/{EKEN}/lists"
TYPES, PEOPLE, ROOMS, CARES = (f"{LISTS}/{each}" for each in ("time-types", "performers", "resources", "care-types"))
REGISTERS = (TYPES, PEOPLE, ROOMS, CARES)
DORA = {"hsa_id": "SE2321000016-DORA", "first_name": "Dora", "last_name": "Nyström", "title": "Leg. läkare"}


def path_of(browser: Browser, register: str, name: str) -> str:
    """The page of the entry with this name."""
    paths = browser.page(register).xpath(f"//th/a[contains(., '{name}')]/@href")
    assert len(paths) == 1, paths
    return str(paths[0])


def form_on(browser: Browser, path: str) -> dict[str, Any]:
    """What the form of an entry holds as it is shown."""
    form = next(form for form in browser.page(path).forms if "seen" in form.fields)
    held: dict[str, list[str]] = {}
    for name, value in form.form_values():
        held.setdefault(name, []).append(value)
    return {name: values for name, values in held.items() if name != "csrf_token"}


# Who may do what.


@pytest.mark.parametrize("register", REGISTERS)
def test_a_reader_looks_and_changes_nothing(world: StaffWorld, register: str) -> None:
    rut = world.browser("rut")
    page = rut.page(register)
    assert not page.xpath("//main//form")
    entry = str(page.xpath("//th/a/@href")[0])
    assert not rut.page(entry).xpath("//main//form")
    assert rut.post(register, DORA, name="X").status_code == 403
    for act in ("", "/retire", "/bring-back", "/delete"):
        assert rut.post(f"{entry}{act}", name="X", code="X", seen="").status_code == 403


def test_a_reader_takes_nobody_away_and_fetches_nobody(world: StaffWorld) -> None:
    rut = world.browser("rut")
    assert rut.post(f"{path_of(rut, PEOPLE, 'Bo ')}/leave").status_code == 403
    assert rut.post(f"{PEOPLE}/fetch", known_hsa_id="SE2321000016-DAN").status_code == 403


@pytest.mark.parametrize("name", ["erik", "rut"])
@pytest.mark.parametrize("page", ["", "/time-types", "/performers", "/resources", "/care-types", "/listed", "/barred"])
def test_the_lists_of_other_units_are_closed(world: StaffWorld, name: str, page: str) -> None:
    browser = world.browser(name)
    assert browser.get(f"/staff/{LINDEN}/lists{page}").status_code == 403
    assert world.browser().get(f"/staff/{LINDEN}/lists{page}").status_code == 200
    if page:
        assert browser.post(f"/staff/{LINDEN}/lists{page}", DORA, name="X").status_code == 403


def test_an_entry_of_another_unit_is_not_reached_through_ones_own(world: StaffWorld) -> None:
    theirs = path_of(world.browser(), f"/staff/{VAST}/lists/time-types", "Kompletterande").rsplit("/", 1)[1]
    erik = world.browser("erik")
    assert erik.get(f"{TYPES}/{theirs}").status_code == 404
    for act in ("", "/retire", "/bring-back", "/delete"):
        assert erik.post(f"{TYPES}/{theirs}{act}", name="X", code="X").status_code == 404


@pytest.mark.parametrize("path", ["/nonsense", "/time-types/9999", "/time-types/x", "/performers/9999/leave"])
def test_what_is_not_there_is_no_page(world: StaffWorld, path: str) -> None:
    assert world.browser("erik").get(f"{LISTS}{path}").status_code == 404


# Adding.


def test_a_time_type_is_added_and_offered_with_a_code_made_of_its_name(world: StaffWorld) -> None:
    erik = world.browser("erik")
    assert erik.post(TYPES, name=" Vaccination  mot TBE ").location == TYPES
    assert "Tidtypen Vaccination mot TBE har lagts till." in text_of(erik.page(TYPES))
    assert "VACCINATIONMOTTBE" in world.patient(ANYBODY).time_types(EKEN)


def test_a_code_is_made_of_the_name_and_numbered_where_it_is_taken() -> None:
    assert code_of("Återbesök läkare, 30 min", set()) == "ATERBESOKLAKARE30MIN"
    assert code_of("Prov", {"prov", "prov2"}) == "PROV3"
    assert code_of("åäö" * 100, set()) == ("AAO" * 100)[:60]
    assert code_of("検査", {"kod"}) == "KOD2"


def test_a_time_type_is_given_care_types_in_order_and_performers(world: StaffWorld) -> None:
    erik = world.browser("erik")
    page = erik.page(TYPES)
    cares = {str(each.text): each.get("value") for each in page.xpath("//select[@name='care_type']/option")}
    people = {
        str(box.getparent().text_content()).strip(): box.get("value")
        for box in page.xpath("//input[@name='performers']")
    }
    bo = next(value for name, value in people.items() if name.startswith("Bo"))
    erik.post(
        TYPES,
        name="Rådgivning",
        code="RAD",
        care_type=cares["Sjuksköterskemottagning"],
        care_types=[cares["Allmänmedicin"], cares["Sjuksköterskemottagning"]],
        performers=[bo],
    )
    with world.database.reading() as timetable:
        unit = timetable.unit(EKEN)
        assert unit is not None
        kind = next(each for each in timetable.time_types(unit.id) if each.code == "RAD")
    assert [care.code for care in kind.care_types] == ["SSK", "ALLMAN"]
    assert world.patient(ANYBODY).performers(EKEN, timeTypeIDs=("RAD",)) == [BO]
    assert "RAD" in world.patient(ANYBODY).time_types(EKEN, careTypeIDs=("ALLMAN",))


def test_a_performer_is_added_and_told_of_with_title_and_name_rule_53(world: StaffWorld) -> None:
    erik = world.browser("erik")
    assert erik.post(PEOPLE, DORA).location == PEOPLE
    assert "Utföraren Leg. läkare Dora Nyström har lagts till." in text_of(erik.page(PEOPLE))
    assert DORA["hsa_id"] in world.patient(ANYBODY).performers(EKEN)


@pytest.mark.parametrize(("register", "name"), [(ROOMS, "Rum 9"), (CARES, "Rehabilitering")])
def test_resources_and_care_types_are_added(world: StaffWorld, register: str, name: str) -> None:
    erik = world.browser("erik")
    assert erik.post(register, name=name).location == register
    assert path_of(erik, register, name)


@pytest.mark.parametrize(
    ("register", "form", "field", "sentence"),
    [
        (TYPES, {"name": "", "code": "A"}, "name", "Ange ett namn."),
        (TYPES, {"name": "", "code": ""}, "name", "Ange ett namn."),
        (TYPES, {"name": "n" * 201}, "name", "för lång, högst 200"),
        (TYPES, {"name": "Prov\x07"}, "name", "tecken som inte går att visa"),
        (TYPES, {"name": "Ny", "code": "prov"}, "code", "Koden är upptagen av Provtagning."),
        (TYPES, {"name": "Ny", "code": "A B"}, "code", "utan mellanslag"),
        (ROOMS, {"name": "Ny", "code": "R" * 65}, "code", "1-64 tecken"),
        (PEOPLE, {**DORA, "hsa_id": "SE2321000016-ÖRN"}, "hsa_id", "inga å, ä eller ö"),
        (PEOPLE, {**DORA, "hsa_id": "DORA"}, "hsa_id", "skrivs SE, tio siffror"),
        (PEOPLE, {**DORA, "hsa_id": ANNA.lower()}, "hsa_id", "har redan detta HSA-id"),
        (PEOPLE, {**DORA, "first_name": " "}, "first_name", "Ange förnamn."),
        (PEOPLE, {**DORA, "last_name": ""}, "last_name", "Ange efternamn."),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_what_was_typed_kept_rule_17(
    world: StaffWorld, register: str, form: dict[str, str], field: str, sentence: str
) -> None:
    answer = world.browser("erik").post(register, form)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert f'id="{field}-fault"' in answer.text
    assert f'aria-describedby="{field}-fault' in answer.text
    assert 'role="alert"' in answer.text
    kept = {name: value for name, value in form.items() if name != field and value.strip()}
    assert all(f'value="{value}"' in answer.text for value in kept.values())


def test_a_performer_of_another_unit_is_fetched_by_her_id_in_any_case_rule_17(world: StaffWorld) -> None:
    erik = world.browser("erik")
    assert erik.post(f"{PEOPLE}/fetch", known_hsa_id="se2321000016-dan").location == PEOPLE
    assert "Dan Fiktivberg har lagts till" in text_of(erik.page(PEOPLE))
    assert "SE2321000016-DAN" in world.patient(ANYBODY).performers(EKEN)


@pytest.mark.parametrize(
    ("hsa_id", "sentence"), [("SE2321000016-INGEN", "Ingen utförare har detta"), (BO, "finns redan på enheten")]
)
def test_nobody_is_fetched_twice_or_out_of_nowhere(world: StaffWorld, hsa_id: str, sentence: str) -> None:
    answer = world.browser("erik").post(f"{PEOPLE}/fetch", known_hsa_id=hsa_id)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert f'value="{hsa_id}"' in answer.text


# Changing.


def test_a_new_name_is_told_at_once_and_the_rest_stays(world: StaffWorld) -> None:
    erik = world.browser("erik")
    path = path_of(erik, TYPES, "Hälsosamtal")
    before = world.patient(ANYBODY).time_types(EKEN, careTypeIDs=("ALLMAN",))
    assert erik.post(path, {**form_on(erik, path), "name": "Samtal om hälsa"}).location == TYPES
    assert "Tidtypen Samtal om hälsa har ändrats." in text_of(erik.page(TYPES))
    slot = next(each for each in world.patient(ANYBODY).times(EKEN) if each.timeTypeID == "SAMTAL")
    assert slot.timeTypeName == "Samtal om hälsa"
    assert slot.careTypeID == "SSK"
    assert world.patient(ANYBODY).time_types(EKEN, careTypeIDs=("ALLMAN",)) == before


def test_a_code_is_changed_only_while_nothing_is_booked_under_it(world: StaffWorld) -> None:
    erik = world.browser("erik")
    unbooked, booked = path_of(erik, TYPES, "Hälsosamtal"), path_of(erik, TYPES, "Nybesök")
    assert erik.post(unbooked, {**form_on(erik, unbooked), "code": "HALSA"}).status_code == 302
    assert "HALSA" in world.patient(ANYBODY).time_types(EKEN)
    answer = erik.post(booked, {**form_on(erik, booked), "code": "NY"})
    assert answer.status_code == 400
    assert "Det finns bokningar med NYBESOK" in answer.text


def test_what_was_changed_meanwhile_is_not_overwritten(world: StaffWorld) -> None:
    erik = world.browser("erik")
    path = path_of(erik, ROOMS, "Rum 1")
    form = form_on(erik, path)
    assert erik.post(path, {**form, "name": "Rum ett"}).status_code == 302
    answer = erik.post(path, {**form, "name": "Rum I"})
    assert answer.status_code == 409
    assert "Nu: Resursen Rum ett, RUM1." in answer.text


def test_a_refused_change_keeps_what_was_typed_and_what_it_was_made_from(world: StaffWorld) -> None:
    erik = world.browser("erik")
    path = path_of(erik, ROOMS, "Rum 1")
    form = form_on(erik, path)
    answer = erik.post(path, {**form, "name": "Undersökningsrum", "code": "RUM2"})
    assert answer.status_code == 400
    assert "Koden är upptagen av Rum 2." in answer.text
    assert 'value="Undersökningsrum"' in answer.text
    assert f'value="{form["seen"][0]}"' in answer.text


def test_a_person_who_works_elsewhere_too_is_changed_by_who_may_change_all_her_units(world: StaffWorld) -> None:
    erik, admin = world.browser("erik"), world.browser()
    path = path_of(erik, PEOPLE, "Anna")
    assert "ändras av en administratör" in text_of(erik.page(path))
    answer = erik.post(path, DORA, hsa_id=ANNA, seen="")
    assert answer.status_code == 400
    assert "finns på flera enheter" in answer.text
    erik.post(f"{path}/retire")
    assert ANNA in world.patient(ANYBODY).performers(EKEN)
    form = {**form_on(admin, path), "last_name": "Modellsson"}
    assert admin.post(path, form).status_code == 302
    assert "Modellsson" in text_of(erik.page(PEOPLE))


# Retiring, deleting, taking away.


@pytest.mark.parametrize(
    ("register", "name", "gone"),
    [
        (TYPES, "Provtagning", lambda w: "PROV" in w.patient(ANYBODY).time_types(EKEN)),
        (PEOPLE, "Bo ", lambda w: BO in w.patient(ANYBODY).performers(EKEN)),
        (CARES, "Allmänmedicin", lambda w: "ALLMAN" in w.patient(ANYBODY).care_types(EKEN)),
        (PEOPLE, "Bo ", lambda w: any(slot.performer == BO for slot in w.patient(ANYBODY).times(EKEN))),
        (TYPES, "Provtagning", lambda w: any(s.timeTypeID == "PROV" for s in w.patient(ANYBODY).times(EKEN))),
        (ROOMS, "Provtagningsrummet", lambda w: any(s.resourceID == "LAB" for s in w.patient(ANYBODY).times(EKEN))),
        (CARES, "Allmänmedicin", lambda w: any(s.careTypeID == "ALLMAN" for s in w.patient(ANYBODY).times(EKEN))),
    ],
)
def test_what_is_retired_is_offered_no_more_until_it_is_back_rule_43(
    world: StaffWorld, register: str, name: str, gone: Any
) -> None:
    erik = world.browser("erik")
    path = path_of(erik, register, name)
    assert gone(world)
    assert erik.get(f"{path}/retire").status_code == 200
    assert erik.post(f"{path}/retire").location == register
    assert not gone(world)
    page = text_of(erik.page(register))
    assert "är avvecklad: inga nya tider erbjuds" in page
    assert "avvecklad" in page
    assert erik.post(f"{path}/bring-back").location == register
    assert gone(world)


def test_before_retiring_one_is_told_what_it_touches(world: StaffWorld) -> None:
    erik = world.browser("erik")
    page = text_of(erik.page(f"{path_of(erik, TYPES, 'Nybesök')}/retire"))
    assert "lediga tider framåt erbjuds inte längre" in page
    assert "2 kommande bokningar finns kvar" in page  # a booking and an open invitation
    assert "Anna, nybesök" in page


def test_what_is_booked_of_a_retired_time_type_stays_and_is_not_said_to_be_movable(world: StaffWorld) -> None:
    erik, patient = world.browser("erik"), world.patient(GUNILLA)
    slot = world.patient(ANYBODY).time(EKEN, "20261125080000", timeTypeID="NYBESOK")
    erik.post(f"{path_of(erik, TYPES, 'Nybesök')}/retire")
    assert world.patient(ANYBODY).make(slot).resultCode == "ERROR"
    [booked] = patient.schedule(EKEN)
    assert (booked.bookingId, booked.timeTypeID) == ("BOKAD-1", "NYBESOK")
    assert booked.rebooking_allowed is False
    assert patient.details(EKEN, "BOKAD-1").timeTypeName == "Nybesök läkare"
    assert patient.cancel(EKEN, "BOKAD-1").resultCode == "OK"


def test_what_was_never_used_can_be_deleted_and_the_rest_cannot(world: StaffWorld) -> None:
    erik = world.browser("erik")
    erik.post(ROOMS, name="Rum 9")
    erik.post(TYPES, name="Ny typ", performers=[], care_types=[])
    erik.post(PEOPLE, DORA)
    for register, name in ((ROOMS, "Rum 9"), (TYPES, "Ny typ"), (PEOPLE, "Dora")):
        path = path_of(erik, register, name)
        assert "har aldrig använts" in text_of(erik.page(path))
        assert erik.post(f"{path}/delete").location == register
        assert erik.get(path).status_code == 404
    used = path_of(erik, ROOMS, "Rum 1")
    assert "har aldrig använts" not in text_of(erik.page(used))
    erik.post(f"{used}/delete")
    assert "kan inte tas bort, bara avvecklas" in text_of(erik.page(used))


def test_a_performer_with_a_base_schedule_is_not_taken_away(world: StaffWorld) -> None:
    erik = world.browser("erik")
    path = path_of(erik, PEOPLE, "Bo ")
    assert "Avsluta först utförarens grundschema: Bo, nybesök" in text_of(erik.page(f"{path}/leave"))
    erik.post(f"{path}/leave")
    assert BO in world.patient(ANYBODY).performers(EKEN)


def test_a_performer_taken_away_has_her_free_times_blocked_and_stays_elsewhere(world: StaffWorld) -> None:
    erik = world.browser("erik")
    with world.timetable() as timetable:
        timetable.connection.execute(t.base_schedules.update().values(valid_to=world.now.date()))
    path = path_of(erik, PEOPLE, "Anna")
    assert "lediga tider framåt spärras" in text_of(erik.page(f"{path}/leave"))
    assert erik.post(f"{path}/leave").location == PEOPLE
    assert "Anna Maria Exempelsson hör inte längre till enheten. Spärrade lediga tider:" in text_of(erik.page(PEOPLE))
    anybody = world.patient(ANYBODY)
    assert set(anybody.performers(EKEN)) == {BO, CILLA}
    assert not any(slot.performer == ANNA for slot in anybody.times(EKEN))
    assert any(slot.performer == ANNA for slot in anybody.times(LINDEN))
    assert world.patient(GUNILLA).details(EKEN, "BOKAD-1").performer == ANNA
    assert erik.post(f"{PEOPLE}/fetch", known_hsa_id=ANNA).status_code == 302


def test_every_change_is_kept_as_one_sentence(world: StaffWorld) -> None:
    erik = world.browser("erik")
    erik.post(ROOMS, name="Rum 9")
    with world.database.reading() as timetable:
        row = timetable.connection.execute(t.staff_changes.select().order_by(t.staff_changes.c.id.desc())).first()
    assert row is not None
    assert row.sentence["text"] == "%(thing)s har lagts till."


def test_the_lists_speak_english(world: StaffWorld) -> None:
    erik = world.browser("erik")
    erik.post("/staff/language", language="en")
    erik.post(ROOMS, name="Rum 9")
    assert "The resource Rum 9 has been added." in text_of(erik.page(ROOMS))
