"""Image sets as they are kept: immutable versions of a metadata document, and the frames that belong to them."""

import gzip
import json
import sqlite3
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from local_cloud.health_imaging.database import Database
from local_cloud.health_imaging.errors import not_found
from local_cloud.health_imaging.events import Outbox
from local_cloud.health_imaging.grouping import GroupingKey, dicom_tags
from local_cloud.health_imaging.json_types import JsonObject, JsonValue, as_object, as_text
from local_cloud.health_imaging.settings import Settings

SCHEMA_VERSION = "1.1"


@dataclass(frozen=True)
class ImageSet:
    """One image set at its latest version."""

    image_set_id: str
    datastore_id: str
    version: int
    is_primary: bool
    state: str
    key: GroupingKey
    tags: JsonObject
    created_at: float
    updated_at: float
    deleted_at: float | None


@dataclass(frozen=True)
class Version:
    """One version of an image set."""

    version: int
    workflow_status: str
    created_at: float
    updated_at: float
    forced: bool
    is_primary: bool


@dataclass(frozen=True)
class FrameReference:
    """A stored frame of an image set."""

    frame_id: str
    content_type: str


class ImageSets:
    """The image sets of all data stores. Changes belong inside a transaction of the caller."""

    def __init__(self, database: Database, outbox: Outbox, settings: Settings) -> None:
        self._database = database
        self._outbox = outbox
        self._settings = settings

    def get(self, datastore_id: str, image_set_id: str) -> ImageSet:
        row = self._database.row(
            "SELECT * FROM image_sets WHERE datastore_id = ? AND image_set_id = ?", datastore_id, image_set_id
        )
        if row is None:
            raise not_found("The image set")
        return _image_set(row)

    def primaries_of_study(self, datastore_id: str, study_uid: str) -> list[ImageSet]:
        rows = self._database.rows(
            "SELECT * FROM image_sets WHERE datastore_id = ? AND study_uid = ? AND is_primary AND state <> 'DELETED'",
            datastore_id, study_uid,
        )  # fmt: skip
        return [_image_set(row) for row in rows]

    def matching(self, datastore_id: str, condition: str, values: Iterable[object]) -> list[ImageSet]:
        """Image sets that are not deleted and fulfil an SQL condition with its ordering (from :mod:`search`)."""
        rows = self._database.rows(
            f"SELECT * FROM image_sets WHERE datastore_id = ? AND state <> 'DELETED' AND {condition}",
            datastore_id, *values,
        )  # fmt: skip
        return [_image_set(row) for row in rows]

    def count(self, datastore_id: str) -> int:
        statement = "SELECT COUNT(*) FROM image_sets WHERE datastore_id = ? AND state <> 'DELETED'"
        return self._database.count(statement, datastore_id)

    def create(
        self, datastore_id: str, document: JsonObject, *, primary: bool, status: str = "CREATED", forced: bool = False
    ) -> ImageSet:
        """Keep a new image set at version 1."""
        image_set_id, now = uuid.uuid4().hex, time.time()
        key = GroupingKey.of(document)
        self._database.execute(
            "INSERT INTO image_sets VALUES (?, ?, 1, ?, 'ACTIVE', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
            image_set_id, datastore_id, primary, *key.columns(), json.dumps(dicom_tags(document)), now, now,
        )  # fmt: skip
        return self._keep_version(datastore_id, image_set_id, 1, document, status, forced=forced, primary=primary)

    def add_version(
        self, image_set: ImageSet, document: JsonObject, *, status: str = "UPDATED", forced: bool = False
    ) -> ImageSet:
        """Keep the next version of an image set."""
        version = image_set.version + 1
        columns = GroupingKey.of(document).columns()
        self._database.execute(
            "UPDATE image_sets SET version = ?, study_uid = ?, series_uid = ?, patient_id = ?, accession_number = ?,"
            " study_id = ?, study_date = ?, study_time = ?, series_number = ?, tags = ?, updated_at = ?"
            " WHERE image_set_id = ?",
            version, *columns, json.dumps(dicom_tags(document)), time.time(), image_set.image_set_id,
        )  # fmt: skip
        return self._keep_version(
            image_set.datastore_id, image_set.image_set_id, version, document, status,
            forced=forced, primary=image_set.is_primary,
        )  # fmt: skip

    def delete(self, image_set: ImageSet) -> list[str]:
        """Mark an image set deleted, forget its content; returns frames that no other image set holds."""
        now = time.time()
        self._database.execute(
            "UPDATE image_sets SET state = 'DELETED', deleted_at = ?, updated_at = ?, tags = '{}', patient_id = '',"
            " accession_number = '', study_id = '', study_date = '', study_time = '' WHERE image_set_id = ?",
            now, now, image_set.image_set_id,
        )  # fmt: skip
        self._database.execute("DELETE FROM image_set_versions WHERE image_set_id = ?", image_set.image_set_id)
        orphans = self._database.rows(
            "SELECT frame_id FROM frames WHERE image_set_id = ? AND frame_id NOT IN"
            " (SELECT frame_id FROM frames WHERE image_set_id <> ?)",
            image_set.image_set_id, image_set.image_set_id,
        )  # fmt: skip
        self._database.execute("DELETE FROM frames WHERE image_set_id = ?", image_set.image_set_id)
        self.tell(self.get(image_set.datastore_id, image_set.image_set_id), "DELETED")
        return [row["frame_id"] for row in orphans]

    def versions(self, image_set: ImageSet, before: int | None, limit: int) -> list[Version]:
        rows = self._database.rows(
            "SELECT * FROM image_set_versions WHERE image_set_id = ? AND (? IS NULL OR version < ?)"
            " ORDER BY version DESC LIMIT ?",
            image_set.image_set_id, before, before, limit,
        )  # fmt: skip
        return [_version(row) for row in rows]

    def version(self, image_set: ImageSet, version: int) -> Version:
        return _version(self._version_row(image_set, version))

    def compressed_metadata(self, image_set: ImageSet, version: int) -> bytes:
        return bytes(self._version_row(image_set, version)["metadata"])

    def document(self, image_set: ImageSet, version: int | None = None) -> JsonObject:
        compressed = self.compressed_metadata(image_set, version or image_set.version)
        return as_object(json.loads(gzip.decompress(compressed)))

    def frame(self, image_set: ImageSet, frame_id: str) -> FrameReference:
        row = self._database.row(
            "SELECT * FROM frames WHERE image_set_id = ? AND frame_id = ?", image_set.image_set_id, frame_id
        )
        if row is None:
            raise not_found("The image frame")
        return FrameReference(row["frame_id"], row["content_type"])

    def frames(self, image_set: ImageSet) -> list[FrameReference]:
        rows = self._database.rows("SELECT * FROM frames WHERE image_set_id = ?", image_set.image_set_id)
        return [FrameReference(row["frame_id"], row["content_type"]) for row in rows]

    def add_frames(self, image_set: ImageSet, frames: Iterable[FrameReference]) -> None:
        for frame in frames:
            self._database.execute(
                "INSERT OR REPLACE INTO frames VALUES (?, ?, ?)",
                image_set.image_set_id, frame.frame_id, frame.content_type,
            )  # fmt: skip

    def tell(self, image_set: ImageSet, status: str, **more: JsonValue) -> None:
        """Leave the event of a status change. ``imagesetId`` is the documented key, ``imageSetId`` the schema's."""
        detail: JsonObject = {
            "isPrimary": image_set.is_primary,
            "imageSetVersion": str(image_set.version),
            "datastoreId": image_set.datastore_id,
            "imagesetId": image_set.image_set_id,
            "imageSetId": image_set.image_set_id,
            "imageSetState": image_set.state,
            "imageSetWorkflowStatus": status,
            **more,
        }
        arn = self._settings.image_set_arn(image_set.datastore_id, image_set.image_set_id)
        self._outbox.add(f"Image Set {status.replace('_', ' ').title()}", arn, detail)

    def _version_row(self, image_set: ImageSet, version: int) -> sqlite3.Row:
        row = self._database.row(
            "SELECT * FROM image_set_versions WHERE image_set_id = ? AND version = ?", image_set.image_set_id, version
        )
        if row is None:
            raise not_found("The image set version")
        return row

    def _keep_version(
        self, datastore_id: str, image_set_id: str, version: int, document: JsonObject, status: str,
        *, forced: bool, primary: bool,
    ) -> ImageSet:  # fmt: skip
        head: JsonObject = {
            "SchemaVersion": SCHEMA_VERSION, "DatastoreID": datastore_id, "ImageSetID": image_set_id,
        }  # fmt: skip
        # The document's own head may be another image set's, where it was copied.
        text = json.dumps({**head, **{name: document[name] for name in ("Patient", "Study")}})
        now = time.time()
        self._database.execute(
            "INSERT INTO image_set_versions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            image_set_id, version, status, now, now, forced, primary, gzip.compress(text.encode(), 3),
        )  # fmt: skip
        image_set = self.get(datastore_id, image_set_id)
        self.tell(image_set, status)
        return image_set


