"""The pages to sign in and out."""

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from producer.services.staff.signing_in import TooManyAttempts, sign_in, sign_out
from producer.web.staff.language import inside
from producer.web.staff.office import Office, of

Page = str | Response | tuple[str, int]


def pages(office: Office) -> Blueprint:
    part = Blueprint("signing_in", __name__)
    part.add_url_rule("/sign-in", "form", _form)
    part.add_url_rule("/sign-in", "enter", of(office, _enter), methods=["POST"])
    part.add_url_rule("/sign-out", "leave", of(office, _leave), methods=["POST"])
    return part


def _form() -> Page:
    if g.staff is not None:
        return redirect(inside(request.args.get("next")))
    return render_template("staff/sign_in.html", idle="idle" in request.args, next=request.args.get("next", ""))


def _enter(office: Office) -> Page:
    name, password = request.form.get("name", ""), request.form.get("password", "")
    try:
        token = sign_in(office.database, name, password, address=request.remote_addr or "", now=office.now())
    except TooManyAttempts:
        return _again(gettext("För många försök. Vänta en kvart och försök igen."), 429)
    if token is None:
        return _again(gettext("Namnet och lösenordet hör inte ihop. Kontrollera båda och försök igen."), 400)
    language = session.get("language")
    session.clear()
    session.update(token=token, **({"language": language} if language else {}))
    return redirect(inside(request.form.get("next")))


def _again(sentence: str, code: int) -> Page:
    """The form once more, with the name as it was typed."""
    form = request.form
    page = render_template(
        "staff/sign_in.html", fault=sentence, name=form.get("name", ""), next=form.get("next", ""), idle=False
    )
    return page, code


def _leave(office: Office) -> Page:
    token = session.get("token")
    if isinstance(token, str):
        sign_out(office.database, token)
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    flash(gettext("Du är utloggad."))
    return redirect(url_for("signing_in.form"))
