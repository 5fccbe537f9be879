"""How the pages write what the services tell: sentences, days, times and names."""

from collections.abc import Iterable
from datetime import date, datetime

from flask import Flask
from flask_babel import format_date, gettext

from producer.domain.model import Booking, Performer, Resource
from producer.domain.staff import Fault, Period, Sentence, Value


def prepare(site: Flask) -> None:
    for word in (say, day, short_day, moment, period, clock, week, who):
        site.add_template_filter(word)


def say(sentence: Sentence) -> str:
    """In the reader's language."""
    text: str = gettext(sentence.text)
    return text % {name: _written(value) for name, value in sentence.values.items()}


def day(when: date) -> str:
    """Tisdag 13 januari; with the year when it is not this one's neighbour on a page."""
    written: str = format_date(when, "EEEE d MMMM", rebase=False)
    return written[:1].upper() + written[1:]


def short_day(when: date) -> str:
    """tis 13 jan 2026"""
    written: str = format_date(when, "EEE d MMM y", rebase=False)
    return written


def clock(when: datetime) -> str:
    return f"{when:%H:%M}"


def moment(when: datetime) -> str:
    """2026-01-13 09:00, as Swedes write it in a list."""
    return f"{when:%Y-%m-%d %H:%M}"


def period(starts: datetime, ends: datetime) -> str:
    """Tisdag 13 januari 09:00-09:30"""
    return f"{day(starts)} {clock(starts)}\N{EN DASH}{clock(ends) if ends.date() == starts.date() else moment(ends)}"


def week(when: date) -> str:
    """vecka 48 (ISO 8601)"""
    written: str = gettext("vecka %(number)s", number=when.isocalendar().week)
    return written


def who(person_or_thing: Performer | Resource | Booking | None) -> str:
    """The name of a performer or a resource, or of whom a booking is with."""
    match person_or_thing:
        case Performer():
            return person_or_thing.full_name
        case Resource():
            return person_or_thing.name
        case Booking():
            return ", ".join(filter(None, (who(person_or_thing.performer), who(person_or_thing.resource))))
        case _:
            return ""


def _written(value: Value) -> str:
    match value:
        case Sentence():
            return say(value)
        case Period():
            return period(value.starts, value.ends)
        case datetime():
            return moment(value)
        case date():
            return day(value)
        case _:
            return str(value)


def told(faults: Iterable[Fault]) -> dict[str, str]:
    """The faults of a form by field, as its page shows them."""
    sentences: dict[str, str] = {}
    for fault in faults:
        sentences[fault.field] = " ".join(filter(None, (sentences.get(fault.field), say(fault.sentence))))
    return sentences
