"""A directory as the store: whole files only, whatever stops the writing."""

import errno
import os
import resource
import shutil
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from dicom_scp.configuration import StorageSettings
from dicom_scp.ports import Storage, StoreStatus
from dicom_scp.reception import open_storage
from dicom_scp.reception.directory_store import DirectoryStore
from dicom_scp.reception.instance_store import BudgetedInstanceStore
from dicom_scp.reception.memory_budget import MemoryBudget
from dicom_scp.reception.recent_instances import RecentInstances
from tests.dicom.reception.data_sets import CT_IMAGE, instance
from tests.dicom.reception.sender import Sender, fill_room


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def with_named_files(root: Path) -> BudgetedInstanceStore:
    """The store as on a file system without anonymous files."""
    return BudgetedInstanceStore(DirectoryStore(root, anonymous_files=False), MemoryBudget(64 << 20), RecentInstances())


def test_given_a_file_on_its_way_then_it_has_no_name(directory_storage: Storage, store_directory: Path) -> None:
    sender = Sender(directory_storage.instances)
    large = instance(pixels=bytes(9 << 20))
    reception = sender.association.begin(sender.request(large))
    for start in range(0, 9 << 20, 1 << 20):
        fill_room(reception, large.data[start : start + (1 << 20)])
    assert list(store_directory.rglob("*")) == []
    reception.abort()


@pytest.mark.parametrize("anonymous", [True, False])
def test_given_an_instance_then_it_is_synced_before_it_has_a_name_and_its_name_before_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, anonymous: bool
) -> None:
    """A killed process loses nothing that the kernel has; only the order of these calls protects from a power cut."""
    calls: list[str] = []
    real_fsync, real_link = os.fsync, os.link

    def fsync(descriptor: int) -> None:
        calls.append("sync directory" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "sync file")
        real_fsync(descriptor)

    def link(source: str, name: str, *, src_dir_fd: int | None, dst_dir_fd: int, follow_symlinks: bool) -> None:
        calls.append("link")
        real_link(source, name, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd, follow_symlinks=follow_symlinks)

    store = BudgetedInstanceStore(
        DirectoryStore(tmp_path, anonymous_files=anonymous), MemoryBudget(64 << 20), RecentInstances()
    )
    sender = Sender(store)
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "link", link)
    assert sender.send(instance("1.2.1")).status == StoreStatus.SUCCESS
    # The six levels of new directories: year, month, day, timestamp, study, series; each synced in its parent.
    assert calls == ["sync file", *["sync directory"] * 6, "link", "sync directory"]
    calls.clear()
    assert sender.send(instance("1.2.2")).status == StoreStatus.SUCCESS
    assert calls == ["sync file", "link", "sync directory"]
    calls.clear()
    # Another association: its timestamp, study and series are new, the day above them is known to be durable.
    assert Sender(store).send(instance("1.2.3")).status == StoreStatus.SUCCESS
    assert calls == ["sync file", *["sync directory"] * 3, "link", "sync directory"]
    store.close()


def test_given_no_anonymous_files_then_named_ones_serve_as_well(tmp_path: Path) -> None:
    store = with_named_files(tmp_path)
    sender = Sender(store)
    for each in (instance("1.2.1"), instance("1.2.1"), instance("1.2.2", pixels=bytes(9 << 20))):
        assert sender.send(each, fragment=1 << 20).status == StoreStatus.SUCCESS
    reception = sender.association.begin(sender.request(instance("1.2.3")))
    reception.room(float("inf"))
    reception.abort()
    assert len([path for path in files(tmp_path) if path.suffix == ".dcm"]) == 2
    store.close()
    assert not [path for path in files(tmp_path) if path.suffix != ".dcm"]


