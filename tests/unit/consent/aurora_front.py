"""What Aurora does before PostgreSQL: TLS with a certificate of its authority, and a token in place of a password.

A listener on the loopback interface that speaks the start of PostgreSQL's protocol (Message Flow: SSL Session
Encryption, Start-up) and passes everything after it on to a real server, which trusts it.
"""

import contextlib
import datetime
import socket
import ssl
import struct
import threading
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_SSL_REQUEST = 80877103
_ASK_FOR_PASSWORD = b"R" + struct.pack("!ii", 8, 3)


@dataclass
class AuroraFront:
    """The listener. ``tokens`` are the passwords that clients sent, ``plain`` counts those without TLS."""

    server_port: int
    context: ssl.SSLContext
    tokens: list[str] = field(default_factory=list)
    plain: int = 0
    _listener: socket.socket = field(default_factory=socket.socket)

    def start(self) -> int:
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()
        return int(self._listener.getsockname()[1])

    def stop(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            first = _exactly(client, 8)
            if struct.unpack("!ii", first) != (8, _SSL_REQUEST):
                self.plain += 1
                client.close()
                return
            client.sendall(b"S")
            encrypted = self.context.wrap_socket(client, server_side=True)
            length = _exactly(encrypted, 4)
            startup = length + _exactly(encrypted, struct.unpack("!i", length)[0] - 4)
            encrypted.sendall(_ASK_FOR_PASSWORD)
            head = _exactly(encrypted, 5)
            self.tokens.append(_exactly(encrypted, struct.unpack("!i", head[1:])[0] - 4).rstrip(b"\0").decode())
            server = socket.create_connection(("127.0.0.1", self.server_port))
            server.sendall(startup)
        except (OSError, ssl.SSLError):
            client.close()
            return
        threading.Thread(target=_pass_on, args=(server, encrypted), daemon=True).start()
        _pass_on(encrypted, server)


def _exactly(source: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        part = source.recv(count - len(found))
        if not part:
            raise OSError("the client went away")
        found += part
    return found


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    try:
        while part := source.recv(65_536):
            target.sendall(part)
    except OSError:
        pass
    finally:
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)  # also wakes the thread that reads it; closing alone does not
            one.close()


def authority(directory: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """A certificate authority; returns its file, and the context of a server with a certificate for ``localhost``."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    ca = _builder(ca_name, ca_name, ca_key.public_key())
    ca = ca.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    leaf_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    leaf = _builder(leaf_name, ca_name, key.public_key())
    leaf = leaf.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    ca_file, chain = directory / f"{name}.pem", directory / f"{name}-server.pem"
    ca_file.write_bytes(ca.sign(ca_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain.write_bytes(private + leaf.sign(ca_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return ca_file, context


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
    )
