"""What Engagemangsindex is told: each change of a booking leaves its posts in the outbox, in the same transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Row, and_, bindparam, or_, select, text

from producer.domain.engagements import Engagement, IndexSettings, Notice, engagement_of, leaves_index_at, notices
from producer.domain.model import Booking, CareUnit
from producer.store import tables as t
from producer.store.bookings import BOOKINGS, booking_in
from producer.store.rows import in_one_go
from producer.store.turns import Turns
from producer.store.units import GROUP_OF_UNIT, RULES_OF_UNIT, UNIT, Units

AT_ONCE = 500
"""How many bookings are looked at together: a database takes so many parameters, and others wait for so long."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Post:
    """A post, and when the clock alone takes it away."""

    engagement: Engagement
    leaves_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Difference:
    """The post that the index has of a booking, and the one it ought to have."""

    booking_id: int
    held: _Post | None
    wanted: _Post | None

    @property
    def notices(self) -> tuple[Notice, ...]:
        return notices(self.held.engagement if self.held else None, self.wanted.engagement if self.wanted else None)


class Engagements(Units, Turns):
    """The part of a timetable that keeps the index true (rule 88)."""

    def tell_index(self, booking: Booking, now: datetime) -> None:
        """Put in the outbox what turns the post that the index has of the booking into the one it ought to have.

        Asked again it finds nothing to tell. Nothing is recorded while there are no settings for the index. To be
        called when the booking has been written: from then on nobody else changes what the post depends on.
        """
        found = self.connection.execute(_HELD, {"booking": booking.id, "unit": booking.unit_id}).first()
        if found is not None:
            held = None if found.booking_id is None else _post(found)
            self._tell([_difference(booking, self.unit_in(found), held, settings_in(found), now)], now)

    def tell_index_of(self, booking_ids: Sequence[int], now: datetime) -> int:
        """The same for many, as they are when nobody else is changing them; how many posts were not as they ought."""
        found = self.connection.execute(SETTINGS).first()
        if found is None or not booking_ids:
            return 0
        known, settings = {"booking_ids": booking_ids}, settings_in(found)
        # Locked first and read then: a row that was waited for would come with the post it had before.
        self.connection.execute(_LOCK, known)
        held = {row.booking_id: _post(row) for row in self.connection.execute(_POSTS, known)}
        bookings = [booking_in(row) for row in self.connection.execute(_BOOKINGS, known)]
        units = {unit_id: self.unit_read_anew(unit_id) for unit_id in {each.unit_id for each in bookings}}
        return self._tell(
            (_difference(each, units[each.unit_id], held.get(each.id), settings, now) for each in bookings), now
        )

    def tell_index_of_unit(self, unit_id: int, now: datetime) -> int:
        """What a unit's rules or id say of all its bookings at once; to be called when they have been written."""
        self.halt_bookings()
        found = self.connection.scalars(_AT_UNIT, {"unit_id": unit_id, "now": now}).all()
        return sum(self.tell_index_of(found[start : start + AT_ONCE], now) for start in range(0, len(found), AT_ONCE))

    def take_from_index(self, booking_ids: Sequence[int], now: datetime) -> int:
        """What the index has of these bookings is to be deleted, as before they themselves are."""
        found = self.connection.execute(_POSTS, {"booking_ids": booking_ids}).all()
        return self._tell([_Difference(booking_id=row.booking_id, held=_post(row), wanted=None) for row in found], now)

    def _tell(self, differences: Iterable[_Difference], now: datetime) -> int:
        differing = [each for each in differences if each.held != each.wanted]
        told = [_outbox_row(each.booking_id, notice, now) for each in differing for notice in each.notices]
        gone = [{"booking": each.booking_id} for each in differing if each.held and not each.wanted]
        new = [_post_row(each.booking_id, each.wanted) for each in differing if each.wanted and not each.held]
        changed = [_post_row(each.booking_id, each.wanted) for each in differing if each.wanted and each.held]
        # In the order of the list each gets the next id: what is to be told first has the lower one.
        for statement, rows in ((_TELL, told), (_DROP_POST, gone), (_ADD_POST, new), (_CHANGE_POST, changed)):
            if rows:
                self.connection.execute(statement, in_one_go(rows))
        return len(differing)


