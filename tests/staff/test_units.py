"""Administrators add, change and retire care units and their groups, and the next call knows."""

import pytest
from rules.world import ANYBODY, EKEN, GUNILLA, KANSLI, LINDEN, OST, VAST

from producer.domain.booking_rules import BookingRules
from producer.domain.staff import Sentence
from producer.store import accounts
from producer.store.changes import add_change
from staff.world import Browser, StaffWorld, text_of

NEW = "SE2321000016-NYA"
FORM = {
    "name": "Vårdcentralen Nya",
    "hsa_id": NEW,
    "county": "Skåne län",
    "municipality_name": "Lund",
    "municipality_code": "1281",
    "visiting_address": "Storgatan 1",
    "group": "",
    "offers_care": "yes",
}


def seen_on(browser: Browser, path: str) -> str:
    return str(browser.page(path).xpath("string(//input[@name='seen']/@value)"))


def form_on(browser: Browser, path: str) -> dict[str, str]:
    """What the form of a unit holds as it is shown."""
    page = browser.page(path)
    form = next(form for form in page.forms if "hsa_id" in form.fields)
    return {name: value for name, value in form.form_values() if name != "csrf_token"}


@pytest.mark.parametrize("name", ["erik", "rut"])
@pytest.mark.parametrize(
    "path",
    [
        "units",
        "units/new",
        f"units/{EKEN}",
        f"units/{EKEN}/retire",
        "changes",
    ],
)
def test_units_are_for_administrators_alone(world: StaffWorld, name: str, path: str) -> None:
    assert world.browser(name).get(f"/staff/{path}").status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "units/new",
        "units/groups",
        "units/groups/1",
        "units/groups/1/delete",
        f"units/{EKEN}",
        f"units/{EKEN}/retire",
        f"units/{EKEN}/bring-back",
    ],
)
def test_no_editor_changes_a_unit_not_even_her_own(world: StaffWorld, path: str) -> None:
    before = world.dump()
    assert world.browser("erik").post(f"/staff/{path}", FORM).status_code == 403
    assert [line for line in world.dump() if "sign_ins" not in line] == [
        line for line in before if "sign_ins" not in line
    ]


def test_a_new_unit_has_the_usual_rules_and_leads_on_to_its_lists(world: StaffWorld) -> None:
    browser = world.browser()
    assert "Ny enhet" in text_of(browser.page("/staff/"))
    browser.page("/staff/units/new")
    answer = browser.post("/staff/units/new", FORM)
    assert answer.location == f"/staff/{NEW}/lists"
    page = text_of(browser.page(answer.location))
    assert "Enheten Vårdcentralen Nya har lagts till." in page
    assert "Kom igång" in page
    with world.database.reading() as timetable:
        unit = timetable.unit(NEW)
        assert unit is not None
        assert (unit.county, unit.municipality_code, unit.offers_care) == ("Skåne län", "1281", True)
        assert unit.rules == BookingRules()
    assert world.patient(ANYBODY).time_types(NEW) == []
    assert "Enheten Vårdcentralen Nya har lagts till." in text_of(browser.page("/staff/changes"))


def test_from_an_empty_unit_every_step_leads_to_the_next(world: StaffWorld) -> None:
    browser = world.browser()
    browser.post("/staff/units/new", FORM)
    lists = f"/staff/{NEW}/lists"
    assert f'href="{lists}/time-types"' in browser.get(lists).text
    browser.post(f"{lists}/time-types", name="Nybesök")
    page = browser.get(f"{lists}/time-types").text
    assert "Vidare till utförare" in page
    browser.post(
        f"{lists}/performers",
        hsa_id="SE2321000016-NYPER",
        first_name="Ny",
        last_name="Person",
        time_types=[str(each) for each in chosen_on(browser, f"{lists}/performers", "time_types")],
    )
    page = browser.get(f"{lists}/performers").text
    assert "Vidare till grundschema" in page
    assert "Kom igång" not in browser.get(lists).text
    assert world.patient(ANYBODY).performers(NEW, timeTypeIDs=("NYBESOK",)) == ["SE2321000016-NYPER"]


