"""Two workers behind one listener: to a sender, a scraper and an orchestrator they are one server."""

import json
import signal
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psutil
import pytest
from pydicom import Dataset
from pynetdicom import AE, evt
from pynetdicom.sop_class import StorageCommitmentPushModel

from dicom_scp.configuration import ConfigurationError, ScpConfiguration
from dicom_scp.machine_limits import usable_cpus
from dicom_scp.network.pdu import encode_associate_request
from healthcare_runtime.object_key import InstanceKey
from tests.aws_emulator import running_emulator
from tests.dicom.network.certificates import make_certificates
from tests.dicom.network.raw_peer import RawPeer, request, store_command
from tests.dicom.reception.data_sets import encode, header
from tests.dicom.running_process import Scp, running

LOCAL_LIMIT = (3, bytes((0, 2, 3, 2)))
USER_ABORT = (7, b"\0\0\0\0")
TWO = {"SCP_PROCESSES": "2"}


def image(uid: str, study: str = "1.2.1", pixels: bytes = b"\0\0") -> bytes:
    data_set = header(uid, study=study, series=f"{study}.1")
    data_set.add_new(0x7FE00010, "OW", pixels)
    return encode(data_set)


def store(peer: RawPeer, uid: str, data: bytes | None = None, message_id: int = 1) -> int:
    peer.store(data or image(uid), store_command(uid, message_id))
    return peer.response().status or 0


def release(peer: RawPeer) -> None:
    peer.send(bytes((5, 0, 0, 0, 0, 4, 0, 0, 0, 0)))
    assert peer.pdu()[0] == 6


def send_one(port: int, uid: str, data: bytes | None = None) -> int:
    with RawPeer(port) as peer:
        peer.associate()
        status = store(peer, uid, data)
        release(peer)
    return status


@contextmanager
def one_open_at_each(scp: Scp) -> Iterator[dict[int, RawPeer]]:
    """An open association at each worker, by the number of the worker.

    A worker that is stopped accepts nothing, so what is opened meanwhile is the other one's.
    """
    peers: dict[int, RawPeer] = {}
    with ExitStack() as stack:
        workers = sorted(scp.workers(), key=lambda worker: worker.pid)  # forked in this order
        for number, other in ((0, workers[1]), (1, workers[0])):
            other.suspend()
            try:
                for _ in range(20):  # one may have been on its way to the other's accept
                    peer = stack.enter_context(RawPeer(scp.port, timeout=0.5))
                    try:
                        peer.associate()
                    except TimeoutError:
                        peer.socket.close()
                        continue
                    peer.socket.settimeout(10)
                    peers[number] = peer
                    break
            finally:
                other.resume()
        yield peers


def stored_files(scp: Scp) -> dict[str, bytes]:
    root = scp.folder / "store"
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.dcm")}


def gone(processes: list[psutil.Process], seconds: float = 5) -> bool:
    return not psutil.wait_procs(processes, timeout=seconds)[1]


def test_given_a_limit_of_associations_then_it_holds_over_all_workers(tmp_path: Path) -> None:
    with running(tmp_path, MAXIMUM_ASSOCIATIONS="3", **TWO) as scp, ExitStack() as stack:
        for _ in range(4):
            peers = [stack.enter_context(RawPeer(scp.port)) for _ in range(3)]
            for peer in peers:
                peer.associate()
            for _ in range(4):
                with RawPeer(scp.port) as late:
                    late.send(encode_associate_request(request()))
                    assert late.pdu() == LOCAL_LIMIT
            for peer in peers:
                release(peer)
                peer.socket.close()
            while scp.metric("dicom_associations_open"):
                time.sleep(0.01)
        assert set(scp.served_by()) == {0, 1}, "one worker had all the associations: this test shows nothing"


def test_given_associations_that_stay_then_both_workers_have_about_as_many(tmp_path: Path) -> None:
    with running(tmp_path, **TWO) as scp, ExitStack() as stack:
        peers = [stack.enter_context(RawPeer(scp.port)) for _ in range(1)]
        for _ in range(11):
            peers[-1].associate()
            peers.append(stack.enter_context(RawPeer(scp.port)))
        peers[-1].associate()
        for peer in peers:
            peer.socket.close()
        scp.wait_for("association_ended", count=12)
        assert 4 <= sum(scp.served_by()) <= 8


def test_given_instances_to_both_workers_then_one_exposition_counts_them_all(tmp_path: Path) -> None:
    with running(tmp_path, MEMORY_BUDGET_MIB="64", **TWO) as scp:
        with one_open_at_each(scp) as peers:
            for number, peer in peers.items():
                for index in range(number + 2):
                    assert store(peer, f"1.2.{number + 1}.{index}") == 0
            assert scp.metric("dicom_associations_open") == 2
            for peer in peers.values():
                release(peer)
                peer.socket.close()
        until = time.monotonic() + 10
        while scp.metric("dicom_associations_open") and time.monotonic() < until:
            time.sleep(0.01)
        text = scp.get("/metrics")[1]
        assert 'dicom_instances_total{status="0x0000"} 5.0\n' in text
        assert 'dicom_store_seconds_bucket{le="+Inf"} 5.0\n' in text
        assert text.count("# TYPE dicom_instances_total counter") == 1
        assert "dicom_ready 1.0\n" in text
        assert scp.metric("dicom_memory_budget_bytes") == 64 << 20
        assert scp.metric("dicom_associations_open") == 0


