"""What Engagemangsindex is told: each change of a booking leaves its posts in the outbox, in the same transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from producer.domain.engagements import Engagement, IndexSettings, Notice, engagement_of, leaves_index_at, notices
from producer.domain.model import Booking
from producer.store import tables as t
from producer.store.units import Units


class Engagements(Units):
    """The part of a timetable that keeps the index true (rule 88)."""

    def tell_index(self, booking: Booking, now: datetime) -> None:
        """Put in the outbox what turns the post that the index has of the booking into the one it ought to have.

        Asked again it finds nothing to tell. Nothing is recorded while there are no settings for the index.
        """
        found = self.connection.execute(_HELD, {"booking": booking.id}).first()
        unit = None if found is None else self.unit_by_id(booking.unit_id)
        if found is None or unit is None:
            return
        held = None if found.booking_id is None else _engagement(found)
        wanted = engagement_of(booking, unit, _settings(found), now)
        self._tell(booking, held, wanted, now)

    def _tell(self, booking: Booking, held: Engagement | None, wanted: Engagement | None, now: datetime) -> None:
        told = notices(held, wanted)
        if told:
            self._put_in_outbox(booking.id, told, now)
            self._keep_post(booking, held, wanted)

    def _put_in_outbox(self, booking_id: int, told: Iterable[Notice], now: datetime) -> None:
        rows = [
            {
                "booking_id": booking_id,
                **_columns_of(notice.engagement),
                "most_recent": None if notice.deleted else notice.engagement.most_recent,
                "deleted": notice.deleted,
                "made_at": now.replace(microsecond=0),
                "state": "waiting",
            }
            for notice in told
        ]
        for row in rows:  # each with the next id: what is to be told first has the lower one
            self.connection.execute(_TELL, row)

    def _keep_post(self, booking: Booking, held: Engagement | None, wanted: Engagement | None) -> None:
        if wanted is None:
            self.connection.execute(_DROP_POST, {"booking": booking.id})
            return
        row = {
            **_columns_of(wanted),
            "booking_id": booking.id,
            "most_recent": wanted.most_recent,
            "leaves_at": leaves_index_at(booking),
        }
        if held is None:
            self.connection.execute(_ADD_POST, row)
        else:
            self.connection.execute(_CHANGE_POST, {**row, "booking": booking.id})


def _settings(row: Row[Any]) -> IndexSettings:
    return IndexSettings(
        source_system=row.our_source_system,
        data_controller=row.our_data_controller,
        categories_by_kind=row.categories_by_kind,
    )


def _engagement(row: Row[Any]) -> Engagement:
    return Engagement(most_recent=row.most_recent, **{name: getattr(row, name) for name in _KEY})


def _columns_of(engagement: Engagement) -> dict[str, Any]:
    return {name: getattr(engagement, name) for name in _KEY}


_KEY = ("patient", "categorization", "logical_address", "business_id", "source_system", "data_controller")
_HELD = (
    select(
        t.index_settings.c.source_system.label("our_source_system"),
        t.index_settings.c.data_controller.label("our_data_controller"),
        t.index_settings.c.categories_by_kind,
        t.index_posts,
    )
    .select_from(t.index_settings)
    .outerjoin(t.index_posts, t.index_posts.c.booking_id == bindparam("booking"))
)
_TELL = t.index_outbox.insert().inline()
_DROP_POST = t.index_posts.delete().where(t.index_posts.c.booking_id == bindparam("booking"))
_ADD_POST = t.index_posts.insert().inline()
_CHANGE_POST = t.index_posts.update().where(t.index_posts.c.booking_id == bindparam("booking"))
