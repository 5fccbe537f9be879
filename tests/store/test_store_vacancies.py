from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keeping import kept
from sqlalchemy import event

from producer.domain.model import Actor, ActorType, Contact, Origin
from producer.store import tables as t
from producer.store.engine import new_database
from producer.store.schema import upgrade_open

HOUR = timedelta(hours=1)
NOW = datetime(2026, 3, 2, 9, 0)
MORNING = datetime(2026, 3, 9, 8, 0)
PATIENT = "197001239297"
ALWAYS = (datetime.min, datetime.max)
TOLD = {
    "reason": None,
    "care_type": None,
    "origin": Origin(actor=Actor(type=ActorType.STAFF)),
    "now": NOW,
}
CONTACT = Contact(first_name="Åsa", last_name="Öst")


def book(database, slot):
    with database.writing() as timetable:
        return timetable.book(slot, PATIENT, CONTACT, **TOLD)


def ids(slots):
    return [slot.id for slot in slots]


def test_free_slots_start_in_the_span_and_come_in_order_rule_33(region, database):
    here, there = region.unit(), region.unit()
    late, early, middle = (region.slot(here, MORNING + hours * HOUR) for hours in (2, 0, 1))
    region.slot(there)
    with database.reading() as timetable:
        assert timetable.free_slots(here, *ALWAYS) == [early, middle, late]
        assert timetable.free_slots(here, MORNING, MORNING + 2 * HOUR) == [early, middle]
        assert timetable.free_slots(here, MORNING + timedelta(seconds=1), MORNING + 3 * HOUR) == [middle, late]
        assert timetable.free_slots(here, MORNING, MORNING) == []


def test_a_slot_says_all_that_it_offers(region, database):
    unit_id = region.unit()
    kind, care_type = region.time_type(unit_id, "T"), region.care_type(unit_id, "K")
    region.link(t.time_type_care_types, time_type_id=kind, care_type_id=care_type, place=0)
    visitor = region.performer(hsa_id="SE-visitor")
    slot = region.slot(unit_id, time_type=kind, performer=visitor, resource=region.resource(unit_id, "R"))
    with database.reading() as timetable:
        (free,) = timetable.free_slots(unit_id, *ALWAYS)
    assert free == slot
    assert (free.unit_id, free.starts, free.ends) == (unit_id, MORNING, MORNING + HOUR / 4)
    assert (free.offer.time_type.code, free.offer.time_type.care_types[0].code) == ("T", "K")
    assert (free.offer.performer.hsa_id, free.offer.resource.code) == ("SE-visitor", "R")


def test_slots_that_offer_the_same_share_it(region, database):
    unit_id = region.unit()
    kind = region.time_type(unit_id)
    for hours in range(3):
        region.slot(unit_id, MORNING + hours * HOUR, time_type=kind)
    with database.reading() as timetable:
        first, *others = timetable.free_slots(unit_id, *ALWAYS)
    assert all(slot.offer is first.offer for slot in others)


