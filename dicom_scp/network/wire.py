"""One connection as a stream of PDUs: bounded in time and memory, whatever the peer sends.

A small buffer serves headers and commands. A data set is received into borrowed memory, as it comes, headers and all:
so one system call may bring several PDUs, and nothing is copied. Silence ends the connection after ``timeout`` seconds.
So does dripping: from the start of a PDU the peer has ``timeout`` seconds in all, and one more for each KiB that it
delivers.
"""

import contextlib
import socket
import ssl
import struct
import time
from typing import Final

from dicom_scp.network.pdu import FRAGMENT_HEADER, PDU_HEADER, PduType

_P_DATA: Final = int(PduType.P_DATA_TF)
_LAST: Final = 2  # message control header of a data set's last fragment; 0 of the others (PS3.8 E.2)
_PDU_HEADER_BYTES: Final = PDU_HEADER.size
_FRAGMENT_HEADER_BYTES: Final = FRAGMENT_HEADER.size
_OWN_BYTES: Final = 1 << 12  # a command, and little of the data set after it, which has to be copied
# Received beyond what is asked for, into borrowed memory: fewer calls. What then belongs to the next message of a
# sender that does not wait for answers is the only memory of an association that no budget counts.
_AHEAD_BYTES: Final = 1 << 19
MINIMUM_BYTES_PER_SECOND: Final = 1024
# Linux clears it again by itself, so it is set before each wait. Without it a sender that leaves Nagle's algorithm on,
# as dcmtk's tools do, waits 40 ms for each instance. Other systems lack it and do without.
_QUICK_ACK: Final[int | None] = getattr(socket, "TCP_QUICKACK", None)
_TIMEVAL: Final = struct.Struct("@ll")
_PASSED = memoryview(bytearray(1 << 16))  # what nobody needs lands here, from all connections at once; never read


class ConnectionLostError(Exception):
    """The peer closed or reset the connection."""


class PeerSilentError(Exception):
    """The peer sent nothing, or too little, for too long; or did not read what was sent to it."""


def end_reading(connection: socket.socket) -> None:
    """End the wait of the thread that reads, as if the peer had closed; sending stays possible."""
    # The plain socket's shutdown: that of an SSLSocket would drop its encryption under the reading thread.
    with contextlib.suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RD)


def end_waiting_after(waiting: socket.socket, seconds: float) -> None:
    """Let the kernel end every wait on a plain socket with BlockingIOError after ``seconds``.

    Python's own timeout polls before each call, and hands the interpreter lock over once more, which costs a third of
    the rate when many associations are busy.
    """
    whole, fraction = divmod(seconds, 1)
    value = _TIMEVAL.pack(int(whole), int(fraction * 1_000_000) or int(whole == 0))
    if waiting.gettimeout() is not None:
        waiting.settimeout(None)
    waiting.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, value)
    waiting.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, value)


