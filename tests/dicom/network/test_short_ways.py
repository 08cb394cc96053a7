"""What is received on a short way is what the long way would have read: requests of a series, fragments at hand."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dicom_scp.network import dimse
from dicom_scp.network.dimse import Command, CommandReader, MalformedCommandError, decode_command, p_data
from dicom_scp.network.pdu import RELEASE_RQ
from dicom_scp.network.wire import Wire
from dicom_scp.ports import StoreRefused, StoreRequest, StoreStatus
from tests.dicom.network.expectations import INVALID_PARAMETER, pdu, pdv
from tests.dicom.network.memory_store import MemoryStore
from tests.dicom.network.raw_peer import CT_CONTEXT, ECHO_CONTEXT, RawPeer, echo_command, store_command
from tests.dicom.network.running_server import running_server

LONGEST = 1000  # bytes of a PDU
FRAGMENT = pdu(4, pdv(CT_CONTEXT, 0, b"fragment"))
LAST = pdu(4, pdv(CT_CONTEXT, 2, b"the last one"))
NOT_AT_HAND = {
    "another context": pdu(4, pdv(ECHO_CONTEXT, 0, b"x")),
    "a command": pdu(4, pdv(CT_CONTEXT, 1, b"x")),
    "the last of a command": pdu(4, pdv(CT_CONTEXT, 3, b"x")),
    "two fragments in one PDU": pdu(4, pdv(CT_CONTEXT, 0, b"x") + pdv(CT_CONTEXT, 2, b"y")),
    "an empty fragment": pdu(4, pdv(CT_CONTEXT, 2, b"")),
    "longer than negotiated": pdu(4, pdv(CT_CONTEXT, 0, bytes(LONGEST))),
    "a PDU of another kind": pdu(5, pdv(CT_CONTEXT, 2, b"x")),
    "a fragment that is not whole": LAST[:-1],
    "a header that is not whole": LAST[:11],
}

uids = st.sampled_from(["1.2", "1.2.3", "1.2.4", "1.2.34", "1.2.3456", ""])
commands = st.one_of(
    st.builds(store_command, uids, st.integers(0, 0xFFFF)),
    st.builds(store_command, uids, st.integers(0, 0xFFFF), PRIORITY=st.integers(0, 2)),
    st.builds(store_command, uids, st.integers(0, 0xFFFF), COMMAND_DATA_SET_TYPE=st.sampled_from([0, 0x0101])),
    st.builds(store_command, uids, REQUESTED_SOP_INSTANCE_UID=uids, STATUS=st.integers(0, 3)),
    st.builds(echo_command, st.integers(0, 0xFFFF)),
)


def outcome(decode: Callable[[bytes], Command], body: bytes) -> Command | str:
    try:
        return decode(body)
    except MalformedCommandError as error:
        return str(error)


@settings(max_examples=300, deadline=None)
@given(
    bodies=st.lists(commands, max_size=12),
    damage=st.tuples(st.integers(0, 11), st.integers(0, 200), st.integers(0, 255)),
)
def test_given_any_commands_in_a_row_then_each_is_read_as_if_it_were_alone(
    bodies: list[bytes], damage: tuple[int, int, int]
) -> None:
    number, place, value = damage
    if number < len(bodies) and place < len(bodies[number]):
        damaged = bytearray(bodies[number])
        damaged[place] = value
        bodies[number] = bytes(damaged)
    reader = CommandReader()
    assert [outcome(reader.decode, body) for body in bodies] == [outcome(decode_command, body) for body in bodies]


@pytest.fixture
def read_in_full(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every command set that is read element by element from now on."""
    read: list[bytes] = []
    element_by_element = dimse._places

    def count(body: bytes) -> dict[int, slice]:
        read.append(body)
        return element_by_element(body)

    monkeypatch.setattr(dimse, "_places", count)
    return read


def test_given_requests_of_a_series_then_only_the_first_is_read_element_by_element(read_in_full: list[bytes]) -> None:
    reader = CommandReader()
    for number in range(10):
        command = reader.decode(store_command(f"1.2.{number}", number))
        assert (command.message_id, command.affected_sop_instance_uid) == (number, f"1.2.{number}")
    assert len(read_in_full) == 1


def test_given_requests_of_many_sizes_then_a_reader_remembers_few_of_them_and_no_long_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dimse, "_REMEMBERED", 3)
    reader = CommandReader()
    for digits in range(1, 11):
        reader.decode(store_command("1." + "2" * digits, digits))
        assert len(reader._known) <= 3
    reader = CommandReader()
    long = store_command("1." + "2" * 600, 1)
    assert reader.decode(long) == decode_command(long)
    assert not reader._known


