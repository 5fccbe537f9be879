"""What a change of a unit's rules would do to what is booked and free there, as the rules themselves answer."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from producer.domain.attempts import Attempt, allows
from producer.domain.availability import flags_of_booking, span_of
from producer.domain.booking_rules import BookingRules, Flow
from producer.domain.connection import Service, services_of
from producer.domain.model import Booking, CareUnit
from producer.domain.rules import WELCOME_TO_BOOK, patient_has_bookings_left
from producer.domain.staff import Sentence
from producer.services.choices import SELF, has_somewhere_to_go, is_welcome, units_for_booking
from producer.store.timetable import Timetable

Ids = frozenset[int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """What residents can do at a unit just now, by the ids of bookings and times and by who they are."""

    rebooked: Ids
    cancelled: Ids
    written_to: Ids
    seen: Ids
    answered: Ids
    offered: Ids
    with_bookings_left: frozenset[str]
    past: int
    services: tuple[Service, ...]


def effects(timetable: Timetable, unit: CareUnit, rules: BookingRules, now: datetime) -> list[Sentence]:
    """The transaction takes the unit to have these rules from here on, though nothing is written."""
    bookings = timetable.coming_bookings(unit.id, now)
    before = _picture(timetable, unit, bookings, now)
    changed = replace(unit, rules=rules)
    timetable.suppose(changed)
    return list(_told(before, _picture(timetable, changed, bookings, now)))


def _picture(timetable: Timetable, unit: CareUnit, coming: tuple[Booking, ...], now: datetime) -> Picture:
    bookings = [each for each in coming if each.shown_to_patient]
    timed = [each for each in bookings if each.starts is not None]
    flags = {each.id: flags_of_booking(each, unit, now) for each in timed}
    can_see = Flow.SEE in unit.rules.flows
    return Picture(
        rebooked=frozenset(
            each.id for each in timed if flags[each.id].rebooking and has_somewhere_to_go(timetable, each, unit, now)
        ),
        cancelled=frozenset(each.id for each in timed if flags[each.id].cancelling),
        written_to=frozenset(each.id for each in timed if flags[each.id].cancelling and flags[each.id].message),
        seen=frozenset(each.id for each in bookings if can_see),
        answered=frozenset(
            each.id
            for each in bookings
            if each.is_open_invitation and units_for_booking(timetable, each, each.patient, now)
        ),
        offered=_offered(timetable, unit, now),
        with_bookings_left=_with_bookings_left(unit, coming, now),
        past=timetable.count_past_bookings(unit.id, now) if can_see and unit.rules.past_bookings_shown else 0,
        services=services_of(unit.rules),
    )


def _offered(timetable: Timetable, unit: CareUnit, now: datetime) -> Ids:
    """The free times that somebody without an invitation is shown."""
    span = span_of(now.date(), date.max, unit.rules.booking_window, now)
    if span.is_empty or not is_welcome(timetable, unit, WELCOME_TO_BOOK, None, now):
        return frozenset()
    return frozenset(slot.id for slot in timetable.free_slots(unit.id, span.starts, span.ends))


def _with_bookings_left(unit: CareUnit, coming: tuple[Booking, ...], now: datetime) -> frozenset[str]:
    """Of those who have bookings at the unit."""
    held: dict[str, list[Booking]] = {}
    for booking in coming:
        held.setdefault(booking.patient, []).append(booking)
    return frozenset(
        patient
        for patient, others in held.items()
        if allows(
            (patient_has_bookings_left,),
            Attempt(now=now, actor=SELF, patient=patient, unit=unit, others=tuple(others)),
        )
    )


def _told(before: Picture, after: Picture) -> Iterator[Sentence]:
    for name, lost, gained in _COUNTED:
        was, is_now = getattr(before, name), getattr(after, name)
        yield from _counted(len(was - is_now), lost)
        yield from _counted(len(is_now - was), gained)
    yield from _counted(before.past - after.past, _PAST_HIDDEN)
    yield from _counted(after.past - before.past, _PAST_SHOWN)
    yield from _named(set(after.services) - set(before.services), _TO_ORDER)
    yield from _named(set(before.services) - set(after.services), _NO_MORE)


def _counted(count: int, words: tuple[Sentence, Sentence]) -> Iterator[Sentence]:
    one, many = words
    if count > 0:
        yield one if count == 1 else Sentence(many.text, {"count": count})


def _named(services: set[Service], words: Sentence) -> Iterator[Sentence]:
    if services:
        yield Sentence(words.text, {"names": ", ".join(service for service in Service if service in services)})


_COUNTED: Final[tuple[tuple[str, tuple[Sentence, Sentence], tuple[Sentence, Sentence]], ...]] = (
    (
        "rebooked",
        (
            Sentence("1 bokning går inte längre att omboka."),
            Sentence("%(count)s bokningar går inte längre att omboka."),
        ),
        (Sentence("1 bokning går nu att omboka."), Sentence("%(count)s bokningar går nu att omboka.")),
    ),
    (
        "cancelled",
        (
            Sentence("1 bokning går inte längre att avboka."),
            Sentence("%(count)s bokningar går inte längre att avboka."),
        ),
        (Sentence("1 bokning går nu att avboka."), Sentence("%(count)s bokningar går nu att avboka.")),
    ),
    (
        "written_to",
        (
            Sentence("1 bokning går inte längre att avboka med ett meddelande."),
            Sentence("%(count)s bokningar går inte längre att avboka med ett meddelande."),
        ),
        (
            Sentence("1 bokning går nu att avboka med ett meddelande."),
            Sentence("%(count)s bokningar går nu att avboka med ett meddelande."),
        ),
    ),
    (
        "seen",
        (
            Sentence("1 bokning eller kallelse syns inte längre för patienten."),
            Sentence("%(count)s bokningar och kallelser syns inte längre för patienten."),
        ),
        (
            Sentence("1 bokning eller kallelse syns nu för patienten."),
            Sentence("%(count)s bokningar och kallelser syns nu för patienten."),
        ),
    ),
    (
        "answered",
        (
            Sentence("1 öppen kallelse går inte längre att boka."),
            Sentence("%(count)s öppna kallelser går inte längre att boka."),
        ),
        (Sentence("1 öppen kallelse går nu att boka."), Sentence("%(count)s öppna kallelser går nu att boka.")),
    ),
    (
        "offered",
        (
            Sentence("1 ledig tid erbjuds inte längre."),
            Sentence("%(count)s lediga tider erbjuds inte längre."),
        ),
        (Sentence("1 ledig tid till erbjuds."), Sentence("%(count)s lediga tider till erbjuds.")),
    ),
    (
        "with_bookings_left",
        (
            Sentence("1 patient har redan så många bokningar att hon inte kan boka fler."),
            Sentence("%(count)s patienter har redan så många bokningar att de inte kan boka fler."),
        ),
        (
            Sentence("1 patient kan nu boka fler tider än hon har."),
            Sentence("%(count)s patienter kan nu boka fler tider än de har."),
        ),
    ),
)
_PAST_HIDDEN: Final = (
    Sentence("1 tid som har varit visas inte längre."),
    Sentence("%(count)s tider som har varit visas inte längre."),
)
_PAST_SHOWN: Final = (Sentence("1 tid som har varit visas."), Sentence("%(count)s tider som har varit visas."))
_TO_ORDER: Final = Sentence("Kontrakt som tillkommer och ska beställas: %(names)s.")
_NO_MORE: Final = Sentence("Kontrakt som enheten inte längre svarar på: %(names)s.")
