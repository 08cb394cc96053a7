"""HTTP on 127.0.0.1: the JSON 1.1 protocol of one POST path. Bounded in size, time and connections."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from healthcare_runtime.structured_log import EventLog
from local_cloud.comprehend_medical import errors
from local_cloud.comprehend_medical.operations import Operations

HOST: Final = "127.0.0.1"
CONTENT_TYPE: Final = "application/x-amz-json-1.1"
LARGEST_BODY: Final = (
    1024 * 1024
)  # 20,000 bytes, every one of them escaped, and room to answer that a text is too large
_IDLE_SECONDS: Final = 60.0
_CONNECTIONS: Final = 64

_log = EventLog("comprehend_medical.http")


class Server(ThreadingHTTPServer):
    """One thread per connection, at most 64 of them; more connections wait to be accepted."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, operations: Operations) -> None:
        self.operations = operations
        self._slots = threading.BoundedSemaphore(_CONNECTIONS)
        super().__init__((HOST, port), _Handler)

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
        _log.debug("connection_broke")


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        """The service's own path: ``/_local/health``."""
        if self.path == "/_local/health":
            self._send(200, {})
        else:
            self._fail(errors.unknown_operation())

    def do_POST(self) -> None:
        try:
            body = self._body()
            if self.headers.get("Content-Type", "").partition(";")[0].strip() != CONTENT_TYPE:
                raise errors.unknown_protocol()
            self._send(200, self.server.operations.call(self.headers.get("X-Amz-Target", ""), body))
        except errors.ServiceError as error:
            self._fail(error)
        except Exception:
            _log.failure("request_broke")
            self._fail(errors.internal())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Nothing is logged: a request is PHI."""

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdigit() or int(length) > LARGEST_BODY:
            self.close_connection = True
            raise errors.invalid_request(f"The request needs a Content-Length of at most {LARGEST_BODY}")
        return self.rfile.read(int(length))

    def _fail(self, error: errors.ServiceError) -> None:
        self._send(error.status, {"__type": error.code, "Message": error.message})

    def _send(self, status: int, answer: object) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", CONTENT_TYPE)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
