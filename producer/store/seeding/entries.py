"""What a seed folder can say: one entry per table or row, each field with its type and what reads it."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import time, timedelta
from typing import Annotated, Any, TypeVar, get_type_hints

from producer.domain.booking_rules import BookingRules, CancelledInvitation, Flow, Lookup, Window, contradictions
from producer.store import tables
from producer.store.seeding import words
from producer.store.seeding.faults import Findings, unknown
from producer.store.seeding.files import Record
from producer.store.seeding.words import TODAY, Day, Moment, Reader, Unfit

_UNITS, _PERFORMERS, _BOOKINGS = tables.care_units.c, tables.performers.c, tables.bookings.c


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    record: Record = field(compare=False, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupEntry(Entry):
    name: Annotated[str, words.text_for(tables.unit_groups.c.name)]


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitEntry(Entry):
    hsa_id: Annotated[str, words.hsa_id]
    name: Annotated[str, words.text_for(_UNITS.name)]
    county: Annotated[str, words.text_for(_UNITS.county)]
    municipality_code: Annotated[str | None, words.municipality_code] = None
    municipality_name: Annotated[str | None, words.text_for(_UNITS.municipality_name)] = None
    visiting_address: Annotated[str | None, words.text_for(_UNITS.visiting_address)] = None
    group: Annotated[str | None, words.text] = None
    offers_care: Annotated[bool, words.yes_no] = True
    retired: Annotated[bool, words.yes_no] = False
    exported: Annotated[bool, words.yes_no] = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PerformerEntry(Entry):
    """A member of a unit; without names it is one whom another unit's file describes."""

    hsa_id: Annotated[str, words.hsa_id]
    title: Annotated[str | None, words.text_for(_PERFORMERS.title)] = None
    first_name: Annotated[str | None, words.text_for(_PERFORMERS.first_name)] = None
    middle_name: Annotated[str | None, words.text_for(_PERFORMERS.middle_name)] = None
    last_name: Annotated[str | None, words.text_for(_PERFORMERS.last_name)] = None
    retired: Annotated[bool, words.yes_no] = False
    member: Annotated[bool, words.yes_no] = True

    @property
    def names(self) -> tuple[str | None, ...]:
        return (self.title, self.first_name, self.middle_name, self.last_name)


@dataclass(frozen=True, kw_only=True, slots=True)
class ResourceEntry(Entry):
    code: Annotated[str, words.code]
    name: Annotated[str, words.text_for(tables.resources.c.name)]
    retired: Annotated[bool, words.yes_no] = False


@dataclass(frozen=True, kw_only=True, slots=True)
class CareTypeEntry(Entry):
    code: Annotated[str, words.code]
    name: Annotated[str, words.text_for(tables.care_types.c.name)]
    retired: Annotated[bool, words.yes_no] = False


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeTypeEntry(Entry):
    code: Annotated[str, words.code]
    name: Annotated[str, words.text_for(tables.time_types.c.name)]
    care_types: Annotated[tuple[str, ...], words.list_of(words.code)] = ()
    performers: Annotated[tuple[str, ...] | None, words.list_of(words.hsa_id)] = None
    retired: Annotated[bool, words.yes_no] = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleEntry(Entry):
    name: Annotated[str, words.text_for(tables.base_schedules.c.name)]
    weekdays: Annotated[frozenset[int], words.set_of(words.weekday)]
    opens: Annotated[time, words.clock]
    closes: Annotated[time, words.clock]
    length: Annotated[timedelta, words.duration]
    pause: Annotated[timedelta, words.duration] = timedelta(0)
    every_weeks: Annotated[int, words.whole_number] = 1
    valid_from: Annotated[Day, words.day] = TODAY
    valid_to: Annotated[Day | None, words.day] = None
    days_off: Annotated[frozenset[Day], words.set_of(words.day)] = frozenset()
    extra_days: Annotated[frozenset[Day], words.set_of(words.day)] = frozenset()
    lay_out: Annotated[timedelta, words.duration] = timedelta(weeks=12)
    laid_out_to: Annotated[Day | None, words.day] = None
    former_of: Annotated[str | None, words.text] = None
    time_types: Annotated[tuple[str, ...], words.list_of(words.code)]
    performer: Annotated[str | None, words.hsa_id] = None
    resource: Annotated[str | None, words.code] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AbsenceEntry(Entry):
    """When a performer is away; the slots named are those it has blocked."""

    unit: Annotated[str, words.hsa_id]
    performer: Annotated[str, words.hsa_id]
    starts: Annotated[Moment, words.moment]
    ends: Annotated[Moment, words.moment]
    reason: Annotated[str | None, words.text] = None
    blocked_slots: Annotated[tuple[str, ...], words.slot_ids] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ListingEntry(Entry):
    unit: Annotated[str, words.hsa_id]
    patient: Annotated[str, words.patient]
    performer: Annotated[str | None, words.hsa_id] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RestrictionEntry(Entry):
    unit: Annotated[str, words.hsa_id]
    patient: Annotated[str, words.patient]
    time_type: Annotated[str | None, words.code] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SlotEntry(Entry):
    unit: Annotated[str, words.hsa_id]
    starts: Annotated[Moment, words.moment]
    length: Annotated[timedelta, words.duration]
    time_type: Annotated[str, words.code]
    performer: Annotated[str | None, words.hsa_id] = None
    resource: Annotated[str | None, words.code] = None
    blocked: Annotated[bool, words.yes_no] = False
    id: Annotated[str | None, words.slot_id] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class BookingEntry(Entry):
    id: Annotated[str, words.booking_id]
    unit: Annotated[str, words.hsa_id]
    patient: Annotated[str, words.patient]
    starts: Annotated[Moment, words.moment]
    time_type: Annotated[str, words.code]
    care_type: Annotated[str | None, words.code] = None
    performer: Annotated[str | None, words.hsa_id] = None
    resource: Annotated[str | None, words.code] = None
    first_name: Annotated[str | None, words.text_for(_BOOKINGS.first_name)] = None
    middle_name: Annotated[str | None, words.text_for(_BOOKINGS.middle_name)] = None
    last_name: Annotated[str | None, words.text_for(_BOOKINGS.last_name)] = None
    phone: Annotated[str | None, words.text_for(_BOOKINGS.phone)] = None
    email: Annotated[str | None, words.text_for(_BOOKINGS.email)] = None
    address: Annotated[str | None, words.text] = None
    coaddress: Annotated[str | None, words.text] = None
    reason: Annotated[str | None, words.text] = None
    shown_to_patient: Annotated[bool, words.yes_no] = True
    slot: Annotated[str | None, words.slot_id] = None
    invited: Annotated[bool, words.yes_no] = False
    purpose: Annotated[str | None, words.text] = None
    purpose_file: Annotated[str | None, words.text] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class InvitationEntry(Entry):
    """An invitation with a time is timed; without, it is open."""

    id: Annotated[str, words.booking_id]
    unit: Annotated[str, words.hsa_id]
    patient: Annotated[str, words.patient]
    time_type: Annotated[str, words.code]
    starts: Annotated[Moment | None, words.moment] = None
    performer: Annotated[str | None, words.hsa_id] = None
    resource: Annotated[str | None, words.code] = None
    valid_to: Annotated[Day | None, words.day] = None
    slot: Annotated[str | None, words.slot_id] = None
    purpose: Annotated[str | None, words.text] = None
    purpose_file: Annotated[str | None, words.text] = None


