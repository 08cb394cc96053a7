"""SIGTERM's half inside the process: what is under way ends, nothing new begins."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dicom_scp.network.dimse import p_data
from dicom_scp.network.pdu import encode_associate_request
from dicom_scp.network.server import DrainPlan
from tests.dicom.network.conftest import StartServer
from tests.dicom.network.memory_store import MemoryStore
from tests.dicom.network.raw_peer import CT_CONTEXT, RawPeer, request, store_command
from tests.dicom.network.running_server import RunningServer

USER_ABORT = (7, b"\0\0\0\0")
CONGESTION = (3, bytes((0, 2, 3, 1)))


@contextmanager
def draining(server: RunningServer, seconds: float) -> Iterator[threading.Thread]:
    thread = threading.Thread(target=server.server.drain, args=(seconds,))
    thread.start()
    while server.server.ready:
        time.sleep(0.005)
    yield thread
    thread.join(seconds + 20)  # of a busy machine
    assert not thread.is_alive()


def test_given_nothing_open_then_drained_at_once_and_not_ready(server: RunningServer) -> None:
    assert server.server.ready
    started = time.monotonic()
    server.server.drain(60)
    assert time.monotonic() - started < 20  # not the time that it was given
    assert not server.server.ready


def test_given_a_new_request_while_draining_then_rejected_as_transient(server: RunningServer) -> None:
    with RawPeer(server.port) as open_peer:
        open_peer.associate()
        with draining(server, 4), RawPeer(server.port) as late:
            late.send(encode_associate_request(request()))
            assert late.pdu() == CONGESTION


def test_given_an_idle_association_then_aborted_soon(server: RunningServer) -> None:
    with RawPeer(server.port) as peer:
        peer.associate()
        started = time.monotonic()
        with draining(server, 60):
            assert peer.pdu() == USER_ABORT
            assert time.monotonic() - started < 20  # long before time runs short


def test_given_a_store_in_flight_then_it_is_confirmed_before_the_abort(start_server: StartServer) -> None:
    store = MemoryStore(at_finish=lambda _: time.sleep(1.0))
    server = start_server(store)
    with RawPeer(server.port) as peer:
        peer.associate()
        peer.store(b"in flight")
        time.sleep(0.1)
        with draining(server, 8):
            assert peer.response().status == 0
            assert peer.pdu() == USER_ABORT
    assert [instance.data for instance in store.stored] == [b"in flight"]


def test_given_a_data_set_still_arriving_then_it_may_end(server: RunningServer) -> None:
    with RawPeer(server.port) as peer:
        peer.associate()
        whole = p_data(CT_CONTEXT, store_command(), is_command=True, maximum_length=0)
        whole += p_data(CT_CONTEXT, bytes(5000), is_command=False, maximum_length=0)
        peer.send(whole[:2000])
        time.sleep(0.1)
        with draining(server, 8):
            time.sleep(1)
            peer.send(whole[2000:])
            assert peer.response().status == 0
    assert len(server.store.stored) == 1


def test_given_a_sender_that_goes_on_then_it_may_until_time_runs_short(server: RunningServer) -> None:
    confirmed = 0
    with RawPeer(server.port) as peer:
        peer.associate()
        started = time.monotonic()
        with draining(server, 2) as thread:
            while True:
                confirmed += 1
                peer.store(b"x", store_command(f"1.2.{confirmed}"))
                kind, _ = peer.pdu()
                if kind == 7:
                    break
                time.sleep(0.01)
            thread.join(20)
            assert time.monotonic() - started > 1
    assert len(server.store.stored) == confirmed - 1  # every confirmed one, and not the one that was cut off


def test_given_a_store_that_hangs_then_the_drain_ends_in_time_and_nothing_is_acknowledged(
    start_server: StartServer,
) -> None:
    hang = threading.Event()
    server = start_server(MemoryStore(at_finish=lambda _: (hang.wait(60), None)[1]))
    with RawPeer(server.port) as peer:
        peer.associate()
        peer.store(b"x")
        time.sleep(0.05)
        started = time.monotonic()
        server.server.drain(1)
        assert time.monotonic() - started < 20  # not as long as the store
        peer.socket.setblocking(False)
        with pytest.raises(BlockingIOError):
            peer.socket.recv(1)
        hang.set()


def test_given_a_sender_that_stalls_then_the_drain_ends_in_time_and_nothing_is_left(start_server: StartServer) -> None:
    server = start_server(NETWORK_TIMEOUT="60")
    with RawPeer(server.port) as peer:
        peer.associate()
        peer.send(p_data(CT_CONTEXT, store_command(), is_command=True, maximum_length=0))
        time.sleep(0.05)
        started = time.monotonic()
        server.server.drain(1)
        assert time.monotonic() - started < 20  # before the sender's own time is up
        server.server.close()
    assert (server.store.stored, server.store.aborted) == ([], 1)


@pytest.mark.parametrize("seconds", [1, 3, 110, 86_400])
def test_given_any_stop_timeout_then_nothing_is_cut_off_before_its_limit_and_all_ends_inside(
    seconds: float,
) -> None:
    plan = DrainPlan.within(seconds)
    assert 0 < plan.new_messages < plan.stores < plan.drain < plan.exit < seconds
