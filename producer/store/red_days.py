"""The days on which Swedish care units are closed: public holidays and the three eves that count as such."""

from datetime import date

from holidays import country_holidays


class RedDays:
    """A container of dates for laying out schedules; plain Sundays are the schedules' own business.

    Midsummer Eve, Christmas Eve and New Year's Eve are not red, but the law on annual leave equals them to red
    days (semesterlagen 7 §) and clinics are closed.
    """

    def __init__(self) -> None:
        # The library works out a year when a day of it is first asked for.
        self._calendar = country_holidays("SE", language="sv", categories=("public", "de_facto"), include_sundays=False)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in self._calendar

    def name(self, day: date) -> str | None:
        """The day's Swedish name, None for a day that is not red."""
        return self._calendar.get(day)
