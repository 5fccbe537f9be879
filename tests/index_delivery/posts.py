"""An outbox filled by hand, and an index that does as it is told."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from producer.index.deliver import Clocks, Delivery, unheard
from producer.index.verdicts import Outcome, Verdict
from producer.serving.background import Hold
from producer.store import tables as t
from producer.store.engine import Database
from producer.store.outbox import Post

NOW = datetime(2026, 3, 9, 8, 0)
PATIENT = "199001012385"
UNIT = "SE2321000016-DEMO1"
TAKEN = Verdict(outcome=Outcome.TAKEN)
REFUSED = Verdict(outcome=Outcome.REFUSED, reason="EI004: too long")
FAILED = Verdict(outcome=Outcome.FAILED, reason="VP009: nobody there")


def row(booking: int, *, deleted: bool = False, **more: object) -> dict[str, object]:
    """A line of the outbox that waits."""
    return {
        "booking_id": booking,
        "patient": PATIENT,
        "categorization": "NA",
        "logical_address": UNIT,
        "business_id": f"B-{booking}",
        "source_system": "SE2321000016-SYS",
        "data_controller": "SE2321000016",
        "most_recent": None if deleted else NOW + timedelta(days=1),
        "deleted": deleted,
        "made_at": NOW,
        "state": "waiting",
        **more,
    }


def fill(database: Database, rows: Iterable[dict[str, object]]) -> list[int]:
    with database.writing() as timetable:
        added: list[Any] = [timetable.connection.execute(t.index_outbox.insert(), each) for each in rows]
        return [each.inserted_primary_key.id for each in added]


def lines(database: Database) -> list[Any]:
    with database.reading() as timetable:
        return list(timetable.connection.execute(t.index_outbox.select().order_by(t.index_outbox.c.id)))


def states(database: Database) -> dict[int, str]:
    return {line.id: line.state for line in lines(database)}


@dataclass
class FakeIndex:
    """Answers by a function of the posts, and remembers each call."""

    answer: Callable[[Sequence[Post]], Verdict] = lambda _posts: TAKEN
    calls: list[list[Post]] = field(default_factory=list)

    def tell(self, posts: Sequence[Post]) -> Verdict:
        self.calls.append(list(posts))
        return self.answer(posts)

    def interrupt(self) -> None:
        """Nothing ever waits here."""

    @property
    def told(self) -> list[list[int]]:
        return [[post.id for post in call] for call in self.calls]


@dataclass
class Clock:
    """Both clocks of a delivery, moved by hand."""

    seconds: float = 1_000_000.0
    chance: float = 1.0

    @property
    def clocks(self) -> Clocks:
        return Clocks(now=lambda: NOW, seconds=lambda: self.seconds, chance=lambda: self.chance)


def delivery(
    database: Database, index: FakeIndex, *, batch: int = 100, clock: Clock | None = None, count: Any = unheard
) -> Delivery:
    return Delivery(database, index, batch=batch, clocks=(clock or Clock()).clocks, count=count)


ALONE = Hold(renew=lambda _seconds: True, is_over=lambda: False)
