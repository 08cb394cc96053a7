"""What must hold after a peer has misbehaved, and the PDUs to misbehave with."""

import struct
import time

from dicom_scp.network.dimse import p_data
from tests.dicom.network.raw_peer import (
    ECHO_CONTEXT,
    RawPeer,
    echo_command,
    store_command,
)
from tests.dicom.network.running_server import RunningServer

ABORT = 7
USER_ABORT = b"\0\0\0\0"
UNRECOGNIZED_PDU, UNEXPECTED_PDU, INVALID_PARAMETER = b"\0\0\2\1", b"\0\0\2\2", b"\0\0\2\6"
SILENCE_ABORT = b"\0\0\2\0"


def pdv(context: int, control: int, data: bytes) -> bytes:
    return struct.pack(">LBB", len(data) + 2, context, control) + data


def pdu(kind: int, body: bytes) -> bytes:
    return struct.pack(">BxL", kind, len(body)) + body


def is_served(server: RunningServer) -> bool:
    """Whether an honest peer can echo and store now."""
    with RawPeer(server.port) as peer:
        peer.associate()
        peer.send(p_data(ECHO_CONTEXT, echo_command(), is_command=True, maximum_length=0))
        echoed = peer.response().status == 0
        peer.store(b"honest", store_command("1.2.99"))
        return echoed and peer.response().status == 0


def assert_nothing_stored(server: RunningServer, aborted: int) -> None:
    deadline = time.monotonic() + 20
    while server.store.aborted < aborted and time.monotonic() < deadline:
        time.sleep(0.01)
    assert (server.store.stored, server.store.aborted) == ([], aborted)


def assert_all_ended(server: RunningServer) -> None:
    deadline = time.monotonic() + 20
    while server.server.open_associations and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.server.open_associations == 0
