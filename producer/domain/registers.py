"""What a unit keeps lists of, as staff see it: the retired too, and what is made of each."""

from dataclasses import dataclass
from enum import StrEnum

from producer.domain.model import Performer


class Register(StrEnum):
    TIME_TYPES = "time-types"
    PERFORMERS = "performers"
    RESOURCES = "resources"
    CARE_TYPES = "care-types"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One of a list; of a time type its care types in order and its performers, of a performer her units."""

    id: int
    code: str
    name: str
    retired: bool = False
    care_type_ids: tuple[int, ...] = ()
    performer_ids: frozenset[int] = frozenset()
    person: Performer | None = None
    unit_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """What hangs on an entry: coming times that are free, coming bookings, base schedules, anything at all."""

    free_times: int
    bookings: int
    schedules: tuple[str, ...]
    is_booked: bool
    is_used: bool
    """If it is not, it can be deleted without anybody missing it."""


class NoteKind(StrEnum):
    """Listed, perhaps with a performer of her own; or barred online, from one kind of time or from all."""

    LISTED = "listed"
    BARRED = "barred"


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """What a unit has noted about a patient, and the name of the performer or time type that it is about."""

    id: int
    patient: str
    about: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitGroup:
    """Units among which a patient may choose, and how many they are."""

    id: int
    name: str
    size: int
