"""The access log."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from functools import partial

from flask import Blueprint, Response, render_template, request

from producer.domain.model import ActorType
from producer.domain.staff import Fault, Invalid, Sentence
from producer.services.staff import access_search
from producer.services.staff.access_search import Searched
from producer.store.access_log import Access
from producer.web.staff.access_words import told_access
from producer.web.staff.bookings_typed import DaysTyped, days_typed, page_typed, text_typed
from producer.web.staff.files import csv_of
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
_KINDS = {
    ActorType.STAFF: Sentence("Personal"),
    ActorType.PATIENT: Sentence("Patienter"),
    ActorType.AGENT: Sentence("Ombud"),
}


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
    return csv_of(name, _HEAD, _rows(found))


def _searched(office: Office, form: Mapping[str, str]) -> tuple[DaysTyped, Searched]:
    today = office.visit().now.date()
    days = days_typed(form, today - _DAYS_SHOWN, today)
    typed = {name: text_typed(form, name) for name in ("patient", "account", "unit", "consumer")}
    kind = next((kind for kind in _KINDS if kind.value == text_typed(form, "kind")), None)
    return days, Searched(first=days.first, last=days.last, kind=kind, **typed)


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
        kinds=[(kind.value, say(word)) for kind, word in _KINDS.items()],
        told_access=told_access,
        faults=told(faults),
    )
    return (page, 400) if faults else page


def _number() -> int:
    return page_typed(request.form)


def _rows(found: Iterable[Access]) -> Iterator[tuple[str | None, ...]]:
    for each in found:
        who = each.origin.actor.id or each.origin.actor.type.value
        with_consumer = f"{who} ({each.origin.consumer})" if each.origin.consumer else who
        yield moment(each.at), each.unit, with_consumer, told_access(each), each.patient, each.booking
