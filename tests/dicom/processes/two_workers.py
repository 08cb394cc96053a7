"""An SCP of two worker processes, and senders that know which worker they have."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psutil

from tests.dicom.network.raw_peer import RawPeer, store_command
from tests.dicom.reception.data_sets import encode, header
from tests.dicom.running_process import Scp

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


def gone(processes: list[psutil.Process], seconds: float = 20) -> bool:
    return not psutil.wait_procs(processes, timeout=seconds)[1]
