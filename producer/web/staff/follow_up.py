"""What residents themselves booked, moved and cancelled."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from producer.domain.model import Act
from producer.domain.staff import Invalid
from producer.domain.trail_sentences import what_happened, who_did
from producer.services.staff import follow_ups
from producer.services.staff.follow_ups import ACTS, Wanted
from producer.services.staff.readings import number_in
from producer.web.staff.bookings_typed import days_typed, page_typed, text_typed
from producer.web.staff.office import Office, of
from producer.web.staff.words import say, told

Page = str | Response | tuple[str, int]

_DAYS_SHOWN = timedelta(days=7)


def pages(office: Office) -> Blueprint:
    part = Blueprint("follow_up", __name__)
    part.add_url_rule("/<unit>/follow-up", "index", of(office, _index))
    part.add_url_rule("/<unit>/follow-up", "mark", of(office, _mark), methods=["POST"])
    return part


def _index(office: Office, unit: str) -> Page:
    return _page(office, unit, {})


def _mark(office: Office, unit: str) -> Page:
    """Those that are checked as looked to, or one as not; and back to the list as it was sought."""
    undone = _event_ids("undo")
    try:
        if undone:
            sentence = follow_ups.unmark(office.database, office.visit(), unit, undone[0])
        else:
            sentence = follow_ups.mark(office.database, office.visit(), unit, _event_ids("event"))
    except Invalid as invalid:
        return _page(office, unit, told(invalid.faults))
    flash(say(sentence))
    return redirect(url_for("follow_up.index", unit=unit, **_sought()))


def _page(office: Office, unit: str, faults: dict[str, str]) -> Page:
    today = office.visit().now.date()
    days = days_typed(request.args, today - _DAYS_SHOWN, today)
    act, show = text_typed(request.args, "act"), text_typed(request.args, "show")
    wanted = Wanted(
        first=days.first,
        last=days.last,
        acts=(Act(act),) if act in ACTS else ACTS,
        only_open=show != "all",
    )
    found = follow_ups.look(office.database, office.visit(), unit, wanted, page_typed(request.args))
    page = render_template(
        "staff/follow_up.html",
        unit=found.unit,
        found=found,
        days=days,
        act=act,
        show=show,
        faults={**told(days.faults), **faults},
        what_happened=what_happened,
        who_did=who_did,
        sought=_sought(),
    )
    return (page, 400) if days.faults or faults else page


def _sought() -> dict[str, Any]:
    """What the list was sought by, to come back to it."""
    return {name: request.args[name] for name in ("first", "last", "act", "show", "page") if name in request.args}


def _event_ids(name: str) -> list[int]:
    return [key for typed in request.form.getlist(name) if (key := number_in(typed)) is not None]
