"""Bookings read in from a sheet: each takes a free time that is there, and has its line in the trail."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from producer.domain import persons
from producer.domain.availability import Wish
from producer.domain.model import Booking, BookingState, CareUnit, Contact, Slot
from producer.domain.staff import Sentence
from producer.domain.written_identities import any_identity_in
from producer.services.orders import care_type_of
from producer.services.staff.accesses import note_bookings
from producer.services.staff.admission import Visit
from producer.services.staff.exchange_plans import Plan
from producer.services.staff.sheets import CellFaults, SheetRow
from producer.services.staff.sheets_cells import Place, place_in
from producer.store.changes import add_change
from producer.store.sheets import Things, things_of
from producer.store.timetable import Timetable

_LONGEST_LINE, _LONGEST_TEXT, _LONGEST_ID = 200, 2000, 128
_MISSING = Sentence("Fyll i.")


def add_bookings(timetable: Timetable, visit: Visit, unit: CareUnit, rows: Sequence[SheetRow]) -> tuple[Plan, Sentence]:
    """What has been added when a row has a fault is to be undone by the caller."""
    taking = _Taking(timetable=timetable, visit=visit, unit=unit, things=things_of(timetable, unit.id))
    for patient in sorted(
        {patient for row in rows if (patient := any_identity_in(row["person-id"], visit.now.date()))}
    ):
        timetable.take_turn(patient)
    for row in rows:
        taking.take(row)
    made = taking.made
    sentence = Sentence("%(count)s bokningar inlästa från fil.", {"count": len(made)})
    starts = [booking.starts for booking in made if booking.starts]
    plan = Plan(
        added=len(made),
        there=len(taking.there),
        faults=tuple(taking.faults.found),
        first=min(starts, default=None),
        last=max(starts, default=None),
    )
    if made and not plan.faults:
        add_change(timetable, visit.staff, sentence, unit_id=unit.id, now=visit.now)
        note_bookings(timetable, visit, unit, "booking_imported", made)
    return plan, sentence if made else Sentence("Alla bokningar i filen finns redan.")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Taking:
    timetable: Timetable
    visit: Visit
    unit: CareUnit
    things: Things
    faults: CellFaults = field(default_factory=CellFaults)
    made: list[Booking] = field(default_factory=list)
    there: list[SheetRow] = field(default_factory=list)

    def take(self, row: SheetRow) -> None:
        place = place_in(row, self.things, self.faults)
        patient = self._patient(row)
        for column, most in _LENGTHS.items():
            if len(row[column]) > most:
                self.faults.add(row, column, Sentence("Skriv högst %(most)s tecken.", {"most": most}))
        if place is None or patient is None or self.faults.concern(row) or self._is_there(row, place, patient):
            return
        for column in ("förnamn", "efternamn"):
            if not row[column]:
                self.faults.add(row, column, _MISSING)
        slot = None if self.faults.concern(row) else self._slot(row, place, patient)
        if slot is not None:
            self._book(row, slot, patient)

    def _patient(self, row: SheetRow) -> str | None:
        """Rules 37 and 98: an id of the kind that the unit takes."""
        patient = any_identity_in(row["person-id"], self.visit.now.date())
        rules = self.unit.rules
        if patient is None:
            sentence = Sentence("Skriv personnumret med tolv siffror, som 19700123-9297.")
        elif not persons.is_national(patient) and not rules.reserve_ids_accepted:
            sentence = Sentence("Personnumret stämmer inte, och enheten tar inte emot reservnummer.")
        elif rules.test_identities_only and patient not in persons.OFFICIAL_TEST_IDENTITIES:
            sentence = Sentence("Enheten tar bara emot officiella testpersonnummer.")
        else:
            return patient
        self.faults.add(row, "person-id", sentence if row["person-id"] else _MISSING)
        return None

    def _is_there(self, row: SheetRow, place: Place, patient: str) -> bool:
        """By its id if it has one, else the same patient at the same time; also found when a fault is told of it."""
        public_id = row["bokning-id"]
        if public_id and len(public_id.split()) != 1:
            self.faults.add(row, "bokning-id", Sentence("Ett id har inga blanksteg."))
            return True
        known = self.timetable.booking(public_id) if public_id else None
        if known is not None and not self._is_the_same(known, place, patient):
            self.faults.add(
                row, "bokning-id", Sentence("En annan bokning har detta id, eller så är den ändrad eller avbokad.")
            )
            return True
        if known is None and not public_id:
            live = self.timetable.live_bookings(patient, self.unit.id)
            known = next((each for each in live if self._is_the_same(each, place, patient)), None)
        if known is not None:
            self.there.append(row)
        return known is not None

    def _is_the_same(self, known: Booking, place: Place, patient: str) -> bool:
        return (
            (known.unit_id, known.patient, known.starts, known.ends)
            == (self.unit.id, patient, place.starts, place.ends)
            and known.state is BookingState.LIVE
            and known.time_type is not None
            and known.time_type.id == place.time_type.id
            and (place.performer is None or place.performer.id == (known.performer and known.performer.id))
            and (place.resource is None or place.resource.id == (known.resource and known.resource.id))
        )

    def _slot(self, row: SheetRow, place: Place, patient: str) -> Slot | None:
        """A free one just so; whom it is with may be left open."""
        if place.starts <= self.visit.now:
            self.faults.add(row, "datum", Sentence("Tiden har passerat."))
            return None
        if not self.unit.rules.simultaneous_bookings_allowed and self._is_occupied(place, patient):
            self.faults.add(row, "från", Sentence("Patienten har redan en bokad tid som krockar med den här."))
            return None
        free = self.timetable.matching_free_slots(
            self.unit.id,
            place.starts,
            place.ends,
            time_type_ids=[place.time_type.id],
            performer_ids=None if place.performer is None else [place.performer.id],
            resource_id=None if place.resource is None else place.resource.id,
        )
        if not free:
            is_taken = self.timetable.has_taken_slot(self.unit.id, place.starts, place.ends)
            self.faults.add(row, "från", _TAKEN if is_taken else _NO_TIME)
        return free[0] if free else None

    def _is_occupied(self, place: Place, patient: str) -> bool:
        return any(
            each.starts is not None and each.ends is not None and each.starts < place.ends and place.starts < each.ends
            for each in self.timetable.live_bookings(patient, self.unit.id)
        )

    def _book(self, row: SheetRow, slot: Slot, patient: str) -> None:
        contact = Contact(
            first_name=row["förnamn"],
            last_name=row["efternamn"],
            phone=row["telefon"] or None,
            email=row["e-post"] or None,
        )
        booking = self.timetable.book(
            slot,
            patient,
            contact,
            reason=row["anledning"] or None,
            care_type=care_type_of(slot, self.unit, Wish()),
            public_id=row["bokning-id"] or None,
            origin=self.visit.origin,
            now=self.visit.now,
        )
        self.made.append(booking)


_TAKEN = Sentence("Tiden är redan bokad.")
_NO_TIME = Sentence("Det finns ingen ledig sådan tid. Lägg in tiden först.")
_LENGTHS = {
    **dict.fromkeys(("förnamn", "efternamn", "telefon", "e-post"), _LONGEST_LINE),
    "anledning": _LONGEST_TEXT,
    "bokning-id": _LONGEST_ID,
}
