"""What the database has of a patient: told whole, and taken out when its time is over or she asks for it.

A booking that is stripped is nobody's any more: when and where it was stays, and what was done to it, and who it was
for is replaced by a name that stands for nobody. The access log is never stripped (HSLF-FS 2016:40 chapter 4).
"""

import secrets
import string
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, and_, bindparam, func, or_, select

from producer.domain.model import ActorType, Booking, BookingState
from producer.domain.persons import NOBODY
from producer.store import tables as t
from producer.store.bookings import BOOKINGS, CONTACT_COLUMNS, booking_in
from producer.store.timetable import Timetable

AT_ONCE: Final = 200
"""How many bookings are stripped, and lines removed, in one transaction: those who book meanwhile wait so long."""
_LOOKED_THROUGH: Final = 5_000
_LETTERS: Final = string.ascii_lowercase + string.digits


def strip(timetable: Timetable, booking_ids: Sequence[int], now: datetime) -> None:
    """Takes out who each booking was for and what people have written about it; Engagemangsindex is told."""
    if not booking_ids:
        return
    timetable.take_from_index(booking_ids, now)
    run = timetable.connection.execute
    outbox, events = t.index_outbox, t.booking_events
    run(outbox.delete().where(outbox.c.booking_id.in_(booking_ids), outbox.c.state == "refused"))
    run(events.update().where(events.c.booking_id.in_(booking_ids)).values(message=None, override_reason=None))
    of_residents = events.c.actor_type.in_([ActorType.PATIENT.value, ActorType.AGENT.value])
    run(events.update().where(events.c.booking_id.in_(booking_ids), of_residents).values(actor_id=None))
    run(_STRIP, [{"stripped_id": booking_id, "nobody": _nobody()} for booking_id in booking_ids])


def over_since(timetable: Timetable, before: datetime, after_id: int) -> tuple[list[int], int | None]:
    """Some of the bookings that were over then and are somebody's still, and the key to go on from; None at the end."""
    keys = t.bookings.c.id
    last = timetable.connection.execute(select(func.max(keys))).scalar() or 0
    upto = after_id + _LOOKED_THROUGH
    found = timetable.connection.scalars(
        _OVER, {"before": before, "day": before.date(), "after": after_id, "upto": upto}
    ).all()
    if len(found) == AT_ONCE:
        return list(found), found[-1]
    return list(found), upto if upto < last else None


def purge_log(timetable: Timetable, before: datetime) -> int:
    """Removes some of the lines of the access log that are older; how many."""
    oldest = select(t.access_log.c.id).where(t.access_log.c.at < before).order_by(t.access_log.c.at).limit(AT_ONCE)
    return timetable.connection.execute(t.access_log.delete().where(t.access_log.c.id.in_(oldest))).rowcount


def bookings_of_patient(timetable: Timetable, patient: str) -> list[Booking]:
    """All that is and was hers, in the order that it came to be."""
    return list(map(booking_in, timetable.connection.execute(_OF_PATIENT, {"patient": patient})))


def rows_of_patient(timetable: Timetable, patient: str) -> Mapping[str, list[Mapping[str, Any]]]:
    """What else is known of her, by table: as the rows have it, but for their keys."""
    return {
        name: [dict(row) for row in timetable.connection.execute(query, {"patient": patient}).mappings()]
        for name, query in _ELSEWHERE.items()
    }


def forget_actor(timetable: Timetable, patient: str) -> None:
    """In the trails of those for whom she has acted, as a guardian does: that somebody did stays."""
    timetable.connection.execute(_FORGET_ACTOR, {"patient": patient})


def remove_notes(timetable: Timetable, patient: str) -> int:
    """That she is listed or barred anywhere; how many such notes there were."""
    return sum(
        timetable.connection.execute(table.delete().where(table.c.patient == patient)).rowcount
        for table in (t.listings, t.restrictions)
    )


def _nobody() -> str:
    """Drawn by lot for each booking, so that not even those of one patient are known to be."""
    return NOBODY + "".join(secrets.choice(_LETTERS) for _ in range(11))


_OWN = t.bookings.c
_STRIP = (
    t.bookings.update()
    .where(_OWN.id == bindparam("stripped_id"))
    .values(patient=bindparam("nobody"), reason=None, purpose=None, **dict.fromkeys(CONTACT_COLUMNS))
)
_IS_OVER = or_(
    and_(_OWN.state == BookingState.LIVE.value, _OWN.ends < bindparam("before")),
    and_(_OWN.state == BookingState.LIVE.value, _OWN.starts.is_(None), _OWN.invitation_valid_to < bindparam("day")),
    and_(_OWN.state != BookingState.LIVE.value, _OWN.changed_at < bindparam("before")),
)
_OVER = (
    select(_OWN.id)
    .where(_OWN.id > bindparam("after"), _OWN.id <= bindparam("upto"), ~_OWN.patient.startswith(NOBODY), _IS_OVER)
    .order_by(_OWN.id)
    .limit(AT_ONCE)
)
_OF_PATIENT = BOOKINGS.where(_OWN.patient == bindparam("patient")).order_by(_OWN.id)


def _of(table: Any, *columns: str) -> Select[Any]:
    return select(*(table.c[name] for name in columns)).where(table.c.patient == bindparam("patient"))


_UNIT = t.care_units.c.hsa_id.label("unit")
_EVENTS = t.booking_events.c
_SHE_ACTED = and_(  # callers write who acts as they like
    _EVENTS.actor_type.in_([ActorType.PATIENT.value, ActorType.AGENT.value]),
    func.upper(func.replace(_EVENTS.actor_id, "-", "")) == bindparam("patient"),
)
_FORGET_ACTOR = t.booking_events.update().where(_SHE_ACTED).values(actor_id=None)
_ELSEWHERE: Final[Mapping[str, Select[Any]]] = {
    "listings": select(_UNIT, t.performers.c.hsa_id.label("performer"))
    .select_from(t.listings)
    .join(t.care_units, t.care_units.c.id == t.listings.c.unit_id)
    .outerjoin(t.performers, t.performers.c.id == t.listings.c.performer_id)
    .where(t.listings.c.patient == bindparam("patient")),
    "restrictions": select(_UNIT, t.time_types.c.name.label("time_type"))
    .select_from(t.restrictions)
    .join(t.care_units, t.care_units.c.id == t.restrictions.c.unit_id)
    .outerjoin(t.time_types, t.time_types.c.id == t.restrictions.c.time_type_id)
    .where(t.restrictions.c.patient == bindparam("patient")),
    "acts_for_others": select(_EVENTS.at, _EVENTS.act, _UNIT)
    .select_from(t.booking_events)
    .join(t.bookings, _OWN.id == _EVENTS.booking_id)
    .join(t.care_units, t.care_units.c.id == _OWN.unit_id)
    .where(_SHE_ACTED, _OWN.patient != bindparam("patient"))
    .order_by(_EVENTS.id),
    "index_posts": _of(t.index_posts, "logical_address", "business_id", "categorization", "most_recent"),
    "index_outbox": _of(t.index_outbox, "logical_address", "business_id", "most_recent", "deleted", "made_at", "state"),
}
