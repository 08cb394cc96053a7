"""The API's operations on image sets, their metadata and their frames."""

from collections.abc import Mapping
from contextlib import suppress

from local_cloud.health_imaging import paging, search
from local_cloud.health_imaging.database import Database
from local_cloud.health_imaging.datastores import Datastores
from local_cloud.health_imaging.errors import not_found
from local_cloud.health_imaging.image_set_changes import ImageSetChanges
from local_cloud.health_imaging.image_sets import ImageSet, ImageSets, Version
from local_cloud.health_imaging.json_types import JsonObject, JsonValue
from local_cloud.health_imaging.operations import Operation
from local_cloud.health_imaging.parameters import Parameters
from local_cloud.health_imaging.service_model import Blob
from local_cloud.health_imaging.settings import Settings


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
