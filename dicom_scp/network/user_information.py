"""The items of an association request and answer, and the user information among them (PS3.8 annex D, PS3.7 D.3.3)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_ITEM_HEADER: Final = struct.Struct(">BxH")  # type, reserved, length: PS3.8 9.3.2
_MAXIMUM_LENGTH, _IMPLEMENTATION_CLASS, _ASYNCHRONOUS = 0x51, 0x52, 0x53
_ROLE_SELECTION, _IMPLEMENTATION_VERSION = 0x54, 0x55


class MalformedPduError(ValueError):
    """A PDU does not follow PS3.8. The message names the rule, never the bytes."""


@dataclass(frozen=True, slots=True)
class RoleSelection:
    """Which roles the association requestor proposes, or is granted, for one SOP class (PS3.7 D.3.3.4)."""

    sop_class_uid: str
    scu: bool
    scp: bool


@dataclass(frozen=True, slots=True)
class AsynchronousWindow:
    """How many operations may be outstanding, 0: unlimited (PS3.7 D.3.3.3)."""

    invoked: int
    performed: int


@dataclass(frozen=True, slots=True)
class UserInformation:
    """What both sides say of themselves.

    Other sub-items (extended negotiation, user identity) are not answered: an acceptor that does not support them
    leaves them out (PS3.7 D.3.3.5, D.3.3.7).
    """

    maximum_length: int = 0  # of the P-DATA-TF PDUs that this side receives; 0: unlimited
    implementation_class_uid: str = ""
    implementation_version_name: str = ""
    window: AsynchronousWindow | None = None
    roles: tuple[RoleSelection, ...] = ()


def items(body: bytes, offset: int = 0) -> Iterator[tuple[int, bytes]]:
    """Walk over items: type and value.

    Raises
    ------
    MalformedPduError
        An item does not end where the body ends.
    """
    end = len(body)
    while offset < end:
        if end - offset < _ITEM_HEADER.size:
            raise MalformedPduError("bytes after the last item (PS3.8 9.3.2)")
        kind, length = _ITEM_HEADER.unpack_from(body, offset)
        offset += _ITEM_HEADER.size
        if length > end - offset:
            raise MalformedPduError("an item is longer than what holds it (PS3.8 9.3.2)")
        yield kind, body[offset : offset + length]
        offset += length


def encode_item(kind: int, value: bytes) -> bytes:
    return _ITEM_HEADER.pack(kind, len(value)) + value


def decode_uid(value: bytes) -> str:
    """Read a UID as it stands; trailing padding is common though forbidden here (PS3.8 annex F)."""
    return value.decode("latin-1").rstrip("\0 ")


def decode_user_information(body: bytes) -> UserInformation:
    """Read the sub-items that matter here.

    Raises
    ------
    MalformedPduError
        A sub-item has the wrong length.
    """
    maximum_length = 0
    implementation_class_uid = implementation_version_name = ""
    window: AsynchronousWindow | None = None
    roles: list[RoleSelection] = []
    for kind, value in items(body):
        if kind == _MAXIMUM_LENGTH:
            (maximum_length,) = _unpack(">L", value)
        elif kind == _IMPLEMENTATION_CLASS:
            implementation_class_uid = decode_uid(value)
        elif kind == _IMPLEMENTATION_VERSION:
            implementation_version_name = value.decode("latin-1").strip("\0 ")
        elif kind == _ASYNCHRONOUS:
            window = AsynchronousWindow(*_unpack(">HH", value))
        elif kind == _ROLE_SELECTION:
            roles.append(_decode_role(value))
    return UserInformation(maximum_length, implementation_class_uid, implementation_version_name, window, tuple(roles))


def encode_user_information(user: UserInformation) -> bytes:
    parts = [encode_item(_MAXIMUM_LENGTH, struct.pack(">L", user.maximum_length))]
    if user.implementation_class_uid:
        parts.append(encode_item(_IMPLEMENTATION_CLASS, user.implementation_class_uid.encode("latin-1")))
    if user.window is not None:
        parts.append(encode_item(_ASYNCHRONOUS, struct.pack(">HH", user.window.invoked, user.window.performed)))
    for role in user.roles:
        uid = role.sop_class_uid.encode("latin-1")
        parts.append(encode_item(_ROLE_SELECTION, struct.pack(">H", len(uid)) + uid + bytes((role.scu, role.scp))))
    if user.implementation_version_name:
        parts.append(encode_item(_IMPLEMENTATION_VERSION, user.implementation_version_name.encode("latin-1")))
    return b"".join(parts)


def _decode_role(value: bytes) -> RoleSelection:
    if len(value) < 4 or int.from_bytes(value[:2]) != len(value) - 4:
        raise MalformedPduError("role selection has the wrong length (PS3.7 D.3.3.4)")
    return RoleSelection(decode_uid(value[2:-2]), scu=value[-2] == 1, scp=value[-1] == 1)


def _unpack(layout: str, value: bytes) -> tuple[int, ...]:
    if len(value) != struct.calcsize(layout):
        raise MalformedPduError("a user information sub-item has the wrong length (PS3.8 annex D, PS3.7 D.3.3)")
    return struct.unpack(layout, value)