def chosen_on(browser: Browser, path: str, name: str) -> list[str]:
    return [str(each) for each in browser.page(path).xpath(f"//input[@name='{name}' and @checked]/@value")]


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", " ", "Ange enhetens namn."),
        ("name", "N" * 201, "för lång, högst 200"),
        ("name", "Nya\x07", "tecken som inte går att visa"),
        ("county", "", "Ange länet."),
        ("hsa_id", "", "Ange ett HSA-id."),
        ("hsa_id", "SE2321000016-Åsa", "inga å, ä eller ö"),
        ("hsa_id", "SE232100-A", "skrivs SE, tio siffror"),
        ("hsa_id", EKEN.lower(), "redan enhetens Vårdcentralen Eken"),
        ("municipality_code", "12", "fyra siffror"),
        ("group", "Okänd", "Gruppen finns inte längre"),
    ],
)
def test_a_unit_that_cannot_be_is_refused_beside_its_field_and_what_was_typed_kept_rule_17(
    world: StaffWorld, field: str, typed: str, sentence: str
) -> None:
    browser = world.browser()
    answer = browser.post("/staff/units/new", {**FORM, field: typed})
    assert answer.status_code == 400
    assert sentence in answer.text
    assert f'id="{field}-fault"' in answer.text
    assert 'value="Storgatan 1"' in answer.text
    with world.database.reading() as timetable:
        assert timetable.unit(NEW) is None


def test_a_changed_unit_is_told_so_at_once(world: StaffWorld) -> None:
    browser = world.browser()
    path = f"/staff/units/{OST}"
    form = form_on(browser, path)
    answer = browser.post(path, {**form, "name": "Mammografi Ostkusten", "group": ""})
    assert answer.location == "/staff/units"
    with world.database.reading() as timetable:
        unit = timetable.unit(OST)
        assert unit is not None
        assert (unit.name, unit.group, unit.hsa_id) == ("Mammografi Ostkusten", None, OST)
    assert world.patient(ANYBODY).units(VAST) == [VAST]


def test_the_hsa_id_of_a_unit_without_bookings_can_be_corrected(world: StaffWorld) -> None:
    browser = world.browser()
    form = form_on(browser, f"/staff/units/{OST}")
    assert browser.post(f"/staff/units/{OST}", {**form, "hsa_id": NEW}).status_code == 302
    assert world.patient(ANYBODY).time_types(NEW) == ["MAMMOGRAFI"]
    assert world.patient(ANYBODY).time_types(OST) == []


@pytest.mark.parametrize("unit", [EKEN, KANSLI])
def test_the_hsa_id_of_a_unit_with_bookings_or_invitations_stays(world: StaffWorld, unit: str) -> None:
    browser = world.browser()
    form = form_on(browser, f"/staff/units/{unit}")
    answer = browser.post(f"/staff/units/{unit}", {**form, "hsa_id": NEW})
    assert answer.status_code == 400
    assert "HSA-id:t kan inte ändras" in answer.text
    assert browser.post(f"/staff/units/{unit}", {**form, "hsa_id": unit.lower()}).status_code == 302  # rule 17


def test_an_id_from_a_seed_that_has_no_known_shape_is_no_hindrance_rule_40(world: StaffWorld) -> None:
    with world.timetable() as timetable:
        timetable.connection.exec_driver_sql(
            f"UPDATE care_units SET hsa_id = 'egen', hsa_key = 'EGEN' WHERE hsa_id = '{OST}'"
        )
    browser = world.browser()
    form = form_on(browser, "/staff/units/egen")
    assert browser.post("/staff/units/egen", {**form, "county": "Uppsala län"}).status_code == 302


def test_a_unit_changed_meanwhile_is_not_overwritten(world: StaffWorld) -> None:
    browser = world.browser()
    form = form_on(browser, f"/staff/units/{LINDEN}")
    assert browser.post(f"/staff/units/{LINDEN}", {**form, "name": "Linden Nord"}).status_code == 302
    answer = browser.post(f"/staff/units/{LINDEN}", {**form, "name": "Linden Syd"})
    assert answer.status_code == 409
    assert "Nu: Linden Nord" in answer.text


