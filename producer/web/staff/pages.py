"""The staff pages put together: an application of its own under /staff/."""

from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

from flask import Blueprint, Flask
from flask_bootstrap import Bootstrap5
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from producer.web.staff import (
    absences,
    access,
    accounts,
    base_schedules,
    bookings,
    connecting,
    errors,
    exchange,
    follow_up,
    front,
    gate,
    index_posts,
    invitations,
    language,
    lists,
    patients,
    rules,
    safety,
    sessions,
    signing_in,
    units,
    week,
    words,
)
from producer.web.staff.office import Office

# Each has `pages(office)`, which answers a Blueprint; its paths begin at /staff/.
PARTS: Final[tuple[ModuleType, ...]] = (
    signing_in,
    front,
    language,
    week,
    base_schedules,
    absences,
    rules,
    bookings,
    invitations,
    follow_up,
    lists,
    units,
    accounts,
    access,
    patients,
    index_posts,
    connecting,
    exchange,
)
_LARGEST_FORM: Final = 8 * 1024 * 1024
_LARGEST_KEY: Final = 10**15 - 1


class _Key(IntegerConverter):
    """A number in a path is the key of a row, and no larger than a database takes."""

    def __init__(self, map: Map, **how: Any) -> None:  # noqa: A002 - werkzeug calls it so
        super().__init__(map, **{"max": _LARGEST_KEY, **how})


def create_staff_pages(office: Office) -> Flask:
    site = Flask("producer.web", static_url_path="/staff/static")
    site.url_map.converters["int"] = _Key
    site.config.update(
        BOOTSTRAP_SERVE_LOCAL=True,
        MAX_CONTENT_LENGTH=_LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=_LARGEST_FORM,
        WTF_CSRF_TIME_LIMIT=None,  # a token is as old as its session
        SESSION_COOKIE_NAME="tidbok",
        SESSION_COOKIE_PATH="/staff",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
    )
    site.session_interface = sessions.Sessions(office)
    site.before_request(sessions.require_session)
    Bootstrap5(site)
    CSRFProtect(site)
    for prepare in (language.prepare, words.prepare, safety.prepare, errors.prepare):
        prepare(site)
    gate.prepare(site, office)
    for part in PARTS:
        make: Callable[[Office], Blueprint] = part.pages
        site.register_blueprint(make(office), url_prefix="/staff")
    if office.behind_proxy:
        site.wsgi_app = ProxyFix(site.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]  # as Flask's documentation has it
    return site
