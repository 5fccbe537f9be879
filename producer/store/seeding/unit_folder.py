"""A unit written as a seed folder, which loaded into an empty database and written again is the same to the byte."""

from collections.abc import Iterable, Mapping
from typing import Any

from producer.domain.model import CareUnit
from producer.store.seeding import entries
from producer.store.seeding.unit_records import UnitRecords
from producer.store.seeding.written import Record, csv_file, rules_record, toml_file
from producer.store.timetable import Timetable

_LONGEST_CELL = 200
"""A text that is longer, has several lines or is DocBook has a file of its own."""


def unit_folder(timetable: Timetable, unit: CareUnit) -> dict[str, bytes]:
    """The files by their paths in the folder; those that would say nothing are left out."""
    records = UnitRecords(timetable=timetable, unit=unit)
    booked = records.booked()
    texts = _texts(booked)
    for record in booked:
        if file := texts.get(record["purpose"] or ""):
            record |= {"purpose": None, "purpose_file": file}
    rows: tuple[tuple[str, type[entries.Entry], list[Any]], ...] = (
        ("listings.csv", entries.ListingEntry, records.listings()),
        ("restrictions.csv", entries.RestrictionEntry, records.restrictions()),
        ("absences.csv", entries.AbsenceEntry, records.absences()),
        ("slots.csv", entries.SlotEntry, records.slots()),
        ("bookings.csv", entries.BookingEntry, [each for each in booked if not each["is_invitation"]]),
        ("invitations.csv", entries.InvitationEntry, [each for each in booked if each["is_invitation"]]),
    )
    return {
        **_groups(unit),
        "units/unit.toml": toml_file(_unit_tables(records)),
        **{file: csv_file(kind, listed) for file, kind, listed in rows if listed},
        **{f"texts/{file}": f"{purpose}\n".encode() for purpose, file in texts.items()},
    }


def patients_of(timetable: Timetable, unit: CareUnit) -> set[tuple[str, str | None]]:
    """Who is told of in the folder, and the id of each booking."""
    records = UnitRecords(timetable=timetable, unit=unit)
    noted = (*records.listings(), *records.restrictions())
    return {(each["patient"], each.get("id")) for each in (*noted, *records.booked())}


def _groups(unit: CareUnit) -> dict[str, bytes]:
    return {} if unit.group is None else {"groups.toml": toml_file([("[[groups]]", {"name": unit.group.strip()})])}


def _unit_tables(records: UnitRecords) -> Iterable[tuple[str, Record]]:
    yield "[unit]", records.unit_table()
    yield "[rules]", rules_record(records.unit.rules)
    lists: Mapping[str, list[Record]] = {
        "performers": records.performers(),
        "resources": records.resources(),
        "care_types": records.care_types(),
        "time_types": records.time_types(),
        "schedules": records.schedules(),
    }
    for name, listed in lists.items():
        yield from ((f"[[{name}]]", record) for record in listed)


def _texts(booked: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The file of each text that has one; many are invited with the same."""
    purposes = dict.fromkeys(each["purpose"] for each in booked if each["purpose"])
    longer = [text for text in purposes if len(text) > _LONGEST_CELL or "\n" in text or text.startswith("<")]
    return {text: f"text-{number}.{_ending(text)}" for number, text in enumerate(longer, 1)}


def _ending(text: str) -> str:
    return "xml" if text.startswith("<article") else "txt"
