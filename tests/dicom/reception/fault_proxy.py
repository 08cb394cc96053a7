"""Stands between the S3 client and a real S3, and breaks what it is told to break.

Without a fault it is faithful, and adds what AWS answers to an upload should S3 have left it out: the checksum of the
stored object.
"""

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

CHECKSUM_HEADER = "x-amz-checksum-crc32"


class Fault(Enum):
    """What the store does wrong."""

    REFUSE_403 = auto()
    FAIL_500 = auto()
    SLOW_DOWN_503 = auto()
    STALL = auto()  # takes the request and never answers
    RESET_AT_ONCE = auto()
    RESET_MID_BODY = auto()
    RESET_AFTER_STORING = auto()  # the object is there, its answer is lost
    DAMAGE_BODY = auto()  # a byte changes on its way to S3
    ANSWER_OTHER_CHECKSUM = auto()  # the object is there, the answer says it is another
    LEAVE_OUT_CHECKSUM = auto()
    LOSE_OBJECT = auto()  # 200, but nothing is stored
    GARBAGE = auto()  # not HTTP at all


@dataclass(frozen=True)
class Seen:
    """One request that reached the proxy."""

    method: str
    path: str
    headers: dict[str, str]


Choice = Callable[[Seen], Fault | None]


@dataclass
class FaultProxy:
    """The running proxy: set ``choose`` to decide per request; ``seen`` tells what came."""

    url: str
    choose: Choice = lambda _: None
    latency: float = 0.0
    stall_seconds: float = 30.0
    seen: list[Seen] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def fail(self, *faults: Fault | None, method: str = "PUT") -> None:
        """Apply the faults to the next requests of that method, one each; then behave."""
        queue = list(faults)
        lock = threading.Lock()

        def choose(seen: Seen) -> Fault | None:
            with lock:
                return queue.pop(0) if seen.method == method and queue else None

        self.choose = choose

    def always(self, fault: Fault, method: str = "PUT") -> None:
        self.choose = lambda seen: fault if seen.method == method else None

    def count(self, method: str) -> int:
        return sum(seen.method == method for seen in self.seen)


@contextmanager
def fault_proxy(upstream: str, tls: ssl.SSLContext | None = None) -> Iterator[FaultProxy]:
    """Run a proxy in front of ``upstream``; with ``tls`` it speaks HTTPS."""
    proxy = FaultProxy("")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(proxy, urlsplit(upstream).netloc))
    server.daemon_threads = True
    proxy.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.closing.set()
        server.shutdown()
        server.server_close()


def _handler(proxy: FaultProxy, upstream: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 60
        disable_nagle_algorithm = True
        wbufsize = -1  # one segment per answer

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Stay silent."""

        def handle(self) -> None:
            with suppress(ConnectionError, TimeoutError):
                super().handle()

        def _serve(self) -> None:
            seen = Seen(self.command, self.path, {name.lower(): value for name, value in self.headers.items()})
            proxy.seen.append(seen)
            fault = proxy.choose(seen)
            length = int(self.headers.get("Content-Length") or 0)
            if fault is Fault.RESET_AT_ONCE:
                return self._reset()
            if fault is Fault.RESET_MID_BODY:
                self.rfile.read(length // 2)
                return self._reset()
            body = self.rfile.read(length)
            if proxy.latency:
                time.sleep(proxy.latency)
            if fault is Fault.STALL:
                proxy.closing.wait(proxy.stall_seconds)
                return self._reset()
            if fault is Fault.GARBAGE:
                self.wfile.write(b"\x00\x01 this is not HTTP\r\n\r\n")
                self.close_connection = True
                return None
            if fault is Fault.LOSE_OBJECT:
                return self._answer(200, {"ETag": '"lost"'}, b"")
            status = _STATUSES.get(fault) if fault else None
            if status is not None:
                return self._answer(*status)
            if fault is Fault.DAMAGE_BODY and body:
                body = bytes([body[0] ^ 1]) + body[1:]
            answer, content = self._forward(body)
            headers = {name: value for name, value in answer.getheaders() if name.lower() not in _HOP_BY_HOP}
            if self.command == "PUT" and answer.status == 200 and CHECKSUM_HEADER in self.headers:
                headers.setdefault(CHECKSUM_HEADER, self.headers[CHECKSUM_HEADER])
            if fault is Fault.RESET_AFTER_STORING:
                return self._reset()
            if fault is Fault.ANSWER_OTHER_CHECKSUM:
                headers[CHECKSUM_HEADER] = "AAAAAA=="
                content = content.replace(b"<ChecksumCRC32>", b"<ChecksumCRC32>A")
            if fault is Fault.LEAVE_OUT_CHECKSUM:
                headers.pop(CHECKSUM_HEADER, None)
            return self._answer(answer.status, headers, content)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _serve  # noqa: N815

        def _forward(self, body: bytes) -> tuple[HTTPResponse, bytes]:
            connection = HTTPConnection(upstream, timeout=30)
            try:
                headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
                connection.request(self.command, self.path, body, headers)
                answer = connection.getresponse()
                return answer, answer.read()
            finally:
                connection.close()

        def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
            self.send_response_only(status)
            if self.command != "HEAD":  # there the length is the object's
                headers = {name: value for name, value in headers.items() if name.lower() != "content-length"}
                headers["Content-Length"] = str(len(content))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)
            self.wfile.flush()

        def _reset(self) -> None:
            """Close with RST instead of FIN."""
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RD)

    return Handler


def _error(code: str) -> bytes:
    return f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>injected</Message></Error>'.encode()


_STATUSES: dict[Fault, tuple[int, dict[str, str], bytes]] = {
    Fault.REFUSE_403: (403, {}, _error("AccessDenied")),
    Fault.FAIL_500: (500, {}, _error("InternalError")),
    Fault.SLOW_DOWN_503: (503, {}, _error("SlowDown")),
}
_HOP_BY_HOP = frozenset(("connection", "keep-alive", "transfer-encoding", "date", "server"))
