"""A seed folder loaded whole or not at all: `seed`, what it did, and BadSeed when it could not.

What a database has is never changed: a second run adds what the folder has gained since, by HSA-id, code, name
or booking id, and nothing else. A base schedule is laid out when it is added; `base_schedules` lays out more of it.
"""

from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

from sqlalchemy import select

from producer.domain.model import ActorType
from producer.store.engine import Database
from producer.store.seeding.bookings import SeededBookings
from producer.store.seeding.checks import check_folder
from producer.store.seeding.faults import Findings
from producer.store.seeding.folder import SeedFolder, read_folder
from producer.store.seeding.former_schedules import add_formers
from producer.store.seeding.plan import Plan, make_plan
from producer.store.seeding.rows import SeedRows
from producer.store.tables import booking_events, bookings
from producer.store.timetable import Timetable


@dataclass(frozen=True, kw_only=True, slots=True)
class SeedReport:
    """How many of each were added."""

    unit_groups: int = 0
    care_units: int = 0
    performers: int = 0
    memberships: int = 0
    resources: int = 0
    care_types: int = 0
    time_types: int = 0
    base_schedules: int = 0
    absences: int = 0
    slots: int = 0
    listings: int = 0
    restrictions: int = 0
    bookings: int = 0
    invitations: int = 0

    def __str__(self) -> str:
        counts = ((each.name.replace("_", " "), getattr(self, each.name)) for each in fields(self))
        told = (f"{count} {noun if count > 1 else noun.removesuffix('s')}" for noun, count in counts if count)
        return ", ".join(told) or "nothing new"


def seed(database: Database, folder: Path, today: date) -> SeedReport:
    """Load a folder in one transaction, its times laid out from `today`; raises BadSeed with every fault."""
    findings = Findings()
    content = sound_folder(folder, findings)
    with database.writing() as timetable:
        return add_folder(timetable, content, today, findings)


def sound_folder(folder: Path, findings: Findings) -> SeedFolder:
    """What the folder says; what is wrong with it is among the findings, which `add_folder` refuses."""
    content = read_folder(folder, findings)
    check_folder(content, findings)
    return content


def add_folder(timetable: Timetable, content: SeedFolder, today: date, findings: Findings) -> SeedReport:
    """In the caller's transaction, which is to end undone when this raises BadSeed."""
    timetable.take_turn_to_lay_out()
    already = ids_in_use(timetable)
    plan = make_plan(content, today, already, findings)
    findings.refuse()
    rows = SeedRows(connection=timetable.connection)
    _add_timetable(rows, timetable, content, plan, findings)
    findings.refuse()
    new = SeededBookings(timetable=timetable, rows=rows, folder=content, today=today, findings=findings)
    new.add(plan.taken, already)
    findings.refuse()
    return SeedReport(**rows.added)


def ids_in_use(timetable: Timetable) -> frozenset[str]:
    """The ids of all bookings, and those that seeded ones began with: to rebook may change an id (rule 68)."""
    seeded = select(booking_events.c.after).where(booking_events.c.actor_type == ActorType.SEED.value)
    first_ids = (after["public_id"] for after in timetable.connection.scalars(seeded))
    return frozenset((*timetable.connection.scalars(select(bookings.c.public_id)), *first_ids))


def _add_timetable(rows: SeedRows, timetable: Timetable, content: SeedFolder, plan: Plan, findings: Findings) -> None:
    rows.add_units(content)
    for place, reason in rows.strangers(content.slots):
        findings.add(place, reason)
    rows.add_time_types(content.units, plan.slots)
    kept = [each for each in plan.schedules if each.entry.former_of is None]
    new_schedules = {(each.unit, each.entry.name) for each in kept if rows.add_schedule(each)}
    add_formers(rows, timetable, plan.schedules, new_schedules)
    rows.add_slots(slot for slot in plan.slots if slot.public_id or (slot.unit, slot.schedule) in new_schedules)
    for absence in plan.absences:
        rows.add_absence(absence)
    for listing in content.listings:
        rows.add_listing(listing)
    for restriction in content.restrictions:
        rows.add_restriction(restriction)
