"""The region of the rules' tests with Engagemangsindex on, and what the index would know if it were told all."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from staff.world import StaffWorld

from producer.domain.engagements import Engagement, IndexSettings, engagement_of
from producer.services import engagements
from producer.store import tables as t
from producer.store.bookings import BOOKINGS, booking_in
from producer.store.engine import Database
from producer.store.timetable import Timetable

SOURCE = "SE2321000016-TIDBOK"
SETTINGS = IndexSettings(source_system=SOURCE)
PARTS = ("patient", "categorization", "logical_address", "business_id", "source_system", "data_controller")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the outbox in short: what is told, of which booking, at which unit, with which date."""

    told: str
    booking: str
    unit: str
    patient: str
    at: datetime | None

    def __str__(self) -> str:
        return f"{self.told} {self.booking} at {self.unit}" + (f" {self.at:%Y-%m-%d %H:%M}" if self.at else "")


class IndexWorld(StaffWorld):
    """What is told is counted from the beginning of the day."""

    def _fill(self) -> None:
        super()._fill()
        engagements.settle(self.database, SETTINGS, self.now)

    def told(self) -> list[str]:
        """What has been put in the outbox since it was last asked for, "+" to create or update and "-" to delete."""
        lines = [str(line) for line in self.lines()]
        self._seen = self._last()
        return lines

    def lines(self) -> list[Line]:
        return told_lines(self.database, self._seen)

    def reset(self) -> None:
        super().reset()
        self._seen = self._last()

    def _last(self) -> int:
        with self.database.reading() as timetable:
            return timetable.connection.scalar(select(t.index_outbox.c.id).order_by(t.index_outbox.c.id.desc())) or 0

    def expire(self) -> int:
        return engagements.expire(self.database, self.now)

    def check(self, settings: IndexSettings = SETTINGS) -> None:
        """The posts are those of the bookings, and what was told leads to them (rules 83-85, 89, 91-93)."""
        with self.database.reading() as timetable:
            held = posts_in(timetable)
            assert held == wanted_in(timetable, settings, self.now)
            assert replayed(timetable) == {post.key: post.most_recent for post in held.values()}


def told_lines(database: Database, after_id: int = 0) -> list[Line]:
    """In the order that they are to be sent."""
    with database.reading() as timetable:
        rows = timetable.connection.execute(
            t.index_outbox.select().where(t.index_outbox.c.id > after_id).order_by(t.index_outbox.c.id)
        )
        return [
            Line(
                told="-" if row.deleted else "+",
                booking=row.business_id,
                unit=row.logical_address.rpartition("-")[2],
                patient=row.patient,
                at=row.most_recent,
            )
            for row in rows
        ]


def posts_in(timetable: Timetable) -> dict[int, Engagement]:
    return {row.booking_id: _engagement(row) for row in timetable.connection.execute(t.index_posts.select())}


def wanted_in(timetable: Timetable, settings: IndexSettings, now: datetime) -> dict[int, Engagement]:
    """By the rules alone, of every booking there is."""
    wanted = {}
    for booking in map(booking_in, timetable.connection.execute(BOOKINGS).all()):
        unit = timetable.unit_by_id(booking.unit_id)
        assert unit is not None
        post = engagement_of(booking, unit, settings, now)
        if post is not None:
            wanted[booking.id] = post
    return wanted


def replayed(timetable: Timetable) -> dict[tuple[str, ...], datetime]:
    """What an index that began empty knows when it has been told line after line, each of which must be in place."""
    known: dict[tuple[str, ...], datetime] = {}
    for row in timetable.connection.execute(t.index_outbox.select().order_by(t.index_outbox.c.id)):
        key = tuple(getattr(row, part) for part in PARTS)
        if row.deleted:
            assert row.most_recent is None, "rule 84: no date when deleted"
            assert key in known, f"rule 89: {key} is deleted, but is not there"
            del known[key]
        else:
            assert known.get(key) != row.most_recent, f"rule 85: {key} is told again and nothing has changed"
            same_booking = [other for other in known if other[3] == key[3] and other != key]
            assert not same_booking, f"rule 89: {same_booking} is to be deleted before {key}"
            known[key] = row.most_recent
    return known


def _engagement(row: Any) -> Engagement:
    return Engagement(most_recent=row.most_recent, **{name: getattr(row, name) for name in PARTS})
