"""The page where a day or a week of times is copied: first what would come of it, then done."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from producer.domain.staff import ChangedMeanwhile, Invalid
from producer.services.staff import copies as service
from producer.services.staff.copies import Order
from producer.web.staff.base_schedule_previews import shown
from producer.web.staff.base_schedule_words import choices
from producer.web.staff.office import Office, of
from producer.web.staff.words import say, told

Page = str | Response | tuple[str, int]


def add_to(part: Blueprint, office: Office) -> None:
    part.add_url_rule("/<unit>/copy", "copies", of(office, _show))
    part.add_url_rule("/<unit>/copy", "copy", of(office, _copy), methods=["POST"])


def _show(office: Office, unit: str) -> Page:
    """The form alone until it says whereto."""
    order = _order(request.args, office)
    if "targets" not in request.args:
        return _page(office, unit, order)
    try:
        return _page(office, unit, order, shown=shown(service.copied(office.database, office.visit(), unit, order)))
    except Invalid as reason:
        return _page(office, unit, order, faults=told(reason.faults)), 400


def _copy(office: Office, unit: str) -> Page:
    order = _order(request.form, office)
    try:
        sentence = service.copy(office.database, office.visit(), unit, order, seen=request.form.get("seen", ""))
    except ChangedMeanwhile as reason:
        preview = service.copied(office.database, office.visit(), unit, order)
        return _page(office, unit, order, shown=shown(preview), changed=list(map(say, reason.sentences))), 409
    except Invalid as reason:
        return _page(office, unit, order, faults=told(reason.faults)), 400
    flash(say(sentence))
    return redirect(url_for("week.show", unit=unit, date=order.source))


def _page(office: Office, unit: str, order: Order, **more: Any) -> str:
    there, shelf = service.what_to_copy(office.database, office.visit(), unit)
    given = {"faults": {}, "shown": None, "changed": None, **more}
    return render_template("staff/copy.html", unit=there, order=order, fields=asdict(order), **choices(shelf), **given)


def _order(form: MultiDict[str, str], office: Office) -> Order:
    usual = Order(source=office.now().date().isoformat())
    return Order(**{name: form.get(name, value) for name, value in asdict(usual).items()})
