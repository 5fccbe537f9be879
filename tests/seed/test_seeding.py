"""What a seed run does to a database: everything or nothing, and nothing a second time."""

from datetime import date, datetime, timedelta
from pathlib import Path
from time import process_time

import pytest
from sqlalchemy import func, select

from producer.domain.booking_rules import BookingRules, CancelledInvitation, Flow, Lookup, Window
from producer.domain.model import Act, Actor, ActorType, Contact, Origin
from producer.store import tables as t
from producer.store.engine import open_database
from producer.store.schema import upgrade_open
from producer.store.seeding import BadSeed, SeedReport, seed

SEED_DATA = Path(__file__).parents[2] / "seed_data"
A_MONDAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12)
DAY = timedelta(days=1)
KLIN = "SE2321000016-KLIN"
STAFF = Origin(actor=Actor(type=ActorType.STAFF, id="eva"))


def everything(database):
    """Every row of every table."""
    with database.reading() as timetable:
        return {
            table.name: sorted(map(repr, timetable.connection.execute(select(table))))
            for table in t.metadata.sorted_tables
        }


def rows(database):
    return {name: len(found) for name, found in everything(database).items()}


@pytest.fixture
def seeded(database, clinic):
    seed(database, clinic.folder, A_MONDAY)
    return database


@pytest.fixture
def timetable(seeded):
    with seeded.reading() as timetable:
        yield timetable


def test_the_report_counts_what_was_added(database, clinic):
    report = seed(database, clinic.folder, A_MONDAY)
    found = rows(database)
    assert report == SeedReport(
        unit_groups=1,
        care_units=1,
        performers=2,
        memberships=2,
        resources=1,
        care_types=1,
        time_types=2,
        base_schedules=2,
        slots=(60 - 4) * 4 + (12 - 1) * 2 + 1,  # 12 weeks, but for four red weekdays of which one is a Monday
        listings=1,
        restrictions=1,
        bookings=2,
        invitations=2,
    )
    assert found["slots"] == report.slots
    assert found["bookings"] == report.bookings + report.invitations == found["booking_events"]
    assert str(report).startswith("1 unit group, 1 care unit, 2 performers, ")


def test_a_unit_is_as_its_file_says(timetable):
    unit = timetable.unit(KLIN)
    assert (unit.name, unit.county, unit.group, unit.offers_care) == ("Kliniken", "Stockholms län", "Kliniker", True)
    assert unit.rules == BookingRules(cancelling_window=Window(notice=timedelta(hours=24)))
    assert [performer.full_name for performer in timetable.performers(unit.id)] == ["Anna Exempelsson", "Bo Påhittsson"]
    assert [resource.name for resource in timetable.resources(unit.id)] == ["Rum 1"]


def test_every_rule_can_be_said(database, clinic):
    said = """
flows = ["book", "see"]
lookups = ["care_types"]
new_booking_allowed = false
rebooking_allowed = false
cancelling_allowed = false
message_allowed = false
booking_notice = "30min"
booking_horizon = "14d"
rebooking_notice = "2h"
rebooking_horizon = "8w"
cancelling_notice = "1d"
cancelling_horizon = "4w"
other_unit_allowed = false
rebooking_keeps_resource = false
rebooking_keeps_performer = true
rebooking_changes_id = true
most_live_bookings = 3
simultaneous_bookings_allowed = true
listed_patients_only = true
own_performer_only = true
test_identities_only = true
reserve_ids_accepted = false
guardians_may_act = true
cancelled_invitation_becomes = "open_invitation"
text_to_read = "Kom i tid."
past_bookings_shown = true
actor_required = false
empty_elements_accepted = false
"""
    clinic.replace("units/KLIN.toml", 'cancelling_notice = "24h"', said)
    seed(database, clinic.folder, A_MONDAY)
    with database.reading() as timetable:
        rules = timetable.unit(KLIN).rules
    hour, week = timedelta(hours=1), timedelta(weeks=1)
    assert rules == BookingRules(
        flows=frozenset({Flow.BOOK, Flow.SEE}),
        lookups=frozenset({Lookup.CARE_TYPES}),
        new_booking_allowed=False,
        rebooking_allowed=False,
        cancelling_allowed=False,
        message_allowed=False,
        booking_window=Window(notice=hour / 2, horizon=2 * week),
        rebooking_window=Window(notice=2 * hour, horizon=8 * week),
        cancelling_window=Window(notice=DAY, horizon=4 * week),
        other_unit_allowed=False,
        rebooking_keeps_resource=False,
        rebooking_keeps_performer=True,
        rebooking_changes_id=True,
        most_live_bookings=3,
        simultaneous_bookings_allowed=True,
        listed_patients_only=True,
        own_performer_only=True,
        test_identities_only=True,
        reserve_ids_accepted=False,
        guardians_may_act=True,
        cancelled_invitation_becomes=CancelledInvitation.OPEN_INVITATION,
        text_to_read="Kom i tid.",
        past_bookings_shown=True,
        actor_required=False,
        empty_elements_accepted=False,
    )


