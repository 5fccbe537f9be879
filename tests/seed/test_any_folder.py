"""Whatever is written into a seed folder, it is stored whole or refused with faults; nothing else comes out."""

import re
from contextlib import suppress
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from producer.store import tables
from producer.store.seeding import BadSeed, seed
from producer.store.seeding.checks import check_folder
from producer.store.seeding.faults import Findings
from producer.store.seeding.folder import read_folder
from producer.store.seeding.plan import make_plan

A_MONDAY = date(2026, 3, 2)
NASTY = [
    "[", "]", "[[", '"', '"""', "'", "=", "\n", "\r", ",", ";", "\x00", "\ufeff", "\u2028", "{}", "[[unit]]", "[unit]\n",
    "-1", "0", "1e999", "9" * 5000, "true", "nan", "[1]", '["mon", 1]', '[["mon"]]', "{a = 1}", "[" * 2000, '""',
    "2026-03-02", "2026-02-30", "0001-01-01", "9999-12-31", "9999-12-31 23:59", "2026-03-02T08:00:00Z", "08:00:00",
    "+9999d", "-9999d 00:00", "+7d 25:00", "99999w", "0min", "2026-03-29 02:30", "<article>", "<a:b/>", "&x;", "å", "𝕏",
    "SE2321000016-KLIN", "SE2321000016-P1", "RUM1", "NYBESOK", "KONTROLL", "B-1", "197001239297", "19121212T212",
]  # fmt: skip
FILES = [
    "groups.toml",
    "units/KLIN.toml",
    "listings.csv",
    "restrictions.csv",
    "slots.csv",
    "bookings.csv",
    "invitations.csv",
    "texts/kontroll.xml",
]
EDITS = st.lists(
    st.tuples(
        st.sampled_from(FILES),
        st.booleans(),
        st.floats(0, 1),
        st.integers(0, 40),
        st.sampled_from(NASTY) | st.text(max_size=9),
    ),
    min_size=1,
    max_size=4,
)


def spoil(folder, edits):
    """Put a text in the place of a value, or of some characters anywhere."""
    for file, by_value, where, width, text in edits:
        path = folder / file
        content = path.read_text("utf-8")
        values = [found.span() for found in re.finditer(r'"[^"\n]*"|[^\s,="]+', content)] if by_value else []
        start = int(where * (len(values) - 1)) if values else int(where * len(content))
        begin, end = values[start] if values else (start, start + width)
        path.write_bytes((content[:begin] + text + content[end:]).encode("utf-8", "surrogatepass"))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
def test_any_edit_gives_a_sound_plan_or_faults_with_places(clinic, edits):
    sound = {file: (clinic.folder / file).read_bytes() for file in FILES}
    try:
        spoil(clinic.folder, edits)
        findings = Findings()
        folder = read_folder(clinic.folder, findings)
        check_folder(folder, findings)
        make_plan(folder, A_MONDAY, (), findings)
        for fault in findings.faults:
            lines = len(re.split(rb"\r\n?|\n", (clinic.folder / fault.file).read_bytes()))
            assert 1 <= fault.line <= lines, fault
            assert fault.reason
    finally:
        for file, content in sound.items():
            (clinic.folder / file).write_bytes(content)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
def test_any_edit_is_stored_or_refused(clinic, empty_database, edits):
    sound = {file: (clinic.folder / file).read_bytes() for file in FILES}
    empty_database.put_back()
    database, is_stored = empty_database(), False
    try:
        spoil(clinic.folder, edits)
        with suppress(BadSeed):
            seed(database, clinic.folder, A_MONDAY)
            is_stored = True
        with database.reading() as timetable:
            units = timetable.connection.scalar(select(func.count()).select_from(tables.care_units))
        assert (units > 0) == is_stored
    finally:
        for file, content in sound.items():
            (clinic.folder / file).write_bytes(content)
