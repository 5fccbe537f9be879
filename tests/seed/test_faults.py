"""What a seed folder is refused for: each fault with its file, its line and its reason."""

from datetime import date

import pytest

from producer.store.seeding import BadSeed, seed

A_MONDAY = date(2026, 3, 2)
KLIN = "units/KLIN.toml"

# What stands in the sound folder, what it is changed to, and what is said of it on that line.
SPOILT = [
    # Keys, tables and types.
    (KLIN, 'county = "Stockholms län"', 'county = ""', "'county' is empty"),
    (KLIN, 'county = "Stockholms län"', "county = 7", "'county' is to be text in quotes, not 7"),
    (KLIN, 'county = "Stockholms län"', 'countty = "Stockholms län"', "unknown key 'countty'; did you mean 'county'?"),
    (KLIN, "[[resources]]", "[[resurces]]", "unknown table 'resurces'; did you mean 'resources'?"),
    (KLIN, "[[resources]]", "[resources]", "'resources' is to be a list of tables, each [[resources]]"),
    (KLIN, "[rules]", "[[rules]]", "'rules' is to be one table, [rules]"),
    (KLIN, 'code = "RUM1"', 'code = "RUM 1"', "'code' 'RUM 1' is not a code: at most 64 characters without white space"),
    (KLIN, 'name = "Rum 1"', f'name = "{"R" * 201}"', "'name' is longer than 200 characters"),
    (KLIN, 'name = "Rum 1"', 'name = "Rum\\u0001"', "'name' holds a character that no answer could carry"),
    (KLIN, 'name = "Kliniken"', 'name = "Kliniken"\nmunicipality_code = "18"',
     "'municipality_code' '18' is not a municipality code of four digits"),
    (KLIN, 'name = "Kliniken"', 'name = "Kliniken"\noffers_care = "ja"',
     "'offers_care' is to be yes or no (true or false in TOML), not 'ja'"),
    # HSA-ids.
    (KLIN, 'hsa_id = "SE2321000016-P2"', 'hsa_id = "SE2321000016 P2"',
     "'hsa_id' 'SE2321000016 P2' is not an HSA-id: at most 64 characters without white space"),
    (KLIN, 'hsa_id = "SE2321000016-P2"', f'hsa_id = "{"S" * 65}"',
     f"'hsa_id' '{'S' * 65}' is not an HSA-id: at most 64 characters without white space"),
    # Rules.
    (KLIN, 'cancelling_notice = "24h"', 'cancelling_notice = "24 hours"',
     "'cancelling_notice' is to be a length of time such as 30min, 24h, 14d or 8w, not '24 hours'"),
    (KLIN, 'cancelling_notice = "24h"', 'cancelling_notice = "900w"', "'cancelling_notice' 900w is longer than ten years"),
    (KLIN, 'cancelling_notice = "24h"', "canceling_notice = 1",
     "unknown key 'canceling_notice'; did you mean 'cancelling_notice'?"),
    (KLIN, 'cancelling_notice = "24h"', 'flows = ["book", "sea"]',
     "'flows' is to be one of book, see, rebook, cancel, not 'sea'"),
    (KLIN, 'cancelling_notice = "24h"', 'flows = "book"', "'flows' is to be a list in square brackets, not 'book'"),
    (KLIN, 'cancelling_notice = "24h"', 'flows = ["book", "book"]', "'flows' names something twice"),
    (KLIN, 'cancelling_notice = "24h"', "most_live_bookings = true",
     "'most_live_bookings' is to be a whole number, not True"),
    (KLIN, 'cancelling_notice = "24h"', "most_live_bookings = 2147483648", "'most_live_bookings' 2147483648 is out of range"),
    (KLIN, 'cancelling_notice = "24h"', 'cancelled_invitation_becomes = "open"',
     "'cancelled_invitation_becomes' is to be one of nothing, open_invitation, not 'open'"),
    # References.
    (KLIN, 'group = "Kliniker"', 'group = "Klinker"', "unknown group 'Klinker'; did you mean 'Kliniker'?"),
    (KLIN, 'care_types = ["ALLMAN"]', 'care_types = ["ALMAN"]',
     "unknown care type of SE2321000016-KLIN 'ALMAN'; did you mean 'ALLMAN'?"),
    (KLIN, 'time_types = ["KONTROLL"]', 'time_types = ["CONTROLL"]',
     "unknown time type of SE2321000016-KLIN 'CONTROLL'; did you mean 'KONTROLL'?"),
    (KLIN, 'performer = "SE2321000016-P2"', 'performer = "SE2321000016-P9"',
     "unknown performer of SE2321000016-KLIN 'SE2321000016-P9'; did you mean 'SE2321000016-P2'?"),
    (KLIN, 'resource = "RUM1"', 'resource = "XYZ"', "unknown resource of SE2321000016-KLIN 'XYZ'"),
    # Schedules.
    (KLIN, 'weekdays = ["mon"]', 'weekdays = ["måndag"]',
     "'weekdays' is to be among mon, tue, wed, thu, fri, sat, sun, not 'måndag'"),
    (KLIN, 'length = "60min"', 'length = "60min"\nvalid_from = "2026-02-30"', "'valid_from' 2026-02-30 is not in the calendar"),
    (KLIN, 'length = "60min"', 'length = "60min"\nvalid_from = "next week"',
     "'valid_from' is to be a day such as 2026-03-02 or +7d, not 'next week'"),
    (KLIN, 'closes = "10:00"', 'closes = "24:00"', "'closes' is to be a time of day such as 08:30, not '24:00'"),
    (KLIN, 'time_types = ["KONTROLL"]', "time_types = []", "the schedule is for no time type"),
    # Rows.
    ("listings.csv", "197001239297", "19700123929", "'patient' '19700123929' is not a person id of 12 characters, YYYYMMDDNNNN"),
    ("listings.csv", "-KLIN,", "-KLIM,", "unknown unit 'SE2321000016-KLIM'; did you mean 'SE2321000016-KLIN'?"),
    ("listings.csv", "patient,", "patinet,", "unknown column 'patinet'; did you mean 'patient'?"),
    ("listings.csv", "patient,", "unit,", "the column 'unit' is there twice"),
    ("listings.csv", ",SE2321000016-P1", ",SE2321000016-P1,", "the row has 4 cells and the header 3"),
    ("listings.csv", "SE2321000016-KLIN,", ",", "'unit' is missing"),
    ("listings.csv", "197001239297", '"197001239297', "is not CSV: unexpected end of data"),
    ("slots.csv", "30min", "30", "'length' is to be a length of time such as 30min, 24h, 14d or 8w, not '30'"),
    ("slots.csv", "30min", "0min", "the time has no length"),
    ("slots.csv", ",no", ",nej", "'blocked' is to be yes or no (true or false in TOML), not 'nej'"),
    ("slots.csv", "+3d 17:00", "17:00", "'starts' is to be a day and a time such as 2026-03-02 09:00 or +7d 09:00, not '17:00'"),
    ("slots.csv", "+3d 17:00", "2026-04-06 17:00", "2026-04-06 is a closed day: Annandag påsk"),
    ("slots.csv", "+3d 17:00", "2026-03-29 02:30", "'starts' 2026-03-29 02:30 does not exist: the clocks go forward an hour that night"),
    ("slots.csv", "+3d 17:00", "2026-03-29 01:45", "the clocks go forward an hour in this time"),
    ("bookings.csv", "B-1", "B 1", "'id' 'B 1' is not a booking id: at most 128 characters without white space"),
    ("bookings.csv", "2026-03-09 08:30", "2026-03-09 08:15",
     "SE2321000016-KLIN has no NYBESOK at 2026-03-09 08:15; that day has 08:00, 08:30, 09:00, 09:30"),
    ("bookings.csv", "2026-03-09 08:30", "2026-03-07 08:30", "SE2321000016-KLIN has no NYBESOK at 2026-03-07 08:30"),
    ("bookings.csv", "+7d 09:00", "+200d 09:00", "SE2321000016-KLIN has no NYBESOK at 09:00, +200d or further, among the days laid out"),
    ("bookings.csv", "Gun,", ",", "'first_name' is missing"),
    ("invitations.csv", "kontroll.xml", "kontrol.xml", "unknown file of texts/ 'kontrol.xml'; did you mean 'kontroll.xml'?"),
    ("invitations.csv", "kontroll.xml", "", "an invitation has either a purpose or a purpose_file (rule 77)"),
    ("invitations.csv", ",,kontroll.xml", ",Dags,kontroll.xml", "an invitation has either a purpose or a purpose_file (rule 77)"),
    ("invitations.csv", "KONTROLL,,,+60d", "KONTROLL,,SE2321000016-P2,+60d",
     "an open invitation, one without a time, names no performer or resource"),
    ("invitations.csv", "P2,,Kontroll", "P2,+60d,Kontroll", "valid_to is for open invitations; this one has a time"),
    ("invitations.csv", ",Kontroll,", ",<article><note/></article>,",
     "<note> is not among the allowed elements: article, info, title, para, section, bibliography, ulink (rule 78)"),
    ("invitations.csv", ",Kontroll,", ",<para>Hej</para>,", "a DocBook text is an <article>, not a <para>"),
    ("invitations.csv", ",Kontroll,", ',"<?xml version=""1.0""?><article/>",',
     "a DocBook text begins with <article>, without an XML declaration or a DOCTYPE"),
    ("invitations.csv", ",Kontroll,", ',"<!DOCTYPE article [<!ENTITY a ""b"">]><article>&a;</article>",',
     "a DocBook text begins with <article>, without an XML declaration or a DOCTYPE"),
    ("invitations.csv", ",Kontroll,", ",<article><!-- x --></article>,",
     "a DocBook text holds only elements and text, no comments, instructions or entities"),
]  # fmt: skip


