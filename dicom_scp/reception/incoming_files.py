"""Files on their way into a directory, before they have the name that counts.

On Linux such a file has no name at all (O_TMPFILE), so that even a killed process leaves nothing. Elsewhere, or on
file systems without it, it waits in ``.incoming/<process>/``, which the next start removes.
"""

import errno
import fcntl
import os
import shutil
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple, Protocol

_INCOMING: Final = ".incoming"
_LOCK: Final = "lock"
_DESCRIPTORS: Final = "/proc/self/fd"
_DIRECTORY: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


class IncomingFile(NamedTuple):
    """An open file, and by what name of which directory it can be linked; None: the name is a path."""

    descriptor: int
    name: str
    directory: int | None

    def link(self, directory: int, name: str) -> None:
        """Give the file the name that counts.

        Raises
        ------
        FileExistsError
            The name is taken.
        """
        # Naming a directory makes Python use linkat(2) with AT_SYMLINK_FOLLOW, which an anonymous file's name needs.
        os.link(self.name, name, src_dir_fd=self.directory, dst_dir_fd=directory, follow_symlinks=True)

    def discard(self) -> None:
        """Close it, and leave nothing under the name that it had until now."""
        os.close(self.descriptor)
        if self.directory is None:
            with suppress(FileNotFoundError):
                os.unlink(self.name)  # noqa: PTH108 - a name, kept as text for the sake of its cost


class IncomingFiles(Protocol):
    """Where files begin."""

    def open(self) -> IncomingFile: ...
    def close(self) -> None: ...


def incoming_files(root: Path, *, anonymous: bool) -> IncomingFiles:
    """The best kind that the file system of ``root`` has, after tidying up; ``anonymous`` False: never without a name.

    Raises
    ------
    OSError
        The directory cannot be written.
    """
    files = _AnonymousFiles(root) if anonymous and _supports_anonymous_files(root) else _NamedFiles(root / _INCOMING)
    _remove_left_behind(root / _INCOMING)
    return files


class _AnonymousFiles:
    """Files without a name. Of one process: what is forked from it has other descriptors, and opens its own."""

    def __init__(self, root: Path) -> None:
        self._root = str(root)
        self._descriptors = os.open(_DESCRIPTORS, _DIRECTORY)  # kept: walking /proc costs as much as the link itself

    def open(self) -> IncomingFile:
        descriptor = _open_anonymous(self._root)
        return IncomingFile(descriptor, str(descriptor), self._descriptors)

    def close(self) -> None:
        os.close(self._descriptors)


class _NamedFiles:
    """Files of this process below a directory of its own; locked, so that another start knows they are in use."""

    def __init__(self, parent: Path) -> None:
        while True:
            self._path = parent / uuid.uuid4().hex
            self._path.mkdir(parents=True)
            self._lock = (self._path / _LOCK).open("wb")
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            if (self._path / _LOCK).exists():
                return
            self._lock.close()  # another start took it for one left behind, before it was locked

    def open(self) -> IncomingFile:
        path = str(self._path / uuid.uuid4().hex)
        return IncomingFile(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640), path, None)

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


def _supports_anonymous_files(root: Path) -> bool:
    if not hasattr(os, "O_TMPFILE") or not Path(_DESCRIPTORS).is_dir():
        return False
    try:
        os.close(_open_anonymous(str(root)))
    except OSError as error:
        if error.errno in {errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT, errno.EINVAL}:
            return False
        raise
    return True