class Wire:
    """Reads and writes one connected socket. Used by one thread."""

    def __init__(self, connection: socket.socket, timeout: float) -> None:
        self._socket = connection
        self._is_plain = not isinstance(connection, ssl.SSLSocket)
        self._own = self._buffer = memoryview(bytearray(_OWN_BYTES))
        self._start = self._end = 0  # of what has been received and not been read
        self._borrowed = False  # whether the buffer is another's memory
        self._deadline = 0.0  # of the PDU; 0: not waited for yet
        self._timeout = timeout
        if self._is_plain:
            end_waiting_after(connection, timeout)
        else:
            connection.settimeout(timeout)

    def read_header(self) -> tuple[int, int]:
        """Wait for the next PDU: its type and the length that it claims."""
        self._deadline = 0.0
        kind, length = self.read_fields(PDU_HEADER)
        return kind, length

    def read_fields(self, layout: struct.Struct) -> tuple[int, ...]:
        """The next bytes as the numbers of a small header."""
        if self._end - self._start < layout.size:
            self._gather(layout.size)
        start = self._start
        self._start = start + layout.size
        return layout.unpack_from(self._buffer, start)

    def read(self, count: int) -> bytes:
        """Exactly ``count`` bytes; ``count`` is this program's own number, or bounded by the caller."""
        if self._end - self._start < count:
            if count > _OWN_BYTES:
                return self._read_long(count)
            self._gather(count)
        start = self._start
        self._start = start + count
        return bytes(self._buffer[start : start + count])

    def borrow(self, memory: memoryview) -> None:
        """Receive into ``memory`` until `give_back`, or until it is full; it has room for what has not been read."""
        unread = self._end - self._start
        memory[:unread] = self._buffer[self._start : self._end]
        self._buffer, self._start, self._end = memory, 0, unread
        self._borrowed = True

    def give_back(self) -> None:
        """Borrow nothing; to be called before the memory is used for anything else."""
        if not self._borrowed:
            return
        unread = self._end - self._start
        # As good as always nothing, or a header. A sender that does not wait for answers may be well ahead.
        own = self._own if unread <= _OWN_BYTES else memoryview(bytearray(unread))
        own[:unread] = self._buffer[self._start : self._end]
        self._buffer, self._start, self._end = own, 0, unread
        self._borrowed = False

    def read_in_place(self, count: int) -> tuple[int, int]:
        """Where in the borrowed memory the next bytes are, at most ``count``; 0, 0 when it is full or not borrowed."""
        if self._start == self._end:
            if not self._borrowed or self._end == len(self._buffer):
                return 0, 0
            self._end += self._receive(self._buffer[self._end : self._end + count + _AHEAD_BYTES])
        elif not self._borrowed:
            return 0, 0
        start = self._start
        self._start = end = min(start + count, self._end)
        return start, end

    def fragments_in_place(self, context_id: int, longest: int) -> tuple[list[tuple[int, int]], bool]:
        """Where in the borrowed memory the next fragments of a data set are, as far as they have arrived whole.

        One fragment to a PDU, none longer than ``longest`` (0: any), and whether the data set ends with them. Whatever
        else comes next is left to be read by itself.
        """
        places: list[tuple[int, int]] = []
        if not self._borrowed:
            return places, False
        buffer, start, end = self._buffer, self._start, self._end
        unpack, control = FRAGMENT_HEADER.unpack_from, 0
        while control != _LAST and end - start >= _FRAGMENT_HEADER_BYTES:
            kind, length, size, context, control = unpack(buffer, start)
            after = start + length + _PDU_HEADER_BYTES
            if (
                after > end
                or kind != _P_DATA
                or length != size + 4
                or size <= 2
                or context != context_id
                or control & ~_LAST
                or 0 < longest < length
            ):
                control = 0
                break
            places.append((start + _FRAGMENT_HEADER_BYTES, after))
            start = after
        self._start = start
        return places, control == _LAST

    def skip(self, count: int) -> None:
        """Let the next ``count`` bytes pass without keeping them."""
        have = min(count, self._end - self._start)
        self._start += have
        count -= have
        while count:
            count -= self._receive(_PASSED[:count])

    def send(self, data: bytes) -> None:
        """Send all of ``data``; the peer may stop reading for at most ``timeout`` seconds."""
        try:
            self._socket.sendall(data)
        except (TimeoutError, BlockingIOError) as error:
            raise PeerSilentError from error
        except OSError as error:
            raise ConnectionLostError from error

    def excuse(self, seconds: float) -> None:
        """Take time that this side spent, for instance waiting for memory, off the peer's account."""
        if self._deadline:
            self._deadline += seconds

    def has_input(self) -> bool:
        """Whether the peer has sent something, or has gone. Never waits."""
        if self._start < self._end:
            return True
        try:
            if isinstance(self._socket, ssl.SSLSocket):
                self._socket.settimeout(0)
                self._start, self._end = 0, self._socket.recv_into(self._buffer)
            else:
                self._start, self._end = 0, self._socket.recv_into(self._buffer, 0, socket.MSG_DONTWAIT)
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        except OSError:
            return True  # the next read will find out
        finally:
            if not self._is_plain:
                self._socket.settimeout(self._timeout)
        return True

    def close(self, linger: float = 0.0) -> None:
        """Close; with ``linger``, first let the peer read the last PDU (Sta13, ARTIM of PS3.8 9.1.5).

        Closing at once with unread input would reset the connection, and the peer might never see why it was refused.
        """
        with contextlib.suppress(OSError):
            if linger:
                socket.socket.shutdown(self._socket, socket.SHUT_WR)
                end_waiting_after(self._socket, linger)
                until = time.monotonic() + linger
                while socket.socket.recv_into(self._socket, _PASSED) and time.monotonic() < until:
                    pass
        self._socket.close()

    def _read_long(self, count: int) -> bytes:
        """Read more than fits the buffer, growing as bytes arrive: a claimed length costs nothing by itself."""
        parts: list[bytes] = []
        while count:
            parts.append(self.read(min(count, _OWN_BYTES)))
            count -= len(parts[-1])
        return b"".join(parts)

    def _gather(self, count: int) -> None:
        """Have at least ``count`` bytes in the buffer, in a row; ``count`` fits the own one."""
        if self._borrowed and len(self._buffer) - self._start < count:
            self.give_back()
        if not self._borrowed:  # in borrowed memory everything stays where it is
            unread = bytes(self._buffer[self._start : self._end])
            self._buffer, self._start, self._end = self._own, 0, len(unread)
            self._buffer[: self._end] = unread
        while self._end - self._start < count:
            self._end += self._receive(self._buffer[self._end : self._end + _AHEAD_BYTES])

    def _receive(self, view: memoryview) -> int:
        if not self._deadline:
            self._deadline = time.monotonic() + self._timeout
        try:
            if _QUICK_ACK is not None:
                self._socket.setsockopt(socket.IPPROTO_TCP, _QUICK_ACK, 1)
            count = self._socket.recv_into(view)
        except (TimeoutError, BlockingIOError) as error:
            raise PeerSilentError from error
        except OSError as error:
            raise ConnectionLostError from error
        if count == 0:
            raise ConnectionLostError
        self._deadline += count / MINIMUM_BYTES_PER_SECOND
        if time.monotonic() > self._deadline:
            raise PeerSilentError
        return count
