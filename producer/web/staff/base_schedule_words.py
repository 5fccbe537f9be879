"""The words of base schedules: weekdays, and what there is to choose among."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import format_date, gettext

from producer.domain.schedule import UnitSchedule
from producer.services.staff.shelves import Shelf

_A_MONDAY = date(2024, 1, 1)
_WORKDAYS = [1, 2, 3, 4, 5]


def weekdays(numbers: Collection[int]) -> str:
    """mån, ons, fre; Monday to Friday in one word."""
    listed = sorted(numbers)
    if listed == _WORKDAYS:
        written: str = gettext("måndag till fredag")
        return written
    if listed == [*_WORKDAYS, 6, 7]:
        every: str = gettext("alla dagar")
        return every
    return ", ".join(_weekday(number, "EEE") for number in listed)


def choices(shelf: Shelf, schedule: UnitSchedule | None = None) -> dict[str, Any]:
    """Pairs of value and word for each choice of the form; a schedule keeps what has been retired since."""
    had = (schedule.time_type_ids, (schedule.performer_id,), (schedule.resource_id,)) if schedule else ((), (), ())
    return {
        "days_of_week": [(str(number), _weekday(number, "EEEE").capitalize()) for number in range(1, 8)],
        "time_types": _choices({each.id: each.name for each in shelf.time_types}, shelf.time_type_names, had[0]),
        "performers": _choices({each.id: each.full_name for each in shelf.performers}, shelf.performer_names, had[1]),
        "resources": _choices({each.id: each.name for each in shelf.resources}, shelf.resource_names, had[2]),
        "every": [
            ("1", gettext("varje vecka")),
            ("2", gettext("varannan vecka")),
            *((str(number), gettext("var %(number)s:e vecka", number=number)) for number in (3, 4)),
        ],
        "names": shelf.time_type_names,
    }


def _choices(offered: dict[int, str], names: Mapping[int, str], had: Collection[int | None]) -> list[tuple[str, str]]:
    retired = {each: names.get(each, "?") for each in had if each is not None and each not in offered}
    return [(str(each), word) for each, word in (offered | retired).items()]


def _weekday(number: int, pattern: str) -> str:
    written: str = format_date(_A_MONDAY + timedelta(days=number - 1), pattern, rebase=False)
    return written.rstrip(".")
