"""How two workers end: told to, killed, hanging, or left behind by their supervisor."""

import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.dicom.processes.two_workers import TWO, gone, one_open_at_each, store, stored_files
from tests.dicom.running_process import running

USER_ABORT = (7, b"\0\0\0\0")


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
            assert scp.process.wait(20) == 0
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
        assert scp.process.wait(20) == 1
        assert gone(processes)
        assert {Path(name).name for name in stored_files(scp)} == {"1.2.0.dcm", "1.2.1.dcm", "1.2.7.dcm"}


def test_given_a_supervisor_that_is_killed_then_no_process_is_left_and_the_port_is_free(tmp_path: Path) -> None:
    with running(tmp_path, **TWO) as scp, one_open_at_each(scp) as peers:
        processes = scp.servers()
        for number, peer in peers.items():
            assert store(peer, f"1.2.{number}") == 0
        scp.process.kill()
        scp.process.wait(5)
        assert gone(processes)
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
        assert scp.get("/live") == (503, "not live\n")  # which waits little longer than the container's health check
        hanging.resume()
        assert scp.get("/live")[0] == 200
        assert scp.get("/ready")[0] == 200
        hanging.suspend()
        scp.process.send_signal(signal.SIGTERM)
        scp.process.wait(20)
        assert gone(processes)
