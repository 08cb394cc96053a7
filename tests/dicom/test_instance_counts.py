"""The counts of instances against prometheus_client's own counters and histograms, fed the same."""

import threading

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import generate_latest

from dicom_scp.instance_counts import InstanceCounts

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
seconds = st.one_of(st.sampled_from(BOUNDS), st.floats(0, 100))
answers = st.tuples(st.sampled_from(["0x0000", "0xA700", "0xC000"]), st.integers(0, 1 << 32), seconds, seconds)


@given(st.lists(answers, max_size=20))
def test_given_any_answers_then_the_exposition_is_the_librarys(counted: list[tuple[str, int, float, float]]) -> None:
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    counts = InstanceCounts()
    ours.register(counts)
    instances = Counter("dicom_instances", "C-STORE answers, by status", ["status"], registry=theirs)
    received = Counter("dicom_received_bytes", "Bytes of data sets received", registry=theirs)
    receiving = Histogram("dicom_receive_seconds", "From command to last fragment", buckets=BOUNDS, registry=theirs)
    storing = Histogram(
        "dicom_store_seconds", "From last fragment to the store's answer", buckets=BOUNDS, registry=theirs
    )
    for status, size, receive_seconds, store_seconds in counted:
        counts.add(status, size, receive_seconds, store_seconds)
        instances.labels(status).inc()
        received.inc(size)
        receiving.observe(receive_seconds)
        storing.observe(store_seconds)
    assert generate_latest(ours) == generate_latest(theirs)


def test_given_threads_that_count_at_once_then_nothing_is_lost() -> None:
    counts = InstanceCounts()

    def count() -> None:
        for _ in range(2000):
            counts.add("0x0000", 3, 0.001, 0.001)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    samples = {sample.name: sample.value for family in counts.collect() for sample in family.samples}
    assert (samples["dicom_instances_total"], samples["dicom_received_bytes_total"]) == (8000, 24_000)
    assert samples["dicom_store_seconds_count"] == 8000
