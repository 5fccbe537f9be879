import pytest
from rules.world import EKEN, GUNILLA, IDA, KANSLI, LINDEN, VAST

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
