"""Two workers behind one listener: to a sender they are one server."""

import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from dicom_scp.network.pdu import encode_associate_request
from healthcare_runtime.object_key import InstanceKey
from tests.dicom.network.certificates import make_certificates
from tests.dicom.network.raw_peer import RawPeer, request
from tests.dicom.processes.two_workers import TWO, image, one_open_at_each, release, send_one, store, stored_files
from tests.dicom.running_process import running

LOCAL_LIMIT = (3, bytes((0, 2, 3, 2)))


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
