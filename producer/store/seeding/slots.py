"""The slots of a seed folder laid out from a day: those of the base schedules and the single ones."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from producer.domain.schedule import BaseSchedule, contradictions, lay_out, meets_lost_hour
from producer.store.base_schedules import last_day
from producer.store.red_days import RedDays
from producer.store.seeding.entries import AbsenceEntry, ScheduleEntry, SlotEntry
from producer.store.seeding.faults import Findings
from producer.store.seeding.folder import UnitFile
from producer.store.seeding.words import Day
from producer.store.units import hsa_key

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedSchedule:
    unit: str
    entry: ScheduleEntry
    pattern: BaseSchedule
    laid_out_to: date


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedSlot:
    """A slot to be; units and performers by the keys of their HSA-ids, a single slot has its public id already."""

    unit: str
    starts: datetime
    ends: datetime
    time_type: str
    performer: str | None
    resource: str | None
    blocked: bool = False
    schedule: str | None = None
    public_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedAbsence:
    unit: str
    performer: str
    starts: datetime
    ends: datetime
    entry: AbsenceEntry

    def meets(self, slot: PlannedSlot) -> bool:
        return (
            (self.unit, self.performer) == (slot.unit, slot.performer)
            and self.starts < slot.ends
            and slot.starts < self.ends
        )


def plan_absences(listed: Iterable[AbsenceEntry], today: date, findings: Findings) -> tuple[PlannedAbsence, ...]:
    planned = tuple(
        PlannedAbsence(
            unit=hsa_key(entry.unit),
            performer=hsa_key(entry.performer),
            starts=datetime.combine(resolved(entry.starts.day, today), entry.starts.at),
            ends=datetime.combine(resolved(entry.ends.day, today), entry.ends.at),
            entry=entry,
        )
        for entry in listed
    )
    for absence in planned:
        if absence.ends <= absence.starts:
            findings.add(absence.entry.record.place(), "the absence ends before it starts")
    return planned


def plan_schedules(units: Iterable[UnitFile], today: date, findings: Findings) -> Iterator[PlannedSchedule]:
    """The schedules that can give times; of the others it is found why not."""
    for unit in units:
        for entry in unit.schedules:
            pattern = _pattern(entry, today)
            reasons = contradictions(pattern)
            for reason in reasons:
                findings.add(entry.record.place(), reason)
            if not reasons:
                days = last_day(today, entry.lay_out.days)
                last = days if entry.laid_out_to is None else resolved(entry.laid_out_to, today)
                yield PlannedSchedule(unit=unit.key, entry=entry, pattern=pattern, laid_out_to=last)


def plan_slots(schedules: Iterable[PlannedSchedule], today: date, closed: RedDays) -> Iterator[PlannedSlot]:
    """One slot per time and time type; booking one hides the others of its performer or resource."""
    for schedule in schedules:
        entry = schedule.entry
        if entry.laid_out_to is not None or entry.former_of is not None:
            continue  # its times are in slots.csv, as staff have made them since
        performer = None if entry.performer is None else hsa_key(entry.performer)
        for starts, ends in lay_out(schedule.pattern, today, schedule.laid_out_to, closed):
            for time_type in entry.time_types:
                yield PlannedSlot(
                    unit=schedule.unit,
                    starts=starts,
                    ends=ends,
                    time_type=time_type,
                    performer=performer,
                    resource=entry.resource,
                    schedule=entry.name,
                )


def plan_single_slots(
    listed: Iterable[SlotEntry], exported: Container[str], today: date, closed: RedDays, findings: Findings
) -> Iterator[PlannedSlot]:
    """`exported` holds the keys of the units whose times are taken as they are, also on closed days."""
    copies: defaultdict[str, int] = defaultdict(int)
    for entry in listed:
        starts = datetime.combine(_open_day(entry.starts.day, today, closed), entry.starts.at)
        for reason in _slot_faults(starts, starts + entry.length, None if hsa_key(entry.unit) in exported else closed):
            findings.add(entry.record.place("starts"), reason)
        words = _words_of(entry)
        copies[words] += 1
        yield PlannedSlot(
            unit=hsa_key(entry.unit),
            starts=starts,
            ends=starts + entry.length,
            time_type=entry.time_type,
            performer=None if entry.performer is None else hsa_key(entry.performer),
            resource=entry.resource,
            blocked=entry.blocked,
            public_id=entry.id or _lasting_id(words, copies[words]),
        )


def resolved(day: Day, today: date) -> date:
    """The calendar day that is meant, be it open or closed."""
    return day.on or today + _DAY * (day.ahead or 0)


def _pattern(entry: ScheduleEntry, today: date) -> BaseSchedule:
    return BaseSchedule(
        weekdays=entry.weekdays,
        opens=entry.opens,
        closes=entry.closes,
        length=entry.length,
        pause=entry.pause,
        every_weeks=entry.every_weeks,
        valid_from=resolved(entry.valid_from, today),
        valid_to=None if entry.valid_to is None else resolved(entry.valid_to, today),
        days_off=frozenset(resolved(day, today) for day in entry.days_off),
        extra_days=frozenset(resolved(day, today) for day in entry.extra_days),
    )


def _open_day(day: Day, today: date, closed: RedDays) -> date:
    """A date as it is; a number of days ahead or back goes on, the same way, to a weekday that is not red."""
    if day.on is not None:
        return day.on
    found, step = resolved(day, today), -_DAY if day.is_back else _DAY
    while found.isoweekday() > 5 or found in closed:
        found += step
    return found


def _slot_faults(starts: datetime, ends: datetime, closed: RedDays | None) -> Iterator[str]:
    if closed is not None and (name := closed.name(starts.date())):
        yield f"{starts:%Y-%m-%d} is a closed day: {name}"
    if meets_lost_hour(starts, ends):
        yield "the clocks go forward an hour in this time"


def _words_of(entry: SlotEntry) -> str:
    return "\n".join(f"{key}={value}" for key, value in sorted(entry.record.values.items()))


def _lasting_id(words: str, copy: int) -> str:
    """The same for the same row whenever it is read, so that a row is stored once also when its day is relative."""
    return sha256(f"{words}\n{copy}".encode()).hexdigest()[:32]
