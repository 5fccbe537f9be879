"""The access log."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial

from flask import Blueprint, Response, render_template, request

from producer.domain.staff import Fault, Invalid, Sentence
from producer.services.staff import access_search
from producer.services.staff.access_search import Searched
from producer.store.access_log import Access
from producer.web.staff.access_words import what_was_done
from producer.web.staff.bookings_typed import DaysTyped, days_typed, page_typed, text_typed
from producer.web.staff.office import Office, of
from producer.web.staff.words import moment, say, told

Page = str | Response | tuple[str, int]

_DAYS_SHOWN = timedelta(days=7)
_HEAD = (
    Sentence("Tid"),
    Sentence("Enhet"),
    Sentence("Vem"),
    Sentence("Vad"),
    Sentence("Personnummer"),
    Sentence("Boknings-id"),
)
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def pages(office: Office) -> Blueprint:
    part = Blueprint("access", __name__)
    part.add_url_rule("/access", "index", of(office, _index))
    part.add_url_rule("/access", "search", of(office, _search), methods=["POST"])
    part.add_url_rule("/access/file", "file", of(office, _file), methods=["POST"])
    return part


def _index(office: Office) -> Page:
    """What was done of late; a search is posted, since an address is kept in logs."""
    return _page(office, *_searched(office, {}))


def _search(office: Office) -> Page:
    return _page(office, *_searched(office, request.form))


def _file(office: Office) -> Page:
    """All that was found, for a spreadsheet."""
    days, searched = _searched(office, request.form)
    if days.faults:
        return _page(office, days, searched)
    try:
        found = access_search.whole(office.database, office.visit(), searched)
    except Invalid as invalid:
        return _page(office, days, searched, invalid.faults)
    name = f"atkomstlogg-{days.first_typed}-{days.last_typed}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(_csv(found), mimetype="text/csv", headers=headers)


def _searched(office: Office, form: Mapping[str, str]) -> tuple[DaysTyped, Searched]:
    today = office.visit().now.date()
    days = days_typed(form, today - _DAYS_SHOWN, today)
    patient, account, unit = (text_typed(form, name) for name in ("patient", "account", "unit"))
    return days, Searched(first=days.first, last=days.last, patient=patient, account=account, unit=unit)


def _page(office: Office, days: DaysTyped, searched: Searched, faults: tuple[Fault, ...] = ()) -> Page:
    faults = (*days.faults, *faults)
    try:
        seek = access_search.choices if faults else partial(access_search.search, searched=searched, number=_number())
        log = seek(office.database, office.visit())
    except Invalid as invalid:
        faults, log = invalid.faults, access_search.choices(office.database, office.visit())
    page = render_template(
        "staff/access.html",
        log=log,
        days=days,
        searched=searched,
        unit_names={unit.hsa_id: unit.name for unit in log.units},
        what_was_done=what_was_done,
        faults=told(faults),
    )
    return (page, 400) if faults else page


def _number() -> int:
    return page_typed(request.form)


def _csv(found: Iterable[Access]) -> bytes:
    """As Swedish spreadsheets open it: semicolons, and a mark that it is UTF-8."""
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=";", lineterminator="\r\n")
    writer.writerow(map(say, _HEAD))
    for each in found:
        who = each.origin.actor.id or each.origin.actor.type.value
        row = (moment(each.at), each.unit, who, what_was_done(each.action), each.patient, each.booking)
        writer.writerow([_as_words(value or "") for value in row])
    return lines.getvalue().encode("utf-8-sig")


def _as_words(value: str) -> str:
    """A spreadsheet would reckon with what begins as a formula."""
    return f"'{value}" if value.startswith(_FORMULAS) else value
