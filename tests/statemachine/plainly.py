"""The nouns of the model: what a clinic would write on paper, without a thought for any program."""

import csv
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

REGION = Path(__file__).with_name("region")
FLOWS = frozenset({"book", "see", "rebook", "cancel"})
FIRST_MORNING = datetime(2026, 3, 2, 7, 0)
PATIENTS = ("199001012385", "200001012384", "201001012382")
AGENT = "agent"
"""In the place of an acting patient: a mellanman, who acts for anybody."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """How near and how far ahead, in minutes."""

    notice: int = 0
    horizon: int | None = None

    def too_near(self, starts: datetime, now: datetime) -> bool:
        return starts < now + timedelta(minutes=self.notice)

    def too_far(self, starts: datetime, now: datetime) -> bool:
        return self.horizon is not None and starts > now + timedelta(minutes=self.horizon)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What a unit lets its patients do, as far as the model drives it."""

    flows: frozenset[str] = FLOWS
    new_booking_allowed: bool = True
    rebooking_allowed: bool = True
    cancelling_allowed: bool = True
    message_allowed: bool = True
    booking: Span = Span()
    rebooking: Span = Span()
    cancelling: Span = Span()
    other_unit_allowed: bool = True
    rebooking_keeps_resource: bool = True
    rebooking_keeps_performer: bool = False
    rebooking_changes_id: bool = False
    most_live_bookings: int | None = None
    simultaneous_bookings_allowed: bool = False
    listed_patients_only: bool = False
    own_performer_only: bool = False
    guardians_may_act: bool = False
    cancelled_invitation_becomes: str = "nothing"
    text_to_read: str | None = None
    past_bookings_shown: bool = False


@dataclass(frozen=True, kw_only=True)
class Unit:
    name: str
    group: str | None
    offers_care: bool
    kinds: frozenset[str]


@dataclass(frozen=True, kw_only=True, repr=False)
class Time:
    """A slot; it is told from others by what it gives, for there are no two alike."""

    unit: str
    starts: datetime
    ends: datetime
    kind: str
    performer: str | None
    resource: str | None

    def __repr__(self) -> str:
        """As one would say it, so that a failing story can be read."""
        gift = " ".join(filter(None, (self.kind, self.performer, self.resource)))
        return f"<{self.unit} {self.starts:%A %H:%M}-{self.ends:%H:%M} {gift}>".replace("SE2321000016-", "")

    def meets(self, other: "Time") -> bool:
        """The end is not included (rule 35)."""
        return self.starts < other.ends and other.starts < self.ends

    def shares_with(self, other: "Time") -> bool:
        """The same person, or the same thing, needed by both."""
        return (self.performer is not None and self.performer == other.performer) or (
            self.resource is not None and self.resource == other.resource
        )


@dataclass(kw_only=True)
class Booking:
    """A booking or invitation on paper: crossed out when it is over, with a time or without."""

    id: str
    patient: str
    unit: str
    time: Time | None
    kind: str | None
    purpose: str | None = None
    is_invitation: bool = False
    invited_by: str | None = None
    valid_to: date | None = None
    is_live: bool = True
    booked_at: datetime | None = None
    moved_at: datetime | None = None
    former_ids: list[str] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.time is None


@dataclass(frozen=True, kw_only=True)
class Note:
    """What a unit has written down about one patient."""

    listed: bool = False
    own_performers: frozenset[str] = frozenset()
    barred_kinds: frozenset[str] = frozenset()
    barred: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What never changes while the model runs: read from the same files that the product is seeded with."""

    units: dict[str, Unit] = field(default_factory=dict)
    times: tuple[Time, ...] = ()
    notes: dict[tuple[str, str], Note] = field(default_factory=dict)

    def note(self, unit: str, patient: str) -> Note:
        return self.notes.get((unit, patient), Note())

    def group_of(self, unit: str) -> list[str]:
        group = self.units[unit].group
        return [unit] if group is None else [name for name, other in self.units.items() if other.group == group]


def read_plan(folder: Path = REGION) -> Plan:
    units = dict(_unit(file) for file in sorted(folder.glob("units/*.toml")))
    listings, restrictions = _rows(folder / "listings.csv"), _rows(folder / "restrictions.csv")
    notes = {
        (unit, patient): _note(
            [row for row in listings if (row["unit"], row["patient"]) == (unit, patient)],
            [row for row in restrictions if (row["unit"], row["patient"]) == (unit, patient)],
        )
        for unit in units
        for patient in PATIENTS
    }
    return Plan(units=units, times=tuple(map(_time, _rows(folder / "slots.csv"))), notes=notes)


def _unit(file: Path) -> tuple[str, Unit]:
    written = tomllib.loads(file.read_text("utf-8"))
    unit = written["unit"]
    return unit["hsa_id"], Unit(
        name=unit["name"],
        group=unit.get("group"),
        offers_care=unit.get("offers_care", True),
        kinds=frozenset(kind["code"] for kind in written["time_types"]),
    )


def _time(row: dict[str, str]) -> Time:
    starts = datetime.fromisoformat(row["starts"])
    return Time(
        unit=row["unit"],
        starts=starts,
        ends=starts + timedelta(minutes=int(row["length"].removesuffix("min"))),
        kind=row["time_type"],
        performer=row["performer"] or None,
        resource=row["resource"] or None,
    )


def _note(listings: list[dict[str, str]], restrictions: list[dict[str, str]]) -> Note:
    return Note(
        listed=bool(listings),
        own_performers=frozenset(row["performer"] for row in listings if row["performer"]),
        barred_kinds=frozenset(row["time_type"] for row in restrictions if row["time_type"]),
        barred=any(not row["time_type"] for row in restrictions),
    )


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
