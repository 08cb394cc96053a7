"""What the machine, or the limits of the container, give this program when its configuration does not say."""

import math
import os
from pathlib import Path
from typing import Final

_SHARE: Final = 0.6  # the rest is the interpreter, sockets, TLS, and the page cache of what is being written
_LEAST: Final = 32 << 20
_MOST: Final = 4 << 30  # beyond that, more buffers only hide a store that is too slow
_MEMORY_LIMITS: Final = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
_CPU_LIMIT: Final = Path("/sys/fs/cgroup/cpu.max")


def default_memory_budget(limit_files: tuple[Path, ...] = _MEMORY_LIMITS) -> int:
    """60 % of the memory that this program may use, in bytes: of its control group's limit, else of the machine."""
    available = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit_file in limit_files:
        try:
            available = min(available, int(limit_file.read_text(encoding="ascii")))
        except (OSError, ValueError):  # no such control group, or "max": no limit
            continue
    return max(_LEAST, min(_MOST, int(available * _SHARE)))


def usable_cpus(limit_file: Path = _CPU_LIMIT) -> int:
    """How many processors this program may keep busy: those it may run on, within its control group's quota."""
    usable = len(os.sched_getaffinity(0))
    try:
        quota, period = limit_file.read_text(encoding="ascii").split()
        return max(1, min(usable, math.ceil(int(quota) / int(period))))
    except (OSError, ValueError):  # no such control group, or "max": no quota
        return usable
