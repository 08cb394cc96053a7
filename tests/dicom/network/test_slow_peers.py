"""Silent, slow and stalled peers: their time ends, and nobody waits for them."""

import socket
import ssl
import struct
import threading
import time

import pytest

from dicom_scp.network.dimse import p_data
from dicom_scp.network.pdu import encode_associate_request
from tests.dicom.network.conftest import StartServer
from tests.dicom.network.expectations import ABORT, SILENCE_ABORT, assert_all_ended, assert_nothing_stored, is_served
from tests.dicom.network.memory_store import MemoryStore
from tests.dicom.network.raw_peer import (
    CT_CONTEXT,
    ECHO_CONTEXT,
    RawPeer,
    echo_command,
    request,
    store_command,
)
from tests.dicom.network.running_server import RunningServer

_ENDLESS_CLIENT_HELLO = b"\x16\x03\x01\x02\x00\x01"


@pytest.fixture
def server(resilient_server: RunningServer) -> RunningServer:
    return resilient_server


class TestTime:
    def test_given_an_idle_association_then_aborted_by_the_provider(self, server: RunningServer) -> None:
        with RawPeer(server.port) as peer:
            peer.associate()
            started = time.monotonic()
            assert peer.pdu() == (ABORT, SILENCE_ABORT)
            assert time.monotonic() - started > 0.8

    def test_given_a_stall_inside_a_pdu_then_aborted_and_nothing_is_left(self, server: RunningServer) -> None:
        with RawPeer(server.port) as peer:
            peer.associate()
            peer.send(p_data(CT_CONTEXT, store_command(), is_command=True, maximum_length=0))
            peer.send(struct.pack(">BxLLBB", 4, 5000, 4996, CT_CONTEXT, 2) + bytes(10))
            assert peer.pdu() == (ABORT, SILENCE_ABORT)
        assert_nothing_stored(server, aborted=1)

    def test_given_a_pdu_that_drips_then_aborted_though_never_silent(self, server: RunningServer) -> None:
        with RawPeer(server.port) as peer:
            peer.associate()
            peer.send(p_data(CT_CONTEXT, store_command(), is_command=True, maximum_length=0))
            peer.send(struct.pack(">BxLLBB", 4, 5000, 4996, CT_CONTEXT, 2))
            dripping = threading.Thread(target=_drip_until_closed, args=(peer,))
            dripping.start()
            assert peer.pdu() == (ABORT, SILENCE_ABORT)
            assert dripping.is_alive()
            peer.socket.close()
            dripping.join()
        assert_nothing_stored(server, aborted=1)

    def test_given_a_peer_that_never_reads_its_answers_then_it_is_let_go(self, server: RunningServer) -> None:
        with RawPeer(server.port) as peer:
            peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            peer.associate()
            echo = p_data(ECHO_CONTEXT, echo_command(), is_command=True, maximum_length=0)
            peer.socket.settimeout(0.3)
            try:
                while True:
                    peer.send(echo * 500)
            except OSError:
                pass  # the server waits for this side to read, and has stopped reading itself
            assert_all_ended(server)

    def test_given_peers_that_hang_everywhere_then_others_do_not_wait_for_them(self, start_server: StartServer) -> None:
        server = start_server(NETWORK_TIMEOUT="60")  # none of their times is up while others are served
        with RawPeer(server.port), RawPeer(server.port) as half, RawPeer(server.port) as stalled:
            half.send(encode_associate_request(request())[:40])
            stalled.associate()
            stalled.send(struct.pack(">BxL", 4, 5000))
            assert is_served(server)

    def test_given_back_pressure_longer_than_the_timeout_then_the_sender_is_not_blamed(
        self, start_server: StartServer
    ) -> None:
        waits = iter([1.5])
        store = MemoryStore(at_room=lambda _: time.sleep(next(waits, 0)))
        server = start_server(store, NETWORK_TIMEOUT="1")
        with RawPeer(server.port) as peer:
            peer.associate()
            peer.store(bytes(200_000))
            assert peer.response().status == 0
        assert len(store.stored[0].data) == 200_000


class TestTls:
    def test_given_a_stalled_handshake_then_others_do_not_wait_for_it(
        self, start_server: StartServer, tls_environment: dict[str, str], client_context: ssl.SSLContext
    ) -> None:
        server = start_server(NETWORK_TIMEOUT="60", **tls_environment)
        with RawPeer(server.port), RawPeer(server.port) as half, RawPeer(server.port) as honest:
            half.send(_ENDLESS_CLIENT_HELLO)
            honest.socket = client_context.wrap_socket(honest.socket, server_hostname="localhost")
            honest.associate()

    def test_given_a_stalled_handshake_then_it_ends_when_its_time_is_up(
        self, start_server: StartServer, tls_environment: dict[str, str]
    ) -> None:
        server = start_server(NETWORK_TIMEOUT="1", **tls_environment)
        with RawPeer(server.port) as silent, RawPeer(server.port) as half:
            half.send(_ENDLESS_CLIENT_HELLO)
            assert silent.ends()  # perhaps after a TLS alert
            assert half.ends()


def _drip_until_closed(peer: RawPeer) -> None:
    try:
        peer.drip(bytes(4000), 0.02)
    except OSError:
        return
