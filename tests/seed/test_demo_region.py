"""The demo region in seed_data/: what is promised of it holds whatever day it is laid out from."""

import csv
import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain
from pathlib import Path

import pytest
from lxml import etree

from producer.domain.persons import OFFICIAL_TEST_IDENTITIES, is_national
from producer.store.red_days import RedDays
from producer.store.seeding.checks import check_folder, purpose_of
from producer.store.seeding.faults import Findings
from producer.store.seeding.folder import read_folder
from producer.store.seeding.plan import make_plan
from producer.store.seeding.slots import plan_schedules, plan_slots

SEED_DATA = Path(__file__).parents[2] / "seed_data"
DAY = timedelta(days=1)
WEEKS_4 = timedelta(days=28)
FIRST, LAST = date(2026, 1, 1), date(2028, 12, 31)
START_DAYS = [FIRST + number * DAY for number in range((LAST - FIRST).days + 1)]
RED_DAYS = RedDays()


@pytest.fixture(scope="module")
def demo():
    findings = Findings()
    folder = read_folder(SEED_DATA, findings)
    check_folder(folder, findings)
    assert findings.faults == []
    return folder


def only(folder, claims, length):
    """The folder with just the schedules whose times these bookings could take, laid out so far ahead."""
    wanted = {(claim.unit, claim.time_type, claim.resource) for claim in claims}

    def reduced(unit):
        kept = (
            each
            for each in unit.schedules
            if {(unit.unit.hsa_id, code, each.resource) for code in each.time_types} & wanted
        )
        return replace(unit, schedules=tuple(replace(each, lay_out=length) for each in kept))

    return replace(folder, units=tuple(map(reduced, folder.units)), slots=())


def test_the_units_are_those_that_were_promised(demo):
    """Rule 40: one id does not start with SE."""
    assert {unit.unit.hsa_id: unit.unit.name for unit in demo.units} == {
        "SE2321000016-DEMO1": "Vårdcentralen Norr",
        "SE2321000016-DEMO2": "Vårdcentralen Söder",
        "SE2321000016-DEMO3": "Mammografi Väst",
        "SE2321000016-DEMO4": "Mammografi Öst",
        "SE2321000016-DEMO5": "Screeningkansliet",
        "SE2321000016-DEMO6": "Vaccinationen",
        "SE2321000016-DEMO7": "Psykiatrimottagningen",
        "TSTNMT2321000156-TIDB": "Testenheten",
    }


def test_the_bookings_and_invitations_are_those_that_were_promised(demo):
    listed = [(row.id, row.unit, row.patient) for row in (*demo.bookings, *demo.invitations)]
    assert set(listed) == {
        ("DEMO-BOOKING-1", "SE2321000016-DEMO1", "197001239297"),
        ("DEMO-BOOKING-2", "SE2321000016-DEMO2", "198101079294"),
        ("DEMO-OPEN-1", "SE2321000016-DEMO5", "195501142284"),
        ("DEMO-OPEN-2", "SE2321000016-DEMO7", "194001079120"),
        ("DEMO-TIMED-1", "SE2321000016-DEMO3", "196201082697"),
    }
    assert {row.id for row in demo.invitations if row.starts is None} == {"DEMO-OPEN-1", "DEMO-OPEN-2"}


def test_every_patient_is_an_official_test_identity():
    """Rule 98."""
    rows = chain.from_iterable(csv.reader(file.read_text("utf-8").splitlines()) for file in SEED_DATA.glob("*.csv"))
    cells = chain.from_iterable(rows)
    patients = {cell for cell in cells if re.fullmatch(r"[0-9]{8}[0-9PTF][0-9]{3}", cell.upper())}
    assert len(patients) > 5
    assert patients <= OFFICIAL_TEST_IDENTITIES
    assert all(map(is_national, patients))


def test_no_other_file_names_a_person(demo):
    """Rule 98: twelve digits in a row that could be somebody are nowhere else."""
    others = [file for file in SEED_DATA.rglob("*") if file.is_file() and file.suffix != ".csv"]
    found = {word for file in others for word in re.findall(r"\b[0-9]{12}\b", file.read_text("utf-8"))}
    assert found <= OFFICIAL_TEST_IDENTITIES


def test_bookings_and_invitations_have_their_day_whatever_day_it_is(demo):
    """A week ahead at least, on a weekday that is not red, and soon enough to be of use."""
    claims = {row.id: row for row in (*demo.bookings, *demo.invitations) if row.starts}
    wanted = only(demo, claims.values(), WEEKS_4)
    for today in START_DAYS[:731]:
        findings = Findings()
        plan = make_plan(wanted, today, (), findings)
        assert findings.faults == [], today
        for claim, slot in plan.taken.items():
            day = slot.starts.date()
            assert claims[claim].starts.day.ahead * DAY <= day - today <= 28 * DAY, (claim, today)
            assert claims[claim].starts.day.ahead >= 7
            assert day.isoweekday() < 6, (claim, today)
            assert day not in RED_DAYS, (claim, today)
        assert set(plan.taken) == {"DEMO-BOOKING-1", "DEMO-BOOKING-2", "DEMO-TIMED-1"}


