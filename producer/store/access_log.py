"""Whose data was read or changed, by whom and where: only ever added to (HSLF-FS 2016:40 chapter 4)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select

from producer.domain.model import Actor, ActorType, Origin
from producer.store import tables as t
from producer.store.rows import in_one_go
from producer.store.timetable import Timetable


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """One reading or changing of one patient's data, or an attempt at it that was refused.

    `unit` is an HSA-id; `action` is the name of a contract, or of what staff do a word of the product's own.
    """

    at: datetime
    unit: str | None
    origin: Origin
    action: str
    patient: str
    booking: str | None = None
    refused: bool = False


def note_access(timetable: Timetable, *accesses: Access) -> None:
    """In the transaction that reads: who cannot be noted does not see."""
    if accesses:
        timetable.connection.execute(_NOTE, in_one_go(list(map(_row, accesses))))


def accesses(
    timetable: Timetable,
    *,
    patient: str | None = None,
    actor_id: str | None = None,
    actor_type: ActorType | None = None,
    consumer: str | None = None,
    unit: str | None = None,
    first: datetime | None = None,
    last: datetime | None = None,
    limit: int = 200,
    offset: int = 0,
) -> list[Access]:
    """The newest first; `last` is not included."""
    query = _LOG.limit(limit).offset(offset)
    columns = t.access_log.c
    asked = {
        columns.patient: patient,
        columns.actor_id: actor_id,
        columns.actor_type: actor_type and actor_type.value,
        columns.consumer: consumer,
        columns.unit: unit,
    }
    query = query.where(*(column == value for column, value in asked.items() if value is not None))
    if first is not None:
        query = query.where(columns.at >= first)
    if last is not None:
        query = query.where(columns.at < last)
    return list(map(_access, timetable.connection.execute(query)))


def _row(access: Access) -> dict[str, Any]:
    return {
        "at": access.at.replace(microsecond=0),
        "unit": access.unit,
        "actor_type": access.origin.actor.type.value,
        "actor_id": access.origin.actor.id,
        "consumer": access.origin.consumer,
        "action": access.action,
        "patient": access.patient,
        "booking": access.booking,
        "refused": access.refused,
    }


def _access(row: Row[Any]) -> Access:
    return Access(
        at=row.at,
        unit=row.unit,
        origin=Origin(actor=Actor(type=ActorType(row.actor_type), id=row.actor_id), consumer=row.consumer),
        action=row.action,
        patient=row.patient,
        booking=row.booking,
        refused=row.refused,
    )


_NOTE = t.access_log.insert().inline()
_LOG: Select[Any] = select(t.access_log).order_by(t.access_log.c.at.desc(), t.access_log.c.id.desc())
