"""What is laid out is what was shown: added, skipped with its reason, or left because it is booked."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from lxml import html
from rules.world import EKEN, GUNILLA, HAKAN, World
from sqlalchemy import func, select

from producer.domain.staff import ChangedMeanwhile, Invalid, Role, Staff
from producer.services.staff import layouts
from producer.services.staff.admission import Visit
from producer.services.staff.layout_plans import Kind
from producer.store import tables as t
from producer.store.slot_rows import slots_between
from staff.test_base_schedules import bo, filled, hidden, ids, lay_out, made, schedules
from staff.world import StaffWorld, text_of


@pytest.fixture
def visit(world: StaffWorld) -> Visit:
    return Visit(staff=Staff(account_id=1, name="admin", role=Role.ADMINISTRATOR), now=world.now)


def key_of(path: str) -> int:
    return int(path.rpartition("/")[2])


def preview(
    world: World, visit: Visit, path: str, first: str = "2026-11-23", last: str = "2026-12-31"
) -> layouts.Layout:
    return layouts.laid_out(world.database, visit, EKEN, key_of(path), first=first, last=last)


def rows(world: StaffWorld) -> dict[str, Any]:
    with world.timetable() as timetable:
        unit = timetable.unit(EKEN)
        assert unit
        return {row.public_id: row for row in slots_between(timetable, unit.id, datetime(2026, 1, 1), datetime.max)}


def reasons(layout: layouts.Layout) -> set[tuple[Kind, str]]:
    return {(left.kind, left.reason.text) for left in layout.preview.plan.left}


def test_exactly_what_is_shown_is_added(world: StaffWorld, visit: Visit) -> None:
    browser = world.browser("erik")
    path = made(world, browser, weekdays=["1", "3", "5"], time_types=[ids(world)["NYBESOK"], ids(world)["SAMTAL"]])
    before, shown = rows(world), preview(world, visit, path)
    layouts.lay_out(
        world.database, visit, EKEN, key_of(path), first="2026-11-23", last="2026-12-31", seen=shown.preview.seen
    )
    after = rows(world)
    added = [row.face for key, row in after.items() if key not in before]
    assert sorted(map(repr, added)) == sorted(map(repr, shown.preview.plan.add))
    assert len(added) > 50
    assert {key: after[key] for key in before} == before


def test_laying_out_twice_adds_nothing(world: StaffWorld, visit: Visit) -> None:
    browser = world.browser("erik")
    path = made(world, browser)
    lay_out(browser, path)
    before = rows(world)
    shown = preview(world, visit, path)
    assert shown.preview.plan.changes_nothing
    assert (Kind.THERE, "Finns redan.") in reasons(shown)
    page = lay_out(browser, path)
    assert "inget att lägga till" in text_of(page)
    assert rows(world) == before


def test_so_it_does_for_a_schedule_of_the_seed(world: StaffWorld, visit: Visit) -> None:
    """Three weeks of it are laid out; more of it is added after those alone."""
    anna = schedules(world)["Anna, nybesök"]
    world.now = visit.now
    shown = preview(world, visit, str(anna.id), "2026-11-24", "2026-12-31").preview.plan
    assert min(face.starts.date() for face in shown.add) > anna.laid_out_to
    assert (Kind.BOOKED, "Finns redan och är bokad.") in {(each.kind, each.reason.text) for each in shown.left}


def test_red_days_are_skipped_by_name_and_so_are_hours_that_have_passed(world: StaffWorld) -> None:
    world.now = datetime(2026, 11, 27, 13, 50)
    visit = Visit(staff=Staff(account_id=1, name="admin", role=Role.ADMINISTRATOR), now=world.now)
    path = made(world, world.browser("erik"))
    layout = preview(world, visit, path, "2026-11-27", "2026-12-31")
    left = layout.preview.plan.left
    assert [(each.day, each.reason.values["name"]) for each in left if "name" in each.reason.values] == [
        (date(2026, 12, 25), "Juldagen")
    ]
    assert [each.face.starts.hour for each in left if each.face and each.reason.text == "Tiden har passerat."] == [
        13,
        13,
    ]


def test_a_time_in_the_hour_that_is_lost_in_march_is_skipped(world: StaffWorld, visit: Visit) -> None:
    """Rule 34."""
    path = made(world, world.browser("erik"), weekdays=["7"], opens="01:00", closes="04:00", pause="0")
    layout = preview(world, visit, path, "2028-03-26", "2028-03-26")
    assert [f"{face.starts:%H:%M}" for face in layout.preview.plan.add] == ["01:00", "03:00", "03:30"]
    assert reasons(layout) == {(Kind.SKIPPED, "Klockan ställs om till sommartid, så tiden finns inte.")}


def test_times_that_would_collide_are_skipped_and_it_is_told_with_what(world: StaffWorld, visit: Visit) -> None:
    """Bo has 08:00-10:00 on Mondays and Wednesdays in room 2."""
    browser = world.browser("erik")
    path = made(world, browser, weekdays=["1"], opens="07:45", closes="10:45", pause="0")
    page = browser.page(f"{path}/layout", first="2026-12-07", last="2026-12-07")
    assert "Krockar med lediga tider: Nybesök läkare, Bo Påhittsson, Rum 2." in text_of(page)
    assert "07:45–08:15 mot 08:00–08:30" in text_of(page)
    lay_out(browser, path, "2026-12-07", "2026-12-07")
    assert bo(world, "20261207") == [f"20261207{at}00" for at in ("0800", "0830", "0900", "0930", "1015")]


def test_one_performers_times_of_different_kinds_may_overlap_but_not_two_performers_in_one_room(
    world: StaffWorld, visit: Visit
) -> None:
    browser, known = world.browser("erik"), ids(world)
    own = made(world, browser, weekdays=["1"], opens="08:00", closes="09:00", time_types=[known["SAMTAL"]], name="A")
    layout = preview(world, visit, own, "2026-12-07", "2026-12-07")
    assert len(layout.preview.plan.add) == 1
    other = {"performer": known["CILLA" if "CILLA" in known else "Cilla"], "resource": known["RUM2"], "name": "B"}
    path = made(world, browser, weekdays=["1"], opens="08:00", closes="09:00", time_types=[known["SAMTAL"]], **other)
    layout = preview(world, visit, path, "2026-12-07", "2026-12-07")
    assert layout.preview.plan.add == ()
    assert reasons(layout) == {(Kind.SKIPPED, "Krockar med lediga tider: %(time_type)s, %(who)s.")}


def test_two_lines_of_one_pattern_do_not_collide(world: StaffWorld, visit: Visit) -> None:
    known = ids(world)
    kinds = [known[code] for code in ("NYBESOK", "SAMTAL", "KONTROLL")]
    path = made(world, world.browser("erik"), time_types=kinds, performer="", resource=known["LAB"])
    layout = preview(world, visit, path, "2026-11-27", "2026-11-27")
    assert len(layout.preview.plan.add) == 9


def test_if_the_times_change_between_there_is_a_new_preview_and_nothing_is_done(world: StaffWorld) -> None:
    browser = world.browser("erik")
    path = made(world, browser, weekdays=["1"], opens="07:45", closes="10:45", pause="0")
    period = {"first": "2026-11-30", "last": "2026-12-07"}
    seen = hidden(browser.page(f"{path}/layout", **period), "seen")
    world.patient(HAKAN).book(world.patient(HAKAN).time(EKEN, "20261130080000", performer=("SE2321000016-BO",)))
    before = rows(world)
    answer = browser.post(f"{path}/layout", period, seen=seen)
    assert answer.status_code == 409
    page = html.fromstring(answer.text)
    assert "Den är nu ny." in text_of(page)
    assert "Krockar med bokat" in text_of(page)
    assert rows(world) == before
    assert browser.post(f"{path}/layout", period, seen=hidden(page, "seen")).status_code == 302
    assert len(rows(world)) == len(before) + 2


def test_who_confirms_what_nobody_showed_is_refused(world: StaffWorld, visit: Visit) -> None:
    path = made(world, world.browser("erik"))
    with pytest.raises(ChangedMeanwhile):
        layouts.lay_out(world.database, visit, EKEN, key_of(path), first="", last="", seen="")


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2026-12-31", "2026-12-01", "last"),
        ("i dag", "2026-12-01", "first"),
        ("2026-12-01", "2028-12-01", "last"),
    ],
)
def test_a_period_that_cannot_be_is_told_and_kept(world: StaffWorld, first: str, last: str, field: str) -> None:
    browser = world.browser("erik")
    path = made(world, browser)
    for answer in (
        browser.get(f"{path}/layout", first=first, last=last),
        browser.post(f"{path}/layout", first=first, last=last, seen="x"),
    ):
        assert answer.status_code == 400
        page = html.fromstring(answer.text)
        assert page.xpath(f"//*[@id='{field}-fault']")
        assert (hidden(page, "first"), hidden(page, "last")) == (first, last)


def test_too_many_times_at_once_are_refused(world: StaffWorld, visit: Visit) -> None:
    days = [str(number) for number in range(1, 8)]
    path = made(world, world.browser("erik"), weekdays=days, opens="00:00", closes="23:59", length="5", pause="0")
    with pytest.raises(Invalid, match="färre dagar"):
        preview(world, visit, path, "2026-11-23", "2027-11-01")


def test_a_pattern_of_minutes_is_told_to_be_too_many_even_for_the_usual_period(world: StaffWorld) -> None:
    browser, days = world.browser("erik"), [str(number) for number in range(1, 8)]
    path = made(world, browser, weekdays=days, opens="00:00", closes="23:59", length="1", pause="0")
    answer = browser.get(f"{path}/layout")
    assert answer.status_code == 400
    assert "Välj färre dagar." in text_of(html.fromstring(answer.text))
    assert browser.get(f"{path}/layout", first="2026-11-24", last="2026-11-25").status_code == 200


def test_without_a_period_it_is_eight_weeks_from_today_or_from_when_it_begins(world: StaffWorld, visit: Visit) -> None:
    browser = world.browser("erik")
    now, later, short = (
        layouts.laid_out(world.database, visit, EKEN, key_of(made(world, browser, name=name, **changes)))
        for name, changes in (
            ("A", {"valid_from": "2026-01-01"}),
            ("B", {"valid_from": "2027-02-03"}),
            ("C", {"valid_to": "2026-12-01"}),
        )
    )
    assert (now.first, now.last) == (date(2026, 11, 23), date(2027, 1, 17))
    assert (later.first, later.last) == (date(2027, 2, 3), date(2027, 3, 28))
    assert (short.first, short.last) == (date(2026, 11, 23), date(2026, 12, 1))


def test_every_other_week_is_counted_from_the_week_it_begins(world: StaffWorld, visit: Visit) -> None:
    path = made(world, world.browser("erik"), every_weeks="2")
    days = {face.starts.date() for face in preview(world, visit, path, last="2027-01-10").preview.plan.add}
    assert sorted(days) == [date(2026, 11, 27), date(2026, 12, 11), date(2027, 1, 8)]


def test_a_retired_performer_gets_no_times(world: StaffWorld) -> None:
    browser = world.browser("erik")
    path = made(world, browser)
    with world.timetable() as timetable:
        timetable.connection.execute(
            t.performers.update().where(t.performers.c.hsa_id == "SE2321000016-BO").values(retired=True)
        )
    seen = hidden(browser.page(f"{path}/layout"), "seen")
    answer = browser.post(f"{path}/layout", first="2026-11-23", last="2027-01-17", seen=seen)
    assert answer.status_code == 400
    assert "Utföraren finns inte på enheten." in text_of(html.fromstring(answer.text))


def test_thousands_of_times_are_shown_and_laid_out_quickly(world: StaffWorld, visit: Visit) -> None:
    days = [str(number) for number in range(1, 6)]
    path = made(world, world.browser("erik"), weekdays=days, opens="10:00", closes="18:00", length="5", pause="0")
    began = datetime.now()
    shown = preview(world, visit, path, last="2027-01-22")
    assert len(shown.preview.plan.add) > 3500
    layouts.lay_out(
        world.database, visit, EKEN, key_of(path), first="2026-11-23", last="2027-01-22", seen=shown.preview.seen
    )
    assert datetime.now() - began < timedelta(seconds=5)


def test_a_reader_sees_what_would_be_but_has_nothing_to_press(world: StaffWorld) -> None:
    path = made(world, world.browser("erik"))
    page = world.browser("rut").page(f"{path}/layout")
    assert page.xpath("//main//form[@method='post']") == []
    with world.timetable() as timetable:
        count = timetable.connection.scalar(select(func.count()).select_from(t.staff_changes))
    assert count == 1


def test_what_was_booked_of_a_changed_pattern_is_listed_as_left(world: StaffWorld, visit: Visit) -> None:
    browser = world.browser("erik")
    path = made(world, browser)
    lay_out(browser, path)
    world.patient(GUNILLA).book(world.patient(GUNILLA).time(EKEN, "20261127134000", timeTypeID="NYBESOK"))
    browser.post(path, filled(world, opens="14:20", seen=hidden(browser.page(path), "seen")))
    plan = preview(world, visit, path).preview.plan
    assert [row.face.starts for row in plan.stay] == [datetime(2026, 11, 27, 13, 40)]
    assert len(plan.remove) == 4 * 2 - 1
    assert plan.add == ()
