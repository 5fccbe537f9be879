"""The cookie of a browser: signed with a key that every process of the database shares."""

from flask import Flask, Request, request, session
from flask.sessions import NullSession, SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from producer.services.staff.signing_in import cookie_key
from producer.store.errors import StoreUnavailable
from producer.web.staff.office import Office


class Sessions(SecureCookieSessionInterface):
    def __init__(self, office: Office) -> None:
        self._office = office

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """None when the key cannot be had: what is raised here would be no page, but where none can be shown."""
        try:
            return super().open_session(app, request)
        except StoreUnavailable:
            return None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The key is fetched when the first page is asked for, since the database may come later than the process."""
        if app.secret_key is None:
            app.secret_key = cookie_key(self._office.database)
        return super().get_signing_serializer(app)

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 - Flask asks so
        """Over TLS the cookie never leaves it; without, as on a machine of one's own, it could not be kept so."""
        return request.is_secure


_NEED_NONE = frozenset({"static", "bootstrap.static"})


def require_session() -> None:
    """Before anything else of a request, and where what is raised becomes a page, which has its style sheets."""
    if isinstance(session, NullSession) and request.endpoint not in _NEED_NONE:
        raise StoreUnavailable("the key of the cookies is in the database, which does not answer")