def test_a_filter_lets_its_ids_through_alone_and_with_others_rules_42_and_52(region, database):
    unit_id = region.unit()
    kinds = [region.time_type(unit_id) for _ in range(2)]
    people = [region.performer(unit_id) for _ in range(3)]
    rooms = [region.resource(unit_id) for _ in range(2)]
    slots = [
        region.slot(unit_id, time_type=kinds[n % 2], performer=people[n % 3], resource=rooms[n // 3]) for n in range(6)
    ]
    with database.reading() as timetable:

        def free(**wanted):
            return timetable.free_slots(unit_id, *ALWAYS, **wanted)

        assert free(time_type_ids=None, performer_ids=None, resource_id=None) == slots
        assert free(time_type_ids={kinds[0]}) == slots[::2]
        assert free(performer_ids={people[0], people[2]}) == [slots[n] for n in (0, 2, 3, 5)]
        assert free(resource_id=rooms[1]) == slots[3:]
        assert free(time_type_ids=set(kinds), performer_ids={people[0]}, resource_id=rooms[0]) == [slots[0]]
        assert free(time_type_ids=frozenset()) == free(performer_ids=[]) == free(resource_id=0) == []


def test_a_blocked_slot_is_not_free(region, database):
    unit_id = region.unit()
    slot = region.slot(unit_id, blocked=True)
    with database.reading() as timetable:
        assert timetable.free_slots(unit_id, *ALWAYS) == []
        assert timetable.slot_by_public_id(slot.public_id) == slot
        assert not timetable.has_taken_slot(unit_id, slot.starts, slot.ends)


@pytest.mark.parametrize("noun", ["time_type", "performer", "resource"])
def test_a_slot_of_what_is_retired_is_offered_no_more_and_again_when_it_is_back(noun, region, database):
    unit_id = region.unit()
    kept, retired = (getattr(region, noun)(unit_id) for _ in range(2))
    slots = [region.slot(unit_id, **{noun: each}) for each in (kept, retired)]
    table = {"time_type": t.time_types, "performer": t.performers, "resource": t.resources}[noun]
    known = table.update().where(table.c.id == retired)
    for is_retired, offered in ((True, slots[:1]), (False, slots)):
        with database.writing() as timetable:
            timetable.connection.execute(known.values(retired=is_retired))
        with database.reading() as timetable:
            assert timetable.free_slots(unit_id, *ALWAYS) == offered
            assert len(timetable.free_days(unit_id, *ALWAYS)) == len(offered)
            assert timetable.matching_free_slots(unit_id, slots[1].starts, slots[1].ends) == offered
            assert timetable.slot_by_public_id(slots[1].public_id).starts == slots[1].starts


@pytest.mark.parametrize("noun", ["performer", "resource"])
def test_a_booking_hides_what_it_overlaps_at_any_unit_and_no_neighbour_rule_35(noun, region, database):
    here, there = region.unit(), region.unit()
    shared = region.performer(here, there) if noun == "performer" else region.resource(here)
    before, first_half, last_half, after = (
        region.slot(there, MORNING + quarters * HOUR / 4, HOUR / 2, **{noun: shared}) for quarters in (-2, -1, 3, 4)
    )
    inside = region.slot(there, MORNING + HOUR / 4, HOUR / 2, **{noun: shared})
    around = region.slot(there, MORNING - HOUR, 3 * HOUR, **{noun: shared})
    alone = region.slot(there, MORNING, HOUR)
    booking = book(database, region.slot(here, MORNING, HOUR, **{noun: shared}))
    with database.reading() as timetable:
        assert timetable.free_slots(there, *ALWAYS) == [before, alone, after]
        assert len(timetable.free_slots(there, *ALWAYS, moving=booking)) == 7
        for hidden in (first_half, last_half, inside, around):
            assert timetable.matching_free_slots(there, hidden.starts, hidden.ends) == []
            assert timetable.matching_free_slots(there, hidden.starts, hidden.ends, moving=booking) == [hidden]
            assert timetable.has_taken_slot(there, hidden.starts, hidden.ends)
            assert timetable.slot_by_public_id(hidden.public_id) == hidden
    with database.writing() as timetable:
        timetable.cancel(booking, None, origin=TOLD["origin"], now=NOW)
    with database.reading() as timetable:
        assert len(timetable.free_slots(there, *ALWAYS)) == 7


def test_only_a_slot_with_exactly_the_times_matches_rule_60(region, database):
    unit_id = region.unit()
    kind, room = region.time_type(unit_id), region.resource(unit_id, "R")
    slot = region.slot(unit_id, MORNING, HOUR, time_type=kind)
    twin = region.slot(unit_id, MORNING, HOUR, time_type=kind, resource=room)
    second = timedelta(seconds=1)
    with database.reading() as timetable:
        assert timetable.matching_free_slots(unit_id, slot.starts, slot.ends) == [slot, twin]
        assert timetable.matching_free_slots(unit_id, slot.starts, slot.ends, resource_id=room) == [twin]
        assert timetable.matching_free_slots(unit_id, slot.starts, slot.ends, time_type_ids=[kind + 1]) == []
        for starts, ends in ((-second, second), (second, 0 * second), (0 * second, second), (0 * second, -second)):
            assert timetable.matching_free_slots(unit_id, slot.starts + starts, slot.ends + ends) == []
        assert not timetable.has_taken_slot(unit_id, slot.starts, slot.ends)
    book(database, slot)
    with database.reading() as timetable:
        assert timetable.matching_free_slots(unit_id, slot.starts, slot.ends) == [twin]
        assert timetable.has_taken_slot(unit_id, slot.starts, slot.ends)
        assert not timetable.has_taken_slot(unit_id, slot.starts, slot.ends + second)


def test_days_are_told_once_for_each_offer_rule_50(region, database):
    unit_id = region.unit()
    kind, nurse = region.time_type(unit_id), region.performer(unit_id)
    for hours in (0, 1, 24, 25):
        region.slot(unit_id, MORNING + hours * HOUR, time_type=kind)
    region.slot(unit_id, MORNING + 2 * HOUR, time_type=kind, performer=nurse)
    with database.reading() as timetable:
        days = timetable.free_days(unit_id, *ALWAYS)
        assert [(day, offer.performer and offer.performer.id) for day, offer in days] == [
            (date(2026, 3, 9), None),
            (date(2026, 3, 9), nurse),
            (date(2026, 3, 10), None),
        ]
        assert timetable.free_days(unit_id, *ALWAYS, performer_ids=[nurse]) == [days[1]]
        assert timetable.free_days(unit_id, *ALWAYS, time_type_ids=[]) == []


class Few:
    """A database with next to nothing in it, which a test of many examples puts back by itself."""

    def __init__(self, url):
        self.database = new_database(url)
        upgrade_open(self.database)
        with self.database.writing() as timetable:
            rows = [{"id": n, "hsa_id": f"U{n}", "hsa_key": f"U{n}", "name": "V", "county": "S"} for n in (1, 2)]
            timetable.connection.execute(t.care_units.insert(), rows)
            rows = [
                {"id": n, "hsa_id": f"P{n}", "hsa_key": f"P{n}", "first_name": "T", "last_name": "T"} for n in (1, 2)
            ]
            timetable.connection.execute(t.performers.insert(), rows)
            rows = [{"id": n, "unit_id": n, "code": "C", "name": "N"} for n in (1, 2)]
            timetable.connection.execute(t.time_types.insert(), rows)
            timetable.connection.execute(t.resources.insert(), rows)

        self.kept = kept(self.database)

    def close(self):
        self.database.close()


@pytest.fixture(scope="session")
def few(worlds, database_kind):
    return worlds(Few, database_kind)


somebody = st.none() | st.integers(1, 2)
any_slot = st.fixed_dictionaries(
    {
        "unit_id": st.integers(1, 2),
        "starts": st.integers(0, 12).map(lambda quarters: MORNING + quarters * HOUR / 4),
        "length": st.integers(1, 6).map(lambda quarters: quarters * HOUR / 4),
        "performer_id": somebody,
        "resource_id": somebody,
        "blocked": st.booleans(),
    }
)


@settings(deadline=None)
@given(
    laid_out=st.lists(any_slot, min_size=1, max_size=12),
    wanted=st.lists(st.integers(0, 11), max_size=4),
    span=st.tuples(st.integers(0, 12), st.integers(0, 12)),
    performer_ids=st.none() | st.sets(st.integers(1, 2)),
)
def test_free_slots_and_days_are_what_a_plain_reading_of_the_tables_gives_rule_48(
    few, laid_out, wanted, span, performer_ids
):
    starts, ends = (MORNING + quarters * HOUR / 4 for quarters in span)
    few.kept.restore()
    with few.database.writing() as timetable:
        connection = timetable.connection
        rows = [
            {"id": n, "public_id": f"s{n}", "time_type_id": slot["unit_id"], "ends": slot["starts"] + slot["length"]}
            | {name: value for name, value in slot.items() if name != "length"}
            for n, slot in enumerate(laid_out)
        ]
        connection.execute(t.slots.insert(), rows)
        taken = []
        for n in wanted:
            row = rows[n % len(rows)]
            if _is_free(row, taken):
                timetable.book(timetable.slot_by_public_id(row["public_id"]), PATIENT, CONTACT, **TOLD)
                taken.append(row)
        expected = [
            row
            for row in sorted(rows, key=lambda row: (row["starts"], row["id"]))
            if row["unit_id"] == 1
            and starts <= row["starts"] < ends
            and (performer_ids is None or row["performer_id"] in performer_ids)
            and _is_free(row, taken)
        ]
        slots = timetable.free_slots(1, starts, ends, performer_ids=performer_ids)
        assert ids(slots) == [row["id"] for row in expected]
        days = timetable.free_days(1, starts, ends, performer_ids=performer_ids)
        assert days == list(dict.fromkeys((slot.starts.date(), slot.offer) for slot in slots))


def _is_free(row, taken):
    return not row["blocked"] and not any(
        row is other
        or (
            any(row[who] is not None and row[who] == other[who] for who in ("performer_id", "resource_id"))
            and row["starts"] < other["ends"]
            and other["starts"] < row["ends"]
        )
        for other in taken
    )


def test_the_question_for_free_slots_walks_the_index_of_free_slots(database):
    """However many slots are taken, past or another unit's, none of them is looked at."""
    plan = _plan_of_questions(database, lambda timetable: timetable.free_slots(1, *ALWAYS))
    if database.engine.dialect.name == "sqlite":
        assert plan == ["SEARCH slots USING INDEX ix_slots_free (unit_id=? AND starts>? AND starts<?)"]
    else:
        assert any("ix_slots_free" in line for line in plan)


def test_the_question_for_who_is_taken_walks_the_index_of_live_bookings(region, database):
    unit_id = region.unit()
    nurse, *others = (region.performer(unit_id) for _ in range(4))
    slot = region.slot(unit_id, performer=nurse)
    for performer in others:
        _book_many(database, slot, performer)
    plan = _plan_of_questions(database, lambda timetable: timetable.free_slots(unit_id, *ALWAYS), "FROM bookings")
    if database.engine.dialect.name == "sqlite":
        assert any("ix_bookings_performer (performer_id=? AND ends>?)" in line for line in plan)
    else:
        assert any("ix_bookings_performer" in line for line in plan)


def _book_many(database, like, performer_id):
    """So many that a database which counts its rows before it plans sees that an index pays."""
    told = {"unit_id": like.unit_id, "patient": PATIENT, "performer_id": performer_id, "state": "live"}
    told |= {"is_invitation": False, "shown_to_patient": True, "made_at": NOW, "changed_at": NOW}
    times = [{"starts": like.starts + n * HOUR, "ends": like.ends + n * HOUR} for n in range(100)]
    with database.writing() as timetable:
        rows = [{**told, **time, "public_id": f"{performer_id}-{n}"} for n, time in enumerate(times)]
        timetable.connection.execute(t.bookings.insert(), rows)
        timetable.connection.exec_driver_sql("ANALYZE bookings")


def _plan_of_questions(database, ask, about="FROM slots"):
    """How the database would answer the question in the words it is really asked in."""
    asked = []

    def note(connection, cursor, statement, parameters, *_):
        asked.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    with database.reading() as timetable:
        ask(timetable)
    event.remove(database.engine, "before_cursor_execute", note)
    statement, parameters = next(each for each in asked if about in each[0])
    with database.reading() as timetable:
        if database.engine.dialect.name == "postgresql":
            timetable.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            lines = timetable.connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
            return [line for (line,) in lines]
        return [row[3] for row in timetable.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
