"""When performers are away: the list, the form, and what is booked meanwhile."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from producer.domain.schedule import Absence
from producer.domain.staff import ChangedMeanwhile, Invalid, Sentence
from producer.services.staff import absences as service
from producer.services.staff.absence_words import time_away
from producer.services.staff.absences import Draft, day_of_end
from producer.web.staff.base_schedule_words import choices
from producer.web.staff.office import Office, of
from producer.web.staff.words import say, told

Page = str | Response | tuple[str, int]


def pages(office: Office) -> Blueprint:
    part = Blueprint("absences", __name__)
    part.add_url_rule("/<unit>/absences", "index", of(office, _index))
    part.add_url_rule("/<unit>/absences", "add", of(office, _add), methods=["POST"])
    part.add_url_rule("/<unit>/absences/<int:absence>", "show", of(office, _show))
    part.add_url_rule("/<unit>/absences/<int:absence>", "change", of(office, _change), methods=["POST"])
    part.add_url_rule("/<unit>/absences/<int:absence>/delete", "delete", of(office, _delete), methods=["POST"])
    return part


def _index(office: Office, unit: str) -> Page:
    return _list(office, unit, Draft(first=office.now().date().isoformat()))


def _add(office: Office, unit: str) -> Page:
    draft = _typed()
    try:
        absence_id, sentence = service.add(office.database, office.visit(), unit, draft)
    except Invalid as reason:
        return _list(office, unit, draft, faults=told(reason.faults)), 400
    flash(say(sentence))
    return redirect(url_for("absences.show", unit=unit, absence=absence_id))


def _show(office: Office, unit: str, absence: int) -> Page:
    return _one(office, unit, absence)


def _change(office: Office, unit: str, absence: int) -> Page:
    draft = _typed()
    try:
        sentence = service.change(
            office.database, office.visit(), unit, absence, draft, seen=request.form.get("seen", "")
        )
    except Invalid as reason:
        return _one(office, unit, absence, draft=draft, faults=told(reason.faults)), 400
    except ChangedMeanwhile as reason:
        return _one(office, unit, absence, draft=draft, changed=list(map(say, reason.sentences))), 409
    flash(say(sentence))
    return redirect(url_for("absences.show", unit=unit, absence=absence))


def _delete(office: Office, unit: str, absence: int) -> Page:
    sentence = service.delete(office.database, office.visit(), unit, absence, seen=request.form.get("seen", ""))
    flash(say(sentence))
    return redirect(url_for("absences.index", unit=unit))


def _list(office: Office, unit: str, draft: Draft, **more: Any) -> str:
    found = service.overview(office.database, office.visit(), unit)
    given = {"faults": {}, **more}
    return render_template(
        "staff/absences.html",
        unit=found.unit,
        found=found,
        who=found.shelf.performer_names,
        may_change=g.staff.may_change(found.unit.id),
        now=office.now(),
        when=_when,
        draft=draft,
        **choices(found.shelf),
        **given,
    )


def _one(office: Office, unit: str, absence: int, **more: Any) -> str:
    found = service.opened(office.database, office.visit(), unit, absence)
    given = {"faults": {}, "changed": None, "draft": _draft_of(found), **more}
    return render_template(
        "staff/absence.html",
        unit=found.unit,
        found=found,
        when=_when(found.absence),
        may_change=g.staff.may_change(found.unit.id),
        **given,
    )


def _when(away: Absence) -> str:
    return say(Sentence("%(when)s", {"when": time_away(away)}))


def _draft_of(found: service.Open) -> Draft:
    away = found.absence
    last, last_at = day_of_end(away)
    return Draft(
        first=away.starts.date().isoformat(),
        first_at="" if f"{away.starts:%H:%M}" == "00:00" else f"{away.starts:%H:%M}",
        last=last.isoformat(),
        last_at=last_at,
        reason=away.reason or "",
    )


def _typed() -> Draft:
    names = ("performer", "first", "first_at", "last", "last_at", "reason")
    return Draft(**{name: request.form.get(name, "") for name in names})
