"""What those hear for whom there is no time: made beforehand, so that turning many away costs little."""

import logging
import re
import time
from collections.abc import Callable
from enum import StrEnum
from threading import Lock
from typing import Final
from uuid import uuid4

from producer.serving.kinds import Kind

Response = tuple[int, list[tuple[str, str]], bytes]

_LOG = logging.getLogger(__name__)
_EVERY_SECONDS: Final = 1.0
_CORRELATION: Final = "x-skltp-correlation-id"
_HEADER_VALUE: Final = re.compile(r"[\x21-\x7e]{1,128}")
_XML: Final = ("content-type", "text/xml; charset=utf-8")
_TEXT: Final = ("content-type", "text/plain; charset=utf-8")
_AGAIN: Final = ("retry-after", "5")
# A fault is always 500: with a 503 the platform would throw it away (rules 1, 2, 3).
_FAULT: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>'
    "<faultcode>soap:Server</faultcode>"
    "<faultstring>The producer is too busy and has done nothing; try again later (log id {})</faultstring>"
    "</soap:Fault></soap:Body></soap:Envelope>"
)
_PAGE: Final = "Tidbokningen har just nu för mycket att göra. Försök igen om en liten stund.\n".encode()


class Reason(StrEnum):
    """Why a request is turned away, as the numbers name it."""

    FULL = "full"
    LATE = "late"
    MEMORY = "memory"


class Shedding:
    """Turns requests away. They have a log id in common with those of the same second, and one line in the log."""

    def __init__(self, count: Callable[[str], object]) -> None:
        self._count = count
        self._lock = Lock()
        self._fault = b""
        self._told_at = -_EVERY_SECONDS
        self._untold = 0

    def response(self, kind: Kind, reason: Reason, correlation_id: str) -> Response:
        self._count(reason)
        with self._lock:
            self._untold += 1
            if time.monotonic() - self._told_at >= _EVERY_SECONDS:
                self._tell(kind, reason)
            fault = self._fault
        if kind is not Kind.CALL:
            return 503, [_TEXT, _AGAIN], _PAGE
        known = [(_CORRELATION, correlation_id)] if _HEADER_VALUE.fullmatch(correlation_id) else []
        return 500, [_XML, *known], fault

    def _tell(self, kind: Kind, reason: Reason) -> None:
        log_id = str(uuid4())
        _LOG.warning(
            "Too busy: a %s is turned away (%s), others may be within a second, log id %s; %s since last told",
            kind,
            reason,
            log_id,
            self._untold,
        )
        self._fault, self._told_at, self._untold = _FAULT.format(log_id).encode(), time.monotonic(), 0
