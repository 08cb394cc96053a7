"""Data stores as they are kept."""

import shutil
import sqlite3
import time
import uuid
from dataclasses import dataclass

from local_cloud.health_imaging.database import Database
from local_cloud.health_imaging.errors import conflict, not_found, quota_exceeded
from local_cloud.health_imaging.events import Outbox
from local_cloud.health_imaging.json_types import JsonObject
from local_cloud.health_imaging.parameters import Parameters
from local_cloud.health_imaging.settings import Settings

_EVENTS = {
    "CREATING": "Data Store Creating",
    "ACTIVE": "Data Store Created",
    "DELETING": "Data Store Deleting",
    "DELETED": "Data Store Deleted",
}


@dataclass(frozen=True)
class Datastore:
    """One data store."""

    datastore_id: str
    name: str
    status: str
    kms_key_arn: str | None
    lambda_authorizer_arn: str | None
    lossless_format: str
    created_at: float
    updated_at: float


class Datastores:
    """All data stores. They become ACTIVE at once, and deleting one takes no time."""

    def __init__(self, database: Database, outbox: Outbox, settings: Settings) -> None:
        self._database = database
        self._outbox = outbox
        self._settings = settings

    def create(self, wanted: Parameters) -> Datastore:
        token = wanted.text("clientToken")
        with self._database.transaction() as database:
            known = database.row("SELECT * FROM datastores WHERE client_token = ?", token)
            if known is not None:
                return _datastore(known)
            if (
                database.count("SELECT COUNT(*) FROM datastores WHERE status = 'ACTIVE'")
                >= self._settings.quotas.datastores
            ):
                raise quota_exceeded(f"At most {self._settings.quotas.datastores} data stores")
            datastore_id, now = uuid.uuid4().hex, time.time()
            database.execute(
                "INSERT INTO datastores VALUES (?, ?, ?, 'CREATING', ?, ?, ?, ?, ?)",
                datastore_id, token, wanted.optional_text("datastoreName") or datastore_id,
                wanted.optional_text("kmsKeyArn"), wanted.optional_text("lambdaAuthorizerArn"),
                wanted.optional_text("losslessStorageFormat") or "HTJ2K", now, now,
            )  # fmt: skip
            created = self.get(datastore_id)
            self._tell(created)
            self._set_status(created, "ACTIVE")
            return created

    def get(self, datastore_id: str) -> Datastore:
        row = self._database.row("SELECT * FROM datastores WHERE datastore_id = ?", datastore_id)
        if row is None:
            raise not_found("The data store")
        return _datastore(row)

    def active(self, datastore_id: str) -> Datastore:
        """The data store, which must be ACTIVE.

        Raises
        ------
        ServiceError
            ResourceNotFoundException when there is none, or no longer.
        """
        found = self.get(datastore_id)
        if found.status != "ACTIVE":
            raise not_found("The data store")
        return found

    def after(self, datastore_id: str | None, status: str | None, limit: int) -> list[Datastore]:
        rows = self._database.rows(
            "SELECT * FROM datastores WHERE datastore_id > ? AND (? IS NULL OR status = ?)"
            " ORDER BY datastore_id LIMIT ?",
            datastore_id or "", status, status, limit,
        )  # fmt: skip
        return [_datastore(row) for row in rows]

    def delete(self, datastore_id: str, image_sets: int, unfinished_jobs: int) -> Datastore:
        found = self.active(datastore_id)
        if image_sets:
            raise conflict("The data store holds image sets: delete them first")
        if unfinished_jobs:
            raise conflict("The data store has import jobs that have not ended")
        deleting = self._set_status(found, "DELETING")
        self._set_status(found, "DELETED")
        shutil.rmtree(self._settings.frames / datastore_id, ignore_errors=True)
        return deleting

    def properties(self, datastore: Datastore) -> JsonObject:
        values: JsonObject = {
            "datastoreId": datastore.datastore_id,
            "datastoreName": datastore.name,
            "datastoreStatus": datastore.status,
            "kmsKeyArn": datastore.kms_key_arn,
            "lambdaAuthorizerArn": datastore.lambda_authorizer_arn,
            "losslessStorageFormat": datastore.lossless_format,
            "datastoreArn": self._settings.datastore_arn(datastore.datastore_id),
            "createdAt": datastore.created_at,
            "updatedAt": datastore.updated_at,
        }
        return {name: value for name, value in values.items() if value is not None}

    def _set_status(self, datastore: Datastore, status: str) -> Datastore:
        self._database.execute(
            "UPDATE datastores SET status = ?, updated_at = ? WHERE datastore_id = ?",
            status, time.time(), datastore.datastore_id,
        )  # fmt: skip
        changed = self.get(datastore.datastore_id)
        self._tell(changed)
        return changed

    def _tell(self, datastore: Datastore) -> None:
        detail: JsonObject = {
            "datastoreId": datastore.datastore_id,
            "datastoreName": datastore.name,
            "datastoreStatus": datastore.status,
        }
        arn = self._settings.datastore_arn(datastore.datastore_id)
        self._outbox.add(_EVENTS[datastore.status], arn, detail)


def _datastore(row: sqlite3.Row) -> Datastore:
    return Datastore(
        row["datastore_id"], row["name"], row["status"], row["kms_key_arn"], row["lambda_authorizer_arn"],
        row["lossless_format"], row["created_at"], row["updated_at"],
    )  # fmt: skip