def test_given_many_senders_then_every_log_line_is_whole_and_every_association_has_its_number(tmp_path: Path) -> None:
    def sender(lane: int) -> None:
        for turn in range(10):
            with RawPeer(scp.port) as peer:
                peer.associate()
                for index in range(5):
                    assert store(peer, f"1.{lane + 1}.{turn}.{index}", message_id=index + 1) == 0
                release(peer)

    with running(tmp_path, **TWO) as scp:
        with ThreadPoolExecutor(8) as senders:
            list(senders.map(sender, range(8)))
        scp.wait_for("association_ended", count=80)
        assert len(scp.events("instance_stored")) == 400  # each line was parsed
        numbers = [line["association"] for line in scp.events("association_ended")]
        assert len(set(numbers)) == 80
        assert set(scp.served_by()) == {0, 1}


def test_given_associations_of_one_study_in_one_second_then_each_has_a_prefix_of_its_own(tmp_path: Path) -> None:
    with running(tmp_path, **TWO) as scp:
        with ThreadPoolExecutor(8) as senders:
            uids = [f"1.2.3.{index}" for index in range(60)]
            assert set(senders.map(lambda uid: send_one(scp.port, uid), uids)) == {0}
        scp.wait_for("association_ended", count=60)
        assert set(scp.served_by()) == {0, 1}
        keys = [InstanceKey.parse(name) for name in stored_files(scp)]
    assert len(keys) == 60
    assert len({key.prefix for key in keys}) == 60


def test_given_one_instance_at_both_workers_then_success_and_other_bytes_are_kept_beside_it(tmp_path: Path) -> None:
    first, second = image("1.2.3", pixels=b"\1\1"), image("1.2.3", pixels=b"\2\2")
    with running(tmp_path, **TWO) as scp, one_open_at_each(scp) as peers:
        for data in (first, first, second, second):
            for peer in peers.values():
                assert store(peer, "1.2.3", data) == 0
        stored = list(stored_files(scp).values())
    # Each association has its prefix: there, the same bytes are one object, and other bytes another.
    assert len(stored) == 4
    assert sum(content.endswith(first) for content in stored) == 2
    assert sum(content.endswith(second) for content in stored) == 2


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
def test_given_instances_of_one_worker_then_the_other_commits_to_them(tmp_path: Path, store_is_bucket: bool) -> None:
    with ExitStack() as stack:
        environment = dict(TWO)
        if store_is_bucket:  # without a registry: only the workers themselves can know
            emulator = stack.enter_context(running_emulator(tmp_path))
            emulator.session().client("s3", endpoint_url=emulator.endpoint).create_bucket(Bucket="instances")
            environment |= {"DICOM_BUCKET": "instances", **emulator.environment}
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


