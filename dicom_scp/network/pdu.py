"""The protocol data units of the DICOM upper layer (PS3.8 9.3), decoded from and encoded to bytes.

Pure functions over bytes that have already arrived: nothing is allocated by a length that a peer claims. P-DATA-TF is
not here, it is read as a stream (`dicom_scp.network.wire`).
"""

import struct
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from dicom_scp.network.user_information import (
    MalformedPduError,
    UserInformation,
    decode_uid,
    decode_user_information,
    encode_item,
    encode_user_information,
    items,
)

APPLICATION_CONTEXT_NAME: Final = "1.2.840.10008.3.1.1.1"  # PS3.7 annex A
PROTOCOL_VERSION: Final = 1
PDU_HEADER: Final = struct.Struct(">BxL")
FRAGMENT_HEADER: Final = struct.Struct(">BxLLBB")  # both of a PDU with one fragment, as nearly all are
PDV_HEADER: Final = struct.Struct(">LBB")  # length of what follows it and of its last two fields, PS3.8 9.3.5.1
_FIXED_FIELDS: Final = struct.Struct(">H2x16s16s32x")  # of A-ASSOCIATE-RQ and -AC, PS3.8 table 9-11
_APPLICATION_CONTEXT_ITEM, _PROPOSED_CONTEXT_ITEM, _ANSWERED_CONTEXT_ITEM = 0x10, 0x20, 0x21
_ABSTRACT_SYNTAX_ITEM, _TRANSFER_SYNTAX_ITEM, _USER_INFORMATION_ITEM = 0x30, 0x40, 0x50
_MAXIMUM_CONTEXTS: Final = 128  # the odd numbers of one byte, PS3.8 9.3.2.2


class PduType(IntEnum):
    """PS3.8 9.3.1."""

    ASSOCIATE_RQ = 1
    ASSOCIATE_AC = 2
    ASSOCIATE_RJ = 3
    P_DATA_TF = 4
    RELEASE_RQ = 5
    RELEASE_RP = 6
    ABORT = 7


class ContextResult(IntEnum):
    """Answer to one proposed presentation context (PS3.8 9.3.3.2)."""

    ACCEPTED = 0
    USER_REJECTION = 1
    NO_REASON = 2
    ABSTRACT_SYNTAX_NOT_SUPPORTED = 3
    TRANSFER_SYNTAXES_NOT_SUPPORTED = 4


class AbortSource(IntEnum):
    """PS3.8 9.3.8."""

    SERVICE_USER = 0
    SERVICE_PROVIDER = 2


class AbortReason(IntEnum):
    """PS3.8 9.3.8; significant only from the service provider."""

    NOT_SPECIFIED = 0
    UNRECOGNIZED_PDU = 1
    UNEXPECTED_PDU = 2
    UNRECOGNIZED_PARAMETER = 4
    UNEXPECTED_PARAMETER = 5
    INVALID_PARAMETER = 6


@dataclass(frozen=True, slots=True)
class ProposedContext:
    """One abstract syntax, and the transfer syntaxes that the requestor could send it in, in its order."""

    context_id: int
    abstract_syntax: str
    transfer_syntaxes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnsweredContext:
    """The answer to a proposed context; the transfer syntax means something only when it is accepted."""

    context_id: int
    result: int
    transfer_syntax: str


@dataclass(frozen=True, slots=True)
class AssociateRequest:
    """A-ASSOCIATE-RQ (PS3.8 9.3.2). AE titles are the 16 characters as sent, read as Latin-1."""

    called: str
    calling: str
    contexts: tuple[ProposedContext, ...]
    user: UserInformation = field(default_factory=UserInformation)
    application_context: str = APPLICATION_CONTEXT_NAME
    protocol_version: int = PROTOCOL_VERSION


@dataclass(frozen=True, slots=True)
class AssociateAccept:
    """A-ASSOCIATE-AC (PS3.8 9.3.3); the AE titles are returned as they were received and not tested."""

    called: str
    calling: str
    contexts: tuple[AnsweredContext, ...]
    user: UserInformation = field(default_factory=UserInformation)
    application_context: str = APPLICATION_CONTEXT_NAME
    protocol_version: int = PROTOCOL_VERSION


@dataclass(frozen=True, slots=True)
class AssociateReject:
    """A-ASSOCIATE-RJ (PS3.8 9.3.4)."""

    result: int
    source: int
    reason: int


@dataclass(frozen=True, slots=True)
class Abort:
    """A-ABORT (PS3.8 9.3.8)."""

    source: int
    reason: int


RELEASE_RQ: Final = bytes((PduType.RELEASE_RQ, 0, 0, 0, 0, 4, 0, 0, 0, 0))
RELEASE_RP: Final = bytes((PduType.RELEASE_RP, 0, 0, 0, 0, 4, 0, 0, 0, 0))


