"""The results that an import job writes to S3 (*Understanding import jobs*)."""

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local_cloud.health_imaging.instance import Rejected
from local_cloud.health_imaging.jobs import ImportJob
from local_cloud.health_imaging.json_types import JsonObject, JsonValue, as_object
from local_cloud.health_imaging.merging import Placed

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_SERVER_ERRORS = frozenset({"InternalServerException"})


@dataclass(frozen=True)
class Outcome:
    """What became of every file of a job."""

    placed: Sequence[Placed]
    rejected: Sequence[tuple[str, Rejected]]

    def packed(self, job: ImportJob) -> bytes:
        """The outcome as the files to write, to be kept until they are written."""
        return gzip.compress(json.dumps(self._files(job)).encode(), 3)

    def _files(self, job: ImportJob) -> dict[str, str]:
        summary = self._summary(job)
        success = [
            {"inputFile": one.key, "importResponse": {"imageSetId": one.image_set_id, "isPrimary": one.is_primary}}
            for one in self.placed
            if not one.warnings
        ]
        warned = [
            {
                "inputFile": one.key,
                "importResponse": {
                    "imageSetId": one.image_set_id,
                    "imageSetVersion": one.version,
                    "isPrimary": one.is_primary,
                    "warnings": one.warnings,
                },
            }
            for one in self.placed
            if one.warnings
        ]
        failed = [
            {"inputFile": key, "exception": {"exceptionType": one.exception_type, "message": one.message}}
            for key, one in self.rejected
        ]
        files = {"SUCCESS/success.ndjson": success, "WARNING/warning.ndjson": warned, "FAILURE/failure.ndjson": failed}
        written = {name: _lines(rows) for name, rows in files.items() if rows}
        # The manifest is last: who sees it sees what it speaks of.
        return {**written, "job-output-manifest.json": json.dumps({"jobSummary": summary}, indent=4)}

    def _summary(self, job: ImportJob) -> JsonObject:
        matched = Counter(one.image_set_id for one in self.placed)
        latest = {one.image_set_id: one for one in self.placed}
        sets: list[JsonValue] = [
            {
                "imageSetId": identifier,
                "imageSetVersion": latest[identifier].version,
                "isPrimary": latest[identifier].is_primary,
                "numberOfMatchedSOPInstances": count,
            }
            for identifier, count in matched.items()
        ]
        server = sum(one.exception_type in _SERVER_ERRORS for _, one in self.rejected)
        return {
            "jobId": job.job_id,
            "datastoreId": job.datastore_id,
            "inputS3Uri": str(job.input),
            "outputS3Uri": str(job.output),
            "successOutputS3Uri": f"{job.output}SUCCESS/",
            "failureOutputS3Uri": f"{job.output}FAILURE/",
            "warningsOutputS3Uri": f"{job.output}WARNING/",
            "numberOfScannedFiles": len(self.placed) + len(self.rejected),
            "numberOfImportedFiles": len(self.placed),
            "numberOfFilesWithCustomerError": len(self.rejected) - server,
            "numberOfFilesWithServerError": server,
            "numberOfGeneratedImageSets": len(sets),
            "imageSetsSummary": sets,
        }


def write(client: "S3Client", job: ImportJob, packed: bytes) -> None:
    """Write the files of a packed outcome below the job's output."""
    for name, content in as_object(json.loads(gzip.decompress(packed))).items():
        client.put_object(Bucket=job.output.bucket, Key=f"{job.output.prefix}{name}", Body=str(content).encode())


def _lines(rows: Iterable[object]) -> str:
    return "".join(f"{json.dumps(row)}\n" for row in rows)
