"""A peer that says whatever it is told to, byte by byte: hostile senders, slow ones, and those that stop half way."""

import socket
import struct
import time
from types import TracebackType

from dicom_scp.network.dimse import Command, Element, decode_command, encode_command, p_data
from dicom_scp.network.pdu import (
    AssociateAccept,
    AssociateRequest,
    ProposedContext,
    decode_associate_accept,
    encode_associate_request,
)
from dicom_scp.network.user_information import UserInformation

CT = "1.2.840.10008.5.1.4.1.1.2"
VERIFICATION = "1.2.840.10008.1.1"
IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
CT_CONTEXT, ECHO_CONTEXT = 1, 3
CONTEXTS = (
    ProposedContext(CT_CONTEXT, CT, (EXPLICIT, IMPLICIT)),
    ProposedContext(ECHO_CONTEXT, VERIFICATION, (IMPLICIT,)),
)


def request(**changes: object) -> AssociateRequest:
    values: dict[str, object] = {
        "called": "STORESCP",
        "calling": "RAWPEER",
        "contexts": CONTEXTS,
        "user": UserInformation(16384, "1.2.3.4"),
    }
    return AssociateRequest(**(values | changes))  # type: ignore[arg-type]


def store_command(sop_instance: str = "1.2.3", message_id: int = 1, **changes: int | str) -> bytes:
    values: dict[Element, int | str] = {
        Element.AFFECTED_SOP_CLASS_UID: CT,
        Element.COMMAND_FIELD: 1,
        Element.MESSAGE_ID: message_id,
        Element.PRIORITY: 0,
        Element.COMMAND_DATA_SET_TYPE: 1,
        Element.AFFECTED_SOP_INSTANCE_UID: sop_instance,
    }
    values.update({Element[name]: value for name, value in changes.items()})
    return encode_command(values)


def echo_command(message_id: int = 1) -> bytes:
    return encode_command(
        {
            Element.AFFECTED_SOP_CLASS_UID: VERIFICATION,
            Element.COMMAND_FIELD: 0x30,
            Element.MESSAGE_ID: message_id,
            Element.COMMAND_DATA_SET_TYPE: 0x0101,
        }
    )


class RawPeer:
    """One TCP connection to the server under test."""

    def __init__(self, port: int, timeout: float = 10.0) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> "RawPeer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def drip(self, data: bytes, seconds: float) -> None:
        """Send one byte at a time, so often that a plain read timeout would never strike."""
        for index in range(len(data)):
            self.socket.sendall(data[index : index + 1])
            time.sleep(seconds)

    def associate(self, **changes: object) -> AssociateAccept:
        self.send(encode_associate_request(request(**changes)))
        kind, body = self.pdu()
        assert kind == 2, (kind, body)
        return decode_associate_accept(body)

    def pdu(self) -> tuple[int, bytes]:
        """The next PDU from the server."""
        kind, length = struct.unpack(">BxL", self._exactly(6))
        return kind, self._exactly(length)

    def response(self) -> Command:
        """The next DIMSE command from the server, sent in one fragment as it always is."""
        kind, body = self.pdu()
        assert kind == 4, (kind, body)
        return decode_command(body[6:])

    def store(self, data: bytes, command: bytes | None = None, context: int = CT_CONTEXT) -> None:
        self.send(p_data(context, command or store_command(), is_command=True, maximum_length=0))
        self.send(p_data(context, data, is_command=False, maximum_length=16384))

    def closed(self) -> bool:
        """Whether the server closes now, without another byte."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def ends(self) -> bool:
        """Whether the server closes, whatever it says before."""
        try:
            while self.socket.recv(4096):
                pass
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False
        return True

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            if not part:
                raise EOFError(f"the server closed after {len(data)} of {count} bytes")
            data += part
        return data
