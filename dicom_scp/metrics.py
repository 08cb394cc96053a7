"""What the SCP counts, for ``/metrics`` (Prometheus text). Labels come from closed sets, never from a peer."""

from prometheus_client import CollectorRegistry, Counter, Gauge, disable_created_metrics
from prometheus_client.exposition import generate_latest

from dicom_scp.instance_counts import InstanceCounts
from dicom_scp.ports import InstanceStore

disable_created_metrics()  # type: ignore[no-untyped-call] # a second series for each counter that nobody asks for


class ScpMetrics:
    """One registry per server, so that two servers in one process do not mix their figures."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        registry = self._registry
        self.connections = Counter("dicom_connections", "TCP connections accepted", registry=registry)
        self.associations_open = Gauge("dicom_associations_open", "Associations open now", registry=registry)
        self.associations = Counter("dicom_associations", "Associations ended, by how", ["outcome"], registry=registry)
        self.rejections = Counter(
            "dicom_association_rejections", "Associations rejected, by reason", ["reason"], registry=registry
        )
        self.instances = InstanceCounts()
        registry.register(self.instances)
        self.commitments = Counter(
            "dicom_storage_commitments", "Storage commitment results, by delivery", ["outcome"], registry=registry
        )
        self.ready = Gauge("dicom_ready", "1 while new associations are welcome", registry=registry)
        self.budget_bytes = Gauge("dicom_memory_budget_bytes", "Memory for instances on their way", registry=registry)
        self.used_bytes = Gauge("dicom_memory_used_bytes", "Memory taken by instances on their way", registry=registry)
        self.waiting_receptions = Gauge("dicom_waiting_receptions", "Receptions waiting for memory", registry=registry)
        self.back_pressure_seconds = Gauge(
            "dicom_back_pressure_seconds", "Time spent waiting for memory, summed", registry=registry
        )
        self.store_retries = Gauge("dicom_store_retries", "Attempts beyond the first, summed", registry=registry)
        self.store_failures = Gauge("dicom_store_failures", "Instances the store failed, summed", registry=registry)

    def exposition(self, store: InstanceStore, *, ready: bool) -> bytes:
        """Everything as Prometheus text, with the figures of the store as they are now."""
        usage = store.usage()
        self.ready.set(ready)
        self.budget_bytes.set(usage.budget_bytes)
        self.used_bytes.set(usage.used_bytes)
        self.waiting_receptions.set(usage.waiting_receptions)
        self.back_pressure_seconds.set(usage.back_pressure_seconds)
        self.store_retries.set(usage.store_retries)
        self.store_failures.set(usage.store_failures)
        return generate_latest(self._registry)
