"""The page where staff give the patient of a reserve id the national one that she turned out to have."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from producer.domain.staff import Invalid
from producer.services.staff import identities
from producer.web.staff.bookings_typed import text_typed
from producer.web.staff.office import Office, of
from producer.web.staff.words import say, told

Page = str | Response | tuple[str, int]


def add_to(part: Blueprint, office: Office) -> None:
    part.add_url_rule("/<unit>/bookings/<booking>/identity", "identify", of(office, _form))
    part.add_url_rule("/<unit>/bookings/<booking>/identity", "identified", of(office, _identify), methods=["POST"])


def _form(office: Office, unit: str, booking: str, faults: Invalid | None = None) -> str:
    found = identities.to_identify(office.database, office.visit(), unit, booking)
    return render_template(
        "staff/booking_identity.html",
        unit=found.unit,
        found=found,
        typed=text_typed(request.form, "patient"),
        faults={} if faults is None else told(faults.faults),
    )


def _identify(office: Office, unit: str, booking: str) -> Page:
    seen, written = request.form.get("seen", ""), text_typed(request.form, "patient")
    try:
        acted = identities.identify(office.database, office.visit(), unit, booking, seen=seen, written=written)
    except Invalid as invalid:
        return _form(office, unit, booking, invalid), 400
    flash(say(acted.sentence))
    return redirect(url_for("bookings.show", unit=unit, booking=acted.booking.public_id))
