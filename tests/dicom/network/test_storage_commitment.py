"""Storage commitment: pynetdicom asks, and gets its result on the same association or on a new one (PS3.4 annex J)."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from pydicom import Dataset
from pynetdicom import AE, evt
from pynetdicom.association import Association
from pynetdicom.sop_class import CTImageStorage, StorageCommitmentPushModel, Verification

from dicom_scp.network import commitment_delivery
from dicom_scp.network.commitment import CommitmentAllowance
from dicom_scp.network.commitment_data import (
    CommitmentResult,
    FailureReason,
    InvalidRequestError,
    Reference,
    decode_request,
    encode_result,
)
from dicom_scp.network.dimse import Element, encode_command, p_data
from dicom_scp.network.pdu import ProposedContext
from tests.dicom.network.conftest import StartServer
from tests.dicom.network.memory_store import MemoryStore
from tests.dicom.network.raw_peer import IMPLICIT, RawPeer
from tests.dicom.network.running_server import RunningServer

WELL_KNOWN = "1.2.840.10008.1.20.1.1"
CT = str(CTImageStorage)


@dataclass
class Requester:
    """A modality that asks for storage commitment and takes results wherever they come."""

    entity: AE
    results: list[tuple[int, Dataset]] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)
    answer: int = 0x0000

    def take(self, event: evt.Event) -> tuple[int, None]:
        self.results.append((event.request.EventTypeID, event.event_information))
        self.arrived.set()
        return self.answer, None

    def associate(self, port: int) -> Association:
        association = self.entity.associate("127.0.0.1", port, evt_handlers=[(evt.EVT_N_EVENT_REPORT, self.take)])
        assert association.is_established
        return association

    def listen(self) -> int:
        """Accept results on an address of its own, as the SCU of a requestor that is the SCP."""
        self.entity.supported_contexts = []
        self.entity.add_supported_context(StorageCommitmentPushModel, scu_role=False, scp_role=True)
        server = self.entity.start_server(
            ("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_N_EVENT_REPORT, self.take)]
        )
        port: int = server.server_address[1]
        return port


@pytest.fixture
def requester() -> Iterator[Requester]:
    entity = AE("MODALITY")
    entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = 10
    entity.add_requested_context(StorageCommitmentPushModel)
    entity.add_requested_context(Verification)
    yield Requester(entity)
    entity.shutdown()


def commitment_request(*instances: str, transaction: str = "1.2.3.4") -> Dataset:
    data_set = Dataset()
    data_set.TransactionUID = transaction
    data_set.ReferencedSOPSequence = []
    for uid in instances:
        item = Dataset()
        item.ReferencedSOPClassUID = CT
        item.ReferencedSOPInstanceUID = uid
        data_set.ReferencedSOPSequence.append(item)
    return data_set


def holding(*instances: str) -> MemoryStore:
    return MemoryStore(held=lambda uid: uid in instances)


def test_given_instances_that_are_held_then_committed_on_the_same_association(
    start_server: StartServer, requester: Requester
) -> None:
    server = start_server(holding("1.1", "1.2"))
    association = requester.associate(server.port)
    status, _ = association.send_n_action(commitment_request("1.1", "1.2"), 1, StorageCommitmentPushModel, WELL_KNOWN)
    assert status.Status == 0
    assert requester.arrived.wait(20)
    association.release()
    ((event_type, result),) = requester.results
    assert event_type == 1
    assert result.TransactionUID == "1.2.3.4"
    assert [item.ReferencedSOPInstanceUID for item in result.ReferencedSOPSequence] == ["1.1", "1.2"]
    assert "FailedSOPSequence" not in result


def test_given_some_that_are_not_held_then_they_fail_with_0112_and_those_in_doubt_with_0110(
    start_server: StartServer, requester: Requester
) -> None:
    def held(uid: str) -> bool:
        if uid == "1.3":
            raise OSError("the store cannot tell")
        return uid == "1.1"

    server = start_server(MemoryStore(held=held))
    association = requester.associate(server.port)
    association.send_n_action(commitment_request("1.1", "1.2", "1.3"), 1, StorageCommitmentPushModel, WELL_KNOWN)
    assert requester.arrived.wait(20)
    association.release()
    ((event_type, result),) = requester.results
    assert event_type == 2
    assert [item.ReferencedSOPInstanceUID for item in result.ReferencedSOPSequence] == ["1.1"]
    assert [(item.ReferencedSOPInstanceUID, item.FailureReason) for item in result.FailedSOPSequence] == [
        ("1.2", 0x0112),
        ("1.3", 0x0110),
    ]


def test_given_stored_instances_then_the_store_itself_answers(start_server: StartServer, requester: Requester) -> None:
    server = start_server()
    with RawPeer(server.port) as peer:
        peer.associate()
        peer.store(b"x")
        assert peer.response().status == 0
    association = requester.associate(server.port)
    association.send_n_action(commitment_request("1.2.3", "1.2.4"), 1, StorageCommitmentPushModel, WELL_KNOWN)
    assert requester.arrived.wait(20)
    association.release()
    assert requester.results[0][0] == 2
    assert requester.results[0][1].ReferencedSOPSequence[0].ReferencedSOPInstanceUID == "1.2.3"


def test_given_a_requester_that_releases_at_once_then_the_result_comes_on_a_new_association(
    start_server: StartServer, requester: Requester
) -> None:
    checks = threading.Event()

    def held(uid: str) -> bool:
        checks.wait(20)
        return True

    port = requester.listen()
    server = start_server(
        MemoryStore(held=held), STORAGE_COMMITMENT_PEERS=f"OTHER=127.0.0.1:1,MODALITY=127.0.0.1:{port}"
    )
    association = requester.associate(server.port)
    association.send_n_action(commitment_request("1.1", "1.2"), 1, StorageCommitmentPushModel, WELL_KNOWN)
    association.abort()
    checks.set()
    assert requester.arrived.wait(20)
    ((event_type, result),) = requester.results
    assert (event_type, len(result.ReferencedSOPSequence)) == (1, 2)


def test_given_a_long_list_then_neither_echo_nor_release_waits_for_it(
    start_server: StartServer, requester: Requester
) -> None:
    asked: list[str] = []

    def held(uid: str) -> bool:
        asked.append(uid)
        time.sleep(0.02)
        return True

    server = start_server(MemoryStore(held=held))
    association = requester.associate(server.port)
    association.send_n_action(
        commitment_request(*(f"1.{number}" for number in range(1, 1001))), 1, StorageCommitmentPushModel, WELL_KNOWN
    )
    assert association.send_c_echo().Status == 0
    association.release()
    assert len(asked) < 800  # of 1,000, which take 20 seconds
    assert association.is_released


def test_given_a_peer_that_is_down_at_first_then_delivery_is_tried_again(
    start_server: StartServer, requester: Requester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commitment_delivery, "_PAUSES", (0.0, 0.1, 0.2, 0.4, 0.8))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    server = start_server(holding("1.1"), STORAGE_COMMITMENT_PEERS=f"MODALITY=127.0.0.1:{port}")
    association = requester.associate(server.port)
    requester.answer = 0x0110  # does not take the result here, and is gone afterwards
    association.send_n_action(commitment_request("1.1"), 1, StorageCommitmentPushModel, WELL_KNOWN)
    association.abort()
    time.sleep(0.15)
    requester.answer = 0
    requester.entity.add_supported_context(StorageCommitmentPushModel, scu_role=False, scp_role=True)
    requester.arrived.clear()
    requester.entity.start_server(
        ("127.0.0.1", port), block=False, evt_handlers=[(evt.EVT_N_EVENT_REPORT, requester.take)]
    )
    assert requester.arrived.wait(20)


@pytest.mark.parametrize(
    ("data_set", "action", "instance", "status"),
    [
        pytest.param(commitment_request("1.1"), 2, WELL_KNOWN, 0x0123, id="unknown action"),
        pytest.param(commitment_request("1.1"), 1, "1.2.3", 0x0112, id="not the well-known instance"),
        pytest.param(commitment_request(), 1, WELL_KNOWN, 0x0115, id="no references"),
        pytest.param(commitment_request("1.1", transaction=""), 1, WELL_KNOWN, 0x0115, id="no transaction"),
        pytest.param(commitment_request("../../1"), 1, WELL_KNOWN, 0x0115, id="path as a UID"),
    ],
)
def test_given_a_request_that_cannot_be_served_then_its_status_says_so(
    server: RunningServer, requester: Requester, data_set: Dataset, action: int, instance: str, status: int
) -> None:
    association = requester.associate(server.port)
    answered, _ = association.send_n_action(data_set, action, StorageCommitmentPushModel, instance)
    assert answered.Status == status
    assert association.send_c_echo().Status == 0
    association.release()


@pytest.mark.parametrize("size", [100_000, (1 << 20) + 1])
def test_given_a_data_set_that_is_none_or_endless_then_refused_and_the_association_lives(
    server: RunningServer, size: int
) -> None:
    contexts = (ProposedContext(1, str(StorageCommitmentPushModel), (IMPLICIT,)),)
    action = encode_command(
        {
            Element.REQUESTED_SOP_CLASS_UID: str(StorageCommitmentPushModel),
            Element.COMMAND_FIELD: 0x0130,
            Element.MESSAGE_ID: 7,
            Element.COMMAND_DATA_SET_TYPE: 1,
            Element.REQUESTED_SOP_INSTANCE_UID: WELL_KNOWN,
            Element.ACTION_TYPE_ID: 1,
        }
    )
    # Items in items in items: what a recursive reader would follow to its end.
    nested = struct.pack("<HHL", 0x0008, 0x1199, 0xFFFFFFFF) + struct.pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF)
    body = (nested * (size // len(nested) + 1))[:size]
    with RawPeer(server.port) as peer:
        peer.associate(contexts=contexts)
        for _ in range(2):
            peer.send(p_data(1, action, is_command=True, maximum_length=0))
            peer.send(p_data(1, body, is_command=False, maximum_length=65536))
            assert peer.response().status == (0x0115 if size < 1 << 20 else 0x0213)


def test_given_more_requests_than_may_wait_then_resource_limitation() -> None:
    allowance = CommitmentAllowance(limit=40_000)
    charges = [allowance.take(10), allowance.take(20_000)]
    assert all(charges)
    assert allowance.take(10) == 0
    allowance.give_back(charges[0])
    assert allowance.take(10) > 0


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"])
def test_given_a_result_then_its_data_set_can_be_read_in_every_native_syntax(syntax: str) -> None:
    from io import BytesIO

    from pydicom.filereader import read_dataset
    from pydicom.uid import UID

    result = CommitmentResult(
        "1.2.3", (Reference(CT, "1.1"),), ((Reference(CT, "1.2"), FailureReason.NO_SUCH_OBJECT_INSTANCE),)
    )
    encoded = encode_result(result, syntax)
    decoded = read_dataset(BytesIO(encoded), UID(syntax).is_implicit_VR, UID(syntax).is_little_endian)
    assert decoded.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == "1.1"
    assert decoded.FailedSOPSequence[0].FailureReason == 0x0112
    # A committed list has the shape of a request, so the reader of requests reads it back.
    assert decode_request(encoded, syntax).references == result.committed


def test_given_arbitrary_bytes_as_request_then_refused_without_quoting_them() -> None:
    with pytest.raises(InvalidRequestError) as caught:
        decode_request(b"Doe^John" * 100, "1.2.840.10008.1.2.1")
    assert "Doe" not in str(caught.value)
