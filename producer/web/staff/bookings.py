"""The bookings of a unit: sought, listed, and one by one."""

from datetime import timedelta

from flask import Blueprint, render_template, request

from producer.domain import persons
from producer.domain.model import BookingState
from producer.domain.staff import Fault, Sentence
from producer.domain.trail_sentences import what_happened, who_did
from producer.services.staff import found_bookings
from producer.services.staff.found_bookings import Days, Found
from producer.web.staff import bookings_acts, bookings_identities
from producer.web.staff.bookings_typed import DaysTyped, days_typed, page_typed, text_typed
from producer.web.staff.office import Office, of
from producer.web.staff.words import told

Page = str | tuple[str, int]

_DAYS_SHOWN = timedelta(days=7)
STATES = {
    "live": (BookingState.LIVE,),
    "ended": (BookingState.CANCELLED, BookingState.WITHDRAWN),
    "all": (),
}


def pages(office: Office) -> Blueprint:
    part = Blueprint("bookings", __name__)
    part.add_url_rule("/<unit>/bookings", "index", of(office, _index))
    part.add_url_rule("/<unit>/bookings", "find", of(office, _find), methods=["POST"])
    part.add_url_rule("/<unit>/bookings/<booking>", "show", of(office, _show))
    bookings_acts.add_to(part, office)
    bookings_identities.add_to(part, office)
    return part


def _index(office: Office, unit: str) -> Page:
    """The bookings of some days; nothing about a patient stands in the address."""
    today = office.visit().now.date()
    typed = days_typed(request.args, today, today + _DAYS_SHOWN)
    state = text_typed(request.args, "state")
    state = state if state in STATES else "live"
    days = Days(first=typed.first, last=typed.last, states=STATES[state])
    found = found_bookings.between(office.database, office.visit(), unit, days, page_typed(request.args))
    return _list(found, typed, state, typed.faults)


def _find(office: Office, unit: str) -> Page:
    """By what stands in a form that is posted, since an address is kept in logs."""
    today = office.visit().now.date()
    words = text_typed(request.form, "words")
    found = found_bookings.find(office.database, office.visit(), unit, words, page_typed(request.form))
    faults = () if words else (Fault("words", Sentence("Skriv ett personnummer, ett namn eller ett boknings-id.")),)
    return _list(found, days_typed({}, today, today + _DAYS_SHOWN), "live", faults, words)


def _list(found: Found, typed: DaysTyped, state: str, faults: tuple[Fault, ...], words: str | None = None) -> Page:
    page = render_template(
        "staff/bookings.html",
        unit=found.unit,
        found=found,
        typed=typed,
        state=state,
        words=words,
        faults=told(faults),
    )
    return (page, 400) if faults else page


def _show(office: Office, unit: str, booking: str) -> str:
    sheet = found_bookings.sheet(office.database, office.visit(), unit, booking)
    return render_template(
        "staff/booking.html",
        unit=sheet.unit,
        sheet=sheet,
        booking=sheet.booking,
        has_reserve_id=not persons.is_national(sheet.booking.patient),
        what_happened=what_happened,
        who_did=who_did,
    )
