"""Finds objects that no event announced: compares the bucket with the registry, a bounded piece at a time.

A run looks at the studies of today and yesterday, where most objects arrive, and then goes on through the whole bucket
from where the last run ended: a prior study that is sent today is stored under its own, old date.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from healthcare_runtime.contracts.imaging import DEAD_LETTER_PREFIX, STAGING_PREFIX, BatchAttribute
from healthcare_runtime.dynamodb_item import read_optional_text, text
from healthcare_runtime.imaging.object_event import ObjectCreated, version_identity
from healthcare_runtime.imaging.registration import as_instance
from healthcare_runtime.structured_log import EventLog

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

    from healthcare_runtime.imaging.dispatch import ImportQueue
    from healthcare_runtime.imaging.registry import InstanceRegistry

CURSOR_ITEM: Final = "cursor#sweep"
PAGES_PER_RUN: Final = 20
"""Pages of 1,000 object versions that one run lists at most, of each of today, yesterday and the whole bucket."""

log = EventLog("healthcare.imaging.bucket_sweep")


@dataclass(frozen=True, slots=True)
class Unannounced:
    """What a run found and announced. ``oldest`` is the age in seconds of the oldest; 0 if there is none."""

    count: int
    oldest: int


@dataclass(frozen=True, slots=True)
class _Position:
    """Where a listing of versions goes on."""

    key: str = ""
    version_id: str = ""


@dataclass(frozen=True, slots=True)
class _Listed:
    announced: ObjectCreated
    modified: float


class BucketSweep:
    """Announces object versions that the registry does not know."""

    def __init__(
        self,
        *,
        s3: S3Client,
        dynamodb: DynamoDBClient,
        bucket: str,
        batch_table: str,
        registry: InstanceRegistry,
        queue: ImportQueue,
        minimum_age: int,
        clock: Callable[[], float] = time.time,
        pages_per_run: int = PAGES_PER_RUN,
    ) -> None:
        self._s3 = s3
        self._dynamodb = dynamodb
        self._bucket = bucket
        self._batch_table = batch_table
        self._registry = registry
        self._queue = queue
        self._minimum_age = minimum_age
        self._clock = clock
        self._pages_per_run = pages_per_run

    def run(self) -> Unannounced:
        """Do one piece of the sweep and remember where it ended."""
        today = datetime.fromtimestamp(self._clock(), UTC).date()
        found: dict[ObjectCreated, float] = {}
        for day in (today, today - timedelta(days=1)):
            for listed, _ in self._walk(f"{day:%Y/%m/%d}/", _Position()):
                found |= self._announce_unknown(listed)
        for listed, position in self._walk("", self._read_cursor()):
            found |= self._announce_unknown(listed)
            # After the announcement: what a run that is cut off had found is found again.
            self._write_cursor(position)
        if not found:
            return Unannounced(0, 0)
        log.warning("objects_unannounced", count=len(found))
        return Unannounced(len(found), int(self._clock() - min(found.values())))

    def _walk(self, prefix: str, position: _Position) -> Iterator[tuple[list[_Listed], _Position]]:
        """Pages of object versions and the position after each: the beginning again, after the last."""
        for _ in range(self._pages_per_run):
            if position.version_id:
                answer = self._s3.list_object_versions(
                    Bucket=self._bucket, Prefix=prefix, KeyMarker=position.key, VersionIdMarker=position.version_id
                )
            else:
                answer = self._s3.list_object_versions(Bucket=self._bucket, Prefix=prefix, KeyMarker=position.key)
            listed = []
            for version in answer.get("Versions", []):
                etag = version["ETag"].strip('"')
                identity = version_identity(version.get("VersionId"), etag)
                announced = ObjectCreated(version["Key"], identity, version["Size"], etag)
                listed.append(_Listed(announced, version["LastModified"].timestamp()))
            if not answer.get("IsTruncated"):
                yield listed, _Position()
                return
            position = _past_own_copies(answer["NextKeyMarker"], answer.get("NextVersionIdMarker", ""))
            yield listed, position

    def _announce_unknown(self, listed: Sequence[_Listed]) -> dict[ObjectCreated, float]:
        """Announce what should have been registered by now and is not, with the time it was stored."""
        latest = self._clock() - self._minimum_age
        stored = {
            each.announced: each.modified
            for each in listed
            if each.modified <= latest and not each.announced.key.startswith(_OWN_COPIES)
        }
        instances = {instance: announced for announced in stored if (instance := as_instance(announced)) is not None}
        strangers = set(stored) - set(instances.values())
        unknown = [instances[each] for each in self._registry.unknown(list(instances))]
        unknown += strangers - self._registry.known_rejections(list(strangers))
        self._queue.announce(self._bucket, unknown)
        return {announced: stored[announced] for announced in unknown}

    def _read_cursor(self) -> _Position:
        item = self._dynamodb.get_item(TableName=self._batch_table, Key=_CURSOR, ConsistentRead=True).get("Item", {})
        return _Position(read_optional_text(item, "keyMarker") or "", read_optional_text(item, "versionMarker") or "")

    def _write_cursor(self, position: _Position) -> None:
        self._dynamodb.put_item(
            TableName=self._batch_table,
            Item={**_CURSOR, "keyMarker": text(position.key), "versionMarker": text(position.version_id)},
        )


_CURSOR: Final = {BatchAttribute.BATCH_ID.value: text(CURSOR_ITEM)}
_OWN_COPIES: Final = (STAGING_PREFIX, DEAD_LETTER_PREFIX)


def _past_own_copies(key: str, version_id: str) -> _Position:
    """Go on after all of ``staging/`` or ``dead-letter/`` when a page ended inside: nothing there is announced."""
    for prefix in _OWN_COPIES:
        if key.startswith(prefix):
            return _Position(prefix[:-1] + chr(ord("/") + 1))
    return _Position(key, version_id)
