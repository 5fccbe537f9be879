"""The posts of an index in memory, and what became of each transaction that it took."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from threading import Lock
from typing import Final

from producer.index.judgement import Code, Refused, key_of
from producer.soap.codec import as_ts
from producer.soap.index_messages import EngagementTransactionType, EngagementType

_MOST_POSTS: Final = 200_000
_MOST_ENTRIES: Final = 10_000


class Effect(StrEnum):
    """What a transaction did."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DELETED = "deleted"
    WAS_GONE = "was gone"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One transaction in the journal; `call` counts the calls that were taken."""

    call: int
    at: datetime
    effect: Effect
    post: EngagementType


class Posts:
    """One Update is taken whole or not at all, also when several come at a time."""

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._by_key: dict[tuple[str, ...], EngagementType] = {}
        self._journal: deque[Entry] = deque(maxlen=_MOST_ENTRIES)
        self._calls = 0
        self._turn = Lock()

    def take(self, transactions: Iterable[EngagementTransactionType], now: datetime) -> None:
        """Keys that are the same have been refused before, so the order within a call is of no weight."""
        found = tuple(transactions)
        with self._turn:
            if len(self._by_key) + sum(not each.deleteFlag for each in found) > _MOST_POSTS:
                raise Refused(Code.TECHNICAL, f"the index is full; it holds {len(self._by_key)} posts in memory")
            self._calls += 1
            for transaction in found:
                effect, post = self._done(transaction, now)
                self._journal.append(Entry(call=self._calls, at=now, effect=effect, post=post))

    def held(self) -> tuple[EngagementType, ...]:
        """By when they are, those first that come first."""
        with self._turn:
            found = tuple(self._by_key.values())
        return tuple(sorted(found, key=lambda post: (post.mostRecentContent or "", key_of(post))))

    def journal(self) -> tuple[Entry, ...]:
        """The last transactions, the oldest first."""
        with self._turn:
            return tuple(self._journal)

    def _done(self, transaction: EngagementTransactionType, now: datetime) -> tuple[Effect, EngagementType]:
        told = transaction.engagement
        key = key_of(told)
        held = self._by_key.get(key)
        if transaction.deleteFlag:
            return (Effect.WAS_GONE, told) if held is None else (Effect.DELETED, self._by_key.pop(key))
        if held is not None and held.mostRecentContent == told.mostRecentContent:
            return Effect.UNCHANGED, held
        effect = Effect.CREATED if held is None else Effect.UPDATED
        self._by_key[key] = kept = self._kept(held, told, as_ts(now))
        return effect, kept

    def _kept(self, held: EngagementType | None, told: EngagementType, now: str) -> EngagementType:
        """The index says by itself whose it is and since when (rule 91)."""
        if held is None:
            return replace(told, creationTime=now, owner=self._owner)
        return replace(held, mostRecentContent=told.mostRecentContent, updateTime=now)


def fields_of(post: EngagementType) -> Iterator[tuple[str, str]]:
    """The post's elements that have a value, in the order of the wire."""
    for element in fields(post):
        if (value := getattr(post, element.name)) is not None:
            yield element.name, value