@pytest.mark.parametrize("row", SPOILT, ids=lambda row: row[3][:60])
def test_a_fault_is_told_with_its_line_and_reason(clinic, faults, row):
    file, sound, spoilt, reason = row
    line = clinic.line(file, sound) + spoilt.count("\n")
    clinic.replace(file, sound, spoilt)
    assert (file, line, reason) in faults()


def test_every_fault_of_every_file_is_told_at_once_in_order(clinic, faults):
    clinic.replace(KLIN, 'county = "Stockholms län"', 'county = ""')
    clinic.replace(KLIN, 'cancelling_notice = "24h"', 'cancelling_notice = "24"')
    clinic.replace(KLIN, 'closes = "10:00"', 'closes = "07:00"')
    clinic.replace("listings.csv", "197001239297,SE2321000016-P1", "19700123,SE2321000016-P9")
    clinic.write("restrictions.csv", "unit,patient\nNAGON,19810107929X\nSE2321000016-KLIN,1\n")
    clinic.write("texts/kontroll.xml", b"<article>\xe5</article>")
    assert [(file, line) for file, line, _ in faults()] == [
        ("listings.csv", 2),
        ("listings.csv", 2),
        ("restrictions.csv", 2),
        ("restrictions.csv", 2),
        ("restrictions.csv", 3),
        ("texts/kontroll.xml", 1),
        (KLIN, clinic.line(KLIN, "county")),
        (KLIN, clinic.line(KLIN, "cancelling_notice")),
        (KLIN, clinic.line(KLIN, 'closes = "07:00"') - 4),
    ]


