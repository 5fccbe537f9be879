"""Seeded bookings and invitations: made as any other, with the seed as the one who acts."""

from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time

from producer.domain.model import Actor, ActorType, CareType, Contact, Origin, Slot, TimeType
from producer.store.errors import Collision
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
                with self._unless_taken(booking, taken):
                    self._book(booking, slot)
        for invitation in self.folder.invitations:
            if invitation.starts is None and invitation.id not in already:
                self._invite(invitation, None)
            elif (slot := self._slot(invitation, taken)) is not None:
                with self._unless_taken(invitation, taken):
                    self._invite(invitation, slot)

    def _slot(self, entry: BookingEntry | InvitationEntry, taken: Mapping[str, PlannedSlot]) -> Slot | None:
        """The stored slot that the entry is to have, None for an entry that is stored already.

        In a database that was in use before, the planned slot may be held or gone.
        """
        planned = taken.get(entry.id)
        if planned is None:
            return None
        if entry.slot is not None:
            return self.timetable.slot_by_public_id(entry.slot)
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
            self._miss(entry, planned)
        return free[0] if free else None

    def _miss(self, entry: BookingEntry | InvitationEntry, planned: PlannedSlot) -> None:
        reason = f"the database has no free {planned.time_type} at {planned.starts:%Y-%m-%d %H:%M}"
        self.findings.add(entry.record.place("starts"), reason)

    @contextmanager
    def _unless_taken(self, entry: BookingEntry | InvitationEntry, taken: Mapping[str, PlannedSlot]) -> Iterator[None]:
        """A slot that is named may have got a holder of its own in the database."""
        try:
            yield
        except Collision:
            self._miss(entry, taken[entry.id])
            self.findings.refuse()

    def _book(self, entry: BookingEntry, slot: Slot) -> None:
        booking = self.timetable.book(
            slot,
            entry.patient,
            _contact(entry),
            reason=entry.reason,
            care_type=self._care_type(entry, slot),
            purpose=purpose_of(entry, self.folder),
            shown_to_patient=entry.shown_to_patient,
            public_id=entry.id,
            origin=_ORIGIN,
            now=self._now,
        )
        self.rows.complete(booking, entry)
        self.rows.added["bookings"] += 1

    def _care_type(self, entry: BookingEntry, slot: Slot) -> CareType | None:
        """The one that is named, else the first of the time type; a booking that names its slot has what it says."""
        code = entry.care_type
        if entry.slot is None:
            return _care_type(slot.offer.time_type, code)
        key = self.rows.ids["care type", hsa_key(entry.unit), code] if code else None
        return None if key is None or code is None else CareType(id=key, code=code, name=code)

    def _invite(self, entry: InvitationEntry, slot: Slot | None) -> None:
        unit_id = self.rows.ids["unit", hsa_key(entry.unit)]
        code = entry.time_type
        time_type = TimeType(id=self.rows.ids["time type", hsa_key(entry.unit), code], code=code, name=code)
        self.timetable.invite(
            unit_id,
            entry.patient,
            purpose_of(entry, self.folder) or "",
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


def _contact(entry: BookingEntry) -> Contact:
    return Contact(
        first_name=entry.first_name or "",
        middle_name=entry.middle_name,
        last_name=entry.last_name or "",
        phone=entry.phone,
        email=entry.email,
        address=entry.address,
        coaddress=entry.coaddress,
    )


def _care_type(time_type: TimeType, code: str | None) -> CareType | None:
    """The one that is named, else the first of the time type."""
    named = (each for each in time_type.care_types if code in (None, each.code))
    return next(named, None)
