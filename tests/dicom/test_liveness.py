"""The container's health check says alive when ``/live`` answers 200 in time, and dead in every other case."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from dicom_scp import liveness
from dicom_scp.liveness import alive


@contextmanager
def health_server(status: int) -> Iterator[int]:
    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/live" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = HTTPServer(("127.0.0.1", 0), Health)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def exit_code(port: int) -> int:
    return subprocess.run(
        [sys.executable, "-m", "dicom_scp.liveness"],
        env={**os.environ, "HEALTH_PORT": str(port)},
        timeout=30,
        check=False,
    ).returncode


def test_given_a_live_scp_then_the_check_passes() -> None:
    with health_server(200) as port:
        assert exit_code(port) == 0


def test_given_an_scp_that_says_no_then_the_check_fails() -> None:
    with health_server(503) as port:
        assert exit_code(port) == 1


def test_given_nobody_listens_then_the_check_fails() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert not alive(free.getsockname()[1])


def test_given_a_peer_that_never_answers_then_the_check_fails_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liveness, "TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert not alive(silent.getsockname()[1])


def test_given_a_peer_that_speaks_no_http_then_the_check_fails() -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:

        def answer() -> None:
            connection, _ = stranger.accept()
            with connection:
                connection.recv(100)
                connection.sendall(b"\x07\x00 not http\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        assert not alive(stranger.getsockname()[1])
        thread.join()
