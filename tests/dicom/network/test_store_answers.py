"""What a C-STORE is answered when it, or the store, is not as it should be: a status, and the association lives."""

import pytest

from dicom_scp.network.dimse import p_data
from dicom_scp.network.pdu import AssociateAccept
from dicom_scp.ports import StoreRefused, StoreRequest, StoreStatus
from tests.dicom.network.conftest import StartServer
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


@pytest.fixture
def server(resilient_server: RunningServer) -> RunningServer:
    return resilient_server


class TestStoreAnswers:
    @pytest.mark.parametrize(
        "uid",
        ["", "../../etc/passwd", "1.2.3/..", "1" * 65, "1.2.", ".1", "1..2", "1.2.a", "1.2.3\n4", "1.2.3 4", "%2e%2e"],
    )
    def test_given_an_instance_uid_that_is_none_then_0117_and_it_reaches_no_store(
        self, server: RunningServer, uid: str
    ) -> None:
        with RawPeer(server.port) as peer:
            peer.associate()
            peer.store(bytes(1000), store_command(uid))
            response = peer.response()
            assert (response.status, response.affected_sop_instance_uid) == (StoreStatus.INVALID_SOP_INSTANCE, "")
            peer.store(b"good", store_command("1.2.3"))
            assert peer.response().status == 0
        assert [instance.data for instance in server.store.stored] == [b"good"]

    def test_given_another_sop_class_than_the_context_then_0122(self, server: RunningServer) -> None:
        with RawPeer(server.port) as peer:
            peer.associate()
            peer.store(b"x", store_command(AFFECTED_SOP_CLASS_UID="1.2.840.10008.5.1.4.1.1.4"))
            assert peer.response().status == StoreStatus.SOP_CLASS_NOT_SUPPORTED
        assert server.store.stored == []

    @pytest.mark.parametrize("moment", ["at_begin", "at_room", "at_take"])
    def test_given_a_refusal_at_any_moment_then_the_rest_is_drained_and_the_association_lives(
        self, start_server: StartServer, moment: str
    ) -> None:
        def refuse_first(request: StoreRequest) -> None:
            if request.sop_instance_uid == "1.2.3":
                raise StoreRefused(StoreStatus.OUT_OF_RESOURCES, "no room")

        store = MemoryStore(**{moment: refuse_first})  # type: ignore[arg-type]
        server = start_server(store)
        with RawPeer(server.port) as peer:
            peer.associate()
            peer.store(bytes(300_000))
            assert peer.response().status == StoreStatus.OUT_OF_RESOURCES
            peer.store(b"next", store_command("1.2.4"))
            assert peer.response().status == 0
        assert [instance.data for instance in store.stored] == [b"next"]
        assert store.aborted == (0 if moment == "at_begin" else 1)

    @pytest.mark.parametrize("moment", ["at_begin", "at_room", "at_take", "at_finish"])
    def test_given_a_fault_in_the_store_then_0110_and_the_association_lives(
        self, start_server: StartServer, moment: str
    ) -> None:
        def fail_first(request: StoreRequest) -> None:
            if request.sop_instance_uid == "1.2.3":
                raise RuntimeError("a bug")

        store = MemoryStore(**{moment: fail_first})  # type: ignore[arg-type]
        server = start_server(store)
        with RawPeer(server.port) as peer:
            peer.associate()
            peer.store(bytes(300_000))
            assert peer.response().status == StoreStatus.PROCESSING_FAILURE
            peer.store(b"next", store_command("1.2.4"))
            assert peer.response().status == 0
        assert store.aborted == (0 if moment == "at_begin" else 1)

    @pytest.mark.parametrize(
        ("context", "command"),
        [
            pytest.param(CT_CONTEXT, store_command(COMMAND_FIELD=0x0020), id="c-find on storage"),
            pytest.param(CT_CONTEXT, store_command(COMMAND_FIELD=0x0130), id="n-action on storage"),
            pytest.param(ECHO_CONTEXT, store_command(), id="c-store on verification"),
            pytest.param(CT_CONTEXT, store_command(COMMAND_FIELD=0x0777), id="unknown command"),
        ],
    )
    def test_given_an_operation_that_the_context_does_not_have_then_0211(
        self, server: RunningServer, context: int, command: bytes
    ) -> None:
        with RawPeer(server.port) as peer:
            peer.associate()
            peer.store(bytes(1000), command, context)
            assert peer.response().status == 0x0211
            peer.send(p_data(ECHO_CONTEXT, echo_command(2), is_command=True, maximum_length=0))
            assert peer.response().status == 0

    def test_given_a_cancel_then_it_is_ignored(self, server: RunningServer) -> None:
        with RawPeer(server.port) as peer:
            peer.associate()
            cancel = store_command(COMMAND_FIELD=0x0FFF, COMMAND_DATA_SET_TYPE=0x101, MESSAGE_ID_BEING_RESPONDED_TO=1)
            peer.send(p_data(CT_CONTEXT, cancel, is_command=True, maximum_length=0))
            peer.store(b"x")
            assert peer.response().field == 0x8001

    def test_given_a_peer_with_a_tiny_maximum_length_then_answers_come_in_pieces(self, server: RunningServer) -> None:
        with RawPeer(server.port) as peer:
            accept: AssociateAccept = peer.associate(user=request().user.__class__(maximum_length=16))
            assert accept.user.maximum_length == 131072
            peer.store(b"x")
            received = b""
            while True:
                kind, body = peer.pdu()
                assert kind == 4
                assert len(body) <= 16
                received += body[6:]
                if body[5] & 2:
                    break
            assert received.startswith(b"\0\0\0\0\4\0\0\0")
