"""A DICOM sender that costs almost nothing, so that what is measured is the receiver.

Each association is one process. A C-STORE is one prepared byte stream in which only the message id and the SOP
Instance UID change between instances (PS3.8 9.3.5, PS3.7 9.3.1). Independent of ``dicom_scp``: no code is shared.
"""

import multiprocessing
import socket
import struct
import time
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier

CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
EXPLICIT_VR_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
_UID_LENGTH = 48


@dataclass(frozen=True, slots=True)
class Load:
    """``associations`` at once, ``instances`` in all, each with ``pixel_bytes`` of pixel data."""

    associations: int
    instances: int
    pixel_bytes: int = 524_288
    rounds: int = 1  # associations that each process opens one after the other


@dataclass(frozen=True, slots=True)
class Blast:
    """What a load took. ``refused`` counts responses other than 0x0000."""

    seconds: float
    stored: int
    refused: int

    @property
    def rate(self) -> float:
        """Instances per second."""
        return self.stored / self.seconds


def blast(port: int, load: Load, ae_title: str = "STORESCP") -> Blast:
    """Send a load to 127.0.0.1 and wait for every response."""
    context = multiprocessing.get_context("fork")
    gate = context.Barrier(load.associations + 1)
    results: multiprocessing.SimpleQueue[tuple[int, int]] = context.SimpleQueue()
    share = load.instances // load.associations
    workers = [
        context.Process(target=_Worker(port, ae_title, load, share, number), args=(gate, results))
        for number in range(load.associations)
    ]
    for worker in workers:
        worker.start()
    gate.wait()
    started = time.perf_counter()
    for worker in workers:
        worker.join()
    seconds = time.perf_counter() - started
    counts = [results.get() for worker in workers if worker.exitcode == 0]
    return Blast(seconds, sum(stored for stored, _ in counts), load.instances - sum(stored for stored, _ in counts))


