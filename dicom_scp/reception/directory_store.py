"""Instances in a directory: written to a file without a name, synced, then linked to its name, never over another.

On Linux the file has no name at all until it is whole (O_TMPFILE), so that even a killed process leaves nothing.
Elsewhere, or on file systems without it, the file waits in ``.incoming/<process>/``, which the next start removes.
"""

import errno
import fcntl
import os
import shutil
import threading
import uuid
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from dicom_scp.reception.object_store import Placement, StoreFaultError
from healthcare_runtime.object_key import InstanceKey

_INCOMING: Final = ".incoming"
_LOCK: Final = "lock"
_REMEMBERED_DIRECTORIES: Final = 4096
_COMPARED_AT_ONCE: Final = 1 << 20
_FULL_DISK: Final = frozenset((errno.ENOSPC, errno.EDQUOT))


class DirectoryStore:
    """Implements `dicom_scp.reception.object_store.ObjectStore` below ``root``.

    Raises
    ------
    OSError
        The directory cannot be created or written.
    """

    retries = 0  # a disk that fails once is not asked again: the sender's retry is the better one

    def __init__(self, root: Path, *, anonymous_files: bool = True) -> None:
        self._root, self._path = root, str(root)
        root.mkdir(parents=True, exist_ok=True)
        self._anonymous = anonymous_files and _supports_anonymous_files(self._path)
        self._incoming: _IncomingDirectory | None = None if self._anonymous else _IncomingDirectory(root / _INCOMING)
        _remove_left_behind(root / _INCOMING)
        self._directories = _SyncedDirectories(root)

    def put(self, candidates: Iterator[InstanceKey], pieces: Sequence[memoryview], deadline: float) -> Placement:
        upload = self.begin(candidates, deadline)
        try:
            return upload.commit(pieces, deadline)
        finally:
            upload.discard()

    def begin(self, candidates: Iterator[InstanceKey], deadline: float) -> "DirectoryUpload":
        try:
            if self._incoming is None:
                return DirectoryUpload(_open_anonymous(self._path), None, candidates, self._directories)
            path = self._incoming.new_path()
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
            return DirectoryUpload(descriptor, path, candidates, self._directories)
        except OSError as error:
            raise _fault(error) from error

    def read_start(self, key: InstanceKey, size: int) -> bytes | None:
        try:
            with (self._root / str(key)).open("rb") as file:
                return file.read(size)
        except FileNotFoundError:
            return None

    def find(self, sop_instance_uid: str) -> Iterator[InstanceKey]:
        """Looks through all directories: meant for the store of one machine, not for an archive."""
        for path in self._root.glob(f"[0-9]*/*/*/*/*/*/{sop_instance_uid}.dcm"):
            with suppress(ValueError):
                yield InstanceKey.parse(path.relative_to(self._root).as_posix())

    def close(self) -> None:
        if self._incoming is not None:
            self._incoming.close()


class DirectoryUpload:
    """One file on its way. Implements `dicom_scp.reception.object_store.Upload`."""

    def __init__(
        self,
        descriptor: int,
        path: Path | None,
        candidates: Iterator[InstanceKey],
        directories: "_SyncedDirectories",
    ) -> None:
        self._descriptor: int | None = descriptor
        self._path = path
        self._candidates = candidates
        self._directories = directories

    def append(self, pieces: Sequence[memoryview], deadline: float) -> None:
        try:
            _write_all(self._open_descriptor, pieces)
        except OSError as error:
            raise _fault(error) from error

    def commit(self, pieces: Sequence[memoryview], deadline: float) -> Placement:
        try:
            _write_all(self._open_descriptor, pieces)
            os.fsync(self._open_descriptor)
            for key in self._candidates:
                directory = self._directories.ensure(key)
                try:
                    name = f"{key.sop_instance_uid}.dcm"
                    if self._link(directory, name):
                        os.fsync(directory)
                        return Placement(key)
                    if self._equals(directory, name):
                        os.fsync(directory)  # whoever linked it may not have come to this
                        return Placement(key, already_there=True)
                finally:
                    os.close(directory)
        except OSError as error:
            raise _fault(error) from error
        raise StoreFaultError("Too many versions of this instance at once")

    def discard(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)
            if self._path is not None:
                self._path.unlink(missing_ok=True)

    @property
    def _open_descriptor(self) -> int:
        if self._descriptor is None:
            raise AssertionError("the upload has ended")
        return self._descriptor

    def _link(self, directory: int, name: str) -> bool:
        """Give the file its name; False when the name is taken."""
        source = f"/proc/self/fd/{self._open_descriptor}" if self._path is None else self._path
        try:
            # Naming a directory makes Python use linkat(2) with AT_SYMLINK_FOLLOW, which /proc/self/fd needs.
            os.link(source, name, dst_dir_fd=directory, follow_symlinks=True)
        except FileExistsError:
            return False
        return True

    def _equals(self, directory: int, name: str) -> bool:
        """Whether the file of that name has the very bytes of this one; syncs it then."""
        other = os.open(name, os.O_RDONLY | os.O_CLOEXEC, dir_fd=directory)
        try:
            size = os.fstat(other).st_size
            if size != os.fstat(self._open_descriptor).st_size:
                return False
            for offset in range(0, size, _COMPARED_AT_ONCE):
                ours = os.pread(self._open_descriptor, _COMPARED_AT_ONCE, offset)
                if ours != os.pread(other, _COMPARED_AT_ONCE, offset):
                    return False
            os.fsync(other)
            return True
        finally:
            os.close(other)


