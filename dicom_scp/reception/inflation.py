"""Looks into a deflated data set while it arrives (PS3.5 A.5), without ever holding it inflated.

A deflate stream may grow a thousandfold. It is inflated into one small window at a time, which is walked and dropped,
up to a limit; the sender's bytes themselves are stored as they came.
"""

import zlib
from typing import Final

from dicom_scp.reception.element_walker import ElementWalker, MalformedDataSetError

INFLATED_LIMIT: Final = 1 << 30  # bytes; walking them takes about two seconds of CPU
_WINDOW_BYTES: Final = 256 << 10


class InflatingWalker:
    """Walks the elements of a deflated data set; stands in for `ElementWalker`."""

    def __init__(self, walker: ElementWalker, limit: int = INFLATED_LIMIT) -> None:
        self._walker = walker
        self._left = limit
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
        waiting: bytes | memoryview = data
        while not self._inflate.eof:
            try:
                window = self._inflate.decompress(waiting, _WINDOW_BYTES)
            except zlib.error:
                raise MalformedDataSetError("not a deflate stream") from None  # its text may quote the input
            self._left -= len(window)
            if self._left < 0:
                raise MalformedDataSetError("inflates beyond the limit")
            self._walker.feed(window)
            waiting = self._inflate.unconsumed_tail
            if not waiting and len(window) < _WINDOW_BYTES:
                return
        # One zero byte may pad the stream to an even length (PS3.5 A.5); more zeros are tolerated as elsewhere.
        if any(self._inflate.unused_data):
            raise MalformedDataSetError("bytes follow the deflate stream")

    def finish(self) -> None:
        """The bytes have ended.

        Raises
        ------
        MalformedDataSetError
            The stream, or the data set within it, is empty or truncated.
        """
        if not self._inflate.eof:
            raise MalformedDataSetError("data set is truncated")
        self._walker.finish()
