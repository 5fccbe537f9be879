"""The booking rules of a unit: read, filled in, tried out against what is booked, and changed."""

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from producer.domain.booking_rules import BookingRules
from producer.domain.staff import ChangedMeanwhile, Invalid
from producer.services.staff import unit_rules
from producer.services.staff.rule_fields import FIELDS, Kind
from producer.services.staff.unit_rules import RulesShown
from producer.web.staff.office import Office, of
from producer.web.staff.rule_answers import GROUPS
from producer.web.staff.rule_forms import UNITS, Form, filled, read, sent
from producer.web.staff.words import say, told

Page = str | Response | tuple[str, int]


def pages(office: Office) -> Blueprint:
    part = Blueprint("rules", __name__)
    part.add_url_rule("/<unit>/rules", "show", of(office, _show))
    part.add_url_rule("/<unit>/rules", "change", of(office, _change), methods=["POST"])
    part.add_url_rule("/<unit>/rules/preview", "preview", of(office, _preview), methods=["POST"])
    part.add_url_rule("/<unit>/rules/form", "again", of(office, _again), methods=["POST"])
    return part


def _show(office: Office, unit: str) -> Page:
    shown = unit_rules.shown(office.database, office.visit(), unit)
    return _form(shown, filled(shown.unit.rules))


def _again(office: Office, unit: str) -> Page:
    """Back from the preview, with what was filled in."""
    shown = unit_rules.shown_to_change(office.database, office.visit(), unit)
    return _form(shown, request.form)


def _preview(office: Office, unit: str) -> Page:
    shown = unit_rules.shown_to_change(office.database, office.visit(), unit)
    seen = request.form.get("seen", "")
    try:
        preview = unit_rules.preview(office.database, office.visit(), unit, read(request.form), seen)
    except (Invalid, ChangedMeanwhile) as reason:
        return _refused(shown, reason)
    if not preview.changes:
        flash(gettext("Du har inte ändrat något."))
        return redirect(url_for("rules.show", unit=shown.unit.hsa_id))
    return render_template(
        "staff/rules_preview.html", unit=preview.unit, preview=preview, seen=seen, sent=sent(request.form)
    )


def _change(office: Office, unit: str) -> Page:
    shown = unit_rules.shown_to_change(office.database, office.visit(), unit)
    try:
        made = unit_rules.change(
            office.database, office.visit(), unit, read(request.form), request.form.get("seen", "")
        )
    except (Invalid, ChangedMeanwhile) as reason:
        return _refused(shown, reason)
    for sentence in made:
        flash(say(sentence))
    return redirect(url_for("rules.show", unit=shown.unit.hsa_id))


def _refused(shown: RulesShown, reason: Invalid | ChangedMeanwhile) -> Page:
    """The form once more, as it was filled in; whoever sends it again has seen what holds now."""
    if isinstance(reason, Invalid):
        return _form(shown, request.form, faults=told(reason.faults), seen=request.form.get("seen")), 400
    return _form(shown, request.form, changed=[say(sentence) for sentence in reason.sentences]), 409


def _form(
    shown: RulesShown,
    form: Form,
    *,
    faults: dict[str, str] | None = None,
    changed: list[str] | None = None,
    seen: str | None = None,
) -> str:
    return render_template(
        "staff/rules.html" if shown.may_change else "staff/rules_read.html",
        unit=shown.unit,
        rules=shown.unit.rules,
        groups=GROUPS,
        fields={each.name: each for each in FIELDS},
        defaults=BookingRules(),
        units=[(code, say(word)) for code, (_, word) in UNITS.items()],
        form=form,
        faults=faults or {},
        summary={name: f"{_topics()[name]}: {sentence}" for name, sentence in (faults or {}).items()},
        changed=changed,
        seen=seen or shown.seen,
        answers=request.args.get("answers") == "1",
    )


def _topics() -> dict[str, str]:
    """What each field is about, for the list of faults, far from the fields themselves."""
    topics = {each.name: each.topics[0] for each in FIELDS}
    for each in FIELDS:
        if each.kind is Kind.WINDOW:
            topics |= {f"{each.name}-{end}": topic for end, topic in zip(_ENDS, each.topics, strict=True)}
    return {name: say(topic) for name, topic in topics.items()}


_ENDS: Final = ("notice", "horizon")
