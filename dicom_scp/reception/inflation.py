"""Looks into a deflated data set while it arrives (PS3.5 A.5), without ever holding it inflated.

A deflate stream may grow a thousandfold. It is inflated into one small window at a time, which is walked and dropped,
up to a limit; the sender's bytes themselves are stored as they came.

After the stream, one zero may pad it to an even length (PS3.5 A.5); more zeros are tolerated, as after any data set,
and so is the trailer of a gzip file, which some senders leave there, if it is right.
"""

import struct
import zlib
from typing import Final

from dicom_scp.reception.element_walker import ElementWalker, MalformedDataSetError

INFLATED_LIMIT: Final = 1 << 30  # bytes; walking them takes about two seconds of CPU
_WINDOW_BYTES: Final = 256 << 10
_GZIP_TRAILER: Final = struct.Struct("<LL")  # CRC32 and size of the inflated bytes (RFC 1952)


class InflatingWalker:
    """Walks the elements of a deflated data set; stands in for `ElementWalker`."""

    def __init__(self, walker: ElementWalker, limit: int = INFLATED_LIMIT) -> None:
        self._walker = walker
        self._limit = limit
        self._inflated = 0
        self._crc = 0
        self._ended = False
        self._tail = b""  # what follows the stream
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)  # RFC 1951 has no header

    @property
    def values(self) -> dict[int, bytes | None]:
        return self._walker.values

    def feed(self, data: bytes | memoryview) -> None:
        """Walk the next deflated bytes.

        Raises
        ------
        MalformedDataSetError
            They are not a deflate stream, not a data set once inflated, or inflate beyond the limit.
        """
        rest = data if self._ended else self._walk_stream(data)
        room = len(_GZIP_TRAILER.pack(0, 0)) - len(self._tail)
        self._tail += bytes(rest[:room])
        if any(rest[room:]):
            raise MalformedDataSetError("bytes follow the deflate stream")

    def finish(self) -> None:
        """The bytes have ended.

        Raises
        ------
        MalformedDataSetError
            The stream, or the data set within it, is empty or truncated.
        """
        if not self._ended:
            raise MalformedDataSetError("data set is truncated")
        if any(self._tail) and self._tail != _GZIP_TRAILER.pack(self._crc, self._inflated & 0xFFFFFFFF):
            raise MalformedDataSetError("bytes follow the deflate stream")
        self._walker.finish()

    def _walk_stream(self, data: bytes | memoryview) -> bytes | memoryview:
        """Walk what these bytes inflate to; return what follows the end of the stream."""
        while True:
            try:
                window = self._inflate.decompress(data, _WINDOW_BYTES)
            except zlib.error:
                raise MalformedDataSetError("not a deflate stream") from None  # its text may quote the input
            self._inflated += len(window)
            if self._inflated > self._limit:
                raise MalformedDataSetError("inflates beyond the limit")
            self._crc = zlib.crc32(window, self._crc)
            self._walker.feed(window)
            if self._inflate.eof:
                self._ended = True
                return self._inflate.unused_data
            data = self._inflate.unconsumed_tail
            if not data and len(window) < _WINDOW_BYTES:
                return b""
