"""A whole unit taken in from a packed folder, by an administrator."""

from base64 import b64decode, b64encode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from producer.domain.staff import Fault, Invalid, NotAllowed
from producer.services.staff.unit_folders import LARGEST_FILE, FolderPlan, preview_folder, take_in_folder
from producer.web.staff.exchange_page import file_sent
from producer.web.staff.office import Office, of
from producer.web.staff.words import say, told

Page = str | tuple[str, int] | Response


def add_to(part: Blueprint, office: Office) -> None:
    part.add_url_rule("/exchange/unit", "unit_form", of(office, _form))
    part.add_url_rule("/exchange/unit", "unit_look", of(office, _look), methods=["POST"])
    part.add_url_rule("/exchange/unit/confirm", "unit_take_in", of(office, _take_in), methods=["POST"])


def _form(office: Office) -> Page:
    if not office.visit().staff.is_administrator:
        raise NotAllowed
    return render_template("staff/import_unit.html", faults={})


def _look(office: Office) -> Page:
    content = file_sent(LARGEST_FILE)
    try:
        plan = preview_folder(office.database, office.visit(), content)
    except Invalid as invalid:
        return _refused(invalid.faults)
    return _plan_page(plan, content)


def _take_in(office: Office) -> Page:
    """The folder comes with the form, and is looked at anew."""
    try:
        content = b64decode(request.form.get("content", ""), validate=True)
    except ValueError:
        content = b""
    try:
        plan = take_in_folder(office.database, office.visit(), content)
    except Invalid as invalid:
        return _refused(invalid.faults)
    if plan.sentence is None:
        return _plan_page(plan, content)
    flash(say(plan.sentence))
    first = plan.units[0][1] if plan.units else ""
    return redirect(url_for("exchange.show", unit=first))


def _plan_page(plan: FolderPlan, content: bytes) -> Page:
    page = render_template("staff/import_unit.html", plan=plan, content=b64encode(content).decode(), faults={})
    return page if not plan.faults else (page, 400)


def _refused(faults: tuple[Fault, ...]) -> Page:
    return render_template("staff/import_unit.html", faults=told(faults)), 400
