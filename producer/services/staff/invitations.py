"""The invitations that a unit has sent: to look at, and to take back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from producer.domain.invitations import Outcome, outcome_of
from producer.domain.model import Booking, CareUnit, TrailEntry
from producer.domain.staff import ChangedMeanwhile, Fault, Invalid, NotThere, Period, Sentence, Value
from producer.services.staff.accesses import note_bookings
from producer.services.staff.admission import Visit, changing, noting
from producer.services.staff.fingerprints import fingerprint
from producer.services.staff.invitation_cards import Card, card_of
from producer.store.changes import add_change
from producer.store.engine import Database
from producer.store.invitations import Sent, count_by_outcome, sent_invitation, sent_invitations
from producer.store.timetable import Timetable

ON_A_PAGE = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """An invitation in a list; `seen` says in short how it is now."""

    booking: Booking
    was_timed: bool
    outcome: Outcome

    @property
    def seen(self) -> str:
        return seen_as(self.booking)

    @property
    def can_be_withdrawn(self) -> bool:
        return self.outcome is Outcome.WAITING


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    unit: CareUnit
    rows: list[Row]
    counts: Mapping[Outcome, int]
    has_more: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One invitation as its patient sees it, and what has happened to it."""

    unit: CareUnit
    row: Row
    card: Card
    trail: tuple[TrailEntry, ...]


def listing(
    database: Database,
    visit: Visit,
    unit_hsa_id: str,
    *,
    outcome: Outcome | None = None,
    timed: bool | None = None,
    page: int = 1,
) -> Listing:
    """A page of the newest first; raises NotThere, NotAllowed."""
    with noting(database, visit, unit_hsa_id) as (timetable, unit):
        found = sent_invitations(
            timetable,
            unit.id,
            visit.now,
            outcome=outcome,
            timed=timed,
            limit=ON_A_PAGE + 1,
            offset=(page - 1) * ON_A_PAGE,
        )
        rows = [_row(sent, visit) for sent in found[:ON_A_PAGE]]
        note_bookings(timetable, visit, unit, "invitation_shown", (row.booking for row in rows))
        counts = count_by_outcome(timetable, unit.id, visit.now)
        return Listing(unit=unit, rows=rows, counts=counts, has_more=len(found) > ON_A_PAGE)


def shown(database: Database, visit: Visit, unit_hsa_id: str, booking_id: str) -> Shown:
    """Raises NotThere, NotAllowed."""
    with noting(database, visit, unit_hsa_id) as (timetable, unit):
        row = _row(_sent(timetable, unit, booking_id), visit)
        note_bookings(timetable, visit, unit, "invitation_shown", [row.booking])
        place = timetable.unit_by_id(row.booking.unit_id) or unit
        return Shown(
            unit=unit,
            row=row,
            card=card_of(timetable, row.booking, place, visit.now),
            trail=timetable.trail(row.booking.id),
        )


def to_withdraw(database: Database, visit: Visit, unit_hsa_id: str, booking_ids: Collection[str]) -> Listing:
    """Those that were chosen, to be looked at once more; raises Invalid if there are none, NotThere, NotAllowed."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        rows = _chosen(timetable, unit, visit, booking_ids)
        note_bookings(timetable, visit, unit, "invitation_shown", (row.booking for row in rows))
        return Listing(unit=unit, rows=rows, counts={}, has_more=False)


def withdraw(database: Database, visit: Visit, unit_hsa_id: str, seen: Mapping[str, str]) -> Sentence:
    """Takes back all of them or none: each is to be as it was seen, by booking id; raises ChangedMeanwhile."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        for booking_id in sorted(seen):
            timetable.booking(booking_id)  # read to be changed, so that each stays as it is found below
        rows = _chosen(timetable, unit, visit, seen)
        changed = [row for row in rows if row.seen != seen[row.booking.public_id] or not row.can_be_withdrawn]
        if changed:
            raise ChangedMeanwhile(*map(_as_it_is, changed))
        for row in rows:
            timetable.withdraw(row.booking, origin=visit.origin, now=visit.now)
        note_bookings(timetable, visit, unit, "invitation_withdrawn", (row.booking for row in rows))
        sentence = _withdrawn(rows)
        for concerned in {unit.id, *(row.booking.unit_id for row in rows)}:
            add_change(timetable, visit.staff, sentence, unit_id=concerned, now=visit.now)
        return sentence


def seen_as(booking: Booking) -> str:
    return fingerprint(booking.state, booking.is_invitation, booking.unit_id, booking.starts, booking.changed_at)


def _chosen(timetable: Timetable, unit: CareUnit, visit: Visit, booking_ids: Collection[str]) -> list[Row]:
    if not booking_ids:
        raise Invalid(Fault("chosen", Sentence("Markera minst en kallelse.")))
    return [_row(_sent(timetable, unit, booking_id), visit) for booking_id in booking_ids]


def _sent(timetable: Timetable, unit: CareUnit, booking_id: str) -> Sent:
    found = sent_invitation(timetable, unit.id, booking_id)
    if found is None:
        raise NotThere
    return found


def _row(sent: Sent, visit: Visit) -> Row:
    return Row(booking=sent.booking, was_timed=sent.was_timed, outcome=outcome_of(sent.booking, visit.now))


def _as_it_is(row: Row) -> Sentence:
    return Sentence(_IT_IS[row.outcome].text, {"what": _what(row.booking), "patient": row.booking.patient})


_IT_IS = {
    Outcome.WAITING: Sentence("Kallelsen till %(patient)s (%(what)s) har ändrats; öppna listan igen."),
    Outcome.BOOKED: Sentence("Kallelsen till %(patient)s (%(what)s) är nu bokad."),
    Outcome.CANCELLED: Sentence("Kallelsen till %(patient)s (%(what)s) är nu avbokad."),
    Outcome.WITHDRAWN: Sentence("Kallelsen till %(patient)s (%(what)s) är redan återtagen."),
    Outcome.EXPIRED: Sentence("Kallelsen till %(patient)s (%(what)s) gäller inte längre."),
}


def _withdrawn(rows: list[Row]) -> Sentence:
    if len(rows) > 1:
        return Sentence("%(number)s kallelser återtagna.", {"number": len(rows)})
    booking = rows[0].booking
    known = {"what": _what(booking), **_time(booking)}
    if booking.starts is None:
        return Sentence("Öppen kallelse återtagen: %(what)s.", known)
    return Sentence("Kallelse återtagen: %(time)s, %(what)s.", known)


def _what(booking: Booking) -> str:
    return booking.time_type.name if booking.time_type else ""


def _time(booking: Booking) -> dict[str, Value]:
    return {} if booking.starts is None or booking.ends is None else {"time": Period(booking.starts, booking.ends)}
