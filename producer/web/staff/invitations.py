"""The invitations of a unit: the list, one of them, and taking them back."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from producer.domain.invitations import Outcome
from producer.domain.staff import Invalid
from producer.services.staff import invitations
from producer.web.staff import invitation_forms
from producer.web.staff.office import Office, of
from producer.web.staff.words import say

Page = str | Response | tuple[str, int]

_OUTCOMES = {outcome.value: outcome for outcome in Outcome}
_TIMED: Mapping[str, bool] = {"open": False, "timed": True}


def pages(office: Office) -> Blueprint:
    part = Blueprint("invitations", __name__)
    part.add_url_rule("/<unit>/invitations", "index", of(office, _index))
    part.add_url_rule("/<unit>/invitations/new", "new", of(office, invitation_forms.new))
    part.add_url_rule("/<unit>/invitations/new", "plan", of(office, invitation_forms.plan), methods=["POST"])
    part.add_url_rule("/<unit>/invitations/send", "send", of(office, invitation_forms.send), methods=["POST"])
    part.add_url_rule("/<unit>/invitations/text", "text", of(office, invitation_forms.text), methods=["POST"])
    part.add_url_rule("/<unit>/invitations/withdraw", "ask", of(office, _ask), methods=["POST"])
    part.add_url_rule("/<unit>/invitations/withdrawn", "withdraw", of(office, _withdraw), methods=["POST"])
    part.add_url_rule("/<unit>/invitations/of/<booking>", "show", of(office, _show))
    return part


def _index(office: Office, unit: str) -> Page:
    outcome = _OUTCOMES.get(request.args.get("outcome", ""))
    kind = request.args.get("kind", "")
    page = max(1, request.args.get("page", 1, int))
    found = invitations.listing(
        office.database, office.visit(), unit, outcome=outcome, timed=_TIMED.get(kind), page=min(page, 10**6)
    )
    return render_template(
        "staff/invitations.html",
        unit=found.unit,
        listing=found,
        outcome=outcome,
        outcomes=Outcome,
        kind=kind if kind in _TIMED else None,
        page=page,
    )


def _show(office: Office, unit: str, booking: str) -> Page:
    found = invitations.shown(office.database, office.visit(), unit, booking)
    return render_template("staff/invitation.html", unit=found.unit, shown=found)


def _ask(office: Office, unit: str) -> Page:
    """Which ones, once more, before they are taken back; what was seen in the list goes with them."""
    seen = _seen()
    try:
        found = invitations.to_withdraw(office.database, office.visit(), unit, seen)
    except Invalid as reason:
        return _back(unit, reason)
    return render_template("staff/invitations_withdraw.html", unit=found.unit, rows=found.rows, seen=seen)


def _withdraw(office: Office, unit: str) -> Page:
    try:
        sentence = invitations.withdraw(office.database, office.visit(), unit, _seen())
    except Invalid as reason:
        return _back(unit, reason)
    flash(say(sentence))
    return redirect(url_for("invitations.index", unit=unit))


def _seen() -> dict[str, str]:
    """What each chosen invitation was like, by its booking id."""
    pairs = (chosen.partition(" ") for chosen in request.form.getlist("chosen"))
    return {booking: seen for seen, _, booking in pairs}


def _back(unit: str, reason: Invalid) -> Response:
    for fault in reason.faults:
        flash(say(fault.sentence), "fault")
    return redirect(url_for("invitations.index", unit=unit))
