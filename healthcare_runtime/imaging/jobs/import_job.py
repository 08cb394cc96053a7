"""HealthImaging import jobs: one per batch, however often the step runs, each recorded in DicomImportJobTable."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal

from botocore.exceptions import ClientError

from healthcare_runtime.contracts.imaging import JobAttribute
from healthcare_runtime.dynamodb_item import number, text
from healthcare_runtime.imaging.faults import StartThrottled
from healthcare_runtime.imaging.object_store import s3_uri
from healthcare_runtime.shield import error_code

if TYPE_CHECKING:
    from healthcare_runtime.aws_clients import AwsClients
    from healthcare_runtime.dynamodb_item import MutableItem
    from healthcare_runtime.imaging.batches.batch import Batch
    from healthcare_runtime.imaging.instances.instance import Instance
    from healthcare_runtime.imaging.settings import ImportTarget

OUTPUT_PREFIX: Final = "import-results/"
SEVERAL: Final = "*"
"""Stands in a job's record for a series or instance UID when the job imports more than one."""

_MESSAGE_LIMIT: Final = 1_000
# Conflict: an earlier start with this token is still being accepted. Quota: too many jobs at a time.
_WAIT_CODES: Final = frozenset(
    {"ThrottlingException", "ServiceQuotaExceededException", "ConflictException", "TooManyRequestsException"}
)

JobStatus = Literal["SUBMITTED", "IN_PROGRESS", "COMPLETED", "FAILED"]


@dataclass(frozen=True, slots=True)
class ImportJob:
    """A job as HealthImaging describes it. ``message`` may quote its input: it goes to the job's record only."""

    job_id: str
    status: JobStatus
    input_uri: str
    output_uri: str
    submitted_at: datetime | None
    ended_at: datetime | None
    message: str | None

    @property
    def ended(self) -> bool:
        return self.status in {"COMPLETED", "FAILED"}


def client_token(datastore_id: str, batch: Batch) -> str:
    """The idempotency token of a batch's start: 64 hex digits, the longest that the API takes."""
    return hashlib.sha256(f"{datastore_id}|{batch.batch_id}|{batch.attempt}".encode()).hexdigest()


class ImportJobs:
    """Starts and describes jobs of one data store."""

    def __init__(self, clients: AwsClients, target: ImportTarget, clock: Callable[[], float] = time.time) -> None:
        self._medical_imaging = clients.medical_imaging
        self._dynamodb = clients.dynamodb
        self._target = target
        self._clock = clock

    def start(self, batch: Batch, input_uri: str) -> str:
        """Start the batch's job, or find it started; the job id.

        Raises
        ------
        StartThrottled
            HealthImaging asks to come again later.
        """
        try:
            answer = self._medical_imaging.start_dicom_import_job(
                jobName=f"batch-{batch.batch_id}",
                dataAccessRoleArn=self._target.role_arn,
                clientToken=client_token(self._target.datastore_id, batch),
                datastoreId=self._target.datastore_id,
                inputS3Uri=input_uri,
                outputS3Uri=s3_uri(self._target.results_bucket, OUTPUT_PREFIX),
            )
        except ClientError as error:
            if error_code(error) in _WAIT_CODES:
                raise StartThrottled(f"StartDICOMImportJob answered {error_code(error)}") from None
            raise
        return answer["jobId"]

    def describe(self, job_id: str) -> ImportJob:
        """Ask HealthImaging how a job is."""
        found = self._medical_imaging.get_dicom_import_job(datastoreId=self._target.datastore_id, jobId=job_id)
        properties = found["jobProperties"]
        return ImportJob(
            job_id=job_id,
            status=properties["jobStatus"],
            input_uri=properties["inputS3Uri"],
            output_uri=properties["outputS3Uri"],
            submitted_at=properties.get("submittedAt"),
            ended_at=properties.get("endedAt"),
            message=properties.get("message"),
        )

    def record_start(self, batch: Batch, job_id: str, input_uri: str, members: Sequence[Instance]) -> None:
        """Write the job's record (seed 002, DynamoDB), unless a call before this one did."""
        item: MutableItem = {
            JobAttribute.JOB_ID: text(job_id),
            JobAttribute.JOB_STATUS: text("SUBMITTED"),
            JobAttribute.SUBMITTED_AT: text(_timestamp(datetime.fromtimestamp(self._clock(), UTC))),
            JobAttribute.INPUT_S3_URI: text(input_uri),
            JobAttribute.OUTPUT_S3_URI: text(s3_uri(self._target.results_bucket, OUTPUT_PREFIX)),
            JobAttribute.DATASTORE_ID: text(self._target.datastore_id),
            JobAttribute.DATA_ACCESS_ROLE_ARN: text(self._target.role_arn),
            JobAttribute.STUDY_DATE: text(_one({f"{each.key.day:%Y%m%d}" for each in members})),
            JobAttribute.STUDY_INSTANCE_UID: text(_one({each.key.study_instance_uid for each in members})),
            JobAttribute.SERIES_INSTANCE_UID: text(_one({each.key.series_instance_uid for each in members})),
            JobAttribute.SOP_INSTANCE_UID: text(_one({each.key.sop_instance_uid for each in members})),
            "batchId": text(batch.batch_id),
            "attempt": number(batch.attempt),
            "instances": number(len(members)),
        }
        try:
            self._dynamodb.put_item(
                TableName=self._target.job_table, Item=item, ConditionExpression="attribute_not_exists(jobId)"
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            return

    def record_end(self, job: ImportJob, counts: dict[str, int]) -> None:
        """Complete the job's record: state, time, message, and how many instances came to what."""
        ended = job.ended_at or datetime.fromtimestamp(self._clock(), UTC)
        values: MutableItem = {
            ":jobStatus": text(job.status),
            ":endedAt": text(_timestamp(ended)),
            ":outputS3Uri": text(job.output_uri),
            ":message": text((job.message or "")[:_MESSAGE_LIMIT]),
        }
        values |= {f":{name}": number(count) for name, count in counts.items()}
        names = {f"#{value[1:]}": value[1:] for value in values}
        self._dynamodb.update_item(
            TableName=self._target.job_table,
            Key={JobAttribute.JOB_ID: text(job.job_id)},
            UpdateExpression="SET " + ", ".join(f"#{value[1:]} = {value}" for value in values),
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
        )


def _one(values: set[str]) -> str:
    return values.pop() if len(values) == 1 else SEVERAL


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
