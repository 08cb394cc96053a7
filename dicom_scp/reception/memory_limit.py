"""How much memory the data sets on their way may take when the configuration does not say."""

import os
from pathlib import Path
from typing import Final

_SHARE: Final = 0.6  # the rest is the interpreter, sockets, TLS, and the page cache of what is being written
_LEAST: Final = 32 << 20
_MOST: Final = 4 << 30  # beyond that, more buffers only hide a store that is too slow
_CGROUP_LIMITS: Final = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def default_memory_budget(limit_files: tuple[Path, ...] = _CGROUP_LIMITS) -> int:
    """60 % of the memory that this process may use, in bytes: of its control group's limit, else of the machine."""
    available = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit_file in limit_files:
        try:
            available = min(available, int(limit_file.read_text(encoding="ascii")))
        except (OSError, ValueError):  # no such control group, or "max": no limit
            continue
    return max(_LEAST, min(_MOST, int(available * _SHARE)))
