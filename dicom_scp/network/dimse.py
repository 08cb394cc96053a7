"""DIMSE command sets: decoded with every length distrusted, encoded small (PS3.7 6.3, 9.3, 10.3, annex E).

A command set is implicit VR little endian whatever the presentation context says (PS3.7 6.3.1).
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final, NamedTuple

from dicom_scp.network.pdu import PDU_HEADER, PDV_HEADER, PduType

MAXIMUM_COMMAND_BYTES: Final = 1 << 14  # real ones take some 200 bytes
NO_DATA_SET: Final = 0x0101  # PS3.7 E.1, Command Data Set Type
DATA_SET_FOLLOWS: Final = 0x0001
RESPONSE: Final = 0x8000
_ELEMENT: Final = struct.Struct("<HHL")
_GROUP_LENGTH: Final = struct.Struct("<HHLL")
_LONGEST_REMEMBERED: Final = 512
_REMEMBERED: Final = 16  # sizes: they differ by the lengths of two UIDs
_COMMAND_FRAGMENT, _LAST_FRAGMENT = 1, 2  # message control header, PS3.8 E.2


class CommandField(IntEnum):
    """PS3.7 E.1, table E.1-1."""

    C_STORE_RQ = 0x0001
    C_ECHO_RQ = 0x0030
    C_CANCEL_RQ = 0x0FFF
    N_EVENT_REPORT_RQ = 0x0100
    N_EVENT_REPORT_RSP = 0x8100
    N_ACTION_RQ = 0x0130


class Element(IntEnum):
    """Element numbers of group 0000 (PS3.7 E.1)."""

    GROUP_LENGTH = 0x0000
    AFFECTED_SOP_CLASS_UID = 0x0002
    REQUESTED_SOP_CLASS_UID = 0x0003
    COMMAND_FIELD = 0x0100
    MESSAGE_ID = 0x0110
    MESSAGE_ID_BEING_RESPONDED_TO = 0x0120
    PRIORITY = 0x0700
    COMMAND_DATA_SET_TYPE = 0x0800
    STATUS = 0x0900
    ERROR_COMMENT = 0x0902
    AFFECTED_SOP_INSTANCE_UID = 0x1000
    REQUESTED_SOP_INSTANCE_UID = 0x1001
    EVENT_TYPE_ID = 0x1002
    ACTION_TYPE_ID = 0x1008


class MalformedCommandError(ValueError):
    """A command set does not follow PS3.7. The message names the rule, never the bytes."""


class Command(NamedTuple):
    """A decoded command set; absent UIDs are empty, absent numbers None."""

    field: int
    message_id: int  # of a request its own, of a response the request's
    has_data_set: bool
    affected_sop_class_uid: str = ""
    affected_sop_instance_uid: str = ""
    requested_sop_class_uid: str = ""
    requested_sop_instance_uid: str = ""
    action_type_id: int | None = None
    status: int | None = None

    @property
    def is_response(self) -> bool:
        return bool(self.field & RESPONSE)


class CommandReader:
    """Decodes the command sets of a server's associations. Called from every thread.

    The requests of a series are alike but for the message's number and the instance's UID, and many modalities open an
    association for each of them. Where all other bytes are those of an earlier request, these two are read where they
    stood in it.
    """

    def __init__(self) -> None:
        self._known: dict[int, _Alike] = {}  # the last request of each size

    def decode(self, body: bytes) -> Command:
        """Read a complete command set.

        Raises
        ------
        MalformedCommandError
            As `decode_command` does.
        """
        known = self._known.get(len(body))
        command = known.decode(body) if known is not None else None
        if command is None:
            places = _places(body)
            command = _command(body, places)
            if command == Command(
                command.field,
                command.message_id,
                command.has_data_set,
                command.affected_sop_class_uid,
                command.affected_sop_instance_uid,
            ):
                self._remember(_Alike.of(command, body, places))
        return command

    def _remember(self, request: "_Alike | None") -> None:
        if request is None or request.size > _LONGEST_REMEMBERED:
            return
        if len(self._known) >= _REMEMBERED:
            self._known = {}
        self._known[request.size] = request


@dataclass(frozen=True, slots=True)
class _Alike:
    """A request, and where in it stands what the next one of its series has otherwise."""

    command: Command
    size: int
    before: bytes
    number: int
    between: bytes
    uid: slice
    after: bytes

    @classmethod
    def of(cls, command: Command, body: bytes, places: dict[int, slice]) -> "_Alike | None":
        number, uid = places.get(Element.MESSAGE_ID), places.get(Element.AFFECTED_SOP_INSTANCE_UID)
        if command.is_response or number is None or uid is None or number.stop > uid.start:
            return None
        before, between, after = body[: number.start], body[number.stop : uid.start], body[uid.stop :]
        return cls(command, len(body), before, number.start, between, uid, after)

    def decode(self, body: bytes) -> Command | None:
        number = self.number
        if (
            len(body) != self.size
            or not body.startswith(self.before)
            or not body.startswith(self.between, number + 2)
            or not body.endswith(self.after)
        ):
            return None
        command, uid = self.command, body[self.uid].decode("latin-1").rstrip("\0 ")
        message_id = int.from_bytes(body[number : number + 2], "little")
        return Command(command.field, message_id, command.has_data_set, command.affected_sop_class_uid, uid)


def decode_command(body: bytes) -> Command:
    """Read a complete command set.

    Raises
    ------
    MalformedCommandError
        An element is longer than the set, belongs to another group, or a mandatory one is missing or misshapen.
    """
    return _command(body, _places(body))


def _places(body: bytes) -> dict[int, slice]:
    """Where the value of each element stands."""
    places: dict[int, slice] = {}
    offset, end = 0, len(body)
    while offset < end:
        if end - offset < _ELEMENT.size:
            raise MalformedCommandError("bytes after the last element (PS3.7 6.3.1)")
        group, element, length = _ELEMENT.unpack_from(body, offset)
        offset += _ELEMENT.size
        if group != 0 or length > end - offset:
            raise MalformedCommandError("an element of another group, or longer than its set (PS3.7 6.3.1)")
        places[element] = slice(offset, offset + length)
        offset += length
    return places


def _command(body: bytes, places: dict[int, slice]) -> Command:
    values = {element: body[place] for element, place in places.items()}
    field = _mandatory(values, Element.COMMAND_FIELD)
    answers = Element.MESSAGE_ID_BEING_RESPONDED_TO if field & RESPONSE else Element.MESSAGE_ID
    # C-CANCEL has no message of its own, only the one that it cancels (PS3.7 9.3.2.3).
    number = Element.MESSAGE_ID_BEING_RESPONDED_TO if field == CommandField.C_CANCEL_RQ else answers
    return Command(
        field,
        _mandatory(values, number),
        _mandatory(values, Element.COMMAND_DATA_SET_TYPE) != NO_DATA_SET,
        _uid(values, Element.AFFECTED_SOP_CLASS_UID),
        _uid(values, Element.AFFECTED_SOP_INSTANCE_UID),
        _uid(values, Element.REQUESTED_SOP_CLASS_UID),
        _uid(values, Element.REQUESTED_SOP_INSTANCE_UID),
        _number(values, Element.ACTION_TYPE_ID),
        _number(values, Element.STATUS),
    )


def encode_command(values: Mapping[Element, int | str]) -> bytes:
    """Write a command set: numbers as US, text as UI or LO, in the order of its elements, group length first."""
    return _with_group_length(_encode_elements(values))


def encode_response(
    command: Command, status: int, comment: str = "", *, sop_class: str = "", sop_instance: str = ""
) -> bytes:
    """Answer ``command`` without a data set; the UIDs and the comment are sent if not empty."""
    before, after = _around_the_message_id(command.field | RESPONSE, status, comment, sop_class)
    message_id = _encode_element(Element.MESSAGE_ID_BEING_RESPONDED_TO, command.message_id)
    instance = _encode_element(Element.AFFECTED_SOP_INSTANCE_UID, sop_instance) if sop_instance else b""
    return _with_group_length(before + message_id + after + instance)


def p_data(context_id: int, body: bytes, *, is_command: bool, maximum_length: int) -> bytes:
    """One command set or data set as P-DATA-TF PDUs, one fragment each, none longer than the peer takes (PS3.8 D.1)."""
    kind = _COMMAND_FRAGMENT if is_command else 0
    room = max(1, maximum_length - PDV_HEADER.size) if maximum_length else max(1, len(body))
    if len(body) <= room:  # as good as always
        return _pdu(context_id, kind | _LAST_FRAGMENT, body)
    cuts = range(0, len(body), room)
    return b"".join(
        _pdu(context_id, kind | (_LAST_FRAGMENT if cut + room >= len(body) else 0), body[cut : cut + room])
        for cut in cuts
    )


def _pdu(context_id: int, control: int, fragment: bytes) -> bytes:
    size = len(fragment)
    return PDU_HEADER.pack(PduType.P_DATA_TF, size + 6) + PDV_HEADER.pack(size + 2, context_id, control) + fragment


@lru_cache(maxsize=256)
def _around_the_message_id(field: int, status: int, comment: str, sop_class: str) -> tuple[bytes, bytes]:
    """What comes before and after the message's own number in a response: the same for a whole series, and more."""
    before: dict[Element, int | str] = {Element.COMMAND_FIELD: field}
    after: dict[Element, int | str] = {Element.COMMAND_DATA_SET_TYPE: NO_DATA_SET, Element.STATUS: status}
    if sop_class:
        before[Element.AFFECTED_SOP_CLASS_UID] = sop_class
    if comment:
        after[Element.ERROR_COMMENT] = comment[:64]
    return _encode_elements(before), _encode_elements(after)


