"""Walks the elements of a data set while it arrives (PS3.5 chapter 7), and keeps the few values that are asked for.

Nothing is built and nothing is trusted: a length is a number of bytes to skip, never an allocation; nesting is walked
only where its end is marked by delimiters (undefined length), with a bounded stack; a value is kept only when it is
asked for and short. One pass over the top level therefore tells whether the data set is whole: its last element must
end exactly where the bytes end.

Bytes after the last element: two zeros or more are tolerated, as some senders pad to a block size, and no element can
begin with them (group 0000 is for commands, PS3.7 6.3), so they can hide no truncation. A single zero could be the
start of a lost element: truncated. Anything else there is malformed.
"""

import struct
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from dicom_scp.transfer_syntaxes import Encoding

UNDEFINED_LENGTH: Final = 0xFFFFFFFF
LONGEST_KEPT_VALUE: Final = 128  # bytes; a UID has 64 (PS3.5 9.1), a date 10
DEEPEST_NESTING: Final = 64  # levels of undefined length; real objects have fewer than ten

_ITEM: Final = 0xFFFEE000
_ITEM_END: Final = 0xFFFEE00D
_SEQUENCE_END: Final = 0xFFFEE0DD
_FOREIGN_GROUPS: Final = frozenset((0x0000, 0x0002))  # commands (PS3.7 6.3) and file meta (PS3.10 7.1)

# PS3.5 table 7.1-2: a 16-bit length follows these; every other VR, known or future, has a 32-bit one (PS3.5 6.2.2).
_SHORT_VRS: Final = frozenset(b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split())
_UNDEFINED_LENGTH_VRS: Final = frozenset((b"SQ", b"UN", b"OB", b"OW"))


class MalformedDataSetError(Exception):
    """The bytes are not a data set in this encoding. The message is a fixed phrase, never a quotation."""


@dataclass(frozen=True, slots=True)
class _Syntax:
    """How element headers are read."""

    explicit: bool
    header: struct.Struct  # explicit: group, element, VR, 16-bit length; implicit: group, element, 32-bit length
    long_length: struct.Struct
    item: struct.Struct  # items and delimiters have no VR in any syntax (PS3.5 7.5)


_IMPLICIT_LITTLE: Final = _Syntax(False, struct.Struct("<HHL"), struct.Struct("<L"), struct.Struct("<HHL"))
_EXPLICIT_LITTLE: Final = _Syntax(True, struct.Struct("<HH2sH"), struct.Struct("<L"), struct.Struct("<HHL"))
_EXPLICIT_BIG: Final = _Syntax(True, struct.Struct(">HH2sH"), struct.Struct(">L"), struct.Struct(">HHL"))
_SYNTAXES: Final = {
    Encoding.IMPLICIT_LITTLE: _IMPLICIT_LITTLE,
    Encoding.EXPLICIT_LITTLE: _EXPLICIT_LITTLE,
    Encoding.EXPLICIT_BIG: _EXPLICIT_BIG,
    Encoding.DEFLATED: _EXPLICIT_LITTLE,  # of the inflated bytes (PS3.5 A.5)
}


@dataclass(frozen=True, slots=True)
class _Level:
    """One open nesting of undefined length: a run of items, or the elements of one item."""

    syntax: _Syntax
    holds_items: bool
    holds_fragments: bool = False  # encapsulated pixel data: items of known length only (PS3.5 A.4)


