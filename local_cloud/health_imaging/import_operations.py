"""The API's operations on import jobs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from local_cloud.health_imaging import paging
from local_cloud.health_imaging.datastores import Datastores
from local_cloud.health_imaging.errors import access_denied, conflict, internal, quota_exceeded, throttled, validation
from local_cloud.health_imaging.import_runner import ImportRunner
from local_cloud.health_imaging.jobs import ImportJobs, S3Prefix
from local_cloud.health_imaging.json_types import JsonObject, JsonValue
from local_cloud.health_imaging.operations import Operation
from local_cloud.health_imaging.parameters import Parameters
from local_cloud.health_imaging.settings import Settings
from local_cloud.health_imaging.throttle import TokenBucket

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class ImportOperations:
    """Import jobs."""

    def __init__(
        self, settings: Settings, datastores: Datastores, jobs: ImportJobs, runner: ImportRunner, client: "S3Client"
    ) -> None:
        self._quotas = settings.quotas
        self._datastores = datastores
        self._jobs = jobs
        self._runner = runner
        self._client = client
        self._starts = TokenBucket(settings.quotas.start_rate, settings.quotas.start_burst)

    def operations(self) -> Mapping[str, Operation]:
        return {
            "StartDICOMImportJob": self._start,
            "GetDICOMImportJob": self._get,
            "ListDICOMImportJobs": self._list,
        }

    def _start(self, parameters: Parameters) -> JsonObject:
        if not self._starts.take():
            raise throttled()
        datastore_id, token = parameters.text("datastoreId"), parameters.text("clientToken")
        self._datastores.active(datastore_id)
        if parameters.has("importConfiguration"):
            raise validation("importConfiguration: JSON metadata import is not available in the local cloud")
        request: JsonObject = {
            name: parameters.optional_text(name)
            for name in ("jobName", "dataAccessRoleArn", "inputS3Uri", "outputS3Uri", "inputOwnerAccountId")
        }
        known = self._jobs.with_token(datastore_id, token)
        if known is None:
            if self._jobs.count_unfinished(datastore_id) >= self._quotas.concurrent_jobs:
                raise quota_exceeded(f"At most {self._quotas.concurrent_jobs} import jobs of a data store at a time")
            self._check_access(parameters)
            known = self._jobs.add(datastore_id, token, request)
            self._runner.submit(known)
        elif known.request != request:
            raise conflict("The clientToken belongs to an import job with other parameters")
        return {
            "datastoreId": datastore_id,
            "jobId": known.job_id,
            "jobStatus": known.status,
            "submittedAt": known.submitted_at,
        }

    def _get(self, parameters: Parameters) -> JsonObject:
        datastore_id = parameters.text("datastoreId")
        self._datastores.get(datastore_id)
        return {"jobProperties": self._jobs.get(datastore_id, parameters.text("jobId")).properties()}

    def _list(self, parameters: Parameters) -> JsonObject:
        datastore_id = parameters.text("datastoreId")
        self._datastores.get(datastore_id)
        limit = parameters.integer("maxResults", paging.DEFAULT_PAGE)
        before = paging.number(parameters.optional_text("nextToken"))
        found = self._jobs.newest(datastore_id, parameters.optional_text("jobStatus"), before, limit + 1)
        token = paging.token([found[limit - 1].sequence]) if len(found) > limit else None
        summaries: list[JsonValue] = [job.summary() for job in found[:limit]]
        return {"jobSummaries": summaries, "nextToken": token}

    def _check_access(self, parameters: Parameters) -> None:
        """The role must be able to list the input and to reach the output before a job is accepted."""
        source, target = (S3Prefix.parse(parameters.text(name)) for name in ("inputS3Uri", "outputS3Uri"))
        try:
            self._client.list_objects_v2(Bucket=source.bucket, Prefix=source.prefix, MaxKeys=1)
            self._client.head_bucket(Bucket=target.bucket)
        except ClientError as error:
            if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500:
                raise internal() from None
            raise access_denied("The data access role cannot reach the bucket of inputS3Uri or outputS3Uri") from None
        except BotoCoreError:
            raise internal() from None
