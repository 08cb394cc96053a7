"""The figures of several workers as one exposition, so that a scraper sees one server."""

from collections.abc import Iterable, Iterator
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

_READY: Final = "dicom_ready"
# What a process that has ended no longer has; all else it has counted, and that must never become less.
_MOMENTARY: Final = frozenset(
    {
        "dicom_associations_open",
        "dicom_memory_budget_bytes",
        "dicom_memory_used_bytes",
        "dicom_waiting_receptions",
    }
)


def merged_exposition(running: Iterable[bytes], ended: Iterable[bytes], *, ready: bool) -> bytes:
    """Add up the Prometheus text of workers that are ``running``, and of those that have ``ended``."""
    merged = _Merged()
    for text in running:
        merged.add(text, momentary=True)
    for text in ended:
        merged.add(text, momentary=False)
    merged.settle(_READY, float(ready))
    registry = CollectorRegistry()
    registry.register(merged)
    return generate_latest(registry)


class _Merged(Collector):
    """Families by name, with the sum of each sample."""

    def __init__(self) -> None:
        self._families: dict[str, Metric] = {}
        self._sums: dict[str, dict[tuple[str, tuple[tuple[str, str], ...]], float]] = {}

    def add(self, text: bytes, *, momentary: bool) -> None:
        for family in text_string_to_metric_families(text.decode()):
            self._families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
            sums = self._sums.setdefault(family.name, {})
            for sample in family.samples:
                name = (sample.name, tuple(sample.labels.items()))
                counts = momentary or family.name not in _MOMENTARY
                sums[name] = sums.get(name, 0.0) + (sample.value if counts else 0.0)

    def settle(self, name: str, value: float) -> None:
        """Replace the sum of a family without labels, where a sum says nothing."""
        if name in self._families:
            self._sums[name] = {(name, ()): value}

    def collect(self) -> Iterator[Metric]:
        for name, family in self._families.items():
            for (sample, labels), value in self._sums[name].items():
                family.add_sample(sample, dict(labels), value)
            yield family
