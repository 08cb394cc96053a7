"""Files that change together or not at all: whatever is killed as they are written, what is read is of one moment."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_WRITTEN: Final = "written"
"""Names the files whose new contents lie whole beside them; while it exists, they are what counts."""


def write(directory: Path, contents: Mapping[str, bytes]) -> None:
    """Write what differs of ``contents``, by file name; one process at a time."""
    complete(directory)
    changed = [name for name, content in contents.items() if _differs(directory / name, content)]
    for name in changed:
        _beside(directory / name).write_bytes(contents[name])
    journal = directory / _WRITTEN
    _beside(journal).write_text(json.dumps(changed), encoding="utf-8")
    _beside(journal).replace(journal)
    complete(directory)


def complete(directory: Path) -> None:
    """Bring to its end what was killed; to be called before the files are read."""
    journal = directory / _WRITTEN
    if not journal.exists():
        return
    for name in json.loads(journal.read_text(encoding="utf-8")):
        if _beside(directory / name).exists():
            _beside(directory / name).replace(directory / name)
    journal.unlink()


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.tmp")


def _differs(path: Path, content: bytes) -> bool:
    return not path.exists() or path.stat().st_size != len(content) or path.read_bytes() != content
