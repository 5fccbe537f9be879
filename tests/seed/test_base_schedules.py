from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from producer.domain.schedule import BaseSchedule, contradictions, does_not_exist, lay_out, meets_lost_hour

STOCKHOLM = ZoneInfo("Europe/Stockholm")
MINUTES = timedelta(minutes=1)
DAY = timedelta(days=1)
MONDAY = date(2026, 3, 2)


def schedule(**more):
    usual = {
        "weekdays": frozenset({1, 2, 3, 4, 5}),
        "opens": time(8),
        "closes": time(9),
        "length": 20 * MINUTES,
        "valid_from": date(2026, 1, 1),
    }
    return BaseSchedule(**(usual | more))


def starts(pattern, first, last, closed=()):
    return [f"{begins:%m-%d %H:%M}" for begins, _ in lay_out(pattern, first, last, closed)]


def test_times_follow_each_other_and_none_goes_past_closing():
    """Rule 35: each ends as the next begins."""
    laid_out = list(lay_out(schedule(closes=time(9, 10)), MONDAY, MONDAY, ()))
    assert [(f"{begins:%H:%M}", f"{ends:%H:%M}") for begins, ends in laid_out] == [
        ("08:00", "08:20"),
        ("08:20", "08:40"),
        ("08:40", "09:00"),
    ]


def test_a_pause_stands_between_times_and_not_after_the_last():
    pattern = schedule(length=25 * MINUTES, pause=10 * MINUTES)
    assert starts(pattern, MONDAY, MONDAY) == ["03-02 08:00", "03-02 08:35"]


def test_both_the_first_and_the_last_day_are_laid_out():
    pattern = schedule(length=60 * MINUTES)
    assert starts(pattern, MONDAY, MONDAY + 2 * DAY) == ["03-02 08:00", "03-03 08:00", "03-04 08:00"]


def test_only_the_weekdays_named_have_times():
    pattern = schedule(weekdays=frozenset({2, 6}), length=60 * MINUTES)
    assert starts(pattern, MONDAY, MONDAY + 13 * DAY) == ["03-03 08:00", "03-07 08:00", "03-10 08:00", "03-14 08:00"]


def test_a_closed_day_has_no_times():
    pattern = schedule(length=60 * MINUTES)
    assert starts(pattern, MONDAY, MONDAY + DAY, closed={MONDAY}) == ["03-03 08:00"]


def test_nothing_lies_outside_the_days_of_validity():
    pattern = schedule(length=60 * MINUTES, valid_from=MONDAY + DAY, valid_to=MONDAY + 2 * DAY)
    assert starts(pattern, MONDAY - 9 * DAY, MONDAY + 30 * DAY) == ["03-03 08:00", "03-04 08:00"]


def test_every_other_week_is_counted_from_the_week_of_validity_also_over_a_year_of_53_weeks():
    pattern = schedule(weekdays=frozenset({1}), length=60 * MINUTES, every_weeks=2, valid_from=date(2026, 12, 17))
    laid_out = starts(pattern, date(2026, 12, 1), date(2027, 2, 1))
    assert laid_out == ["12-28 08:00", "01-11 08:00", "01-25 08:00"]


def test_a_reversed_span_is_empty():
    assert starts(schedule(), MONDAY, MONDAY - DAY) == []


def test_no_time_touches_the_hour_lost_in_march():
    """Rule 34: from two to three on 29 March 2026 there is no time, and none that spans it or ends at its edge."""
    night = schedule(weekdays=frozenset({7}), opens=time(0, 30), closes=time(4, 30), length=30 * MINUTES)
    assert starts(night, date(2026, 3, 29), date(2026, 3, 29)) == [
        "03-29 00:30",
        "03-29 01:00",
        "03-29 03:00",
        "03-29 03:30",
        "03-29 04:00",
    ]


def test_the_hour_that_comes_twice_in_october_is_laid_out_once():
    """Rule 34."""
    night = schedule(weekdays=frozenset({7}), opens=time(1), closes=time(4), length=60 * MINUTES)
    assert starts(night, date(2026, 10, 25), date(2026, 10, 25)) == ["10-25 01:00", "10-25 02:00", "10-25 03:00"]


def test_the_lost_hour_is_the_one_of_the_zone_database():
    """Rule 34: a moment exists when it comes back unchanged from universal time, every quarter of every March night."""
    for year in range(1996, 2038):
        for quarter in range(31 * 96):
            moment = datetime(year, 3, 1) + quarter * 15 * MINUTES
            if moment.hour > 3:
                continue
            there_and_back = moment.replace(tzinfo=STOCKHOLM).astimezone(UTC).astimezone(STOCKHOLM)
            assert does_not_exist(moment) == (there_and_back.replace(tzinfo=None) != moment), moment


@pytest.mark.parametrize(
    ("begins", "ends", "meets"),
    [
        ("01:30", "01:59", False),
        ("01:30", "02:00", True),
        ("01:00", "04:00", True),
        ("02:15", "02:30", True),
        ("02:30", "03:00", True),
        ("03:00", "03:30", False),
    ],
)
def test_a_time_meets_the_lost_hour_when_one_of_its_moments_is_missing(begins, ends, meets):
    """Rule 34."""
    on = [datetime.combine(date(2026, 3, 29), time.fromisoformat(at)) for at in (begins, ends)]
    assert meets_lost_hour(*on) is meets


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"weekdays": frozenset()}, "no weekday is named"),
        ({"weekdays": frozenset({0, 1})}, "a weekday is not between 1 (Monday) and 7 (Sunday)"),
        ({"closes": time(8)}, "it closes before it opens"),
        ({"length": timedelta(0)}, "the times are not whole minutes long"),
        ({"length": timedelta(seconds=90)}, "the times are not whole minutes long"),
        ({"pause": timedelta(seconds=-60)}, "the pause is not whole minutes long"),
        ({"length": 61 * MINUTES}, "not one time fits between opening and closing"),
        ({"every_weeks": 0}, "every_weeks is at least 1"),
        ({"valid_to": date(2025, 12, 31)}, "valid_to is before valid_from"),
    ],
)
def test_a_schedule_that_can_give_no_times_says_why(wrong, reason):
    assert contradictions(schedule(**wrong)) == (reason,)


def test_a_sound_schedule_has_nothing_said_of_it():
    assert contradictions(schedule()) == ()
