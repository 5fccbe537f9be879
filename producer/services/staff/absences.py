"""Performers away: their free times are blocked meanwhile, what is booked is listed, and all is opened again after."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from producer.domain.model import CareUnit
from producer.domain.schedule import Absence
from producer.domain.staff import ChangedMeanwhile, Fault, Invalid, NotThere, Sentence, Value
from producer.services.staff.absence_words import time_away
from producer.services.staff.admission import Visit, changing, reading
from producer.services.staff.fingerprints import fingerprint
from producer.services.staff.readings import Reading
from producer.services.staff.shelves import Shelf, shelf_of
from producer.services.staff.slot_edits import SlotEdit, edit_slots
from producer.store import absences as kept
from producer.store.absences import Met
from producer.store.changes import add_change
from producer.store.engine import Database
from producer.store.shelves import in_use, performer_names
from producer.store.slot_rows import SlotRow, slots_between, slots_by_public_id
from producer.store.timetable import Timetable

_LONGEST = timedelta(days=1100)
_EARLIER = timedelta(days=90)


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """The fields as typed; without clock times it is whole days."""

    performer: str = ""
    first: str = ""
    first_at: str = ""
    last: str = ""
    last_at: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """The absences of a unit that are not long over."""

    unit: CareUnit
    shelf: Shelf
    absences: tuple[Absence, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Open:
    """One absence with what it means: bookings to act on, free times it keeps back, and free times that are open."""

    unit: CareUnit
    performer: str
    absence: Absence
    met: tuple[Met, ...]
    blocked: int
    still_free: int
    seen: str


def overview(database: Database, visit: Visit, unit_hsa_id: str) -> Overview:
    with reading(database, visit, unit_hsa_id) as (timetable, unit):
        return Overview(
            unit=unit,
            shelf=shelf_of(timetable, unit),
            absences=tuple(kept.absences_between(timetable, unit.id, visit.now - _EARLIER, datetime.max)),
        )


def opened(database: Database, visit: Visit, unit_hsa_id: str, absence_id: int) -> Open:
    with reading(database, visit, unit_hsa_id) as (timetable, unit):
        away = _absence_at(timetable, unit, absence_id)
        return Open(
            unit=unit,
            performer=performer_names(timetable, unit.id).get(away.performer_id, "?"),
            absence=away,
            met=tuple(kept.bookings_met(timetable, away)),
            blocked=sum(row.face.blocked for row in _blocked(timetable, away)),
            still_free=len(_free_within(timetable, away)),
            seen=fingerprint(away),
        )


def add(database: Database, visit: Visit, unit_hsa_id: str, draft: Draft) -> tuple[int, Sentence]:
    """Its key; raises Invalid."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        timetable.take_turn_to_lay_out()
        new = _read(timetable, unit, draft)
        if any(map(new.is_same_time, kept.absences_between(timetable, unit.id, new.starts, new.ends))):
            raise Invalid(Fault("first", Sentence("Utföraren är redan inlagd som borta just den tiden.")))
        absence_id = kept.add_absence(timetable, new)
        sentence = _settle(timetable, visit, unit, None, replace(new, id=absence_id))
        return absence_id, sentence


def change(database: Database, visit: Visit, unit_hsa_id: str, absence_id: int, draft: Draft, *, seen: str) -> Sentence:
    """Another period or reason; raises Invalid, ChangedMeanwhile."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        timetable.take_turn_to_lay_out()
        before = _absence_at(timetable, unit, absence_id, seen)
        after = _read(timetable, unit, draft, before)
        kept.change_absence(timetable, after)
        return _settle(timetable, visit, unit, before, after)


def delete(database: Database, visit: Visit, unit_hsa_id: str, absence_id: int, *, seen: str) -> Sentence:
    """The times that it blocked, and no others, are free again; raises ChangedMeanwhile."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        timetable.take_turn_to_lay_out()
        before = _absence_at(timetable, unit, absence_id, seen)
        sentence = _settle(timetable, visit, unit, before, None)
        kept.remove_absence(timetable, before.id)
        return sentence


def _settle(
    timetable: Timetable, visit: Visit, unit: CareUnit, before: Absence | None, after: Absence | None
) -> Sentence:
    """Blocks what is free in the new period and opens what the old one had blocked outside of it."""
    let_go = [] if before is None else _no_longer_within(timetable, before, after)
    to_open = [row for row in let_go if not _goes_over_to_another(timetable, before, row)]
    to_block = [] if after is None else _free_within(timetable, after)
    if before is not None:
        kept.forget_blocked(timetable, before.id, [row.public_id for row in let_go])
    if after is not None:
        kept.remember_blocked(timetable, after.id, [row.public_id for row in to_block])
    sentence = _sentence(timetable, before, after, blocked=len(to_block), opened=len(to_open))
    pairs = [(row, replace(row.face, blocked=True)) for row in to_block]
    pairs += [(row, replace(row.face, blocked=False)) for row in to_open]
    if pairs:
        edit_slots(timetable, visit, unit, SlotEdit(alter=tuple(pairs)), sentence)
    else:
        add_change(timetable, visit.staff, sentence, unit_id=unit.id, now=visit.now)
    return sentence


