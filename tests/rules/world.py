"""A small region at a fixed Monday morning: its producer, its clock, and its staff who change things behind the desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from keeping import Kept, kept

from producer.app import assembled
from producer.config import Config
from producer.soap.handlers import handlers
from producer.store import tables as t
from producer.store.engine import new_database
from producer.store.schema import upgrade_open
from producer.store.seeding import seed
from producer.store.timetable import Timetable
from producer.store.unit_rules import row_of
from rules.consumer import Caller, agent_actor, patient_actor

REGION = Path(__file__).with_name("region")
TODAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 7, 0)

EKEN, LINDEN, TEST = "SE2321000016-EKEN", "SE2321000016-1hz5", "TSTNMT2321000156-10K5"
VAST, OST, KANSLI = "SE2321000016-VAST", "SE2321000016-OST", "SE2321000016-KANSLI"
LUGNET = "SE2321000016-LUGNET"
UNITS = (EKEN, LINDEN, TEST, VAST, OST, KANSLI, LUGNET)
ANNA, BO, CILLA, EVA = (f"SE2321000016-{name}" for name in ("ANNA", "BO", "Cilla", "EVA"))

GUNILLA, HAKAN, IDA = "197001239297", "198101079294", "199001012385"
INVITED, INVITED_AT_EKEN, INVITED_IN_TIME = "195501142284", "196711222940", "196201082697"
LISTED, LISTED_WITH_FILIP = "194001079120", "194911172296"
NOT_FOR_TALKS, BARRED = "202001012398", "201501012395"
ANYBODY, SOMEBODY = "200001012384", "201001012382"

CLEARED_CONSUMER = "SE2321000016-JOURNAL"


class World:
    """A producer over a database in memory, in a file or on a server; `now` is what its clock shows."""

    def __init__(self, url: str = "sqlite://", *, is_filled: bool = False) -> None:
        self.now = MORNING
        self.usual: dict[str, Any] = {}
        self.usual_slots: dict[str, Any] = {}
        self.config = Config(agent_consumers=frozenset({CLEARED_CONSUMER}))
        self.database = new_database(url)
        if not is_filled:
            self._fill()
        answering = handlers(self.database, self.config)
        self.app = assembled(self.config, answering, self.database, now=lambda: self.now)
        self._kept = None if is_filled else kept(self.database)

    def _fill(self) -> None:
        upgrade_open(self.database)
        seed(self.database, REGION, TODAY)

    @property
    def kept(self) -> Kept:
        """What comes back; a world that was filled by another is used once and keeps nothing."""
        assert self._kept is not None
        return self._kept

    def reset(self) -> None:
        """As it was seeded, at the beginning of the day."""
        self.now = MORNING
        self.kept.restore()

    def close(self) -> None:
        self.app.close()

    # Who calls.

    def patient(self, patient: str, **how: Any) -> Caller:
        return Caller(app=self.app, patient=patient, actor=patient_actor(patient), **how)

    def agent(self, patient: str, **how: Any) -> Caller:
        return Caller(app=self.app, patient=patient, actor=agent_actor(), **how)

    def relative(self, patient: str, actor: str, **how: Any) -> Caller:
        """Somebody who acts as herself, but for another patient."""
        return Caller(app=self.app, patient=patient, actor=patient_actor(actor), **how)

    def nobody(self, patient: str, **how: Any) -> Caller:
        """A consumer that leaves the header Actor out."""
        return Caller(app=self.app, patient=patient, actor=None, **how)

    # What time makes of it, and staff.

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def set_rules(self, unit: str, **changes: Any) -> None:
        with self.timetable() as timetable:
            known = timetable.unit(unit)
            assert known is not None
            row = row_of(replace(known.rules, **changes))
            timetable.connection.execute(
                t.booking_rules.update().where(t.booking_rules.c.unit_id == known.id).values(**row)
            )

    def change_booking(self, booking_id: str, **columns: Any) -> None:
        with self.timetable() as timetable:
            statement = t.bookings.update().where(t.bookings.c.public_id == booking_id).values(**columns)
            assert timetable.connection.execute(statement).rowcount == 1

    @contextmanager
    def timetable(self) -> Iterator[Timetable]:
        """For what staff do and see, who have no contract to call."""
        with self.database.writing() as timetable:
            yield timetable

    def dump(self) -> list[str]:
        """All that the database holds, but for the log of who looked."""
        return [line for line in self.kept.dump() if not line.startswith('INSERT INTO "access_log"')]
