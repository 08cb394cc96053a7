"""What processes know together: real forks, real kills."""

import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicom_scp.machine_limits import usable_cpus
from dicom_scp.network.accept_turns import AcceptTurns
from dicom_scp.network.association_places import AssociationPlaces
from dicom_scp.processes.merged_metrics import merged_exposition
from dicom_scp.processes.process_lock import ProcessLock
from dicom_scp.processes.worker_link import Report
from dicom_scp.reception.import_prefixes import TimestampLedger
from dicom_scp.reception.recent_instances import RecentInstances
from healthcare_runtime.object_key import InstanceKey

FORK = multiprocessing.get_context("fork")
CT = "1.2.840.10008.5.1.4.1.1.2"


def in_processes(count: int, task: Callable[[int], object]) -> list[object]:
    """What ``task`` returns in each of ``count`` forked processes that start at once."""
    gate = FORK.Barrier(count)
    answers: multiprocessing.SimpleQueue[object] = FORK.SimpleQueue()

    def run(number: int) -> None:
        gate.wait()
        answers.put(task(number))

    processes = [FORK.Process(target=run, args=(number,)) for number in range(count)]
    for process in processes:
        process.start()
    results = [answers.get() for _ in processes]
    for process in processes:
        process.join(10)
        assert process.exitcode == 0
    return results


def key(uid: str, timestamp: int = 1_700_000_000) -> InstanceKey:
    return InstanceKey(date(2026, 1, 5), timestamp, "1.2.3", "1.2.3.4", uid)


def test_given_processes_that_claim_seconds_for_one_study_then_none_is_given_twice() -> None:
    ledger = TimestampLedger(ProcessLock())
    claimed = in_processes(4, lambda _: [ledger.claim("1.2.3", 1_700_000_000) for _ in range(500)])
    seconds = sorted(second for part in claimed for second in part)  # type: ignore[attr-defined]
    assert seconds == list(range(1_700_000_000, 1_700_002_000))


def test_given_processes_that_take_places_then_never_more_than_there_are() -> None:
    places = AssociationPlaces(10, 4, ProcessLock())
    assert sum(in_processes(4, lambda number: sum(places.take(number) for _ in range(10)))) == 10  # type: ignore[arg-type]
    assert (places.taken, places.take(0)) == (10, False)


def test_given_a_process_that_is_killed_inside_the_lock_then_the_others_go_on_and_its_places_are_free() -> None:
    lock = ProcessLock()
    places = AssociationPlaces(2, 2, lock)
    holding = FORK.Event()

    def hold() -> None:
        assert places.take(1)
        with lock:
            holding.set()
            time.sleep(60)

    process = FORK.Process(target=hold)
    process.start()
    assert process.pid is not None
    assert holding.wait(10)
    taken: list[bool] = []
    waiting = threading.Thread(target=lambda: taken.append(places.take(0)))
    waiting.start()
    waiting.join(0.2)
    assert waiting.is_alive(), "the lock did not exclude"
    os.kill(process.pid, signal.SIGKILL)
    process.join(10)
    waiting.join(10)
    assert taken == [True]
    assert not places.take(0)
    places.free(1)
    assert places.take(0)


def test_given_a_process_that_serves_more_then_it_takes_only_what_the_others_leave() -> None:
    turns = AcceptTurns(2)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        turns.serves(0, 1)
        assert turns.await_turn(1, listener, 10)
        assert not turns.await_turn(0, listener, 0.01)
        with socket.create_connection(listener.getsockname()):
            assert turns.await_turn(0, listener, 10)
            listener.accept()[0].close()
        assert not turns.await_turn(0, listener, 0.01)
        turns.serves(1, 1)
        assert turns.await_turn(0, listener, 10)


