"""The first page of the signed in, and the accessibility statement."""

from flask import Blueprint, render_template

from producer.services.staff.admission import units_of
from producer.web.staff.office import Office, of


def pages(office: Office) -> Blueprint:
    part = Blueprint("front", __name__)
    part.add_url_rule("/", "start", of(office, _start))
    part.add_url_rule("/accessibility", "access", _access)
    return part


def _start(office: Office) -> str:
    """The units to choose among."""
    units = units_of(office.database, office.visit())
    return render_template("staff/start.html", units=units)


def _access() -> str:
    return render_template("staff/accessibility.html")
