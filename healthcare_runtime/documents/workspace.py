"""The work bucket: what one step leaves for the next. PHI lives here, never in the state of the workflow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from healthcare_runtime.contracts.documents import ANSWERS_PREFIX
from healthcare_runtime.documents.detection import DocumentEntities, entities_of
from healthcare_runtime.documents.passage import DocumentText
from healthcare_runtime.phi_entity import PhiEntity

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_EXTRACTION: Final = "extraction.json"
_ENTITIES: Final = "entities.json"
_SPANS: Final = "reviewer-spans.json"


class Workspace:
    """Reads and writes below ``{documentId}/``; the bucket's lifecycle ends what nobody discarded."""

    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def put_extraction(self, document_id: str, text: DocumentText) -> None:
        self._put(f"{document_id}/{_EXTRACTION}", text.to_json())

    def extraction(self, document_id: str) -> DocumentText:
        return DocumentText.from_json(self._get(f"{document_id}/{_EXTRACTION}").decode())

    def put_entities(self, document_id: str, entities: DocumentEntities) -> None:
        self._put(f"{document_id}/{_ENTITIES}", entities.to_json())

    def entities(self, document_id: str) -> DocumentEntities:
        return DocumentEntities.from_json(self._get(f"{document_id}/{_ENTITIES}"))

    def add_reviewer_spans(self, document_id: str, spans: Mapping[int, tuple[PhiEntity, ...]]) -> None:
        """Keep what a reviewer wants masked, beside what others wanted in the rounds before."""
        before = self.reviewer_spans(document_id)
        together = {
            number: dict.fromkeys((*before.get(number, ()), *spans.get(number, ())))
            for number in (*before, *(number for number in spans if number not in before))
        }
        rows = {
            str(number): [[s.begin, s.end, s.type, s.score, s.kind] for s in found]
            for number, found in together.items()
        }
        self._put(f"{document_id}/{_SPANS}", json.dumps(rows))

    def reviewer_spans(self, document_id: str) -> dict[int, tuple[PhiEntity, ...]]:
        """Spans that reviewers asked to mask as well, by number of the passage; empty where none did."""
        try:
            rows = json.loads(self._get(f"{document_id}/{_SPANS}"))
        except self._s3.exceptions.NoSuchKey:
            return {}
        return {int(number): entities_of(found) for number, found in rows.items()}

    def is_extracted(self, document_id: str) -> bool:
        """Whether the document could be read: only then can it be masked."""
        return any(self._keys(f"{document_id}/{_EXTRACTION}"))

    def is_searched(self, document_id: str) -> bool:
        """Whether DetectPhi left what it found."""
        return any(self._keys(f"{document_id}/{_ENTITIES}"))

    def find_answer(self, digest: str) -> bytes | None:
        """What a paid service answered to the same content before (cost guard)."""
        try:
            return self._get(f"{ANSWERS_PREFIX}{digest}.json")
        except self._s3.exceptions.NoSuchKey:
            return None

    def keep_answer(self, digest: str, answer: str) -> None:
        self._put(f"{ANSWERS_PREFIX}{digest}.json", answer)

    def discard(self, document_id: str) -> None:
        """Remove what the steps left for each other."""
        for key in self._keys(f"{document_id}/"):
            self._s3.delete_object(Bucket=self._bucket, Key=key)

    def _keys(self, prefix: str) -> Iterable[str]:
        answer = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=prefix)
        return [item["Key"] for item in answer.get("Contents", [])]

    def _put(self, key: str, body: str) -> None:
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=body.encode("utf-8", "surrogatepass"))

    def _get(self, key: str) -> bytes:
        return self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
