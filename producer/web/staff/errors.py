"""What cannot be answered with the page that was asked for, in words."""

from flask import Flask, render_template, session
from flask.sessions import NullSession
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from producer.domain.staff import ChangedMeanwhile, NotAllowed, NotThere
from producer.store.errors import Collision, StoreUnavailable
from producer.web.staff.words import say

Page = tuple[str, int]


def prepare(site: Flask) -> None:
    """The services' own exceptions, wherever in a view they come from."""
    site.register_error_handler(NotAllowed, lambda _: _told(403, gettext("Du har inte behörighet till detta.")))
    site.register_error_handler(NotThere, lambda _: _told(404, gettext("Sidan finns inte.")))
    site.register_error_handler(ChangedMeanwhile, _changed)
    site.register_error_handler(
        Collision, lambda _: _told(409, gettext("Någon annan hann före. Ladda om och försök igen."))
    )
    site.register_error_handler(StoreUnavailable, _unavailable)
    site.register_error_handler(
        CSRFError,
        lambda _: _told(400, gettext("Formuläret är för gammalt. Gå tillbaka, ladda om sidan och försök igen.")),
    )
    site.register_error_handler(HTTPException, _http)


def _changed(reason: Exception) -> Page:
    sentences = reason.sentences if isinstance(reason, ChangedMeanwhile) else ()
    return _told(
        409,
        gettext("Någon annan har ändrat detta sedan du öppnade sidan. Inget har skrivits över."),
        *map(say, sentences),
    )


def _unavailable(_: Exception) -> Page:
    template = "staff/error_alone.html" if isinstance(session, NullSession) else _PAGE
    return _told(503, gettext("Databasen svarar inte. Inget har ändrats; försök igen om en stund."), template=template)


def _http(reason: Exception) -> Page:
    code = reason.code or 500 if isinstance(reason, HTTPException) else 500
    return _told(code, _SENTENCES.get(code, lambda: gettext("Det gick inte."))())


_SENTENCES = {
    400: lambda: gettext("Begäran gick inte att förstå."),
    403: lambda: gettext("Du har inte behörighet till detta."),
    404: lambda: gettext("Sidan finns inte."),
    405: lambda: gettext("Sidan kan inte anropas så."),
    413: lambda: gettext("Det du skickade är för stort."),
    500: lambda: gettext("Något gick fel hos oss. Inget har ändrats."),
}


_PAGE = "staff/error.html"


def _told(code: int, sentence: str, *more: str, template: str = _PAGE) -> Page:
    return render_template(template, sentence=sentence, more=more, code=code), code
