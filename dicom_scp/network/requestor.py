"""The requestor's side of an association, for the one message that an archive must start: N-EVENT-REPORT."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from dicom_scp.configuration import RemoteAe
from dicom_scp.identity import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from dicom_scp.network.dimse import (
    MAXIMUM_COMMAND_BYTES,
    Command,
    MalformedCommandError,
    decode_command,
    p_data,
)
from dicom_scp.network.pdu import (
    RELEASE_RQ,
    Abort,
    AbortReason,
    AbortSource,
    AssociateRequest,
    ContextResult,
    PduType,
    ProposedContext,
    decode_associate_accept,
    encode_abort,
    encode_associate_request,
)
from dicom_scp.network.user_information import MalformedPduError, RoleSelection, UserInformation
from dicom_scp.network.wire import ConnectionLostError, PeerSilentError, Wire
from dicom_scp.transfer_syntaxes import EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN

_CONTEXT_ID: Final = 1
_MAXIMUM_LENGTH: Final = 16_384
_MAXIMUM_ACCEPT_BYTES: Final = 1 << 16


class AssociationFailedError(Exception):
    """The peer could not be reached, refused, or broke the protocol. The message is safe to log."""


@dataclass(frozen=True, slots=True)
class OutgoingAssociation:
    """An association that this side requested, with its one accepted presentation context."""

    wire: Wire
    transfer_syntax: str
    peer_maximum_length: int

    def exchange(self, command: bytes, data_set: bytes) -> Command:
        """Send a request with its data set and wait for the response."""
        for body, is_command in ((command, True), (data_set, False)):
            self.wire.send(p_data(_CONTEXT_ID, body, is_command=is_command, maximum_length=self.peer_maximum_length))
        received = bytearray()
        while True:
            kind, length = self.wire.read_header()
            if kind != PduType.P_DATA_TF or length > _MAXIMUM_LENGTH:
                raise AssociationFailedError("the peer answered with another PDU than P-DATA-TF")
            body = self.wire.read(length)
            while body:
                size, control = int.from_bytes(body[:4]), body[5] if len(body) > 5 else 0
                if not 2 <= size <= len(body) - 4 or len(received) + size > MAXIMUM_COMMAND_BYTES or not control & 1:
                    raise AssociationFailedError("the peer answered with a malformed fragment")
                received += body[6 : 4 + size]
                body = body[4 + size :]
                if control & 2:
                    return decode_command(bytes(received))


@contextmanager
def association(
    remote: RemoteAe,
    *,
    calling: str,
    called: str,
    sop_class_uid: str,
    timeout: float,
    tls: ssl.SSLContext | None,
) -> Iterator[OutgoingAssociation]:
    """Open an association as the SCP of one SOP class (PS3.7 D.3.3.4); it is released at the end.

    Raises
    ------
    AssociationFailedError
        Also for whatever goes wrong on the wire inside the block.
    """
    try:
        connection = socket.create_connection((remote.host, remote.port), timeout)
    except OSError as error:
        raise AssociationFailedError("the peer cannot be reached") from error
    wire: Wire | None = None
    try:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls is not None:
            connection = tls.wrap_socket(connection, server_hostname=remote.host)
        wire = Wire(connection, timeout)
        outgoing = _negotiate(wire, calling, called, sop_class_uid)
        try:
            yield outgoing
        except BaseException:
            with suppress(ConnectionLostError, PeerSilentError):
                wire.send(encode_abort(Abort(AbortSource.SERVICE_USER, AbortReason.NOT_SPECIFIED)))
            raise
        with suppress(ConnectionLostError, PeerSilentError):  # what was exchanged stands, however this part ends
            wire.send(RELEASE_RQ)
            wire.read_header()
    except PeerSilentError as error:
        raise AssociationFailedError("the peer was silent for too long") from error
    except (ConnectionLostError, OSError) as error:
        raise AssociationFailedError("the peer closed the connection") from error
    except (MalformedPduError, MalformedCommandError) as error:
        raise AssociationFailedError("the peer broke the protocol") from error
    finally:
        if wire is not None:
            wire.close()
        else:
            connection.close()


def _negotiate(wire: Wire, calling: str, called: str, sop_class_uid: str) -> OutgoingAssociation:
    context = ProposedContext(_CONTEXT_ID, sop_class_uid, (EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN))
    user = UserInformation(
        maximum_length=_MAXIMUM_LENGTH,
        implementation_class_uid=IMPLEMENTATION_CLASS_UID,
        implementation_version_name=IMPLEMENTATION_VERSION_NAME,
        roles=(RoleSelection(sop_class_uid, scu=False, scp=True),),
    )
    wire.send(encode_associate_request(AssociateRequest(called, calling, (context,), user)))
    kind, length = wire.read_header()
    if kind != PduType.ASSOCIATE_AC or length > _MAXIMUM_ACCEPT_BYTES:
        raise AssociationFailedError("the peer rejected the association")
    reply = decode_associate_accept(wire.read(length))
    for answer in reply.contexts:
        if answer.context_id == _CONTEXT_ID and answer.result == ContextResult.ACCEPTED:
            if answer.transfer_syntax not in context.transfer_syntaxes:
                raise AssociationFailedError("the peer accepted a transfer syntax that was not proposed")
            return OutgoingAssociation(wire, answer.transfer_syntax, reply.user.maximum_length)
    raise AssociationFailedError("the peer refused the presentation context")
