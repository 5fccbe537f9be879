"""What every staff page has at hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import update_wrapper
from ssl import SSLContext, create_default_context
from typing import Any, Concatenate, ParamSpec

from flask import g

from producer.domain.staff import Staff
from producer.services.staff.admission import Visit
from producer.store.engine import Database

P = ParamSpec("P")


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """What the pages ask of the running producer; `now` is Swedish wall time."""

    database: Database
    now: Callable[[], datetime]
    behind_proxy: bool = False
    index_url: str = ""
    outgoing: Callable[[], SSLContext] = create_default_context
    """How calls of our own go over TLS."""

    def visit(self) -> Visit:
        """Who asks for this page, and when."""
        staff: Staff = g.staff
        return Visit(staff=staff, now=self.now().replace(microsecond=0))


def of(office: Office, view: Callable[Concatenate[Office, P], Any]) -> Callable[P, Any]:
    """The view with the office at hand, under its own name, which those who guard views look for.

    It is answered anew when others came in between: from what the form says and what is true by then.
    """

    def answer(*args: P.args, **kwargs: P.kwargs) -> Any:
        return office.database.retried(lambda: view(office, *args, **kwargs))

    return update_wrapper(answer, view)