def test_a_schedule_with_a_fault_does_not_bring_faults_on_its_bookings(clinic, faults):
    clinic.replace(KLIN, 'opens = "08:00"', 'opens = "8:00"')
    assert [file for file, _, _ in faults()] == [KLIN]


def test_a_unit_file_that_cannot_be_read_does_not_make_its_unit_unknown(clinic, faults):
    clinic.replace(KLIN, 'name = "Kliniken"', "name = Kliniken")
    assert [(file, line) for file, line, _ in faults()] == [(KLIN, 3)]


@pytest.mark.parametrize(
    ("sound", "spoilt", "line"),
    [
        ('name = "Kliniken"', 'name = "Kliniken', 3),
        ("[rules]", "[rules", 7),
        ("[rules]", "[unit]", 7),
        ('name = "Kliniken"', 'name = "A"\nname = "B"', 4),
        ('resource = "RUM1"', 'resource = """RUM1', 54),
    ],
)
def test_what_is_not_toml_is_told_with_its_line(clinic, faults, sound, spoilt, line):
    clinic.replace(KLIN, sound, spoilt)
    [(file, found, reason)] = faults()
    assert (file, found) == (KLIN, line)
    assert reason.startswith("is not TOML: ")
    assert "line" not in reason


def test_lines_are_found_behind_long_texts_lists_and_comments(clinic, faults):
    clinic.replace(
        KLIN,
        'cancelling_notice = "24h"',
        '# text_to_read = "no"\ntext_to_read = """\n[unit]\nflows = 1\n"""\nflows = [\n  "book", # ["see"]\n  "see",\n]\nlookups = "units"',
    )
    line = clinic.line(KLIN, 'lookups = "units"')
    assert faults() == [(KLIN, line, "'lookups' is to be a list in square brackets, not 'units'")]


