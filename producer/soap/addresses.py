"""The address that a caller used to reach this producer, to be given back in WSDLs and pages."""

import re
from collections.abc import Mapping
from typing import Any, Final

_HOST: Final = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_SCHEMES: Final = frozenset({"http", "https"})


def base_address(environ: Mapping[str, Any], behind_proxy: bool) -> str:
    """Scheme and host of the request; the proxy's words for them count only if there is a proxy to believe."""
    scheme, host = environ["wsgi.url_scheme"], environ.get("HTTP_HOST", "")
    if behind_proxy:
        scheme = _first(environ, "HTTP_X_FORWARDED_PROTO") or scheme
        host = _first(environ, "HTTP_X_FORWARDED_HOST") or host
    if scheme not in _SCHEMES:
        scheme = environ["wsgi.url_scheme"]
    if not _HOST.fullmatch(host):
        host = f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    return f"{scheme}://{host}"


def _first(environ: Mapping[str, Any], name: str) -> str:
    return str(environ.get(name, "")).partition(",")[0].strip()
