"""An S3 that answers every PUT after a fixed delay, with the checksum of what it got. Only for measuring a client.

``python -m bench.slow_s3 PORT DELAY_MILLISECONDS``. Keeps nothing: the receiver's cost per instance is the question.
"""

import asyncio
import base64
import sys
import zlib
from email.utils import formatdate


class SlowS3(asyncio.Protocol):
    """One keep-alive connection: reads a request, waits, answers."""

    delay = 0.03

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.head = bytearray()
        self.left = -1
        self.checksum = 0
        self.method = ""

    def data_received(self, data: bytes) -> None:
        if self.left < 0:
            self.head += data
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return
            data = bytes(self.head[end + 4 :])
            lines = self.head[:end].decode("latin-1").split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
            self.method = lines[0].split(" ")[0]
            self.head.clear()
            self.left, self.checksum = int(headers.get("content-length", "0")), 0
            if headers.get("expect", "").lower() == "100-continue":
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.checksum = zlib.crc32(data, self.checksum)
        self.left -= len(data)
        if self.left <= 0:
            self.left = -1
            asyncio.get_running_loop().call_later(self.delay, self.answer, self.checksum, self.method)

    def answer(self, checksum: int, method: str) -> None:
        crc = base64.b64encode(checksum.to_bytes(4, "big")).decode()
        status = "404 Not Found" if method == "HEAD" else "200 OK"
        self.transport.write(
            (
                f'HTTP/1.1 {status}\r\nDate: {formatdate(usegmt=True)}\r\nETag: "{checksum:032x}"\r\n'
                f"x-amz-checksum-crc32: {crc}\r\nx-amz-request-id: BENCH\r\nContent-Length: 0\r\n\r\n"
            ).encode()
        )


async def serve(port: int, delay_milliseconds: float) -> None:
    """Listen on loopback until the process is ended."""
    SlowS3.delay = delay_milliseconds / 1000
    server = await asyncio.get_running_loop().create_server(SlowS3, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2])))