def _no_longer_within(timetable: Timetable, before: Absence, after: Absence | None) -> list[SlotRow]:
    """What it blocked, is still blocked, and is not to be any longer on its account."""
    return [
        row
        for row in _blocked(timetable, before)
        if row.face.blocked
        and row.booking_id is None
        and (after is None or not after.meets(row.face.starts, row.face.ends))
    ]


def _blocked(timetable: Timetable, away: Absence) -> list[SlotRow]:
    """The slots that it has blocked, as they are now."""
    return list(slots_by_public_id(timetable, away.unit_id, kept.blocked_by(timetable, away.id)).values())


def _goes_over_to_another(timetable: Timetable, before: Absence | None, row: SlotRow) -> bool:
    """A second absence at the same time keeps the slot blocked, as if it had blocked it itself."""
    others = kept.absences_between(timetable, row.unit_id, row.face.starts, row.face.ends)
    heirs = [
        each
        for each in others
        if each.performer_id == row.face.performer_id and (before is None or each.id != before.id)
    ]
    if heirs:
        kept.remember_blocked(timetable, heirs[0].id, [row.public_id])
    return bool(heirs)


def _free_within(timetable: Timetable, away: Absence) -> list[SlotRow]:
    return [
        row
        for row in slots_between(timetable, away.unit_id, away.starts, away.ends)
        if row.face.performer_id == away.performer_id and row.booking_id is None and not row.face.blocked
    ]


def _read(timetable: Timetable, unit: CareUnit, draft: Draft, before: Absence | None = None) -> Absence:
    """Raises Invalid."""
    typed = Reading()
    performers = {str(each): each for each in in_use(timetable, unit.id).performer_ids}
    performer = before.performer_id if before else performers.get(draft.performer)
    if performer is None:
        typed.fail("performer", Sentence("Välj en utförare."))
    starts = _moment(typed, "first", draft.first, draft.first_at)
    last = draft.last or draft.first
    is_whole = not draft.last_at.strip()
    ends = _moment(typed, "last", last, draft.last_at)
    ends = ends + timedelta(days=1) if is_whole and not typed.faults else ends
    if not typed.faults and ends <= starts:
        typed.fail("last", Sentence("Frånvaron ska sluta efter att den börjar."))
    if not typed.faults and ends - starts > _LONGEST:
        typed.fail("last", Sentence("Frånvaron är för lång, högst tre år."))
    reason = typed.text("reason", draft.reason, 200) if draft.reason.strip() else None
    typed.raise_faults()
    return Absence(
        id=before.id if before else 0,
        unit_id=unit.id,
        performer_id=performer or 0,
        starts=starts,
        ends=ends,
        reason=reason,
    )


def _moment(typed: Reading, name: str, day: str, clock: str) -> datetime:
    on = typed.day(name, day)
    return datetime.combine(on, typed.clock(f"{name}_at", clock or "00:00"))


def _absence_at(timetable: Timetable, unit: CareUnit, absence_id: int, seen: str | None = None) -> Absence:
    found = kept.absence(timetable, unit.id, absence_id)
    if found is None:
        raise NotThere
    if seen is not None and seen != fingerprint(found):
        raise ChangedMeanwhile(Sentence("Nu är frånvaron: %(when)s.", {"when": time_away(found)}))
    return found


def _sentence(
    timetable: Timetable, before: Absence | None, after: Absence | None, *, blocked: int, opened: int
) -> Sentence:
    away = after or before
    if away is None:
        raise TypeError("an absence is added, changed or deleted")
    names = performer_names(timetable, away.unit_id)
    values: dict[str, Value] = {
        "who": names.get(away.performer_id, "?"),
        "when": time_away(away),
        "blocked": blocked,
        "opened": opened,
    }
    if before is None:
        return Sentence("Frånvaro för %(who)s: %(when)s. Spärrade tider: %(blocked)s.", values)
    if after is None:
        return Sentence("Frånvaron för %(who)s är borttagen: %(when)s. Öppnade tider: %(opened)s.", values)
    return Sentence(
        "Frånvaron för %(who)s är ändrad: %(when)s. Spärrade tider: %(blocked)s, öppnade: %(opened)s.", values
    )


def day_of_end(away: Absence) -> tuple[date, str]:
    """The last day and, unless it is a whole one, the clock time, as the form has them."""
    if away.ends.time() == datetime.min.time():
        return away.ends.date() - timedelta(days=1), ""
    return away.ends.date(), f"{away.ends:%H:%M}"
