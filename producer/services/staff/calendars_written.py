"""A calendar written as iCalendar (RFC 5545), with Swedish wall time and what it means in winter and summer."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from producer.domain.model import CareUnit
from producer.store.calendars import CalendarTime

_STOCKHOLM = ZoneInfo("Europe/Stockholm")
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarFile:
    """`etag` is the same while the calendar says the same; `content` is written when it is asked for."""

    etag: str
    content: Callable[[], bytes]


def written(unit: CareUnit, times: Sequence[CalendarTime], today: datetime) -> CalendarFile:
    told = hashlib.sha256(repr((unit.name, unit.hsa_id, unit.visiting_address, today, times)).encode()).hexdigest()
    return CalendarFile(etag=told[:32], content=lambda: _calendar(unit, times, today).to_ical())


def _calendar(unit: CareUnit, times: Sequence[CalendarTime], today: datetime) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Tidbokning//SV")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", unit.name)
    calendar.add("x-wr-timezone", "Europe/Stockholm")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
    calendar.add_component(_time_zone())
    stamp = today.replace(tzinfo=_STOCKHOLM).astimezone(_UTC)
    for event in _events(unit, times, stamp):
        calendar.add_component(event)
    return calendar


def _events(unit: CareUnit, times: Sequence[CalendarTime], stamp: datetime) -> Iterator[Event]:
    """What can be booked as several kinds of time is one entry in a calendar."""
    for _, alike in groupby(sorted(times, key=_place), key=_place):
        listed = list(alike)
        yield _event(unit, listed[0], ", ".join(dict.fromkeys(each.time_type for each in listed)), stamp)


def _place(time: CalendarTime) -> tuple[object, ...]:
    """Lines of nobody's stand beside each other, so there each is an entry of its own."""
    is_alone = time.is_booked or (time.performer is None and time.resource is None)
    who_and_where = (time.performer or "", time.resource or "")
    return time.starts, time.ends, time.is_booked, who_and_where, time.public_id if is_alone else ""


def _event(unit: CareUnit, time: CalendarTime, kinds: str, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", f"{time.public_id}@{unit.hsa_id}")
    event.add("dtstamp", stamp)
    event.add("dtstart", time.starts.replace(tzinfo=_STOCKHOLM))
    event.add("dtend", time.ends.replace(tzinfo=_STOCKHOLM))
    event.add("summary", f"{'Bokad' if time.is_booked else 'Ledig'}: {kinds}")
    event.add("transp", "OPAQUE" if time.is_booked else "TRANSPARENT")
    if time.performer:
        event.add("description", time.performer)
    event.add("location", ", ".join(filter(None, (time.resource, unit.name, unit.visiting_address))))
    return event


def _time_zone() -> Timezone:
    """In words of our own: the library's own table lets summer time begin an hour late."""
    zone = Timezone()
    zone.add("tzid", "Europe/Stockholm")
    winter, summer = timedelta(hours=1), timedelta(hours=2)
    for part, name, begins, before, after in (
        (TimezoneDaylight(), "CEST", datetime(1996, 3, 31, 2), winter, summer),
        (TimezoneStandard(), "CET", datetime(1996, 10, 27, 3), summer, winter),
    ):
        part.add("tzname", name)
        part.add("dtstart", begins)
        part.add("rrule", {"freq": "yearly", "bymonth": begins.month, "byday": "-1SU"})
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        zone.add_component(part)
    return zone
