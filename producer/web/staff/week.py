"""The times of a unit: a day, a week or a month of them, what can be done to them, and undoing it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import format_date, gettext
from werkzeug.wrappers import Response

from producer.domain.staff import ChangedMeanwhile, Fault, Invalid, NotAllowed, NotThere, Sentence
from producer.domain.weeks import Asked, View
from producer.services.staff import undoing, week_acts, weeks
from producer.services.staff.readings import number_in
from producer.web.staff import week_forms
from producer.web.staff.office import Office, of
from producer.web.staff.week_columns import board
from producer.web.staff.week_months import month_of
from producer.web.staff.week_query import address, asked
from producer.web.staff.words import day, say, told, week

Page = str | Response | tuple[str, int]
_KEY = "int(max=999999999999999)"  # more than any row's, and not more than a database takes


def pages(office: Office) -> Blueprint:
    part = Blueprint("week", __name__)
    part.add_url_rule("/<unit>/week", "show", of(office, _show))
    part.add_url_rule("/<unit>/week/add", "add", of(office, _add), methods=["POST"])
    part.add_url_rule("/<unit>/week/picked", "edit_picked", of(office, _edit_picked), methods=["POST"])
    part.add_url_rule("/<unit>/slots/<slot>", "slot", of(office, _slot))
    part.add_url_rule("/<unit>/slots/<slot>", "alter", of(office, _alter), methods=["POST"])
    part.add_url_rule("/<unit>/changes", "changes", of(office, _changes))
    part.add_url_rule(
        "/<unit>/changes/<int(max=999999999999999):change>/undo", "undo", of(office, _undo), methods=["POST"]
    )
    return part


def _show(office: Office, unit: str) -> Page:
    return _page(office, unit)


def _add(office: Office, unit: str) -> Page:
    try:
        sentence = week_acts.add_times(office.database, office.visit(), unit, week_forms.new_times(request.form))
    except Invalid as reason:
        return _page(office, unit, reason.faults, adding=True), 400
    return _done(office, unit, sentence)


def _edit_picked(office: Office, unit: str) -> Page:
    picked = week_forms.picked(request.form)
    try:
        order = week_forms.order(request.form)
        sentence = week_acts.edit_picked(office.database, office.visit(), unit, picked, order)
    except Invalid as reason:
        return _page(office, unit, reason.faults), 400
    except ChangedMeanwhile as reason:
        return _page(office, unit, _meanwhile(reason)), 409
    return _done(office, unit, sentence)


def _slot(office: Office, unit: str, slot: str) -> Page:
    return _slot_page(office, unit, slot, {})


def _alter(office: Office, unit: str, slot: str) -> Page:
    """Saves the form, or does what another of its buttons says."""
    picked = week_acts.Picked(public_id=slot, seen=request.form.get("seen", ""))
    visit = office.visit()
    try:
        if request.form.get("act"):
            order = week_forms.order(request.form)
            sentence = week_acts.edit_picked(office.database, visit, unit, [picked], order)
        else:
            face = week_forms.one_face(request.form)
            sentence = week_acts.alter_one(office.database, visit, unit, picked, face)
    except Invalid as reason:
        return _slot_page(office, unit, slot, told(reason.faults)), 400
    except ChangedMeanwhile as reason:
        return _as_it_is_now(office, unit, slot, reason)
    return _done(office, unit, sentence)


def _as_it_is_now(office: Office, unit: str, slot: str, reason: ChangedMeanwhile) -> Page:
    """The time with what was typed, or if it is gone the others."""
    try:
        return _slot_page(office, unit, slot, told(_meanwhile(reason))), 409
    except NotThere:
        return _page(office, unit, _meanwhile(reason)), 409


def _changes(office: Office, unit: str) -> str:
    before = number_in(request.args.get("before"))
    found = undoing.changes(office.database, office.visit(), unit, before)
    return render_template("staff/week_changes.html", unit=found.unit, found=found)


def _undo(office: Office, unit: str, change: int) -> Response:
    try:
        flash(say(undoing.undo(office.database, office.visit(), unit, change)))
    except Invalid as reason:
        _flash_not_undone([fault.sentence for fault in reason.faults])
    except ChangedMeanwhile as reason:
        _flash_not_undone(reason.sentences)
    return redirect(url_for("week.changes", unit=unit) if "list" in request.form else _address(office, unit))


def _flash_not_undone(sentences: Any) -> None:
    flash(gettext("Det går inte att ångra:") + " " + " ".join(map(say, sentences)), "fault")


def _meanwhile(reason: ChangedMeanwhile) -> list[Fault]:
    first = Sentence("Någon annan har ändrat detta sedan du öppnade sidan. Inget har skrivits över.")
    return [Fault("", first), *(Fault("", sentence) for sentence in reason.sentences)]


def _done(office: Office, unit: str, sentence: Sentence) -> Response:
    flash(say(sentence))
    return redirect(_address(office, unit))


def _address(office: Office, unit: str) -> str:
    """The page that was looked at when the form was sent."""
    return address(unit, asked(request.args, office.now().date()))


def _page(office: Office, unit: str, faults: Any = (), *, adding: bool = False) -> str:
    """The times; after a refusal with what was typed and picked."""
    now = office.now()
    wanted = asked(request.args, now.date())
    sheet = weeks.sheet(office.database, office.visit(), unit, wanted)
    if faults and not sheet.may_change:
        raise NotAllowed  # there is no form of theirs to be shown again
    is_month = wanted.view is View.MONTH
    return render_template(
        "staff/week_month.html" if is_month else "staff/week.html",
        sheet=sheet,
        unit=sheet.unit,
        asked=wanted,
        address=lambda **other: address(sheet.unit.hsa_id, wanted, **other),
        state=_state(wanted),
        title=_title(wanted),
        now=now,
        board=None if is_month else board(sheet),
        month=month_of(sheet) if is_month else None,
        faults=told(faults),
        adding=adding,
        form=request.form,
        chosen=frozenset(each.public_id for each in week_forms.picked(request.form)),
    )


def _slot_page(office: Office, unit: str, slot: str, faults: dict[str, str]) -> str:
    found = weeks.slot_sheet(office.database, office.visit(), unit, slot)
    if faults and not found.may_change:
        raise NotAllowed
    wanted = asked({**request.args, "date": found.slot.starts.date().isoformat()}, found.slot.starts.date())
    return render_template(
        "staff/week_slot.html",
        unit=found.unit,
        found=found,
        slot=found.slot,
        faults=faults,
        form=request.form,
        back=address(found.unit.hsa_id, wanted),
        state=_state(wanted),
    )


def _state(wanted: Asked) -> dict[str, Any]:
    """What a form adds to its address, so that one comes back to the same page."""
    return {
        "date": wanted.day.isoformat(),
        "view": wanted.view.value,
        "by": wanted.by.value,
        "performer": wanted.performer_id,
        "resource": wanted.resource_id,
        "time_type": wanted.time_type_id,
    }


def _title(wanted: Asked) -> str:
    first, last = wanted.span.first, wanted.span.last
    match wanted.view:
        case View.DAY:
            return f"{day(first)} {first.year}, {week(first)}"
        case View.WEEK:
            is_one_month = first.month == last.month
            begins = format_date(first, "d" if is_one_month else "d MMMM", rebase=False)
            dash = "\N{EN DASH}" if is_one_month else " \N{EN DASH} "
            return f"{week(first).capitalize()}, {begins}{dash}{format_date(last, 'd MMMM y', rebase=False)}"
        case View.MONTH:
            written: str = format_date(first, "LLLL y", rebase=False)
            return written.capitalize()
