"""The trail: every event of every booking, only ever added to (rule 74)."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from producer.domain.model import Act, Actor, ActorType, Booking, Origin, TrailEntry, Whereabouts
from producer.store import tables as t


class Trail:
    """The part of a timetable that remembers what happened."""

    connection: Connection

    def trail(self, booking_id: int) -> tuple[TrailEntry, ...]:
        """What happened to a booking, oldest first."""
        return tuple(map(entry_of, self.connection.execute(_TRAIL, {"booking_id": booking_id})))

    def id_since(self, former_id: str, patient: str) -> str | None:
        """The id that the patient's booking has now, if a rebooking took `former_id` from it (rule 68)."""
        return self.connection.execute(_ID_SINCE, {"former_id": former_id, "patient": patient}).scalar()

    def _remember(
        self,
        act: Act,
        *,
        before: Booking | None,
        after: Booking,
        message: str | None,
        origin: Origin,
        at: datetime,
    ) -> None:
        self.connection.execute(
            _REMEMBER,
            {
                "booking_id": after.id,
                "at": at,
                "act": act.value,
                "actor_type": origin.actor.type.value,
                "actor_id": origin.actor.id,
                "consumer": origin.consumer,
                "correlation_id": origin.correlation_id,
                "message": message,
                "override_reason": origin.override,
                "before": None if before is None else columns_of(whereabouts(before)),
                "after": columns_of(whereabouts(after)),
            },
        )


def whereabouts(booking: Booking) -> Whereabouts:
    return Whereabouts(
        public_id=booking.public_id,
        unit=booking.unit_hsa_id,
        starts=booking.starts,
        ends=booking.ends,
        time_type=booking.time_type.code if booking.time_type else None,
        performer=booking.performer.hsa_id if booking.performer else None,
        resource=booking.resource.code if booking.resource else None,
    )


def columns_of(where: Whereabouts) -> dict[str, str]:
    """As the columns `before` and `after` keep it: what is known, times in ISO 8601."""
    told = ((name, getattr(where, name)) for name in _WHEREABOUTS)
    return {name: value.isoformat() if name in _TIMES else value for name, value in told if value is not None}


def _whereabouts(columns: dict[str, Any] | None) -> Whereabouts | None:
    if columns is None:
        return None
    told: dict[str, Any] = {
        name: datetime.fromisoformat(value) if name in _TIMES else value for name, value in columns.items()
    }
    return Whereabouts(**told)


def entry_of(row: Row[Any]) -> TrailEntry:
    return TrailEntry(
        at=row.at,
        act=Act(row.act),
        origin=Origin(
            actor=Actor(type=ActorType(row.actor_type), id=row.actor_id),
            consumer=row.consumer,
            correlation_id=row.correlation_id,
            override=row.override_reason,
        ),
        message=row.message,
        before=_whereabouts(row.before),
        after=_whereabouts(row.after),
    )


_WHEREABOUTS = tuple(field.name for field in fields(Whereabouts))
_TIMES = ("starts", "ends")
_TRAIL = (
    select(t.booking_events)
    .where(t.booking_events.c.booking_id == bindparam("booking_id"))
    .order_by(t.booking_events.c.id)
)
_ID_SINCE = (
    select(t.bookings.c.public_id)
    .join(t.booking_events, t.booking_events.c.booking_id == t.bookings.c.id)
    .where(
        t.bookings.c.patient == bindparam("patient"),
        t.booking_events.c.act == Act.REBOOKED.value,
        t.booking_events.c.before["public_id"].as_string() == bindparam("former_id"),
        t.bookings.c.public_id != bindparam("former_id"),
    )
    .limit(1)
)
_REMEMBER = t.booking_events.insert().inline()
