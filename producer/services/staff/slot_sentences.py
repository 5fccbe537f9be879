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
MOVED = ("%(was)s, %(time_type)s, är nu %(when)s.", "%(where)s: %(count)s tider flyttade.")
STRETCHED = ("%(was)s, %(time_type)s, är nu %(when)s.", "%(where)s: %(count)s tider har fått en annan längd.")
ALTERED = ("%(when)s, %(time_type)s, ändrad.", "%(where)s: %(count)s tider ändrade.")


def told(
    texts: tuple[str, str], seen: Sequence[SlotRow | SlotFace], after: Sequence[SlotFace], names: Names
) -> Sentence:
    """`seen` is what the times were, `after` what they are now; the same where they are gone or new."""
    of_one, of_many = texts
    was = seen[0].face if isinstance(seen[0], SlotRow) else seen[0]
    now = after[0]
    values: dict[str, Value] = {"time_type": names.time_type(now)}
    if len(after) == 1:
        return Sentence(
            of_one, {**values, "when": names.when(now), "was": names.when(was), "before": names.time_type(was)}
        )
    return Sentence(of_many, {**values, "count": len(after), "where": _where([face.starts.date() for face in after])})


def _where(days: list[date]) -> Value:
    first, last = min(days), max(days)
    if first == last:
        return first
    if first.isocalendar()[:2] == last.isocalendar()[:2]:
        return Sentence("Vecka %(number)s", {"number": first.isocalendar().week})
    return Sentence("%(first)s till %(last)s", {"first": first, "last": last})