def _with_group_length(elements: bytes) -> bytes:
    return _GROUP_LENGTH.pack(0, Element.GROUP_LENGTH, 4, len(elements)) + elements


def _encode_elements(values: Mapping[Element, int | str]) -> bytes:
    return b"".join(_encode_element(element, values[element]) for element in sorted(values))


def _encode_element(element: Element, value: int | str) -> bytes:
    if isinstance(value, int):
        return _ELEMENT.pack(0, element, 2) + value.to_bytes(2, "little")
    text = value.encode("ascii", "replace")
    padding = b" " if element is Element.ERROR_COMMENT else b"\0"  # PS3.5 6.2: UI is padded with NUL, LO with a space
    text += padding * (len(text) % 2)
    return _ELEMENT.pack(0, element, len(text)) + text


def _mandatory(values: dict[int, bytes], element: Element) -> int:
    number = _number(values, element)
    if number is None:
        raise MalformedCommandError(f"no {element.name} (PS3.7 annex E)")
    return number


def _number(values: dict[int, bytes], element: Element) -> int | None:
    value = values.get(element)
    if value is None:
        return None
    if len(value) != 2:
        raise MalformedCommandError(f"{element.name} is not a US of 2 bytes (PS3.7 annex E)")
    return int.from_bytes(value, "little")


def _uid(values: dict[int, bytes], element: Element) -> str:
    return values.get(element, b"").decode("latin-1").rstrip("\0 ")
