import csv
import io

import pytest
from lxml import html
from rules.world import EKEN, GUNILLA, IDA, INVITED, KANSLI, MORNING

from producer.domain.model import Actor, ActorType, Origin
from producer.services.staff import access_search
from producer.store.access_log import Access, accesses, note_access
from staff.world import StaffWorld, text_of

PATH = "/staff/access"


def searched(world: StaffWorld, **fields: str) -> str:
    answer = world.browser().post(PATH, fields)
    assert answer.status_code == 200
    return text_of(html.fromstring(answer.text))


def noted(world: StaffWorld) -> list[tuple[str, str]]:
    with world.database.reading() as timetable:
        return [(each.action, each.patient) for each in accesses(timetable)]


@pytest.fixture
def read(world: StaffWorld) -> StaffWorld:
    """Rut and the administrator have looked at bookings."""
    world.browser("rut").page(f"/staff/{EKEN}/bookings/BOKAD-1")
    world.later(minutes=1)
    world.browser().page(f"/staff/{KANSLI}/bookings/KALLAD-OPPEN-1")
    return world


def test_the_log_tells_who_did_what_with_whose_data_where_and_when(read: StaffWorld) -> None:
    text = text_of(read.browser().page(PATH))
    assert "2026-11-23 07:00 rut Såg en bokning 19700123-9297 Vårdcentralen Eken BOKAD-1" in text
    assert text.index("KALLAD-OPPEN-1") < text.index("BOKAD-1")


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"patient": GUNILLA}, {"BOKAD-1"}),
        ({"patient": "700123-9297"}, {"BOKAD-1"}),
        ({"patient": IDA}, set()),
        ({"account": "rut"}, {"BOKAD-1"}),
        ({"account": "admin"}, {"KALLAD-OPPEN-1"}),
        ({"unit": KANSLI}, {"KALLAD-OPPEN-1"}),
        ({"first": "2026-11-23", "last": "2026-11-23"}, {"BOKAD-1", "KALLAD-OPPEN-1"}),
        ({"first": "2026-11-01", "last": "2026-11-22"}, set()),
    ],
)
def test_it_is_searched_by_patient_person_unit_and_days(
    read: StaffWorld, fields: dict[str, str], found: set[str]
) -> None:
    text = searched(read, **fields)
    assert {booking for booking in ("BOKAD-1", "KALLAD-OPPEN-1") if booking in text} == found
    assert (not found) is ("Inget i loggen" in text and "log_searched" not in text) or fields.get("patient") == IDA


def test_a_search_for_a_patient_is_noted_itself(read: StaffWorld) -> None:
    before = noted(read)
    searched(read, account="rut")
    assert noted(read) == before
    searched(read, patient=GUNILLA)
    assert noted(read)[0] == ("log_searched", GUNILLA)
    assert "Sökte i åtkomstloggen" in searched(read, patient=GUNILLA)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"patient": "Gunilla"}, "Skriv personnumret"),
        ({"first": "x"}, "Ange en dag"),
        ({"first": "2026-12-02", "last": "2026-12-01"}, "före den första"),
    ],
)
def test_a_search_that_cannot_be_is_told_and_kept(world: StaffWorld, fields: dict[str, str], told: str) -> None:
    for path in (PATH, f"{PATH}/file"):
        answer = world.browser().post(path, fields)
        assert answer.status_code == 400
        assert told in answer.text
        assert all(f'value="{typed}"' in answer.text for typed in fields.values())


def test_a_long_log_is_turned_page_by_page(world: StaffWorld) -> None:
    _fill(world, 250)
    page = text_of(world.browser().page(PATH))
    assert (page.count("B-"), "Nästa" in page) == (100, True)
    page = searched(world, page="3")
    assert (page.count("B-"), "Nästa" in page) == (50, False)


def test_it_is_fetched_whole_as_a_file_that_a_spreadsheet_opens_and_does_not_reckon_with(world: StaffWorld) -> None:
    _fill(world, 250, name="=1+1")
    answer = world.browser().post(f"{PATH}/file")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].endswith('filename="atkomstlogg-2026-11-16-2026-11-23.csv"')
    head, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";")
    assert head == ["Tid", "Enhet", "Vem", "Vad", "Personnummer", "Boknings-id"]
    assert len(rows) == 250
    assert rows[-1] == ["2026-11-23 07:00", EKEN, "'=1+1", "Såg en bokning", IDA, "B-0"]


def test_a_file_of_more_than_can_be_read_is_refused(world: StaffWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_search, "MOST_ROWS", 2)
    _fill(world, 3)
    answer = world.browser().post(f"{PATH}/file")
    assert answer.status_code == 400
    assert "fler än 2 rader" in answer.text


@pytest.mark.parametrize("account", ["erik", "rut"])
def test_only_administrators_see_the_log(world: StaffWorld, account: str) -> None:
    browser = world.browser(account)
    assert browser.get(PATH).status_code == 403
    assert browser.post(PATH, patient=GUNILLA).status_code == 403
    assert browser.post(f"{PATH}/file").status_code == 403
    assert noted(world) == []


@pytest.mark.parametrize(
    ("path", "patient"),
    [
        (f"/staff/{EKEN}/bookings", GUNILLA),
        (f"/staff/{EKEN}/bookings/BOKAD-1", GUNILLA),
        (f"/staff/{EKEN}/bookings/BOKAD-1/times", GUNILLA),
        (f"/staff/{EKEN}/bookings/BOKAD-1/cancel", GUNILLA),
        (f"/staff/{EKEN}/bookings/BOKAD-1/withdraw", GUNILLA),
        (f"/staff/{KANSLI}/bookings/KALLAD-OPPEN-1", INVITED),
    ],
)
def test_every_page_that_shows_a_patient_is_noted(world: StaffWorld, path: str, patient: str) -> None:
    answer = world.browser().get(path)
    assert f"{patient[:8]}-{patient[8:]}" in answer.text
    assert {who for _, who in noted(world)} == {patient}


def _fill(world: StaffWorld, count: int, name: str = "rut") -> None:
    origin = Origin(actor=Actor(type=ActorType.STAFF, id=name))
    with world.timetable() as timetable:
        note_access(
            timetable,
            *(
                Access(at=MORNING, unit=EKEN, origin=origin, action="booking_shown", patient=IDA, booking=f"B-{number}")
                for number in range(count)
            ),
        )
