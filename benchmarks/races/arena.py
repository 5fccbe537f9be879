"""Times that many want: some stand alone, fifty overlap with the same people and in the same rooms."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Table

from benchmarks.races.history import Places
from producer.domain import persons
from producer.domain.booking_rules import BookingRules
from producer.store import tables as t
from producer.store.engine import open_database
from producer.store.schema import upgrade
from producer.store.timetable import Timetable
from producer.store.unit_rules import row_of

UNIT = "SE2321000016-RACES"
KIND = "LOPP"
_UNIT_KEY = 1
_KIND_KEY = 1
_QUARTER = timedelta(minutes=15)
_OPENS = time(8)
_IN_DAYS = 7
# Neither two bookings at once nor another's room is against the rules here: what decides is who was first.
_RULES = BookingRules(simultaneous_bookings_allowed=True, rebooking_keeps_resource=False)

ALONE, CROSSING = 4, 2
"""So many performers have times that stand alone, and so many have times that cross."""
_ALONE_EACH, _CROSSING_EACH, _ROOMS = 6, 25, 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """A time as its row has it; the parts are what only one booking can have at a time."""

    name: str
    starts: datetime
    ends: datetime
    performer: int
    room: int | None
    parts: tuple[str, ...]

    @property
    def performer_hsa_id(self) -> str:
        return f"{UNIT}P{self.performer}"

    @property
    def room_code(self) -> str | None:
        return None if self.room is None else f"RUM{self.room}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Arena:
    day: date
    slots: Mapping[str, Slot]

    @property
    def places(self) -> Places:
        return {slot.name: slot.parts for slot in self.slots.values()}

    @property
    def alone(self) -> list[Slot]:
        return [slot for slot in self.slots.values() if slot.room is None]

    @property
    def crossing(self) -> list[Slot]:
        return [slot for slot in self.slots.values() if slot.room is not None]


def arena(today: date) -> Arena:
    """The same for all who race on the same day."""
    day = today + timedelta(days=_IN_DAYS)
    slots = [*_alone(day), *_crossing(day)]
    return Arena(day=day, slots={slot.name: slot for slot in slots})


def patients(count: int) -> list[str]:
    """The official test identities first, then reserve ids, which are nobody's."""
    official = sorted(persons.OFFICIAL_TEST_IDENTITIES)
    reserve = (f"19121212T{number:03}" for number in range(count - len(official)))
    return [*official, *reserve][:count]


def build(url: str, laid_out: Arena) -> None:
    """Into a database with nothing in it."""
    upgrade(url)
    database = open_database(url)
    try:
        database.written(lambda timetable: _add(timetable, laid_out))
    finally:
        database.close()


def _alone(day: date) -> Iterator[Slot]:
    opens = datetime.combine(day, _OPENS)
    for performer in range(1, ALONE + 1):
        for number in range(_ALONE_EACH):
            starts, name = opens + number * _QUARTER, f"alone-{performer}-{number}"
            yield Slot(name=name, starts=starts, ends=starts + _QUARTER, performer=performer, room=None, parts=(name,))


def _crossing(day: date) -> Iterator[Slot]:
    opens = datetime.combine(day, _OPENS)
    for performer in range(ALONE + 1, ALONE + CROSSING + 1):
        for number in range(_CROSSING_EACH):
            starts, room = opens + number * _QUARTER, 1 + (number + performer) % _ROOMS
            quarters = (number, number + 1)
            yield Slot(
                name=f"crossing-{performer}-{number}",
                starts=starts,
                ends=starts + 2 * _QUARTER,
                performer=performer,
                room=room,
                parts=tuple(f"{who}@{quarter}" for who in (f"P{performer}", f"R{room}") for quarter in quarters),
            )


def _add(timetable: Timetable, laid_out: Arena) -> None:
    for table, rows in _rows(laid_out):
        timetable.connection.execute(table.insert(), list(rows))


def _rows(laid_out: Arena) -> Iterator[tuple[Table, Iterable[dict[str, object]]]]:
    performers = range(1, ALONE + CROSSING + 1)
    yield t.care_units, [{"id": _UNIT_KEY, "hsa_id": UNIT, "hsa_key": UNIT, "name": "Kapplöpningen", "county": "Län"}]
    yield t.booking_rules, [{"unit_id": _UNIT_KEY, **row_of(_RULES)}]
    yield (
        t.performers,
        (
            {
                "id": key,
                "hsa_id": f"{UNIT}P{key}",
                "hsa_key": f"{UNIT}P{key}",
                "first_name": "Test",
                "last_name": f"T{key}",
            }
            for key in performers
        ),
    )
    yield t.memberships, ({"unit_id": _UNIT_KEY, "performer_id": key} for key in performers)
    yield (
        t.resources,
        ({"id": key, "unit_id": _UNIT_KEY, "code": f"RUM{key}", "name": f"Rum {key}"} for key in range(1, _ROOMS + 1)),
    )
    yield t.time_types, [{"id": _KIND_KEY, "unit_id": _UNIT_KEY, "code": KIND, "name": "Lopp"}]
    yield t.index_settings, [{"id": 1, "source_system": UNIT, "categories_by_kind": False}]
    yield (
        t.slots,
        (
            {
                "public_id": slot.name,
                "unit_id": _UNIT_KEY,
                "starts": slot.starts,
                "ends": slot.ends,
                "time_type_id": _KIND_KEY,
                "performer_id": slot.performer,
                "resource_id": slot.room,
                "blocked": False,
            }
            for slot in laid_out.slots.values()
        ),
    )
