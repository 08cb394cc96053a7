"""Answers an operator's question: what happened to this study, or to this instance?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from healthcare_runtime.imaging.batches.table import BatchTable
    from healthcare_runtime.imaging.instances.instance import Instance
    from healthcare_runtime.imaging.instances.registry import InstanceRegistry


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one object version, in words. ``detail`` may quote the data set."""

    key: str
    version: str
    state: str
    reason: str | None
    detail: str | None
    image_set_id: str | None
    job_id: str | None
    batch_id: str | None
    due: str | None

    def __str__(self) -> str:
        known = {
            "reason": self.reason,
            "detail": self.detail,
            "image set": self.image_set_id,
            "job": self.job_id,
            "batch": self.batch_id,
            "next step due": self.due,
        }
        facts = ", ".join(f"{name} {value}" for name, value in known.items() if value)
        return f"{self.key} (version {self.version}): {self.state}{', ' if facts else ''}{facts}"


class Inquiry:
    """Reads the registry and the batch table; changes nothing."""

    def __init__(self, batches: BatchTable, registry: InstanceRegistry) -> None:
        self._batches = batches
        self._registry = registry

    def by_prefix(self, prefix: str) -> Iterator[Answer]:
        """Every object version below an import prefix, ``YYYY/MM/DD/timestamp/StudyInstanceUID/``."""
        return map(self._answer, self._registry.by_prefix(prefix if prefix.endswith("/") else f"{prefix}/"))

    def by_sop_instance(self, uid: str) -> Iterator[Answer]:
        """Every object version of a SOP instance, whichever association brought it."""
        return map(self._answer, self._registry.by_sop_instance(uid))

    def _answer(self, instance: Instance) -> Answer:
        outcome = instance.outcome
        batch = self._batches.get(instance.batch_id) if instance.batch_id else None
        waiting = f"waiting in a batch that is {batch.state}" if batch else "waiting"
        return Answer(
            key=str(instance.key),
            version=instance.version,
            state=waiting if outcome is None else str(outcome.result),
            reason=outcome.reason if outcome else None,
            detail=outcome.detail if outcome else None,
            image_set_id=outcome.image_set_id if outcome else None,
            job_id=(outcome.job_id if outcome else None) or (batch.job_id if batch else None),
            batch_id=instance.batch_id or None,
            due=datetime.fromtimestamp(batch.due_at, UTC).isoformat()
            if batch and batch.due_at and not outcome
            else None,
        )
