"""The register of resources that the local cloud only records, so that nobody mistakes them for coverage.

The emulator writes it while stacks deploy; ``local_cloud up`` prints it, and the demo's page shows it.
"""

import json
import threading
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path


class Register:
    """What has been recorded so far: type, stack and logical id by physical id. Survives the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._entries: dict[str, dict[str, str]] = {}
        if path.exists():
            self._entries = json.loads(path.read_text())

    def add(self, physical_id: str, kind: str, stack: str, logical_id: str) -> None:
        with self._lock:
            self._entries[physical_id] = {"type": kind, "stack": stack, "logicalId": logical_id}
            self._save()

    def remove(self, physical_id: str) -> None:
        with self._lock:
            if self._entries.pop(physical_id, None) is not None:
                self._save()

    def __contains__(self, physical_id: str) -> bool:
        return physical_id in self._entries

    def _save(self) -> None:
        temporary = self._path.with_suffix(".tmp")
        temporary.write_text(json.dumps(self._entries, indent=1))
        temporary.replace(self._path)


@dataclass(frozen=True)
class RecordedResource:
    """One line of the report."""

    type: str
    count: int
    logical_ids: list[str]


def summarize(path: Path) -> list[RecordedResource]:
    """The report of what a register file holds, by type."""
    by_type: dict[str, list[str]] = defaultdict(list)
    entries: dict[str, dict[str, str]] = json.loads(path.read_text()) if path.exists() else {}
    for entry in entries.values():
        by_type[entry["type"]].append(f"{entry['stack']}/{entry['logicalId']}")
    return [RecordedResource(kind, len(ids), sorted(ids)) for kind, ids in sorted(by_type.items())]
