"""A unit's calendar: its secret address made, renewed and closed, and the file that is fetched from there."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from producer.services.staff.calendars import calendar_file, close_feed, open_feed
from producer.web.staff.exchange_page import show_page
from producer.web.staff.office import Office, of
from producer.web.staff.words import say


def add_to(part: Blueprint, office: Office) -> None:
    part.add_url_rule("/<unit>/exchange/calendar", "open_calendar", of(office, _open), methods=["POST"])
    part.add_url_rule("/<unit>/exchange/calendar/close", "close_calendar", of(office, _close), methods=["POST"])
    fetch = of(office, _fetch)
    fetch.is_open = True  # type: ignore[attr-defined]  # the secret in the address is what lets one in
    part.add_url_rule("/calendar/<secret>.ics", "calendar", fetch)


def _open(office: Office, unit: str) -> str:
    """The page itself and no other after it: the address is in it, and nowhere else."""
    secret, sentence = open_feed(office.database, office.visit(), unit, request.form.get("seen", ""))
    flash(say(sentence))
    return show_page(office, unit, address=url_for("exchange.calendar", secret=secret, _external=True))


def _close(office: Office, unit: str) -> AnyResponse:
    flash(say(close_feed(office.database, office.visit(), unit, request.form.get("seen", ""))))
    return redirect(url_for("exchange.show", unit=unit))


def _fetch(office: Office, secret: str) -> AnyResponse:
    """Not written at all for who has it already."""
    found = calendar_file(office.database, secret, office.now())
    answer = Response(mimetype="text/calendar")
    answer.set_etag(found.etag)
    if request.if_none_match.contains(found.etag):
        answer.status_code = 304
        return answer
    answer.set_data(found.content())
    answer.headers["Content-Disposition"] = 'inline; filename="tider.ics"'
    return answer
