"""The numbers of the index for operators, read from the database when asked, so that any process tells the same."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from producer.store import outbox
from producer.store.engine import Database
from producer.store.errors import StoreError

_NOTHING: Final = b""


def exposition(database: Database, now: datetime) -> bytes:
    """In the format that Prometheus reads; nothing when the database cannot be asked, which is told elsewhere."""
    try:
        with database.reading() as timetable:
            contents, course = outbox.contents(timetable), outbox.course(timetable)
    except StoreError:
        return _NOTHING
    registry = CollectorRegistry()
    registry.register(_Numbers(contents, course, now))
    return generate_latest(registry)


class _Numbers(Collector):
    def __init__(self, contents: outbox.Contents, course: outbox.Course, now: datetime) -> None:
        self._contents = contents
        self._course = course
        self._now = now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        posts = GaugeMetricFamily("tidbok_index_posts", "Posts for Engagemangsindex that it has not", labels=["state"])
        posts.add_metric(["waiting"], self._contents.waiting)
        posts.add_metric(["refused"], self._contents.refused)
        yield posts
        yield GaugeMetricFamily("tidbok_index_oldest_seconds", "Age of what has waited longest", value=self._age())
        yield GaugeMetricFamily(
            "tidbok_index_failures_in_a_row", "Calls to Engagemangsindex that failed", value=self._course.failures
        )

    def _age(self) -> float:
        """By the clock on the wall, which goes back an hour in October."""
        oldest = self._contents.oldest
        return 0.0 if oldest is None else max(0.0, (self._now - oldest).total_seconds())
