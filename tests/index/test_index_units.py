"""Which bookings of a unit the index is told of at all: what is shown, and where it can be asked for (rules 82, 93)."""

from pathlib import Path

import pytest
from rules.world import EKEN, KANSLI, LINDEN, VAST
from staff.test_exchange_units import confirm, likeness, look, squeezed

from index import hands as do
from index.world import SETTINGS, IndexWorld
from producer.services import engagements
from producer.store.seeding import seed


def test_a_unit_that_no_longer_lets_its_patients_see_takes_its_posts_back_and_gives_them_again(
    world: IndexWorld,
) -> None:
    """Rule 93: GetBookingDetails is not reached there. It is told in the transaction that changes the rules."""
    do.change_rules(world, EKEN, flows=["book"])
    assert world.told() == ["- BOKAD-1 at EKEN", "- KALLAD-OPPEN-2 at EKEN"]
    world.check()
    hidden = do.make(world)
    assert world.told() == []
    do.change_rules(world, EKEN, flows=["book", "see"])
    assert world.told() == [
        "+ BOKAD-1 at EKEN 2026-11-30 09:00",
        "+ KALLAD-OPPEN-2 at EKEN 2026-11-23 00:00",
        f"+ {hidden} at EKEN 2026-11-24 08:00",
    ]
    world.check()


def test_a_virtual_unit_is_no_exception(world: IndexWorld) -> None:
    """Rules 46 and 93: the invitation goes with it, and comes when it is booked where it can be asked for."""
    do.change_rules(world, KANSLI, flows=["book"])
    assert world.told() == ["- KALLAD-OPPEN-1 at KANSLI"]
    do.answer_elsewhere(world)
    assert world.told() == ["+ KALLAD-OPPEN-1 at OST 2026-11-24 08:00"]
    world.check()


@pytest.mark.parametrize("fields", [{"rebooking_allowed": None}, {"flows": ["see", "cancel", "book"]}])
def test_other_rules_of_the_unit_change_nothing(world: IndexWorld, fields: dict[str, object]) -> None:
    """Rule 85."""
    do.change_rules(world, EKEN, **fields)
    assert world.told() == []
    world.check()


def test_a_retired_unit_keeps_its_posts_for_what_is_booked_is_seen(world: IndexWorld) -> None:
    admin = world.browser()
    for path in ("retire", "bring-back"):
        assert admin.post(f"/staff/units/{LINDEN}/{path}").status_code == 302
        assert world.told() == []
        world.check()


def test_other_facts_of_a_unit_are_not_in_its_posts(world: IndexWorld) -> None:
    admin, path = world.browser(), f"/staff/units/{VAST}"
    assert admin.post(path, {**do.form_on(admin, path), "name": "Ny", "group": ""}).status_code == 302
    assert world.told() == []
    world.check()


def test_what_is_not_shown_to_its_patient_is_not_told(world: IndexWorld, tmp_path: Path) -> None:
    """Rules 82 and 86: of two bookings that are seeded, one is the clinic's own business."""
    _write_clinic(tmp_path)
    seed(world.database, tmp_path, world.now.date())
    assert world.told() == ["+ SYNLIG at NYTT 2026-11-24 08:00"]
    admin = world.browser()
    for booking in ("DOLD", "SYNLIG"):
        path = f"/staff/SE2321000016-NYTT/bookings/{booking}/cancel"
        assert admin.post(path, seen=do.seen(admin, path)).status_code == 302
    assert world.told() == ["- SYNLIG at NYTT"]
    world.check()


def test_a_unit_that_is_taken_in_with_its_bookings_is_told(world: IndexWorld, tmp_path: Path) -> None:
    """Rule 86; what only was looked at, and undone, is not."""
    _write_clinic(tmp_path)
    files = {str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*.*")}
    admin = world.browser()
    looked = look(admin, squeezed(files))
    assert world.told() == []
    assert confirm(admin, looked).status_code == 302
    assert world.told() == ["+ SYNLIG at NYTT 2026-11-24 08:00"]
    world.check()


def test_a_new_unit_without_bookings_tells_nothing(world: IndexWorld) -> None:
    admin = world.browser()
    files = likeness(admin.get(f"/staff/{EKEN}/exchange/unit.zip").data)
    assert confirm(admin, look(admin, squeezed(files))).status_code == 302
    assert world.told() == []


def test_bookings_that_are_to_be_removed_leave_the_index_first(world: IndexWorld) -> None:
    """Whoever erases a booking has its post deleted, and the line to say so stays when the booking has gone."""
    with world.database.writing() as timetable:
        booking = timetable.booking("BOKAD-1")
        assert booking is not None
        assert timetable.take_from_index([booking.id], world.now) == 1
        assert timetable.take_from_index([booking.id], world.now) == 0
    assert world.told() == ["- BOKAD-1 at EKEN"]


def test_settling_finds_what_was_written_by_hand(world: IndexWorld) -> None:
    """Rule 83: whoever changed the tables themselves has the posts put right by the next change of settings."""
    world.change_booking("BOKAD-1", shown_to_patient=False)
    engagements.settle(world.database, SETTINGS, world.now)
    assert world.told() == []
    with world.database.writing() as timetable:
        booking = timetable.booking("BOKAD-1")
        assert booking is not None
        assert timetable.tell_index_of([booking.id], world.now) == 1
    assert world.told() == ["- BOKAD-1 at EKEN"]
    world.check()


def _write_clinic(folder: Path) -> None:
    (folder / "units").mkdir()
    (folder / "units" / "nytt.toml").write_text(UNIT, "utf-8")
    (folder / "bookings.csv").write_text(BOOKINGS, "utf-8")


UNIT = """\
[unit]
hsa_id = "SE2321000016-NYTT"
name = "Nya mottagningen"
county = "Stockholms län"

[[resources]]
code = "RUM"
name = "Rummet"

[[time_types]]
code = "BESOK"
name = "Besök"

[[schedules]]
name = "Rummet"
weekdays = ["mon", "tue", "wed", "thu", "fri"]
opens = "08:00"
closes = "09:00"
length = "30min"
lay_out = "3w"
time_types = ["BESOK"]
resource = "RUM"
"""
BOOKINGS = """\
id,unit,patient,starts,time_type,resource,first_name,last_name,shown_to_patient
SYNLIG,SE2321000016-NYTT,200001012384,2026-11-24 08:00,BESOK,RUM,Ture,Test,
DOLD,SE2321000016-NYTT,200001012384,2026-11-24 08:30,BESOK,RUM,Ture,Test,no
"""
