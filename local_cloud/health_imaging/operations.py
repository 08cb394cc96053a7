"""The operations of the API by name, each from parameters to an answer's members."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from local_cloud.health_imaging import paging, search
from local_cloud.health_imaging.database import Database
from local_cloud.health_imaging.datastores import Datastores
from local_cloud.health_imaging.errors import (
    access_denied,
    conflict,
    internal,
    not_found,
    quota_exceeded,
    throttled,
    validation,
)
from local_cloud.health_imaging.image_set_changes import ImageSetChanges
from local_cloud.health_imaging.image_sets import ImageSet, ImageSets, Version
from local_cloud.health_imaging.import_runner import ImportRunner
from local_cloud.health_imaging.jobs import ImportJobs, S3Prefix
from local_cloud.health_imaging.json_types import JsonObject, JsonValue
from local_cloud.health_imaging.parameters import Parameters
from local_cloud.health_imaging.service_model import Blob
from local_cloud.health_imaging.settings import Settings
from local_cloud.health_imaging.throttle import TokenBucket

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Operation = Callable[[Parameters], JsonObject | Blob]
_MAXIMUM_TAGS = 50


class DatastoreOperations:
    """Data stores and tags."""

    def __init__(self, database: Database, datastores: Datastores, jobs: ImportJobs, image_sets: ImageSets) -> None:
        self._database = database
        self._datastores = datastores
        self._jobs = jobs
        self._image_sets = image_sets

    def operations(self) -> Mapping[str, Operation]:
        return {
            "CreateDatastore": self._create,
            "GetDatastore": self._get,
            "ListDatastores": self._list,
            "DeleteDatastore": self._delete,
            "TagResource": self._tag,
            "UntagResource": self._untag,
            "ListTagsForResource": self._list_tags,
        }

    def _create(self, parameters: Parameters) -> JsonObject:
        with self._database.transaction():
            created = self._datastores.create(parameters)
            arn = str(self._datastores.properties(created)["datastoreArn"])
            self._set_tags(arn, parameters.structure("tags"))
        return {"datastoreId": created.datastore_id, "datastoreStatus": created.status}

    def _get(self, parameters: Parameters) -> JsonObject:
        found = self._datastores.get(parameters.text("datastoreId"))
        return {"datastoreProperties": self._datastores.properties(found)}

    def _list(self, parameters: Parameters) -> JsonObject:
        limit = parameters.integer("maxResults", paging.DEFAULT_PAGE)
        after = paging.text(parameters.optional_text("nextToken"))
        found = self._datastores.after(after, parameters.optional_text("datastoreStatus"), limit + 1)
        shown = {"datastoreId", "datastoreName", "datastoreStatus", "datastoreArn", "createdAt", "updatedAt"}
        summaries: list[JsonValue] = [
            {name: value for name, value in self._datastores.properties(one).items() if name in shown}
            for one in found[:limit]
        ]
        token = paging.token([found[limit - 1].datastore_id]) if len(found) > limit else None
        return {"datastoreSummaries": summaries, "nextToken": token}

    def _delete(self, parameters: Parameters) -> JsonObject:
        datastore_id = parameters.text("datastoreId")
        with self._database.transaction():
            held, unfinished = self._image_sets.count(datastore_id), self._jobs.count_unfinished(datastore_id)
            deleting = self._datastores.delete(datastore_id, held, unfinished)
        return {"datastoreId": datastore_id, "datastoreStatus": deleting.status}

    def _tag(self, parameters: Parameters) -> JsonObject:
        with self._database.transaction():
            self._set_tags(self._resource(parameters), parameters.structure("tags"))
        return {}

    def _untag(self, parameters: Parameters) -> JsonObject:
        arn = self._resource(parameters)
        for key in parameters.texts("tagKeys"):
            self._database.execute("DELETE FROM tags WHERE arn = ? AND key = ?", arn, key)
        return {}

    def _list_tags(self, parameters: Parameters) -> JsonObject:
        rows = self._database.rows("SELECT key, value FROM tags WHERE arn = ?", self._resource(parameters))
        return {"tags": {row["key"]: row["value"] for row in rows}}

    def _set_tags(self, arn: str, tags: JsonObject) -> None:
        for key, value in tags.items():
            self._database.execute("INSERT OR REPLACE INTO tags VALUES (?, ?, ?)", arn, key, str(value))
        if self._database.count("SELECT COUNT(*) FROM tags WHERE arn = ?", arn) > _MAXIMUM_TAGS:
            raise validation(f"tags: a resource has at most {_MAXIMUM_TAGS}")

    def _resource(self, parameters: Parameters) -> str:
        arn = parameters.text("resourceArn")
        _, _, identifiers = arn.partition(":datastore/")
        datastore_id, _, image_set_id = identifiers.partition("/imageset/")
        self._datastores.active(datastore_id)
        if image_set_id:
            self._image_sets.get(datastore_id, image_set_id)
        return arn


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


class ImageSetOperations:
    """Image sets, their metadata and their frames."""

    def __init__(self, settings: Settings, database: Database, datastores: Datastores, image_sets: ImageSets) -> None:
        self._settings = settings
        self._datastores = datastores
        self._image_sets = image_sets
        self._changes = ImageSetChanges(database, image_sets)

    def operations(self) -> Mapping[str, Operation]:
        operations: Mapping[str, Operation] = {
            "SearchImageSets": lambda parameters: search.search(self._image_sets, parameters),
            "GetImageSet": self._get,
            "ListImageSetVersions": self._list_versions,
            "GetImageSetMetadata": self._get_metadata,
            "GetImageFrame": self._get_frame,
            "UpdateImageSetMetadata": self._update,
            "CopyImageSet": self._copy,
            "DeleteImageSet": self._delete,
        }
        return {name: self._in_active_store(operation) for name, operation in operations.items()}

    def _in_active_store(self, operation: Operation) -> Operation:
        def checked(parameters: Parameters) -> JsonObject | Blob:
            self._datastores.active(parameters.text("datastoreId"))
            return operation(parameters)

        return checked

    def _get(self, parameters: Parameters) -> JsonObject:
        image_set = self._image_sets.get(parameters.text("datastoreId"), parameters.text("imageSetId"))
        head: JsonObject = {"datastoreId": image_set.datastore_id, "imageSetArn": self._arn(image_set)}
        if image_set.state == "DELETED":
            return {
                **head, "imageSetId": image_set.image_set_id, "versionId": str(image_set.version),
                "imageSetState": "DELETED", "imageSetWorkflowStatus": "DELETED", "createdAt": image_set.created_at,
                "updatedAt": image_set.updated_at, "deletedAt": image_set.deleted_at,
            }  # fmt: skip
        version = self._image_sets.version(image_set, _version_wanted(parameters, image_set))
        access: JsonObject = {"lastAccessedAt": image_set.updated_at, "storageTier": "FREQUENT_ACCESS"}
        return {**head, **access, **_properties(image_set, version, "imageSetWorkflowStatus")}

    def _list_versions(self, parameters: Parameters) -> JsonObject:
        image_set = self._existing(parameters)
        limit = parameters.integer("maxResults", paging.DEFAULT_PAGE)
        before = paging.number(parameters.optional_text("nextToken"))
        found = self._image_sets.versions(image_set, before, limit + 1)
        listed: list[JsonValue] = [_properties(image_set, one, "ImageSetWorkflowStatus") for one in found[:limit]]
        token = paging.token([found[limit - 1].version]) if len(found) > limit else None
        return {"imageSetPropertiesList": listed, "nextToken": token}

    def _get_metadata(self, parameters: Parameters) -> Blob:
        image_set = self._existing(parameters)
        compressed = self._image_sets.compressed_metadata(image_set, _version_wanted(parameters, image_set))
        return Blob(compressed, "application/json", "gzip")

    def _get_frame(self, parameters: Parameters) -> Blob:
        image_set = self._existing(parameters)
        frame = self._image_sets.frame(image_set, parameters.inner("imageFrameInformation").text("imageFrameId"))
        path = self._settings.frames / image_set.datastore_id / frame.frame_id[:2] / frame.frame_id
        try:
            return Blob(path.read_bytes(), frame.content_type)
        except FileNotFoundError:
            raise not_found("The image frame") from None

    def _update(self, parameters: Parameters) -> JsonObject:
        changed = self._changes.update(parameters)
        return {
            "datastoreId": changed.datastore_id, "imageSetId": changed.image_set_id,
            "latestVersionId": str(changed.version), "imageSetState": "LOCKED", "imageSetWorkflowStatus": "UPDATING",
            "createdAt": changed.created_at, "updatedAt": changed.updated_at,
        }  # fmt: skip

    def _copy(self, parameters: Parameters) -> JsonObject:
        source, destination = self._changes.copy(parameters)
        return {
            "datastoreId": source.datastore_id,
            "sourceImageSetProperties": self._copied(source, "COPYING_WITH_READ_ONLY_ACCESS"),
            "destinationImageSetProperties": self._copied(destination, "COPYING"),
        }

    def _delete(self, parameters: Parameters) -> JsonObject:
        image_set, orphans = self._changes.delete(parameters)
        for frame_id in orphans:
            with suppress(FileNotFoundError):
                (self._settings.frames / image_set.datastore_id / frame_id[:2] / frame_id).unlink()
        return {
            "datastoreId": image_set.datastore_id, "imageSetId": image_set.image_set_id,
            "imageSetState": "LOCKED", "imageSetWorkflowStatus": "DELETING",
        }  # fmt: skip

    def _existing(self, parameters: Parameters) -> ImageSet:
        return self._changes.existing(parameters.text("datastoreId"), parameters.text("imageSetId"))

    def _copied(self, image_set: ImageSet, status: str) -> JsonObject:
        return {
            "imageSetId": image_set.image_set_id, "latestVersionId": str(image_set.version), "imageSetState": "LOCKED",
            "imageSetWorkflowStatus": status, "createdAt": image_set.created_at, "updatedAt": image_set.updated_at,
            "imageSetArn": self._arn(image_set),
        }  # fmt: skip

    def _arn(self, image_set: ImageSet) -> str:
        return self._settings.image_set_arn(image_set.datastore_id, image_set.image_set_id)


def _version_wanted(parameters: Parameters, image_set: ImageSet) -> int:
    given = parameters.optional_text("versionId")
    if given is not None and len(given) > 9:
        raise not_found("The image set version")
    return int(given) if given is not None else image_set.version


def _properties(image_set: ImageSet, version: Version, status_name: str) -> JsonObject:
    properties: JsonObject = {
        "imageSetId": image_set.image_set_id,
        "versionId": str(version.version),
        "imageSetState": "ACTIVE",
        status_name: version.workflow_status,
        "createdAt": version.created_at,
        "updatedAt": version.updated_at,
        "isPrimary": version.is_primary,
    }
    return {**properties, "overrides": {"forced": True}} if version.forced else properties
