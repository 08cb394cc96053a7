"""HTTP on 127.0.0.1: bytes in, one call, bytes out. Bounded in size, time and connections."""

import json
from urllib.parse import urlsplit

from healthcare_runtime.structured_log import EventLog
from local_cloud.health_imaging.errors import ServiceError, internal, not_found, validation
from local_cloud.health_imaging.faults import Fault, Faults
from local_cloud.health_imaging.json_types import JsonObject
from local_cloud.health_imaging.service import HealthImagingService
from local_cloud.health_imaging.service_model import Answer, answer, fault
from local_cloud.http_service import BoundedServer, ServiceHandler

LARGEST_BODY = 1024 * 1024  # the largest request of the model is copiableAttributes with 260,000 characters
_CONNECTIONS = 128

_log = EventLog("health_imaging.http")


class Server(BoundedServer):
    """Answers for one service."""

    def __init__(self, port: int, service: HealthImagingService) -> None:
        self.service = service
        super().__init__(port, _Handler, _log, connections=_CONNECTIONS)


class _Handler(ServiceHandler):
    server: Server

    def do_GET(self) -> None:  # noqa: N802 - the library calls it so
        self._answer()

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

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
