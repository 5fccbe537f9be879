"""Whether calls could be answered now: the database is asked, seldom and by one at a time, whoever wants to know."""

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from time import monotonic
from typing import Final

from producer.store.engine import Database
from producer.store.errors import StoreError
from producer.store.proofs import prove_writing

FRESH_SECONDS: Final = 1.0
"""How long an answer holds, so that those who ask often cost nothing."""
PATIENCE_SECONDS: Final = 2.0
"""How long one who asks waits for a database that does not answer."""
SILENT: Final = "the database does not answer"
NOT_WRITABLE: Final = "nothing can be written in the database"


class Health:
    """What stands in the way of answering calls, if anything does."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._looker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="health")
        self._look: Future[str | None] | None = None
        self._looked_at = 0.0
        self._can_be_read = False

    def trouble(self) -> str | None:
        """Reading that hangs is trouble; writing that takes its time, behind others who write, is none."""
        try:
            return self._latest().result(timeout=PATIENCE_SECONDS)
        except TimeoutError:
            return None if self._can_be_read else SILENT

    def close(self) -> None:
        self._looker.shutdown(wait=False, cancel_futures=True)

    def _latest(self) -> "Future[str | None]":
        with self._lock:
            look = self._look
            if look is None or (look.done() and monotonic() - self._looked_at > FRESH_SECONDS):
                self._can_be_read = False
                self._look = look = self._looker.submit(self._found)
                self._looked_at = monotonic()
            return look

    def _found(self) -> str | None:
        try:
            self._database.ping()
        except StoreError:
            return SILENT
        self._can_be_read = True
        try:
            prove_writing(self._database)
        except StoreError:
            return NOT_WRITABLE
        return None
