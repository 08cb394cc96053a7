"""What PDUs that break the rules get, and that everyone else is still served afterwards."""

import random
import socket
import struct
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest

from dicom_scp.network import admission
from dicom_scp.network.dimse import decode_command, encode_command, p_data
from dicom_scp.network.pdu import encode_associate_request
from tests.dicom.network.conftest import StartServer
from tests.dicom.network.expectations import (
    ABORT,
    INVALID_PARAMETER,
    UNEXPECTED_PDU,
    UNRECOGNIZED_PDU,
    USER_ABORT,
    assert_all_ended,
    assert_nothing_stored,
    is_served,
    pdu,
    pdv,
)
from tests.dicom.network.raw_peer import (
    CT_CONTEXT,
    RawPeer,
    request,
    store_command,
)
from tests.dicom.network.running_server import RunningServer


@pytest.fixture
def server(resilient_server: RunningServer) -> RunningServer:
    return resilient_server


class TestBeforeTheAssociation:
    @pytest.mark.parametrize(
        "opening",
        [
            pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", id="http"),
            pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64), id="tls hello"),
            pytest.param(pdu(0x42, b"abcd"), id="unknown type"),
            pytest.param(pdu(4, pdv(1, 3, b"x")), id="p-data first"),
            pytest.param(pdu(5, bytes(4)), id="release first"),
            pytest.param(pdu(1, bytes(20)), id="request cut short"),
            pytest.param(pdu(1, bytes(68)), id="request without items"),
            pytest.param(struct.pack(">BxL", 1, 0xFFFFFFFF), id="request of 4 GiB"),
            pytest.param(pdu(1, encode_associate_request(request())[6:-3]), id="items do not fit"),
            pytest.param(
                encode_associate_request(request(contexts=(request().contexts[0],) * 2)), id="context number twice"
            ),
        ],
    )
    def test_given_no_proper_request_then_the_user_abort_of_aa_1(self, server: RunningServer, opening: bytes) -> None:
        with RawPeer(server.port) as peer:
            peer.send(opening)
            assert peer.pdu() == (ABORT, USER_ABORT)
            assert peer.closed()

    def test_given_a_connection_that_closes_at_once_then_no_association(self, server: RunningServer) -> None:
        for _ in range(20):
            RawPeer(server.port).socket.close()
        assert server.store.peers == []

    def test_given_silence_then_closed_when_the_time_is_up(self, server: RunningServer) -> None:
        with RawPeer(server.port) as peer:
            started = time.monotonic()
            assert peer.closed()
            assert time.monotonic() - started > 0.8

    def test_given_a_request_that_drips_then_closed_all_the_same(self, server: RunningServer) -> None:
        with RawPeer(server.port) as peer, pytest.raises(OSError, match=r"."):
            peer.drip(encode_associate_request(request()), 0.05)

    def test_given_more_silent_peers_than_room_then_the_oldest_leaves_and_the_newest_is_served(
        self, start_server: StartServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(admission, "WAITING_ROOM", 8)
        server = start_server(NETWORK_TIMEOUT="30", MAXIMUM_ASSOCIATIONS="2")
        silent = [RawPeer(server.port) for _ in range(8)]
        assert is_served(server)
        assert silent[0].closed()
        assert is_served(server)
        for peer in silent:
            peer.socket.close()


class TestPduRules:
    @pytest.fixture
    def peer(self, server: RunningServer) -> Iterator[RawPeer]:
        with RawPeer(server.port) as peer:
            peer.associate()
            yield peer

    @pytest.mark.parametrize(
        ("sent", "answer"),
        [
            pytest.param(pdu(0x42, b"abcd"), UNRECOGNIZED_PDU, id="unknown type"),
            pytest.param(struct.pack(">BxL", 0x99, 0xFFFFFFFF), UNRECOGNIZED_PDU, id="unknown type, 4 GiB"),
            pytest.param(encode_associate_request(request()), UNEXPECTED_PDU, id="second request"),
            pytest.param(pdu(2, bytes(68)), UNEXPECTED_PDU, id="accept"),
            pytest.param(pdu(3, bytes(4)), UNEXPECTED_PDU, id="reject"),
            pytest.param(pdu(6, bytes(4)), UNEXPECTED_PDU, id="release reply"),
            pytest.param(struct.pack(">BxL", 4, 0xFFFFFFFF), INVALID_PARAMETER, id="data of 4 GiB"),
            pytest.param(struct.pack(">BxL", 4, 131073), INVALID_PARAMETER, id="longer than negotiated"),
            pytest.param(pdu(4, b"abc"), INVALID_PARAMETER, id="fragment header cut"),
            pytest.param(pdu(4, struct.pack(">LBB", 1, 1, 3)), INVALID_PARAMETER, id="fragment without header"),
            pytest.param(pdu(4, struct.pack(">LBB", 0xFFFFFFFF, 1, 3) + b"x"), INVALID_PARAMETER, id="fragment 4 GiB"),
            pytest.param(pdu(4, pdv(2, 3, b"x")), INVALID_PARAMETER, id="even context"),
            pytest.param(pdu(4, pdv(77, 3, b"x")), INVALID_PARAMETER, id="unknown context"),
            pytest.param(pdu(4, pdv(1, 2, b"x")), INVALID_PARAMETER, id="data set without command"),
            pytest.param(pdu(4, pdv(1, 1, b"x") + pdv(3, 3, b"x")), INVALID_PARAMETER, id="interleaved contexts"),
            pytest.param(pdu(4, pdv(1, 3, b"x")), USER_ABORT, id="command is no command"),
            pytest.param(pdu(4, pdv(1, 3, b"")), USER_ABORT, id="empty command"),
            pytest.param(pdu(4, pdv(1, 1, bytes(20000))), INVALID_PARAMETER, id="endless command"),
            pytest.param(pdu(5, b""), INVALID_PARAMETER, id="release without its four bytes"),
            pytest.param(
                p_data(1, encode_command({}), is_command=True, maximum_length=0), USER_ABORT, id="no command field"
            ),
            pytest.param(
                p_data(1, store_command(COMMAND_FIELD=0x8001), is_command=True, maximum_length=0),
                USER_ABORT,
                id="a response to nothing",
            ),
        ],
    )
    def test_given_a_broken_pdu_then_the_abort_of_the_state_table(
        self, peer: RawPeer, sent: bytes, answer: bytes
    ) -> None:
        peer.send(sent)
        assert peer.pdu() == (ABORT, answer)
        assert peer.closed()

    def test_given_a_command_inside_a_data_set_then_aborted_and_nothing_is_left(
        self, server: RunningServer, peer: RawPeer
    ) -> None:
        peer.send(p_data(CT_CONTEXT, store_command(), is_command=True, maximum_length=0))
        peer.send(pdu(4, pdv(CT_CONTEXT, 0, b"half") + pdv(CT_CONTEXT, 3, store_command())))
        assert peer.pdu() == (ABORT, INVALID_PARAMETER)
        assert_nothing_stored(server, aborted=1)

    def test_given_an_abort_inside_a_data_set_then_nothing_is_left(self, server: RunningServer, peer: RawPeer) -> None:
        peer.send(p_data(CT_CONTEXT, store_command(), is_command=True, maximum_length=0))
        peer.send(pdu(4, pdv(CT_CONTEXT, 0, b"half")) + pdu(ABORT, bytes(4)))
        assert peer.closed()
        assert_nothing_stored(server, aborted=1)

    def test_given_the_connection_cut_inside_a_fragment_then_nothing_is_left(
        self, server: RunningServer, peer: RawPeer
    ) -> None:
        peer.send(p_data(CT_CONTEXT, store_command(), is_command=True, maximum_length=0))
        peer.send(struct.pack(">BxL", 4, 5000) + struct.pack(">LBB", 4996, CT_CONTEXT, 2) + bytes(100))
        peer.socket.close()
        assert_nothing_stored(server, aborted=1)

    def test_given_a_reset_inside_a_data_set_then_nothing_is_left(self, server: RunningServer, peer: RawPeer) -> None:
        peer.send(p_data(CT_CONTEXT, store_command(), is_command=True, maximum_length=0))
        peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.socket.close()
        assert_nothing_stored(server, aborted=1)


class TestFragments:
    @pytest.mark.parametrize("cut", [1, 2, 7, 100, 16384])
    def test_given_fragments_of_any_size_then_the_data_set_is_the_same(self, server: RunningServer, cut: int) -> None:
        data = bytes(range(256)) * (4 if cut < 100 else 400)
        with RawPeer(server.port) as peer:
            peer.associate()
            command = store_command()
            edges = [*range(0, len(command), cut), len(command)]
            for start, end in pairwise(edges):
                peer.send(pdu(4, pdv(CT_CONTEXT, 1 | (2 if end == len(command) else 0), command[start:end])))
            edges = [*range(0, len(data), cut), len(data)]
            fragments = [
                pdv(CT_CONTEXT, 2 if end == len(data) else 0, data[start:end]) for start, end in pairwise(edges)
            ]
            for index in range(0, len(fragments), 7):  # seven fragments to a PDU
                peer.send(pdu(4, b"".join(fragments[index : index + 7])))
            assert peer.response().status == 0
        assert server.store.stored[0].data == data

    def test_given_command_and_data_in_one_pdu_and_empty_fragments_then_stored(self, server: RunningServer) -> None:
        with RawPeer(server.port) as peer:
            peer.associate()
            peer.send(
                pdu(4, b"")  # no fragment at all: odd, harmless
                + pdu(
                    4,
                    pdv(CT_CONTEXT, 1, b"")
                    + pdv(CT_CONTEXT, 3, store_command())
                    + pdv(CT_CONTEXT, 0, b"")
                    + pdv(CT_CONTEXT, 0, b"whole")
                    + pdv(CT_CONTEXT, 2, b""),
                )
            )
            assert peer.response().status == 0
        assert server.store.stored[0].data == b"whole"

    def test_given_bytes_that_trickle_in_then_stored(self, server: RunningServer) -> None:
        whole = p_data(CT_CONTEXT, store_command(), is_command=True, maximum_length=0)
        whole += p_data(CT_CONTEXT, b"slowly", is_command=False, maximum_length=0)
        with RawPeer(server.port) as peer:
            peer.associate()
            peer.drip(whole, 0.001)
            assert peer.response().status == 0
        assert server.store.stored[0].data == b"slowly"

    def test_given_pipelined_stores_then_all_are_answered_in_order(self, server: RunningServer) -> None:
        with RawPeer(server.port) as peer:
            peer.associate()
            for number in range(1, 21):
                peer.store(b"%d" % number, store_command(f"1.2.{number}", number))
            assert [peer.response().message_id for _ in range(20)] == list(range(1, 21))
        assert [instance.data for instance in server.store.stored] == [b"%d" % number for number in range(1, 21)]


class TestDamagedConversations:
    @pytest.mark.parametrize("seed", range(8))
    def test_given_conversations_with_random_damage_then_every_success_is_stored_whole_and_nothing_hangs(
        self, server: RunningServer, seed: int
    ) -> None:
        chance = random.Random(seed)
        for _ in range(25):
            with RawPeer(server.port) as peer:
                peer.associate()
                sent = _conversation(chance)
                peer.send(_damaged(sent, chance))
                peer.socket.shutdown(socket.SHUT_WR)
                successes = _successes(peer)
            assert successes <= {instance.request.sop_instance_uid for instance in server.store.stored}
        for instance in server.store.stored:
            assert instance.request.peer.calling_ae_title == "RAWPEER"
        assert_all_ended(server)


def _conversation(chance: random.Random) -> bytes:
    """Some stores, cut into PDUs and fragments at random."""
    sent = b""
    for number in range(chance.randint(1, 4)):
        data = chance.randbytes(chance.randint(0, 3000))
        command = store_command(f"1.2.{chance.randint(1, 10**9)}", number + 1)
        sent += p_data(CT_CONTEXT, command, is_command=True, maximum_length=chance.choice([0, 30, 100]))
        sent += p_data(CT_CONTEXT, data, is_command=False, maximum_length=chance.choice([0, 100, 1000]))
    return sent


def _damaged(sent: bytes, chance: random.Random) -> bytes:
    """Flip, cut out, repeat: up to three times."""
    stream = bytearray(sent)
    for _ in range(chance.randint(1, 3)):
        start = chance.randrange(len(stream))
        match chance.choice(["flip", "cut", "repeat", "noise"]):
            case "flip":
                stream[start] ^= 1 << chance.randrange(8)
            case "cut" if len(stream) > 20:
                del stream[start : start + chance.randint(1, 20)]
            case "repeat":
                stream[start:start] = stream[start : start + chance.randint(1, 200)]
            case _:
                stream[start:start] = chance.randbytes(chance.randint(1, 20))
    return bytes(stream)


def _successes(peer: RawPeer) -> set[str]:
    """Read to the end, and return the instances that the server calls stored."""
    found = set()
    try:
        while True:
            kind, body = peer.pdu()
            if kind == 4:
                response = decode_command(body[6:])
                if response.status == 0 and response.field == 0x8001:
                    found.add(response.affected_sop_instance_uid)
    except (EOFError, ConnectionResetError):
        return found
