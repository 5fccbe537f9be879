"""The numbers for operators, added up over all worker processes."""

from pathlib import Path
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from producer.soap.server import Outcome

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
_UNKNOWN: Final = "unknown"
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0, 10.0, 30.0)


class Metrics:
    """Counts and times calls. With a folder, the numbers of every process that shares it count."""

    def __init__(self, folder: Path | None = None) -> None:
        self._registry = CollectorRegistry()
        self._folder = folder
        self._calls = Counter("tidbok_calls", "Calls answered", ("contract", "result"), registry=self._registry)
        self._faults = Counter("tidbok_faults", "SOAP faults", ("contract", "code"), registry=self._registry)
        self._refusals = Counter(
            "tidbok_refusals", "Refusals by code", ("contract", "refusal"), registry=self._registry
        )
        self._seconds = Histogram(
            "tidbok_call_seconds", "Time to answer", ("contract",), registry=self._registry, buckets=_BUCKETS
        )

        self._retries = Counter(
            "tidbok_store_retries",
            "Acts done anew because others came in between",
            ("reason",),
            registry=self._registry,
        )

        self._shed = Counter(
            "tidbok_calls_shed",
            "Requests turned away unread, for there were too many",
            ("reason",),
            registry=self._registry,
        )

        self._deliveries = Counter(
            "tidbok_index_deliveries",
            "Calls to Engagemangsindex, by what came of them",
            ("outcome",),
            registry=self._registry,
        )
        self._posts = Counter(
            "tidbok_index_told",
            "Posts that Engagemangsindex has taken or refused",
            ("outcome",),
            registry=self._registry,
        )

    def count_delivery(self, outcome: str, posts: int) -> None:
        self._deliveries.labels(outcome).inc()
        if posts:
            self._posts.labels(outcome).inc(posts)

    def count_shed(self, reason: str) -> None:
        self._shed.labels(reason).inc()

    def count_retry(self, reason: str) -> None:
        self._retries.labels(reason).inc()

    def count(self, outcome: Outcome) -> None:
        contract = outcome.contract or _UNKNOWN
        self._calls.labels(contract, "fault" if outcome.is_fault else outcome.result).inc()
        self._seconds.labels(contract).observe(outcome.seconds)
        if outcome.is_fault:
            self._faults.labels(contract, outcome.result).inc()
        if outcome.refusal is not None:
            self._refusals.labels(contract, outcome.refusal).inc()

    def exposition(self) -> bytes:
        """The numbers in the format that Prometheus reads."""
        if self._folder is None:
            return generate_latest(self._registry)
        everyone = CollectorRegistry()
        MultiProcessCollector(everyone, path=str(self._folder))  # type: ignore[no-untyped-call]  # it has no types
        return generate_latest(everyone)