def test_the_vaccination_has_two_thousand_times_within_four_weeks_of_any_day(demo):
    """Today's are not counted: by the evening they have passed."""
    [unit] = [unit for unit in demo.units if unit.unit.name == "Vaccinationen"]
    assert all(schedule.lay_out >= 2 * WEEKS_4 for schedule in unit.schedules)
    length = LAST - FIRST + WEEKS_4
    wanted = replace(unit, schedules=tuple(replace(each, lay_out=length) for each in unit.schedules))
    per_day = Counter(
        slot.starts.date() for slot in plan_slots(plan_schedules([wanted], FIRST, Findings()), FIRST, RED_DAYS)
    )
    fewest = min(sum(per_day[today + number * DAY] for number in range(1, 28)) for today in START_DAYS)
    assert fewest >= 2000
    assert {schedule.length for schedule in unit.schedules} == {timedelta(minutes=5)}
    assert not unit.performers


@pytest.mark.parametrize("today", [date(2026, 3, 1), date(2026, 12, 20), date(2027, 5, 1), date(2028, 6, 15)])
def test_every_unit_that_offers_care_has_times_for_eight_weeks_and_none_on_red_days(demo, today):
    findings = Findings()
    slots = make_plan(demo, today, (), findings).slots
    assert findings.faults == []
    assert not [slot for slot in slots if slot.starts.date() in RED_DAYS]
    for unit in demo.units:
        days = {slot.starts.date() for slot in slots if slot.unit == unit.key}
        weeks = {(day - today).days // 7 for day in days}
        assert weeks >= set(range(8)) if unit.unit.offers_care else not weeks


def test_times_of_different_lengths_overlap_for_one_performer(demo):
    """To book one hides the others."""
    [unit] = [unit for unit in demo.units if unit.unit.hsa_id == "SE2321000016-DEMO1"]
    slots = [slot for slot in make_plan(demo, date(2026, 3, 2), (), Findings()).slots if slot.unit == unit.key]
    on_monday = [slot for slot in slots if slot.starts.date() == date(2026, 3, 2) and slot.performer]
    overlaps = {
        (one.time_type, other.time_type)
        for one in on_monday
        for other in on_monday
        if one.performer == other.performer and one.starts < other.starts < one.ends
    }
    assert ("NYBESOK", "ATERBESOK") in overlaps
    assert len(unit.time_types) == 4
    assert len({slot.ends - slot.starts for slot in slots}) == 4


def test_one_performer_works_at_two_units_on_different_days(demo):
    slots = [slot for slot in make_plan(demo, date(2026, 3, 2), (), Findings()).slots if slot.performer]
    days = {}
    for slot in slots:
        days.setdefault(slot.performer, {}).setdefault(slot.unit, set()).add(slot.starts.date())
    [shared] = [units for units in days.values() if len(units) > 1]
    one, other = shared.values()
    assert one.isdisjoint(other)


def test_units_of_one_group_know_the_time_type_by_one_code(demo):
    grouped = [unit for unit in demo.units if unit.unit.group == "Mammografi"]
    assert [unit.unit.hsa_id[-5:] for unit in grouped] == ["DEMO3", "DEMO4", "DEMO5"]
    assert all("MAMMOGRAFI" in unit.known["time_types"] for unit in grouped)


def test_docbook_texts_hold_what_the_contract_allows(demo):
    """Rule 78, and rule 77: every invitation has its purpose."""
    allowed = {"article", "info", "title", "para", "section", "bibliography", "ulink"}
    texts = [purpose_of(invitation, demo) for invitation in demo.invitations]
    assert all(texts)
    [docbook] = [text for text in texts if text.startswith("<")]
    elements = [element.tag for element in etree.fromstring(docbook).iter()]
    assert set(elements) <= allowed
    assert {"title", "para", "section", "ulink"} <= set(elements)


def test_a_docbook_text_is_one_text_node_encoded_once(demo):
    """Rule 78: set as text of an element and read again it is the same, without CDATA."""
    [docbook] = [text for invitation in demo.invitations if (text := purpose_of(invitation, demo)).startswith("<")]
    purpose = etree.Element("purpose")
    purpose.text = docbook
    written = etree.tostring(purpose)
    assert b"&lt;article&gt;" in written
    assert b"&amp;lt;" not in written
    read = etree.fromstring(written)
    assert len(read) == 0
    assert read.text == docbook
