"""Delivers what the outbox holds: each post until the index has taken or refused it, in order within its key."""

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from producer.index import backoff
from producer.index.line import Index, seconds_for
from producer.index.verdicts import Outcome, Verdict
from producer.serving.background import Hold
from producer.store import outbox
from producer.store.engine import Database
from producer.store.outbox import Post

_LOG = logging.getLogger(__name__)
Count = Callable[[str, int], object]
"""Hears of each call what came of it, and of how many posts that was the end."""

_MARGIN_SECONDS: Final = 5
"""How much longer than its call may take one holds the delivery, so that no other begins while it is under way."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Clocks:
    """Swedish wall time for what people read, seconds since 1970 for pauses, and chance."""

    now: Callable[[], datetime]
    seconds: Callable[[], float]
    chance: Callable[[], float]


@dataclass(kw_only=True, slots=True)
class Pass:
    """What came of one go through the outbox."""

    sent: int = 0
    refused: int = 0
    trouble: str | None = None


def unheard(_outcome: str, _posts: int) -> None:
    """For who delivers without anybody counting."""


class Delivery:
    """The one who tells the index; who calls it sees to it that there is one at a time."""

    def __init__(
        self,
        database: Database,
        index: Index,
        *,
        batch: int,
        clocks: Clocks,
        count: Count,
    ) -> None:
        self._database = database
        self._index = index
        self._batch = batch
        self._clocks = clocks
        self._count = count

    def is_due(self) -> bool:
        """A cheap look: whether something waits and the index may be tried."""
        with self._database.reading() as timetable:
            not_before = outbox.course(timetable).not_before
            return backoff.is_over(not_before, self._clocks.seconds()) and outbox.something_waits(timetable)

    def interrupt(self) -> None:
        self._index.interrupt()

    def run(self, hold: Hold) -> Pass:
        """Until nothing waits, the index fails, or the hold is lost."""
        done = Pass()
        while (posts := self._next()) and self._deliver(posts, hold, done):
            pass
        return done

    def _next(self) -> list[Post]:
        with self._database.reading() as timetable:
            failures = outbox.course(timetable).failures
            return outbox.waiting(timetable, backoff.how_many(self._batch, failures))

    def _deliver(self, posts: Sequence[Post], hold: Hold, done: Pass) -> bool:
        """Whether to go on. Of posts that are refused the halves are tried, until the one that is at fault is alone."""
        parts = [posts]
        while parts:
            part = parts.pop()
            if hold.is_over() or not hold.renew(math.ceil(seconds_for(len(part))) + _MARGIN_SECONDS):
                return False
            verdict = self._index.tell(part)
            if verdict.outcome is Outcome.REFUSED and len(part) > 1:
                middle = len(part) // 2
                parts += [part[middle:], part[:middle]]
                self._count(verdict.outcome, 0)
            elif hold.is_over() and verdict.outcome is Outcome.FAILED:
                return False  # it was interrupted, which says nothing of the index
            elif not self._keep(part, verdict, done):
                return False
        return True

    def _keep(self, posts: Sequence[Post], verdict: Verdict, done: Pass) -> bool:
        """What came of the call, in a transaction of its own; whoever dies before it tells the same once more."""
        self._count(verdict.outcome, 0 if verdict.outcome is Outcome.FAILED else len(posts))
        with self._database.writing() as timetable:
            failures = outbox.course(timetable).failures
            if verdict.outcome is Outcome.TAKEN:
                outbox.keep_sent(timetable, [post.id for post in posts], self._clocks.now())
                done.sent += len(posts)
            elif verdict.outcome is Outcome.REFUSED:
                outbox.keep_refused(timetable, posts[0].id, verdict.reason, self._clocks.now())
                done.refused += 1
            else:
                outbox.keep_failed(
                    timetable,
                    [post.id for post in posts],
                    failures=failures + 1,
                    not_before=int(self._clocks.seconds()) + backoff.pause(failures + 1, self._clocks.chance()),
                    reason=verdict.reason,
                )
                done.trouble = verdict.reason
        _log(posts[0], verdict, failures)
        return verdict.outcome is not Outcome.FAILED


def _log(post: Post, verdict: Verdict, failures: int) -> None:
    """What an operator is to look into, and when it is over; said once, however long it lasts."""
    if verdict.outcome is Outcome.REFUSED:
        booking, unit = post.business_id, post.logical_address
        _LOG.warning("Engagemangsindex refuses the post of booking %s at %s: %s", booking, unit, verdict.reason)
    elif verdict.outcome is Outcome.FAILED and not failures:
        _LOG.warning("Engagemangsindex takes no posts, which wait meanwhile: %s", verdict.reason)
    elif verdict.outcome is Outcome.TAKEN and failures:
        _LOG.info("Engagemangsindex takes posts again")
