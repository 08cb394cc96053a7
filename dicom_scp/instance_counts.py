"""What is counted for each C-STORE, for ``/metrics``: answers, bytes and times.

A few additions under one lock. prometheus_client's own counters and histograms would take six locks for each instance.
"""

import threading
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from typing import Final

from prometheus_client.metrics_core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

_BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, float("inf"))  # seconds


class InstanceCounts(Collector):
    """Counts of one server. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: dict[str, int] = {}  # by status
        self._bytes = 0
        self._receiving = [0] * len(_BOUNDS)
        self._storing = [0] * len(_BOUNDS)
        self._receiving_seconds = self._storing_seconds = 0.0

    def add(self, status: str, size: int, receive_seconds: float, store_seconds: float) -> None:
        """Count one C-STORE that was answered with ``status``, a text from the closed set of `StoreStatus`."""
        receiving, storing = bisect_left(_BOUNDS, receive_seconds), bisect_left(_BOUNDS, store_seconds)
        with self._lock:
            self._answers[status] = self._answers.get(status, 0) + 1
            self._bytes += size
            self._receiving[receiving] += 1
            self._storing[storing] += 1
            self._receiving_seconds += receive_seconds
            self._storing_seconds += store_seconds

    def collect(self) -> Iterator[Metric]:
        with self._lock:
            answers, size = dict(self._answers), self._bytes
            receiving, receiving_seconds = list(self._receiving), self._receiving_seconds
            storing, storing_seconds = list(self._storing), self._storing_seconds
        instances = CounterMetricFamily("dicom_instances", "C-STORE answers, by status", labels=["status"])
        for status, count in answers.items():
            instances.add_metric([status], count)
        yield instances
        yield CounterMetricFamily("dicom_received_bytes", "Bytes of data sets received", value=size)
        yield _histogram("dicom_receive_seconds", "From command to last fragment", receiving, receiving_seconds)
        yield _histogram("dicom_store_seconds", "From last fragment to the store's answer", storing, storing_seconds)


def _histogram(name: str, documentation: str, counts: list[int], seconds: float) -> Metric:
    buckets = zip(map(floatToGoString, _BOUNDS), accumulate(counts), strict=True)
    return HistogramMetricFamily(name, documentation, buckets=[*buckets], sum_value=seconds)