def decode_associate_request(body: bytes) -> AssociateRequest:
    """Read the variable part of an A-ASSOCIATE-RQ.

    Raises
    ------
    MalformedPduError
        Lengths do not fit, context numbers are even or repeated, or a mandatory item is missing.
    """
    version, called, calling = _decode_fixed_fields(body)
    application_context = ""
    contexts: list[ProposedContext] = []
    user: UserInformation | None = None
    for kind, value in items(body, _FIXED_FIELDS.size):
        if kind == _PROPOSED_CONTEXT_ITEM:
            contexts.append(_decode_proposed_context(value))
        elif kind == _USER_INFORMATION_ITEM:
            user = decode_user_information(value)
        elif kind == _APPLICATION_CONTEXT_ITEM:
            application_context = decode_uid(value)
        # any other item is ignored, for extensibility (PS3.8 9.3.1)
    if not contexts or user is None:
        raise MalformedPduError("no presentation context or no user information (PS3.8 9.3.2)")
    if len({context.context_id for context in contexts}) < len(contexts) or len(contexts) > _MAXIMUM_CONTEXTS:
        raise MalformedPduError("presentation context numbers repeat (PS3.8 9.3.2.2)")
    return AssociateRequest(called, calling, tuple(contexts), user, application_context, version)


def decode_associate_accept(body: bytes) -> AssociateAccept:
    """Read the variable part of an A-ASSOCIATE-AC.

    Raises
    ------
    MalformedPduError
        Lengths do not fit, or the user information is missing.
    """
    version, called, calling = _decode_fixed_fields(body)
    application_context = ""
    contexts: list[AnsweredContext] = []
    user: UserInformation | None = None
    for kind, value in items(body, _FIXED_FIELDS.size):
        if kind == _ANSWERED_CONTEXT_ITEM:
            contexts.append(_decode_answered_context(value))
        elif kind == _USER_INFORMATION_ITEM:
            user = decode_user_information(value)
        elif kind == _APPLICATION_CONTEXT_ITEM:
            application_context = decode_uid(value)
    if user is None:
        raise MalformedPduError("no user information (PS3.8 9.3.3)")
    return AssociateAccept(called, calling, tuple(contexts), user, application_context, version)


def encode_associate_request(request: AssociateRequest) -> bytes:
    contexts = b"".join(
        encode_item(
            _PROPOSED_CONTEXT_ITEM,
            bytes((context.context_id, 0, 0, 0))
            + encode_item(_ABSTRACT_SYNTAX_ITEM, context.abstract_syntax.encode("latin-1"))
            + b"".join(encode_item(_TRANSFER_SYNTAX_ITEM, uid.encode("latin-1")) for uid in context.transfer_syntaxes),
        )
        for context in request.contexts
    )
    return _encode_associate(PduType.ASSOCIATE_RQ, request, contexts)


def encode_associate_accept(accept: AssociateAccept) -> bytes:
    contexts = b"".join(
        encode_item(
            _ANSWERED_CONTEXT_ITEM,
            bytes((context.context_id, 0, context.result, 0))
            + encode_item(_TRANSFER_SYNTAX_ITEM, context.transfer_syntax.encode("latin-1")),
        )
        for context in accept.contexts
    )
    return _encode_associate(PduType.ASSOCIATE_AC, accept, contexts)


def encode_reject(reject: AssociateReject) -> bytes:
    return PDU_HEADER.pack(PduType.ASSOCIATE_RJ, 4) + bytes((0, reject.result, reject.source, reject.reason))


def encode_abort(abort: Abort) -> bytes:
    return PDU_HEADER.pack(PduType.ABORT, 4) + bytes((0, 0, abort.source, abort.reason))


def _decode_fixed_fields(body: bytes) -> tuple[int, str, str]:
    if len(body) < _FIXED_FIELDS.size:
        raise MalformedPduError("shorter than its fixed fields (PS3.8 table 9-11)")
    version, called, calling = _FIXED_FIELDS.unpack_from(body)
    return version, called.decode("latin-1"), calling.decode("latin-1")


def _decode_proposed_context(value: bytes) -> ProposedContext:
    if len(value) < 4 or value[0] % 2 == 0:
        raise MalformedPduError("presentation context number is not odd (PS3.8 9.3.2.2)")
    abstract_syntax = ""
    transfer_syntaxes: list[str] = []
    for kind, name in items(value, 4):
        if kind == _TRANSFER_SYNTAX_ITEM:
            transfer_syntaxes.append(decode_uid(name))
        elif kind == _ABSTRACT_SYNTAX_ITEM:
            abstract_syntax = decode_uid(name)
    return ProposedContext(value[0], abstract_syntax, tuple(transfer_syntaxes))


def _decode_answered_context(value: bytes) -> AnsweredContext:
    if len(value) < 4:
        raise MalformedPduError("answered presentation context is too short (PS3.8 9.3.3.2)")
    syntaxes = [decode_uid(name) for kind, name in items(value, 4) if kind == _TRANSFER_SYNTAX_ITEM]
    return AnsweredContext(value[0], value[2], syntaxes[0] if syntaxes else "")


def _encode_associate(kind: PduType, pdu: AssociateRequest | AssociateAccept, contexts: bytes) -> bytes:
    called, calling = (title.encode("latin-1")[:16].ljust(16) for title in (pdu.called, pdu.calling))
    body = (
        _FIXED_FIELDS.pack(pdu.protocol_version, called, calling)
        + encode_item(_APPLICATION_CONTEXT_ITEM, pdu.application_context.encode("latin-1"))
        + contexts
        + encode_item(_USER_INFORMATION_ITEM, encode_user_information(pdu.user))
    )
    return PDU_HEADER.pack(kind, len(body)) + body