def test_a_time_type_has_its_care_types_in_order_and_the_performers_of_its_times(timetable):
    unit = timetable.unit(KLIN)
    performers = {performer.hsa_id: performer.id for performer in timetable.performers(unit.id)}
    types = {time_type.code: time_type for time_type in timetable.time_types(unit.id)}
    assert [care_type.code for care_type in types["NYBESOK"].care_types] == ["ALLMAN"]
    assert types["NYBESOK"].performer_ids == {performers["SE2321000016-P1"]}
    assert types["KONTROLL"].performer_ids == {performers["SE2321000016-P2"]}


def test_a_time_type_may_list_its_performers(database, clinic):
    """Rule 17: the same person in two spellings is one."""
    clinic.replace(
        "units/KLIN.toml", 'name = "Kontroll"', 'name = "Kontroll"\nperformers = ["SE2321000016-P2", "se2321000016-p2"]'
    )
    seed(database, clinic.folder, A_MONDAY)
    with database.reading() as timetable:
        types = {each.code: each for each in timetable.time_types(timetable.unit(KLIN).id)}
        assert types["KONTROLL"].performer_ids == {timetable.performer("SE2321000016-P2").id}


def test_listings_and_restrictions_are_noted_of_the_patient(timetable):
    unit = timetable.unit(KLIN)
    anna = timetable.performer("SE2321000016-P1")
    assert timetable.standing(unit.id, "197001239297").own_performer_ids == {anna.id}
    assert timetable.standing(unit.id, "198101079294").barred_entirely


def test_a_booking_holds_its_slot_and_says_in_the_trail_that_it_was_seeded(timetable):
    """Rule 74; and rule 59's other half: what is booked is gone."""
    booking = timetable.booking("B-1")
    assert (booking.starts, booking.ends) == (datetime(2026, 3, 9, 8, 30), datetime(2026, 3, 9, 9, 0))
    assert (booking.patient, booking.performer.hsa_id, booking.resource.code) == (
        "197001239297",
        "SE2321000016-P1",
        "RUM1",
    )
    assert booking.care_type.code == "ALLMAN"
    assert timetable.contact(booking.id) == Contact(first_name="Gun", last_name="Ek")
    held = timetable.connection.execute(select(t.slots).where(t.slots.c.booking_id == booking.id)).one()
    assert held.starts == booking.starts
    free = timetable.free_slots(booking.unit_id, booking.starts, booking.ends)
    assert [slot.offer.time_type.code for slot in free] == []
    [event] = timetable.trail(booking.id)
    assert (event.act, event.origin.actor.type, event.at) == (Act.BOOKED, ActorType.SEED, datetime(2026, 3, 2))


def test_a_booking_may_be_kept_from_the_patient_and_holds_its_time_all_the_same(database, clinic):
    """Rule 82: what is not suitable for display, such as time for papers about her."""
    clinic.write(
        "bookings.csv",
        "id,unit,patient,starts,time_type,first_name,last_name,shown_to_patient\n"
        "B-1,SE2321000016-KLIN,197001239297,2026-03-09 08:30,NYBESOK,Gun,Ek,no\n"
        "B-2,SE2321000016-KLIN,198101079294,2026-03-09 09:00,NYBESOK,Per,Alm,yes\n"
        "B-3,SE2321000016-KLIN,198101079294,2026-03-09 09:30,NYBESOK,Per,Alm,\n",
    )
    seed(database, clinic.folder, A_MONDAY)
    with database.reading() as timetable:
        bookings = [timetable.booking(each) for each in ("B-1", "B-2", "B-3")]
        assert [each.shown_to_patient for each in bookings] == [False, True, True]
        free = timetable.free_slots(bookings[0].unit_id, datetime(2026, 3, 9), datetime(2026, 3, 9, 9))
        assert [slot.starts.hour for slot in free if slot.offer.time_type.code == "NYBESOK"] == [8]