@contextmanager
def container_agent() -> Iterator[tuple[str, list[bool]]]:
    """The ECS agent's address, and what it was asked to do."""
    states: list[bool] = []

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            states.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["ProtectionEnabled"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api/task", states
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_given_associations_at_both_workers_then_the_task_is_protected_once_and_lifted_at_the_end(
    tmp_path: Path,
) -> None:
    with (
        container_agent() as (uri, states),
        running(tmp_path, ECS_AGENT_URI=uri, STOP_TIMEOUT="4", **TWO) as scp,
        one_open_at_each(scp),
    ):
        scp.wait_for("task_protection")
        time.sleep(1.2)  # another round of whoever watches
        assert states == [True]
        scp.process.send_signal(signal.SIGTERM)
        assert scp.process.wait(6) == 0
    assert states == [True, False]


def test_given_sigterm_then_all_workers_drain_and_all_that_was_acknowledged_is_stored(tmp_path: Path) -> None:
    with running(tmp_path, STOP_TIMEOUT="3", **TWO) as scp, one_open_at_each(scp) as peers:
        processes = scp.servers()
        acknowledged: list[str] = []

        def send(number: int) -> None:
            for index in range(10_000):
                uid = f"1.{number + 1}.{index}"
                try:
                    if store(peers[number], uid, message_id=index % 60_000 + 1) != 0:
                        return
                except (AssertionError, OSError, EOFError):  # aborted between two messages
                    return
                acknowledged.append(f"{uid}.dcm")

        with ThreadPoolExecutor(2) as senders:
            sending = [senders.submit(send, number) for number in peers]
            time.sleep(0.2)
            scp.process.send_signal(signal.SIGTERM)
            scp.wait_for("draining", count=2)
            assert scp.get("/ready") == (503, "not ready\n")
            assert scp.get("/live")[0] == 200
            assert scp.process.wait(4) == 0
            for sender in sending:
                sender.result(5)
        assert gone(processes)
        assert len(acknowledged) > 10
        assert {Path(name).name for name in stored_files(scp)} >= set(acknowledged)


def test_given_a_worker_that_dies_then_the_other_drains_counts_stay_and_the_program_ends_with_1(
    tmp_path: Path,
) -> None:
    with running(tmp_path, STOP_TIMEOUT="4", **TWO) as scp, one_open_at_each(scp) as peers:
        processes = scp.servers()
        for number, peer in peers.items():
            assert store(peer, f"1.2.{number}") == 0
        while (stored_before := scp.metric("dicom_instances_total")) < 2:  # counted after the answer
            time.sleep(0.01)
        victim = min(scp.workers(), key=lambda worker: worker.pid)  # the first one
        victim.kill()
        assert scp.wait_for("worker_died")["status"] == -signal.SIGKILL
        scp.wait_for("draining")
        assert store(peers[1], "1.2.7", message_id=2) == 0  # the other one is in the middle of its work
        assert scp.get("/ready")[0] == 503
        assert scp.get("/live")[0] == 200
        while (stored := scp.metric("dicom_instances_total")) < 3:
            assert stored == stored_before == 2
        assert scp.metric("dicom_associations_open") == 1  # not the dead one's
        assert peers[1].pdu() == USER_ABORT
        assert scp.process.wait(5) == 1
        assert gone(processes)
        assert {Path(name).name for name in stored_files(scp)} == {"1.2.0.dcm", "1.2.1.dcm", "1.2.7.dcm"}


def test_given_a_supervisor_that_is_killed_then_no_process_is_left_and_the_port_is_free(tmp_path: Path) -> None:
    with running(tmp_path, **TWO) as scp, one_open_at_each(scp) as peers:
        processes = scp.servers()
        for number, peer in peers.items():
            assert store(peer, f"1.2.{number}") == 0
        scp.process.kill()
        scp.process.wait(5)
        assert gone(processes, seconds=2)
        with socket.create_server(("127.0.0.1", scp.port)):
            pass
        assert {Path(name).name for name in stored_files(scp)} == {"1.2.0.dcm", "1.2.1.dcm"}


def test_given_a_worker_that_hangs_then_the_probes_say_so_in_time_and_a_stop_still_ends_in_time(
    tmp_path: Path,
) -> None:
    with running(tmp_path, STOP_TIMEOUT="2", **TWO) as scp:
        processes = scp.servers()
        hanging = scp.workers()[0]
        hanging.suspend()
        started = time.monotonic()
        assert scp.get("/live") == (503, "not live\n")
        assert time.monotonic() - started < 4  # the container's health check waits that long
        hanging.resume()
        assert scp.get("/live")[0] == 200
        assert scp.get("/ready")[0] == 200
        hanging.suspend()
        scp.process.send_signal(signal.SIGTERM)
        scp.process.wait(3)
        assert gone(processes)


def test_given_tls_then_both_workers_speak_it(tmp_path: Path) -> None:
    certificates = make_certificates(tmp_path)
    context = ssl.create_default_context(cafile=certificates.authority)
    files = {"TLS_CERT_FILE": str(certificates.server_cert), "TLS_KEY_FILE": str(certificates.server_key)}
    with running(tmp_path, **TWO, **files) as scp:
        session = None
        for index in range(12):
            with RawPeer(scp.port) as peer:
                secured = context.wrap_socket(peer.socket, server_hostname="localhost", session=session)
                peer.socket = secured
                peer.associate()
                assert store(peer, f"1.2.{index}") == 0
                release(peer)
                session = secured.session  # offered to whichever worker comes next
        scp.wait_for("association_ended", count=12)
        assert set(scp.served_by()) == {0, 1}


@pytest.mark.parametrize(
    ("environment", "line"),
    [
        ({"SCP_PROCESSES": "0"}, "SCP_PROCESSES=0: must be a whole number from 1 to "),
        ({"SCP_PROCESSES": "65", "MEMORY_BUDGET_MIB": "4096"}, "SCP_PROCESSES=65: must be a whole number from 1 to 64"),
        (
            {"SCP_PROCESSES": "3", "MEMORY_BUDGET_MIB": "47"},
            "SCP_PROCESSES=3: must be a whole number from 1 to 2;",
        ),
    ],
)
def test_given_a_number_of_processes_that_cannot_work_then_one_line_names_it(
    environment: dict[str, str], line: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        ScpConfiguration.from_environment(environment)
    assert str(caught.value).startswith(line)


def test_given_little_memory_then_the_default_is_as_many_processes_as_it_allows() -> None:
    assert ScpConfiguration.from_environment({"MEMORY_BUDGET_MIB": "31"}).processes == 1
    assert 1 <= ScpConfiguration.from_environment({}).processes <= min(4, usable_cpus())
