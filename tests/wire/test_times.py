from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer.soap.times import ImpossibleDate, as_dt, as_ts, day, wall_time


@given(st.datetimes(min_value=datetime(1000, 1, 1)).map(lambda moment: moment.replace(microsecond=0)))
def test_a_moment_comes_back_as_it_went(moment: datetime) -> None:
    """Rule 34: 14 digits of Swedish civil time, no zone."""
    assert wall_time(as_ts(moment)) == moment
    assert len(as_ts(moment)) == 14


@given(st.dates())
def test_a_day_comes_back_as_it_went(when: date) -> None:
    """Rule 34: 8 digits."""
    assert day(as_dt(when)) == when


@pytest.mark.parametrize(
    "text", ["20260231", "20260200", "20260431", "20261301", "2026023", "２０２６0201", "2026_201", ""]
)
def test_a_day_that_the_calendar_lacks_is_impossible(text: str) -> None:
    """Rule 36: the schema's pattern lets some of these through."""
    with pytest.raises(ImpossibleDate):
        day(text)


@pytest.mark.parametrize("text", ["20260231080000", "20260800080000", "20260801240000", "20260801086000", "20260801", "+2026080108000"])  # fmt: skip
def test_a_moment_that_the_calendar_lacks_is_impossible(text: str) -> None:
    """Rule 36 for moments."""
    with pytest.raises(ValueError, match=r"no such moment|not a moment") as caught:
        wall_time(text)
    assert isinstance(caught.value, ImpossibleDate)
