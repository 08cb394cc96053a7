"""``/live``, ``/ready`` and ``/metrics`` on a port of their own: what a load balancer and a scraper ask.

The DICOM port needs no probe: a bare connect there costs little, but says little too.
"""

import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Final, Protocol

from healthcare_runtime.structured_log import EventLog

LOG: Final = EventLog("dicom_scp.health")
_REQUEST_TIMEOUT: Final = 5.0


class Vitals(Protocol):
    """What the endpoints report."""

    @property
    def live(self) -> bool: ...
    @property
    def ready(self) -> bool: ...
    def metrics(self) -> bytes: ...


class _ProbeServer(ThreadingMixIn, TCPServer):
    """Not `HTTPServer`: that one asks DNS for this machine's name before it listens."""

    allow_reuse_address = True
    daemon_threads = True


class HealthServer:
    """Answers probes; HTTP only, for the inside of a network."""

    def __init__(self, host: str, port: int, vitals: Vitals) -> None:
        class Handler(_ProbeHandler):
            pass

        Handler.vitals = vitals
        self._server = _ProbeServer((host, port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, name="health", daemon=True)

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def start(self) -> None:
        self._thread.start()
        LOG.info("health_listening", port=self.port)

    def disown(self) -> None:
        """Let go of the port in a process that was forked before the start, and will not answer there."""
        self._server.server_close()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _ProbeHandler(BaseHTTPRequestHandler):
    vitals: Vitals
    timeout = _REQUEST_TIMEOUT
    server_version = "dicom-scp"
    sys_version = ""

    def do_GET(self) -> None:
        if self.path == "/live":
            self._state(self.vitals.live, "live")
        elif self.path == "/ready":
            self._state(self.vitals.ready, "ready")
        elif self.path == "/metrics":
            self._answer(HTTPStatus.OK, self.vitals.metrics(), "text/plain; version=0.0.4; charset=utf-8")
        else:
            self._answer(HTTPStatus.NOT_FOUND, b"not found: /live, /ready and /metrics are\n", "text/plain")

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keep probes, and whatever strangers ask for, out of the log."""

    def _state(self, good: bool, name: str) -> None:
        status = HTTPStatus.OK if good else HTTPStatus.SERVICE_UNAVAILABLE
        self._answer(status, (name if good else f"not {name}").encode() + b"\n", "text/plain")

    def _answer(self, status: HTTPStatus, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
