"""The form of a new invitation, the look at what it would send, and the sending."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from producer.domain.staff import ChangedMeanwhile, Fault, Invalid
from producer.services.staff import invitation_sending
from producer.services.staff.invitation_drafts import Draft, Kind
from producer.services.staff.invitation_plans import Plan
from producer.web.staff.office import Office
from producer.web.staff.words import say, told

Page = str | Response | tuple[str, int]

_KINDS = {kind.value: kind for kind in Kind}
_TYPED = ("people", "time_type", "valid_to", "where", "first", "last", "slot", "title", "text")


def new(office: Office, unit: str) -> Page:
    draft = invitation_sending.new_draft(
        office.database,
        office.visit(),
        unit,
        _KINDS.get(request.args.get("kind", ""), Kind.OPEN),
        slot=request.args.get("slot", ""),
        like=request.args.get("like", ""),
    )
    return _form(office, unit, draft)


def plan(office: Office, unit: str) -> Page:
    """What the button asks: another kind of invitation, an earlier text, to change, or to see what would be sent."""
    act, draft = request.form.get("act", ""), _draft()
    if act in _KINDS:
        return _form(office, unit, replace(draft, kind=_KINDS[act]))
    if act == "fetch":
        return _with_earlier_text(office, unit, draft)
    if act == "edit":
        return _form(office, unit, draft)
    return _look(office, unit, draft)


def send(office: Office, unit: str) -> Page:
    draft = _draft()
    if request.form.get("chosen", "") != _chosen(draft):
        return _look(office, unit, draft, gettext("Du har valt annorlunda. Granska och skicka sedan."))
    try:
        sentence = invitation_sending.send(office.database, office.visit(), unit, draft, request.form.get("seen", ""))
    except ChangedMeanwhile:
        changed = gettext("Inget är skickat, för något har ändrats sedan du granskade. Så här är det nu; granska igen.")
        return _look(office, unit, draft, changed, 409)
    except Invalid as reason:
        return _form(office, unit, draft, reason.faults)
    flash(say(sentence))
    return redirect(url_for("invitations.index", unit=unit))


def text(office: Office, unit: str) -> Page:
    """The text as it will look, for the page to show while it is written."""
    try:
        article = invitation_sending.text_written(
            office.database, office.visit(), unit, request.form.get("title", ""), request.form.get("text", "")
        )
    except Invalid as reason:
        return render_template("staff/invitation_text.html", article=None, faults=told(reason.faults).values())
    return render_template("staff/invitation_text.html", article=article)


def _with_earlier_text(office: Office, unit: str, draft: Draft) -> Page:
    like = request.form.get("like", "")
    if like:
        draft = invitation_sending.with_text_of(office.database, office.visit(), unit, draft, like)
    return _form(office, unit, draft)


def _look(office: Office, unit: str, draft: Draft, notice: str | None = None, code: int = 200) -> Page:
    try:
        planned = invitation_sending.plan(office.database, office.visit(), unit, draft)
    except Invalid as reason:
        return _form(office, unit, draft, reason.faults)
    page = render_template(
        "staff/invitation_plan.html",
        unit=planned.unit,
        plan=planned,
        draft=draft,
        typed=_TYPED,
        chosen=_chosen(_as_shown(planned)),
        notice=notice,
    )
    return page, code


def _form(office: Office, unit: str, draft: Draft, faults: Iterable[Fault] = ()) -> Page:
    faults = tuple(faults)
    choices = invitation_sending.choices(office.database, office.visit(), unit, draft.kind)
    page = render_template(
        "staff/invitation_new.html",
        unit=choices.unit,
        choices=choices,
        draft=draft,
        kinds=Kind,
        faults=_by_field(faults),
        lines={field: [say(fault.sentence) for fault in faults if fault.field == field] for field in _MANY_LINES},
    )
    return page, 400 if faults else 200


_MANY_LINES = ("people", "text")
"""The fields where there can be a fault in every line."""


def _by_field(faults: Iterable[Fault]) -> Mapping[str, str]:
    """Of many faults in one field only their number: they stand at the field, each in its line."""
    faults = tuple(faults)
    number = Counter(fault.field for fault in faults)
    many = {
        field: gettext("%(number)s rader behöver rättas. De står vid fältet.", number=number[field])
        for field in _MANY_LINES
        if number[field] > 1
    }
    return {**told(faults), **many}


def _draft() -> Draft:
    form = request.form
    return Draft(
        kind=_KINDS.get(form.get("kind", ""), Kind.OPEN),
        **{name: form.get(name, "") for name in _TYPED},
        anyway=frozenset(form.getlist("anyway")),
    )


def _chosen(draft: Draft) -> str:
    """What can be chosen on the page that is looked at, so that a choice made there is looked at too."""
    return " ".join([draft.slot, *sorted(draft.anyway)])


def _as_shown(planned: Plan) -> Draft:
    """The draft with the time that the page shows as chosen, where there are some to choose among."""
    slot = planned.invited[0][1] if planned.slots else None
    return planned.draft if slot is None else replace(planned.draft, slot=slot.public_id)
