"""The association that this side opens, against acceptors that misbehave: one kind of error, always in time."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from dicom_scp.configuration import RemoteAe
from dicom_scp.network.dimse import p_data
from dicom_scp.network.pdu import AnsweredContext, AssociateAccept, encode_associate_accept
from dicom_scp.network.requestor import AssociationFailedError, association
from dicom_scp.network.user_information import UserInformation
from dicom_scp.transfer_syntaxes import IMPLICIT_LITTLE_ENDIAN
from tests.dicom.network.raw_peer import echo_command

Script = Callable[[socket.socket], None]


@contextmanager
def acceptor(script: Script) -> Iterator[RemoteAe]:
    """Accept one connection and do with it what the script says."""

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            script(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield RemoteAe("127.0.0.1", listener.getsockname()[1])
        thread.join(5)


def accept(syntax: str = IMPLICIT_LITTLE_ENDIAN, result: int = 0) -> bytes:
    return encode_associate_accept(
        AssociateAccept("A", "B", (AnsweredContext(1, result, syntax),), UserInformation(maximum_length=50))
    )


def then(*parts: bytes) -> Script:
    def script(connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)
            connection.recv(65536)

    return script


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(then(b"\3\0\0\0\0\4\0\1\1\7"), id="rejects"),
        pytest.param(then(b"HTTP/1.1 400 Bad Request\r\n\r\n"), id="is no acceptor"),
        pytest.param(then(struct.pack(">BxL", 2, 0xFFFFFFFF)), id="accepts with 4 GiB"),
        pytest.param(then(struct.pack(">BxL", 2, 10) + bytes(10)), id="accepts with nothing"),
        pytest.param(then(accept(result=3)), id="refuses the context"),
        pytest.param(then(accept(syntax="1.2.840.10008.1.2.4.70")), id="accepts what was not proposed"),
        pytest.param(lambda connection: None, id="closes"),
        pytest.param(lambda connection: time.sleep(0.6), id="is silent"),
        pytest.param(then(accept(), struct.pack(">BxLLBB", 4, 6, 0, 1, 3)), id="answers with a broken fragment"),
        pytest.param(then(accept(), p_data(1, b"x", is_command=True, maximum_length=0)), id="answers with no command"),
        pytest.param(then(accept(), p_data(1, b"x", is_command=False, maximum_length=0)), id="answers with data"),
        pytest.param(then(accept(), b"\7\0\0\0\0\4\0\0\0\0"), id="aborts"),
        pytest.param(then(accept(), struct.pack(">BxL", 4, 0xFFFFFFFF)), id="answers with 4 GiB"),
    ],
)
def test_given_an_acceptor_that_misbehaves_then_one_kind_of_error_in_time(script: Script) -> None:
    started = time.monotonic()
    with (
        acceptor(script) as remote,
        pytest.raises(AssociationFailedError),
        association(
            remote, calling="A", called="B", sop_class_uid="1.2.840.10008.1.20.1", timeout=0.3, tls=None
        ) as outgoing,
    ):
        outgoing.exchange(echo_command(), b"data")
    assert time.monotonic() - started < 20  # not for ever


def test_given_nobody_there_then_the_same_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with (
        pytest.raises(AssociationFailedError),
        association(RemoteAe("127.0.0.1", port), calling="A", called="B", sop_class_uid="1.2", timeout=0.3, tls=None),
    ):
        pass
