"""Which free slots a request may see, and what would be allowed with each."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from producer.domain.attempts import Attempt, allows
from producer.domain.booking_rules import BookingRules, Window
from producer.domain.model import Actor, ActorType, Booking, CareUnit, Offer, Performer, Slot, Standing, TimeType
from producer.domain.rules import MAY_CANCEL, MAY_REBOOK


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a request asks for; None or empty asks for anything, several performers are alternatives (rules 42, 52)."""

    performers: frozenset[str] = frozenset()
    time_type_code: str | None = None
    time_type_name: str | None = None
    care_type_code: str | None = None
    care_type_name: str | None = None
    resource_code: str | None = None

    @property
    def asks_for_any_time_type(self) -> bool:
        asked = (self.time_type_code, self.time_type_name, self.care_type_code, self.care_type_name)
        return all(each is None for each in asked)


def time_types_wished(time_types: Iterable[TimeType], wish: Wish) -> tuple[TimeType, ...]:
    return tuple(time_type for time_type in time_types if _is_time_type_wished(time_type, wish))


def _is_time_type_wished(time_type: TimeType, wish: Wish) -> bool:
    return (
        wish.time_type_code in (None, time_type.code)
        and (wish.time_type_code is not None or wish.time_type_name in (None, time_type.name))
        and (wish.care_type_code is None or any(c.code == wish.care_type_code for c in time_type.care_types))
        and (
            wish.care_type_code is not None
            or wish.care_type_name is None
            or any(c.name == wish.care_type_name for c in time_type.care_types)
        )
    )


def is_wished(offer: Offer, wish: Wish) -> bool:
    return (
        _is_time_type_wished(offer.time_type, wish)
        and (not wish.performers or (offer.performer is not None and offer.performer.hsa_id.upper() in wish.performers))
        and (wish.resource_code is None or (offer.resource is not None and offer.resource.code == wish.resource_code))
    )


def performers_wished(performers: Iterable[Performer], wish: Wish) -> frozenset[int] | None:
    """The ids of the wished performers, compared without case (rule 17); None when any will do."""
    if not wish.performers:
        return None
    return frozenset(performer.id for performer in performers if performer.hsa_id.upper() in wish.performers)


def performers_open_to_patient(
    wished: frozenset[int] | None, rules: BookingRules, standing: Standing | None
) -> frozenset[int] | None:
    """Where only the own performer is met, nobody else; an agent (standing None) sees everybody (rule 20)."""
    if standing is None or not rules.own_performer_only:
        return wished
    return standing.own_performer_ids if wished is None else wished & standing.own_performer_ids


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """From and including `starts`, to and not including `ends`."""

    starts: datetime
    ends: datetime

    @property
    def is_empty(self) -> bool:
        return self.starts >= self.ends


_A_SECOND = timedelta(seconds=1)


def span_of(first: date, last: date, window: Window, now: datetime) -> Span:
    """Both days included, cut to what the window lets one book; a reversed range is empty (rules 33 and 48)."""
    closes = window.closes(now)
    return Span(
        starts=max(datetime.combine(first, time()), window.opens(now), now + _A_SECOND),
        ends=min(_end_of(last), closes if closes == datetime.max else closes + _A_SECOND),
    )


def _end_of(day: date) -> datetime:
    return datetime.max if day == date.max else datetime.combine(day + timedelta(days=1), time())


@dataclass(frozen=True, kw_only=True, slots=True)
class Flags:
    """What the patient may do with a time: the rules to cancel and rebook, asked beforehand."""

    cancelling: bool
    rebooking: bool
    message: bool


def flags_of_booking(booking: Booking, unit: CareUnit, now: datetime) -> Flags:
    actor = Actor(type=ActorType.PATIENT, id=booking.patient)
    attempt = Attempt(now=now, actor=actor, patient=booking.patient, unit=unit, held=booking, held_unit=unit)
    return _flags(attempt)


def flags_of_time(starts: datetime, unit: CareUnit, now: datetime) -> Flags:
    """What would hold for a booking of this time."""
    return _flags(Attempt(now=now, actor=Actor(type=ActorType.PATIENT), patient="", unit=unit, held_starts=starts))


def _flags(attempt: Attempt) -> Flags:
    return Flags(
        cancelling=allows(MAY_CANCEL, attempt),
        rebooking=allows(MAY_REBOOK, attempt),
        message=attempt.held_rules.message_allowed,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """Consecutive slots whose flags are the same."""

    slots: Sequence[Slot]
    flags: Flags


def runs_of_equal_flags(slots: Sequence[Slot], unit: CareUnit, now: datetime) -> list[Run]:
    """Ordered slots cut where a window of the unit opens or closes: between two such moments no flag can change,
    so the rules are asked once a run and not once a slot."""
    starts = [slot.starts for slot in slots]
    windows = (unit.rules.cancelling_window, unit.rules.rebooking_window)
    cuts = {0, len(slots)}
    for window in windows:
        cuts |= {bisect_left(starts, window.opens(now)), bisect_right(starts, window.closes(now))}
    cuts.add(bisect_right(starts, now))
    edges = sorted(cuts)
    return [
        Run(slots=slots[first:last], flags=flags_of_time(starts[first], unit, now)) for first, last in pairwise(edges)
    ]


def care_type_named_by(offer: Offer, wish: Wish) -> int:
    """The place, among the time type's care types, of the one that a slot names: the wished one or the first."""
    for place, care_type in enumerate(offer.time_type.care_types):
        if care_type.code == wish.care_type_code:
            return place
    return 0
