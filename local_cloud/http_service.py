"""What the HTTP services of the local cloud share: bounded threads, no log lines, an end when they are told."""

import os
import signal
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from healthcare_runtime.structured_log import EventLog

HOST: Final = "127.0.0.1"


class BoundedServer(ThreadingHTTPServer):
    """One thread per connection, at most ``connections`` of them; more connections wait to be accepted."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, handler: type["ServiceHandler"], log: EventLog, *, connections: int) -> None:
        self._log = log
        self._slots = threading.BoundedSemaphore(connections)
        super().__init__((HOST, port), handler)

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        self._slots.acquire()
        super().process_request(request, client_address)

    def process_request_thread(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._slots.release()

    def handle_error(self, request: object, client_address: object) -> None:
        self._log.debug("connection_broke")


class ServiceHandler(BaseHTTPRequestHandler):
    """A connection that may stay open, and may not stay silent for ever."""

    protocol_version = "HTTP/1.1"
    timeout = 60.0
    disable_nagle_algorithm = True
    wbufsize = -1  # status line, headers and body leave in one segment

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Paths, queries and bodies may hold identifiers: nothing is logged."""


def serve_until_told(server: BoundedServer) -> None:
    """Serve until SIGTERM or SIGINT."""
    asked, ask = os.pipe()  # a handler may interrupt any line of this thread: writing to a pipe is safe, a lock is not
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os.write(ask, b"!"))
    threading.Thread(target=server.serve_forever, name="http", daemon=True).start()
    os.read(asked, 1)
    server.shutdown()
