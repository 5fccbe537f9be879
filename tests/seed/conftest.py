"""A small clinic's seed folder, sound as it stands, for tests to add to and to spoil."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from keeping import kept

from producer.store.engine import new_database
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


class Shelf:
    """Databases without rows, taken down by the tests and emptied before they are taken down again."""

    def __init__(self, new_address):
        self._new_address = new_address
        self._there, self._taken = [], []

    def __call__(self):
        if not self._there:
            database = new_database(self._new_address())
            upgrade_open(database)
            self._there.append((database, kept(database)))
        self._taken.append(self._there.pop())
        return self._taken[-1][0]

    def put_back(self):
        for _, content in self._taken:
            content.restore()
        self._there += self._taken
        self._taken.clear()

    def close(self):
        for database, _ in (*self._there, *self._taken):
            database.close()


@pytest.fixture(scope="session")
def shelves(lasting_database):
    shelves = {kind: Shelf(partial(lasting_database, kind)) for kind in ("sqlite", "postgresql")}
    yield shelves
    for shelf in shelves.values():
        shelf.close()


@pytest.fixture(scope="session")
def empty_database(shelves, database_kind):
    """Gives another database without rows each time that it is asked."""
    return shelves[database_kind]


@pytest.fixture
def database(empty_database):
    return empty_database()


@pytest.fixture(autouse=True)
def _put_back(request, shelves):
    yield
    for shelf in shelves.values():
        shelf.put_back()


class Unused:
    def __init__(self, url):
        self.database = new_database(url)
        upgrade_open(self.database)

    def close(self):
        self.database.close()


@pytest.fixture
def unused_database(worlds, database_kind):
    """For seeds that are refused: they leave it as it is, so that one is enough for all."""
    return worlds(Unused, database_kind).database


@pytest.fixture
def faults(clinic, unused_database):
    """The faults that a run finds, each as (file, line, reason)."""

    def found():
        with pytest.raises(BadSeed) as refused:
            seed(unused_database, clinic.folder, A_MONDAY)
        return [(fault.file, fault.line, fault.reason) for fault in refused.value.faults]

    return found
