"""The API's operations on data stores and tags."""

from collections.abc import Mapping

from local_cloud.health_imaging import paging
from local_cloud.health_imaging.database import Database
from local_cloud.health_imaging.datastores import Datastores
from local_cloud.health_imaging.errors import validation
from local_cloud.health_imaging.image_sets import ImageSets
from local_cloud.health_imaging.jobs import ImportJobs
from local_cloud.health_imaging.json_types import JsonObject, JsonValue
from local_cloud.health_imaging.operations import Operation
from local_cloud.health_imaging.parameters import Parameters

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