def test_rules_that_contradict_each_other_are_refused(clinic, faults):
    clinic.replace(KLIN, 'cancelling_notice = "24h"', 'flows = ["cancel"]\nlookups = []\nown_performer_only = true')
    line = clinic.line(KLIN, "[rules]")
    assert faults() == [
        (KLIN, line, "own_performer_only needs listed_patients_only"),
        (KLIN, line, "the flow cancel needs the flow see"),
    ]


def test_a_horizon_before_its_notice_is_refused(clinic, faults):
    clinic.replace(KLIN, 'cancelling_notice = "24h"', 'booking_notice = "2d"\nbooking_horizon = "1d"')
    [(file, line, reason)] = faults()
    assert (file, line) == (KLIN, clinic.line(KLIN, "[rules]"))
    assert "horizon" in reason


@pytest.mark.parametrize(
    ("file", "again", "noun"),
    [
        ("groups.toml", '[[groups]]\nname = "Kliniker"\n', "group"),
        (KLIN, '[[performers]]\nhsa_id = "se2321000016-p1"\n', "performer"),
        (KLIN, '[[resources]]\ncode = "RUM1"\nname = "X"\n', "resource"),
        (KLIN, '[[care_types]]\ncode = "ALLMAN"\nname = "X"\n', "care type"),
        (KLIN, '[[time_types]]\ncode = "NYBESOK"\nname = "X"\n', "time type"),
        (
            KLIN,
            '[[schedules]]\nname = "Bo"\nweekdays = ["mon"]\nopens = "08:00"\ncloses = "09:00"\nlength = "5min"\ntime_types = ["KONTROLL"]\n',
            "schedule",
        ),
        ("listings.csv", "se2321000016-klin,197001239297,se2321000016-p1\n", "listing"),
        ("restrictions.csv", "SE2321000016-KLIN,198101079294,\n", "restriction"),
        ("bookings.csv", "I-1,SE2321000016-KLIN,197001239297,+9d 08:00,NYBESOK,,,Gun,Ek\n", "id"),
    ],
    ids=lambda value: value if " " in value or value.isalpha() else "",
)
def test_nothing_is_there_twice(clinic, faults, file, again, noun):
    """Rule 17: HSA-ids in upper and lower case are the same."""
    clinic.write(file, clinic.read(file) + again)
    assert any(reason.startswith(f"the {noun} is there already: ") for _, _, reason in faults())