AnyEntry = TypeVar("AnyEntry", bound=Entry)


def columns_of(kind: type[Entry]) -> dict[str, bool]:
    """The keys of an entry in order, and of each whether it must be there."""
    defaults = {each.name: each.default for each in fields(kind)}
    return {key: defaults[key] is MISSING for key in _READERS[kind]}


def read_entry(kind: type[AnyEntry], record: Record, findings: Findings) -> AnyEntry | None:
    """The entry that a record holds, or None when something in it is unfit."""
    values = _read_values(record, _READERS[kind], findings)
    missing = [key for key, must in columns_of(kind).items() if must and key not in record.values]
    for key in missing:
        findings.add(record.place(), f"'{key}' is missing")
    return None if missing or values is None else kind(record=record, **values)


def read_rules(record: Record, findings: Findings) -> BookingRules | None:
    """The rules of a unit: what is not said stays as BookingRules has it."""
    values = _read_values(record, _RULE_READERS, findings)
    if values is None:
        return None
    windows: dict[str, Any] = {f"{act}_window": _window(values, act) for act in _ACTS}
    plain = {key: value for key, value in values.items() if not key.endswith(("_notice", "_horizon"))}
    rules = BookingRules(**windows, **plain)
    for reason in contradictions(rules):
        findings.add(record.place(), reason)
    return rules


def _read_values(record: Record, readers: Mapping[str, Reader[Any]], findings: Findings) -> dict[str, Any] | None:
    """Each value by its reader, or None when a key is unknown or a value unfit."""
    values: dict[str, Any] = {}
    unfit = False
    for key, value in record.values.items():
        try:
            values[key] = _reader(readers, key)(value)
        except Unfit as reason:
            unfit = True
            findings.add(record.place(key), str(reason) if key not in readers else f"'{key}' {reason}")
    return None if unfit else values


def _reader(readers: Mapping[str, Reader[Any]], key: str) -> Reader[Any]:
    if key not in readers:
        raise Unfit(unknown("key", key, readers))
    return readers[key]


def _readers_of(kind: type[Entry]) -> Mapping[str, Reader[Any]]:
    hints = get_type_hints(kind, include_extras=True)
    return {key: hint.__metadata__[0] for key, hint in hints.items() if hasattr(hint, "__metadata__")}


_KINDS: tuple[type[Entry], ...] = (
    GroupEntry,
    UnitEntry,
    PerformerEntry,
    ResourceEntry,
    CareTypeEntry,
    TimeTypeEntry,
    ScheduleEntry,
    AbsenceEntry,
    ListingEntry,
    RestrictionEntry,
    SlotEntry,
    BookingEntry,
    InvitationEntry,
)
_READERS: Mapping[type[Entry], Mapping[str, Reader[Any]]] = {kind: _readers_of(kind) for kind in _KINDS}

# A rule is read by its type; a window is two keys, its notice and its horizon.
_READERS_BY_TYPE: Mapping[Any, Reader[Any]] = {
    bool: words.yes_no,
    int | None: words.whole_number,
    str | None: words.text,
    frozenset[Flow]: words.set_of(words.one_of(Flow)),
    frozenset[Lookup]: words.set_of(words.one_of(Lookup)),
    CancelledInvitation: words.one_of(CancelledInvitation),
}
_RULE_TYPES = get_type_hints(BookingRules)
_ACTS = tuple(name.removesuffix("_window") for name, hint in _RULE_TYPES.items() if hint is Window)
_RULE_READERS: Mapping[str, Reader[Any]] = {
    **{name: _READERS_BY_TYPE[hint] for name, hint in _RULE_TYPES.items() if hint is not Window},
    **{f"{act}_{edge}": words.duration for act in _ACTS for edge in ("notice", "horizon")},
}


def _window(values: Mapping[str, Any], act: str) -> Window:
    return Window(notice=values.get(f"{act}_notice", timedelta(0)), horizon=values.get(f"{act}_horizon"))