def test_an_open_invitation_has_no_time_and_a_timed_one_holds_its_slot(timetable):
    """Rule 77."""
    opened, timed = timetable.booking("I-1"), timetable.booking("I-2")
    assert opened.is_open_invitation
    assert (opened.time_type.code, opened.invitation_valid_to) == ("KONTROLL", A_MONDAY + 60 * DAY)
    assert opened.purpose == "<article><title>Kontroll</title><para>Dags igen.</para></article>"
    assert timed.is_invitation
    assert (timed.starts, timed.purpose) == (datetime(2026, 3, 9, 9), "Kontroll")
    held = select(t.slots.c.starts).where(t.slots.c.booking_id == timed.id)
    assert timetable.connection.scalars(held).all() == [timed.starts]
    assert [timetable.trail(each.id)[0].act for each in (opened, timed)] == [Act.INVITED, Act.INVITED]


def test_a_booking_so_many_days_ahead_takes_the_first_such_time_that_is_free(clinic, database):
    """Monday 9 March at nine is wanted by two; the second gets Tuesday."""
    clinic.write(
        "bookings.csv", clinic.read("bookings.csv") + "B-3,SE2321000016-KLIN,199001012385,+7d 09:00,NYBESOK,,,Eva,Ek\n"
    )
    seed(database, clinic.folder, A_MONDAY)
    with database.reading() as timetable:
        assert [timetable.booking(each).starts.day for each in ("B-2", "B-3")] == [9, 10]


def test_a_number_of_days_that_meets_a_weekend_or_a_red_day_goes_on_to_an_open_day(clinic, database):
    clinic.write(
        "slots.csv",
        "unit,starts,length,time_type\n"
        "SE2321000016-KLIN,+31d 17:00,30min,NYBESOK\n"  # Thursday before Easter
        "SE2321000016-KLIN,+32d 17:00,30min,NYBESOK\n"  # Good Friday
        "SE2321000016-KLIN,-1d 17:00,30min,NYBESOK\n"  # Sunday
        "SE2321000016-KLIN,today 17:00,30min,NYBESOK\n"
        "SE2321000016-KLIN,2026-03-07 17:00,30min,NYBESOK\n",  # a Saturday that is meant
    )
    seed(database, clinic.folder, A_MONDAY)
    with database.reading() as timetable:
        singles = select(t.slots.c.starts).where(func.extract("hour", t.slots.c.starts) == 17).order_by(t.slots.c.id)
        days = [starts.date() for starts in timetable.connection.scalars(singles)]
    assert days == [date(2026, 4, 2), date(2026, 4, 7), date(2026, 2, 27), A_MONDAY, date(2026, 3, 7)]


def test_a_booking_some_days_back_has_the_nearest_such_time(clinic, database):
    """Past bookings are there to be shown where the unit wants that (rule 80)."""
    clinic.write("slots.csv", "unit,starts,length,time_type\nSE2321000016-KLIN,-7d 17:00,30min,NYBESOK\n")
    clinic.replace("bookings.csv", "2026-03-09 08:30", "-5d 17:00")
    seed(database, clinic.folder, A_MONDAY)
    with database.reading() as timetable:
        assert timetable.booking("B-1").starts == datetime(2026, 2, 23, 17)


def test_public_ids_of_slots_are_opaque_and_unique(timetable):
    """Rule 38: neither a sequence nor made of what they stand for."""
    ids = timetable.connection.scalars(select(t.slots.c.public_id)).all()
    assert len(set(ids)) == len(ids) > 200
    assert not [each for each in ids if each.isdecimal() and len(each) < 12]


@pytest.mark.parametrize("days", [0, 1, 40, 400])
def test_a_second_run_changes_nothing_on_the_same_day_or_later(seeded, clinic, days):
    before = everything(seeded)
    assert seed(seeded, clinic.folder, A_MONDAY + days * DAY) == SeedReport()
    assert everything(seeded) == before
    assert str(SeedReport()) == "nothing new"