class ElementWalker:
    """Walks one data set.

    Parameters
    ----------
    encoding
        How the elements are written; of deflated data sets the inflated bytes are fed.
    wanted
        Tags of the top level whose values are kept; each may occur once.
    foreign_groups
        Groups that no element of this data set may belong to.

    Attributes
    ----------
    values
        What was found so far: the raw value, or None where it is longer than `LONGEST_KEPT_VALUE`.
    """

    def __init__(
        self, encoding: Encoding, wanted: Collection[int], foreign_groups: frozenset[int] = _FOREIGN_GROUPS
    ) -> None:
        self.values: dict[int, bytes | None] = {}
        self._wanted = frozenset(wanted)
        self._foreign_groups = foreign_groups
        self._syntax = _SYNTAXES[encoding]
        self._levels: list[_Level] = []
        self._carry = b""  # an element header, or a wanted value, that is not complete yet
        self._skip = 0  # bytes of the current value that have not arrived yet
        self._padding = False
        self._started = False

    def feed(self, data: bytes | memoryview) -> None:
        """Walk the next bytes.

        Raises
        ------
        MalformedDataSetError
            They cannot be a part of a data set.
        """
        buffer = memoryview(data)
        size = len(buffer)
        position = self._skip
        if position >= size:
            self._skip -= size
            return
        if self._carry:
            # An element's header and a wanted value fit in what the carry is completed with here.
            known = len(self._carry)
            joined = self._carry + bytes(buffer[: 2 * LONGEST_KEPT_VALUE])
            position = self._walk(memoryview(joined), 0, known)
            if position < known:  # still not complete, or the buffer is shorter than what completes it
                self._carry = joined
                return
            position -= known
        if position < size:
            position = self._walk(buffer, position, size)
        self._carry = bytes(buffer[position:])
        self._skip = max(0, position - size)

    def finish(self) -> None:
        """The bytes have ended.

        Raises
        ------
        MalformedDataSetError
            There were none, or they end within an element or a sequence.
        """
        if len(self._carry) > 1 and self._started and not self._levels and not any(self._carry):
            self._carry = b""
        if self._skip or self._carry or self._levels:
            raise MalformedDataSetError("data set is truncated")
        if not self._started:
            raise MalformedDataSetError("data set is empty")

    def _walk(self, buffer: memoryview, position: int, stop: int) -> int:
        """Walk from ``position`` until at least ``stop`` or until something is incomplete; return where that is."""
        while position < stop:
            before, depth = position, len(self._levels)
            if self._padding:
                position = self._check_padding(buffer, position)
            elif depth == 0:
                # Chosen here: a bound method kept in its own object would leave that to the garbage collector.
                walk = self._walk_explicit if self._syntax.explicit else self._walk_implicit
                position = walk(buffer, position, stop)
            elif self._levels[-1].holds_items:
                position = self._walk_items(buffer, position, stop)
            else:
                position = self._walk_item_elements(buffer, position, stop)
            if position != before:
                self._started = True
            elif depth == len(self._levels) and not self._padding:
                return position
        return position

    def _walk_explicit(self, buffer: memoryview, position: int, stop: int) -> int:
        unpack = self._syntax.header.unpack_from
        unpack_length = self._syntax.long_length.unpack_from
        wanted, foreign = self._wanted, self._foreign_groups
        first, size = position, len(buffer)
        last_header = size - 8
        while position < stop:
            if position > last_header:
                return position
            group, element, vr, length = unpack(buffer, position)
            if group in foreign:
                return self._begin_padding(buffer, position) if position == first else position
            value = position + 8
            if vr not in _SHORT_VRS:
                if not vr.isalpha() or not vr.isupper() or group == 0xFFFE:
                    raise MalformedDataSetError("element has no value representation")
                if size - position < 12:
                    return position
                (length,) = unpack_length(buffer, value)
                value += 4
                if length == UNDEFINED_LENGTH:
                    self._open_sequence(self._syntax, vr, group)
                    return value
            tag = group << 16 | element
            if tag in wanted and not self._keep(tag, buffer, value, length):
                return position
            position = value + length
        return position

    def _walk_implicit(self, buffer: memoryview, position: int, stop: int) -> int:
        unpack = self._syntax.header.unpack_from
        wanted, foreign = self._wanted, self._foreign_groups
        first, size = position, len(buffer)
        last_header = size - 8
        while position < stop:
            if position > last_header:
                return position
            group, element, length = unpack(buffer, position)
            if group in foreign:
                return self._begin_padding(buffer, position) if position == first else position
            if group == 0xFFFE:
                raise MalformedDataSetError("item or delimiter outside of a sequence")
            value = position + 8
            if length == UNDEFINED_LENGTH:
                self._open_sequence(self._syntax, b"SQ", group)
                return value
            tag = group << 16 | element
            if tag in wanted and not self._keep(tag, buffer, value, length):
                return position
            position = value + length
        return position

    def _keep(self, tag: int, buffer: memoryview, value: int, length: int) -> bool:
        """Keep a wanted value; False when it has not arrived completely."""
        if length > LONGEST_KEPT_VALUE:
            kept = None
        elif value + length > len(buffer):
            return False
        else:
            kept = bytes(buffer[value : value + length])
        if tag in self.values:  # readers would disagree about which one counts (PS3.5 7.1: each tag at most once)
            raise MalformedDataSetError("element occurs twice")
        self.values[tag] = kept
        return True

    def _open_sequence(self, syntax: _Syntax, vr: bytes, group: int) -> None:
        if vr not in _UNDEFINED_LENGTH_VRS:
            raise MalformedDataSetError("undefined length where none is allowed")
        if len(self._levels) >= DEEPEST_NESTING:
            raise MalformedDataSetError("sequences are nested too deeply")
        fragments = syntax.explicit and vr in {b"OB", b"OW"} and group == 0x7FE0
        # An unknown VR of undefined length is a sequence in implicit little endian (PS3.5 6.2.2, note 4).
        within = _IMPLICIT_LITTLE if vr == b"UN" else syntax
        self._levels.append(_Level(within, holds_items=True, holds_fragments=fragments))

    def _walk_items(self, buffer: memoryview, position: int, stop: int) -> int:
        level = self._levels[-1]
        unpack = level.syntax.item.unpack_from
        size = len(buffer)
        while position < stop:
            if size - position < 8:
                return position
            group, element, length = unpack(buffer, position)
            position += 8
            tag = group << 16 | element
            if tag == _SEQUENCE_END and length == 0:
                self._levels.pop()
                return position
            if tag != _ITEM:
                raise MalformedDataSetError("sequence holds something other than items")
            if length == UNDEFINED_LENGTH:
                if level.holds_fragments:
                    raise MalformedDataSetError("fragment of undefined length")
                if len(self._levels) >= DEEPEST_NESTING:
                    raise MalformedDataSetError("sequences are nested too deeply")
                self._levels.append(_Level(level.syntax, holds_items=False))
                return position
            position += length
        return position

    def _walk_item_elements(self, buffer: memoryview, position: int, stop: int) -> int:
        syntax = self._levels[-1].syntax
        size = len(buffer)
        while position < stop:
            if size - position < 8:
                return position
            group, element, length = syntax.item.unpack_from(buffer, position)
            if group == 0xFFFE:
                if element != _ITEM_END & 0xFFFF or length != 0:
                    raise MalformedDataSetError("item is not ended by its delimiter")
                self._levels.pop()
                return position + 8
            value, vr = position + 8, b"SQ"
            if syntax.explicit:
                _, _, vr, length = syntax.header.unpack_from(buffer, position)
                if vr not in _SHORT_VRS:
                    if not vr.isalpha() or not vr.isupper():
                        raise MalformedDataSetError("element has no value representation")
                    if size - position < 12:
                        return position
                    (length,) = syntax.long_length.unpack_from(buffer, value)
                    value += 4
                elif length == UNDEFINED_LENGTH:
                    raise MalformedDataSetError("undefined length where none is allowed")
            if length == UNDEFINED_LENGTH:
                self._open_sequence(syntax, vr, group)
                return value
            position = value + length
        return position

    def _begin_padding(self, buffer: memoryview, position: int) -> int:
        if not self._started:
            raise MalformedDataSetError("not a data set")
        self._padding = True
        return self._check_padding(buffer, position)

    def _check_padding(self, buffer: memoryview, position: int) -> int:
        if any(buffer[position:]):
            raise MalformedDataSetError("bytes follow the last element")
        return len(buffer)
