"""What is said of a change of times, be it of one or of many."""

from collections.abc import Sequence
from datetime import date

from producer.domain.staff import Sentence, Value
from producer.services.staff.slot_checks import Names
from producer.store.slot_rows import SlotFace, SlotRow

# Of one time, and of many.
BLOCKED = ("%(when)s, %(time_type)s, spärrad.", "%(where)s: %(count)s tider spärrade.")
OPENED = ("%(when)s, %(time_type)s, öppnad.", "%(where)s: %(count)s tider öppnade.")
REMOVED = ("%(when)s, %(time_type)s, borttagen.", "%(where)s: %(count)s tider borttagna.")
ADDED = ("%(when)s, %(time_type)s, tillagd.", "%(where)s: %(count)s tider tillagda.")
GIVEN_TIME_TYPE = (
    "%(when)s, %(before)s, är nu %(time_type)s.",
    "%(where)s: %(count)s tider har fått tidtypen %(time_type)s.",
)
GIVEN_PERFORMER = (
    "%(when)s, %(time_type)s, har fått en annan utförare.",
    "%(where)s: %(count)s tider har fått en annan utförare.",
)
MOVED = ("%(was)s, %(time_type)s, flyttad. Ny tid: %(when)s.", "%(where)s: %(count)s tider flyttade.")
STRETCHED = ("%(was)s, %(time_type)s, är nu %(times)s.", "%(where)s: %(count)s tider har fått en annan längd.")
ALTERED = ("%(when)s, %(time_type)s, ändrad.", "%(where)s: %(count)s tider ändrade.")


def told(
    texts: tuple[str, str], seen: Sequence[SlotRow | SlotFace], after: Sequence[SlotFace], names: Names
) -> Sentence:
    """`seen` is what the times were, `after` what they are now; the same where they are gone or new."""
    of_one, of_many = texts
    values: dict[str, Value] = {"time_type": names.time_type(after[0])}
    if len(after) == 1:
        was = seen[0].face if isinstance(seen[0], SlotRow) else seen[0]
        return _of_one(of_one, was, after[0], names)
    return Sentence(of_many, {**values, "count": len(after), "where": _where([face.starts.date() for face in after])})


def _of_one(text: str, was: SlotFace, now: SlotFace, names: Names) -> Sentence:
    if text == MOVED[0] and was.starts.date() == now.starts.date():
        text = STRETCHED[0]
    told: dict[str, Value] = {
        "when": names.when(now),
        "was": names.when(was),
        "times": f"{now.starts:%H:%M}\N{EN DASH}{now.ends:%H:%M}",
        "time_type": names.time_type(now),
        "before": names.time_type(was),
    }
    return Sentence(text, {name: value for name, value in told.items() if f"%({name})s" in text})


def _where(days: list[date]) -> Value:
    first, last = min(days), max(days)
    if first == last:
        return first
    if first.isocalendar()[:2] == last.isocalendar()[:2]:
        return Sentence("Vecka %(number)s", {"number": first.isocalendar().week})
    return Sentence("%(first)s till %(last)s", {"first": first, "last": last})
