"""Acknowledged means durable: the real server, killed at random moments, its store failing at random.

Each trial starts ``python -m dicom_scp``, one process in one lane and two workers in the other, on the store that the
trial before left, sends to it, and kills it, or one of its workers, with SIGKILL at a moment that nobody chose. In the
end every acknowledged instance must be in the store, bit by bit; everything in the store must be whole; and nothing
else may be there.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from mypy_boto3_s3.client import S3Client as Boto3S3

from dicom_scp.network.dimse import decode_command
from dicom_scp.network.pdu import PduType
from dicom_scp.ports import StoreStatus
from healthcare_runtime.object_key import InstanceKey
from local_cloud.ports import any_free_port
from tests.dicom.network.raw_peer import RawPeer, store_command
from tests.dicom.reception.data_sets import encode, header
from tests.dicom.reception.fault_proxy import Fault, FaultProxy, Seen

SEED = 20261121
REPOSITORY = Path(__file__).parents[3]
KILLS_PER_LANE = 26  # in each of two lanes on each of two stores: 104 in all
LANES = 2
MOST_ANSWERS = 6  # that a server lives to give
LONGEST_GRACE = 0.03  # seconds from its last answer to SIGKILL: anywhere in the next instance
START_PATIENCE = 20.0  # seconds until the first answer: a busy machine takes long to start a server
PATIENCE = 1.0  # seconds, for answers that a failing store delays
SMALL, LARGE = (200, 20_000, 300_000), 9 << 20


@dataclass
class Lane:
    """One server after another on one store, and what their sender knows."""

    number: int
    environment: Mapping[str, str]
    log: Path
    sent: dict[str, bytes] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    refused: int = 0
    kills: int = 0
    killed_workers: int = 0

    @property
    def _processes(self) -> dict[str, str]:
        return {"SCP_HOST": "127.0.0.1", "SCP_PROCESSES": str(self.number + 1), "STOP_TIMEOUT": "0.5"}

    def run(self, kills: int) -> "Lane":
        dice = random.Random(SEED + self.number)
        for trial in range(kills):
            self._live_and_die(trial, dice)
        server, _ = self._start()  # a last start cleans up, and ends well
        server.terminate()
        assert server.wait(20) == 0
        return self

    def _live_and_die(self, trial: int, dice: random.Random) -> None:
        server, port = self._start()
        answered = threading.Semaphore(0)
        sender = threading.Thread(target=self._send, args=(port, trial, random.Random(dice.random()), answered))
        sender.start()
        try:
            answers = dice.randint(0, MOST_ANSWERS)
            if answers:
                answered.acquire(timeout=START_PATIENCE)
            until = time.monotonic() + PATIENCE
            for _ in range(answers - 1):
                answered.acquire(timeout=max(0.0, until - time.monotonic()))
            time.sleep(dice.uniform(0, LONGEST_GRACE))
        finally:
            self._kill(server, dice)
        self.kills += 1
        sender.join(20)
        assert not sender.is_alive()

    def _kill(self, server: "subprocess.Popen[bytes]", dice: random.Random) -> None:
        """Kill the program, or one of its workers, which ends it too; nothing of it may be left."""
        started = psutil.Process(server.pid)
        processes = [started, *started.children()]
        victim = dice.choice(processes)
        victim.kill()
        self.killed_workers += victim != started
        assert server.wait(10) == (-signal.SIGKILL if victim == started else 1)
        assert not psutil.wait_procs(processes, timeout=5)[1], "a process was left"

    def _start(self) -> tuple["subprocess.Popen[bytes]", int]:
        port = any_free_port()
        with self.log.open("ab") as log:
            server = subprocess.Popen(
                [sys.executable, "-m", "dicom_scp"],
                cwd=REPOSITORY,
                env={**os.environ, **self.environment, **self._processes, "SCP_PORT": str(port)},
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and server.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return server, port
            except OSError:
                time.sleep(0.01)
        server.kill()
        raise AssertionError(f"the server did not start: {self.log.read_text()[-500:]}")

    def _send(self, port: int, trial: int, dice: random.Random, answered: threading.Semaphore) -> None:
        try:
            with RawPeer(port, timeout=20) as peer:
                peer.associate()
                for index in range(1000):
                    self._send_one(peer, f"1.2.{self.number + 1}.{trial + 1}.{index + 1}", index, dice)
                    answered.release()
        except (OSError, EOFError):  # killed
            return

    def _send_one(self, peer: RawPeer, uid: str, index: int, dice: random.Random) -> None:
        data = image(uid, LARGE if index % 5 == 2 else dice.choice(SMALL), dice)
        self.sent[uid] = data
        peer.store(data, store_command(uid, index + 1))
        kind, body = peer.pdu()
        if kind == PduType.ABORT:  # another worker was killed, and this one is draining
            raise EOFError
        status = decode_command(body[6:]).status
        if status == StoreStatus.SUCCESS:
            self.acknowledged.add(uid)
        else:
            assert status == StoreStatus.OUT_OF_RESOURCES, status
            self.refused += 1


def image(uid: str, size: int, dice: random.Random) -> bytes:
    data_set = header(uid, study=f"1.2.{dice.randint(1, 3)}", series=f"1.2.{dice.randint(4, 6)}")
    data_set.add_new(0x7FE00010, "OW", dice.randbytes(1000).ljust(size, b"\1"))
    return encode(data_set)


def check(lane: Lane, stored: Mapping[str, bytes]) -> None:
    by_uid: dict[str, list[bytes]] = {}
    for key, content in stored.items():
        by_uid.setdefault(InstanceKey.parse(key).sop_instance_uid, []).append(content)
    assert lane.acknowledged, "a lane that stored nothing proves nothing"
    for uid in lane.acknowledged:
        assert any(content.endswith(lane.sent[uid]) for content in by_uid.get(uid, [])), "acknowledged, but not stored"
    for uid, contents in by_uid.items():
        for content in contents:
            length = 132 + 12 + int.from_bytes(content[140:144], "little")
            assert content[length:] == lane.sent[uid], "something partial is visible"


def test_given_52_kills_then_the_directory_holds_all_that_was_acknowledged_and_nothing_partial(tmp_path: Path) -> None:
    def live(number: int) -> Lane:
        root = tmp_path / f"store-{number}"
        return Lane(number, {"STORAGE_DIR": str(root)}, tmp_path / f"{number}.log").run(KILLS_PER_LANE)

    with ThreadPoolExecutor(LANES) as lanes:
        for lane in lanes.map(live, range(LANES)):
            root = Path(lane.environment["STORAGE_DIR"])
            files = [path for path in root.rglob("*") if path.is_file()]
            assert all(path.suffix == ".dcm" for path in files), "a temporary file was left"
            check(lane, {path.relative_to(root).as_posix(): path.read_bytes() for path in files})
            assert lane.kills == KILLS_PER_LANE
            assert (lane.killed_workers > 0) == (lane.number > 0)


def test_given_52_kills_and_a_store_that_fails_at_random_then_the_bucket_holds_all_that_was_acknowledged(
    tmp_path: Path, s3: Boto3S3, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice, lock, faults = random.Random(SEED), threading.Lock(), 0
    proxy.stall_seconds = 0.3

    def choose(_: Seen) -> Fault | None:
        nonlocal faults
        with lock:
            if dice.random() < 0.7:
                return None
            faults += 1
            return dice.choice(list(Fault))

    proxy.choose = choose

    def live(number: int) -> Lane:
        environment = {"DICOM_BUCKET": f"killed-{number}", "AWS_ENDPOINT_URL_S3": proxy.url, "DIMSE_TIMEOUT": "2"}
        s3.create_bucket(Bucket=environment["DICOM_BUCKET"])
        return Lane(number, environment, tmp_path / f"{number}.log").run(KILLS_PER_LANE)

    with ThreadPoolExecutor(LANES) as lanes:
        for lane in lanes.map(live, range(LANES)):
            bucket = lane.environment["DICOM_BUCKET"]
            pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
            keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
            check(lane, {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys})
            assert lane.kills == KILLS_PER_LANE
            assert (lane.killed_workers > 0) == (lane.number > 0)
    assert faults >= 30
