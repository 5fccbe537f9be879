"""The page of what goes in and out of a unit, shown again when something on it was refused."""

from datetime import timedelta
from typing import Any

from flask import render_template, request
from flask_babel import format_decimal, gettext
from werkzeug.exceptions import NotFound

from producer.domain.staff import Fault
from producer.services.staff.calendars import DAYS_AHEAD, DAYS_BACK, seen
from producer.services.staff.exchange import overview
from producer.services.staff.sheets import MOST_ROWS, Kind
from producer.services.staff.sheets_written import meanings
from producer.web.staff.office import Office
from producer.web.staff.words import told


def show_page(office: Office, unit: str, *, faults: tuple[Fault, ...] = (), **more: Any) -> str:
    """As it was filled in, where it was."""
    visit = office.visit()
    found = overview(office.database, visit, unit)
    today = visit.now.date()
    usual = {"from": today, "to": today + timedelta(days=27), "kind": Kind.SLOTS, "format": "xlsx"}
    return render_template(
        "staff/exchange.html",
        unit=found.unit,
        found=found,
        seen=seen(found.feed),
        kinds=kind_words(),
        columns=[(kind, word, format_decimal(MOST_ROWS[kind]), meanings(kind)) for kind, word in kind_words()],
        calendar_days=(DAYS_BACK, DAYS_AHEAD),
        faults=told(faults),
        form={**usual, **request.values.to_dict()},
        **more,
    )


def kind_words() -> list[tuple[Kind, str]]:
    return [(Kind.SLOTS, gettext("Tider")), (Kind.BOOKINGS, gettext("Bokningar"))]


def kind_in(word: str | None) -> Kind:
    kind = next((kind for kind in Kind if kind == word), None)
    if kind is None:
        raise NotFound
    return kind


def file_sent(largest: int) -> bytes:
    """What was chosen, with a byte too many if it is larger than it may be; nothing if nothing was."""
    file = request.files.get("file")
    if file is None:
        return b""
    file.seek(0)  # a view may be answered anew
    content: bytes = file.read(largest + 1)
    return content
