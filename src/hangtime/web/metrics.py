"""Counts and durations for Prometheus, in a registry of the app's own.

Labels are route templates, methods, status and kinds of entry: nothing of a patient, a visit or a
person.  With several worker processes each answers for itself; scrape an address of each.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The service's own counters; one object for an app."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "hangtime_request_seconds",
            "From a request to the start of its answer.",
            ("method", "route", "status"),
            registry=self.registry,
            buckets=_SECONDS,
        )
        self.entries = Counter(
            "hangtime_entries",
            "Entries of visits appended by this process.",
            registry=self.registry,
        )
        self.refused = Counter(
            "hangtime_entries_refused",
            "Entries that could not be recorded.",
            registry=self.registry,
        )
        self.faults = Counter(
            "hangtime_faults", "Requests that ended in a fault.", ("error",), registry=self.registry
        )
        self.watchers = Gauge(
            "hangtime_board_watchers", "Boards being watched live.", registry=self.registry
        )
        self.head = Gauge(
            "hangtime_ledger_head", "Number of the last ledger entry.", registry=self.registry
        )

    def text(self) -> bytes:
        """Everything in the exposition format."""
        return generate_latest(self.registry)