def test_one_unit_has_one_file(clinic, faults):
    clinic.write("units/KLIN2.toml", '[unit]\nhsa_id = "se2321000016-klin"\nname = "X"\ncounty = "Y"\n')
    assert ("units/KLIN2.toml", 1, "the unit is there already: units/KLIN.toml line 1") in faults()


@pytest.mark.parametrize(
    "second",
    [
        "B-9,SE2321000016-KLIN,199001012385,2026-03-09 08:30,NYBESOK,,,Eva,Ek",
        "B-9,SE2321000016-KLIN,199001012385,2026-03-09 08:30,KONTROLL,SE2321000016-P1,,Eva,Ek",
        "B-9,SE2321000016-KLIN,199001012385,2026-03-09 08:45,KONTROLL,,RUM1,Eva,Ek",
    ],
    ids=["the same slot", "the same performer", "the same resource"],
)
def test_nobody_and_nothing_is_booked_twice_at_once(clinic, faults, second):
    clinic.write(
        "slots.csv",
        "unit,starts,length,time_type,performer,resource\n"
        "SE2321000016-KLIN,2026-03-09 08:30,10min,KONTROLL,SE2321000016-P1,\n"
        "SE2321000016-KLIN,2026-03-09 08:45,30min,KONTROLL,SE2321000016-P2,RUM1\n",
    )
    clinic.write("bookings.csv", clinic.read("bookings.csv") + second + "\n")
    reason = "the time, its performer or its resource is booked already: bookings.csv line 2"
    assert faults() == [("bookings.csv", 4, reason)]


def test_a_blocked_time_cannot_be_booked(clinic, faults):
    clinic.replace("slots.csv", "+3d 17:00", "2026-03-12 17:00")
    clinic.replace("slots.csv", ",no", ",yes")
    clinic.replace("bookings.csv", "2026-03-09 08:30", "2026-03-12 17:00")
    [(file, line, reason)] = faults()
    assert (file, line) == ("bookings.csv", 2)
    assert reason == "SE2321000016-KLIN has no NYBESOK at 2026-03-12 17:00; that day has 08:00, 08:30, 09:00, 09:30"


def test_a_performer_is_described_somewhere(clinic, faults):
    clinic.replace(KLIN, 'last_name = "Påhittsson"\n', "")
    line = clinic.line(KLIN, "SE2321000016-P2") - 1
    assert faults() == [(KLIN, line, "SE2321000016-P2 has no first_name and last_name in any file")]


def test_a_performer_is_described_alike_in_every_file(clinic, faults):
    clinic.write(
        "units/ANNAN.toml",
        '[unit]\nhsa_id = "ANNAN"\nname = "X"\ncounty = "Y"\n'
        '[[performers]]\nhsa_id = "se2321000016-p1"\nfirst_name = "Anna"\nlast_name = "Annorlunda"\n',
    )
    place = "units/ANNAN.toml line 5"
    line = clinic.line(KLIN, "SE2321000016-P1") - 1
    assert faults() == [(KLIN, line, f"SE2321000016-P1 is described otherwise in {place}")]


def test_a_time_type_is_met_with_the_performers_it_lists(clinic, faults):
    clinic.replace(KLIN, 'name = "Kontroll"', 'name = "Kontroll"\nperformers = ["SE2321000016-P1"]')
    line = clinic.line(KLIN, 'performer = "SE2321000016-P2"')
    reason = "the time type KONTROLL lists its performers, and SE2321000016-P2 is not among them"
    assert (KLIN, line, reason) in faults()


