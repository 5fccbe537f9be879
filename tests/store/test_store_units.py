from dataclasses import fields
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producer.domain.booking_rules import BookingRules, CancelledInvitation, Flow, Lookup, Window
from producer.domain.model import CareType, CareUnit
from producer.store import tables as t
from producer.store.engine import new_database
from producer.store.schema import upgrade_open
from producer.store.unit_rules import row_of


def test_a_unit_is_found_in_any_spelling_and_told_in_its_own_rule_17(region, database):
    unit_id = region.unit("SE2321000016-1hz5")
    with database.reading() as timetable:
        for spelling in ("SE2321000016-1hz5", "SE2321000016-1HZ5", "se2321000016-1hz5"):
            assert timetable.unit(spelling).hsa_id == "SE2321000016-1hz5"
        assert timetable.unit_by_id(unit_id) == timetable.unit("SE2321000016-1HZ5")


def test_an_id_that_does_not_start_with_se_is_as_good_rule_40(region, database):
    region.unit("TSTNMT2321000156-TIDB")
    with database.reading() as timetable:
        assert timetable.unit("tstnmt2321000156-tidb").hsa_id == "TSTNMT2321000156-TIDB"


def test_what_is_unknown_is_none_or_empty_rule_41(database):
    with database.reading() as timetable:
        assert timetable.unit("SE0") is None
        assert timetable.unit_by_id(1) is None
        assert timetable.performer("SE0") is None
        assert timetable.booking("none") is None
        assert timetable.slot_by_public_id("none") is None
        assert timetable.units() == timetable.units_of_group("none") == ()
        assert timetable.time_types(1) == timetable.performers(1) == timetable.resources(1) == ()


def test_a_unit_carries_what_a_connection_order_asks_for(region, database):
    rules = BookingRules(flows=frozenset({Flow.SEE}), text_to_read="Ta med legitimation.")
    unit_id = region.unit(
        "SE1",
        rules=rules,
        group="Mammografi",
        municipality_code="0180",
        municipality_name="Stockholm",
        visiting_address="Storgatan 1",
        offers_care=False,
    )
    with database.reading() as timetable:
        assert timetable.unit("SE1") == CareUnit(
            id=unit_id,
            hsa_id="SE1",
            name="Vårdcentralen",
            county="Stockholms län",
            municipality_code="0180",
            municipality_name="Stockholm",
            visiting_address="Storgatan 1",
            group="Mammografi",
            offers_care=False,
            rules=rules,
        )


def test_a_unit_that_set_no_rules_has_the_usual_ones(region, database):
    region.unit("SE1")
    with database.reading() as timetable:
        assert timetable.unit("SE1").rules == BookingRules()


def test_units_come_in_order_of_id_and_a_group_has_its_own(region, database):
    for hsa_id, group in (("SE3", "B"), ("SE1", "A"), ("se2", "B")):
        region.unit(hsa_id, group=group)
    with database.reading() as timetable:
        assert [unit.hsa_id for unit in timetable.units()] == ["SE1", "se2", "SE3"]
        assert [unit.hsa_id for unit in timetable.units_of_group("B")] == ["se2", "SE3"]


def test_time_types_have_their_care_types_in_place_and_their_performers(region, database):
    here, there = region.unit(), region.unit()
    second, first = region.time_type(here, "T2"), region.time_type(here, "T1")
    region.time_type(there, "T0")
    a, b = region.care_type(here, "A"), region.care_type(here, "B")
    performers = {region.performer(here), region.performer(here)}
    for place, care_type in enumerate((b, a)):
        region.link(t.time_type_care_types, time_type_id=second, care_type_id=care_type, place=place)
    for performer in performers:
        region.link(t.time_type_performers, time_type_id=first, performer_id=performer)
    with database.reading() as timetable:
        one, two = timetable.time_types(here)
        assert (one.id, one.code, one.name, one.care_types) == (first, "T1", "Namn T1", ())
        assert one.performer_ids == performers
        assert [care_type.code for care_type in two.care_types] == ["B", "A"]
        assert two.performer_ids == frozenset()
        assert timetable.care_types(here) == (
            CareType(id=a, code="A", name="Namn A"),
            CareType(id=b, code="B", name="Namn B"),
        )