def test_a_retired_unit_offers_nothing_and_what_is_booked_is_seen_and_cancelled(world: StaffWorld) -> None:
    patient, browser = world.patient(GUNILLA), world.browser()
    free = world.patient(ANYBODY).times(EKEN)[0]
    page = text_of(browser.page(f"/staff/units/{EKEN}/retire"))
    assert "lediga tider framåt erbjuds inte längre" in page
    assert "2 kommande bokningar finns kvar" in page  # a booking and an open invitation
    assert browser.post(f"/staff/units/{EKEN}/retire").location == "/staff/units"
    stranger = world.patient(ANYBODY)
    assert stranger.time_types(EKEN) == stranger.care_types(EKEN) == stranger.performers(EKEN) == []
    assert stranger.units(EKEN) == []
    assert stranger.times(EKEN) == ()
    assert stranger.days(EKEN) == ()
    assert stranger.make(free).resultCode == "ERROR"
    [booked] = patient.schedule(EKEN)
    assert booked.bookingId == "BOKAD-1"
    assert booked.rebooking_allowed is False
    assert booked.cancel_booking_allowed is True
    assert patient.cancel(EKEN, "BOKAD-1").resultCode == "OK"
    assert "avvecklad" in text_of(browser.page("/staff/"))


def test_a_retired_unit_is_brought_back_as_it_was(world: StaffWorld) -> None:
    browser = world.browser()
    before = world.patient(ANYBODY).times(EKEN)
    browser.post(f"/staff/units/{EKEN}/retire")
    assert browser.post(f"/staff/units/{EKEN}/bring-back").location == f"/staff/units/{EKEN}"
    assert world.patient(ANYBODY).times(EKEN) == before


def test_a_retired_unit_is_no_choice_for_a_rebooking_rule_47(world: StaffWorld) -> None:
    assert OST in world.patient("199001012385").units(VAST, "BOKAD-3")
    world.browser().post(f"/staff/units/{OST}/retire")
    assert world.patient("199001012385").units(VAST, "BOKAD-3") == [VAST]


def test_groups_are_added_renamed_and_deleted_when_empty(world: StaffWorld) -> None:
    browser = world.browser()
    assert browser.post("/staff/units/groups", group_name=" Hälso  centraler ").status_code == 302
    page = browser.page("/staff/units")
    assert "Gruppen Hälso centraler har lagts till." in text_of(page)
    [path] = page.xpath("//form[contains(@action, '/delete')]/@action")
    group = path.removesuffix("/delete")
    assert browser.post(group, name="Hälsocentraler", was="Hälso centraler").status_code == 302
    assert "Gruppen Hälso centraler heter nu Hälsocentraler." in text_of(browser.page("/staff/units"))
    assert browser.post(group, name="X", was="Hälso centraler").status_code == 409
    assert browser.post(path).status_code == 302
    browser.page("/staff/units")
    assert "Hälsocentraler" not in text_of(browser.page("/staff/units/new"))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("", "Ange gruppens namn."), ("MAMMOGRAFI", "redan en grupp"), ("x" * 101, "för lång, högst 100")],
)
def test_a_group_that_cannot_be_is_refused(world: StaffWorld, name: str, sentence: str) -> None:
    browser = world.browser()
    answer = browser.post("/staff/units/groups", group_name=name)
    assert answer.status_code == 400
    assert sentence in answer.text


def test_a_group_is_not_renamed_to_nothing_nor_deleted_while_it_has_units(world: StaffWorld) -> None:
    browser = world.browser()
    answer = browser.post("/staff/units/groups/1", name=" ", was="Mammografi")
    assert answer.status_code == 400
    assert 'id="group-1-fault"' in answer.text
    answer = browser.post("/staff/units/groups/1/delete")
    assert answer.status_code == 400
    assert "har enheter och kan inte tas bort" in answer.text


@pytest.mark.parametrize("path", ["units/SE0", "units/SE0/retire"])
def test_a_unit_that_is_not_there_is_no_page(world: StaffWorld, path: str) -> None:
    assert world.browser().get(f"/staff/{path}").status_code == 404


def test_changes_are_paged_the_newest_first(world: StaffWorld) -> None:
    browser = world.browser()
    with world.timetable() as timetable:
        account = accounts.account_named(timetable, "admin")
        assert account is not None
        for number in range(101):
            told = Sentence("Gruppen %(name)s har lagts till.", {"name": f"Grupp {number}"})
            add_change(timetable, account.staff, told, unit_id=None, now=world.now)
    page = browser.page("/staff/changes")
    assert "Grupp 100" in text_of(page)
    assert "Gruppen Grupp 0 " not in text_of(page)
    [older] = page.xpath("//a[contains(@href, 'before=')]/@href")
    assert "Gruppen Grupp 0 har lagts till." in text_of(browser.page(older))
