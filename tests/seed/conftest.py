"""A small clinic's seed folder, sound as it stands, for tests to add to and to spoil."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from producer.store.engine import open_database
from producer.store.schema import upgrade_open
from producer.store.seeding import BadSeed, seed

A_MONDAY = date(2026, 3, 2)

UNIT = """\
[unit]
hsa_id = "SE2321000016-KLIN"
name = "Kliniken"
county = "Stockholms län"
group = "Kliniker"

[rules]
cancelling_notice = "24h"

[[performers]]
hsa_id = "SE2321000016-P1"
first_name = "Anna"
last_name = "Exempelsson"

[[performers]]
hsa_id = "SE2321000016-P2"
first_name = "Bo"
last_name = "Påhittsson"

[[resources]]
code = "RUM1"
name = "Rum 1"

[[care_types]]
code = "ALLMAN"
name = "Allmänmedicin"

[[time_types]]
code = "NYBESOK"
name = "Nybesök"
care_types = ["ALLMAN"]

[[time_types]]
code = "KONTROLL"
name = "Kontroll"

[[schedules]]
name = "Anna"
weekdays = ["mon", "tue", "wed", "thu", "fri"]
opens = "08:00"
closes = "10:00"
length = "30min"
time_types = ["NYBESOK"]
performer = "SE2321000016-P1"
resource = "RUM1"

[[schedules]]
name = "Bo"
weekdays = ["mon"]
opens = "08:00"
closes = "10:00"
length = "60min"
time_types = ["KONTROLL"]
performer = "SE2321000016-P2"
"""
FILES = {
    "groups.toml": '[[groups]]\nname = "Kliniker"\n',
    "units/KLIN.toml": UNIT,
    "listings.csv": "unit,patient,performer\nSE2321000016-KLIN,197001239297,SE2321000016-P1\n",
    "restrictions.csv": "unit,patient,time_type\nSE2321000016-KLIN,198101079294,\n",
    "slots.csv": (
        "unit,starts,length,time_type,performer,resource,blocked\n"
        "SE2321000016-KLIN,+3d 17:00,30min,NYBESOK,SE2321000016-P1,,no\n"
    ),
    "bookings.csv": (
        "id,unit,patient,starts,time_type,performer,resource,first_name,last_name\n"
        "B-1,SE2321000016-KLIN,197001239297,2026-03-09 08:30,NYBESOK,,,Gun,Ek\n"
        "B-2,SE2321000016-KLIN,198101079294,+7d 09:00,NYBESOK,,RUM1,Per,Alm\n"
    ),
    "invitations.csv": (
        "id,unit,patient,time_type,starts,performer,valid_to,purpose,purpose_file\n"
        "I-1,SE2321000016-KLIN,195501142284,KONTROLL,,,+60d,,kontroll.xml\n"
        "I-2,SE2321000016-KLIN,196201082697,KONTROLL,+7d 09:00,SE2321000016-P2,,Kontroll,\n"
    ),
    "texts/kontroll.xml": "<article><title>Kontroll</title><para>Dags igen.</para></article>\n",
}


@dataclass(frozen=True)
class Clinic:
    folder: Path

    def write(self, file, content):
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def read(self, file):
        return (self.folder / file).read_text("utf-8")

    def replace(self, file, old, new):
        text = self.read(file)
        assert old in text, f"{old!r} is not in {file}"
        self.write(file, text.replace(old, new, 1))

    def line(self, file, text):
        """The number of the first line that holds the text."""
        return next(number for number, line in enumerate(self.read(file).split("\n"), 1) if text in line)


@pytest.fixture
def clinic(tmp_path):
    clinic = Clinic(tmp_path / "klinik")
    for file, text in FILES.items():
        clinic.write(file, text)
    return clinic


@pytest.fixture(scope="session")
def empty_database():
    """Makes databases without rows, in memory, and closes them when all is done."""
    made = []

    def make():
        made.append(open_database("sqlite://"))
        upgrade_open(made[-1])
        return made[-1]

    yield make
    for database in made:
        database.close()


@pytest.fixture
def database(empty_database):
    return empty_database()


@pytest.fixture(scope="session")
def unused_database(empty_database):
    """For seeds that are refused: they leave it as it is, so that one is enough for all."""
    return empty_database()


@pytest.fixture
def faults(clinic, unused_database):
    """The faults that a run finds, each as (file, line, reason)."""

    def found():
        with pytest.raises(BadSeed) as refused:
            seed(unused_database, clinic.folder, A_MONDAY)
        return [(fault.file, fault.line, fault.reason) for fault in refused.value.faults]

    return found
