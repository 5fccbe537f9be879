"""Notes in the access log what was read in a transaction that only reads; who come together share one commit."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from producer.store.access_log import Access, note_access
from producer.store.errors import StoreUnavailable
from producer.store.timetable import Timetable

Writing = Callable[[Callable[[Timetable], None]], None]


@dataclass(slots=True)
class _Page:
    """Lines that are written together, and what became of them."""

    lines: list[Access] = field(default_factory=list)
    is_written: bool = False
    failure: Exception | None = None


class Ledger:
    """Of those who note while others' lines are being written, the first writes the lines of all.

    A line of its own costs a commit, which waits for the disk, and SQLite has but one writer.
    """

    def __init__(self, written: Writing, stated: Writing) -> None:
        self._written, self._stated = written, stated
        self._page = _Page()
        self._adding, self._turn = Lock(), Lock()

    def note(self, *accesses: Access) -> None:
        """Comes back when the lines are kept, and raises when they could not be: who cannot be noted does not see."""
        with self._adding:
            page = self._page
            page.lines.extend(accesses)
        with self._turn:
            if not page.is_written:  # and then it is the one that lines are added to
                self._write(page)
        if page.failure is not None:
            raise StoreUnavailable("what was read could not be noted") from page.failure

    def _write(self, page: _Page) -> None:
        with self._adding:
            self._page = _Page()
        try:
            write = self._stated if len(page.lines) == 1 else self._written
            write(lambda timetable: note_access(timetable, *page.lines))
        except Exception as reason:  # noqa: BLE001 - each who waits for the page must hear of it
            page.failure = reason
        page.is_written = True
