"""What is typed in the forms about bookings, read; what cannot be read keeps what was typed and says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from producer.domain.staff import Fault, Sentence
from producer.services.staff.readings import day_in, number_in

_LAST_PAGE = 100_000


@dataclass(frozen=True, kw_only=True, slots=True)
class DaysTyped:
    """The days meant, both included, or the usual ones if what was typed is at fault."""

    first: date
    last: date
    first_typed: str
    last_typed: str
    faults: tuple[Fault, ...] = ()


def text_typed(form: Mapping[str, str], name: str) -> str:
    return form.get(name, "").strip()


def page_typed(form: Mapping[str, str]) -> int:
    """Which page of a list; the first if it is not one."""
    return min(max(number_in(form.get("page")) or 1, 1), _LAST_PAGE)


def days_typed(form: Mapping[str, str], first: date, last: date) -> DaysTyped:
    """Reads `first` and `last`; the days given are what is meant where nothing is typed."""
    faults = []
    days = {}
    for name, usual in (("first", first), ("last", last)):
        typed = text_typed(form, name)
        found = day_in(typed) if typed else usual
        if found is None:
            faults.append(Fault(name, Sentence("Ange en dag, som 2027-01-13.")))
        days[name] = found or usual
    if not faults and days["last"] < days["first"]:
        faults.append(Fault("last", Sentence("Den sista dagen är före den första.")))
    return DaysTyped(
        first=first if faults else days["first"],
        last=last if faults else days["last"],
        first_typed=text_typed(form, "first") if faults else days["first"].isoformat(),
        last_typed=text_typed(form, "last") if faults else days["last"].isoformat(),
        faults=tuple(faults),
    )
