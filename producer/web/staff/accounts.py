"""The accounts of the staff, which administrators see to, and the page where all change a password of their own."""

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from producer.domain.model import CareUnit
from producer.domain.staff import Fault, Invalid
from producer.services.staff import accounts
from producer.services.staff.accounts import NewPassword
from producer.services.staff.signing_in import SHORTEST_PASSWORD, TooManyAttempts
from producer.web.staff.office import Office, of
from producer.web.staff.words import say, told

Page = str | Response | tuple[str, int]

_ONE: Final = "/accounts/<int:account>"


def pages(office: Office) -> Blueprint:
    part = Blueprint("accounts", __name__)
    part.add_url_rule("/accounts", "index", of(office, _index))
    part.add_url_rule("/accounts", "add", of(office, _add), methods=["POST"])
    part.add_url_rule(_ONE, "edit", of(office, _edit))
    part.add_url_rule(_ONE, "change", of(office, _change), methods=["POST"])
    part.add_url_rule(f"{_ONE}/password", "give_password", of(office, _give_password), methods=["POST"])
    part.add_url_rule("/password", "own_password", _own_password)
    part.add_url_rule("/password", "change_own_password", of(office, _change_own_password), methods=["POST"])
    return part


def _index(office: Office) -> Page:
    return _shown_all(office)


def _shown_all(office: Office, faults: tuple[Fault, ...] = ()) -> str:
    known = accounts.all_accounts(office.database, office.visit())
    return render_template(
        "staff/accounts.html",
        accounts=known.accounts,
        names={unit.id: unit.name for unit in known.units},
        units=_pairs(known.units),
        roles=_roles(),
        form=request.form if faults else {},
        chosen=request.form.getlist("units", type=int) if faults else (),
        shortest=SHORTEST_PASSWORD,
        faults=told(faults),
    )


def _add(office: Office) -> Page:
    form = request.form
    try:
        made = accounts.add(
            office.database,
            office.visit(),
            name=" ".join(form.get("name", "").split()),
            role=form.get("role", ""),
            unit_ids=form.getlist("units", type=int),
            password=form.get("password", ""),
        )
    except Invalid as refused:
        return _shown_all(office, refused.faults), 400
    return _made(made)


def _edit(office: Office, account: int) -> Page:
    return _shown_one(office, account)


def _shown_one(office: Office, account: int, faults: tuple[Fault, ...] = ()) -> str:
    found = accounts.shown(office.database, office.visit(), account)
    is_form = bool(faults) and "seen" in request.form
    return render_template(
        "staff/account.html",
        account=found.account,
        units=_pairs(found.units),
        roles=_roles(),
        role=request.form.get("role") if is_form else found.account.role,
        active="active" in request.form if is_form else found.account.active,
        chosen=request.form.getlist("units", type=int) if is_form else found.account.unit_ids,
        seen=request.form.get("seen", found.seen),
        shortest=SHORTEST_PASSWORD,
        faults=told(faults),
    )


def _change(office: Office, account: int) -> Page:
    form = request.form
    try:
        sentence = accounts.change(
            office.database,
            office.visit(),
            account,
            role=form.get("role", ""),
            active="active" in form,
            unit_ids=form.getlist("units", type=int),
            seen=form.get("seen", ""),
        )
    except Invalid as refused:
        return _shown_one(office, account, refused.faults), 400
    flash(say(sentence))
    return redirect(url_for("accounts.index"))


def _give_password(office: Office, account: int) -> Page:
    try:
        made = accounts.give_password(office.database, office.visit(), account, request.form.get("password", ""))
    except Invalid as refused:
        return _shown_one(office, account, refused.faults), 400
    return _made(made)


def _made(made: NewPassword) -> Page:
    """A password that was made up is shown on the page that answers; a flash would keep it in a cookie."""
    if made.password is not None:
        return render_template("staff/account_password.html", made=made, sentence=say(made.sentence))
    flash(say(made.sentence))
    return redirect(url_for("accounts.index"))


def _own_password() -> Page:
    return render_template("staff/account_own.html", faults={}, shortest=SHORTEST_PASSWORD)


def _change_own_password(office: Office) -> Page:
    form = request.form
    try:
        token = accounts.change_own_password(
            office.database,
            office.visit(),
            old=form.get("old", ""),
            new=form.get("password", ""),
            again=form.get("again", ""),
            address=request.remote_addr or "",
        )
    except Invalid as refused:
        return _own_again(told(refused.faults)), 400
    except TooManyAttempts:
        return _own_again({"": gettext("För många försök. Vänta en kvart och försök igen.")}), 429
    session["token"] = token
    flash(gettext("Ditt lösenord är bytt. Du är utloggad överallt utom här."))
    return redirect(url_for("front.start"))


def _own_again(faults: dict[str, str]) -> str:
    """Passwords are the one thing typed that does not come back."""
    return render_template("staff/account_own.html", faults=faults, shortest=SHORTEST_PASSWORD)


def _roles() -> list[tuple[str, str]]:
    return [(role.value, say(sentence)) for role, sentence in accounts.ROLES.items()]


def _pairs(units: list[CareUnit]) -> list[tuple[int, str]]:
    return [(unit.id, unit.name) for unit in units]
