"""The header of a DICOM file (PS3.10 7.1): what precedes the received data set in the store."""

import struct
from contextlib import suppress
from functools import lru_cache
from typing import Final

from dicom_scp.identity import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from dicom_scp.ports import StoreRequest
from dicom_scp.reception.element_walker import ElementWalker, MalformedDataSetError
from dicom_scp.transfer_syntaxes import Encoding

LONGEST_FILE_HEADER: Final = 1024  # bytes; ours has at most 600
_MAGIC: Final = bytes(128) + b"DICM"
_FILE_META_VERSION: Final = b"\x02\x00\x01\x00OB\x00\x00\x02\x00\x00\x00\x00\x01"
_GROUP_LENGTH: Final = struct.Struct("<HH2sHL")
_SHORT_ELEMENT: Final = struct.Struct("<HH2sH")
_SOP_CLASS_UID: Final = 0x0002_0002
_SOP_INSTANCE_UID: Final = 0x0002_0003


def file_header(request: StoreRequest) -> bytes:
    """Preamble and file meta information, always explicit little endian, for the data set of ``request``.

    The sender's AE title is (0002,0016) Source and (0002,0017) Sending Application Entity Title, ours is (0002,0018)
    Receiving. A title that an AE cannot hold (PS3.5 6.2) is left out rather than altered.
    """
    peer = request.peer
    before, after = _around_the_instance(
        request.sop_class_uid, request.transfer_syntax_uid, peer.calling_ae_title, peer.called_ae_title
    )
    elements = before + _element(0x0003, b"UI", request.sop_instance_uid) + after
    return _MAGIC + _GROUP_LENGTH.pack(0x0002, 0x0000, b"UL", 4, len(elements)) + elements


def stored_identity(start: bytes) -> tuple[str, str]:
    """SOP class and instance UID from the first `LONGEST_FILE_HEADER` bytes of a file that `file_header` began.

    Raises
    ------
    ValueError
        It is no such file.
    """
    if not start.startswith(_MAGIC):
        raise ValueError("not a DICOM file")
    walker = ElementWalker(Encoding.EXPLICIT_LITTLE, (_SOP_CLASS_UID, _SOP_INSTANCE_UID), foreign_groups=frozenset())
    with suppress(MalformedDataSetError):  # past the file meta, the data set may be in any encoding
        walker.feed(start[len(_MAGIC) :])
    sop_class, sop_instance = walker.values.get(_SOP_CLASS_UID), walker.values.get(_SOP_INSTANCE_UID)
    if not sop_class or not sop_instance:
        raise ValueError("file meta information without SOP class or instance")
    return sop_class.rstrip(b"\0").decode("ascii", "replace"), sop_instance.rstrip(b"\0").decode("ascii", "replace")


@lru_cache(maxsize=1024)
def _around_the_instance(sop_class: str, transfer_syntax: str, calling: str, called: str) -> tuple[bytes, bytes]:
    """The elements before and after the instance UID: the same for every instance of a series, and more."""
    sender, receiver = calling.strip(" "), called.strip(" ")
    before = _FILE_META_VERSION + _element(0x0002, b"UI", sop_class)
    after = (
        _element(0x0010, b"UI", transfer_syntax),
        _element(0x0012, b"UI", IMPLEMENTATION_CLASS_UID),
        _element(0x0013, b"SH", IMPLEMENTATION_VERSION_NAME),
        *(_element(number, b"AE", title) for number, title in _titles(sender, receiver) if _is_ae_title(title)),
    )
    return before, b"".join(after)


def _titles(sender: str, receiver: str) -> tuple[tuple[int, str], ...]:
    return (0x0016, sender), (0x0017, sender), (0x0018, receiver)


def _is_ae_title(text: str) -> bool:
    return 0 < len(text) <= 16 and text.isascii() and text.isprintable() and "\\" not in text


def _element(number: int, vr: bytes, text: str) -> bytes:
    value = text.encode("ascii")
    if len(value) % 2:
        value += b"\0" if vr == b"UI" else b" "
    return _SHORT_ELEMENT.pack(0x0002, number, vr, len(value)) + value