@dataclass(frozen=True, slots=True)
class _Worker:
    """One sending process: opens its associations one after the other."""

    port: int
    ae_title: str
    load: Load
    share: int
    number: int

    def __call__(self, gate: Barrier, results: "multiprocessing.SimpleQueue[tuple[int, int]]") -> None:
        stored = refused = 0
        gate.wait()
        for turn in range(self.load.rounds):
            salt = f"{self.number}.{turn}.{time.time_ns()}"
            with _Association(self.port, self.ae_title, self.load.pixel_bytes, salt) as association:
                for _ in range(self.share // self.load.rounds):
                    if association.store() == 0:
                        stored += 1
                    else:
                        refused += 1
        results.put((stored, refused))


class _Association:
    def __init__(self, port: int, ae_title: str, pixel_bytes: int, salt: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")
        self.salt = salt
        self.count = 0
        self.maximum = self._associate(ae_title)
        self.stream, self.places, self.message_id_at = _stream(pixel_bytes, self.maximum, salt)

    def __enter__(self) -> "_Association":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.sendall(struct.pack(">BBLL", 5, 0, 4, 0))
        self.file.read(10)
        self.socket.close()

    def store(self) -> int:
        """Send one instance and return the status of the response."""
        self.count += 1
        uid = _uid(self.salt, self.count)
        for place in self.places:
            self.stream[place : place + _UID_LENGTH] = uid
        struct.pack_into("<H", self.stream, self.message_id_at, self.count & 0xFFFF)
        self.socket.sendall(self.stream)
        header = self.file.read(6)
        if len(header) < 6 or header[0] != 4:
            raise ConnectionError("the receiver ended the association")
        response = self.file.read(int.from_bytes(header[2:], "big"))
        offset = 6
        while offset + 8 <= len(response):
            group, element, length = struct.unpack_from("<HHL", response, offset)
            if (group, element) == (0, 0x0900):
                return int(struct.unpack_from("<H", response, offset + 8)[0])
            offset += 8 + length
        raise ConnectionError("a response without a status")

    def _associate(self, ae_title: str) -> int:
        def item(kind: int, value: bytes) -> bytes:
            return struct.pack(">BBH", kind, 0, len(value)) + value

        context = bytes([1, 0, 0, 0]) + item(0x30, CT_IMAGE_STORAGE.encode())
        context += item(0x40, EXPLICIT_VR_LITTLE_ENDIAN.encode())
        user = item(0x51, struct.pack(">L", 1 << 20)) + item(0x52, b"1.2.826.0.1.3680043.10.1")
        body = struct.pack(">HH16s16s32x", 1, 0, ae_title.ljust(16).encode(), b"BLAST".ljust(16))
        body += item(0x10, b"1.2.840.10008.3.1.1.1") + item(0x20, context) + item(0x50, user)
        self.socket.sendall(struct.pack(">BBL", 1, 0, len(body)) + body)
        kind, _, length = struct.unpack(">BBL", self.file.read(6))
        answer = self.file.read(length)
        if kind != 2:
            raise ConnectionError(f"the association was not accepted: PDU type {kind}")
        offset = 68
        while offset + 4 <= len(answer):
            sub, size = answer[offset], int.from_bytes(answer[offset + 2 : offset + 4], "big")
            if sub == 0x50 and answer[offset + 4] == 0x51:
                return int.from_bytes(answer[offset + 8 : offset + 12], "big") or 1 << 20
            offset += 4 + size
        return 16384


def _uid(salt: str, number: int) -> bytes:
    """A UID of a fixed length, unique per salt and number."""
    digits = salt.replace(".", "")
    return f"1.2.826.0.1.3680043.10.1.1{digits[-14:]:0>14}{number:0>8}".encode()[:_UID_LENGTH].ljust(_UID_LENGTH, b"1")


def _stream(pixel_bytes: int, maximum: int, salt: str) -> tuple[bytearray, list[int], int]:
    """The P-DATA stream of one C-STORE, where the UID stands in it, and where the message id stands."""
    uid = _uid(salt, 0)
    command = _implicit(0x0002, CT_IMAGE_STORAGE.encode() + b"\0") + _implicit(0x0100, b"\x01\x00")
    command += _implicit(0x0110, b"\x00\x00") + _implicit(0x0700, b"\x00\x00") + _implicit(0x0800, b"\x00\x00")
    command += _implicit(0x1000, uid)
    command = _implicit(0x0000, struct.pack("<L", len(command))) + command
    stream = bytearray(struct.pack(">BBLLBB", 4, 0, len(command) + 6, len(command) + 2, 1, 3) + command)
    message_id_at = stream.index(struct.pack("<HHL", 0, 0x0110, 2)) + 8
    data = _data_set(uid, pixel_bytes, salt)
    chunk = min(maximum, 131_072) - 6
    for start in range(0, len(data), chunk):
        piece = data[start : start + chunk]
        last = 2 if start + chunk >= len(data) else 0
        stream += struct.pack(">BBLLBB", 4, 0, len(piece) + 6, len(piece) + 2, 1, last) + piece
    places, at = [], stream.find(uid)
    while at >= 0:
        places.append(at)
        at = stream.find(uid, at + 1)
    return stream, places, message_id_at


def _data_set(uid: bytes, pixel_bytes: int, salt: str) -> bytes:
    side = int((pixel_bytes / 2) ** 0.5)
    study = _uid(salt + "7", 1)
    elements = [
        (0x0008, 0x0016, b"UI", CT_IMAGE_STORAGE.encode() + b"\0"),
        (0x0008, 0x0018, b"UI", uid),
        (0x0008, 0x0020, b"DA", b"20260105"),
        (0x0008, 0x0060, b"CS", b"CT"),
        (0x0010, 0x0010, b"PN", b"PHANTOM^LOAD"),
        (0x0010, 0x0020, b"LO", b"SYN-LOAD"),
        (0x0020, 0x000D, b"UI", study[:-1] + b"3"),
        (0x0020, 0x000E, b"UI", study[:-1] + b"4"),
        (0x0028, 0x0002, b"US", struct.pack("<H", 1)),
        (0x0028, 0x0010, b"US", struct.pack("<H", side)),
        (0x0028, 0x0011, b"US", struct.pack("<H", side)),
        (0x0028, 0x0100, b"US", struct.pack("<H", 16)),
    ]
    short = b"".join(struct.pack("<HH2sH", group, tag, vr, len(value)) + value for group, tag, vr, value in elements)
    return short + struct.pack("<HH2sHL", 0x7FE0, 0x0010, b"OW", 0, pixel_bytes) + bytes(pixel_bytes)


def _implicit(element: int, value: bytes) -> bytes:
    return struct.pack("<HHL", 0, element, len(value)) + value
