"""What was typed about times, read; what cannot be read is told beside its field."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any, TypeVar

from werkzeug.datastructures import MultiDict

from producer.domain.staff import Fault, Invalid, Sentence
from producer.services.staff.readings import clock_in, number_in
from producer.services.staff.week_acts import Act, NewTimes, Order, Picked
from producer.store.slot_rows import SlotFace
from producer.web.staff.week_query import shown_day

Form = MultiDict[str, str]
T = TypeVar("T")


def new_times(form: Form) -> NewTimes:
    """Raises Invalid with every fault of the form."""
    read = _Reading(form)
    wanted: dict[str, Any] = {
        "day": read.must("day", shown_day, _DAY),
        "opens": read.must("opens", clock_in, _TIME),
        "closes": read.must("closes", clock_in, _TIME),
        "length": read.must("length", minutes_in, _MINUTES),
        "pause": read.must("pause", minutes_in, _MINUTES, empty="0"),
    }
    read.demand_no_faults()
    return NewTimes(
        **wanted,
        time_type_ids=tuple(key for text in form.getlist("time_types") if (key := number_in(text)) is not None),
        performer_id=number_in(form.get("performer")),
        resource_id=number_in(form.get("resource")),
    )


def one_face(form: Form) -> SlotFace:
    """Raises Invalid with every fault of the form."""
    read = _Reading(form)
    day, opens, closes = (
        read.must("day", shown_day, _DAY),
        read.must("opens", clock_in, _TIME),
        read.must("closes", clock_in, _TIME),
    )
    time_type_id = read.must("time_type", number_in, Sentence("Välj en tidtyp."))
    is_until_midnight = closes == time()
    if opens is not None and closes is not None and closes <= opens and not is_until_midnight:
        read.faults.append(Fault("closes", Sentence("Sluttiden ska vara efter starttiden.")))
    read.demand_no_faults()
    if day is None or opens is None or closes is None or time_type_id is None:
        raise TypeError("what is missing has been told")
    return SlotFace(
        starts=datetime.combine(day, opens),
        ends=datetime.combine(day, closes) + timedelta(days=is_until_midnight),
        time_type_id=time_type_id,
        performer_id=number_in(form.get("performer")),
        resource_id=number_in(form.get("resource")),
        blocked="blocked" in form,
    )


def order(form: Form) -> Order:
    """What is missing for the act is the service's to tell."""
    act = next((act for act in Act if act.value == form.get("act")), None)
    if act is None:
        raise Invalid(Fault("", Sentence("Välj vad som ska göras.")))
    return Order(
        act=act,
        time_type_id=number_in(form.get("new_time_type")),
        performer_id=number_in(form.get("new_performer")),
        by=minutes_in(form.get("minutes")) or timedelta(0),
        day=shown_day(form.get("to_day")),
        length=minutes_in(form.get("new_length")) or timedelta(0),
    )


def picked(form: Form) -> list[Picked]:
    """Single times, and whole columns of them, as the check boxes have them: the id and what was seen of each."""
    values = [*form.getlist("slot"), *" ".join(form.getlist("column")).split()]
    seen = {public_id: seen for public_id, _, seen in (each.partition(":") for each in values)}
    return [Picked(public_id=public_id, seen=seen) for public_id, seen in seen.items()]


def minutes_in(text: str | None) -> timedelta | None:
    """A whole number, with a sign of any kind for earlier."""
    number = (text or "").strip().replace("\N{MINUS SIGN}", "-")
    digits = number.removeprefix("-").removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 6):
        return None
    return timedelta(minutes=-int(digits) if number.startswith("-") else int(digits))


class _Reading:
    """Reads fields and gathers what cannot be read."""

    def __init__(self, form: Mapping[str, str]) -> None:
        self._form = form
        self.faults: list[Fault] = []

    def must(self, field: str, read: Callable[[str], T | None], fault: Sentence, *, empty: str = "") -> T | None:
        value = read(self._form.get(field, "").strip() or empty)
        if value is None:
            self.faults.append(Fault(field, fault))
        return value

    def demand_no_faults(self) -> None:
        if self.faults:
            raise Invalid(*self.faults)


_DAY = Sentence("Ange en dag, till exempel 2026-11-24.")
_TIME = Sentence("Ange ett klockslag, till exempel 09:00.")
_MINUTES = Sentence("Ange ett antal minuter, till exempel 20.")
