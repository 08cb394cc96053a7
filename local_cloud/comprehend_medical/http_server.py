"""HTTP on 127.0.0.1: the JSON 1.1 protocol of one POST path. Bounded in size, time and connections."""

import json
from typing import Final

from healthcare_runtime.structured_log import EventLog
from local_cloud.comprehend_medical import errors
from local_cloud.comprehend_medical.operations import Operations
from local_cloud.http_service import BoundedServer, ServiceHandler

CONTENT_TYPE: Final = "application/x-amz-json-1.1"
# 20,000 bytes, every one of them escaped, and room to answer that a text is too large
LARGEST_BODY: Final = 1024 * 1024
_CONNECTIONS: Final = 64

_log = EventLog("comprehend_medical.http")


class Server(BoundedServer):
    """Answers for one detector."""

    def __init__(self, port: int, operations: Operations) -> None:
        self.operations = operations
        super().__init__(port, _Handler, _log, connections=_CONNECTIONS)


class _Handler(ServiceHandler):
    server: Server

    def do_GET(self) -> None:  # noqa: N802 - the library calls it so
        """The service's own path: ``/_local/health``."""
        if self.path == "/_local/health":
            self._send(200, {})
        else:
            self._fail(errors.unknown_operation())

    def do_POST(self) -> None:  # noqa: N802 - the library calls it so
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
