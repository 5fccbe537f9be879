"""The kinds of requests, told apart by method and path before anything of them is read."""

from enum import StrEnum
from typing import Final

from producer.soap.endpoint import is_soap

_STAFF_FOLDERS: Final = ("/staff/", "/bootstrap/")  # the second is where the form library keeps its style sheet
_WEB_FOLDERS: Final = ("/health/", "/schemas/", "/static/")
_OPERATION: Final = ("/health/live", "/health/ready", "/metrics")


class Kind(StrEnum):
    """Whom a request is from: a consumer, the staff, an operator, or somebody who reads."""

    CALL = "call"
    STAFF = "staff"
    OPERATION = "operation"
    PAGE = "page"


def kind_of(method: str, path: str) -> Kind:
    """Where the platform's routing makes up a path, a POST is a call (rule 11)."""
    if path == "/staff" or path.startswith(_STAFF_FOLDERS):
        return Kind.STAFF
    if path in _OPERATION:
        return Kind.OPERATION
    if is_soap(path) or (method == "POST" and not path.startswith(_WEB_FOLDERS)):
        return Kind.CALL
    return Kind.PAGE