def _difference(
    booking: Booking, unit: CareUnit | None, held: _Post | None, settings: IndexSettings, now: datetime
) -> _Difference:
    engagement = None if unit is None else engagement_of(booking, unit, settings, now)
    wanted = None if engagement is None else _Post(engagement=engagement, leaves_at=leaves_index_at(booking))
    return _Difference(booking_id=booking.id, held=held, wanted=wanted)


def settings_in(row: Any) -> IndexSettings:
    return IndexSettings(
        source_system=row.our_source_system,
        data_controller=row.our_data_controller,
        categories_by_kind=row.categories_by_kind,
    )


def _post(row: Row[Any]) -> _Post:
    engagement = Engagement(most_recent=row.most_recent, **{name: getattr(row, name) for name in _KEY})
    return _Post(engagement=engagement, leaves_at=row.leaves_at)


def _key_of(engagement: Engagement) -> dict[str, Any]:
    return {name: getattr(engagement, name) for name in _KEY}


def _post_row(booking_id: int, post: _Post) -> dict[str, Any]:
    return {
        **_key_of(post.engagement),
        "booking": booking_id,
        "booking_id": booking_id,
        "most_recent": post.engagement.most_recent,
        "leaves_at": post.leaves_at,
    }


def _outbox_row(booking_id: int, notice: Notice, now: datetime) -> dict[str, Any]:
    return {
        "booking_id": booking_id,
        **_key_of(notice.engagement),
        "most_recent": None if notice.deleted else notice.engagement.most_recent,
        "deleted": notice.deleted,
        "made_at": now.replace(microsecond=0),
        "state": "waiting",
    }


_KEY = ("patient", "categorization", "logical_address", "business_id", "source_system", "data_controller")
_OURS = (
    t.index_settings.c.source_system.label("our_source_system"),
    t.index_settings.c.data_controller.label("our_data_controller"),
    t.index_settings.c.categories_by_kind,
)
SETTINGS = select(*_OURS)
_HELD = (
    select(*_OURS, t.index_posts, *UNIT)
    .select_from(t.index_settings)
    .outerjoin(t.index_posts, t.index_posts.c.booking_id == bindparam("booking"))
    .join(t.care_units, t.care_units.c.id == bindparam("unit"))
    .outerjoin(t.unit_groups, GROUP_OF_UNIT)
    .outerjoin(t.booking_rules, RULES_OF_UNIT)
)
"""All that a post depends on at once, and nothing while there are no settings."""
_THESE: BindParameter[Any] = bindparam("booking_ids", expanding=True)
_LOCK = select(t.bookings.c.id).where(t.bookings.c.id.in_(_THESE)).order_by(t.bookings.c.id).with_for_update()
_POSTS = select(t.index_posts).where(t.index_posts.c.booking_id.in_(_THESE))
_BOOKINGS = BOOKINGS.where(t.bookings.c.id.in_(_THESE)).order_by(t.bookings.c.id)
MAY_DIFFER = or_(
    and_(text(t.LIVE), or_(t.bookings.c.starts.is_(None), t.bookings.c.starts > bindparam("now"))),
    t.index_posts.c.booking_id.is_not(None),
)
"""Of bookings with their posts, those that the index has or is to have one of."""
_AT_UNIT = (
    select(t.bookings.c.id)
    .outerjoin(t.index_posts, t.index_posts.c.booking_id == t.bookings.c.id)
    .where(t.bookings.c.unit_id == bindparam("unit_id"), MAY_DIFFER)
    .order_by(t.bookings.c.id)
)
_TELL = t.index_outbox.insert().inline()
_DROP_POST = t.index_posts.delete().where(t.index_posts.c.booking_id == bindparam("booking"))
_ADD_POST = t.index_posts.insert().inline()
_CHANGE_POST = t.index_posts.update().where(t.index_posts.c.booking_id == bindparam("booking"))
