"""Two workers tell of themselves in one voice: in metrics, in the log, to the container's agent."""

import json
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from tests.dicom.network.raw_peer import RawPeer
from tests.dicom.processes.two_workers import TWO, one_open_at_each, release, store
from tests.dicom.running_process import running


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
        assert scp.process.wait(20) == 0
    assert states == [True, False]
