"""A unit out as a seed folder and in again: the same to the byte, whatever staff and patients have done with it."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from producer.domain.model import Actor, ActorType, Contact, Origin
from producer.store import tables as t
from producer.store.schedule_register import change_schedule, unit_schedules
from producer.store.seeding import BadSeed, SeedReport, seed
from producer.store.seeding.unit_folder import unit_folder
from producer.store.seeding.written import length, sound

A_MONDAY, MUCH_LATER = date(2026, 3, 2), date(2027, 8, 9)
NOON = datetime(2026, 3, 2, 12)
KLIN = "SE2321000016-KLIN"
PATIENT = Origin(actor=Actor(type=ActorType.PATIENT, id="195501142284"))


def written(database):
    with database.reading() as timetable:
        return unit_folder(timetable, timetable.unit(KLIN))


def put(folder, files):
    for file, content in files.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def change(database, table, where, **columns):
    with database.writing() as timetable:
        found = timetable.connection.execute(table.update().where(where).values(**columns))
        assert found.rowcount


def comes_back(files, folder, database):
    """The report of loading the files on another day, after which the unit is written as it was."""
    report = seed(database, put(folder, files), MUCH_LATER)
    again = written(database)
    assert set(again) == set(files)
    for file, content in files.items():
        assert again[file].decode() == content.decode(), file
    return report


@pytest.fixture
def used(database, clinic):
    """The clinic with all that can happen to a unit."""
    seed(database, clinic.folder, A_MONDAY)
    with database.writing() as timetable:
        unit, connection = timetable.unit(KLIN), timetable.connection
        invitation = timetable.booking("I-1")
        slot = timetable.free_slots(unit.id, datetime(2026, 3, 16), datetime(2026, 3, 17), performer_ids=[2])[0]
        timetable.book_invitation(
            invitation,
            slot,
            Contact(first_name="=SUM(A1)", last_name='O"Hara; Ek, af', address="c/o Ek\nVägen 1", phone="+46"),
            reason=' "så, här" ',
            care_type=None,
            origin=PATIENT,
            now=NOON,
        )
        moved = timetable.booking("I-2")
        slot = timetable.free_slots(unit.id, datetime(2026, 3, 23), datetime(2026, 3, 24), performer_ids=[2])[0]
        timetable.move(moved, slot, contact=None, reason=None, new_public_id=False, origin=PATIENT, now=NOON)
        timetable.cancel(timetable.booking("B-2"), None, origin=PATIENT, now=NOON)
        timetable.invite(
            unit.id, "196711222940", "<5 timmars sömn? Kom\nin.", time_type=moved.time_type, origin=PATIENT, now=NOON
        )
        free = [each.id for each in timetable.free_slots(unit.id, datetime(2026, 3, 10), datetime(2026, 3, 11))]
        blocked = connection.scalar(select(t.slots.c.public_id).where(t.slots.c.id == free[0]))
        connection.execute(t.slots.update().where(t.slots.c.id == free[0]).values(blocked=True))
        connection.execute(t.slots.delete().where(t.slots.c.id == free[1]))
        away = {"unit_id": unit.id, "performer_id": 1, "starts": datetime(2026, 3, 10), "ends": datetime(2026, 3, 11)}
        absence = connection.execute(t.absences.insert(), {**away, "reason": "Kurs"}).inserted_primary_key[0]
        connection.execute(t.absence_blocks.insert(), {"absence_id": absence, "slot_public_id": blocked})
        connection.execute(
            t.base_schedule_exceptions.insert(),
            [
                {"base_schedule_id": 1, "day": date(2026, 3, 20), "is_extra": False},
                {"base_schedule_id": 1, "day": date(2026, 4, 3), "is_extra": True},
            ],
        )
        red_day = {"unit_id": unit.id, "time_type_id": 1, "performer_id": 1, "blocked": False, "public_id": "RED"}
        starts = datetime(2026, 4, 3, 9)
        connection.execute(t.slots.insert(), {**red_day, "starts": starts, "ends": starts + timedelta(minutes=25)})
        connection.execute(t.memberships.delete().where(t.memberships.c.performer_id == 2))
        (schedule,) = [each for each in unit_schedules(timetable, unit.id) if each.name == "Bo"]
        earlier = [replace(schedule, pattern=replace(schedule.pattern, closes=time(hour))) for hour in (11, 12)]
        pattern = replace(schedule.pattern, weekdays=frozenset({2}), days_off=frozenset({date(2026, 3, 24)}))
        change_schedule(timetable, replace(schedule, pattern=pattern, former=tuple(earlier)))
    change(database, t.performers, t.performers.c.id == 1, retired=True)
    change(database, t.time_types, t.time_types.c.code == "KONTROLL", retired=True)
    change(database, t.resources, t.resources.c.code == "RUM1", retired=True, name="Rum\t1\\")
    change(database, t.booking_rules, t.booking_rules.c.unit_id == 1, test_identities_only=True, text_to_read='"Hej"')
    return database


def test_a_unit_in_use_comes_back_the_same_to_the_byte(used, empty_database, tmp_path):
    files = written(used)
    assert set(files) == {
        "groups.toml", "units/unit.toml", "listings.csv", "restrictions.csv", "absences.csv", "slots.csv",
        "bookings.csv", "invitations.csv", "texts/text-1.xml", "texts/text-2.txt",
    }  # fmt: skip
    report = comes_back(files, tmp_path / "ut", empty_database())
    assert (report.bookings, report.invitations, report.absences) == (3, 1, 1)


def test_who_is_booked_has_what_she_had(used, empty_database, tmp_path):
    """Rules 62, 63 and 67: one that was an invitation is one no more, but is known to have been."""
    database = empty_database()
    seed(database, put(tmp_path / "ut", written(used)), MUCH_LATER)
    with database.reading() as timetable:
        answered, moved = timetable.booking("I-1"), timetable.booking("I-2")
        assert (answered.is_invitation, answered.invited_by_unit_id) == (False, answered.unit_id)
        assert answered.purpose.startswith("<article>")
        assert answered.performer.hsa_id == "SE2321000016-P2"
        contact = timetable.contact(answered.id)
        assert (contact.first_name, contact.address) == ("=SUM(A1)", "c/o Ek\nVägen 1")
        assert timetable.contact(moved.id) is None
        assert timetable.booking("B-2") is None


def test_a_retired_unit_comes_back_retired(used, empty_database, tmp_path):
    change(used, t.care_units, t.care_units.c.id == 1, retired=True)
    files = written(used)
    assert b"retired = true\nexported = true" in files["units/unit.toml"]
    comes_back(files, tmp_path / "ut", empty_database())


def test_the_same_folder_once_more_adds_nothing(used, empty_database, tmp_path):
    folder, database = put(tmp_path / "ut", written(used)), empty_database()
    seed(database, folder, MUCH_LATER)
    assert seed(database, folder, MUCH_LATER) == SeedReport()
    assert seed(used, folder, MUCH_LATER) == SeedReport()


def test_a_schedule_that_is_laid_out_gets_no_times_but_those_in_the_folder(used, empty_database, tmp_path):
    database = empty_database()
    seed(database, put(tmp_path / "ut", written(used)), MUCH_LATER)
    count = written(used)["slots.csv"].count(b"\n") - 1
    with database.reading() as timetable:
        assert len(timetable.connection.execute(select(t.slots.c.id)).all()) == count
        reach = timetable.connection.scalars(select(t.base_schedules.c.laid_out_to)).all()
    assert set(reach) == {A_MONDAY + timedelta(days=12 * 7 - 1)}


def test_the_ids_of_times_are_one_units_own(used, tmp_path):
    files = {file: content.replace(b"KLIN", b"NY") for file, content in written(used).items()}
    with pytest.raises(BadSeed) as refused:
        seed(used, put(tmp_path / "ny", files), MUCH_LATER)
    assert "another unit has the time" in refused.value.faults[0].reason
    assert refused.value.faults[0].file == "slots.csv"


def test_a_booking_whose_time_is_not_in_the_folder_is_told_of(used, empty_database, tmp_path):
    files = written(used)
    gone = files["bookings.csv"].decode().splitlines()[1].split(",")[-4].encode()
    kept = [line for line in files["slots.csv"].splitlines(keepends=True) if gone not in line]
    files["slots.csv"] = b"".join(kept)
    with pytest.raises(BadSeed) as refused:
        seed(empty_database(), put(tmp_path / "ut", files), MUCH_LATER)
    assert [fault.file for fault in refused.value.faults] == ["bookings.csv"]


def test_a_changed_schedule_is_still_known_as_what_its_times_were_laid_out_of(used, empty_database, tmp_path):
    database = empty_database()
    seed(database, put(tmp_path / "ut", written(used)), MUCH_LATER)
    (schedule,) = [each for each in schedules(database) if each.name == "Bo"]
    assert [former.pattern.closes for former in schedule.former] == [time(11), time(12)]
    assert {former.laid_out_to for former in schedule.former} == {schedule.laid_out_to}
    assert len(schedules(database)) == 2


def schedules(database):
    with database.reading() as timetable:
        return unit_schedules(timetable, 1)


def test_a_schedule_is_what_another_was_only_if_that_is_there(clinic, faults):
    clinic.replace("units/KLIN.toml", 'name = "Bo"\nweekdays', 'name = "Bo"\nformer_of = "Ana"\nweekdays')
    line = clinic.line("units/KLIN.toml", "former_of")
    assert ("units/KLIN.toml", line, "unknown schedule 'Ana'; did you mean 'Anna'?") in faults()


def test_times_of_a_schedule_yield_to_an_absence_and_to_its_own_days(database, clinic):
    clinic.replace(
        "units/KLIN.toml",
        'name = "Anna"\nweekdays',
        'name = "Anna"\ndays_off = [2026-03-04]\nextra_days = [2026-03-07]\nweekdays',
    )
    clinic.write(
        "absences.csv",
        "unit,performer,starts,ends\nSE2321000016-KLIN,SE2321000016-P1,2026-03-05 09:00,2026-03-06 00:00\n",
    )
    assert seed(database, clinic.folder, A_MONDAY).absences == 1
    with database.reading() as timetable:
        slots = timetable.free_slots(1, datetime(2026, 3, 4), datetime(2026, 3, 9), performer_ids=[1])
    days = [slot.starts.date().day for slot in slots if slot.starts.time() < time(12)]
    assert days == [5, 5, *[6] * 4, *[7] * 4]


def test_an_absence_ends_after_it_starts(clinic, faults):
    clinic.write("absences.csv", "unit,performer,starts,ends\nSE2321000016-KLIN,SE2321000016-P1,+1d 09:00,+1d 09:00\n")
    assert faults() == [("absences.csv", 2, "the absence ends before it starts")]


ODD = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(",;\"'\\\n\t#=[]{}<>&+-@åÅ\u2028\x85\ufeff\xa0"),
    min_size=1,
    max_size=12,
).filter(lambda text: sound(text) and not set(sound(text)) & {"\ufffe", "\uffff"})


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(odd=st.tuples(*[ODD] * 6))
def test_any_name_comes_back(clinic, empty_database, tmp_path_factory, odd):
    name, who, room, pattern, text, address = odd
    empty_database.put_back()
    first, second = empty_database(), empty_database()
    try:
        seed(first, clinic.folder, A_MONDAY)
        change(first, t.care_units, t.care_units.c.id == 1, name=name, visiting_address=address)
        change(first, t.performers, t.performers.c.id == 1, first_name=who, last_name=name, title=room)
        change(first, t.resources, t.resources.c.id == 1, name=room)
        change(first, t.time_types, t.time_types.c.id == 1, name=text)
        change(first, t.base_schedules, t.base_schedules.c.id == 1, name=pattern + "1")
        change(first, t.booking_rules, t.booking_rules.c.unit_id == 1, text_to_read=text)
        change(
            first,
            t.bookings,
            t.bookings.c.public_id == "B-1",
            first_name=who,
            last_name=name,
            reason=text,
            address=address,
        )
        change(first, t.bookings, t.bookings.c.public_id == "I-1", purpose=text)
        change(first, t.bookings, t.bookings.c.public_id == "I-2", purpose=address)
        comes_back(written(first), tmp_path_factory.mktemp("ut"), second)
    finally:
        first.close()
        second.close()


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(0), "0min"),
        (timedelta(minutes=25), "25min"),
        (timedelta(hours=24), "1d"),
        (timedelta(days=3650) - timedelta(minutes=1), "5255999min"),
        (timedelta(weeks=2), "2w"),
    ],
)
def test_a_length_of_time_is_written_in_the_largest_unit_it_is_whole_in(time, words):
    assert length(time) == words
