"""Data sets are received headers and all into the store's memory: however they are cut, the bytes stay the sender's."""

import gc
import random
import threading
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dicom_scp.network.dimse import p_data
from tests.dicom.network.expectations import pdu, pdv
from tests.dicom.network.memory_store import MemoryStore
from tests.dicom.network.raw_peer import CT_CONTEXT, RawPeer, store_command
from tests.dicom.network.running_server import RunningServer, running_server

ROOMS = (5000, 65_536, 1 << 20)  # bytes that a store gives out at a time
FRAGMENTS = st.lists(st.one_of(st.integers(0, 40), st.integers(4000, 5100), st.integers(0, 40_000)), max_size=12)


@pytest.fixture(scope="module", params=ROOMS)
def server(request: pytest.FixtureRequest) -> Iterator[RunningServer]:
    with running_server(MemoryStore(view_bytes=request.param)) as running:
        yield running


def data_set_in_pdus(fragments: list[int], pdvs_in_a_pdu: int) -> tuple[bytes, bytes]:
    """A data set, and the PDUs that carry it in fragments of these sizes and one more."""
    pieces = [random.Random(size).randbytes(size) for size in [*fragments, 33]]
    items = [pdv(CT_CONTEXT, 2 * (number == len(fragments)), piece) for number, piece in enumerate(pieces)]
    groups = (items[start : start + pdvs_in_a_pdu] for start in range(0, len(items), pdvs_in_a_pdu))
    return b"".join(pieces), b"".join(pdu(4, b"".join(group)) for group in groups)


def send_in_segments(peer: RawPeer, stream: bytes, cuts: list[int]) -> None:
    for start, end in pairwise(sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})):
        peer.send(stream[start:end])


@settings(max_examples=12, deadline=None)
@given(
    instances=st.lists(FRAGMENTS, min_size=1, max_size=3),
    pdvs_in_a_pdu=st.integers(1, 3),
    cuts=st.lists(st.integers(0, 400_000), max_size=20),
)
def test_given_any_fragments_in_any_segments_sent_ahead_of_the_answers_then_stored_as_sent(
    server: RunningServer, instances: list[list[int]], pdvs_in_a_pdu: int, cuts: list[int]
) -> None:
    server.store.stored.clear()
    stream, expected = b"", []
    for number, fragments in enumerate(instances):
        data, pdus = data_set_in_pdus(fragments, pdvs_in_a_pdu)
        stream += p_data(CT_CONTEXT, store_command(f"1.2.{number}", number + 1), is_command=True, maximum_length=0)
        stream += pdus
        expected.append(data)
    with RawPeer(server.port) as peer:
        peer.associate()
        # In a thread of its own: the server may wait for its answers to be read before it reads on.
        sending = threading.Thread(target=send_in_segments, args=(peer, stream, cuts))
        sending.start()
        for number in range(len(instances)):
            response = peer.response()
            assert (response.message_id, response.status) == (number + 1, 0)
        sending.join()
    assert [instance.data for instance in server.store.stored] == expected


def test_given_refused_instances_among_others_sent_ahead_then_each_has_its_own_answer_and_bytes(
    server: RunningServer,
) -> None:
    server.store.stored.clear()
    stream = b""
    for number in range(8):
        _, pdus = data_set_in_pdus([number, 30_000, 4096 - 12, 60_000], pdvs_in_a_pdu=1)
        uid = "../1" if number % 2 else f"1.2.{number}"
        stream += p_data(CT_CONTEXT, store_command(uid, number + 1), is_command=True, maximum_length=0) + pdus
    with RawPeer(server.port) as peer:
        peer.associate()
        sending = threading.Thread(target=peer.send, args=(stream,))
        sending.start()
        assert [peer.response().status for _ in range(8)] == [0, 0x0117] * 4
        sending.join()
    expected = [data_set_in_pdus([number, 30_000, 4096 - 12, 60_000], 1)[0] for number in range(0, 8, 2)]
    assert [instance.data for instance in server.store.stored] == expected


def test_given_associations_that_have_ended_then_nothing_of_them_waits_for_the_garbage_collector() -> None:
    """Each would keep its buffers until then, and collections take processor time from the others."""
    with running_server() as server:
        gc.collect()
        gc.set_debug(gc.DEBUG_SAVEALL)
        try:
            for number in range(3):
                with RawPeer(server.port) as peer:
                    peer.associate()
                    peer.store(bytes(1000), store_command(f"1.2.{number}"))
                    assert peer.response().status == 0
                    peer.send(bytes((5, 0, 0, 0, 0, 4, 0, 0, 0, 0)))
                    assert peer.pdu()[0] == 6
                    assert peer.closed()
            while server.server._acceptors.served:
                pass
            gc.collect()
            kept = {type(thing).__name__ for thing in gc.garbage if type(thing).__module__.startswith("dicom_scp")}
        finally:
            gc.set_debug(0)
            gc.garbage.clear()
    assert kept == set()
