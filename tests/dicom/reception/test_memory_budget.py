"""Memory is bounded over all receptions, and waiting for it never ends in a deadlock."""

import threading
import time
from pathlib import Path

import pytest

from dicom_scp.machine_limits import default_memory_budget
from dicom_scp.ports import Overloaded, Storage, StoreStatus
from dicom_scp.reception import instance_store
from dicom_scp.reception.memory_budget import CHUNK_BYTES, CHUNKS_PER_RECEPTION, BudgetExhaustedError, MemoryBudget
from tests.dicom.reception.data_sets import instance
from tests.dicom.reception.sender import Sender, fill_room


def soon() -> float:
    return time.monotonic() + 0.05


def test_given_many_receptions_that_all_need_the_most_then_all_of_them_end() -> None:
    budget = MemoryBudget(16 * CHUNK_BYTES)
    most_used, ended = 0, []
    lock = threading.Lock()

    def receive(number: int) -> None:
        nonlocal most_used
        lease = budget.lease()
        for _ in range(CHUNKS_PER_RECEPTION):
            lease.grow(time.monotonic() + 20)
            with lock:
                most_used = max(most_used, budget.used_bytes)
            time.sleep(0.0005)
        lease.release()
        ended.append(number)

    threads = [threading.Thread(target=receive, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(ended) == list(range(20))
    assert most_used <= budget.limit_bytes
    assert (budget.used_bytes, budget.waiting) == (0, 0)
    assert budget.waited_seconds > 0


def test_given_a_full_budget_then_waiting_ends_at_the_deadline_and_release_lets_go_on() -> None:
    budget = MemoryBudget(16 * CHUNK_BYTES)
    holders = [budget.lease() for _ in range(2)]
    for _ in range(CHUNKS_PER_RECEPTION):
        holders[0].grow(soon())
    for _ in range(CHUNKS_PER_RECEPTION):  # waits, is favoured, and takes the reserve
        holders[1].grow(soon())
    late = budget.lease()
    with pytest.raises(BudgetExhaustedError):
        late.grow(soon())
    holders[0].release()
    assert late.grow(soon()) is not None


def test_given_a_view_that_is_still_held_when_memory_returns_then_nothing_breaks() -> None:
    budget = MemoryBudget(200 * CHUNK_BYTES)
    leases = [budget.lease() for _ in range(10)]
    views = [memoryview(lease.grow(soon())) for lease in leases for _ in range(CHUNKS_PER_RECEPTION)]
    for lease in leases:
        lease.release()
        lease.release()
    assert budget.used_bytes == 0
    assert len(views) == 80


def test_given_a_full_budget_then_the_sender_waits_then_is_refused_and_new_associations_are_turned_away(
    directory_storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = directory_storage
    sender = Sender(storage.instances, timeout=0.1)
    large = instance(pixels=bytes(9 << 20))
    holding = [sender.association.begin(sender.request(large)) for _ in range(8)]
    for reception in holding:  # 64 MiB in all; the last one takes the reserve
        for start in range(0, CHUNKS_PER_RECEPTION * CHUNK_BYTES, CHUNK_BYTES):
            fill_room(reception, large.data[start : start + CHUNK_BYTES])
    result = sender.send(instance("1.3.2"))
    assert result.status == StoreStatus.OUT_OF_RESOURCES
    usage = storage.instances.usage()
    assert usage.used_bytes == usage.budget_bytes
    assert usage.back_pressure_seconds >= 0.1
    assert not storage.instances.ready()
    monkeypatch.setattr(instance_store, "_PATIENCE", 0.05)
    waiting = threading.Thread(target=lambda: Sender(storage.instances, timeout=30).send(instance("1.3.3")))
    waiting.start()
    while not storage.instances.usage().waiting_receptions:
        time.sleep(0.01)
    time.sleep(0.1)
    with pytest.raises(Overloaded):
        storage.instances.associate(sender.peer)
    for reception in holding:
        reception.abort()
    waiting.join(20)
    assert sender.send(instance("1.3.4")).status == StoreStatus.SUCCESS
    assert storage.instances.usage().used_bytes == 0


def test_given_a_control_group_limit_then_the_default_is_60_percent_of_it(tmp_path: Path) -> None:
    limit = tmp_path / "memory.max"
    limit.write_text("1073741824\n")
    assert default_memory_budget((limit,)) == int(0.6 * 1073741824)
    limit.write_text("max\n")
    assert default_memory_budget((limit, tmp_path / "absent")) > 32 << 20
    limit.write_text("1000\n")
    assert default_memory_budget((limit,)) == 32 << 20
