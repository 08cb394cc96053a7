"""Who is inside: connections that have not yet asked for an association, and the associations that are open.

Two bounds. `MAXIMUM_ASSOCIATIONS` limits associations; beyond it a request is rejected as transient. Connections that
have asked for nothing wait in a room of their own, so that silent ones never take an association's place; when the
room is full, the one that has been silent longest leaves for the newcomer.
"""

import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Final

from dicom_scp.network.association import Association
from dicom_scp.network.association_places import AssociationPlaces
from dicom_scp.network.wire import end_reading

WAITING_ROOM: Final = 256


@dataclass(slots=True, eq=False)
class Connection:
    """One accepted TCP connection while it lasts."""

    number: int
    socket: socket.socket
    address: str
    opened: float = field(default_factory=time.monotonic)
    association: Association | None = None
    evicted: bool = False  # the server has ended the peer's turn; its thread finds out at its next read

    def evict(self) -> None:
        self.evicted = True
        end_reading(self.socket)


class Admission:
    """Counts and bounds the connections of one process. Called from every thread."""

    def __init__(self, places: AssociationPlaces, *, process: int = 0, patience: float) -> None:
        self._places = places
        self._process = process
        self._patience = patience  # seconds until a connection must have asked for an association (ARTIM, PS3.8 9.1.5)
        self._lock = threading.Lock()
        self._waiting: dict[int, Connection] = {}  # in order of arrival
        self._open: dict[int, Connection] = {}
        self._numbers = 0
        self.draining = False

    def enter(self, connected: socket.socket, address: str) -> Connection | None:
        """Let a connection wait for its association request; None when too many come at once."""
        with self._lock:
            if len(self._waiting) >= 2 * WAITING_ROOM:  # evicted ones that have not left yet
                return None
            self._numbers += 1
            connection = Connection(self._numbers, connected, address)
            self._waiting[connection.number] = connection
            crowded = len(self._waiting) > WAITING_ROOM
            longest = next((c for c in self._waiting.values() if not c.evicted), None) if crowded else None
        if longest is not None:
            longest.evict()
        return connection

    def admit(self, connection: Connection) -> bool:
        """Turn a waiting connection into an association; False when there are as many as there may be."""
        with self._lock:
            if not self._places.take(self._process):
                return False
            self._waiting.pop(connection.number, None)
            self._open[connection.number] = connection
            return True

    def dismiss(self, connection: Connection) -> None:
        """Take an association's place away again; the connection stays until its peer has read why."""
        with self._lock:
            if self._open.pop(connection.number, None) is not None:
                self._places.give_back(self._process)
                self._waiting[connection.number] = connection

    def leave(self, connection: Connection) -> None:
        with self._lock:
            self._waiting.pop(connection.number, None)
            if self._open.pop(connection.number, None) is not None:
                self._places.give_back(self._process)

    def evict_silent(self) -> None:
        """End the wait of connections that have had time enough to ask for an association."""
        now = time.monotonic()
        with self._lock:
            late = [c for c in self._waiting.values() if now - c.opened > self._patience]
        for connection in late:  # again and again: a TLS handshake replaces the socket, once
            connection.evict()

    def associations(self) -> list[Connection]:
        with self._lock:
            return list(self._open.values())

    def waiting(self) -> list[Connection]:
        with self._lock:
            return list(self._waiting.values())

    @property
    def open_count(self) -> int:
        return len(self._open)
