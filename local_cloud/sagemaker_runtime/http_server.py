"""HTTP on 127.0.0.1: ``POST /endpoints/{name}/invocations`` (SageMaker Runtime API reference, InvokeEndpoint)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from healthcare_runtime.structured_log import EventLog
from local_cloud.http_service import BoundedServer, ServiceHandler
from local_cloud.sagemaker_runtime.endpoints import Endpoint, ModelFailureError

LARGEST_BODY = 25_000_000  # InvokeEndpoint, Body: at most 25 MB

_PATH = re.compile(r"/endpoints/([^/]{1,200})/invocations")
_CONNECTIONS = 64
_ACCOUNT = "000000000000"

_log = EventLog("sagemaker_runtime.http")


class Server(BoundedServer):
    """Serves every endpoint of one process."""

    def __init__(self, port: int, endpoints: Mapping[str, Endpoint]) -> None:
        self.endpoints = endpoints
        super().__init__(port, _Handler, _log, connections=_CONNECTIONS)


class _Handler(ServiceHandler):
    server: Server

    def do_GET(self) -> None:  # noqa: N802 - the library calls it so
        """Readiness."""
        self._answer(200, b"", {}) if self.path == "/ping" else self._fault(404, "UnknownOperationException", self.path)

    def do_POST(self) -> None:  # noqa: N802 - the library calls it so
        body = self._body()
        if body is None:
            return
        match = _PATH.fullmatch(urlsplit(self.path).path)
        if match is None:
            self._fault(404, "UnknownOperationException", "only InvokeEndpoint is served here")
            return
        name = unquote(match[1])
        endpoint = self.server.endpoints.get(name)
        if endpoint is None:
            self._fault(400, "ValidationError", f"Endpoint {name} of account {_ACCOUNT} not found.")
            return
        try:
            content, kind = endpoint.invoke(
                body, self.headers.get("Content-Type", ""), self.headers.get("Accept", "*/*")
            )
        except ModelFailureError as failure:
            _log.warning("model_failed", status=failure.status)
            self._model_error(failure)
            return
        self._answer(200, content, {"Content-Type": kind, "x-Amzn-Invoked-Production-Variant": "current"})

    def _body(self) -> bytes | None:
        """The body; None if it was refused."""
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or len(length) > 12 or int(length) > LARGEST_BODY:
            self.close_connection = True
            self._fault(413, "ValidationError", f"Body must be at most {LARGEST_BODY} bytes")
            return None
        return self.rfile.read(int(length))

    def _model_error(self, failure: ModelFailureError) -> None:
        """ModelError: the container's own status and text, wrapped."""
        content = {
            "Message": f"Received client error ({failure.status}) from primary with message"
            if failure.status < 500
            else f"Received server error ({failure.status}) from primary",
            "OriginalMessage": str(failure),
            "OriginalStatusCode": failure.status,
            "LogStreamArn": "",
        }
        self._answer(424, json.dumps(content).encode(), _error_headers("ModelError"))

    def _fault(self, status: int, code: str, message: str) -> None:
        self._answer(status, json.dumps({"Message": message}).encode(), _error_headers(code))

    def _answer(self, status: int, content: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)


def _error_headers(code: str) -> Mapping[str, str]:
    return {"Content-Type": "application/json", "x-amzn-errortype": code}