def test_given_a_killed_process_then_the_next_start_removes_what_it_was_writing(tmp_path: Path) -> None:
    program = (
        "import os, sys, pathlib; from dicom_scp.reception.directory_store import DirectoryStore;"
        "store = DirectoryStore(pathlib.Path(sys.argv[1]), anonymous_files=False);"
        "store.begin(iter(()), 0).append([memoryview(b'half a file')], 0); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False, timeout=30)
    assert len(files(tmp_path)) == 2  # the file and its lock
    working = with_named_files(tmp_path)  # of another process that still lives
    assert len(files(tmp_path)) == 1
    open_storage(StorageSettings(None, tmp_path, None, 64 << 20))
    assert len(files(tmp_path)) == 1
    working.close()
    assert files(tmp_path) == []


@pytest.mark.parametrize("anonymous", [True, False])
def test_given_a_file_that_may_not_grow_then_out_of_resources_and_nothing_left(tmp_path: Path, anonymous: bool) -> None:
    store = BudgetedInstanceStore(
        DirectoryStore(tmp_path, anonymous_files=anonymous), MemoryBudget(64 << 20), RecentInstances()
    )
    before = files(tmp_path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        for size in (200_000, 10 << 20):
            result = Sender(store).send(instance(pixels=bytes(size)), fragment=1 << 20)
            assert result.status == StoreStatus.OUT_OF_RESOURCES
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert files(tmp_path) == before
    assert Sender(store).send(instance(pixels=bytes(200_000))).status == StoreStatus.SUCCESS
    store.close()


def mounts(tmp_path: Path, options: str, program: str) -> "subprocess.CompletedProcess[str]":
    """Run a program in its own mount namespace, with a small tmpfs at ``$ROOT``."""
    root = tmp_path / "disk"
    root.mkdir()
    script = f'mount -t tmpfs -o size=1m none "$ROOT" && {options} exec "$PYTHON" -c "$PROGRAM"'
    return subprocess.run(
        ["unshare", "--mount", "--map-root-user", "sh", "-c", script],
        env={**os.environ, "ROOT": str(root), "PYTHON": sys.executable, "PROGRAM": program},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


SEND = """
import os, pathlib, time
from dicom_scp.configuration import StorageSettings
from dicom_scp.reception import open_storage
from tests.dicom.reception.data_sets import instance
from tests.dicom.reception.sender import Sender, fill_room
root = pathlib.Path(os.environ["ROOT"])
storage = open_storage(StorageSettings(None, root, None, 64 << 20))
sender = Sender(storage.instances)
"""


def namespaces_work() -> bool:
    try:
        return (
            subprocess.run(
                ["unshare", "--mount", "--map-root-user", "mount", "-t", "tmpfs", "none", "/mnt"],
                capture_output=True,
                timeout=10,
                check=False,
            ).returncode
            == 0
        )
    except OSError:
        return False


needs_namespaces = pytest.mark.skipif(not namespaces_work(), reason="this machine lets nobody mount")


@needs_namespaces
def test_given_a_full_disk_then_out_of_resources_until_there_is_room(tmp_path: Path) -> None:
    ended = mounts(
        tmp_path,
        "",
        SEND
        + """
assert sender.send(instance("1.2.1", pixels=bytes(300_000))).status == 0
for size in (1_200_000, 10 << 20):
    result = sender.send(instance("1.2.2", pixels=bytes(size)), fragment=1 << 20)
    assert (result.status, result.comment) == (0xA700, "The disk is full"), result
(only,) = [path for path in root.rglob("*") if path.is_file()]
assert os.statvfs(root).f_bfree * 4096 > 600_000
only.unlink()
assert sender.send(instance("1.2.3", pixels=bytes(600_000))).status == 0
print("as promised")
""",
    )
    assert "as promised" in ended.stdout, ended.stderr


@needs_namespaces
def test_given_a_disk_that_becomes_read_only_then_out_of_resources(tmp_path: Path) -> None:
    ended = mounts(
        tmp_path,
        "",
        SEND
        + """
import subprocess
assert sender.send(instance("1.2.1")).status == 0
subprocess.run(["mount", "-o", "remount,ro", str(root)], check=True)
assert sender.send(instance("1.2.2")).status == 0xA700
subprocess.run(["mount", "-o", "remount,rw", str(root)], check=True)
assert sender.send(instance("1.2.2")).status == 0
print("as promised")
""",
    )
    assert "as promised" in ended.stdout, ended.stderr


def test_given_a_directory_that_cannot_be_created_then_opening_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file") as raised:
        open_storage(StorageSettings(None, tmp_path / "file" / "store", None, 64 << 20))
    assert raised.value.errno == errno.ENOTDIR


def test_given_a_study_that_somebody_removed_then_its_directories_are_made_again(
    directory_storage: Storage, store_directory: Path
) -> None:
    sender = Sender(directory_storage.instances)
    assert sender.send(instance("1.2.1")).status == StoreStatus.SUCCESS
    shutil.rmtree(store_directory / "2024")
    assert not directory_storage.index.holds(CT_IMAGE, "1.2.1")
    assert sender.send(instance("1.2.2")).status == StoreStatus.SUCCESS


def test_given_a_restart_then_commitment_finds_what_was_stored_before(
    directory_storage: Storage, store_directory: Path
) -> None:
    Sender(directory_storage.instances).send(instance("1.2.1"))
    restarted = open_storage(StorageSettings(None, store_directory, None, 64 << 20))
    assert restarted.index.holds(CT_IMAGE, "1.2.1")
    assert not restarted.index.holds(CT_IMAGE, "1.2.2")
    (stored,) = files(store_directory)
    stored.write_bytes(b"something else")
    assert not restarted.index.holds(CT_IMAGE, "1.2.1")


def open_below(*roots: str) -> list[str]:
    """What this process has open there."""
    opened = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            opened.append(str(descriptor.readlink()))
    return [path for path in opened if path.startswith(roots)]


@pytest.mark.parametrize("anonymous", [True, False])
def test_given_a_store_that_was_used_and_closed_then_nothing_of_it_is_open(tmp_path: Path, anonymous: bool) -> None:
    roots = (str(tmp_path), f"/proc/{os.getpid()}/fd")
    before = open_below(*roots)
    store = BudgetedInstanceStore(
        DirectoryStore(tmp_path, anonymous_files=anonymous), MemoryBudget(64 << 20), RecentInstances()
    )
    assert Sender(store).send(instance("1.2.1")).status == StoreStatus.SUCCESS
    assert len(open_below(*roots)) == len(before) + 1  # what anonymous files are linked by, or the lock of named ones
    store.close()
    assert open_below(*roots) == before
