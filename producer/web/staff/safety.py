"""What the browser is told never to do with these pages."""

from typing import Final

from flask import Flask, Response, request

# No script, style, frame, form target or anything else from elsewhere, and none written into the page itself.
# Pictures in `data:` are the marks of check boxes and menus in the style sheet.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)


def prepare(site: Flask) -> None:
    site.after_request(_guarded)


def _guarded(response: Response) -> Response:
    headers = response.headers
    headers["Content-Security-Policy"] = _POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.endpoint not in ("static", "bootstrap.static"):
        headers["Cache-Control"] = "no-store"
    return response