class _SyncedDirectories:
    """Creates the directories of keys, durably: a new name is synced in its parent before it is relied upon."""

    def __init__(self, root: Path) -> None:
        self._root = f"{root}/"
        self._synced: OrderedDict[str, None] = OrderedDict()  # paths below the root, each with a slash at its end
        self._lock = threading.Lock()

    def ensure(self, key: InstanceKey) -> int:
        """A descriptor of the directory that the key's object belongs in; the caller closes it."""
        try:
            return self._descend(key.series_prefix)
        except FileNotFoundError:  # somebody tidied up what was known: create it again
            with self._lock:
                self._synced.clear()
            return self._descend(key.series_prefix)

    def _descend(self, prefix: str) -> int:
        """Open ``prefix``, starting at the deepest of its directories that is known to be durable."""
        path = prefix  # known, for nearly every instance
        while path and path not in self._synced:
            path = path[: path.rfind("/", 0, -1) + 1]
        descriptor = self._open(self._root + path)
        for name in prefix[len(path) :].split("/")[:-1]:
            parent = descriptor
            try:
                with suppress(FileExistsError):
                    os.mkdir(name, dir_fd=parent)
                os.fsync(parent)  # also when it existed: whoever made it may not have synced it yet
                descriptor = self._open(name, parent)
            finally:
                os.close(parent)
            path += f"{name}/"
            self._remember(path)
        return descriptor

    def _remember(self, path: str) -> None:
        with self._lock:
            self._synced[path] = None
            if len(self._synced) > _REMEMBERED_DIRECTORIES:
                self._synced.popitem(last=False)

    @staticmethod
    def _open(path: str, parent: int | None = None) -> int:
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=parent)


class _IncomingDirectory:
    """Files of this process that have no final name yet; locked, so that another start knows they are in use."""

    def __init__(self, parent: Path) -> None:
        while True:
            self._path = parent / uuid.uuid4().hex
            self._path.mkdir(parents=True)
            self._lock = (self._path / _LOCK).open("wb")
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            if (self._path / _LOCK).exists():
                return
            self._lock.close()  # another start took it for one left behind, before it was locked

    def new_path(self) -> Path:
        return self._path / uuid.uuid4().hex

    def close(self) -> None:
        shutil.rmtree(self._path, ignore_errors=True)
        self._lock.close()


def _remove_left_behind(parent: Path) -> None:
    """Remove what killed processes were writing: directories whose lock nobody holds."""
    if not parent.is_dir():
        return
    for path in parent.iterdir():
        try:
            with (path / _LOCK).open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path, ignore_errors=True)
        except BlockingIOError:
            continue
        except OSError:  # no lock inside: killed while creating it, or removed by another start at this moment
            with suppress(OSError):
                path.rmdir()
    with suppress(OSError):  # not empty: other processes are at work
        parent.rmdir()


def _open_anonymous(root: str) -> int:
    return os.open(root, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o640)


def _supports_anonymous_files(root: str) -> bool:
    if not hasattr(os, "O_TMPFILE") or not Path("/proc/self/fd").is_dir():
        return False
    try:
        os.close(_open_anonymous(root))
    except OSError as error:
        if error.errno in {errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT, errno.EINVAL}:
            return False
        raise
    return True


def _write_all(descriptor: int, pieces: Sequence[memoryview]) -> None:
    expected = sum(len(piece) for piece in pieces)
    written = os.writev(descriptor, pieces)
    if written == expected:
        return
    for piece in pieces:  # a signal or a nearly full disk cut it short: go on from there, and meet the error
        rest = piece[min(written, len(piece)) :]
        written -= len(piece) - len(rest)
        while rest:
            rest = rest[os.write(descriptor, rest) :]


def _fault(error: OSError) -> StoreFaultError:
    return StoreFaultError("The disk is full" if error.errno in _FULL_DISK else "The storage directory failed")
