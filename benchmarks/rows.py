"""What any program must at least do for an answer: the SQL, giving rows in the words and the order of the wire."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

Row = tuple[Any, ...]

FREE_TIMESLOT = (
    "startTimeInclusive endTimeExclusive healthcare_facility performer bookingId resourceName healthcare_facility_name"
    " performerName resourceID timeTypeName timeTypeID careTypeName careTypeID"
).split()
FREE_DAY = (
    "healthcare_facility performer date resourceName resourceID timeTypeName timeTypeID careTypeName careTypeID"
).split()
BOOKED_TIMESLOT = (
    "startTimeInclusive endTimeExclusive healthcare_facility performer bookingId subject_of_care purpose reason"
    " resourceName healthcare_facility_name performerName resourceID timeTypeName timeTypeID careTypeName careTypeID"
).split()

_PARTS = """
    JOIN care_units u ON u.id = {0}.unit_id
    JOIN time_types t ON t.id = {0}.time_type_id
    JOIN performers p ON p.id = {0}.performer_id
    JOIN resources r ON r.id = {0}.resource_id
    JOIN time_type_care_types l ON l.time_type_id = t.id AND l.place = 0
    JOIN care_types c ON c.id = l.care_type_id
"""
_IS_FREE = "u.hsa_key = ? AND s.starts >= ? AND s.starts < ? AND booking_id IS NULL AND NOT blocked"
_FREE = f"FROM slots s {_PARTS.format('s')} WHERE {_IS_FREE}"
_TIME = "replace(replace(replace({0}, '-', ''), ' ', ''), ':', '')"
_TIMES = f"{_TIME.format('{0}.starts')}, {_TIME.format('{0}.ends')}"
_NAMES = "r.name, u.name, p.title || ' ' || p.first_name || ' ' || p.last_name, r.code, t.name, t.code, c.name, c.code"

# Thousands of slots have a few combinations of kind, performer and room: their words need not be read with every row.
_FREE_SLOTS = f"""
    SELECT {_TIMES.format("s")}, s.public_id, s.time_type_id, s.performer_id, s.resource_id
    FROM slots s JOIN care_units u ON u.id = s.unit_id WHERE {_IS_FREE} ORDER BY s.starts, s.id
"""
_OFFER = f"""
    SELECT u.hsa_id, p.hsa_id, {_NAMES} FROM time_types t JOIN care_units u ON u.id = t.unit_id
    JOIN time_type_care_types l ON l.time_type_id = t.id AND l.place = 0 JOIN care_types c ON c.id = l.care_type_id
    JOIN performers p JOIN resources r WHERE t.id = ? AND p.id = ? AND r.id = ?
"""
_FREE_TIMESLOTS = (
    f"SELECT {_TIMES.format('s')}, u.hsa_id, p.hsa_id, s.public_id, {_NAMES} {_FREE} ORDER BY s.starts, s.id"
)
_FREE_DAYS = f"""
    SELECT DISTINCT u.hsa_id, p.hsa_id, replace(substr(s.starts, 1, 10), '-', '') AS day,
           r.name, r.code, t.name, t.code, c.name, c.code {_FREE} ORDER BY day, p.id, t.id
"""
_BOOKED = f"""
    SELECT {_TIMES.format("b")}, u.hsa_id, p.hsa_id, b.public_id, b.patient, b.purpose, b.reason, {_NAMES}
    FROM bookings b {_PARTS.format("b")} WHERE b.state = 'live' AND u.hsa_key = ?
"""
_SCHEDULE = f"{_BOOKED} AND b.patient = ? AND b.starts >= ? ORDER BY b.starts"
_DETAILS = f"{_BOOKED} AND b.public_id = ?"

_TAKE = "UPDATE slots SET booking_id = ? WHERE id = ? AND booking_id IS NULL AND NOT blocked"
_SLOT = "SELECT id, unit_id, starts, ends, time_type_id, performer_id, resource_id FROM slots WHERE public_id = ?"
_BOOK = """
    INSERT INTO bookings (public_id, patient, reason, first_name, last_name, phone, unit_id, starts, ends, time_type_id,
                          performer_id, resource_id, is_invitation, state, shown_to_patient, made_at, changed_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 'live', 1, datetime('now'), datetime('now'))
"""


class Rows:
    """One open database, asked in plain SQL."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None, cached_statements=256)
        self._connection.execute("PRAGMA foreign_keys = ON")

    def close(self) -> None:
        self._connection.close()

    def free_timeslots(self, unit: str, first: str, last: str) -> list[Row]:
        """The days as the wire writes them, both included."""
        return self._connection.execute(_FREE_TIMESLOTS, (unit, *_span(first, last))).fetchall()

    def free_slots(self, unit: str, first: str, last: str) -> list[Row]:
        """As `free_timeslots`, but with the keys of what they offer instead of its words."""
        return self._connection.execute(_FREE_SLOTS, (unit, *_span(first, last))).fetchall()

    def offer(self, *keys: int) -> Row:
        row: Row = self._connection.execute(_OFFER, keys).fetchone()
        return row

    def free_days(self, unit: str, first: str, last: str) -> list[Row]:
        return self._connection.execute(_FREE_DAYS, (unit, *_span(first, last))).fetchall()

    def schedule(self, unit: str, patient: str, now: str) -> list[Row]:
        return self._connection.execute(_SCHEDULE, (unit, patient, now)).fetchall()

    def details(self, unit: str, booking_id: str) -> Row:
        row: Row = self._connection.execute(_DETAILS, (unit, booking_id)).fetchone()
        return row

    def book(self, slot_id: str, *who: str) -> str:
        """The id of the new booking; `who` is the patient, the reason, first and last name and phone."""
        with self._writing() as connection:
            key, *place = connection.execute(_SLOT, (slot_id,)).fetchone()
            public_id = str(uuid4())
            booking = connection.execute(_BOOK, (public_id, *who, *place)).lastrowid
            if connection.execute(_TAKE, (booking, key)).rowcount != 1:
                raise LookupError("the slot is taken")
        return public_id

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def _span(first: str, last: str) -> tuple[str, str]:
    """As the database writes times; the end is after every moment of the last day."""
    return f"{first[:4]}-{first[4:6]}-{first[6:]}", f"{last[:4]}-{last[4:6]}-{last[6:]} 24"
