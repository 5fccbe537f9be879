from datetime import date, datetime, time, timedelta

import pytest

from producer.domain.schedule import Absence, BaseSchedule, lay_out

MONDAYS = BaseSchedule(
    weekdays=frozenset({1}),
    opens=time(8),
    closes=time(9),
    length=timedelta(minutes=60),
    valid_from=date(2026, 11, 23),
    valid_to=date(2026, 12, 31),
    days_off=frozenset({date(2026, 11, 30)}),
    extra_days=frozenset({date(2026, 12, 8), date(2026, 12, 25), date(2027, 1, 4)}),
)
CHRISTMAS = {date(2026, 12, 25)}


def test_days_off_give_no_times_and_extra_days_do_even_if_they_are_closed() -> None:
    days = {starts.date() for starts, _ in lay_out(MONDAYS, date(2026, 11, 1), date(2027, 2, 1), CHRISTMAS)}
    assert sorted(days) == [date(2026, 11, 23), *(date(2026, 12, day) for day in (7, 8, 14, 21, 25, 28))]


def test_a_day_that_is_both_off_and_extra_is_extra() -> None:
    day = date(2026, 11, 30)
    both = BaseSchedule(
        weekdays=MONDAYS.weekdays,
        opens=MONDAYS.opens,
        closes=MONDAYS.closes,
        length=MONDAYS.length,
        valid_from=MONDAYS.valid_from,
        days_off=frozenset({day}),
        extra_days=frozenset({day}),
    )
    assert both.holds_on(day)


@pytest.mark.parametrize(
    ("starts", "ends", "meets"), [("07", "08", False), ("07", "09", True), ("08", "09", True), ("17", "18", False)]
)
def test_an_absence_meets_what_overlaps_it_and_its_end_is_not_in_it(starts: str, ends: str, meets: bool) -> None:
    """Rule 35."""
    away = Absence(id=1, unit_id=1, performer_id=1, starts=datetime(2026, 11, 23, 8), ends=datetime(2026, 11, 23, 17))
    first, last = (datetime.fromisoformat(f"2026-11-23T{hour}:00") for hour in (starts, ends))
    assert away.meets(first, last) is meets
