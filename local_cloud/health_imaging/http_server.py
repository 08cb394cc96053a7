"""HTTP on 127.0.0.1: bytes in, one call, bytes out. Bounded in size, time and connections."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from healthcare_runtime.structured_log import EventLog
from local_cloud.health_imaging.errors import ServiceError, internal, not_found, validation
from local_cloud.health_imaging.faults import Fault, Faults
from local_cloud.health_imaging.json_types import JsonObject
from local_cloud.health_imaging.service import HealthImagingService
from local_cloud.health_imaging.service_model import Answer, answer, fault

HOST = "127.0.0.1"
LARGEST_BODY = 1024 * 1024  # the largest request of the model is copiableAttributes with 260,000 characters
_IDLE_SECONDS = 60.0
_CONNECTIONS = 128

_log = EventLog("health_imaging.http")


class Server(ThreadingHTTPServer):
    """One thread per connection, at most 128 of them; more connections wait to be accepted."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, service: HealthImagingService) -> None:
        self.service = service
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
    wbufsize = -1  # status line, headers and body leave in one segment

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Paths and queries may hold identifiers: nothing is logged."""

    def _answer(self) -> None:
        try:
            body = self._body()
            address = urlsplit(self.path)
            if address.path.startswith("/_local/"):
                result = _administer(self.server.service.faults, self.command, address.path, body)
            else:
                call = self.server.service.call(self.command, address.path, address.query, body)
                result = answer(call.operation, call.result)
        except ServiceError as error:
            result = fault(error)
        except Exception:
            _log.failure("request_broke")
            result = fault(internal())
        self.send_response(result.status)
        for name, value in result.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(result.body)))
        self.end_headers()
        self.wfile.write(result.body)

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdigit() or int(length) > LARGEST_BODY:
            self.close_connection = True
            raise validation(f"The request needs a Content-Length of at most {LARGEST_BODY}")
        return self.rfile.read(int(length))


def _administer(faults: Faults, method: str, path: str, body: bytes) -> Answer:
    """The service's own paths: ``/_local/health`` and ``/_local/faults``."""
    listing: JsonObject = {}
    if path == "/_local/faults":
        if method == "DELETE":
            faults.disarm_all()
        elif method != "GET":
            try:
                faults.arm(Fault.parse(json.loads(body)))
            except ValueError:
                raise validation("fault: must be JSON") from None
        listing = {"faults": list(faults.listing())}
    elif path != "/_local/health":
        raise not_found("The operation")
    return Answer(200, {"Content-Type": "application/json"}, json.dumps(listing).encode())
