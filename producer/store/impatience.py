"""A connection to PostgreSQL that ends when nothing comes from the server, as when it hangs or the network has gone."""

from typing import Any, Final

import psycopg
from psycopg.abc import RV, PQGen

STATEMENT_SECONDS: Final = 12
"""How long the server works at one statement of a call before it gives up; the platform waits for 29 s in all."""
SILENT_SECONDS: Final = 15
"""How long nothing at all may come: the server says itself that it gives up, unless it is no longer able to."""
_PAUSE_SECONDS: Final = 0.1


class ImpatientConnection(psycopg.Connection[Any]):
    """A connection that is closed when the server has been silent for too long."""

    def wait(self, gen: PQGen[RV], interval: float = _PAUSE_SECONDS, timeout: float | None = None) -> RV:
        try:
            return super().wait(gen, interval, timeout or SILENT_SECONDS)
        except psycopg.OperationalError as error:
            if error.sqlstate is None:  # not the server's word
                self.close()
            raise


def connected(_dialect: object, _entry: object, words: list[Any], named: dict[str, Any]) -> psycopg.Connection[Any]:
    """What SQLAlchemy connects by, once it listens to this."""
    options = f"{named['options']} -c statement_timeout={STATEMENT_SECONDS * 1000}"
    return ImpatientConnection.connect(*words, **{**named, "options": options})
