"""What Engagemangsindex has been told and what it does not take, for administrators."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from producer.clock import swedish_time_at
from producer.domain.engagements import IndexSettings
from producer.domain.staff import Sentence
from producer.services.staff.admission import Visit, administering, overseeing
from producer.store import outbox
from producer.store.changes import add_change
from producer.store.engine import Database
from producer.store.found_bookings import Page
from producer.store.index_settings import index_settings
from producer.store.outbox import Contents, Course, Refused

PAGE = 50
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Posts:
    """How it goes with the index, and one page of what it refused, the first being number 1."""

    settings: IndexSettings | None
    """None while nothing is recorded for any index."""
    contents: Contents
    sent: int
    """In the last twenty-four hours."""
    course: Course
    next_try: datetime | None
    """None when it is to be at once."""
    refused: tuple[Refused, ...]
    unit_names: Mapping[str, str]
    number: int
    has_more: bool


def look(database: Database, visit: Visit, number: int = 1) -> Posts:
    """Raises NotAllowed. It shows bookings by their ids and units alone, so nothing of a patient's is read."""
    with overseeing(database, visit) as timetable:
        course = outbox.course(timetable)
        found = outbox.refused(timetable, Page(limit=PAGE + 1, offset=(number - 1) * PAGE))
        return Posts(
            settings=index_settings(timetable),
            contents=outbox.contents(timetable),
            sent=outbox.sent_since(timetable, visit.now - _A_DAY),
            course=course,
            next_try=next_try if (next_try := swedish_time_at(course.not_before)) > visit.now else None,
            refused=tuple(found[:PAGE]),
            unit_names={unit.hsa_id: unit.name for unit in timetable.units()},
            number=number,
            has_more=len(found) > PAGE,
        )


def send_again(database: Database, visit: Visit, post_id: int | None) -> Sentence:
    """One refused post, or every one of them; raises NotAllowed."""
    with administering(database, visit) as timetable:
        count = outbox.send_again(timetable, None if post_id is None else [post_id])
        if not count:
            return Sentence("Inget skickas om: det har redan skickats om, eller så har ett senare besked ersatt det.")
        outbox.try_now(timetable)
        sentence = Sentence("Besked till Engagemangsindex som skickas om: %(count)s.", {"count": count})
        add_change(timetable, visit.staff, sentence, unit_id=None, now=visit.now)
        return sentence
