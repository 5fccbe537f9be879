"""The posts in memory: taken whole, or not at all when there is no room."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest

from index_receiver.calling import POST
from producer.index import posts
from producer.index.judgement import Refused
from producer.index.posts import Effect, Posts
from producer.soap.index_messages import EngagementTransactionType, EngagementType

NOW = datetime(2026, 11, 23, 7, 0)
NEW = EngagementType(**{name: value for name, value in POST.items() if value})


def told(*bookings: str, deleted: bool = False) -> tuple[EngagementTransactionType, ...]:
    return tuple(
        EngagementTransactionType(deleteFlag=deleted, engagement=replace(NEW, businessObjectInstanceIdentifier=booking))
        for booking in bookings
    )


def test_an_index_that_is_full_takes_nothing_of_a_call_until_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """EI000; the journal forgets its oldest lines instead."""
    monkeypatch.setattr(posts, "_MOST_POSTS", 3)
    index = Posts("5565594230")
    index.take(told("A", "B"), NOW)
    with pytest.raises(Refused, match=r"^EI000: the index is full"):
        index.take(told("C", "D"), NOW)
    assert [post.businessObjectInstanceIdentifier for post in index.held()] == ["A", "B"]
    index.take(told("A", deleted=True), NOW)
    index.take(told("C", "D"), NOW)
    assert [entry.effect for entry in index.journal()] == [Effect.CREATED] * 2 + [Effect.DELETED] + [Effect.CREATED] * 2


def test_calls_that_come_at_a_time_are_taken_one_after_another() -> None:
    """Each has a number of its own, and its transactions stand together."""
    index = Posts("5565594230")
    names = [[f"{call}-{number}" for number in range(20)] for call in range(50)]
    with ThreadPoolExecutor(8) as callers:
        list(callers.map(lambda each: index.take(told(*each), NOW), names))
    assert len(index.held()) == 1000
    calls = [entry.call for entry in index.journal()]
    assert calls == sorted(calls)
    assert [calls.count(number) for number in range(1, 51)] == [20] * 50