def instances(document: JsonObject) -> Iterator[tuple[str, str, JsonObject]]:
    """The instances of a document: series UID, SOP instance UID, instance."""
    for series_uid, series in as_object(as_object(document.get("Study")).get("Series")).items():
        for sop_uid, instance in as_object(as_object(series).get("Instances")).items():
            yield series_uid, sop_uid, as_object(instance)


def frame_ids(instance: JsonObject) -> list[str]:
    listed = instance.get("ImageFrames")
    return [as_text(as_object(frame).get("ID")) for frame in listed] if isinstance(listed, list) else []


def _image_set(row: sqlite3.Row) -> ImageSet:
    key = GroupingKey(
        row["study_uid"], row["series_uid"], row["patient_id"], row["accession_number"], row["study_id"],
        row["study_date"], row["study_time"], row["series_number"],
    )  # fmt: skip
    return ImageSet(
        row["image_set_id"], row["datastore_id"], row["version"], bool(row["is_primary"]), row["state"], key,
        json.loads(row["tags"]), row["created_at"], row["updated_at"], row["deleted_at"],
    )  # fmt: skip


def _version(row: sqlite3.Row) -> Version:
    return Version(
        row["version"], row["workflow_status"], row["created_at"], row["updated_at"], bool(row["forced"]),
        bool(row["is_primary"]),
    )  # fmt: skip