def test_given_senders_in_turns_then_each_is_read_element_by_element_once(read_in_full: list[bytes]) -> None:
    reader = CommandReader()
    for number in range(10):
        for uid in (f"1.2.{number}", f"1.2.840.{number}"):
            assert reader.decode(store_command(uid, number)).affected_sop_instance_uid == uid
    assert len(read_in_full) == 2


@contextmanager
def connected() -> Iterator[tuple[Wire, socket.socket]]:
    """A wire, and the peer's end of its connection."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()[:2]) as theirs,
        listener.accept()[0] as ours,
    ):
        yield Wire(ours, 5.0), theirs


def fragments_at_hand(stream: bytes) -> tuple[list[bytes], bool, bytes]:
    """What a wire takes of a stream that has arrived, whether it was the last, and what it leaves."""
    with connected() as (wire, theirs):
        theirs.sendall(FRAGMENT + stream)
        memory = memoryview(bytearray(1 << 16))
        wire.borrow(memory)
        assert wire.read_header() == (4, len(FRAGMENT) - 6)  # brings all that has arrived
        assert len(wire.read(len(FRAGMENT) - 6)) == len(FRAGMENT) - 6
        places, ended = wire.fragments_in_place(CT_CONTEXT, LONGEST)
        taken = [bytes(memory[start:end]) for start, end in places]
        wire.give_back()
        left = len(stream) - sum(len(piece) + 12 for piece in taken)
        return taken, ended, wire.read(left)


def test_given_fragments_at_hand_then_all_are_taken_up_to_the_last() -> None:
    taken, ended, left = fragments_at_hand(FRAGMENT * 3 + LAST + FRAGMENT)
    assert (taken, ended, left) == ([b"fragment"] * 3 + [b"the last one"], True, FRAGMENT)


def test_given_anything_else_after_fragments_then_it_is_left_as_it_came() -> None:
    for name, other in NOT_AT_HAND.items():
        assert fragments_at_hand(FRAGMENT * 2 + other) == ([b"fragment"] * 2, False, other), name


def test_given_a_wire_that_borrows_nothing_then_nothing_is_at_hand() -> None:
    with connected() as (wire, theirs):
        theirs.sendall(FRAGMENT * 2)
        wire.read(wire.read_header()[1])
        assert wire.fragments_in_place(CT_CONTEXT, LONGEST) == ([], False)
        assert wire.read_header() == (4, len(FRAGMENT) - 6)


def test_given_a_violation_among_fragments_at_hand_then_nothing_is_stored_and_the_association_is_aborted() -> None:
    for name in ("another context", "a command", "the last of a command"):
        with running_server(MemoryStore(view_bytes=1 << 20)) as server, RawPeer(server.port) as peer:
            peer.associate()
            command = p_data(CT_CONTEXT, store_command(), is_command=True, maximum_length=0)
            peer.send(command + FRAGMENT * 3 + NOT_AT_HAND[name] + LAST)
            assert peer.pdu() == (7, INVALID_PARAMETER), name
            assert peer.ends()
            assert server.store.stored == []


def test_given_a_refusal_among_fragments_at_hand_then_the_rest_passes_and_all_bytes_are_counted() -> None:
    taken = []

    def refuse_the_second(asked: StoreRequest) -> None:
        taken.append(asked)
        if len(taken) == 2:
            raise StoreRefused(StoreStatus.CANNOT_UNDERSTAND, "enough")

    with running_server(MemoryStore(view_bytes=1 << 20, at_take=refuse_the_second)) as server:
        with RawPeer(server.port) as peer:
            peer.associate()
            command = p_data(CT_CONTEXT, store_command(), is_command=True, maximum_length=0)
            peer.send(command + FRAGMENT * 4 + LAST)
            assert peer.response().status == StoreStatus.CANNOT_UNDERSTAND
            assert (len(taken), server.store.aborted) == (2, 1)
            peer.store(b"honest", store_command("1.2.9", 2))
            assert peer.response().status == StoreStatus.SUCCESS
            peer.send(RELEASE_RQ)
            assert peer.pdu()[0] == 6  # by now both have been counted
        exposition = server.metrics.exposition(server.store, ready=True).decode()
        size = 4 * len(b"fragment") + len(b"the last one")
        assert f"dicom_received_bytes_total {size + len(b'honest')}.0\n" in exposition
