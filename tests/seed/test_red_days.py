from datetime import date

import pytest

from producer.store.red_days import RedDays


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "Nyårsdagen"),
        (date(2026, 1, 6), "Trettondedag jul"),
        (date(2026, 4, 3), "Långfredagen"),
        (date(2026, 4, 6), "Annandag påsk"),
        (date(2026, 5, 1), "Första maj"),
        (date(2026, 5, 14), "Kristi himmelsfärdsdag"),
        (date(2026, 6, 6), "Nationaldagen"),
        (date(2026, 6, 19), "Midsommarafton"),
        (date(2026, 6, 20), "Midsommardagen"),
        (date(2026, 10, 31), "Alla helgons dag"),
        (date(2026, 12, 24), "Julafton"),
        (date(2026, 12, 25), "Juldagen"),
        (date(2026, 12, 26), "Annandag jul"),
        (date(2026, 12, 31), "Nyårsafton"),
        (date(2031, 4, 11), "Långfredagen"),
    ],
)
def test_clinics_are_closed_on_red_days_and_on_the_three_great_eves(day, name):
    assert day in RedDays()
    assert RedDays().name(day) == name


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 3, 1),  # a plain Sunday is for the schedules to leave out
        date(2026, 4, 30),  # Valborg
        date(2026, 5, 15),  # the Friday after Ascension Day
        date(2026, 12, 23),
        date(2026, 11, 2),
    ],
)
def test_other_days_are_open(day):
    assert day not in RedDays()
    assert RedDays().name(day) is None
