"""Instances in a directory: written to a file that nobody sees, synced, then linked to its name, never over another."""

import errno
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from dicom_scp.reception.incoming_files import IncomingFile, incoming_files
from dicom_scp.reception.object_store import Placement, StoreFaultError
from healthcare_runtime.object_key import InstanceKey

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
        self._root = root
        root.mkdir(parents=True, exist_ok=True)
        self._files = incoming_files(root, anonymous=anonymous_files)
        self._directories = _SyncedDirectories(root)

    def put(self, candidates: Iterator[InstanceKey], pieces: Sequence[memoryview], deadline: float) -> Placement:
        upload = self.begin(candidates, deadline)
        try:
            return upload.commit(pieces, deadline)
        finally:
            upload.discard()

    def begin(self, candidates: Iterator[InstanceKey], deadline: float) -> "DirectoryUpload":
        try:
            return DirectoryUpload(self._files.open(), candidates, self._directories)
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
        self._files.close()


class DirectoryUpload:
    """One file on its way. Implements `dicom_scp.reception.object_store.Upload`."""

    def __init__(
        self, file: IncomingFile, candidates: Iterator[InstanceKey], directories: "_SyncedDirectories"
    ) -> None:
        self._file: IncomingFile | None = file
        self._candidates = candidates
        self._directories = directories

    def append(self, pieces: Sequence[memoryview], deadline: float) -> None:
        try:
            _write_all(self._open_file.descriptor, pieces)
        except OSError as error:
            raise _fault(error) from error

    def commit(self, pieces: Sequence[memoryview], deadline: float) -> Placement:
        try:
            file = self._open_file
            _write_all(file.descriptor, pieces)
            os.fsync(file.descriptor)
            for key in self._candidates:
                directory = self._directories.ensure(key)
                try:
                    name = f"{key.sop_instance_uid}.dcm"
                    try:
                        file.link(directory, name)
                    except FileExistsError:
                        if _holds_the_same(directory, name, file.descriptor):
                            os.fsync(directory)  # whoever linked it may not have come to this
                            return Placement(key, already_there=True)
                    else:
                        os.fsync(directory)
                        return Placement(key)
                finally:
                    os.close(directory)
        except OSError as error:
            raise _fault(error) from error
        raise StoreFaultError("Too many versions of this instance at once")

    def discard(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.discard()

    @property
    def _open_file(self) -> IncomingFile:
        if self._file is None:
            raise AssertionError("the upload has ended")
        return self._file


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


def _holds_the_same(directory: int, name: str, descriptor: int) -> bool:
    """Whether the file of that name has the very bytes of this open one; syncs it then."""
    other = os.open(name, os.O_RDONLY | os.O_CLOEXEC, dir_fd=directory)
    try:
        size = os.fstat(other).st_size
        if size != os.fstat(descriptor).st_size:
            return False
        for offset in range(0, size, _COMPARED_AT_ONCE):
            ours = os.pread(descriptor, _COMPARED_AT_ONCE, offset)
            if ours != os.pread(other, _COMPARED_AT_ONCE, offset):
                return False
        os.fsync(other)
        return True
    finally:
        os.close(other)


def _write_all(descriptor: int, pieces: Sequence[memoryview]) -> None:
    expected = sum(map(len, pieces))
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
