"""The base schedules of a unit: the list, the form, exceptions, an end, and what is laid out or copied."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from producer.domain.schedule import UnitSchedule
from producer.domain.staff import ChangedMeanwhile, Invalid
from producer.services.staff import base_schedules as service
from producer.services.staff.readings import number_in
from producer.services.staff.schedule_drafts import Draft, draft_of
from producer.web.staff import base_schedule_copies, base_schedule_layouts
from producer.web.staff.base_schedule_words import choices, weekdays
from producer.web.staff.office import Office, of
from producer.web.staff.words import say, told

Page = str | Response | tuple[str, int]
_ONE = "/<unit>/base-schedules/<int:schedule>"


def pages(office: Office) -> Blueprint:
    part = Blueprint("base_schedules", __name__)
    part.add_url_rule("/<unit>/base-schedules", "index", of(office, _index))
    part.add_url_rule("/<unit>/base-schedules/new", "new", of(office, _new))
    part.add_url_rule("/<unit>/base-schedules/new", "add", of(office, _add), methods=["POST"])
    part.add_url_rule(_ONE, "show", of(office, _show))
    part.add_url_rule(_ONE, "change", of(office, _change), methods=["POST"])
    part.add_url_rule(f"{_ONE}/days", "days", of(office, _days), methods=["POST"])
    part.add_url_rule(f"{_ONE}/end", "end", of(office, _end), methods=["POST"])
    part.add_url_rule(f"{_ONE}/delete", "ask", of(office, _ask))
    part.add_url_rule(f"{_ONE}/delete", "delete", of(office, _delete), methods=["POST"])
    base_schedule_layouts.add_to(part, office)
    base_schedule_copies.add_to(part, office)
    return part


def _index(office: Office, unit: str) -> Page:
    found = service.overview(office.database, office.visit(), unit)
    return render_template(
        "staff/base_schedules.html",
        unit=found.unit,
        found=found,
        today=office.now().date(),
        weekdays=weekdays,
        who=found.shelf.performer_names,
        where=found.shelf.resource_names,
        may_change=g.staff.may_change(found.unit.id),
    )


def _new(office: Office, unit: str) -> Page:
    """An empty form, or the pattern of `copy` to be given to another day, performer or room."""
    shelf = service.to_add(office.database, office.visit(), unit).shelf
    draft = Draft(
        opens="08:00",
        closes="12:00",
        valid_from=office.now().date().isoformat(),
        time_types=tuple(str(each.id) for each in shelf.time_types) if len(shelf.time_types) == 1 else (),
    )
    copied = number_in(request.args.get("copy"))
    if copied is not None:
        found = service.opened(office.database, office.visit(), unit, copied)
        draft = replace(draft_of(found.schedule), name="")
    return _form_of_new(office, unit, draft, {})


def _add(office: Office, unit: str) -> Page:
    draft = _typed()
    try:
        schedule_id, sentence = service.add(office.database, office.visit(), unit, draft)
    except Invalid as reason:
        return _form_of_new(office, unit, draft, told(reason.faults)), 400
    flash(say(sentence))
    return redirect(url_for("base_schedules.layout", unit=unit, schedule=schedule_id))


def _form_of_new(office: Office, unit: str, draft: Draft, faults: Mapping[str, str]) -> str:
    found = service.to_add(office.database, office.visit(), unit)
    return render_template(
        "staff/base_schedule_new.html", unit=found.unit, draft=draft, faults=faults, **choices(found.shelf)
    )


def _show(office: Office, unit: str, schedule: int) -> Page:
    return _shown(office, unit, schedule)


def _change(office: Office, unit: str, schedule: int) -> Page:
    draft = _typed()
    try:
        changed, sentence = service.change(
            office.database, office.visit(), unit, schedule, draft, seen=request.form.get("seen", "")
        )
    except (Invalid, ChangedMeanwhile) as reason:
        return _again(office, unit, schedule, reason, draft=draft)
    flash(say(sentence))
    return redirect(_onwards(unit, changed))


def _days(office: Office, unit: str, schedule: int) -> Page:
    form = request.form
    days, kind = form.get("days", ""), form.get("kind", "")
    try:
        changed, sentence = service.set_days(
            office.database, office.visit(), unit, schedule, days, kind=kind, seen=form.get("seen", "")
        )
    except (Invalid, ChangedMeanwhile) as reason:
        return _again(office, unit, schedule, reason, days=days, kind=kind)
    flash(say(sentence))
    return redirect(_onwards(unit, changed))


def _end(office: Office, unit: str, schedule: int) -> Page:
    form = request.form
    try:
        changed, sentence = service.end(
            office.database, office.visit(), unit, schedule, form.get("last", ""), seen=form.get("seen", "")
        )
    except (Invalid, ChangedMeanwhile) as reason:
        return _again(office, unit, schedule, reason, last=form.get("last", ""))
    flash(say(sentence))
    return redirect(_onwards(unit, changed))


def _ask(office: Office, unit: str, schedule: int) -> Page:
    found = service.to_change(office.database, office.visit(), unit, schedule)
    return render_template("staff/base_schedule_delete.html", unit=found.unit, found=found)


def _delete(office: Office, unit: str, schedule: int) -> Page:
    form = request.form
    sentences = service.delete(
        office.database,
        office.visit(),
        unit,
        schedule,
        seen=form.get("seen", ""),
        with_free_slots=form.get("slots") == "remove",
    )
    for sentence in sentences:
        flash(say(sentence))
    return redirect(url_for("base_schedules.index", unit=unit))


def _again(office: Office, unit: str, schedule: int, reason: Invalid | ChangedMeanwhile, **typed: Any) -> Page:
    """The page once more with what was typed; after somebody else's change it is made from what is there now."""
    if isinstance(reason, Invalid):
        return _shown(office, unit, schedule, faults=told(reason.faults), **typed), 400
    return _shown(office, unit, schedule, changed=[say(sentence) for sentence in reason.sentences], **typed), 409


def _shown(office: Office, unit: str, schedule: int, **typed: Any) -> str:
    found = service.opened(office.database, office.visit(), unit, schedule)
    given: dict[str, Any] = {"draft": draft_of(found.schedule), "faults": {}, **typed}
    return render_template(
        "staff/base_schedule.html",
        unit=found.unit,
        found=found,
        may_change=g.staff.may_change(found.unit.id),
        today=office.now().date(),
        weekdays=weekdays,
        **choices(found.shelf, found.schedule),
        **given,
    )


def _onwards(unit: str, schedule: UnitSchedule) -> str:
    """To what comes of the change, when there is something laid out that it concerns."""
    place = "base_schedules.layout" if schedule.former or not schedule.is_laid_out else "base_schedules.show"
    return url_for(place, unit=unit, schedule=schedule.id)


def _typed() -> Draft:
    form = request.form
    single = ("name", "opens", "closes", "length", "pause", "every_weeks", "valid_from", "valid_to")
    return Draft(
        **{name: form.get(name, "") for name in (*single, "performer", "resource")},
        weekdays=tuple(form.getlist("weekdays")),
        time_types=tuple(form.getlist("time_types")),
    )
