"""Seeded bookings and invitations: made as any other, with the seed as the one who acts."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from producer.domain.model import Actor, ActorType, CareType, Contact, Origin, Slot, TimeType
from producer.store.seeding.checks import purpose_of
from producer.store.seeding.entries import BookingEntry, InvitationEntry
from producer.store.seeding.faults import Findings
from producer.store.seeding.folder import SeedFolder
from producer.store.seeding.rows import SeedRows
from producer.store.seeding.slots import PlannedSlot, resolved
from producer.store.timetable import Timetable
from producer.store.units import hsa_key

_ORIGIN = Origin(actor=Actor(type=ActorType.SEED))


@dataclass(frozen=True, kw_only=True, slots=True)
class SeededBookings:
    timetable: Timetable
    rows: SeedRows
    folder: SeedFolder
    today: date
    findings: Findings

    def add(self, taken: Mapping[str, PlannedSlot], already: Container[str]) -> None:
        for booking in self.folder.bookings:
            slot = self._slot(booking, taken)
            if slot is not None:
                self._book(booking, slot)
        for invitation in self.folder.invitations:
            if invitation.starts is None and invitation.id not in already:
                self._invite(invitation, None)
            elif (slot := self._slot(invitation, taken)) is not None:
                self._invite(invitation, slot)

    def _slot(self, entry: BookingEntry | InvitationEntry, taken: Mapping[str, PlannedSlot]) -> Slot | None:
        """The stored slot that the entry is to have, None for an entry that is stored already.

        In a database that was in use before, the planned slot may be held or gone.
        """
        planned = taken.get(entry.id)
        if planned is None:
            return None
        performer = self.rows.performer(planned.performer)
        free = self.timetable.matching_free_slots(
            self.rows.ids["unit", planned.unit],
            planned.starts,
            planned.ends,
            time_type_ids=[self.rows.ids["time type", planned.unit, planned.time_type]],
            performer_ids=None if performer is None else [performer],
            resource_id=self.rows.resource(planned.unit, planned.resource),
        )
        if not free:
            reason = f"the database has no free {planned.time_type} at {planned.starts:%Y-%m-%d %H:%M}"
            self.findings.add(entry.record.place("starts"), reason)
        return free[0] if free else None

    def _book(self, entry: BookingEntry, slot: Slot) -> None:
        contact = Contact(
            first_name=entry.first_name,
            middle_name=entry.middle_name,
            last_name=entry.last_name,
            phone=entry.phone,
            email=entry.email,
            address=entry.address,
            coaddress=entry.coaddress,
        )
        self.timetable.book(
            slot,
            entry.patient,
            contact,
            reason=entry.reason,
            care_type=_care_type(slot.offer.time_type, entry.care_type),
            shown_to_patient=entry.shown_to_patient,
            public_id=entry.id,
            origin=_ORIGIN,
            now=self._now,
        )
        self.rows.added["bookings"] += 1

    def _invite(self, entry: InvitationEntry, slot: Slot | None) -> None:
        unit_id = self.rows.ids["unit", hsa_key(entry.unit)]
        time_type = next(each for each in self.timetable.time_types(unit_id) if each.code == entry.time_type)
        self.timetable.invite(
            unit_id,
            entry.patient,
            purpose_of(entry, self.folder),
            slot=slot,
            time_type=time_type,
            valid_to=None if entry.valid_to is None else resolved(entry.valid_to, self.today),
            public_id=entry.id,
            origin=_ORIGIN,
            now=self._now,
        )
        self.rows.added["invitations"] += 1

    @property
    def _now(self) -> datetime:
        """What is seeded is made at the beginning of the day."""
        return datetime.combine(self.today, time())


def _care_type(time_type: TimeType, code: str | None) -> CareType | None:
    """The one that is named, else the first of the time type."""
    named = (each for each in time_type.care_types if code in (None, each.code))
    return next(named, None)
