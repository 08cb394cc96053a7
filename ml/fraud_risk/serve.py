"""``python -m ml.fraud_risk.serve``: the container of the endpoint.

SageMaker developer guide, "Use your own inference code with hosting services": GET /ping and POST /invocations on port
8080. Requests are bounded in size and in time; nothing of them is logged.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from healthcare_runtime.structured_log import EventLog, configure
from ml.fraud_risk import inference
from ml.fraud_risk.ensemble import ModelDamagedError, TreeEnsemble
from ml.fraud_risk.inference import RequestError

MAXIMUM_BODY: Final = 1024 * 1024
TIMEOUT: Final = 20.0
"""Seconds of silence after which a connection ends."""

_log = EventLog("ml.fraud_risk")


class InferenceServer(ThreadingHTTPServer):
    """Serves one model."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], model: TreeEnsemble) -> None:
        super().__init__(address, _Handler)
        self.model = model


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "fraud-risk"
    sys_version = ""
    timeout = TIMEOUT
    server: InferenceServer

    def do_GET(self) -> None:
        if self.path == "/ping":
            self._answer(200, b"", "text/plain")
        else:
            self._answer(404, b"", "text/plain")

    def do_POST(self) -> None:
        try:
            if self.path != "/invocations":
                raise RequestError("path: must be /invocations", 404)
            body = self._body()
            prediction = inference.predict_fn(
                inference.input_fn(body, self.headers.get("Content-Type", "")), self.server.model
            )
            content, kind = inference.output_fn(prediction, self.headers.get("Accept", "*/*"))
        except RequestError as error:
            if error.status in {404, 411, 413}:
                self.close_connection = True  # the body was not read
            _log.warning("invocation_refused", status=error.status)
            self._answer(error.status, str(error).encode(), "text/plain")
        except Exception:
            _log.failure("invocation_failed")
            self._answer(500, b"internal error", "text/plain")
        else:
            self._answer(200, content, kind)

    def log_message(self, *_arguments: object) -> None:
        """Access lines are not written: SageMaker counts invocations."""

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or len(length) > 12:
            raise RequestError("Content-Length: must be there", 411)
        if int(length) > MAXIMUM_BODY:
            raise RequestError(f"body: must be at most {MAXIMUM_BODY} bytes", 413)
        body = self.rfile.read(int(length))
        if len(body) != int(length):
            raise RequestError("body: ended early")
        return body

    def _answer(self, status: int, content: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)


def main(arguments: list[str]) -> int:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m ml.fraud_risk.serve", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--model-dir", type=Path, default=inference.MODEL_DIR)
    options, _ = parser.parse_known_args(arguments)  # SageMaker starts containers with the argument "serve"
    configure()
    try:
        model = inference.model_fn(str(options.model_dir))
        server = InferenceServer((options.host, options.port), model)
    except (ModelDamagedError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    _log.info("serving", version=model.version, port=server.server_port)
    server.serve_forever(poll_interval=0.2)
    server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
