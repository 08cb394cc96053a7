"""Amazon Comprehend Medical beside our own detector: for English, where the region has it, the union of both.

Its answers are kept by content, so that the same text is paid for once (unit: 100 characters).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Self

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.documents.detection import entities_of
from healthcare_runtime.documents.settings import uses_comprehend_medical
from healthcare_runtime.documents.workspace import Workspace
from healthcare_runtime.phi_entity import PhiEntity, PhiType

if TYPE_CHECKING:
    from mypy_boto3_comprehendmedical import ComprehendMedicalClient

LARGEST_TEXT: Final = 20_000  # bytes of UTF-8; Comprehend Medical developer guide, "Guidelines and quotas"
OVERLAP: Final = 200  # code points: no entity is cut by both of its chunks
_TYPES: Final = frozenset(PhiType)


class ComprehendMedical:
    """Asks DetectPHI, chunk by chunk."""

    def __init__(self, client: ComprehendMedicalClient, answers: Workspace) -> None:
        self._client = client
        self._answers = answers

    @classmethod
    def where_it_is_asked(cls, clients: AwsClients, answers: Workspace) -> Self | None:
        """None where the stage does without: the same for what comes in and for what goes out."""
        return cls(clients.comprehend_medical, answers) if uses_comprehend_medical() else None

    def entities(self, text: str) -> tuple[PhiEntity, ...]:
        """What the service finds in ``text``, in offsets of ``text``."""
        return tuple(
            PhiEntity(start + found.begin, start + found.end, found.type, found.score)
            for start, end in chunks(text)
            for found in self._ask(text[start:end])
        )

    def _ask(self, chunk: str) -> tuple[PhiEntity, ...]:
        digest = hashlib.sha256(b"DetectPHI\0" + chunk.encode("utf-8", "replace")).hexdigest()
        kept = self._answers.find_answer(digest)
        if kept is not None:
            return entities_of(json.loads(kept))
        answer = self._client.detect_phi(Text=chunk.encode("utf-8", "replace").decode())
        rows: list[tuple[int, int, str, float, str]] = [
            (found["BeginOffset"], found["EndOffset"], found["Type"], found["Score"], "")
            for found in answer["Entities"]
            if found["Type"] in _TYPES and 0 <= found["BeginOffset"] < found["EndOffset"] <= len(chunk)
        ]
        self._answers.keep_answer(digest, json.dumps(rows))
        return entities_of(rows)


def chunks(text: str, *, largest: int = LARGEST_TEXT) -> Iterator[tuple[int, int]]:
    """Ranges of ``text`` of at most ``largest`` bytes of UTF-8, overlapping, cut at white space where there is some."""
    start = 0
    while start < len(text):
        end = _fitting(text, start, largest)
        if end < len(text):
            space = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
            end = space + 1 if space > start + OVERLAP else end
        if text[start:end].strip():
            yield start, end
        if end >= len(text):
            return
        start = max(end - OVERLAP, start + 1)


def _fitting(text: str, start: int, largest: int) -> int:
    """The end of the longest stretch from ``start`` that fits."""
    end = min(len(text), start + largest)
    while len(text[start:end].encode("utf-8", "replace")) > largest:
        over = len(text[start:end].encode("utf-8", "replace")) - largest
        end -= max(1, over // 4)
    return end


def union(ours: tuple[PhiEntity, ...], theirs: tuple[PhiEntity, ...]) -> tuple[PhiEntity, ...]:
    """Everything that either found; where they overlap, one entity over both, of our type and kind."""
    merged: list[PhiEntity] = list(ours)
    for found in theirs:
        touching = [each for each in merged if each.begin < found.end and found.begin < each.end]
        for each in touching:
            merged.remove(each)
        first = touching[0] if touching else found
        merged.append(
            PhiEntity(
                min(found.begin, *(each.begin for each in touching)) if touching else found.begin,
                max(found.end, *(each.end for each in touching)) if touching else found.end,
                first.type,
                max(found.score, *(each.score for each in touching)) if touching else found.score,
                first.kind,
            )
        )
    return tuple(sorted(merged))
