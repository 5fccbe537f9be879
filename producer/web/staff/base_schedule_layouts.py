"""The page where a base schedule is laid out: first what would come of it, then done."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from producer.domain.staff import ChangedMeanwhile, Invalid
from producer.services.staff import layouts as service
from producer.services.staff.base_schedules import opened
from producer.web.staff.base_schedule_previews import shown
from producer.web.staff.office import Office, of
from producer.web.staff.words import say, told

Page = str | Response | tuple[str, int]
_PATH = "/<unit>/base-schedules/<int:schedule>/layout"


def add_to(part: Blueprint, office: Office) -> None:
    part.add_url_rule(_PATH, "layout", of(office, _show))
    part.add_url_rule(_PATH, "lay_out", of(office, _lay_out), methods=["POST"])


def _show(office: Office, unit: str, schedule: int) -> Page:
    first, last = request.args.get("first", ""), request.args.get("last", "")
    try:
        return _page(office, unit, schedule, first, last)
    except Invalid as reason:
        return _refused(office, unit, schedule, reason, first, last)


def _lay_out(office: Office, unit: str, schedule: int) -> Page:
    form = request.form
    first, last = form.get("first", ""), form.get("last", "")
    try:
        sentence = service.lay_out(
            office.database, office.visit(), unit, schedule, first=first, last=last, seen=form.get("seen", "")
        )
    except ChangedMeanwhile as reason:
        return _page(office, unit, schedule, first, last, changed=list(map(say, reason.sentences))), 409
    except Invalid as reason:
        return _refused(office, unit, schedule, reason, first, last)
    flash(say(sentence))
    return redirect(_where_to_see(unit, first))


def _page(office: Office, unit: str, schedule: int, first: str, last: str, *, changed: list[str] | None = None) -> str:
    layout = service.laid_out(office.database, office.visit(), unit, schedule, first=first, last=last)
    return render_template(
        "staff/base_schedule_layout.html",
        unit=layout.preview.unit,
        schedule=layout.schedule,
        first=layout.first.isoformat(),
        last=layout.last.isoformat(),
        shown=shown(layout.preview),
        may_change=g.staff.may_change(layout.preview.unit.id),
        changed=changed,
        faults={},
    )


def _refused(office: Office, unit: str, schedule: int, reason: Invalid, *period: str) -> Page:
    """The period as it was typed, without a preview."""
    found = opened(office.database, office.visit(), unit, schedule)
    page = render_template(
        "staff/base_schedule_layout.html",
        unit=found.unit,
        schedule=found.schedule,
        first=period[0],
        last=period[1],
        shown=None,
        may_change=g.staff.may_change(found.unit.id),
        changed=None,
        faults=told(reason.faults),
    )
    return page, 400


def _where_to_see(unit: str, first: str) -> str:
    return url_for("week.show", unit=unit, date=first or None)
