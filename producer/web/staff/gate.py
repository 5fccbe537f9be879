"""Nobody comes further than the sign-in page without being signed in."""

from flask import Flask, abort, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from producer.domain.staff import Staff
from producer.services.staff.signing_in import staff_signed_in
from producer.web.staff.office import Office

# What anybody may open: how to come in, in which language, what the pages look like, and the statement.
OPEN = frozenset(
    {"static", "bootstrap.static", "signing_in.form", "signing_in.enter", "language.choose", "front.access"}
)


def prepare(site: Flask, office: Office) -> None:
    site.before_request(_refuse_what_is_no_text)
    site.before_request(lambda: _admit(site, office))
    site.context_processor(lambda: {"staff": g.get("staff")})


def _admit(site: Flask, office: Office) -> Response | None:
    """Lets the signed in pass; others are sent to sign in and come back to where they were going."""
    g.staff = _staff(office)
    if g.staff is not None or request.endpoint is None or request.endpoint in OPEN or _is_open(site):
        return None
    session.pop("token", None)
    if request.method != "GET":
        return redirect(url_for("signing_in.form", idle=1))
    return redirect(url_for("signing_in.form", next=request.full_path.rstrip("?")))


def _refuse_what_is_no_text() -> None:
    """Nobody can type the character NUL, and not every database takes it."""
    if "\0" in request.path:
        abort(404)
    if request.url_rule is None:
        return  # what is no page is told so, whatever is asked of it
    if any("\0" in value for _, value in (*request.args.items(True), *request.form.items(True))):
        abort(400)


def _is_open(site: Flask) -> bool:
    """A view that guards itself by other means, as a calendar with a secret address, says so with `is_open`."""
    view = site.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "is_open", False))


def _staff(office: Office) -> Staff | None:
    token = session.get("token")
    return staff_signed_in(office.database, token, office.now()) if isinstance(token, str) else None