def test_a_booking_is_of_a_care_type_of_its_time_type(clinic, faults):
    clinic.write(
        "bookings.csv",
        "id,unit,patient,starts,time_type,care_type,first_name,last_name\n"
        "B-1,SE2321000016-KLIN,197001239297,2026-03-09 08:00,KONTROLL,ALLMAN,Gun,Ek\n",
    )
    assert faults() == [("bookings.csv", 2, "the time type KONTROLL is not of the care type ALLMAN")]


def test_a_unit_that_offers_no_care_has_no_times(clinic, faults):
    clinic.replace(KLIN, 'group = "Kliniker"', "offers_care = false")
    reasons = [reason for _, _, reason in faults()]
    assert reasons.count("a unit that offers no care has no schedules") == 2
    assert reasons.count("a unit that offers no care has no times") == 1


def test_a_unit_without_reserve_ids_is_given_none(clinic, faults):
    """Rule 37: the unit's own rule holds for its seeds."""
    clinic.replace(KLIN, 'cancelling_notice = "24h"', "reserve_ids_accepted = false")
    clinic.replace("listings.csv", "197001239297", "19121212T212")
    assert faults() == [("listings.csv", 2, "19121212T212 is no personnummer, and the unit takes no reserve ids")]


def test_a_unit_with_only_test_identities_is_given_no_others(clinic, faults):
    """Rule 98: 191212121212 has a right check digit and is not on the official list."""
    clinic.replace(KLIN, 'cancelling_notice = "24h"', "test_identities_only = true")
    clinic.replace("listings.csv", "197001239297", "191212121212")
    reason = "191212121212 is no official test identity, and the unit takes only those"
    assert faults() == [("listings.csv", 2, reason)]


def test_text_in_another_encoding_is_told_with_its_line(clinic, faults):
    clinic.write("bookings.csv", clinic.read("bookings.csv").replace("Alm", "Åhl").encode("iso-8859-1"))
    assert faults() == [("bookings.csv", 3, "is not UTF-8 text; save the file with the encoding UTF-8")]


def test_a_fault_behind_a_cell_of_several_lines_has_the_line_its_row_begins_on(clinic, faults):
    clinic.replace("invitations.csv", ",Kontroll,", ',"Hej\n\nKom hit",')
    clinic.write("invitations.csv", clinic.read("invitations.csv") + "\nI-3,X,195501142284,KONTROLL,,,,Text,\n")
    assert faults() == [("invitations.csv", 7, "unknown unit 'X'")]


def test_a_file_with_another_name_is_not_passed_over(clinic, faults):
    (clinic.folder / "bookings.csv").rename(clinic.folder / "booking.csv")
    (clinic.folder / KLIN).with_name("NY.tml").write_text("", "utf-8")
    assert faults() == [
        ("booking.csv", 1, "unknown file 'booking.csv'; did you mean 'bookings.csv'?"),
        ("units/NY.tml", 1, "unknown file 'units/NY.tml'"),
    ]


@pytest.mark.parametrize("missing", ["nowhere", ""])
def test_a_folder_without_units_is_refused(clinic, faults, missing):
    (clinic.folder / KLIN).unlink()
    clinic.folder.rename(clinic.folder.with_name("moved")) if missing else None
    assert faults()[-1][2] == f"no unit files in the folder {clinic.folder}: units/*.toml"


def test_a_broken_docbook_text_is_told_of(clinic, faults):
    """Rule 78."""
    clinic.write("texts/kontroll.xml", "<article><para></article>")
    [(file, line, reason)] = faults()
    assert (file, line) == ("invitations.csv", 2)
    assert reason.startswith("the DocBook text is not well-formed XML: ")


def test_a_fault_reads_as_editors_and_compilers_write_them(clinic, unused_database):
    clinic.replace("listings.csv", "-KLIN", "-XYZ")
    with pytest.raises(BadSeed, match=r"^listings\.csv:2: unknown unit 'SE2321000016-XYZ'"):
        seed(unused_database, clinic.folder, A_MONDAY)