def test_performers_are_the_members_in_the_order_of_the_swedish_alphabet(region, database):
    here, there = region.unit(), region.unit()
    for last in ("Öman", "Ärlig", "Zetterlund", "Åberg", "ål"):
        region.performer(here, last=last)
    region.performer(here, there, last="Åberg", first="Anna", hsa_id="SE-anna", middle_name="Maria", title="Läkare")
    region.performer(there, last="Annan")
    with database.reading() as timetable:
        names = [(performer.last_name, performer.first_name) for performer in timetable.performers(here)]
        assert [last for last, _ in names] == ["Zetterlund", "Åberg", "Åberg", "ål", "Ärlig", "Öman"]
        assert names[1] == ("Åberg", "Anna")
        assert timetable.performer("se-ANNA").full_name == "Läkare Anna Maria Åberg"


def test_resources_are_those_of_the_unit_in_order_of_code(region, database):
    here, there = region.unit(), region.unit()
    for unit_id, code in ((here, "R2"), (here, "R1"), (there, "R0")):
        region.resource(unit_id, code)
    with database.reading() as timetable:
        assert [(resource.code, resource.name) for resource in timetable.resources(here)] == [
            ("R1", "Namn R1"),
            ("R2", "Namn R2"),
        ]


_minutes = st.integers(0, 1_000_000).map(lambda minutes: timedelta(minutes=minutes))
_VALUES = {
    bool: st.booleans(),
    Window: st.builds(Window, notice=_minutes, horizon=st.none() | _minutes),
    frozenset[Flow]: st.frozensets(st.sampled_from(Flow)),
    frozenset[Lookup]: st.frozensets(st.sampled_from(Lookup)),
    CancelledInvitation: st.sampled_from(CancelledInvitation),
    int | None: st.none() | st.integers(1, 100),
    str | None: st.none() | st.text(min_size=1),
}
_any_rules = st.builds(BookingRules, **{field.name: _VALUES[field.type] for field in fields(BookingRules)})


class Few:
    """A database with next to nothing in it, which a test of many examples empties by itself."""

    def __init__(self, url):
        self.database = new_database(url)
        upgrade_open(self.database)
        with self.database.writing() as timetable:
            row = {"id": 1, "hsa_id": "SE1", "hsa_key": "SE1", "name": "V", "county": "S"}
            timetable.connection.execute(t.care_units.insert(), row)

    def close(self):
        self.database.close()


@pytest.fixture(scope="session")
def few(worlds, database_kind):
    return worlds(Few, database_kind).database


@settings(deadline=None)
@given(_any_rules)
def test_any_rules_come_back_from_the_database_as_they_went_in(few, rules):
    with few.writing() as timetable:
        timetable.connection.execute(t.booking_rules.delete())
        timetable.connection.execute(t.booking_rules.insert(), {"unit_id": 1, **row_of(rules)})
        assert timetable.unit("SE1").rules == rules


def test_every_column_of_the_rules_is_written():
    assert {"unit_id", *row_of(BookingRules())} == set(t.booking_rules.c.keys())


def test_what_is_retired_is_told_no_more_but_for_those_who_ask_for_every_time_type(region, database):
    here = region.unit()
    time_types = (region.time_type(here, "T1"), region.time_type(here, "T2"))
    region.link(t.time_type_care_types, time_type_id=time_types[0], care_type_id=region.care_type(here, "C"), place=0)
    region.performer(here)
    region.resource(here)
    with database.writing() as timetable:
        for table in (t.care_types, t.performers, t.resources):
            timetable.connection.execute(table.update().values(retired=True))
        timetable.connection.execute(t.time_types.update().where(t.time_types.c.code == "T2").values(retired=True))
    with database.reading() as timetable:
        assert [(kind.code, kind.care_types) for kind in timetable.time_types(here)] == [("T1", ())]
        assert [(kind.code, kind.retired) for kind in timetable.every_time_type(here)] == [("T1", False), ("T2", True)]
        assert timetable.care_types(here) == timetable.performers(here) == timetable.resources(here) == ()
