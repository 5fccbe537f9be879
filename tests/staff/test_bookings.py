from datetime import datetime, timedelta

import pytest
from lxml import html
from rules.world import EKEN, GUNILLA, IDA, KANSLI, LINDEN, MORNING, VAST

from producer.services.staff import found_bookings
from producer.store import tables as t
from producer.store.access_log import Access, accesses
from staff.world import StaffWorld, text_of

SHOWN = f"/staff/{EKEN}/bookings/BOKAD-1"


def noted(world: StaffWorld, **sought: str) -> list[Access]:
    with world.database.reading() as timetable:
        return accesses(timetable, **sought)


def test_a_booking_is_shown_with_its_patient_and_what_she_may_do_herself(world: StaffWorld) -> None:
    text = text_of(world.browser("rut").page(SHOWN))
    assert "mån 30 nov. 2026 09:00–09:30" in text
    for told in ("Nybesök läkare", "Leg. läkare Anna Maria Exempelsson", "Rum 1", "19700123-9297", "Gunilla"):
        assert told in text
    assert "Ont i knäet <sedan> två veckor" in text
    world.set_rules(EKEN, rebooking_allowed=False)
    assert "Tiden går inte att boka om på nätet." in text_of(world.browser("rut").page(SHOWN))


def test_the_trail_tells_who_did_what_when_and_with_what_message(world: StaffWorld) -> None:
    """Rule 74."""
    patient = world.patient(GUNILLA)
    world.later(minutes=5)
    patient.update("BOKAD-1", patient.time(EKEN, "20261123083000"))
    world.later(minutes=5)
    patient.cancel(EKEN, "BOKAD-1", "Jag är <frisk> igen")
    text = text_of(world.browser("rut").page(SHOWN))
    assert "Flyttad från Måndag 30 november 09:00–09:30, Nybesök läkare, Leg. läkare Anna Maria Exempelsson" in text
    assert "Avbokad: Måndag 23 november 08:30–09:00" in text
    assert "2026-11-23 07:10 · Patienten själv" in text
    assert "Meddelande: Jag är <frisk> igen" in text
    assert "Inläst från fil" in text


def test_whose_booking_is_shown_is_noted_with_who_looked(world: StaffWorld) -> None:
    world.browser("rut").page(SHOWN)
    (access,) = noted(world)
    assert (access.patient, access.booking, access.unit) == (GUNILLA, "BOKAD-1", EKEN)
    assert (access.action, access.origin.actor.id) == ("booking_shown", "rut")


@pytest.mark.parametrize(
    ("account", "path", "status"),
    [
        ("admin", f"/staff/{LINDEN}/bookings/BOKAD-2", 200),
        ("erik", f"/staff/{LINDEN}/bookings/BOKAD-2", 403),
        ("rut", f"/staff/{LINDEN}/bookings/BOKAD-2", 403),
        ("rut", f"/staff/{EKEN}/bookings/BOKAD-2", 404),
        ("rut", f"/staff/{EKEN}/bookings/finns-inte", 404),
        ("admin", "/staff/SE0/bookings/BOKAD-1", 404),
    ],
)
def test_a_booking_is_read_at_its_unit_by_those_of_the_unit(
    world: StaffWorld, account: str, path: str, status: int
) -> None:
    assert world.browser(account).get(path).status_code == status
    assert (noted(world) == []) is (status != 200)


def test_a_booking_moved_to_another_unit_is_still_read_where_it_was(world: StaffWorld) -> None:
    """Rule 64: the units of a group take each other's bookings."""
    browser = world.browser()
    assert browser.get("/staff/SE2321000016-OST/bookings/BOKAD-3").status_code == 404
    ida = world.patient(IDA)
    there = ida.times("SE2321000016-OST", "20261201", "20261215", bookingId="BOKAD-3")[0]
    assert ida.update("BOKAD-3", there).resultCode.value == "OK"
    for unit in (VAST, "SE2321000016-OST"):
        assert "Mammografi" in text_of(browser.page(f"/staff/{unit}/bookings/BOKAD-3"))


def test_an_invitation_is_read_where_it_was_sent_from(world: StaffWorld) -> None:
    page = text_of(world.browser().page(f"/staff/{KANSLI}/bookings/KALLAD-OPPEN-1"))
    assert "Kallelse utan tid" in page
    assert "Kallad: utan tid, Mammografi" in page


# To find.


def found(world: StaffWorld, words: str, account: str = "rut", unit: str = EKEN, **more: str) -> str:
    answer = world.browser(account).post(f"/staff/{unit}/bookings", words=words, **more)
    assert answer.status_code == 200
    return text_of(html.fromstring(answer.text))


@pytest.mark.parametrize(
    "words", ["197001239297", "700123-9297", "19700123-9297", "BOKAD-1", "gunilla", "Påhittsdotter GUNILLA", "PÅHITT"]
)
def test_a_booking_is_found_by_personal_number_id_or_name(world: StaffWorld, words: str) -> None:
    text = found(world, words)
    assert "mån 30 nov. 2026 09:00–09:30" in text
    assert "19700123-9297 Gunilla" in text
    assert [(each.action, each.patient) for each in noted(world)] == [("bookings_listed", GUNILLA)]


