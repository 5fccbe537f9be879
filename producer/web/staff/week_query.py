"""Which times an address asks for, and the address that asks for them."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from flask import url_for

from producer.domain.weeks import EARLIEST, LATEST, Asked, By, View
from producer.services.staff.readings import day_in, number_in

E = TypeVar("E", bound=StrEnum)


def asked(args: Mapping[str, str], today: date) -> Asked:
    """What cannot be read is taken as not asked for: an address is not a form that can be mended."""
    return Asked(
        day=shown_day(args.get("date")) or today,
        view=_one_of(View, args.get("view"), View.WEEK),
        by=_one_of(By, args.get("by"), By.DAY),
        performer_id=number_in(args.get("performer")),
        resource_id=number_in(args.get("resource")),
        time_type_id=number_in(args.get("time_type")),
    )


def address(unit_hsa_id: str, wanted: Asked, **other: object) -> str:
    """The page that shows this, with what `other` says instead."""
    query: dict[str, Any] = {
        "date": wanted.day,
        "view": wanted.view,
        "by": None if wanted.by is By.DAY else wanted.by,
        "performer": wanted.performer_id,
        "resource": wanted.resource_id,
        "time_type": wanted.time_type_id,
        **other,
    }
    return url_for("week.show", unit=unit_hsa_id, **query)


def shown_day(text: str | None) -> date | None:
    """A day whose month can be shown, and the months beside it."""
    day = day_in(text)
    return day if day and EARLIEST + timedelta(days=31) < day < LATEST - timedelta(days=31) else None


def _one_of(kind: type[E], text: str | None, usual: E) -> E:
    return next((each for each in kind if each.value == text), usual)