def test_a_second_run_adds_what_the_folder_has_gained(seeded, clinic):
    clinic.write(
        "units/KLIN.toml",
        clinic.read("units/KLIN.toml")
        + '[[performers]]\nhsa_id = "SE2321000016-P3"\nfirst_name = "Eva"\nlast_name = "Fiktivberg"\n'
        '[[schedules]]\nname = "Eva"\nweekdays = ["tue"]\nopens = "13:00"\ncloses = "14:00"\nlength = "30min"\n'
        'time_types = ["KONTROLL"]\nperformer = "SE2321000016-P3"\nlay_out = "1w"\n',
    )
    clinic.write(
        "bookings.csv", clinic.read("bookings.csv") + "B-3,SE2321000016-KLIN,199001012385,+9d 09:30,NYBESOK,,,Eva,Ek\n"
    )
    report = seed(seeded, clinic.folder, A_MONDAY + DAY)
    assert report == SeedReport(performers=1, memberships=1, base_schedules=1, slots=2, bookings=1)
    with seeded.reading() as timetable:
        assert timetable.booking("B-3").starts == datetime(2026, 3, 12, 9, 30)


def test_a_second_run_leaves_what_staff_have_changed(seeded, clinic):
    with seeded.writing() as timetable:
        timetable.connection.execute(t.care_units.update().values(name="Nya kliniken"))
        timetable.connection.execute(t.booking_rules.update().values(message_allowed=False))
        timetable.connection.execute(t.slots.update().where(t.slots.c.booking_id.is_(None)).values(blocked=True))
        timetable.cancel(timetable.booking("B-1"), None, origin=STAFF, now=NOON)
    before = everything(seeded)
    assert seed(seeded, clinic.folder, A_MONDAY) == SeedReport()
    assert everything(seeded) == before


def test_a_seeded_booking_that_got_another_id_is_not_seeded_again(seeded, clinic):
    """Rule 68: a unit may let ids change when its patients rebook."""
    with seeded.writing() as timetable:
        booking = timetable.booking("B-1")
        [slot] = timetable.free_slots(booking.unit_id, datetime(2026, 3, 11, 8), datetime(2026, 3, 11, 8, 30))
        timetable.move(booking, slot, contact=None, reason=None, new_public_id=True, origin=STAFF, now=NOON)
        assert timetable.booking("B-1") is None
    assert seed(seeded, clinic.folder, A_MONDAY) == SeedReport()


def test_a_person_of_two_units_is_stored_once(database, clinic):
    clinic.write(
        "units/ANNAN.toml",
        '[unit]\nhsa_id = "ANNAN-1"\nname = "Annan"\ncounty = "Y"\n[[performers]]\nhsa_id = "se2321000016-p1"\n',
    )
    assert seed(database, clinic.folder, A_MONDAY).performers == 2
    with database.reading() as timetable:
        [member] = timetable.performers(timetable.unit("annan-1").id)
        assert (member.hsa_id, member.last_name) == ("SE2321000016-P1", "Exempelsson")


def test_ids_are_found_in_any_case_and_stored_as_their_unit_spells_them(database, clinic):
    """Rule 17."""
    for file in ("bookings.csv", "listings.csv", "slots.csv"):
        clinic.write(file, clinic.read(file).replace("SE2321000016-KLIN", "se2321000016-klin").replace("-P1", "-p1"))
    seed(database, clinic.folder, A_MONDAY)
    with database.reading() as timetable:
        assert timetable.booking("B-1").unit_hsa_id == KLIN


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
    ],
    ids=["byte order mark", "CRLF", "both"],
)
def test_files_may_be_saved_as_windows_does(clinic, empty_database, rewrite):
    plain, other = empty_database(), empty_database()
    seed(plain, clinic.folder, A_MONDAY)
    for file in [path for path in clinic.folder.rglob("*") if path.is_file()]:
        file.write_bytes(rewrite(file.read_text("utf-8")))
    seed(other, clinic.folder, A_MONDAY)
    assert without_random_ids(everything(other)) == without_random_ids(everything(plain))


def test_columns_may_be_parted_by_semicolons_and_in_any_order(database, clinic):
    clinic.write("listings.csv", 'patient;unit;performer\n197001239297;SE2321000016-KLIN;"SE2321000016-P1"\n\n')
    clinic.write(
        "invitations.csv",
        "id;unit;patient;time_type;purpose\nI-1;SE2321000016-KLIN;195501142284;KONTROLL;Kom, om du kan\n",
    )
    report = seed(database, clinic.folder, A_MONDAY)
    assert (report.listings, report.invitations) == (1, 1)
    with database.reading() as timetable:
        assert timetable.booking("I-1").purpose == "Kom, om du kan"


