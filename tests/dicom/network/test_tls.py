"""TLS in process: who gets in, who does not, and a new certificate without a restart (PS3.15 B.12)."""

import os
import shutil
import socket
import ssl
import subprocess
import warnings
from pathlib import Path

import pytest
from cryptography import x509

from demo.imaging.senders import dcmtk
from dicom_scp.configuration import ScpConfiguration
from dicom_scp.network.tls import TlsIdentity
from tests.dicom.network.certificates import Certificates, make_certificates
from tests.dicom.network.conftest import StartServer
from tests.dicom.network.raw_peer import RawPeer, store_command
from tests.dicom.network.running_server import RunningServer


def secured(server: RunningServer, context: ssl.SSLContext) -> RawPeer:
    peer = RawPeer(server.port)
    peer.socket = context.wrap_socket(peer.socket, server_hostname="localhost")
    return peer


def with_client_certificate(certificates: Certificates) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=certificates.authority)
    context.load_cert_chain(certificates.client_cert, certificates.client_key)
    return context


def test_given_tls_then_a_large_data_set_arrives_whole(
    start_server: StartServer, tls_environment: dict[str, str], client_context: ssl.SSLContext
) -> None:
    server = start_server(**tls_environment)
    data = os.urandom(3_000_000)
    with secured(server, client_context) as peer:
        assert isinstance(peer.socket, ssl.SSLSocket)
        assert peer.socket.version() in ("TLSv1.2", "TLSv1.3")
        peer.associate()
        peer.store(data)
        assert peer.response().status == 0
        peer.store(b"again", store_command("1.2.4"))
        assert peer.response().status == 0
    assert [instance.data for instance in server.store.stored] == [data, b"again"]
    assert server.store.peers[0].tls_subject_digest is None


def test_given_tls_then_a_plain_request_gets_no_association(
    start_server: StartServer, tls_environment: dict[str, str]
) -> None:
    server = start_server(**tls_environment)
    with RawPeer(server.port) as peer, pytest.raises((AssertionError, OSError, EOFError)):
        peer.associate()
    assert server.store.peers == []


def test_given_an_old_protocol_then_refused(
    start_server: StartServer, tls_environment: dict[str, str], client_context: ssl.SSLContext
) -> None:
    server = start_server(**tls_environment)
    with warnings.catch_warnings(action="ignore"):  # Python warns of what this test is about
        client_context.minimum_version = ssl.TLSVersion.TLSv1_1
        client_context.maximum_version = ssl.TLSVersion.TLSv1_1
    client_context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        secured(server, client_context)


class TestClientCertificates:
    @pytest.fixture
    def server(
        self, start_server: StartServer, tls_environment: dict[str, str], certificates: Certificates
    ) -> RunningServer:
        return start_server(**tls_environment, TLS_CA_FILE=str(certificates.authority))

    def test_given_a_certificate_of_the_authority_then_accepted_and_its_subject_is_only_a_digest(
        self, server: RunningServer, certificates: Certificates
    ) -> None:
        with secured(server, with_client_certificate(certificates)) as peer:
            peer.associate()
        digest = server.store.peers[0].tls_subject_digest
        assert digest is not None
        assert len(digest) == 16
        assert "client" not in digest

    def test_given_no_certificate_then_no_association(
        self, server: RunningServer, client_context: ssl.SSLContext
    ) -> None:
        with pytest.raises((OSError, EOFError)), secured(server, client_context) as peer:
            peer.associate()
        assert server.store.peers == []

    def test_given_a_certificate_of_another_authority_then_no_association(
        self, server: RunningServer, certificates: Certificates, tmp_path: Path
    ) -> None:
        stranger = make_certificates(tmp_path)
        context = ssl.create_default_context(cafile=certificates.authority)
        context.load_cert_chain(stranger.client_cert, stranger.client_key)
        with pytest.raises((OSError, EOFError)), secured(server, context) as peer:
            peer.associate()
        assert server.store.peers == []

    @pytest.mark.skipif(dcmtk("echoscu") is None, reason="dcmtk is not installed (apt: dcmtk)")
    def test_given_dcmtk_with_a_certificate_then_success(
        self, server: RunningServer, certificates: Certificates
    ) -> None:
        identity = ["+tls", str(certificates.client_key), str(certificates.client_cert)]
        done = subprocess.run(
            [str(dcmtk("echoscu")), "-v", *identity, "+cf", str(certificates.authority), "127.0.0.1", str(server.port)],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert "Success" in done.stdout + done.stderr, done.stdout + done.stderr


class TestReload:
    @pytest.fixture
    def identity(self, certificates: Certificates, tmp_path: Path) -> TlsIdentity:
        for name in ("server_cert", "server_key"):
            shutil.copy(getattr(certificates, name), tmp_path / name)
        settings = ScpConfiguration.from_environment(
            {"TLS_CERT_FILE": str(tmp_path / "server_cert"), "TLS_KEY_FILE": str(tmp_path / "server_key")}
        ).tls
        assert settings is not None
        return TlsIdentity(settings)

    def test_given_new_files_then_new_connections_see_the_new_certificate(
        self, identity: TlsIdentity, tmp_path: Path
    ) -> None:
        first = served_certificate(identity)
        (tmp_path / "new").mkdir()
        new = make_certificates(tmp_path / "new")
        shutil.copy(new.server_cert, tmp_path / "server_cert")
        shutil.copy(new.server_key, tmp_path / "server_key")
        identity.reload_if_changed()
        assert served_certificate(identity).serial_number != first.serial_number

    def test_given_broken_files_then_the_old_certificate_still_serves(
        self, identity: TlsIdentity, tmp_path: Path
    ) -> None:
        first = served_certificate(identity)
        (tmp_path / "server_cert").write_text("half writ")
        identity.reload_if_changed()
        assert served_certificate(identity) == first

    def test_given_unchanged_files_then_nothing_is_loaded(self, identity: TlsIdentity) -> None:
        before = identity.server_context
        identity.reload_if_changed()
        assert identity.server_context is before


def served_certificate(identity: TlsIdentity) -> x509.Certificate:
    """Shake hands over a socket pair and look at what is shown."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    near, far = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(near, far)
    server = identity.server_context.wrap_bio(far, near, server_side=True)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    shown = client.getpeercert(binary_form=True)
    assert shown is not None
    return x509.load_der_x509_certificate(shown)


def test_given_health_checks_on_the_tls_port_then_they_cost_nothing_and_no_one_waits(
    start_server: StartServer, tls_environment: dict[str, str], client_context: ssl.SSLContext
) -> None:
    server = start_server(**tls_environment)
    for _ in range(50):
        socket.create_connection(("127.0.0.1", server.port)).close()
    with secured(server, client_context) as peer:
        peer.associate()
    assert len(server.store.peers) == 1
