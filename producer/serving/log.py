"""The log: one line of JSON per event on stderr, one event per call, personal ids hidden."""

import json
import logging
import sys
from datetime import UTC, datetime

from producer.serving.masking import masked
from producer.serving.traces import told
from producer.soap.server import Outcome

_CALLS = logging.getLogger("producer.calls")


class JsonLines(logging.Formatter):
    """A record as one line of JSON; what `extra={"call": {...}}` holds stands beside time and level."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        call = getattr(record, "call", None)
        line |= call if call is not None else {"logger": record.name, "message": record.getMessage()}
        if record.exc_info and record.exc_info[1] is not None:
            line["traceback"] = told(record.exc_info[1])
        return masked(json.dumps(line, ensure_ascii=False, default=str))


def start_logging() -> None:
    """Sends the log of this process to stderr; for the process that serves, not for those that embed the product."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def log_call(outcome: Outcome) -> None:
    """What there is to say of a call; a field without a value is left out."""
    said = {
        "contract": outcome.contract,
        "logical_address": outcome.logical_address,
        "consumer": outcome.consumer,
        "correlation_id": outcome.correlation_id,
        "result": outcome.result,
        "refusal": outcome.refusal,
        "fault": outcome.fault,
        "log_id": outcome.log_id,
        "empty_elements": outcome.empty_elements,
        "milliseconds": round(outcome.seconds * 1000, 2),
    }
    _CALLS.info("call", extra={"call": {name: value for name, value in said.items() if value not in (None, ())}})