def test_a_folder_of_units_alone_will_do(database, clinic):
    for file in clinic.folder.glob("*.csv"):
        file.unlink()
    (clinic.folder / "README.md").write_text("About us", "utf-8")
    (clinic.folder / ".keep").touch()
    report = seed(database, clinic.folder, A_MONDAY)
    assert report.care_units == 1
    assert (report.bookings, report.listings) == (0, 0)


def test_a_refused_folder_leaves_nothing(database, clinic):
    clinic.replace("invitations.csv", "195501142284", "19550114228")
    with pytest.raises(BadSeed):
        seed(database, clinic.folder, A_MONDAY)
    assert set(rows(database).values()) == {0}


def test_a_time_that_was_taken_since_is_a_fault_and_leaves_nothing_new(seeded, clinic):
    """The second run lays out the same times, but the database's own are what counts."""
    with seeded.writing() as timetable:
        unit = timetable.unit(KLIN)
        [slot] = timetable.free_slots(unit.id, datetime(2026, 3, 10, 8), datetime(2026, 3, 10, 8, 30))
        timetable.book(
            slot,
            "199001012385",
            Contact(first_name="Eva", last_name="Ek"),
            reason=None,
            care_type=None,
            origin=STAFF,
            now=NOON,
        )
    before = everything(seeded)
    clinic.write("groups.toml", clinic.read("groups.toml") + '[[groups]]\nname = "Ny"\n')
    clinic.write(
        "bookings.csv",
        clinic.read("bookings.csv") + "B-3,SE2321000016-KLIN,200001012384,2026-03-10 08:00,NYBESOK,,,Eva,Ek\n",
    )
    with pytest.raises(BadSeed) as refused:
        seed(seeded, clinic.folder, A_MONDAY)
    [fault] = refused.value.faults
    assert (fault.file, fault.line) == ("bookings.csv", 4)
    assert fault.reason == "the database has no free NYBESOK at 2026-03-10 08:00"
    assert everything(seeded) == before


def test_the_demo_region_is_seeded_within_three_seconds_and_shows_what_it_promises(database_url):
    database = open_database(database_url)
    began = process_time()
    report = seed(database, SEED_DATA, date(2026, 11, 23))
    assert process_time() - began < 3
    assert (report.care_units, report.bookings, report.invitations) == (8, 2, 3)
    check_demo(database)
    database.close()


def check_demo(database):
    with database.reading() as timetable:
        vaccination = timetable.unit("SE2321000016-DEMO6")
        assert len(timetable.free_slots(vaccination.id, datetime(2026, 11, 24), datetime(2026, 12, 21))) >= 2000
        assert timetable.booking("DEMO-OPEN-1").unit_hsa_id == "SE2321000016-DEMO5"
        assert timetable.booking("DEMO-BOOKING-2").starts >= datetime(2026, 11, 26)
        middle = timetable.performer("SE2321000016-DEMOP2")
        assert middle.full_name == "Leg. sjuksköterska Bo Erik Påhittsson"
        booking = timetable.booking("DEMO-BOOKING-1")
        hidden = timetable.free_slots(booking.unit_id, booking.starts - timedelta(minutes=30), booking.ends)
        assert not [
            slot
            for slot in hidden
            if slot.offer.performer == booking.performer and slot.ends > booking.starts and slot.starts < booking.ends
        ]


@pytest.mark.only_on("postgresql", reason="it is held against a file")
def test_postgresql_is_seeded_alike(database_kind, shelves, postgresql_server):
    """All or nothing, and nothing twice, there too."""
    database = open_database(postgresql_server.new_database())
    try:
        upgrade_open(database)
        report = seed(database, SEED_DATA, date(2026, 11, 23))
        assert report == seed(shelves["sqlite"](), SEED_DATA, date(2026, 11, 23))
        check_demo(database)
        before = everything(database)
        assert seed(database, SEED_DATA, date(2026, 11, 24)) == SeedReport()
        assert everything(database) == before
    finally:
        database.close()


def without_random_ids(tables):
    """Slots have new random ids in every database, so only their number can be compared."""
    return {name: len(found) if name == "slots" else found for name, found in tables.items()}
