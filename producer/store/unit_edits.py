"""Care units and their groups as administrators keep them."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select, text

from producer.domain.booking_rules import BookingRules
from producer.domain.registers import UnitGroup, Use
from producer.store import tables as t
from producer.store.timetable import Timetable
from producer.store.unit_rules import row_of


def add_unit(timetable: Timetable, **columns: Any) -> int:
    """With the usual rules; raises Collision if the HSA-id is taken."""
    added: Any = timetable.connection.execute(t.care_units.insert(), columns).inserted_primary_key
    timetable.connection.execute(t.booking_rules.insert(), {"unit_id": added.id, **row_of(BookingRules())})
    return int(added.id)


def change_unit(timetable: Timetable, unit_id: int, **columns: Any) -> None:
    timetable.connection.execute(t.care_units.update().where(t.care_units.c.id == unit_id).values(**columns))


def use_of_unit(timetable: Timetable, unit_id: int, now: datetime) -> Use:
    slots, bookings, schedules = t.slots.c, t.bookings.c, t.base_schedules.c
    free = and_(slots.unit_id == unit_id, slots.starts > now, text(t.FREE))
    coming = or_(bookings.starts > now, bookings.starts.is_(None))
    live = and_(bookings.unit_id == unit_id, coming, text(t.LIVE))
    mine = or_(bookings.unit_id == unit_id, bookings.invited_by_unit_id == unit_id)
    lasting = and_(schedules.unit_id == unit_id, or_(schedules.valid_to.is_(None), schedules.valid_to > now.date()))
    run = timetable.connection.execute
    is_booked = run(select(bookings.id).where(mine).limit(1)).first() is not None
    return Use(
        free_times=run(select(func.count()).select_from(t.slots).where(free)).scalar_one(),
        bookings=run(select(func.count()).select_from(t.bookings).where(live)).scalar_one(),
        schedules=tuple(timetable.connection.scalars(select(schedules.name).where(lasting).order_by(schedules.name))),
        is_booked=is_booked,
        is_used=True,
    )


def groups(timetable: Timetable) -> list[UnitGroup]:
    """By name."""
    size = select(func.count()).where(t.care_units.c.group_id == t.unit_groups.c.id).scalar_subquery()
    query = select(t.unit_groups.c.id, t.unit_groups.c.name, size.label("size"))
    found = [UnitGroup(id=row.id, name=row.name, size=row.size) for row in timetable.connection.execute(query)]
    return sorted(found, key=lambda group: group.name.casefold())


def add_group(timetable: Timetable, name: str) -> None:
    """Raises Collision if the name is taken."""
    timetable.connection.execute(t.unit_groups.insert(), {"name": name})


def rename_group(timetable: Timetable, group_id: int, name: str) -> None:
    timetable.connection.execute(t.unit_groups.update().where(t.unit_groups.c.id == group_id).values(name=name))


def delete_group(timetable: Timetable, group_id: int) -> None:
    """One that no unit is in."""
    timetable.connection.execute(t.unit_groups.delete().where(t.unit_groups.c.id == group_id))
