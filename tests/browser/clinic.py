"""A running clinic for a browser: a `tidbok serve` of its own over a copy of the demo, with accounts that are known."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import holidays
from clients.serving import serving
from rules.consumer import Caller, patient_actor
from staff.places import make_demo

from producer.clock import swedish_time
from producer.soap import client
from producer.soap import messages as m
from producer.store.engine import new_database
from producer.store.schema import upgrade


@dataclass(frozen=True, kw_only=True)
class Resident(Caller):
    """Somebody who calls over the network: `app` is the producer's address."""

    def ask(self, unit: str, message: m.Message) -> Any:
        return client.call(f"{self.app}/soap", message, logical_address=unit, actor=self.actor)


@dataclass(frozen=True, kw_only=True)
class Clinic:
    address: str
    examples: dict[str, str]

    def resident(self, patient: str) -> Resident:
        return Resident(app=self.address, patient=patient, actor=patient_actor(patient))


def next_day(*weekdays: int, weeks: int = 1) -> date:
    """The first of these ISO weekdays, so many weeks from now, that is no red day."""
    red = holidays.country_holidays("SE", include_sundays=False)
    first = swedish_time().date() + timedelta(weeks=weeks)
    return next(
        day for day in (first + timedelta(n) for n in range(60)) if day.isoweekday() in weekdays and day not in red
    )


def seed_demo(url: str) -> dict[str, str]:
    """A database with the demo region of today and the accounts; what stands in it for parts of addresses."""
    upgrade(url)
    database = new_database(url)
    try:
        return make_demo(database, swedish_time())
    finally:
        database.close()


@contextmanager
def open_clinic(url: str, known: dict[str, str], folder: Path) -> Iterator[Clinic]:
    """Over a database of its own, with what is known to be in it."""
    with serving(folder, "--demo", "--database", url) as address:
        yield Clinic(address=address, examples=known)


@contextmanager
def open_copy(seeded: Path, known: dict[str, str], folder: Path) -> Iterator[Clinic]:
    """What is done there is forgotten afterwards."""
    path = folder / "clinic.db"
    shutil.copyfile(seeded, path)
    with open_clinic(f"sqlite:///{path}", known, folder) as clinic:
        yield clinic
