"""Swedish first, English by a switch: the translations are the .po files beside, read as they are."""

from functools import cache, cached_property
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Blueprint, Flask, request, session, url_for
from flask_babel import Babel, Domain, get_locale
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from producer.web.staff.office import Office

LANGUAGES = {"sv": "Svenska", "en": "English"}
TRANSLATIONS = Path(__file__).with_name("translations")


class _Words(Domain):
    """One file for each part of the pages, so that who changes a part finds its words in one place."""

    def get_translations(self) -> NullTranslations:
        locale = get_locale()
        return NullTranslations() if locale is None or locale.language == "sv" else _translations(locale.language)


class _Babel(Babel):
    @cached_property
    def domain_instance(self) -> Domain:
        return _Words()


def prepare(site: Flask) -> None:
    _Babel(site, default_locale="sv", locale_selector=_chosen)
    site.context_processor(lambda: {"language": _chosen(), "languages": LANGUAGES})


def pages(_: Office) -> Blueprint:
    part = Blueprint("language", __name__)
    part.add_url_rule("/language", "choose", _choose, methods=["POST"])
    return part


def _chosen() -> str:
    chosen = session.get("language")
    return chosen if chosen in LANGUAGES else "sv"


def _choose() -> Response:
    if request.form.get("language") in LANGUAGES:
        session["language"] = request.form["language"]
    return redirect(inside(request.form.get("next")))


def inside(target: str | None) -> str:
    """The page to go on to, which is one of ours whatever the form says."""
    is_ours = target is not None and target.startswith("/staff/") and "\\" not in target and "//" not in target
    return target if target and is_ours and target.isprintable() else url_for("front.start")


@cache
def _translations(language: str) -> NullTranslations:
    known = Catalog(locale=language)
    for path in sorted(TRANSLATIONS.glob(f"*.{language}.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    known[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, known)
    compiled.seek(0)
    return Translations(compiled)
