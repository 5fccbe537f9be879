"""The cookie of a browser: signed with a key that every process of the database shares."""

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from producer.services.staff.signing_in import cookie_key
from producer.web.staff.office import Office


class Sessions(SecureCookieSessionInterface):
    def __init__(self, office: Office) -> None:
        self._office = office

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The key is fetched when the first page is asked for, since the database may come later than the process."""
        if app.secret_key is None:
            app.secret_key = cookie_key(self._office.database)
        return super().get_signing_serializer(app)

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 - Flask asks so
        """Over TLS the cookie never leaves it; without, as on a machine of one's own, it could not be kept so."""
        return request.is_secure
