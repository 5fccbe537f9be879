"""The bookings of a unit."""

from flask import Blueprint, render_template

from producer.domain.trail_sentences import what_happened, who_did
from producer.services.staff import found_bookings
from producer.web.staff.office import Office, of


def pages(office: Office) -> Blueprint:
    part = Blueprint("bookings", __name__)
    part.add_url_rule("/<unit>/bookings/<booking>", "show", of(office, _show))
    return part


def _show(office: Office, unit: str, booking: str) -> str:
    sheet = found_bookings.sheet(office.database, office.visit(), unit, booking)
    return render_template(
        "staff/booking.html",
        unit=sheet.unit,
        sheet=sheet,
        booking=sheet.booking,
        what_happened=what_happened,
        who_did=who_did,
    )
