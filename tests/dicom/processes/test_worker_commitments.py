"""What one worker stored, the other commits to."""

import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from pydicom import Dataset
from pynetdicom import AE, evt
from pynetdicom.sop_class import StorageCommitmentPushModel

from tests.aws_emulator import AwsEmulator
from tests.dicom.processes.two_workers import TWO, one_open_at_each, store
from tests.dicom.running_process import running


def commitment_request(*uids: str) -> Dataset:
    data_set = Dataset()
    data_set.TransactionUID = "1.2.3.4"
    data_set.ReferencedSOPSequence = []
    for uid in uids:
        item = Dataset()
        item.ReferencedSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
        item.ReferencedSOPInstanceUID = uid
        data_set.ReferencedSOPSequence.append(item)
    return data_set


def committed(port: int, *uids: str) -> list[str]:
    """Ask for storage commitment; the instances that the result commits to."""
    results: list[Dataset] = []
    arrived = threading.Event()

    def take(event: evt.Event) -> tuple[int, None]:
        results.append(event.event_information)
        arrived.set()
        return 0, None

    entity = AE("MODALITY")
    entity.add_requested_context(StorageCommitmentPushModel)
    association = entity.associate("127.0.0.1", port, evt_handlers=[(evt.EVT_N_EVENT_REPORT, take)])
    assert association.is_established
    association.send_n_action(commitment_request(*uids), 1, StorageCommitmentPushModel, "1.2.840.10008.1.20.1.1")
    assert arrived.wait(10)
    association.release()
    return [str(item.ReferencedSOPInstanceUID) for item in results[0].get("ReferencedSOPSequence", [])]


@pytest.mark.parametrize("store_is_bucket", [False, True])
def test_given_instances_of_one_worker_then_the_other_commits_to_them(
    tmp_path: Path, aws: AwsEmulator, store_is_bucket: bool
) -> None:
    with ExitStack() as stack:
        environment = dict(TWO)
        if store_is_bucket:  # without a registry: only the workers themselves can know
            aws.session().client("s3", endpoint_url=aws.endpoint).create_bucket(Bucket="instances-of-two-workers")
            environment |= {"DICOM_BUCKET": "instances-of-two-workers", **aws.environment}
        scp = stack.enter_context(running(tmp_path, **environment))
        peers = stack.enter_context(one_open_at_each(scp))
        uids = [f"1.2.{number}" for number in peers]
        for number, peer in peers.items():
            assert store(peer, f"1.2.{number}") == 0
        workers = sorted(scp.workers(), key=lambda worker: worker.pid)
        for silent in workers:
            silent.suspend()
            try:
                time.sleep(0.1)
                assert committed(scp.port, *uids, "1.2.9") == uids
            finally:
                silent.resume()
        scp.wait_for("association_ended", count=2)
        assert set(scp.served_by()) == {0, 1}