@given(st.lists(st.tuples(st.integers(0, 2), st.booleans()), max_size=60), st.integers(1, 8))
def test_given_any_order_of_taking_and_giving_back_then_the_places_are_counted(
    steps: list[tuple[int, bool]], maximum: int
) -> None:
    places, held = AssociationPlaces(maximum, 3), [0, 0, 0]
    for process, takes in steps:
        if takes:
            assert places.take(process) == (sum(held) < maximum)
            held[process] += sum(held) < maximum
        elif held[process]:
            places.give_back(process)
            held[process] -= 1
        assert places.taken == sum(held)


def test_given_instances_that_another_process_stored_then_they_are_remembered_here() -> None:
    recent = RecentInstances(processes=2)

    def store(number: int) -> None:
        recent.belong_to(number)
        for index in range(200):
            recent.add(CT, key(f"1.{number + 1}.{index}"))

    in_processes(2, store)
    for number in (1, 2):
        for index in range(200):
            assert recent.find(f"1.{number}.{index}") == (CT, key(f"1.{number}.{index}"))
    assert recent.find("1.3.1") is None


def test_given_an_instance_stored_again_then_its_last_place_is_remembered() -> None:
    recent = RecentInstances(4)
    for timestamp in range(5):
        recent.add(CT, key("1.2", timestamp))
    assert recent.find("1.2") == (CT, key("1.2", 4))


def test_given_more_instances_than_there_is_room_for_then_nearly_all_of_the_last_ones_stay() -> None:
    recent = RecentInstances(1000)
    for number in range(5000):
        recent.add(CT, key(f"1.{number}", number))
    found = [number for number in range(5000) if recent.find(f"1.{number}")]
    assert found[0] >= 4000
    assert len(found) > 970
    assert all(recent.find(f"1.{number}") == (CT, key(f"1.{number}", number)) for number in found)


def test_given_a_record_that_is_half_written_then_it_is_not_remembered() -> None:
    recent = RecentInstances(4)
    recent.add(CT, key("1.2"))
    spoiled = recent._records.find(b"1.2.3.4")
    recent._records[spoiled : spoiled + 3] = b"9.9"
    assert recent.find("1.2") is None


def exposition(stored: int, used: int, ready: int) -> bytes:
    return (
        "# HELP dicom_instances_total C-STORE answers, by status\n# TYPE dicom_instances_total counter\n"
        f'dicom_instances_total{{status="0x0000"}} {stored}.0\n'
        "# HELP dicom_memory_used_bytes Memory\n# TYPE dicom_memory_used_bytes gauge\n"
        f"dicom_memory_used_bytes {used}.0\n"
        "# HELP dicom_ready 1 while\n# TYPE dicom_ready gauge\n"
        f"dicom_ready {ready}.0\n"
    ).encode()


def test_given_workers_then_their_figures_are_added_up_and_those_of_an_ended_one_never_become_less() -> None:
    both = merged_exposition([exposition(3, 10, 1), exposition(4, 20, 1)], [], ready=True)
    assert both == exposition(7, 30, 1)
    assert merged_exposition([exposition(4, 20, 1)], [exposition(3, 10, 1)], ready=False) == exposition(7, 20, 0)


@given(st.booleans(), st.booleans(), st.binary(max_size=100))
def test_given_any_report_then_it_comes_out_as_it_went_in(live: bool, ready: bool, metrics: bytes) -> None:
    report = Report(live, ready, metrics)
    assert Report.decode(report.encode()) == report


@pytest.mark.parametrize(("limit", "expected"), [("50000 100000", 1), ("100000 100000", 1), ("max 100000", None)])
def test_given_a_quota_of_the_control_group_then_the_usable_processors_are_within_it(
    tmp_path: Path, limit: str, expected: int | None
) -> None:
    file = tmp_path / "cpu.max"
    file.write_text(limit + "\n")
    assert usable_cpus(file) == (expected or len(os.sched_getaffinity(0)))
    assert usable_cpus(tmp_path / "absent") == len(os.sched_getaffinity(0))
