"""Threads accept and serve in turns: few for associations one after another, enough for any number at once."""

import threading
import time
from contextlib import ExitStack

import pytest

from dicom_scp.network.dimse import p_data
from tests.dicom.network.raw_peer import ECHO_CONTEXT, RawPeer, echo_command
from tests.dicom.network.running_server import RunningServer, running_server


def echo(peer: RawPeer) -> None:
    peer.send(p_data(ECHO_CONTEXT, echo_command(), is_command=True, maximum_length=0))
    assert peer.response().status == 0


def serving() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "association"}


def settle(running: RunningServer) -> None:
    """Wait until the server has done the last thing for every connection."""
    deadline = time.monotonic() + 5
    while running.server._acceptors.served and time.monotonic() < deadline:
        time.sleep(0.005)
    assert not running.server._acceptors.served


def test_given_associations_one_after_another_then_a_few_threads_serve_them_all() -> None:
    before = serving()
    with running_server() as running:
        for _ in range(30):
            with RawPeer(running.port) as peer:
                peer.associate()
                echo(peer)
            settle(running)
        assert 1 <= len(serving() - before) <= 3


def test_given_many_associations_at_once_then_each_is_served_and_two_threads_go_on_accepting() -> None:
    with running_server(MAXIMUM_ASSOCIATIONS="60") as running, ExitStack() as peers:
        for _ in range(3):
            open_now = [peers.enter_context(RawPeer(running.port)) for _ in range(40)]
            for peer in open_now:
                peer.associate()
            for peer in reversed(open_now):
                echo(peer)
            for peer in open_now:
                peer.socket.close()
            settle(running)
            assert 1 <= running.server._acceptors._accepting <= 2
            assert running.server.live


def test_given_no_thread_for_the_next_connection_then_this_one_is_closed_and_the_server_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with running_server() as running:

        def no_thread(_task: object) -> None:
            raise RuntimeError("can't start new thread")

        with monkeypatch.context() as starved:
            starved.setattr(running.server._acceptors._crew, "run", no_thread)
            with RawPeer(running.port) as peer:
                assert peer.closed()
            assert running.server.live
            assert running.server.open_associations == 0
        with RawPeer(running.port) as peer:
            peer.associate()
            echo(peer)


def test_given_a_fault_in_accepting_then_the_server_says_that_it_takes_no_connections(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda _arguments: None)
    with running_server() as running:
        assert running.server.live

        def fault(*_given: object) -> bool:
            raise ValueError

        monkeypatch.setattr(running.server._acceptors._turns, "await_turn", fault)
        deadline = time.monotonic() + 5
        while running.server.live and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not running.server.live