@pytest.mark.parametrize("words", ["198101079294", "BOKAD-2", "Håkan", "%", "_", "\\", "' OR 1=1", "finns inte"])
def test_other_units_bookings_are_not_found(world: StaffWorld, words: str) -> None:
    assert "Inget hittades" in found(world, words)
    sought = [("bookings_sought", words)] if words.isdecimal() else []
    assert [(each.action, each.patient) for each in noted(world)] == sought


@pytest.mark.parametrize("words", ["810107-9294", "19810107-9294", " 198101079294 "])
def test_a_search_for_a_patient_who_has_nothing_here_is_noted(world: StaffWorld, words: str) -> None:
    """That she has no booking at the unit is told of her, too."""
    assert "Inget hittades" in found(world, words)
    assert [(each.action, each.patient, each.unit) for each in noted(world)] == [
        ("bookings_sought", "198101079294", EKEN)
    ]


def test_nothing_to_seek_by_is_told(world: StaffWorld) -> None:
    answer = world.browser("rut").post(f"/staff/{EKEN}/bookings", words=" ")
    assert answer.status_code == 400
    assert "Skriv ett personnummer" in answer.text


def test_the_days_list_shows_what_starts_in_them_in_the_state_asked_for(world: StaffWorld) -> None:
    rut, path = world.browser("rut"), f"/staff/{EKEN}/bookings"
    assert "Gunilla" in text_of(rut.page(path))
    assert "Inga bokningar" in text_of(rut.page(path, first="2026-12-01", last="2026-12-31"))
    assert "Inga bokningar" in text_of(rut.page(path, state="ended"))
    world.patient(GUNILLA).cancel(EKEN, "BOKAD-1")
    assert "Inga bokningar" in text_of(rut.page(path))
    for state in ("ended", "all"):
        assert "Gunilla" in text_of(rut.page(path, state=state))


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ({"first": "2026-02-31"}, "Ange en dag"),
        ({"first": "i morgon", "last": "2026-12-01"}, "Ange en dag"),
        ({"first": "2026-12-02", "last": "2026-12-01"}, "före den första"),
        ({"first": "0001-01-01"}, "Ange en dag"),
    ],
)
def test_days_that_cannot_be_are_told_and_kept(world: StaffWorld, days: dict[str, str], told: str) -> None:
    for path in ("bookings", "book"):
        answer = world.browser("erik").get(f"/staff/{EKEN}/{path}", **days)
        assert answer.status_code == 400
        assert told in answer.text
        assert f'value="{days["first"]}"' in answer.text


def test_a_long_list_is_turned_page_by_page(world: StaffWorld) -> None:
    with world.timetable() as timetable:
        unit = timetable.unit(EKEN)
        assert unit is not None
        starts = datetime(2026, 11, 24, 11)
        row = {"unit_id": unit.id, "state": "live", "made_at": MORNING, "changed_at": MORNING, "first_name": "Många"}
        rows = [
            {
                **row,
                "public_id": f"m{n}",
                "patient": IDA,
                "last_name": f"N{n}",
                "starts": starts + timedelta(minutes=n),
                "ends": starts + timedelta(minutes=n + 1),
            }
            for n in range(120)
        ]
        timetable.connection.execute(t.bookings.insert(), rows)
    rut, path = world.browser("rut"), f"/staff/{EKEN}/bookings"
    pages = [text_of(rut.page(path, page=str(number))) for number in (1, 2, 3)]
    assert [page.count("Många") for page in pages] == [50, 50, 20]
    assert ["Nästa" in page for page in pages] == [True, True, False]
    assert "Gunilla" in pages[2]
    for words in ("Många", IDA):
        assert found(world, words, page="3").count("Många") == 20
    assert text_of(rut.page(path, page="x")).count("Många") == 50


@pytest.mark.parametrize(("account", "unit", "status"), [("rut", VAST, 403), ("erik", VAST, 403), ("admin", VAST, 200)])
def test_who_may_look_at_a_units_bookings(world: StaffWorld, account: str, unit: str, status: int) -> None:
    browser = world.browser(account)
    assert browser.get(f"/staff/{unit}/bookings").status_code == status
    assert browser.post(f"/staff/{unit}/bookings", words=IDA).status_code == status


def test_a_patient_sought_stands_in_no_address(world: StaffWorld) -> None:
    answer = world.browser("rut").post(f"/staff/{EKEN}/bookings", words=GUNILLA)
    page = html.fromstring(answer.text)
    assert not [link for link in page.xpath("//@href | //@action") if GUNILLA in link]


def test_a_name_too_common_to_look_through_is_told(world: StaffWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(found_bookings, "MOST_NAMESAKES", 1)
    assert "Namnet är vanligt här" not in found(world, "gunilla")
    monkeypatch.setattr(found_bookings, "MOST_NAMESAKES", 0)
    assert "Namnet är vanligt här" in found(world, "gunilla")
